"""The files of an input, one by one, with those that they hold: what an invoice can be in."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from documents.contents import name_within
from documents.einvoice import BrokenXml, EInvoice, read_einvoice
from documents.files import IN_PROCESS, Kind, guess_name, is_xml, kind_of, read_file
from documents.lines import FileText
from documents.mail import ReadMail
from documents.paperwork import Paper, paper_of
from jobs.core import InputFile

_MAX_CARRIED = 10
"""Files within one e-invoice that are taken out."""
_NO_PAPER = re.compile(r"\.(?:vcf|ics|p7[sm]|asc|sig|dat|json|css|log)$", re.I)
_CONTAINER = re.compile(r"\.eml$|^winmail\.dat$", re.I)
_VAGUE = {"", "application/octet-stream", "application/xml", "text/xml", "binary/octet-stream"}


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


def received(mail: ReadMail, problems: list[str]) -> list[File]:
    """The files attached to a mail, each once; problems are added in words."""
    attached = {one.sha256: one for one in reversed(mail.facts.attachments) if not one.inside}
    return [
        _file(mail, one.name, one.media_type, mail.parts[one.sha256][0], one.problem, problems)
        for one in reversed(attached.values())
    ]


def received_alone(mail: ReadMail, content: bytes, name: str, problems: list[str]) -> File:
    """The file that is all that came in."""
    told = next((one.problem for one in mail.facts.attachments if not one.inside), None)
    text = "\n\n".join(source.text for source in mail.sources)
    file = _file(mail, name or guess_name(content), "", content, told, problems, text)
    file.sha256 = ""
    return file


def _file(
    mail: ReadMail,
    name: str,
    media_type: str,
    content: bytes,
    problem: str | None,
    problems: list[str],
    text: str = "",
) -> File:
    sha256 = hashlib.sha256(content).hexdigest()
    read = mail.files.get(sha256) or FileText(text, problem)
    file = File(name, _media_type(name, media_type, content), content, sha256, read)
    file.inner = [
        _file(mail, name_within(one, name, number), one.media_type, one.content, None, problems)
        for number, one in enumerate(read.files, 1)
        if hashlib.sha256(one.content).hexdigest() in mail.parts
    ]
    file.einvoice, file.data = next(_einvoices([file, *file.inner], problems), (None, b""))
    file.inner += _carried(mail, file, problems)
    return file


def _einvoices(files: Sequence[File], problems: list[str]) -> Iterator[tuple[EInvoice, bytes]]:
    for file in files:
        if file.kind in IN_PROCESS or not is_xml(file.content):
            continue
        try:
            einvoice = read_einvoice(file.content, file.name)
        except BrokenXml as broken:
            problems.append(f"{file.name}: {' '.join(str(broken).split())}.")
            continue
        if einvoice:
            problems += einvoice.problems
            yield einvoice, file.content


def _carried(mail: ReadMail, file: File, problems: list[str]) -> Iterator[File]:
    """The files within an e-invoice, such as the PDF that people read."""
    if not file.einvoice or file.kind is Kind.PDF:
        return
    for number, one in enumerate(file.einvoice.attachments[:_MAX_CARRIED], 1):
        name = name_within(one, file.name, number)
        sha256 = hashlib.sha256(one.content).hexdigest()
        mail.parts.setdefault(sha256, (one.content, one.media_type))
        read = read_file(one.content, name, one.media_type)
        if read.problem:
            problems.append(f"{name}: {read.problem}.")
        yield File(name, one.media_type, one.content, sha256, read)


def _media_type(name: str, declared: str, content: bytes) -> str:
    """What its bytes are, where what it is declared as does not tell."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    declared = declared.partition(";")[0].strip().lower()
    if declared not in _VAGUE:
        return declared
    if is_xml(content):
        return "application/xml"
    return mimetypes.guess_type(name)[0] or declared or "application/octet-stream"
