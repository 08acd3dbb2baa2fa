"""What comes in as supplier invoices: one for each invoice, wherever it stands in a file or a mail.

Structured data (XML, by itself or embedded in a PDF) is read exactly and needs no model; everything else is given to
one as texts, page by page, and as pictures where there is no text. Other papers that come along (general terms,
delivery notes, timesheets, logos) make no invoice of their own and stay beside it."""

import hashlib
import logging
import re
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from documents.contents import safe_name
from documents.einvoice import EInvoice
from documents.einvoice.rules import check_rules
from documents.files import Kind, read_pages, read_picture
from documents.inputs import NO_DOCUMENT, is_mail
from documents.mail import ReadMail
from documents.paperwork import Paper, fold, holds, invoice_pages, paper_of
from documents.received import File, received, received_alone
from jobs.core import BlobRef, Draft, InputFile, Intake, Source
from jobs.invoice.schema import InvoiceProposal

_MAX_LETTER = 4_000
"""Characters of each of the mail's own texts that are given beside an invoice that is a file."""
_MAX_TEXT = 200_000
"""Characters of all texts of one invoice."""
_MAX_PHOTOS, _MIN_PHOTO = 8, 20_000
"""Photos that are one invoice; bytes of one: what is smaller is a logo."""
_MAX_PICTURE_SECONDS = 15
"""When to make no further pictures for the whole input."""
_MIN_NUMBER = 4
"""Characters of an invoice number that is looked for in other files: shorter ones stand everywhere."""
_SHORTENED = re.compile(
    r"(.+): (?:only its first \d+ characters are shown|"
    r"its text is left out, because the attached texts are too long altogether)\."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadInvoice:
    intake: Intake
    draft: Draft[InvoiceProposal] | None
    """What structured data says; None: it is for a model or a person to read."""
    read_by: str
    """The syntax that the draft was read from; or empty."""


@dataclass
class _Invoice:
    file: File | None
    """None: the mail as a whole."""
    pages: range | None = None
    """Of the file, from 0; None: all of it."""
    again: list[File] = field(default_factory=list[File])
    """What says the same invoice once more: another syntax, the PDF that people read, further photos."""
    beside: list[File] = field(default_factory=list[File])

    @property
    def einvoice(self) -> EInvoice | None:
        return self.file.einvoice if self.file else None

    @property
    def files(self) -> list[File]:
        return [*([self.file] if self.file else []), *self.again, *self.beside]

    @property
    def number(self) -> str:
        number = self.einvoice.draft.proposal.number if self.einvoice else None
        return number or ""


def read_invoices(mail: ReadMail, content: bytes, name: str) -> list[ReadInvoice]:
    """The invoices in an input that `read_any(content, name)` has read as `mail`: at least one; never raises.

    Pictures, and files within e-invoices, are added to `mail.parts`."""
    try:
        return _Reading(mail, content, safe_name(name)).invoices()
    except Exception:  # noqa: BLE001 - as in read_any: an input must not be lost to a bug in reading it
        _log.exception("Invoices could not be told apart")
        told = "The invoices in it could not be told apart; it is shown as it came."
        facts = mail.facts.model_copy(update={"problems": [*mail.facts.problems, told]})
        return [ReadInvoice(Intake(mail=facts, sources=mail.sources), None, "")]


class _Reading:
    """Of one input: its files, what is wrong with them, and the time that pictures have taken."""

    def __init__(self, mail: ReadMail, content: bytes, name: str) -> None:
        self.mail = mail
        paged = {one.name for one in mail.facts.attachments if one.sha256 in mail.files}
        self.problems = [told for told in mail.facts.problems if not _is_shortened(told, paged)]
        self.is_mail = is_mail(content, name)
        if self.is_mail:
            self.files = received(mail, self.problems)
        else:
            self.files = [received_alone(mail, content, name, self.problems)]
        self.picture_seconds = 0.0

    def invoices(self) -> list[ReadInvoice]:
        files = list(_opened(self.files))
        found = _find(files)
        if not found and self.is_mail:
            found = [_Invoice(None, beside=[file for file in files if file.is_document])]
        elif not found:
            found = _of_file(self.files[0])
        taken = [file for invoice in found for file in invoice.files]
        for file in files:
            if file not in taken and not file.is_container:
                for invoice in _concerned(file, found):
                    invoice.beside.append(file)
        return [self._read(invoice) for invoice in found]

    def _read(self, invoice: _Invoice) -> ReadInvoice:
        einvoice = invoice.einvoice
        sources = [*self._letter(invoice), *self._texts(invoice)]
        pictures = [] if _says_it_all(invoice) else list(self._pictures(invoice))
        intake = Intake(
            mail=self.mail.facts.model_copy(update={"problems": self._problems(invoice)}),
            sources=sources,
            file=invoice.file.as_input() if invoice.file else InputFile(),
            beside=[file.as_input() for file in (*invoice.again, *invoice.beside)],
            pictures=pictures,
            findings=check_rules(invoice.file.data, einvoice.syntax) if invoice.file and einvoice else [],
        )
        return ReadInvoice(intake, einvoice.draft if einvoice else None, einvoice.syntax if einvoice else "")

    def _letter(self, invoice: _Invoice) -> Iterator[Source]:
        """The mail's own texts: all of them where it is the invoice, else what is said beside the file."""
        if not self.is_mail:
            return
        for source in self.mail.sources:
            if not invoice.file and source.id.startswith("mail."):
                yield source
            elif source.id in ("mail.header", "mail.new_text"):
                yield Source(id=source.id, text=_shortened(source.text, _MAX_LETTER))

    def _texts(self, invoice: _Invoice) -> Iterator[Source]:
        """Of the invoice's own files; what people read is bounded, data are given whole."""
        room = _MAX_TEXT
        taken = set[str]()
        for file in [*([invoice.file] if invoice.file else invoice.beside), *invoice.again]:
            if file.einvoice:
                yield Source(id=_unlike(file.einvoice.source.id, taken), text=file.einvoice.source.text)
            for name, text in _texts(file, invoice.pages if file is invoice.file else None):
                if len(text) > room:
                    self.problems.append(f"{file.name}: its text is too long to be read to its end.")
                    break
                room -= len(text)
                yield Source(id=_unlike(name, taken), text=text)

    def _pictures(self, invoice: _Invoice) -> Iterator[BlobRef]:
        for file in [*([invoice.file] if invoice.file else invoice.beside), *invoice.again]:
            pages = invoice.pages if file is invoice.file else None
            scans = [number for number in file.read.scans if pages is None or number - 1 in pages]
            if not scans and not file.is_picture:
                continue
            if self.picture_seconds > _MAX_PICTURE_SECONDS:
                self.problems.append(f"{file.name}: it is not shown, because the pictures before it took too long.")
                return
            started = time.monotonic()
            shown = read_pages(file.content, scans) if scans else read_picture(file.content)
            self.picture_seconds += time.monotonic() - started
            if file.is_picture:
                self.problems = [told for told in self.problems if told != f"{file.name}: {NO_DOCUMENT}."]
            if shown.problem:
                self.problems.append(f"{file.name}: {shown.problem}.")
            for one in shown.files:
                sha256 = hashlib.sha256(one.content).hexdigest()
                self.mail.parts.setdefault(sha256, (one.content, one.media_type))
                yield BlobRef(sha256=sha256, media_type=one.media_type, size=len(one.content))

    def _problems(self, invoice: _Invoice) -> list[str]:
        """Without those of files that belong to other invoices only."""
        own = {inner.name for file in invoice.files for inner in (file, *file.inner)}
        others = {inner.name for file in self.files for inner in (file, *file.inner)} - own
        apart = tuple(f"{name}: " for name in others) if invoice.file else ()
        return [problem for problem in dict.fromkeys(self.problems) if not problem.startswith(apart)]


def _says_it_all(invoice: _Invoice) -> bool:
    """Whether there are data, or pages of text that are an invoice: a further page that is a picture then is none."""
    if invoice.einvoice or not invoice.file:
        return bool(invoice.einvoice)
    read = invoice.file.read
    numbers = [index + 1 for index in invoice.pages or range(len(read.pages))]
    text = "\n".join(read.pages[number - 1] for number in numbers if number not in read.scans)
    return paper_of(text) is Paper.INVOICE


def _is_shortened(problem: str, names: Container[str]) -> bool:
    """Whether it tells of a text that other jobs get cut: what invoices get has limits of its own."""
    found = _SHORTENED.fullmatch(problem)
    return bool(found) and found[1] in names


def _opened(files: Iterable[File]) -> Iterator[File]:
    """With the documents in a PDF that is only the cover of them."""
    for file in files:
        yield file
        if not file.einvoice and file.paper is not Paper.INVOICE:
            yield from (inner for inner in file.inner if inner.is_document)


def _find(files: Sequence[File]) -> list[_Invoice]:
    found = _structured(files)
    taken = [file for invoice in found for file in invoice.files]
    papers = [file for file in files if file.is_document and file not in taken]
    plain = [file for file in papers if file.text and file.paper is Paper.INVOICE]
    blind = [file for file in papers if not file.text and file.paper is not Paper.OTHER]
    if found or plain:
        blind = [file for file in blind if file.paper is Paper.INVOICE or file.is_locked]
    unclear = [file for file in papers if file.text and file.paper is Paper.UNKNOWN]
    if not found and not plain and not blind and len(unclear) == 1:
        plain = unclear
    found += [invoice for file in papers if file in plain or file in blind for invoice in _of_file(file)]
    return found or _of_photos(files)


def _structured(files: Sequence[File]) -> list[_Invoice]:
    """An invoice that came in several syntaxes, or as a PDF too, is one. A PDF with the data in it goes before data."""
    found: list[_Invoice] = []
    for file in sorted((file for file in files if file.einvoice), key=lambda file: file.kind is not Kind.PDF):
        same = next((invoice for invoice in found if _is_same(invoice.einvoice, file.einvoice)), None)
        if same:
            same.again.append(file)
            continue
        found.append(invoice := _Invoice(file))
        for inner in file.inner if file.kind is not Kind.PDF else ():
            says_again = inner.paper is Paper.INVOICE or _has_number(inner, invoice)
            (invoice.again if says_again else invoice.beside).append(inner)
    _pair(found, [file for file in files if file.is_document and not file.einvoice])
    return sorted(found, key=lambda invoice: files.index(invoice.file) if invoice.file else 0)


def _pair(found: Sequence[_Invoice], papers: list[File]) -> None:
    """Puts what people read beside the data: the file of the same name, those that have its number or, where there is
    only one of each, that one."""
    papers = [file for file in papers if file.paper is not Paper.OTHER]
    for says in (_has_name, _has_number):
        for invoice in found:
            same = [file for file in papers if says(file, invoice)]
            invoice.again += same
            papers = [file for file in papers if file not in same]
    data = [invoice for invoice in found if invoice.file and invoice.file.kind is not Kind.PDF]
    if len(found) == len(data) == len(papers) == 1 and not data[0].again:
        data[0].again += papers


def _is_same(one: EInvoice | None, other: EInvoice | None) -> bool:
    """Whether they have the same number of the same seller."""
    if not one or not other:
        return False
    first, second = one.draft.proposal, other.draft.proposal
    numbers = fold(first.number or ""), fold(second.number or "")
    sellers = [fold(said.seller_vat_id or said.seller_name or "") for said in (first, second)]
    return bool(numbers[0]) and numbers[0] == numbers[1] and sellers[0] == sellers[1]


def _has_name(file: File, invoice: _Invoice) -> bool:
    return bool(invoice.file) and file.stem == invoice.file.stem


def _has_number(file: File, invoice: _Invoice) -> bool:
    number = invoice.number
    return len(number) >= _MIN_NUMBER and file.paper is not Paper.OTHER and holds(file.text, number)


def _of_file(file: File) -> list[_Invoice]:
    if file.einvoice or not file.read.pages:
        return [_Invoice(file)]
    return [_Invoice(file, pages) for pages in invoice_pages(file.read.pages)]


def _of_photos(files: Sequence[File]) -> list[_Invoice]:
    """Photos are the pages of one invoice: nothing tells them apart."""
    photos = [file for file in files if file.is_picture and len(file.content) >= _MIN_PHOTO]
    photos = [file for file in photos if file.paper is not Paper.OTHER][:_MAX_PHOTOS]
    return [_Invoice(photos[0], again=photos[1:])] if photos else []


def _concerned(file: File, found: Sequence[_Invoice]) -> Sequence[_Invoice]:
    """The invoices that a paper beside them belongs to: those whose number it has, else all of them."""
    named = [invoice for invoice in found if len(invoice.number) >= _MIN_NUMBER and holds(file.text, invoice.number)]
    return named or found


def _texts(file: File, pages: range | None) -> Iterator[tuple[str, str]]:
    """What people read, under the ids that evidence names it by."""
    numbered = list(enumerate(file.read.pages, 1))
    for number, text in numbered[pages.start : pages.stop] if pages else numbered:
        if text:
            yield f"{file.name}, page {number}", text
    if not numbered and not file.einvoice and file.read.text.strip():
        yield file.name, file.read.text


def _unlike(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return free


def _shortened(text: str, limit: int) -> str:
    return (
        text if len(text) <= limit else f"{text[:limit]}\n[cut here: {len(text) - limit} more characters in the mail]"
    )
