"""Which letter inside the mail is the one that asks for something: its sender, date, words and signature."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr, parsedate_to_datetime

from sandbox.rehearsal.inquiry.words import fold, shared, shared_cues, shared_text

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LABEL = re.compile(r"^[\s*>]*(?P<label>[^\W\d][^:\n]{0,40}?)[\s*]*(?::|\s=)[*\s]*(?P<value>.*?)[\s*]*$")
_ATTRIBUTION = re.compile(
    r"^[>\s]*(?:on|op|am|le|el)\b(?P<who>[^\n]{6,140}?(?:\n[^\n]{0,100}?)?)"
    r"(?:wrote|schreef|schrieb|a écrit|geschreven)\s*(?P<after>[^\n:]{0,90}):\s*$",
    re.I | re.M,
)
_NAME_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*|van|de|der|den|von|du")
_COUNT_AT_END = re.compile(r"(?:[|;:=]|\s[x×-])\s*\d{1,5}(?:[.,]\d+)?\s*[^\W\d]{0,8}\.?$")
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.|\b(?:Ltd|Inc|Corp|Co|Zn|Ing|Dipl|Dept|St)\.)$")
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.|\b(?:Ltd|Inc|Corp|Co|Zn|Ing|Dipl|Dept|St)\.)$")
_CONTACT = re.compile(r"\+?\d[\d ()./-]{6,}\d|@")
_FOOTER = re.compile(r"\s*(?:[-_=*]{2,}\s*$|user.?agent|sent from|verzonden via)", re.I)
_QUOTED = re.compile(r"^>+ ?", re.M)


@dataclass(frozen=True)
class Passage:
    """A text and the source it stands in."""

    source: str
    text: str


@dataclass(frozen=True)
class Party:
    """Someone in a header. `line` is the header's own words, in `source`."""

    name: str
    email: str
    source: str
    line: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower()


NOBODY = Party("", "", "mail.header", "")


@dataclass(frozen=True)
class Letter:
    """The letter to read. `note` is what a colleague wrote above a letter that he passed on."""

    sender: Party
    ours: tuple[Party, ...]
    subject: str
    subject_source: str
    day: date | None
    text: Passage
    signature: tuple[Passage, ...]
    """Lines below the closing; they may stand in two sources."""
    note: Passage | None = None
    is_reply: bool = False
    is_form: bool = False
    fields: Mapping[str, Passage] = field(default_factory=dict[str, Passage])
    attachments: tuple[Passage, ...] = ()
    earlier: tuple[Passage, ...] = ()
    """Signatures of the same sender further down in the thread."""

    @property
    def forwarded(self) -> bool:
        return self.note is not None

    @property
    def signature_lines(self) -> list[Passage]:
        """The signature line by line, empty ones left out."""
        return _lines(self.signature)

    @property
    def earlier_lines(self) -> list[Passage]:
        """The same sender's earlier signatures, line by line."""
        return _lines(self.earlier)

    @property
    def our_domains(self) -> frozenset[str]:
        return frozenset(p.domain for p in self.ours if p.domain and not is_freemail(p.domain))


@dataclass(frozen=True)
class _Inner:
    sender: Party
    subject: str
    day: str
    text: str


def _lines(parts: tuple[Passage, ...]) -> list[Passage]:
    lines = (Passage(part.source, line.strip(" *_\t>")) for part in parts for line in part.text.splitlines())
    return [line for line in lines if line.text]


def is_freemail(domain: str) -> bool:
    """A mail provider's domain: it says nothing about the company."""
    return any(label in shared("freemail") for label in domain.split(".")[:-1])


