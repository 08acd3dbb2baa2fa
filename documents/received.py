"""The files of an input, one by one, with those that they hold: what an invoice can be in."""

import hashlib
import logging
import mimetypes
import re
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath

from documents.contents import name_within
from documents.einvoice import Attachment, BrokenXml, EInvoice, read_einvoice
from documents.files import IN_PROCESS, Kind, guess_name, is_xml, kind_of, read_file, read_pages, read_picture
from documents.inputs import NO_DOCUMENT, is_mail
from documents.lines import FileText, InnerFile
from documents.mail import ReadMail
from documents.paperwork import Paper, paper_of
from jobs.core import BlobRef, InputFile

_MAX_CARRIED = 10
"""Files within one e-invoice that are taken out."""
_SECONDS = 40
"""After which nothing more of an input is taken out, shown or checked; what its reading has taken comes on top."""
_LATE = "because the files before it took too long"
_ABRIDGED = re.compile(
    r"(.+): (?:only its first \d+ (?:characters are shown|bytes are read)|"
    r"its text is left out, because the attached texts are too long altogether)\."
)
"""What is told of a text that is given to other jobs."""
_NO_PAPER = re.compile(r"\.(?:vcf|ics|p7[sm]|asc|sig|dat|json|css|log)$", re.I)
_CONTAINER = re.compile(r"\.eml$|^winmail\.dat$", re.I)
_VAGUE = {"", "application/octet-stream", "application/xml", "text/xml", "binary/octet-stream"}


_log = logging.getLogger(__name__)


@dataclass(eq=False)
class File:
    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str
    read: FileText
    inner: list["File"] = field(default_factory=list["File"])
    """The files that it holds: embedded in a PDF, carried within an e-invoice."""
    einvoice: EInvoice | None = None
    """That it is, or holds."""
    data: bytes = field(default=b"", repr=False)
    """The XML that the e-invoice was read from."""

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.content, self.name, self.media_type)

    @cached_property
    def paper(self) -> Paper:
        return paper_of(self.text, self.name)

    @property
    def text(self) -> str:
        return "\n".join(self.read.pages) or self.read.text

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem.lower()

    @property
    def is_document(self) -> bool:
        return self.kind is not Kind.OTHER and not _NO_PAPER.search(self.name) and not self.is_container

    @property
    def is_picture(self) -> bool:
        return bool(self.content) and self.kind is Kind.OTHER and self.media_type.startswith("image/")

    @property
    def is_locked(self) -> bool:
        """A PDF that does not even show that it is a scan."""
        return self.kind is Kind.PDF and not self.text and not self.read.scans

    @property
    def is_container(self) -> bool:
        """Its contents are files of their own here."""
        return bool(_CONTAINER.search(self.name)) or self.media_type == "message/rfc822"

    def as_input(self) -> InputFile:
        return InputFile(name=self.name, media_type=self.media_type, sha256=self.sha256)


