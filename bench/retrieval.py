"""What finding passages costs: seconds to build, milliseconds per question (its embedding included), memory.

    uv run bench/retrieval.py [PASSAGES] [EMBEDDED]

50,000 passages of 5,000 documents are made from the sandbox company's words, each of about 90. EMBEDDED of them (500)
are really embedded; the others have one of those vectors with noise, as embedding all of them takes minutes and what a
question costs does not depend on it. Memory is the whole process's."""

import gc
import json
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import psutil

from jobs.context import Document, Snippet, Viewer
from knowledge.embedding import Multilingual, Vectors
from knowledge.library import Library, passage

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 27)
COLLEAGUE = Viewer(roles=("sales",))
CUSTOMER = Viewer(external=True, customers=("Customer 17",))
PER_DOCUMENT = 10
WARM_UP = 20


def sentences() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "sandbox/knowledge").rglob("*.md")))
    return [line for text in texts for line in text.split("\n") if len(line.split()) > 5]


def questions() -> list[str]:
    lines = (ROOT / "jobs/answer/examples/questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def made(count: int) -> list[Snippet]:
    """Every tenth document is a customer's contract."""
    random, known = Random(1), sentences()
    snippets: list[Snippet] = []
    for at in range(0, count, PER_DOCUMENT):
        customer = f"Customer {at // PER_DOCUMENT}" if at // PER_DOCUMENT % 10 == 7 else ""
        document = Document(id=f"{at}.md", title=random.choice(known)[:40], sha256="", customer=customer)
        for part in range(PER_DOCUMENT):
            words = " ".join(random.choices(known, k=7)).split()[:90]
            words.insert(random.randrange(len(words)), f"KV-{random.randrange(10**6):06}")
            snippets.append(Snippet(id=f"{at}#{part}", document=document, text=" ".join(words)))
    return snippets[:count]


def vectors(snippets: list[Snippet], embedder: Multilingual, really: int) -> tuple[Vectors, float]:
    """Of all, and how many passages are embedded in a second of CPU time."""
    embedder.embed(["warm"])
    start = time.process_time()
    known = embedder.embed([passage(snippet) for snippet in snippets[:really]])
    rate = len(known) / (time.process_time() - start)
    noise = np.random.default_rng(1)
    filled = np.empty((len(snippets), known.shape[1]), dtype=np.float32)
    for at in range(len(snippets)):
        row = known[at % len(known)] + noise.normal(0, 0.02, known.shape[1]).astype(np.float32)
        filled[at] = row / np.linalg.norm(row)
    return filled, rate


def asked(library: Library, viewer: Viewer) -> None:
    spent: list[tuple[float, float]] = []
    for question in questions():
        wall, cpu = time.perf_counter(), time.process_time()
        library.search(question, viewer, TODAY)
        spent.append(((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
    for name, times in zip(("wall", "CPU"), zip(*spent[WARM_UP:], strict=True), strict=True):
        middle, most = np.percentile(times, [50, 95])
        who = "a customer" if viewer.external else "a colleague"
        print(f"{who}: {middle:.1f} ms a question ({name}), {most:.1f} ms for 95 of 100 at most")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    embedder = Multilingual()
    snippets = made(count)
    rows, rate = vectors(snippets, embedder, min(count, int(sys.argv[2]) if len(sys.argv) > 2 else 500))
    print(f"{rate:.0f} passages embedded in a second of CPU time")
    start = time.process_time()
    library = Library(snippets, rows, embedder)
    gc.collect()
    print(f"{count} passages: built in {time.process_time() - start:.1f} s of CPU time")
    asked(library, COLLEAGUE)
    asked(library, CUSTOMER)
    memory = psutil.Process().memory_info()
    print(f"{memory.rss / 2**20:.0f} MiB in all")


if __name__ == "__main__":
    main()