def read_letter(sources: Mapping[str, str]) -> Letter:
    """Finds the letter in the sources. Missing sources read as empty."""
    header = _header(sources.get("mail.header", ""))
    sender = _party(header.get("from", ""), "mail.header")
    ours = tuple(_party(part, "mail.header") for part in _addresses(header.get("to", "")))
    subject = header.get("subject", "")
    new = Passage("mail.new_text", _without_quotes(sources.get("mail.new_text", "")))
    attachments = tuple(Passage(name, text) for name, text in sources.items() if name.startswith("attachment:"))
    inner = _passed_on(sources.get("mail.thread", ""), attachments, new, subject, sender, ours)
    day = _header_day(header.get("date", ""))
    if inner:
        text, signature = _cut_signature(Passage(inner.sender.source, inner.text))
        ours = (*ours, sender) if sender.domain in {p.domain for p in ours} else ours
        fields = _form_fields(text)
        return Letter(
            sender=inner.sender,
            ours=ours,
            subject=inner.subject or _bare_subject(subject),
            subject_source=inner.sender.source if inner.subject else "mail.header",
            day=_header_day(inner.day) or day,
            text=_form_message(text, fields) or text,
            signature=(signature,),
            note=new,
            is_form=bool(fields),
            fields=fields,
            attachments=tuple(a for a in attachments if a.source != inner.sender.source),
        )
    reply_to = _party(header.get("reply-to", ""), "mail.header")
    if reply_to.email and (sender.domain in {p.domain for p in ours} or _NO_REPLY.match(sender.email)):
        sender = reply_to
    given = Passage("mail.signature", _without_boilerplate(sources.get("mail.signature", "").splitlines(keepends=True)))
    text, tail = _cut_signature(new)
    fields = _form_fields(new)
    return Letter(
        sender=sender,
        ours=ours,
        subject=_bare_subject(subject),
        subject_source="mail.header",
        day=day,
        text=_form_message(new, fields) or text,
        signature=tuple(p for p in (tail, given) if p.text.strip()),
        is_reply=bool(_prefix(subject, "reply_subject")),
        earlier=tuple(_earlier_signatures(sources.get("mail.thread", ""), sender)),
        is_form=bool(fields),
        fields=fields,
        attachments=attachments,
    )


def _without_quotes(text: str) -> str:
    """The text without the lines it quotes to answer them; they are someone else's words."""
    own = [line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(">")]
    return "".join(own) if any(line.strip() for line in own) else text


# --- headers ---------------------------------------------------------------------------------------------------------


