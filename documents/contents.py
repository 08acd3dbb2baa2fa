"""What is in a mail besides its head: the text, and every file, readable or not."""

import hashlib
import mimetypes
import re
import time
from typing import Protocol

from documents.charset import clean, is_binary
from documents.files import IN_PROCESS, is_xml, kind_of, read_file
from documents.headers import Headers
from documents.lines import FileText
from documents.mime import Part, parse, parse_head
from documents.text import readable
from documents.tnef import SIGNATURE, read_tnef
from jobs.core import Source
from jobs.mail import Address, Attachment

_MAX_BYTES = 1_000_000
"""Of one text part; the rest is kept as a file."""
_MAX_FILE_TEXT = 60_000
_MAX_FILE_TEXTS = 200_000
"""Characters of one attached text, and of all of them, that are given to read."""
_MAX_DOCUMENTS, _MAX_DOCUMENT_SECONDS = 25, 20
"""Attached documents that are read in processes of their own, and when to start on no further one."""
_MAX_LISTED, _MAX_SHOWN = 300, 50
"""Attachments in the facts, and addresses in one line of the head."""
_MAX_MAILS, _MAX_MAIL_DEPTH = 20, 5
"""Attached mails that are read, and how deep they may be attached to each other."""

_TOO_DEEP = "its embedded files are nested too deep to be read"

_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}


