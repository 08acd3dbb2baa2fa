"""What the catalogue costs on a product list: seconds to build per 20,000 products, milliseconds per line, memory.

    uv run bench/matching.py LIST.jsonl|LIST.csv [PRODUCTS]

LIST has `sku` and `name` (and `barcode`, `description`). With PRODUCTS the list is repeated, with changed names and
numbers, until it has as many. The lines asked are names of the list with a word left out, two swapped and a letter
lost. CPU seconds of one thread."""

import csv
import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil

from catalogue.matching import Catalogue
from jobs.erp import Product

LINES = 500
WARM_UP = 50
CHANGES = 300


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            yield from csv.DictReader(file)
        else:
            yield from (json.loads(line) for line in file if line.strip())


def products(path: Path, count: int | None) -> list[Product]:
    listed = list(rows(path))
    random = Random(1)
    made: list[Product] = []
    for i in range(count or len(listed)):
        row, round_ = listed[i % len(listed)], i // len(listed)
        name = row["name"] if not round_ else f"{shuffled(row['name'], random)} {random.choice('ABCDEF')}{round_}"
        sku = row["sku"] if not round_ else f"{row['sku']}-{round_}"
        barcode, description = row.get("barcode") or "", row.get("description") or ""
        made.append(Product(id=i, sku=sku, name=name, barcode=barcode, description=description))
    return made


def shuffled(name: str, random: Random) -> str:
    words = name.split()
    if len(words) > 2:
        words.pop(random.randrange(len(words)))
        i = random.randrange(len(words) - 1)
        words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def misspelt(name: str, random: Random) -> str:
    i = random.randrange(max(len(name), 1))
    return name[:i] + name[i + 1 :]


def main() -> None:
    listed = products(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
    random = Random(2)
    lines = [misspelt(shuffled(random.choice(listed).name, random), random) for _ in range(LINES + WARM_UP)]
    changes = [product.model_copy(update={"name": product.name + " new"}) for product in random.sample(listed, CHANGES)]
    gc.collect()
    before = psutil.Process().memory_info().rss
    start = time.process_time()
    catalogue = Catalogue(listed)
    built = time.process_time() - start
    gc.collect()
    held = psutil.Process().memory_info().rss - before
    for line in lines[:WARM_UP]:
        catalogue.match(line)
    spent: list[float] = []
    for line in lines[WARM_UP:]:
        start = time.process_time()
        catalogue.match(line)
        spent.append((time.process_time() - start) * 1e3)
    spent.sort()
    start = time.process_time()
    catalogue.update(changes)
    updated = time.process_time() - start
    print(f"{len(listed)} products: built in {built:.1f} s ({built / len(listed) * 20_000:.1f} s per 20,000)")
    print(f"{held / 2**20:.0f} MiB beside the list itself")
    print(f"{sum(spent) / LINES:.2f} ms a line on average, {spent[int(LINES * 0.95)]:.2f} ms for 95 of 100 at most")
    print(f"{CHANGES} changed products taken in in {updated * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