def _header(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _addresses(value: str) -> list[str]:
    return [part for part in re.split(r"[,;](?=[^<>]*(?:<|$|@))", value) if part.strip()]


def _party(value: str, source: str) -> Party:
    value = value.strip().strip("*")
    address = _EMAIL.search(value)
    email = address.group().lower() if address else ""
    name = re.sub(r"[<\[(]?(?:mailto:)?[\w.+'-]+@[\w.-]+[>\])]?|[<\[]\s*[>\]]", "", value).strip(" \"'<>,;*")
    if not name and "<" in value:
        name = parseaddr(value)[0]
    return Party(name if name.lower() != email else "", email, source, value)


def _header_day(value: str) -> date | None:
    if match := re.search(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(match.group())
        except ValueError:
            return None
    try:
        return parsedate_to_datetime(value).date()
    except (ValueError, TypeError):
        return None


def _prefix(subject: str, kind: str) -> re.Match[str] | None:
    return re.match(rf"\s*(?:\[[^\]]*\]\s*)?(?:{fold(shared_text(kind))})(?:\[\d+\])?\s*:", fold(subject))


def _bare_subject(subject: str) -> str:
    while match := _prefix(subject, "forward_subject") or _prefix(subject, "reply_subject"):
        subject = subject[match.end() :]
    return subject.strip()


# --- a letter that was passed on ---------------------------------------------------------------------------------------


def _passed_on(
    thread: str, attachments: tuple[Passage, ...], new: Passage, subject: str, sender: Party, ours: tuple[Party, ...]
) -> _Inner | None:
    """The letter inside, if a colleague or a customer passed one on; the topmost that is not our own."""
    our_domains = {p.domain for p in ours if p.domain and not is_freemail(p.domain)}
    says_so = _prefix(subject, "forward_subject") or shared_cues("forward_banner").search(fold(thread[:400]))
    if not (says_so or sender.domain in our_domains or not new.text.strip()):
        return None
    letters = [*_inner_letters(thread, "mail.thread"), *(a for part in attachments for a in _attached_letter(part))]
    return next((x for x in letters if x.text.strip() and x.sender.domain not in our_domains), None)


def _attached_letter(attachment: Passage) -> Iterator[_Inner]:
    """A mail that was attached: its header lines, then its text."""
    head, _, text = attachment.text.partition("\n\n")
    fields = _header(head)
    if attachment.text.startswith("From:") and "subject" in fields:
        yield _Inner(_party(fields["from"], attachment.source), fields["subject"], fields.get("date", ""), text)


def _earlier_signatures(thread: str, sender: Party) -> Iterator[Passage]:
    for letter in _inner_letters(thread, "mail.thread"):
        same_name = bool(sender.name) and fold(letter.sender.name) == fold(sender.name)
        if same_name or (sender.email and letter.sender.email == sender.email):
            yield _cut_signature(Passage("mail.thread", letter.text))[1]


def _inner_letters(thread: str, source: str) -> Iterator[_Inner]:
    heads = sorted([*_header_blocks(thread), *_attributions(thread)], key=lambda head: head[0])
    for index, (_, start, fields) in enumerate(heads):
        end = heads[index + 1][0] if index + 1 < len(heads) else len(thread)
        text = thread[start:end]
        if all(line.startswith(">") for line in text.splitlines() if line.strip()):
            text = _QUOTED.sub("", text)
        yield _Inner(_party(fields["from"], source), fields.get("subject", ""), fields.get("date", ""), text)


def _header_blocks(thread: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    """From/Sent/To/Subject blocks in any of the four languages: where each starts, where its letter starts, its fields."""
    labels = {name: shared_cues(f"header_{name}") for name in ("from", "date", "to", "subject", "cc")}
    offset = 0
    fields: dict[str, str] = {}
    block_start = 0
    for line in [*thread.splitlines(keepends=True), "\n"]:
        match = _LABEL.match(line.rstrip("\n"))
        name = next((n for n, p in labels.items() if match and p.fullmatch(fold(match["label"].strip()))), None)
        if match and name and (fields or name == "from"):
            block_start = block_start if fields else offset
            fields.setdefault(name, match["value"])
        elif fields and not (line.strip() and name is None and len(fields) < 2):
            if len(fields) >= 3:
                yield block_start, offset, fields
            fields = {}
        offset += len(line)


def _attributions(thread: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _ATTRIBUTION.finditer(thread):
        who = match["after"].strip() or re.split(r"\d{1,2}[:.h]\d\d(?:\s?[ap]m)?|\d{4}|,\s(?=\D*$)", match["who"])[-1]
        yield (
            match.start(),
            match.end(),
            {"from": re.sub(r"^[\s,]+|[\s,]+$|\s*(?:uhr|het volgende)\s*", "", who, flags=re.I)},
        )


# --- web forms -------------------------------------------------------------------------------------------------------

_NO_REPLY = re.compile(
    r"(?:no|do-?not|ne-?pas|niet|nicht)[-_.]?(?:reply|repondre|answer|antworten|beantwoorden)|web|form", re.I
)
_SENDER_LABELS = frozenset({"from", "van", "von", "de", "sender", "afzender", "absender", "expediteur"})
_FORM = ("name", "first_name", "last_name", "company", "email", "phone", "message", "subject")


def _form_fields(passage: Passage) -> dict[str, Passage]:
    """The fields of a web form (`Naam: ...`); empty when the text is no form."""
    labels = {name: shared_cues(f"form_{name}") for name in _FORM}
    fields: dict[str, Passage] = {}
    lines = passage.text.splitlines()
    for index, line in enumerate(lines):
        match = _LABEL.match(line)
        if not match:
            continue
        label = fold(match["label"].strip(" *-•"))
        name = next((n for n, p in labels.items() if p.fullmatch(label)), None)
        value = match["value"] or next((x.strip() for x in lines[index + 1 : index + 2] if not _LABEL.match(x)), "")
        if label in _SENDER_LABELS and (address := _EMAIL.search(value)):
            fields.setdefault("email", Passage(passage.source, address.group()))
            name, value = "name", value[: address.start()].strip(' <(["')
        if name and value and name not in fields:
            fields[name] = Passage(passage.source, value)
    identity = fields.keys() & {"name", "first_name", "last_name", "company", "email", "phone"}
    return fields if len(identity) >= 2 and (len(fields) >= 3 or "message" in fields) else {}


def _form_message(passage: Passage, fields: Mapping[str, Passage]) -> Passage | None:
    """The form's message with what follows it, up to the technical footer."""
    if "message" not in fields:
        return None
    start = passage.text.find(fields["message"].text)
    lines = passage.text[start:].splitlines(keepends=True)
    end = next(
        (i for i, line in enumerate(lines) if _FOOTER.match(line) or _is_label(line, ("technical",))), len(lines)
    )
    identity = ("name", "first_name", "last_name", "company", "email", "phone")
    return Passage(passage.source, "".join(line for line in lines[:end] if not _is_label(line, identity)))


def _is_label(line: str, kinds: tuple[str, ...]) -> bool:
    match = _LABEL.match(line.rstrip("\n"))
    return bool(match) and any(shared_cues(f"form_{kind}").fullmatch(fold(match["label"].strip())) for kind in kinds)


# --- the signature ---------------------------------------------------------------------------------------------------


def _cut_signature(passage: Passage) -> tuple[Passage, Passage]:
    """Cuts a letter into its words and its signature; disclaimers and mail-client footers are dropped from both."""
    lines = passage.text.splitlines(keepends=True)
    cut = _closing_line(lines)
    if cut is None:
        start, end = _bare_signature(lines)
        body, tail = [*lines[:start], *lines[end:]], lines[start:end]
    else:
        body, tail = lines[:cut], [_behind_closing(lines[cut]), *lines[cut + 1 :]]
    body, tail = _with_postscript(body, tail)
    return Passage(passage.source, _without_boilerplate(body)), Passage(passage.source, _without_boilerplate(tail))


def is_closing(line: str) -> bool:
    """`Kind regards`, `mvg`: a line that says goodbye and nothing else."""
    bare = fold(line).strip(" ,.!;:)-*_")
    return not re.search(r"[.?!;\d]", bare) and bool(shared_cues("closings").fullmatch(bare))


def _behind_closing(line: str) -> str:
    """The name in `Groetjes Linda`; empty when the line says more or less than goodbye and a name."""
    tokens = line.strip().split()
    for size in range(1, min(4, len(tokens))):
        name = tokens[size:]
        if is_closing(" ".join(tokens[:size])) and len(name) <= 3 and all(_NAME_WORD.fullmatch(word) for word in name):
            return " ".join(name) + "\n"
    return ""


def is_greeting(line: str) -> bool:
    return bool(shared_cues("greetings").fullmatch(fold(line).strip(" ,.!;:-*")))


def _closing_line(lines: list[str]) -> int | None:
    """The closing above the signature: the first one with nothing but signature lines between it and the next."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    found = [i for i in filled[1:] if lines[i].strip() == "--" or is_closing(lines[i]) or _behind_closing(lines[i])]
    if not found:
        return None
    cut = found[-1]
    for earlier in reversed(found[:-1]):
        if cut - earlier <= 2:
            cut = earlier
    return cut


def _with_postscript(body: list[str], tail: list[str]) -> tuple[list[str], list[str]]:
    """Moves a postscript from below the signature to the letter's words."""
    for index, line in enumerate(tail):
        if re.match(r"\s*(?:p\.?\s?s\.?|n\.?b\.?)[\s:,-]", line, re.I):
            return [*body, "\n", *tail[index:]], tail[:index]
    return body, tail


def _bare_signature(lines: list[str]) -> tuple[int, int]:
    """Where a signature without a closing starts and ends: the last short lines that are no sentence.

    A remark may stand below it, but then it must be a block with a phone number or an address."""
    kept = [i for i, line in enumerate(lines) if line.strip() and not shared_cues("boilerplate").search(fold(line))]
    start = end = kept[-1] + 1 if kept else len(lines)
    for index in range(start - 1, -1, -1):
        line = lines[index].strip()
        if line and not _is_signature_line(line):
            break
        start = index if line else start
    if 0 < start < end:
        return start, end
    block: list[int] = []
    for index in [*reversed(kept), -1]:
        if index >= 0 and _is_signature_line(lines[index].strip()):
            block.append(index)
        elif len(block) >= 2 and min(block) > 0 and any(_CONTACT.search(lines[i]) for i in block):
            return min(block), max(block) + 1
        else:
            block = []
    return len(lines), len(lines)


def _is_signature_line(line: str) -> bool:
    if _EMAIL.search(line) and len(line) < 60 or re.match(r"(?:www\.|https?://)\S+$", line) or line in {"--", "-"}:
        return True
    if (
        len(line) > 70
        or (line[-1] in ".?!:;" and not _ABBREVIATED.search(line))
        or re.match(r"[-*•]\s|\d+\s*(?:x|st|pcs)\b", line, re.I)
        or is_greeting(line)
    ):
        return False
    if _COUNT_AT_END.search(line) and not _CONTACT.search(line):
        return False
    words = line.split()
    if re.search(r"\+?\d[\d ()./-]{6,}\d", line):
        return len(words) <= 12
    capitals = sum(1 for word in words if word[:1].isupper() or not word[:1].isalpha())
    return line[0].isupper() and len(words) <= 7 and capitals * 2 >= len(words) and not re.match(r"\d", line)


def _without_boilerplate(lines: list[str]) -> str:
    """Drops a disclaimer's whole paragraph and a mail client's own line."""
    kept: list[str] = []
    skipping = False
    for line in lines:
        skipping = bool(line.strip()) and (skipping or bool(shared_cues("boilerplate").search(fold(line))))
        if not skipping:
            kept.append(line)
    return "".join(kept)
