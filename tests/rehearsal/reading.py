"""Mails for the rehearsal model's tests."""

from pathlib import Path
from typing import Any

from documents.mail import read_mail
from sandbox.rehearsal import answer

EXAMPLES = Path(__file__).parents[2] / "jobs" / "inquiry" / "examples"
MONDAY = "2026-05-11 Monday"


def sources(file: str) -> dict[str, str]:
    """The sources of an example mail."""
    return {source.id: source.text for source in read_mail((EXAMPLES / file).read_bytes()).sources}


def mail(text: str, sender: str = "Jan de Vries <jan@devries.example>", subject: str = "") -> dict[str, str]:
    """The sources of a mail written on a Monday."""
    header = f"From: {sender}\nTo: Kestrel & Vos <sales@kestrelvos.example>\nDate: {MONDAY}\nSubject: {subject}"
    return {"mail.header": header, "mail.new_text": text}


def read(text: str, **head: str) -> dict[str, Any]:
    """The proposal for a short mail."""
    return answer("inquiry", mail(text, **head))["proposal"]
