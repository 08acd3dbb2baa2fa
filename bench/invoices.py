"""What reading supplier invoices costs: files per second of processor time, and memory.

    uv run bench/invoices.py FILE...

Any files: PDF, XML, mails, pictures. Processor seconds of this process, of the reading processes and of the one that
applies the official rules, together: what one core does in a second. The rules are compiled before the clock starts."""

import argparse
from collections import Counter
from pathlib import Path

import psutil

from documents.inputs import read_any
from documents.invoices import ReadInvoice, read_invoices


def read(file: Path) -> list[ReadInvoice]:
    content = file.read_bytes()
    return read_invoices(read_any(content, file.name), content, file.name)


def spent() -> float:
    """Seconds, of this process and those it has started, ended ones too."""
    own = psutil.Process()
    ended = own.cpu_times()
    running = [one.cpu_times() for one in (own, *own.children())]
    return sum(time.user + time.system for time in running) + ended.children_user + ended.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    files: list[Path] = parser.parse_args().files
    for syntax_file in {file.suffix: file for file in files}.values():
        read(syntax_file)
    before = spent()
    found = [invoice for file in files for invoice in read(file)]
    seconds = spent() - before
    read_by = Counter(invoice.read_by or ("a picture" if invoice.intake.pictures else "no data") for invoice in found)
    print(f"{len(files)} files, {len(found)} invoices: {', '.join(f'{n} {name}' for name, n in read_by.items())}")
    print(f"{len(files) / seconds:.1f} files per second of processor time")
    print(f"{psutil.Process().memory_info().rss / 1e6:.0f} MB of memory")


if __name__ == "__main__":
    main()
