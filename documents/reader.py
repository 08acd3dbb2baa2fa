"""The process that reads one file nobody vouches for: `python -m documents.reader pdf|office`, the file on standard
input, the answer as JSON on standard output. A crash, a hang or a bomb ends this process and nothing else."""

import json
import sys

from documents.lines import FileText
from documents.zipped import Refused, open_zip

_MEMORY = 600_000_000
"""Bytes of address space."""
_SECONDS = 20
"""Of processor time."""


def main() -> None:
    _limit()
    content = sys.stdin.buffer.read()
    try:
        found = _read(sys.argv[1], content)
    except Refused as refused:
        found = FileText("", str(refused))
    except MemoryError:
        found = FileText("", "it needs too much memory to be read")
    except Exception:  # noqa: BLE001 - parsers raise anything for a broken file, and each of it means the same
        found = FileText("", "it is damaged and cannot be read")
    if not found.text and not found.problem:
        found = FileText("", "it holds no text")
    json.dump({"text": found.text, "problem": found.problem}, sys.stdout)


def _limit() -> None:
    """Where the platform has limits (not on Windows); the caller's clock runs everywhere."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(kind: str, content: bytes) -> FileText:
    """Each parser is loaded only for its own files: loading is most of the time that reading takes."""
    if kind == "pdf":
        from documents.pdf import read_pdf

        return read_pdf(content)
    return _read_office(content)


def _read_office(content: bytes) -> FileText:
    archive = open_zip(content)
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        from documents.sheets import read_xlsx

        return read_xlsx(archive, content)
    if any(name.startswith("word/document") for name in names):
        from documents.word import read_docx

        return read_docx(archive)
    raise Refused("it is an archive, which is not opened")


if __name__ == "__main__":
    main()
