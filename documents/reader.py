"""The process that reads one file nobody vouches for: `python -m documents.reader pdf|office [marked]|pages NUMBERS|
picture`, the file on standard input, the answer on standard output as lines of JSON: the text, then the files that it
holds. A crash, a hang or a bomb ends this process and nothing else, and what was answered before holds."""

import json
import sys
from binascii import b2a_base64
from collections.abc import Iterator

from documents.lines import FileText, InnerFile
from documents.zipped import Refused, open_zip

_MEMORY = 600_000_000
"""Bytes of address space."""
_SECONDS = 20
"""Of processor time."""
_IN_PART = "not all that it holds can be read"


def main() -> None:
    _limit()
    content = sys.stdin.buffer.read()
    answered = False
    try:
        for found in _read(sys.argv[1], content):
            _answer(found)
            answered = True
    except Refused as refused:
        _answer(str(refused))
    except MemoryError:
        _answer(_IN_PART if answered else "it needs too much memory to be read")
    except Exception:  # noqa: BLE001 - parsers raise anything for a broken file, and each of it means the same
        _answer(_IN_PART if answered else "it is damaged and cannot be read")


def _limit() -> None:
    """Where the platform has limits (not on Windows); the caller's clock runs everywhere."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(kind: str, content: bytes) -> Iterator[FileText | InnerFile | str]:
    """Each parser is loaded only for its own files: loading is most of the time that reading takes."""
    match kind:
        case "pdf":
            from documents.pdf import embedded_files, open_pdf, read_pdf

            pdf = open_pdf(content)
            yield _told(read_pdf(pdf))
            yield from embedded_files(pdf)
        case "pages":
            from documents.pdf import open_pdf
            from documents.pictures import page_pictures

            yield from page_pictures(open_pdf(content), [int(number) for number in sys.argv[2].split(",")])
        case "picture":
            from documents.pictures import pictures

            yield from pictures(content)
        case _:
            yield _told(_read_office(content, marked="marked" in sys.argv))


def _told(read: FileText) -> FileText:
    return read if read.text or read.problem else FileText("", "it holds no text", read.pages, read.scans)


def _answer(found: FileText | InnerFile | str) -> None:
    match found:
        case FileText():
            line = {"text": found.text, "problem": found.problem, "pages": found.pages, "scans": found.scans}
        case InnerFile():
            content = b2a_base64(found.content, newline=False).decode()
            line = {"name": found.name, "media_type": found.media_type, "content": content}
        case _:
            line = {"problem": found}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _read_office(content: bytes, marked: bool) -> FileText:
    archive = open_zip(content)
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        from documents.sheets import read_xlsx

        return read_xlsx(archive, content)
    if any(name.startswith("word/document") for name in names):
        from documents.word import read_docx

        return read_docx(archive, marked=marked)
    raise Refused("it is an archive, which is not opened")


if __name__ == "__main__":
    main()
