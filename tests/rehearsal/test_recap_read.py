"""What the rehearsal model hears in a sentence or two, and what it does not; whole calls of other trades."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.recap_reading import FRIDAY, recap

PHRASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "recap_phrases.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
SPEAKERS = {
    "en": ("Wendy Marsh", "Pat Cole", "Hello, this is Wendy from Kestrel and Vos.", "Hello Wendy."),
    "nl": ("Joost Vos", "Piet Bakker", "Hallo, met Joost van Kestrel en Vos.", "Dag Joost, goed dat je belt."),
    "de": (
        "Dieter Hahn",
        "Karl Weber",
        "Guten Tag, Hahn von Kestrel und Vos.",
        "Guten Tag, schön dass Sie anrufen.",
    ),
    "fr": (
        "Marie Collin",
        "Luc Morel",
        "Bonjour, Marie Collin de Kestrel et Vos.",
        "Bonjour, merci de me rappeler.",
    ),
}


def call(language: str, lines: list[str]) -> bytes:
    ours, theirs, hello, answer = SPEAKERS[language]
    said = [f"S: {hello}", f"C: {answer}", *lines]
    named = (f"{ours if line[0] == 'S' else theirs}: {line[3:]}" for line in said)
    return "\n".join(f"[00:00:{number * 5:02}] {line}" for number, line in enumerate(named)).encode()


@pytest.mark.parametrize(("language", "field", "wanted", "lines"), [(p[0], p[1], p[2], p[3:]) for p in PHRASES])
def test_a_sentence_or_two(language: str, field: str, wanted: str, lines: list[str]) -> None:
    proposal = recap(call(language, lines), "call.txt")
    assert proposal["language"] == language
    value = proposal[field]
    if field == "next_steps":
        value = ", ".join(step["owner"] for step in value)
    shown = str(value["amount"]) if isinstance(value, dict) else value
    if wanted == "*":
        assert shown
    else:
        assert (shown or "-") == wanted


def read(text: str, day: date = date(2026, 11, 25)) -> dict[str, Any]:
    return recap(text.encode(), "call.txt", day, colleagues="")


def test_nobody_tells_who_sells_but_how_they_talk() -> None:
    got = read(
        "Alex: Can you tell me a bit about your current setup?\n"
        "Priya: We run our field service on spreadsheets right now and it's a mess.\n"
        "Alex: Most of our customers at that size spend around 30,000 a year.\n"
        "Priya: We've earmarked between 18 and 22k for this fiscal year.\n"
        "Alex: And who else would be involved in the decision?\n"
        "Priya: Our COO, Daniel Reyes, makes the final call.\n"
        "Alex: Are you evaluating anyone else?\n"
        "Priya: Yeah, we saw a demo of ServiceTitan last week and we're also looking at Jobber.\n"
        "Alex: I'll send over a proposal by Wednesday. Does Thursday the 3rd at 2pm work?\n"
        "Priya: Thursday's bad for me. How about Friday the 4th, same time?\n"
        "Alex: Friday works. I'll send an invite.\n"
    )
    assert got["budget"] == {"amount": 22000, "currency": None}
    assert "Daniel Reyes" in got["authority"]
    assert got["competitor"] == "ServiceTitan, Jobber"
    assert got["next_meeting"] == "2026-12-04"
    assert [(step["owner"], step["due"]) for step in got["next_steps"]] == [("Alex", "2026-12-02")]


def test_who_needs_and_who_asks_tells_the_sides_where_nobody_introduces_himself() -> None:
    got = read(
        "Speaker 1: Guten Morgen.\n"
        "Speaker 2: Morgen. Wir brauchen zwanzig neue Spinde für die Umkleide.\n"
        "Speaker 1: Bis wann?\n"
        "Speaker 2: Bis 20. Januar. Die Entscheidung trifft unsere Werksleiterin, Frau Brandl.\n"
        "Speaker 1: Gut, ich kümmere mich um ein Muster.\n"
    )
    assert got["need"]
    assert got["summary"]
    assert "Brandl" in got["authority"]
    assert got["timeline"] == "2027-01-20"
    assert [step["owner"] for step in got["next_steps"]] == ["Speaker 1"]


def test_friends_do_no_business() -> None:
    got = read(
        "Dana: Hello?\nKit: Hi, only wanted to hear how the holiday was.\n"
        "Dana: Wonderful, thanks.\nKit: Nice. I'll bring the photos on Sunday.\n"
    )
    assert (got["summary"], got["need"], got["next_steps"], got["next_meeting"]) == ("", None, [], None)


def test_the_later_word_holds() -> None:
    got = read(
        "Tom: So what kind of budget do you have in mind?\n"
        "Ellen: We've got fifty thousand euros for the whole project.\n"
        "Tom: Great, and that includes installation?\n"
        "Ellen: Sorry, I should correct that, make that 40. The rest is for training.\n"
        "Tom: When does it need to be done?\n"
        "Ellen: By the 15th of January. No wait, the 22nd, the hall is only free then.\n"
    )
    assert got["budget"] == {"amount": 40000, "currency": "EUR"}
    assert got["timeline"] == "2027-01-22"


def test_nothing_is_filled_of_a_call_that_says_nothing() -> None:
    got = read(
        "Sales rep: Do you have a budget for the renewal?\n"
        "Customer: No, we haven't set anything aside yet.\n"
        "Sales rep: Our standard package is 12,000 euros a year. Unlike Salesforce, we don't charge for support.\n"
        "Customer: Right.\n"
        "Sales rep: Who would decide on this, and when would you want to start?\n"
        "Customer: I honestly don't know yet.\n"
        "Sales rep: Shall I send you a brochure?\n"
        "Customer: No, don't bother.\n"
        "Sales rep: Okay, shall we talk again next week?\n"
        "Customer: Let's not. I'll call you if something changes.\n"
    )
    fields = ("need", "budget", "authority", "timeline", "competitor", "next_meeting", "stage_suggestion")
    assert {name: got[name] for name in fields} == dict.fromkeys(fields)
    assert (got["objections"], got["decisions"], got["next_steps"]) == ([], [], [])


def test_notes_with_labels() -> None:
    got = read(
        "Call notes - Acme Industries - 24 Nov 2026\n\n"
        "- Acme wants to replace 3 packaging lines next year\n"
        "- Budget: approx. 250k EUR, to be confirmed by the board\n"
        "- Decision maker: CFO Anna Stein\n"
        "- Timeline: order before 31 January\n"
        "- Competitors: Bosch Packaging, Syntegon\n"
        "- Concerns: spare parts; training\n\n"
        "Action items:\n"
        "- Lisa: send reference list by 1 Dec\n"
        "- John to share line layout drawings (next Friday)\n\n"
        "Next meeting: 10 December, 9:00\n"
    )
    assert got["budget"] == {"amount": 250000, "currency": "EUR"}
    assert (got["authority"], got["timeline"]) == ("CFO Anna Stein", "2027-01-31")
    assert (got["competitor"], got["objections"]) == ("Bosch Packaging, Syntegon", ["spare parts", "training"])
    assert got["next_meeting"] == "2026-12-10"
    assert [(step["owner"], step["due"]) for step in got["next_steps"]] == [
        ("Lisa", "2026-12-01"),
        ("John", "2026-12-04"),
    ]


def test_notes_in_the_style_of_a_memo() -> None:
    got = read(
        "Notes call Harlow Installations 26/11\n- wants to replace 120 fittings in the workshop with LED\n"
        "- decision by owner, M. Harlow\n- comparing us with Tarrant\n- contract with Dovecote ends on 31 March\n"
        "- we send quote by 1 December\n- next call 3 December\n"
    )
    assert (got["authority"], got["competitor"]) == ("owner, M. Harlow", "Tarrant, Dovecote")
    assert got["next_meeting"] == "2026-12-03"
    assert [(step["owner"], step["due"]) for step in got["next_steps"]] == [("we", "2026-12-01")]
    got = read(
        "Besuchsnotiz Ziegler Bau 24.11.2026\nBedarf: 12 Paletten Zement pro Monat ab Januar 2027\n"
        "- Entscheidung ist offen\nNächste Schritte:\n- Herr Ebert klärt Abladestelle bis 01.12.2026\n"
    )
    assert (got["timeline"], got["authority"]) == ("ab Januar 2027", None)
    assert [step["owner"] for step in got["next_steps"]] == ["Herr Ebert"]


@pytest.mark.parametrize(
    ("language", "field", "wanted", "lines"),
    [
        ("en", "next_steps", "Wendy Marsh", ["S: I'll draw up the papers for you."]),
        ("en", "next_steps", "Wendy Marsh", ["S: I'll work on a costing and come back by 4 December."]),
        ("de", "next_steps", "Dieter Hahn", ["S: Bis Freitag stelle ich Ihnen die Unterlagen zusammen."]),
        ("nl", "next_steps", "Joost Vos", ["S: Dat zoek ik voor jullie uit."]),
        ("fr", "next_steps", "Marie Collin", ["S: Je m'en occupe dès demain."]),
        (
            "nl",
            "next_meeting",
            "2026-12-01",
            ["S: Zullen we volgende week dinsdag bellen?", "C: Dinsdag is prima voor mij."],
        ),
        ("nl", "next_meeting", "-", ["S: Zullen we volgende week dinsdag bellen?", "C: Nee, dat lukt niet."]),
        ("en", "authority", "*", ["C: Our managing director, Olga Brandl, takes the decision."]),
        ("nl", "authority", "*", ["C: Onze directeur, mevrouw Smit, neemt de beslissing daarover."]),
        ("de", "authority", "*", ["C: Über 5.000 Euro geht es bei uns an den Vorstand."]),
        ("en", "stage_suggestion", "Won", ["C: I've looked at your quote and we want to go ahead with it."]),
        ("fr", "authority", "*", ["C: Au-dessus de 5 000 euros, ça passe au conseil."]),
    ],
)
def test_what_is_promised_settled_and_decided(language: str, field: str, wanted: str, lines: list[str]) -> None:
    test_a_sentence_or_two(language, field, wanted, lines)


def test_a_long_call_keeps_its_end() -> None:
    talk = [f"Customer: And then we talked about the weather for a while, part {number}." for number in range(1500)]
    end = [
        "Sales rep: Do you have a budget?",
        "Customer: Yes, 50,000 euros.",
        "Sales rep: I'll send you the quotation by Friday.",
    ]
    got = recap("\n".join(["Sales rep: Hello.", *talk, *end]).encode(), "call.txt", FRIDAY)
    assert got["budget"] == {"amount": 50000, "currency": "EUR"}
    assert [(step["owner"], step["due"]) for step in got["next_steps"]] == [("Sales rep", "2026-12-04")]
