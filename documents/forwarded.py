"""Who wrote the mail inside, when a mail was forwarded."""

import re

from documents.headers import parse_address
from documents.split import Split
from jobs.mail import Address

_ANSWER = re.compile(r"\s*(?:re|aw|antw|sv|vs|rif|r|odp|ynt|res|回复|回覆|답장)\s?(?:\[\d+\])?\s?[:：]", re.I)
_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{0,60}\]\s*)*(?:fwd?|wg|tr|rv|i|doorst|doorgestuurd|enc|vb|vl|pd|ilt|fs|transf|转发|轉寄|転送|전달)\s?(?:\[\d+\])?\s?[:：]",
    re.I,
)


def forwarded_from(subject: str, split: Split) -> Address | None:
    """The author named in the forwarded mail's head; None for an answer, which quotes in the same way.

    A forward says so in its banner or its subject, or its sender added nothing to it."""
    banner = next((opening for opening in split.openings if opening.forward), None)
    untouched = not split.new_text and not _ANSWER.match(subject)
    if not banner and not _PREFIX.match(subject) and not untouched:
        return None
    start = split.openings.index(banner) if banner else 0
    for opening in split.openings[start:]:
        if author := opening.fields.get("from"):
            return parse_address(author)
        if wrote := opening.fields.get("wrote"):
            return _only_address(wrote)
    return None


def _only_address(attribution: str) -> Address | None:
    """An attribution has its name in another place in every language; its mail address can be told for sure."""
    found = re.search(r"[\w.+-]{1,64}@[\w.-]{1,200}\w", attribution)
    return parse_address(found[0]) if found else None
