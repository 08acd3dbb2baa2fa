"""Company, contact and phone, out of signatures, headers, forms and introductions."""

import re
from pathlib import Path

import pytest

from sandbox.rehearsal import answer
from tests.rehearsal.reading import mail, read

Case = tuple[str, str | None, str | None, str | None, str]


def cases() -> list[Case]:
    """`From` header; company, contact and phone; text."""
    found: list[Case] = []
    for block in (Path(__file__).parent / "signatures.txt").read_text("utf-8").split("\n\n===\n"):
        sender, facts, text = block.split("\n", 2)
        company, contact, phone = (None if fact == "-" else fact for fact in facts.split(" / "))
        found.append((sender, company, contact, phone, text))
    return found


def bare(name: str | None) -> str | None:
    """Without case, punctuation and salutation."""
    return name and re.sub(r"[\W_]+|^(?:dr|mevr|frau)\b", "", name.casefold())


@pytest.mark.parametrize(("sender", "company", "contact", "phone", "text"), cases())
def test_who_writes(sender: str, company: str | None, contact: str | None, phone: str | None, text: str) -> None:
    request = read(text, sender=sender)["requests"][0]
    assert (bare(request["company"]), bare(request["contact"])) == (bare(company), bare(contact))
    assert re.sub(r"\D", "", request["phone"] or "") == re.sub(r"\D", "", phone or "")


def test_forwarded_mail_is_read_as_the_one_inside() -> None:
    thread = (
        "Van: Nathalie Delvaux <aankoop@delvaux.example>\nVerzonden: maandag 11 mei 2026 10:20\n"
        "Aan: Wendy <wendy@kestrelvos.example>\nOnderwerp: Bestelbon 88\n\nGraag 60 st draadeind M12 leveren.\n\n"
        "Mvg,\nNathalie Delvaux\nConstructie Delvaux NV\n+32 455 00 90 12"
    )
    sources = mail("pls handle", sender="Wendy <wendy@kestrelvos.example>", subject="FW: Bestelbon 88")
    draft = answer("inquiry", sources | {"mail.thread": thread})
    [request] = draft["proposal"]["requests"]
    assert request["company"] == "Constructie Delvaux NV"
    assert (request["contact"], request["email"]) == ("Nathalie Delvaux", "aankoop@delvaux.example")
    assert (request["kind"], request["items"][0]["quantity"]) == ("order", 60)
    assert {one["source"] for one in draft["evidence"]} == {"mail.thread"}


def test_reply_takes_no_requests_from_the_old_thread() -> None:
    thread = "On Mon, 11 May 2026 at 09:00, Ann <ann@kestrelvos.example> wrote:\nPlease confirm your order of 20 pumps."
    draft = answer("inquiry", mail("Thanks, received!\n\nJan", subject="Re: Order") | {"mail.thread": thread})
    [request] = draft["proposal"]["requests"]
    assert (request["kind"], request["items"]) == ("other", [])
