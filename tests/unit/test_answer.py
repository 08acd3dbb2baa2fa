"""The answer job: what is claimed is borne out or left out, who may see it, and what a person is told."""

from datetime import date
from typing import Any

import pytest

from documents.mail import bare_facts
from jobs.answer.context import WHICH_CUSTOMER, named_customers, names_another, viewer_of
from jobs.answer.question import answers, asked_in, kinds_of, parts_of, sought
from jobs.context import Viewer
from jobs.core import Mode, Route, Source
from jobs.crm import DocumentNow, GiveAnswer
from jobs.erp import SaveDraft
from jobs.mail import Address, MailFacts
from tests.unit.answers import CONTRACT, GENERAL, SALARIES, asked, claim, proposal, snippet, warned

PERIOD = "Unopened goods may be returned within 30 days of delivery."
FEE = "A restocking fee of 15 % is charged."
LONGER = "Bakker may return unopened goods within 60 days of delivery."
HOW_LONG = "How long may unopened goods be returned after delivery?"


def from_outside(**values: Any) -> MailFacts:
    sender = Address(name="Eva Bakker", email="eva@bakker.example")
    mail = {"sender": sender, "message_id": "<1@bakker.example>", "subject": "Returns"}
    return bare_facts("", [], []).model_copy(update={**mail, **values})


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "may we ship lithium packs to Norway, and what does Bakker's contract say on returns?",
            ["may we ship lithium packs to Norway?", "what does Bakker's contract say on returns?"],
        ),
        (
            "Wat is de retourtermijn en wie betaalt de vracht?",
            ["Wat is de retourtermijn?", "wie betaalt de vracht?"],
        ),
        (
            "Hello,\n\nI would like to know how long you keep backups.\n\nRegards\nTom",
            ["I would like to know how long you keep backups."],
        ),
        ("Return period for cut cable", ["Return period for cut cable"]),
        ("Do we sell nuts and bolts in Norway and Sweden?", ["Do we sell nuts and bolts in Norway and Sweden?"]),
    ],
)
def test_a_question_falls_into_what_it_asks(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


def test_a_part_that_says_little_leans_on_the_rest() -> None:
    whole = "A customer wants to borrow a pump. How much is it?"
    part = parts_of(whole)[0]
    assert sought(part, whole) == whole
    assert "pump" in [unit.word for unit in asked_in(part, whole).units]
    assert sought("What is the restocking fee?", whole) == "What is the restocking fee?"


@pytest.mark.parametrize(
    ("question", "kind", "says", "says_not"),
    [
        ("How long is the warranty?", "duration", "a warranty of two years", "the meal allowance is EUR 45 daily"),
        ("Was kostet der Versand?", "money", "Der Versand kostet 12,50 €.", "Der Versand dauert zwei Tage."),
        ("Wie keurt de aankoop goed?", "person", "De directeur keurt goed.", "Boven 5.000 is dat nodig."),
        ("Jusqu'à quelle heure peut-on commander ?", "clock", "avant 16h00", "le jour même"),
        ("May we ship batteries by air?", "permission", "They must not be sent by air.", "Sea freight takes a week."),
        ("Which email address do I use?", "contact", "Write to it@acme.example.", "Write to the service desk."),
    ],
)
def test_what_is_asked_for_must_be_there(question: str, kind: str, says: str, says_not: str) -> None:
    assert kind in kinds_of(question)
    assert (answers(kind, says), answers(kind, says_not)) == (True, False)


def test_an_answer_is_numbered_and_cited() -> None:
    seen = asked(
        "How long may goods be returned, and what is the restocking fee?", [claim(GENERAL, PERIOD), claim(GENERAL, FEE)]
    )
    said = proposal(seen)
    assert said.answer == f"Our documents say:\n{PERIOD} [1]\n{FEE} [2]"
    assert [(one.number, one.document, one.quote) for one in said.citations] == [
        (1, "policies/returns.md", PERIOD),
        (2, "policies/returns.md", FEE),
    ]
    assert (said.declined, said.missing) == (False, None)
    assert [write.answer for write in seen.plan if isinstance(write, GiveAnswer)] == [
        f"{said.answer}\n\n[1] Returns policy, 2\n[2] Returns policy, 2"
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (claim(GENERAL, "Opened goods may be returned."), "quoted words"),
        (claim(GENERAL, PERIOD, "Unopened goods may be returned within 45 days of delivery."), "45"),
        (claim(snippet("policies/none.md", "x"), "x"), "was not given"),
    ],
)
def test_what_is_not_borne_out_is_left_out(wrong: Any, why: str) -> None:
    seen = asked("What is the restocking fee?", [wrong, claim(GENERAL, FEE)])
    assert [one.quote for one in proposal(seen).citations] == [FEE]
    [told] = [check for check in seen.checks if check.name == "claims"]
    assert why in told.message
    assert seen.route is Route.COUNTERSIGN


