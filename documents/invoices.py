"""What comes in as supplier invoices: one for each invoice, wherever it stands in a file or a mail.

Structured data (XML, by itself or embedded in a PDF) is read exactly and needs no model; everything else is given to
one as texts, page by page, and as pictures where there is no text. Other papers that come along (general terms,
delivery notes, timesheets, logos) make no invoice of their own and stay beside it."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from documents.contents import safe_name
from documents.einvoice import EInvoice
from documents.einvoice.rules import NOT_APPLIED, check_rules
from documents.files import Kind
from documents.inputs import is_mail
from documents.mail import ReadMail
from documents.paperwork import Paper, amounts_of, fold, holds, invoice_pages, number_of, paper_of
from documents.received import File, Received, media_type_of
from jobs.core import BlobRef, Draft, Finding, InputFile, Intake, Source
from jobs.invoice.schema import InvoiceProposal

_MAX_LETTER = 4_000
"""Characters of each of the mail's own texts that are given beside an invoice that is a file."""
_MAX_TEXT = 200_000
"""Characters of all texts of one invoice."""
_MAX_PHOTOS, _MIN_PHOTO = 8, 20_000
"""Photos that are one invoice; bytes of one: what is smaller is a logo."""
_MIN_NUMBER = 4
"""Characters of an invoice number that is looked for in other files: shorter ones stand everywhere."""
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

    @cached_property
    def number(self) -> str:
        """Or empty."""
        if self.einvoice:
            return self.einvoice.draft.proposal.number or ""
        return (
            number_of("\n".join(text for _, text in _numbered(self.file.read.pages, self.pages))) if self.file else ""
        )


def read_invoices(mail: ReadMail, content: bytes, name: str) -> list[ReadInvoice]:
    """The invoices in an input that `read_any(content, name)` has read as `mail`: at least one; never raises.

    Pictures, and files within e-invoices, are added to `mail.parts`. Takes a minute and a half at most, whatever comes
    in (the time that one file may take in the reading process, and one in that of the rules, included)."""
    name = safe_name(name)
    try:
        received = Received(mail, content, name)
        return [_read(invoice, received) for invoice in _invoices(received)]
    except Exception:  # noqa: BLE001 - as in read_any: an input must not be lost to a bug in reading it
        _log.exception("Invoices could not be told apart")
        told = "The invoices in it could not be told apart; it is shown as it came."
        facts = mail.facts.model_copy(update={"problems": [*mail.facts.problems, told]})
        file = (
            InputFile() if is_mail(content, name) else InputFile(name=name, media_type=media_type_of(name, "", content))
        )
        return [ReadInvoice(Intake(mail=facts, sources=mail.sources, file=file), None, "")]


def _invoices(received: Received) -> list[_Invoice]:
    """Each with what belongs to it; together they have all that came in."""
    files = list(_opened(received.files))
    found = _find(files)
    if not found and received.is_mail:
        is_invoice = paper_of(_own_text(received.mail)) is Paper.INVOICE
        found = (
            [] if is_invoice else _of_photos([file for file in files if _is_photo(file) and received.pictures(file)])
        )
        found = found or [_Invoice(None, beside=[file for file in files if file.is_document])]
    elif not found:
        found = _of_file(received.files[0])
    taken = [file for invoice in found for file in invoice.files]
    for file in files:
        if file not in taken and not file.is_container:
            for invoice in _concerned(file, found):
                invoice.beside.append(file)
    return found


def _read(invoice: _Invoice, received: Received) -> ReadInvoice:
    einvoice = invoice.einvoice
    sources = [*_letter(invoice, received), *_texts(invoice, received.problems)]
    pictures = [] if _says_it_all(invoice) else list(_pictures(invoice, received))
    findings = list(_findings(invoice, received))
    problems = received.problems_of(invoice.files) if invoice.file else list(dict.fromkeys(received.problems))
    # Billing systems, too, send mail that looks like an automatic reply: an invoice in it is one.
    machine = {"automatic": None} if _is_invoice(invoice.file) else {}
    intake = Intake(
        mail=received.mail.facts.model_copy(update={"problems": problems, **machine}),
        sources=sources,
        file=invoice.file.as_input() if invoice.file else InputFile(),
        beside=[file.as_input() for file in (*invoice.again, *invoice.beside)],
        pictures=pictures,
        findings=findings,
    )
    return ReadInvoice(intake, einvoice.draft if einvoice else None, einvoice.syntax if einvoice else "")


def _letter(invoice: _Invoice, received: Received) -> Iterator[Source]:
    """The mail's own texts: all of them where it is the invoice, else what is said beside the file."""
    for source in received.mail.sources if received.is_mail else ():
        if not invoice.file and source.id.startswith("mail."):
            yield source
        elif source.id in ("mail.header", "mail.new_text"):
            yield Source(id=source.id, text=_shortened(source.text, _MAX_LETTER))


