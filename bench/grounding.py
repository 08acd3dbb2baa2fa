"""How well the grounding check tells claims that their source bears out from those that it does not.

    uv run bench/grounding.py CLAIMS.jsonl [--model BASE_URL NAME] [--limit COUNT]

Each line has `id` (whose parts before the last / name the subset), `source`, `text` and the label: `supported`, or
`gold.supported`. Balanced accuracy: the mean of the shares of true and of false claims that are told right. With
--model the second opinion of that endpoint is measured, too, by itself and together with the rules. CPU seconds of one
thread."""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jobs.claims import verdict

Told = tuple[bool, bool]
"""Whether a claim is true, and whether it was said to be."""


def main() -> None:
    args = _arguments()
    rows = [json.loads(line) for line in args.claims.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = rows[:: max(1, len(rows) // args.limit)][: args.limit] if args.limit else rows
    start = time.process_time()
    rules = [verdict(row["text"], row["source"]).supported for row in rows]
    spent = time.process_time() - start
    _report("rules", rows, rules)
    print(f"{spent:.1f} s CPU, {spent / len(rows) * 1e3:.1f} ms a claim")
    if args.model:
        opinions = _second_opinions(rows, *args.model)
        _report("second opinion", rows, opinions)
        _report("both", rows, [rule and opinion for rule, opinion in zip(rules, opinions, strict=True)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", type=Path)
    parser.add_argument("--model", nargs=2, metavar=("BASE_URL", "NAME"))
    parser.add_argument("--limit", type=int, default=0, help="as many claims, evenly from the whole file")
    return parser.parse_args()


def _second_opinions(rows: Sequence[dict[str, Any]], base_url: str, name: str) -> list[bool]:
    from pydantic import HttpUrl

    from activities.second_opinion import second_opinion
    from connectors.model import Endpoint

    endpoint = Endpoint(name="bench", base_url=HttpUrl(base_url), model=name, timeout_seconds=120)
    return [second_opinion([endpoint], row["text"], row["source"], lambda _: None).supported for row in rows]


def _report(title: str, rows: Sequence[dict[str, Any]], told: Iterable[bool]) -> None:
    subsets: dict[str, list[Told]] = defaultdict(list)
    for row, supported in zip(rows, told, strict=True):
        pair = (bool(row.get("gold", row)["supported"]), supported)
        subsets[row["id"].rpartition("/")[0]].append(pair)
        subsets["all"].append(pair)
    for subset, pairs in sorted(subsets.items()):
        right = [_share(pair[1] == pair[0] for pair in pairs if pair[0] is label) for label in (True, False)]
        print(
            f"{title}: {subset}: balanced accuracy {sum(right) / 2:.3f} "
            f"(true claims {right[0]:.3f}, false claims {right[1]:.3f}, {len(pairs)} claims)"
        )


def _share(right: Iterable[bool]) -> float:
    listed = list(right)
    return sum(listed) / len(listed) if listed else float("nan")


if __name__ == "__main__":
    main()