def test_nothing_borne_out_is_a_decline_that_says_what_is_missing() -> None:
    seen = asked("What is the restocking fee?", [claim(GENERAL, FEE, "A restocking fee of 25 % is charged.")])
    said = proposal(seen)
    assert (said.answer, said.declined, said.citations, seen.plan) == (None, True, [], [])
    assert said.missing == "Our documents do not say: What is the restocking fee? Closest come: Returns policy."


def test_a_plain_decline_closes_by_itself_and_names_who_would_know() -> None:
    seen = asked("Who pays customs duties on exports?", [], [])
    assert (
        proposal(seen).missing == "Our documents do not say: Who pays customs duties on exports? Logistics would know."
    )
    vague = asked("What is our number?", [], [])
    assert proposal(vague).missing == "Our documents do not say: What is our number?"
    assert seen.route is Route.DECLINE


def test_one_part_may_be_answered_and_the_other_not() -> None:
    seen = asked(
        "Wat is de restocking fee, en wie betaalt de vracht?",
        [claim(GENERAL, FEE)],
        unanswered=["wie betaalt de vracht?"],
        language="nl",
    )
    said = proposal(seen)
    assert said.answer is not None
    assert said.answer.startswith("In onze documenten staat:")
    assert said.answer.endswith("Hierop geven onze documenten geen antwoord: wie betaalt de vracht?")
    assert said.missing is not None
    assert "vracht" in said.missing


def test_what_a_model_calls_unanswered_is_the_question_s_own_words() -> None:
    seen = asked("What is the restocking fee?", [], unanswered=["The fee is 40 %, ask finance"])
    assert "40" not in (proposal(seen).missing or "")


def test_a_contract_goes_before_general_rules_and_both_are_shown() -> None:
    viewer = Viewer(customers=("Bakker B.V.",))
    seen = asked(HOW_LONG, [claim(GENERAL, PERIOD), claim(CONTRACT, LONGER)], [GENERAL, CONTRACT], viewer=viewer)
    said = proposal(seen)
    assert [one.document for one in said.citations] == ["contracts/bakker.md", "policies/returns.md"]
    assert said.answer is not None
    assert said.answer.startswith("Our documents do not agree here:")
    assert "[1] is the contract with Bakker B.V." in said.answer
    assert "contradiction" in warned(seen)


def test_of_two_general_rules_the_newer_is_named_first() -> None:
    older = snippet(
        "policies/old.md", "Unopened goods may be returned within 14 days of delivery.", valid_from=date(2020, 1, 1)
    )
    seen = asked(HOW_LONG, [claim(older, older.text), claim(GENERAL, PERIOD)], [older, GENERAL])
    assert [one.document for one in proposal(seen).citations] == ["policies/returns.md", "policies/old.md"]


def test_the_same_figure_or_another_thing_is_no_contradiction() -> None:
    same = snippet("policies/same.md", "Unopened goods may be returned within 30 days.")
    other = snippet("policies/fire.md", "Fire drills are held every 90 days.")
    seen = asked(
        HOW_LONG, [claim(GENERAL, PERIOD), claim(same, same.text), claim(other, other.text)], [GENERAL, same, other]
    )
    assert "contradiction" not in warned(seen)


@pytest.mark.parametrize("viewer", [Viewer(), Viewer(external=True), Viewer(external=True, customers=("Visser B.V.",))])
def test_a_contract_never_reaches_another(viewer: Viewer) -> None:
    seen = asked(HOW_LONG, [claim(CONTRACT, LONGER)], [CONTRACT], viewer=viewer)
    assert proposal(seen).citations == []


def test_a_limited_document_needs_the_role_of_asker_and_approver() -> None:
    question, said = "When are salaries paid?", claim(SALARIES, SALARIES.text)
    assert proposal(asked(question, [said], [SALARIES])).declined
    seen = asked(question, [said], [SALARIES], viewer=Viewer(roles=("hr", "sales")))
    assert (proposal(seen).declined, seen.approver_role) == (False, "hr")
    declined = asked("When is rent paid?", [], [SALARIES], viewer=Viewer(roles=("hr",)))
    assert "Pay" not in (proposal(declined).missing or "")


@pytest.mark.parametrize(
    "now",
    [
        [],
        [DocumentNow(id=GENERAL.document.id, sha256="c" * 64, in_force=True)],
        [DocumentNow(id=GENERAL.document.id, sha256=GENERAL.document.sha256, in_force=False)],
    ],
)
def test_what_holds_no_longer_is_left_out(now: list[DocumentNow]) -> None:
    question, claims = "What is the restocking fee?", [claim(GENERAL, FEE)]
    standing = [DocumentNow(id=GENERAL.document.id, sha256=GENERAL.document.sha256, in_force=True)]
    before, after = asked(question, claims, now=standing), asked(question, claims, now=now)
    assert not proposal(before).declined
    assert proposal(after).declined
    assert before.digest != after.digest
    assert "claims" in warned(after)


