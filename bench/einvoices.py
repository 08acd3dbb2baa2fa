"""What e-invoices cost: files per second of processor time, read and with the official rules, and memory.

    uv run bench/einvoices.py [--rounds N] FILE.xml...

Each file is read once before the clock starts, so that the rules are compiled. Processor seconds of this process and of
the one that applies the rules, together: what one core does in a second."""

import argparse
import time
from pathlib import Path

import psutil

from documents.einvoice import BrokenXml, EInvoice, read_einvoice
from documents.einvoice.rules import check_rules


def read(content: bytes, name: str) -> EInvoice | None:
    try:
        return read_einvoice(content, name)
    except BrokenXml:
        return None


def spent() -> float:
    """Seconds, of this process and those it has started."""
    processes = [psutil.Process(), *psutil.Process().children()]
    return sum(process.cpu_times().user + process.cpu_times().system for process in processes)


def held(process: psutil.Process) -> str:
    return f"{process.memory_info().rss / 2**20:.0f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description="What e-invoices cost.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    found = [(content, read(content, path.name)) for path in asked.files for content in [path.read_bytes()]]
    invoices = [(content, invoice.syntax) for content, invoice in found if invoice]
    for content, syntax in invoices:
        check_rules(content, syntax)
    count = len(invoices) * asked.rounds
    print(f"{len(invoices)} e-invoices of {len(found)} files, {asked.rounds} rounds")

    start = time.process_time()
    for _ in range(asked.rounds):
        for content, _syntax in invoices:
            read_einvoice(content, "invoice.xml")
    reading = time.process_time() - start
    start, began = spent(), time.monotonic()
    for _ in range(asked.rounds):
        for content, syntax in invoices:
            check_rules(content, syntax)
    checking, took = spent() - start, time.monotonic() - began

    print(f"read: {count / reading:.0f} files/s ({reading / count * 1e3:.1f} ms each)")
    print(f"official rules: {count / checking:.0f} files/s ({checking / count * 1e3:.1f} ms each)")
    print(f"both: {count / (reading + checking):.0f} files/s per core; rules by the clock: {count / took:.0f} files/s")
    here, *others = psutil.Process(), *psutil.Process().children()
    print(f"memory: {held(here)} here, {', '.join(map(held, others))} in the process that applies the rules")


if __name__ == "__main__":
    main()
