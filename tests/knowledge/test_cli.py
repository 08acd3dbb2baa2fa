"""`countersign knowledge` as people meet it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from starter.cli import app
from starter.errors import UsageError


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def rows(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*words, "--json").splitlines()]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A few papers, added as `company` and not yet synced."""
    folder = tmp_path / "papers"
    (folder / "contracts").mkdir(parents=True)
    (folder / "returns-v1.md").write_text("# Returns\n\nGoods are returned within 30 days of delivery.\n")
    (folder / "returns-v2.md").write_text(
        "# Returns\n\nValid from 1 March 2024.\n\n## Time limit\n\nGoods are returned within 14 days of delivery.\n"
    )
    (folder / "margins.md").write_text("# Margins\n\nFor finance only\n\nThe margin on cable is 12 percent.\n")
    (folder / "contracts/bakker.md").write_text(
        "# Framework agreement with Bakker B.V.\n\nBakker returns goods within 60 days of delivery.\n"
    )
    (folder / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    run("migrate")
    run("knowledge", "add", str(folder), "--name", "company")
    return folder


def test_papers_are_added_synced_looked_through_and_found(papers: Path) -> None:
    (done,) = rows("knowledge", "sync")
    assert (len(done["read"]), done["problems"]) == (
        5,
        [{"file": "scan.png", "reason": "it is of a kind that is not read"}],
    )
    status = {row["document"]: row for row in rows("knowledge", "status")}
    assert status["returns-v1.md"]["superseded_by"] == "returns-v2.md"
    assert status["returns-v2.md"]["told_by"]["valid_from"] == "its own words"
    assert status["contracts/bakker.md"]["customer"] == ["Bakker B.V."]
    assert status["scan.png"]["problem"] == "it is of a kind that is not read"
    shown = run("knowledge", "status")
    assert "does not hold (superseded by returns-v2.md from 2024-03-01)" in shown
    assert "only for finance" in shown
    assert "company/scan.png\n    not read: it is of a kind that is not read" in shown

    def found(*options: str) -> set[str]:
        hits = rows("knowledge", "search", "Within how many days are goods returned?", *options)
        return {hit["snippet"].partition("#")[0].removeprefix("company/") for hit in hits}

    assert found() == {"returns-v2.md"}
    assert found("--date", "2024-01-01") == {"returns-v1.md"}
    assert found("--as", "Bakker B.V.") == {"contracts/bakker.md", "returns-v2.md"}
    assert found("--as", "Bakkers B.V.") == {"returns-v2.md"}
    margins = ("knowledge", "search", "What is the margin on cable?")
    assert "12 percent" in run(*margins, "--as", "finance")
    assert "12 percent" not in run(*margins, "--as", "sales")
    assert "12 percent" not in run(*margins, "--as", "customer")


def test_what_is_said_wrong_is_told_in_words(papers: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for words, why in [
        (("add", str(tmp_path / "more"), "--name", "company"), "there is a source company already"),
        (("add", str(tmp_path / "nowhere")), "is no folder"),
        (("remove", "nothing"), "there is no source nothing"),
        (("sync", "--every", "soon"), "a number with d, h or min"),
    ]:
        with pytest.raises(UsageError, match=why):
            run("knowledge", *words)


def test_a_folder_that_is_gone_is_told_and_a_source_can_be_forgotten(papers: Path) -> None:
    papers.rename(papers.with_name("elsewhere"))
    done = CliRunner().invoke(app, ("knowledge", "sync"))
    assert done.exit_code == 1
    assert "not synced" in done.output
    assert "No such file" in done.output
    run("knowledge", "remove", "company")
    with pytest.raises(UsageError, match="no source yet"):
        run("knowledge", "sync")