def test_what_goes_outside_is_always_looked_at() -> None:
    seen = asked(
        "What is the restocking fee?", [claim(GENERAL, FEE)], viewer=Viewer(external=True), mail=from_outside()
    )
    assert seen.route is Route.COUNTERSIGN
    [draft] = [write for write in seen.plan if isinstance(write, SaveDraft)]
    assert (draft.to, draft.subject, draft.in_reply_to) == (("eva@bakker.example",), "Re: Returns", "1@bakker.example")
    assert FEE in draft.text
    assert "[1] Returns policy" in draft.text


def test_inside_the_release_decides() -> None:
    question, claims = "What is the restocking fee that is charged?", [claim(GENERAL, FEE)]
    assert asked(question, claims).route is Route.AUTO
    assert asked(question, claims, mode=Mode.ASSISTED).route is Route.COUNTERSIGN


def test_an_answer_that_speaks_of_little_that_was_asked_goes_to_a_person() -> None:
    seen = asked("Which courier brings samples to Sweden on Saturdays?", [claim(GENERAL, FEE)])
    assert "confidence" in warned(seen)


def test_a_person_s_words_stay() -> None:
    seen = asked("Which courier?", [], edited={"answer": "We use DHL."})
    assert (proposal(seen).answer, proposal(seen).declined) == ("We use DHL.", False)


def test_a_name_that_may_mean_several_customers_is_asked_about() -> None:
    which = Source(id=WHICH_CUSTOMER, text="Bakker B.V.\nBakker Bouw B.V.")
    seen = asked("What does Bakker pay?", [], [], extra=[which])
    assert proposal(seen).missing == "Which customer is meant: Bakker B.V., Bakker Bouw B.V.?"
    assert seen.route is Route.COUNTERSIGN


@pytest.mark.parametrize(
    ("question", "named", "unclear"),
    [
        ("What does Bakker's contract say?", ("Bakker Installatietechniek B.V.",), ()),
        ("Payment term of Smith?", (), ("Smith & Sons Ltd", "Smith Brothers Ltd")),
        ("Payment term of Smith & Sons?", ("Smith & Sons Ltd",), ()),
        ("Visser N.V. or nobody", ("Visser N.V.",), ()),
        ("and Visser?", (), ("Visser B.V.", "Visser N.V.")),
        ("Wat gilt für Mueller?", ("Müller GmbH",), ()),
        ("What is the payment term?", (), ()),
        ("van Dam Techniek: retour?", ("Van Dam Techniek B.V.",), ()),
        ("Which techniek do we sell?", (), ()),
    ],
)
def test_customers_are_known_by_name(question: str, named: tuple[str, ...], unclear: tuple[str, ...]) -> None:
    names = (
        *("Bakker Installatietechniek B.V.", "Smith & Sons Ltd", "Smith Brothers Ltd", "Visser B.V.", "Visser N.V."),
        *("Müller GmbH", "Van Dam Techniek B.V."),
    )
    documents = [snippet(f"contracts/{at}.md", "x", customer=name).document for at, name in enumerate(names)]
    assert named_customers(question, documents) == (named, unclear)


def test_whoever_writes_from_our_domain_is_a_colleague() -> None:
    ours = ["acme.example"]
    for email, external in (
        ("a@acme.example", False),
        ("a@acme.example.net", True),
        ("a@other.example", True),
        ("", False),
    ):
        mail = from_outside(sender=Address(name="", email=email))
        assert viewer_of(mail, ours).external is external


@pytest.mark.parametrize(
    ("question", "own", "another"),
    [
        ("What discount does Nordlys get?", ("Bakker Installatietechniek B.V.",), True),
        ("what discount does nordlys get?", (), True),
        ("What discount does Nordlys get?", ("Nordlys Elektro AS",), False),
        ("What does Bakker get on tools?", ("Bakker Installatietechniek B.V.",), False),
        ("What does Bakker Bouw get?", ("Bakker Installatietechniek B.V.",), True),
        ("Livrez-vous à la maison ?", (), False),
        ("Que paie Maison Durand ?", (), True),
    ],
)
def test_somebody_outside_who_names_another_customer(question: str, own: tuple[str, ...], another: bool) -> None:
    names = ("Bakker Installatietechniek B.V.", "Bakker Bouw B.V.", "Nordlys Elektro AS", "Maison Durand SPRL")
    documents = [snippet(f"contracts/{at}.md", "x", customer=name).document for at, name in enumerate(names)]
    assert names_another(question, own, documents, lambda word: word == "maison") is another


def test_no_question_is_said_to_be_none() -> None:
    assert proposal(asked(" ")).missing == "No question was put."
