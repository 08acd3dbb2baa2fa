"""Mail that is no business: automatic mail, advertising, and attempts at payment fraud."""

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from sandbox.rehearsal.inquiry.letter import Letter
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words, shared_cues

Reason = Literal["automatic", "newsletter", "spam", "fraud"]


@dataclass(frozen=True)
class Junk:
    """Why the mail is no business, and the words that show it."""

    reason: Reason
    sentence: Sentence


def find_junk(letter: Letter, body: list[Sentence], lists: Words) -> Junk | None:
    """None for a mail that a person wrote to do business."""
    subject = Sentence(letter.subject.source, letter.subject.text, False)
    if _first(lists.cues("kinds.other", "firm"), body[:3]) and len(body) <= 4:
        return None
    if letter.note or letter.fields:
        return _fraud(letter, subject, body, lists) or _spam(letter, subject, body, lists)
    return (
        _automatic(letter, subject, body, lists)
        or _fraud(letter, subject, body, lists)
        or _spam(letter, subject, body, lists)
    )


def _first(pattern: re.Pattern[str], sentences: list[Sentence]) -> Sentence | None:
    return next((s for s in sentences if pattern.search(s.folded)), None)


def _automatic(letter: Letter, subject: Sentence, body: list[Sentence], lists: Words) -> Junk | None:
    sender = Sentence("mail.header", letter.sender.line, False)
    if shared_cues("machine_senders").search(sender.folded):
        return Junk("automatic", sender)
    if shared_cues("automatic_subjects").match(subject.folded) or shared_cues("absent_subjects").search(subject.folded):
        return Junk("automatic", subject)
    found = _first(lists.cues("junk", "automatic"), body[:4])
    if found and not _asks(body, lists) and not lists.cues("junk", "automatic_not").search(found.folded):
        return Junk("automatic", found)
    return None


def _asks(body: list[Sentence], lists: Words) -> bool:
    """Whether the mail wants something: then an absence or a footer in it is an aside."""
    kinds = ("quote_request", "order", "service_request")
    return any(lists.cues(f"kinds.{kind}", "strong").search(s.folded) for kind in kinds for s in body)


def _wants_something(body: list[Sentence], lists: Words) -> bool:
    """Whether the mail shows a customer's or supplier's business by a cue of its own."""
    kinds = ("quote_request", "order", "complaint", "service_request", "invoice", "other")
    return any(lists.cues(f"kinds.{kind}", "strong").search(s.folded) for kind in kinds for s in body)


def _fraud(letter: Letter, subject: Sentence, body: list[Sentence], lists: Words) -> Junk | None:
    """A changed bank account, a secret payment, gift cards; not the customer who asks whether such a mail is ours."""
    everything = [subject, *body]
    if _first(lists.cues("junk", "fraud_not"), everything):
        return None
    found = _first(lists.cues("junk", "fraud"), body) or _first(lists.cues("junk", "fraud"), [subject])
    if not found:
        return None
    grounds = sum(len(lists.cues("junk", "fraud").findall(s.folded)) for s in everything)
    grounds += bool(_first(shared_cues("iban"), body)) + _looks_alike(letter)
    return Junk("fraud", found) if grounds >= 2 or lists.cues("junk", "fraud_sure").search(found.folded) else None


def _looks_alike(letter: Letter) -> bool:
    """The sender's domain is nearly ours: `kestre1-vos` for `kestrel-vos`."""
    return any(
        letter.sender.domain != domain and fuzz.ratio(letter.sender.domain, domain) >= 90
        for domain in letter.our_domains
    )


def _spam(letter: Letter, subject: Sentence, body: list[Sentence], lists: Words) -> Junk | None:
    everything = [subject, *body]
    newsletter = lists.cues("junk", "newsletter")
    spam = lists.cues("junk", "spam")
    bulk = _first(newsletter, body) or _first(shared_cues("unsubscribe"), body)
    hits = {match.group() for s in everything for match in spam.finditer(s.folded)}
    news = {match.group() for s in everything for match in newsletter.finditer(s.folded)}
    sales = _first(lists.cues("junk", "sales_pitch"), everything)
    score = len(hits) + (2 if bulk else 0) + (1 if sales else 0) + (1 if len(news) > 1 else 0)
    score -= 2 if letter.is_reply and not bulk else 0
    if score < (2 if _wants_something(body, lists) or letter.is_reply else 1):
        return None
    found = _first(spam, body) or bulk or sales or subject
    if bulk and not hits and not sales and len(news) < 2 and _asks(body, lists):
        return None
    return Junk("newsletter" if bulk and not hits else "spam", found)