class Contents:
    """Filled by one walk through the parts of a mail."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.attachments: list[Attachment] = []
        self.blobs: dict[str, tuple[bytes, str]] = {}
        """sha256: content and media type."""
        self.sources: list[Source] = []
        """The texts of attachments."""
        self.files: dict[str, FileText] = {}
        """sha256: what was read of a file."""
        self.inner_senders: list[Address] = []
        """Who wrote the mails attached to this one."""
        self.calendar = ""
        """The iTIP method of an attached calendar file, in upper case."""
        self._winmail_texts: list[str] = []
        self._mails = 0
        self._documents = 0
        self._document_seconds = 0.0
        self._texts_length = 0
        self._unlisted = 0

    def read(self, root: Part) -> str:
        """The mail's own text; everything else ends up in the fields."""
        text = self._text(root, 0)
        for wrapped in self._winmail_texts:
            if _says_more(_words(wrapped), _words(text)):
                text = f"{text}\n\n{wrapped}" if text else wrapped
        if self._unlisted:
            self.problems.append(f"{self._unlisted} more attachments are kept but not listed.")
        return text

    def keep(self, content: bytes, media_type: str) -> str:
        """Puts a content among the blobs and answers its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.blobs.setdefault(sha256, (content, media_type))
        return sha256

    def attach(self, name: str, media_type: str, content: bytes, problem: str | None, inside: str = "") -> None:
        """Lists a file; a problem is told with its name."""
        sha256 = self.keep(content, media_type)
        if len(self.attachments) >= _MAX_LISTED:
            self._unlisted += 1
            return
        size = len(content)
        self.attachments.append(
            Attachment(name=name, media_type=media_type, sha256=sha256, size=size, problem=problem, inside=inside)
        )
        if problem:
            self.problems.append(f"{name}: {problem}.")

    def cut(self, name: str, text: str, limit: int) -> str:
        """Its first `limit` characters; what is longer is kept whole as a file."""
        if len(text) <= limit:
            return text
        problem = f"only its first {limit} characters are shown"
        self.attach(name, "text/plain; charset=utf-8", text.encode(), problem)
        return f"{text[:limit]}\n[cut here: {len(text) - limit} more characters]"

    def _text(self, part: Part, depth: int) -> str:
        if part.junk:
            self.attach("head.txt", "text/plain", part.junk, "it holds lines of a head that could not be read")
        if part.media_type == "multipart/alternative" and part.children:
            return self._alternative(part, depth)
        if part.children:
            texts = [self._text(child, depth) for child in part.children]
            return "\n\n".join(text for text in texts if text)
        if part.media_type.startswith("multipart/") and not part.problem:
            return ""
        if _is_body(part):
            return self._body_text(part)
        self._file(part, depth)
        return ""

    def _body_text(self, part: Part) -> str:
        content, damage = part.content()
        if damage:
            self.keep(part.body(), part.media_type)
        if is_binary(content):
            self.attach(self._name(part), part.media_type, content, "it is declared as text but is none")
            return ""
        text, doubt = readable(content[:_MAX_BYTES], part.media_type, part.headers)
        too_long = "it is too long to be read whole" if len(content) > _MAX_BYTES else None
        if problem := damage or too_long or doubt:
            self.attach(self._name(part), part.media_type, content, problem)
        return text

    def _alternative(self, part: Part, depth: int) -> str:
        """The plain version, unless the HTML one says more or has tables. A version that says something else than the
        chosen one is kept too."""
        texts: dict[bool, str] = {}
        for child in part.children:
            if text := self._text(child, depth):
                is_html = any(leaf.media_type == "text/html" and _is_body(leaf) for leaf in child.leaves())
                texts[is_html] = f"{texts[is_html]}\n\n{text}" if is_html in texts else text
        if len(texts) < 2:
            return next(iter(texts.values()), "")
        plain, html = texts[False], texts[True]
        has_rows = len(re.findall(r"^.+ \| .+$", html, re.M)) > 1
        words = {plain: _words(plain), html: _words(html)}
        chosen, other = (html, plain) if has_rows or _says_more(words[html], words[plain]) else (plain, html)
        name = "plain text version.txt" if other is plain else "HTML version.txt"
        if _says_more(words[other], words[chosen]):
            problem = "it says other things than the mail's other version"
            self.attach(name, "text/plain; charset=utf-8", other.encode(), problem)
            self._add_text(name, other)
        elif not words[other] <= words[chosen]:
            self.keep(other.encode(), "text/plain; charset=utf-8")
        return chosen

    def _file(self, part: Part, depth: int) -> None:
        content, damage = part.content()
        if damage:
            self.keep(part.body(), "application/octet-stream")
        problem = part.problem or damage
        if part.media_type in _SEALED:
            problem = problem or "it is encrypted or sealed and cannot be read"
        self.add_file(self._name(part), part.media_type, content, problem, part.headers, depth)

    def add_file(
        self,
        name: str,
        media_type: str,
        content: bytes,
        problem: str | None,
        headers: Headers,
        depth: int,
        inside: str = "",
    ) -> None:
        """Keeps a file and reads it, if it is of a kind that can be read; so with the files in it. `inside` is the name
        of the document that it is embedded in."""
        winmail = read_tnef(content) if _is_winmail(name, media_type, content) and depth < _MAX_MAIL_DEPTH else None
        is_mail = _is_mail(name, media_type)
        read = FileText("") if winmail or is_mail else self._read(name, media_type, content, headers)
        too_deep = bool(read.files) and depth >= _MAX_MAIL_DEPTH
        found = (problem, winmail.problem if winmail else read.problem, _TOO_DEEP if too_deep else None)
        problems = filter(None, found)
        self.attach(name, media_type, content, ", and ".join(problems) or None, inside)
        self.files[hashlib.sha256(content).hexdigest()] = read
        if winmail:
            self._winmail_texts += [winmail.text] if winmail.text else []
            for number, file in enumerate(winmail.files, 1):
                inner_name = name_within(file, name, number)
                self.add_file(inner_name, file.media_type, file.content, None, Headers(), depth + 1)
        elif is_mail:
            self._mail(name, content, depth)
        else:
            if not (inside and is_xml(content)):  # as structured data it says again what the pages around it say
                self._add_text(name, read.text)
            if media_type == "text/calendar" or name.lower().endswith(".ics"):
                method = re.search(r"^METHOD:(\w{1,20})", read.text, re.M | re.I)
                self.calendar = self.calendar or (method[1].upper() if method else "")
            for number, file in enumerate(() if too_deep else read.files, 1):
                inner_name = name_within(file, name, number)
                self.add_file(inner_name, file.media_type, file.content, None, Headers(), depth + 1, inside=name)

    def _read(self, name: str, media_type: str, content: bytes, headers: Headers) -> FileText:
        """Its text, within what one mail may take of the reading processes."""
        content_type = media_type + "".join(headers.text("content-type").partition(";")[1:])
        if kind_of(content, name, content_type) not in IN_PROCESS:
            return read_file(content, name, content_type)
        self._documents += 1
        if self._documents > _MAX_DOCUMENTS:
            return FileText("", f"it is not read, because the mail has more than {_MAX_DOCUMENTS} documents")
        if self._document_seconds > _MAX_DOCUMENT_SECONDS:
            return FileText("", "it is not read, because the documents before it took too long")
        started = time.monotonic()
        read = read_file(content, name, content_type)
        self._document_seconds += time.monotonic() - started
        return read

    def _mail(self, name: str, content: bytes, depth: int) -> None:
        """A mail attached to this one: its head and text in one source, its files among the others."""
        self._mails += 1
        if depth >= _MAX_MAIL_DEPTH or self._mails > _MAX_MAILS:
            self.problems.append(f"{name}: it is kept but not read, because too many mails are attached to each other.")
            return
        root, problems = parse(content)
        self.problems += [f"{name}: {problem}" for problem in problems]
        self.inner_senders.append(root.headers.sender())
        head = head_lines(root.headers)
        self._add_text(name, "\n\n".join(text for text in (head, self._text(root, depth + 1)) if text))

    def _add_text(self, name: str, text: str) -> None:
        room = min(_MAX_FILE_TEXT, _MAX_FILE_TEXTS - self._texts_length)
        if not text.strip():
            return
        if room <= 0:
            self.problems.append(f"{name}: its text is left out, because the attached texts are too long altogether.")
            return
        if len(text) > room:
            self.problems.append(f"{name}: only its first {room} characters are shown.")
            text = f"{text[:room]}\n[cut here: {len(text) - room} more characters in the file]"
        self._texts_length += len(text)
        taken = {source.id for source in self.sources}
        source_id, number = f"attachment:{name}", 1
        while source_id in taken:
            number += 1
            source_id = f"attachment:{name} ({number})"
        self.sources.append(Source(id=source_id, text=text))

    def _name(self, part: Part) -> str:
        headers = part.headers
        name = headers.parameter("content-disposition", "filename") or headers.parameter("content-type", "name")
        if not name and _is_body(part):
            return f"mail text{_extension(part.media_type)}"
        if not name and part.media_type == "message/rfc822":
            subject = parse_head(part.body()[:100_000]).text("subject")
            name = f"{subject[:80]}.eml" if subject else ""
        return safe_name(name) or f"part-{len(self.attachments) + 1}{_extension(part.media_type)}"


def head_lines(headers: Headers) -> str:
    """The head as a person wants to see it: who, to whom, when, about what."""
    date = headers.date()
    recipients = {
        "To": headers.addresses("to"),
        "Cc": headers.addresses("cc"),
        "Reply-To": headers.addresses("reply-to"),
    }
    lines = {
        "From": _shown(headers.sender()),
        **{name: ", ".join(map(_shown, addresses[:_MAX_SHOWN])) for name, addresses in recipients.items()},
        "Date": f"{date.date().isoformat()} {date:%A}" if date else "",
        "Subject": headers.text("subject"),
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def safe_name(name: str) -> str:
    """A file name without folders, line breaks and excess length; empty where nothing is left."""
    name = " ".join(clean(name).replace("\\", "/").rsplit("/", 1)[-1].split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:120]}{dot}{extension[:12]}" if dot else name[:120]


class _Inner(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def name_within(file: _Inner, holder: str, number: int) -> str:
    """A safe name of the file within another one, of which it is the one with that number."""
    return safe_name(file.name) or f"{holder}-{number}{_extension(file.media_type)}"


def _shown(address: Address) -> str:
    return f"{address.name} <{address.email}>" if address.name and address.email else address.name or address.email


def _is_body(part: Part) -> bool:
    """Text to read in the mail itself, not a file."""
    headers = part.headers
    named = headers.parameter("content-disposition", "filename") or headers.parameter("content-type", "name")
    attached = headers.text("content-disposition").lower().startswith("attachment")
    return part.media_type in ("text/plain", "text/html") and not part.problem and not named and not attached


def _is_winmail(name: str, media_type: str, content: bytes) -> bool:
    return content.startswith(SIGNATURE) or media_type.endswith("ms-tnef") or name.lower() == "winmail.dat"


def _is_mail(name: str, media_type: str) -> bool:
    return media_type in ("message/rfc822", "message/global") or name.lower().endswith(".eml")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", re.sub(r"https?://\S+|\[image: [^\]]*\]|\[cid:[^\]]*\]", " ", text).lower()))


def _says_more(words: set[str], than: set[str]) -> bool:
    """At least ten words, and a fifth of all, that the other does not have."""
    return len(words - than) >= max(10, len(words) / 5)


def _extension(media_type: str) -> str:
    return mimetypes.guess_extension(media_type.partition(";")[0]) or ".bin"