class Received:
    """The files of an input that `read_any(content, name)` has read as `mail`. What is taken out of them is added to
    `mail.parts`; `problems` are sentences."""

    def __init__(self, mail: ReadMail, content: bytes, name: str) -> None:
        self.mail = mail
        self.is_mail = is_mail(content, name)
        self.problems = list(mail.facts.problems)
        self._until = time.monotonic() + _SECONDS
        self._shown: dict[tuple[str, tuple[int, ...]], list[BlobRef]] = {}
        self.files = list(self._attached()) if self.is_mail else [self._alone(content, name)]
        whole = {file.name for file in self.files if file.einvoice or _sha256(file.content) in mail.files}
        self.problems = [problem for problem in self.problems if not _is_abridged(problem, whole)]

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self._until

    def problems_of(self, files: Iterable[File]) -> list[str]:
        """Without what is told of the other files only."""
        own = {inner.name for file in files for inner in (file, *file.inner)}
        others = {inner.name for file in self.files for inner in (file, *file.inner)} - own
        apart = tuple(f"{name}: " for name in others)
        return [problem for problem in dict.fromkeys(self.problems) if not problem.startswith(apart)]

    def pictures(self, file: File, pages: range | None = None) -> list[BlobRef]:
        """A photo, or those of the pages (from 0; None: all) whose words are in pictures; among the mail's parts."""
        scans = tuple(number for number in file.read.scans if pages is None or number - 1 in pages)
        if not scans and not file.is_picture:
            return []
        if (file.sha256, scans) not in self._shown:
            self._shown[file.sha256, scans] = list(self._show(file, scans))
        return self._shown[file.sha256, scans]

    def _show(self, file: File, scans: Sequence[int]) -> Iterator[BlobRef]:
        if self.is_late:
            self.problems.append(f"{file.name}: it is not shown, {_LATE}.")
            return
        shown = read_pages(file.content, scans) if scans else read_picture(file.content)
        if file.is_picture:
            self.problems = [problem for problem in self.problems if problem != f"{file.name}: {NO_DOCUMENT}."]
        if shown.problem:
            self.problems.append(f"{file.name}: {shown.problem}.")
        for one in shown.files:
            yield BlobRef(sha256=self._keep(one), media_type=one.media_type, size=len(one.content))

    def _attached(self) -> Iterator[File]:
        """Each file once."""
        attached = {one.sha256: one for one in reversed(self.mail.facts.attachments) if not one.inside}
        for one in reversed(attached.values()):
            yield self._file(one.name, one.media_type, self.mail.parts[one.sha256][0], FileText("", one.problem))

    def _alone(self, content: bytes, name: str) -> File:
        told = next((one.problem for one in self.mail.facts.attachments if not one.inside), None)
        text = "\n\n".join(source.text for source in self.mail.sources)
        file = self._file(name or guess_name(content), "", content, FileText(text, told))
        return replace(file, sha256="")

    def _file(self, name: str, media_type: str, content: bytes, otherwise: FileText) -> File:
        """`otherwise` is what is known of it, if it was not read as a document."""
        sha256 = _sha256(content)
        read = self.mail.files.get(sha256, otherwise)
        file = File(name, media_type_of(name, media_type, content), content, sha256, read)
        for number, one in enumerate(read.files, 1):
            if _sha256(one.content) in self.mail.parts:
                inner_name = name_within(one, name, number)
                file.inner.append(self._file(inner_name, one.media_type, one.content, FileText("")))
        file.einvoice, file.data = next(self._einvoices([file, *file.inner]), (None, b""))
        if file.einvoice and file.kind is not Kind.PDF:
            file.inner += self._carried(file.einvoice, name)
        return file

    def _einvoices(self, files: Sequence[File]) -> Iterator[tuple[EInvoice, bytes]]:
        for file in files:
            if file.kind in IN_PROCESS or not is_xml(file.content):
                continue
            try:
                einvoice = read_einvoice(file.content, file.name)
            except BrokenXml as broken:
                self.problems.append(f"{file.name}: {' '.join(str(broken).split())}.")
                continue
            except Exception:  # noqa: BLE001 - as in read_any: an input must not be lost to a bug in reading it
                _log.exception("An e-invoice could not be read")
                self.problems.append(f"{file.name}: its data cannot be read.")
                continue
            if einvoice:
                self.problems += einvoice.problems
                yield einvoice, file.content

    def _carried(self, einvoice: EInvoice, holder: str) -> Iterator[File]:
        """The files within an e-invoice, such as the PDF that people read."""
        for number, one in enumerate(einvoice.attachments[:_MAX_CARRIED], 1):
            name = name_within(one, holder, number)
            late = FileText("", f"it is not read, {_LATE}")
            read = late if self.is_late else read_file(one.content, name, one.media_type)
            if read.problem:
                self.problems.append(f"{name}: {read.problem}.")
            yield File(name, one.media_type, one.content, self._keep(one), read)

    def _keep(self, one: InnerFile | Attachment) -> str:
        sha256 = _sha256(one.content)
        self.mail.parts.setdefault(sha256, (one.content, one.media_type))
        return sha256


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_abridged(problem: str, names: Container[str]) -> bool:
    """Whether it tells of a text that is given whole here, or within other limits."""
    found = _ABRIDGED.fullmatch(problem)
    return bool(found) and found[1] in names


def media_type_of(name: str, declared: str, content: bytes) -> str:
    """What its bytes are, where what it is declared as does not tell."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    declared = declared.partition(";")[0].strip().lower()
    if declared not in _VAGUE:
        return declared
    if is_xml(content):
        return "application/xml"
    return mimetypes.guess_type(name)[0] or declared or "application/octet-stream"
