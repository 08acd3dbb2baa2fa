"""What a mail says about itself, besides its text: the facts that rules use."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Address(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    email: str
    """Lower case; empty where the header holds none."""


class Attachment(BaseModel):
    """One part of the mail that is not its text. `problem` says why it could not be read, if so."""

    model_config = ConfigDict(frozen=True)

    name: str
    media_type: str
    sha256: str
    size: int
    problem: str | None = None
    inside: str = ""
    """Name of the document that it is embedded in, if it is."""


class MailFacts(BaseModel):
    """A mail's own facts. Times are timezone-aware; what the mail lacks is empty or None."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    sender: Address
    reply_to: Address | None
    to: list[Address]
    subject: str
    date: datetime | None
    in_reply_to: list[str]
    """Message-IDs from References and In-Reply-To, the oldest first."""
    automatic: str | None
    """Why this is a machine's answer (out of office, bounce, receipt), in words: nobody waits for anything."""
    bulk: str | None
    """Why this was sent by a machine or to many (newsletter, system notice), in words. It may yet hold business."""
    forwarded_from: Address | None
    """Who wrote the mail inside, when this one was forwarded."""
    attachments: list[Attachment]
    problems: list[str]
    """What could not be read, in words; the raw mail is in the blob store."""
