"""Finding passages: in the question's language and in others, by article number, for whom and on which day, and none
where none is about the question. How often the right document is found is measured on the sandbox company's papers."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from activities.knowledge import read_folder
from jobs.answer.context import named_customers
from jobs.context import Document, Snippet, Viewer, viewer_named
from knowledge.embedding import Multilingual
from knowledge.lexical import Words
from knowledge.library import Library, passage
from knowledge.words import numbers_of, parts_of

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 27)
COLLEAGUE = Viewer()

RETURNS = "Customers may return unused goods in the original packaging within 30 days of delivery."
OLD_RETURNS = "Customers may return unused goods within 14 days of delivery."
WARRANTY = "Op armaturen geldt een garantie van 24 maanden. Slijtage en foute montage vallen niet onder de garantie."
DELIVERY = "Ab einem Auftragswert von 350 EUR liefern wir in Deutschland frei Haus. Teillieferungen sind möglich."
PAYMENT = "Nos factures sont payables à 30 jours. Un escompte de 2 % est accordé pour tout règlement sous 8 jours."
BATTERIES = "Lithium-ion packs above 100 Wh (UN 3480) are shipped by road only and never by air."
CABLE = "Artikel NYM-315-100: Mantelleitung NYM-J 3x1,5 mm², Ring 100 m, Nennspannung 300/500 V, bis 70 °C."
BAKKER = "Bakker may send back 5 % of its annual purchases without any restocking charge."
SALARIES = "The highest salary scale begins at EUR 6,200 a month."
HOURS = "De afhaalbalie is op werkdagen geopend van 6.30 tot 17.00 uur en op zaterdag van 8.00 tot 12.00 uur."


def _snippets() -> list[Snippet]:
    made = [
        (_document("returns", "Returns policy"), RETURNS),
        (_document("returns-2020", "Returns policy", valid_until=date(2024, 12, 31)), OLD_RETURNS),
        (_document("garantie", "Garantievoorwaarden"), WARRANTY),
        (_document("lieferung", "Lieferbedingungen"), DELIVERY),
        (_document("paiement", "Conditions de paiement"), PAYMENT),
        (_document("batteries", "Hazardous goods"), BATTERIES),
        (_document("kabel", "Produktblatt"), CABLE),
        (_document("bakker", "Framework agreement", customer="Bakker Installaties B.V."), BAKKER),
        (_document("salaries", "Salary scales", roles=("hr",)), SALARIES),
        (_document("balie", "Openingstijden"), HOURS),
    ]
    return [Snippet(id=f"{document.id}#1", document=document, text=text) for document, text in made]


def _document(name: str, title: str, **known: Any) -> Document:
    return Document(id=name, title=title, sha256="", **known)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(_snippets(), None, Multilingual())


@pytest.fixture(scope="module")
def papers() -> Library:
    snippets, problems = read_folder(ROOT / "sandbox/knowledge")
    assert not problems
    return Library(snippets, None, Multilingual())


def found(library: Library, question: str, viewer: Viewer = COLLEAGUE, day: date = TODAY, limit: int = 8) -> list[str]:
    return [hit.snippet.document.id for hit in library.search(question, viewer, day, limit)]


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("How long can a customer send goods back?", "returns"),
        ("Hoe lang mag een klant spullen terugsturen?", "returns"),
        ("Wie lange können Kunden Ware zurückgeben?", "returns"),
        ("Quel est le délai pour retourner une marchandise ?", "returns"),
        ("How long is the warranty on luminaires?", "garantie"),
        ("Wie lange gilt die Gewährleistung auf Leuchten?", "garantie"),
        ("À partir de quel montant la livraison est-elle gratuite ?", "lieferung"),
        ("Hoeveel korting krijg je bij snelle betaling?", "paiement"),
        ("Dürfen wir Lithium-Akkus mit dem Flugzeug verschicken?", "batteries"),
        ("What are the opening hours on Saturday?", "balie"),
    ],
)
def test_in_whatever_language_it_is_asked(library: Library, question: str, document: str) -> None:
    assert found(library, question)[0] == document


@pytest.mark.parametrize("number", ["NYM-315-100", "nym 315 100", "NYM315100", "NYM–315–100", "nym.315.100"])
def test_an_article_number_however_it_is_written(library: Library, number: str) -> None:
    assert found(library, f"What about {number}?")[0] == "kabel"


def test_a_number_with_one_digit_more_is_another() -> None:
    words = Words([CABLE], [""])
    assert words.coverage("NYM-315-100")[0] > 1.5 * words.coverage("NYM-315-1000")[0]


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football match yesterday?",
        "Wat is het wifi-wachtwoord?",
        "Gibt es eine Betriebskantine?",
        "Quelle est la capitale de l'Australie ?",
        "What is the boiling point of ethylene glycol?",
        "How do I reset my laptop?",
    ],
)
def test_nothing_where_nothing_is_about_it(library: Library, question: str) -> None:
    assert found(library, question) == []


@pytest.mark.parametrize("question", ["", "  \n", "?", "\ud800", "\x00", "💥" * 50, "a" * 100_000, "the and of"])
def test_what_is_no_question_finds_nothing(library: Library, question: str) -> None:
    assert found(library, question) == []


def test_an_empty_library() -> None:
    nothing = Library([], None, Multilingual())
    assert (nothing.search("returns", COLLEAGUE, TODAY), nothing.documents()) == ([], ())


def test_a_contract_reaches_its_own_customer_only_and_comes_first(library: Library) -> None:
    question = "May we send goods back without a restocking charge?"
    bakker = Viewer(external=True, customers=("Bakker Installaties B.V.",))
    jansen = Viewer(external=True, customers=("Jansen Installaties B.V.",))
    assert found(library, question, bakker)[0] == "bakker"
    assert "bakker" not in found(library, question, jansen)
    assert "bakker" not in found(library, question)


def test_what_a_role_is_needed_for(library: Library) -> None:
    question = "Where does the highest salary scale begin?"
    assert found(library, question, Viewer(roles=("hr",))) == ["salaries"]
    assert found(library, question, Viewer(roles=("sales",))) == []


def test_the_version_of_the_day(library: Library) -> None:
    question = "Within how many days may goods be returned?"
    assert "returns-2020" not in found(library, question)
    assert {"returns-2020", "returns"} <= {*found(library, question, day=date(2024, 6, 1))}


def test_each_part_of_a_question_finds_its_own(library: Library) -> None:
    asked = "Hello,\nmay we ship lithium packs by air, and how long is the warranty on luminaires?\nRegards, Jo"
    assert {"batteries", "garantie"} <= {*found(library, asked)[:2]}


def test_parts_of_a_question() -> None:
    assert parts_of("Hi there!\nWhat does returning cost? Thanks, Jo") == [
        "Hi there!\nWhat does returning cost? Thanks, Jo",
        "What does returning cost?",
    ]
    assert (
        parts_of("Hoe lang is de garantie en wat kost een retourzending?")[1:]
        == [
            "Hoe lang is de garantie en wat kost een retourzending?",
            "Hoe lang is de garantie",
            "wat kost een retourzending?",
        ][1:]
    )
    assert parts_of("Rings and drums?") == ["Rings and drums?"]


def test_best_first_and_no_more_than_wanted(library: Library) -> None:
    hits = library.search("delivery of goods, returns and warranty", COLLEAGUE, TODAY, 2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score >= 0.6


def test_words_are_found_in_compounds_and_compounds_by_their_parts() -> None:
    words = Words(["Teillieferungen sind möglich.", "Die Lieferung per Kurier.", "Zahlung in bar."], ["de", "de", "de"])
    part, whole, other = words.coverage("Lieferung")
    assert whole > part > other == 0
    assert words.coverage("Kurierlieferung")[1] > 0


def test_inflected_words_are_found_and_small_words_do_not_count() -> None:
    words = Words(["The batteries are returned.", "What is the of it."], ["en", "en"])
    assert words.coverage("battery return")[0] > 0.9 * words.coverage("batteries returned")[0] > 0
    assert [*words.coverage("what is the of it")] == [0, 0]


def test_numbers_of_a_text() -> None:
    text = "Cable NYM-J 3x1,5 under UN 1950, KV‑4711, within 30 days or 12 % of EUR 25"
    assert {"nymj3x15", "3x15", "un1950", "kv4711"} <= numbers_of(text)
    assert numbers_of("30 days or 12 %") == set()
    assert "nym315100" in numbers_of("is nym 315 100 in stock", loose=True)


def test_threads_find_what_one_finds(library: Library) -> None:
    questions = ["How long is the warranty?", "Wie lange können Kunden Ware zurückgeben?", "Quel escompte ?"] * 8
    alone = [library.search(question, COLLEAGUE, TODAY) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda question: library.search(question, COLLEAGUE, TODAY), questions)] == alone


def test_vectors_that_were_kept_find_the_same(library: Library) -> None:
    embedder, snippets = Multilingual(), _snippets()
    kept = Library(snippets, embedder.embed([*map(passage, snippets)]), embedder)
    question = "What is the discount for paying early?"
    assert kept.search(question, COLLEAGUE, TODAY) == library.search(question, COLLEAGUE, TODAY)


def _asked() -> list[dict[str, Any]]:
    lines = (ROOT / "jobs/answer/examples/questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _finds(papers: Library, row: Mapping[str, Any], within: int) -> bool:
    """Whether a right document is among the first so many different ones."""
    viewer = viewer_named(row["as"] or "colleague", papers.documents())
    if not viewer.external:
        customers, _ = named_customers(row["question"], papers.documents())
        viewer = viewer.model_copy(update={"customers": customers})
    documents = dict.fromkeys(found(papers, row["question"], viewer, date.fromisoformat(row["day"])))
    return not {*row["documents"]}.isdisjoint([*documents][:within])


def test_the_right_document_is_among_the_first_three(papers: Library) -> None:
    rows = [row for row in _asked() if not row["declined"]]
    assert len(rows) >= 70
    assert sum(_finds(papers, row, 3) for row in rows) >= 0.95 * len(rows)
    assert sum(_finds(papers, row, 1) for row in rows) >= 0.8 * len(rows)


def test_the_right_document_in_another_language_is_among_the_first_three(papers: Library) -> None:
    rows = [row for row in _asked() if row["kind"] == "cross_language"]
    assert len(rows) == 20
    assert sum(_finds(papers, row, 3) for row in rows) >= 0.9 * len(rows)


def test_half_of_what_no_paper_is_about_finds_nothing(papers: Library) -> None:
    """The others find what is beside the point, which the answer job declines."""
    rows = [row for row in _asked() if row["id"].startswith("other")]
    assert len(rows) == 20
    assert sum(found(papers, row["question"]) == [] for row in rows) >= 0.5 * len(rows)
