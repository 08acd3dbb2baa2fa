"""Who a mail is from, as clues to look the customer up by."""

import re
from collections.abc import Iterator, Sequence

from jobs.core import Source
from jobs.crm import CustomerClues
from jobs.customers import FREEMAIL, compact_vat, is_vat
from jobs.mail import MailFacts

_VAT = re.compile(r"\b(?:AT|BE|DE|DK|ES|FR|GB|IE|IT|LU|NL|PL|SE)[ .-]?(?:[0-9A-Z][ .-]?){8,13}\b")
_NO_REPLY = re.compile(r"(no|do-?not|ne-?pas)-?(reply|repondre)|nicht-?antworten|mailer", re.IGNORECASE)


def sender_clues(
    mail: MailFacts, sources: Sequence[Source], *, emails: Sequence[str], names: Sequence[str], ids: Sequence[int] = ()
) -> CustomerClues:
    """What header and texts say, besides the addresses and company names that a proposal has read from them."""
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    known = [email.lower() for email in emails]
    if writer.email and not _NO_REPLY.search(writer.email):
        known.append(writer.email)
    domains = [domain for domain in (email.rpartition("@")[2] for email in known) if domain not in FREEMAIL]
    text = "\n".join(source.text for source in sources)
    return CustomerClues(
        ids=tuple(ids),
        emails=tuple(dict.fromkeys(known)),
        domains=tuple(dict.fromkeys(domains)),
        vats=tuple(dict.fromkeys(_vats(text))),
        names=tuple(dict.fromkeys(names)),
    )


def _vats(text: str) -> Iterator[str]:
    """VAT numbers that hold by their check digits. What stands behind one on its line is cut off group by group."""
    for found in _VAT.findall(text):
        groups = re.split(r"[ .-]", found)
        numbers = (compact_vat("".join(groups[:n])) for n in range(len(groups), 0, -1))
        yield from [number for number in numbers if is_vat(number)][:1]