def _texts(invoice: _Invoice, problems: list[str]) -> Iterator[Source]:
    """Of the invoice's own files; what people read is bounded, data are given whole."""
    room = _MAX_TEXT
    taken = set[str]()
    for file in [*([invoice.file] if invoice.file else invoice.beside), *invoice.again]:
        if file.einvoice:
            yield Source(id=_unlike(file.einvoice.source.id, taken), text=file.einvoice.source.text)
        for name, text in _readable(file, invoice.pages if file is invoice.file else None):
            if len(text) > room:
                problems.append(f"{file.name}: its text is too long to be read to its end.")
                break
            room -= len(text)
            yield Source(id=_unlike(name, taken), text=text)


def _pictures(invoice: _Invoice, received: Received) -> Iterator[BlobRef]:
    if invoice.file:
        yield from received.pictures(invoice.file, invoice.pages)
    for file in invoice.again:
        yield from received.pictures(file)


def _findings(invoice: _Invoice, received: Received) -> Iterator[Finding]:
    if invoice.file and invoice.einvoice and received.is_late:
        yield Finding(rule=NOT_APPLIED, fatal=True, place="", words="There was no time to apply the rules.")
    elif invoice.file and invoice.einvoice:
        yield from check_rules(invoice.file.data, invoice.einvoice.syntax)


def _says_it_all(invoice: _Invoice) -> bool:
    """Whether there are data, or pages of text that are an invoice: a further page that is a picture then is none."""
    if not invoice.file or invoice.einvoice:
        return True
    read = invoice.file.read
    text = "\n".join(text for number, text in _numbered(read.pages, invoice.pages) if number not in read.scans)
    return paper_of(text) is Paper.INVOICE


def _is_invoice(file: File | None) -> bool:
    return file is not None and (file.einvoice is not None or file.paper is Paper.INVOICE)


def _own_text(mail: ReadMail) -> str:
    return next((source.text for source in mail.sources if source.id == "mail.new_text"), "")


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
    for file in papers:
        if file in plain or file in blind:
            single, *more = _of_file(file)
            copied = None if more else next((invoice for invoice in found if _is_copy(single, invoice)), None)
            if copied:
                copied.beside.append(file)
            else:
                found += [single, *more]
    return found


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


def _is_copy(one: _Invoice, other: _Invoice) -> bool:
    """Whether two files of text say the same: the same number, and all amounts."""
    if not one.file or not other.file or other.pages != one.pages or len(one.number) < _MIN_NUMBER:
        return False
    return one.number == other.number and amounts_of(one.file.text) == amounts_of(other.file.text)


def _has_name(file: File, invoice: _Invoice) -> bool:
    return bool(invoice.file) and file.stem == invoice.file.stem


def _has_number(file: File, invoice: _Invoice) -> bool:
    number = invoice.number
    return len(number) >= _MIN_NUMBER and file.paper is not Paper.OTHER and holds(file.text, number)


def _of_file(file: File) -> list[_Invoice]:
    if file.einvoice or not file.read.pages:
        return [_Invoice(file)]
    return [_Invoice(file, pages) for pages in invoice_pages(file.read.pages)]


def _is_photo(file: File) -> bool:
    return file.is_picture and len(file.content) >= _MIN_PHOTO and file.paper is not Paper.OTHER


def _of_photos(photos: Sequence[File]) -> list[_Invoice]:
    """Photos are the pages of one invoice: nothing tells them apart."""
    return [_Invoice(photos[0], again=list(photos[1:_MAX_PHOTOS]))] if photos else []


def _concerned(file: File, found: Sequence[_Invoice]) -> Sequence[_Invoice]:
    """The invoices that a paper beside them belongs to: those whose number it has, else all of them."""
    named = [invoice for invoice in found if len(invoice.number) >= _MIN_NUMBER and holds(file.text, invoice.number)]
    return named or found


def _readable(file: File, pages: range | None) -> Iterator[tuple[str, str]]:
    """What people read, under the ids that evidence names it by."""
    for number, text in _numbered(file.read.pages, pages):
        if text:
            yield f"{file.name}, page {number}", text
    if not file.read.pages and not file.einvoice and file.read.text.strip():
        yield file.name, file.read.text


def _numbered(texts: Sequence[str], pages: range | None) -> Sequence[tuple[int, str]]:
    """The pages' numbers, from 1, and texts; of all or some of them."""
    numbered = list(enumerate(texts, 1))
    return numbered[pages.start : pages.stop] if pages else numbered


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
