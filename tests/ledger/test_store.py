"""The case file on SQLite and PostgreSQL: written twice it is the same, and what goes in comes out."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from jobs.core import Mode, Release
from ledger.store import CaseFile, Ledger
from tests.ledger.rows import NOON, call, case, decision, proposal, write


def case_file(ledger: Ledger) -> CaseFile:
    found = ledger.case_file("inquiry-1")
    assert found
    return found


@pytest.mark.parametrize(
    ("row", "changed", "kept"),
    [
        (proposal, {"route": "auto"}, "proposals"),
        (call, {"outcome": "timeout"}, "calls"),
        (decision, {"said": "stale"}, "decisions"),
        (write, {"found": True}, "writes"),
    ],
)
def test_a_row_written_again_replaces_itself(
    ledger: Ledger, row: Callable[..., SQLModel], changed: dict[str, Any], kept: str
) -> None:
    ledger.save(case())
    for values in ({}, {}, changed):
        ledger.save(row(**values))
        [standing] = getattr(case_file(ledger), kept)
        assert standing.model_dump() == row(**values).model_dump()


def test_rows_are_saved_all_or_none(ledger: Ledger) -> None:
    broken = write(url=None)
    with pytest.raises(Exception, match=r"(?i)not.null"):
        ledger.save(case(), decision(), broken)
    assert ledger.count() == 0
    ledger.save()


def test_a_case_is_opened_once(ledger: Ledger) -> None:
    assert ledger.open_case(case(title="first")).run_id == "run-1"
    again = ledger.open_case(case(title="second", run_id="run-2"))
    assert (again.title, again.run_id, again.opened_at) == ("first", "run-1", NOON)
    assert ledger.count() == 1


def test_a_note_sets_fields_and_leaves_the_others(ledger: Ledger) -> None:
    ledger.open_case(case(title="Anfrage"))
    for _ in range(2):
        ledger.note("inquiry-1", stage="closed", amount=Decimal("12.50"), closed_at=NOON)
    row = case_file(ledger).case
    assert (row.stage, row.amount, row.closed_at, row.title) == ("closed", Decimal("12.50"), NOON, "Anfrage")


def test_a_note_on_a_lost_case_is_no_error(ledger: Ledger) -> None:
    ledger.note("inquiry-9", stage="closed")
    assert ledger.count() == 0


def test_the_newest_release_is_in_force(ledger: Ledger) -> None:
    assert ledger.release("inquiry") == Release()
    first = ledger.set_release("inquiry", Release(mode=Mode.AUTO, writes_off=("attach_file",)), "ops")
    second = ledger.set_release("inquiry", Release(mode=Mode.MANUAL), "ops")
    assert (first.version, second.version) == (1, 2)
    assert ledger.release("inquiry") == second == Release(version=2, mode=Mode.MANUAL)
    assert ledger.release("quote") == Release()


def test_a_release_set_again_is_the_same_version(ledger: Ledger) -> None:
    first = ledger.set_release("inquiry", Release(mode=Mode.AUTO), "ops")
    assert ledger.set_release("inquiry", Release(mode=Mode.AUTO, version=7), "ops") == first
    assert ledger.set_release("inquiry", first, "someone else") == first
    assert ledger.release("inquiry") == first


def test_versions_of_a_release_go_on_beyond_nine(ledger: Ledger) -> None:
    for days in range(1, 12):
        ledger.set_release("inquiry", Release(expires_days=days), "ops")
    assert (ledger.release("inquiry").version, ledger.release("inquiry").expires_days) == (11, 11)


def test_the_case_file_is_in_order(ledger: Ledger) -> None:
    ledger.save(case("inquiry-1-2", parent="inquiry-1"), case("inquiry-1-1", parent="inquiry-1"), case("inquiry-2"))
    ledger.save(case(), proposal(2), proposal(1), write(1), write(0), call(2, 0), call(1, 1), call(1, 0))
    ledger.save(decision("a", minutes=5), decision("b"), decision("c", case_id="inquiry-2"))
    found = case_file(ledger)
    assert [row.version for row in found.proposals] == [1, 2]
    assert found.latest
    assert found.latest.version == 2
    assert [(row.attempt, row.call) for row in found.calls] == [(1, 0), (1, 1), (2, 0)]
    assert [row.id for row in found.decisions] == ["b", "a"]
    assert [row.number for row in found.writes] == [0, 1]
    assert [row.id for row in found.parts] == ["inquiry-1-1", "inquiry-1-2"]


def test_an_unknown_case_has_no_file(ledger: Ledger) -> None:
    assert ledger.case_file("inquiry-1") is None
    ledger.save(case())
    assert case_file(ledger).latest is None


def test_cases_are_found_by_id_and_by_a_part_of_it(ledger: Ledger) -> None:
    ledger.save(case("inquiry-10"), case("inquiry-1"), case("inquiry-20_a"))
    assert ledger.cases(["inquiry-1", "inquiry-9", "inquiry-10"]).keys() == {"inquiry-1", "inquiry-10"}
    assert ledger.cases([]) == {}
    assert ledger.matching("inquiry-1") == ["inquiry-1"]
    assert ledger.matching("INQUIRY-2") == ["inquiry-20_a"]
    assert ledger.matching("iry-1") == ["inquiry-1", "inquiry-10"]
    assert ledger.matching("_") == ["inquiry-20_a"]
    assert ledger.matching("%") == []
    ledger.save(*(case(f"quote-{n:03}") for n in range(30)))
    assert ledger.matching("quote") == [f"quote-{n:03}" for n in range(20)]


def test_the_newest_cases_of_a_job_by_how_their_ids_begin(ledger: Ledger) -> None:
    for number, id_ in enumerate(("next_action-deal-1-a", "next_action-deal-1-b", "next_action-deal-12-c")):
        outcome = "rejected" if id_.endswith("a") else None
        ledger.open_case(
            case(id_, job="next_action", outcome=outcome, opened_at=NOON + timedelta(hours=number), run_id=id_)
        )
    ledger.open_case(case("next-action-deal-1-d", job="next_action", opened_at=NOON - timedelta(hours=1)))
    ledger.open_case(case())

    def ids(**wanted: Any) -> list[str]:
        return [row.id[-1] for row in ledger.newest("next_action", **wanted)]

    assert ids() == ["c", "b", "a", "d"]
    assert ids(limit=2) == ["c", "b"]
    assert ids(prefix="next_action-deal-1-") == ["b", "a"], "an underscore stands for itself"
    assert ids(outcome="rejected") == ["a"]


@pytest.mark.parametrize("hours", [0, 2, -7])
def test_times_come_back_in_utc(ledger: Ledger, hours: int) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=hours)))
    ledger.save(case(opened_at=local), decision(at=local))
    ledger.note("inquiry-1", closed_at=local)
    found = case_file(ledger)
    for at in (found.case.opened_at, found.case.closed_at, found.decisions[0].at):
        assert (at, at and at.tzinfo) == (NOON, UTC)


def test_a_time_without_a_zone_is_utc(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    ledger.save(case(opened_at=NOON.replace(tzinfo=None)))
    monkeypatch.undo()
    time.tzset()
    assert case_file(ledger).case.opened_at == NOON


def test_texts_come_back_as_they_were(ledger: Ledger) -> None:
    words = "Größe „Ü“ – naïve œuvre ‘x’ \U0001f527 \u202e ' \" \\ %s {}"
    ledger.save(case(title=words, sender=words), proposal(review={words: [words, None, 1.5, True, {"a": words}]}))
    found = case_file(ledger)
    assert (found.case.title, found.case.sender) == (words, words)
    assert found.proposals[0].review == {words: [words, None, 1.5, True, {"a": words}]}


def test_what_a_text_cannot_hold_is_left_out(ledger: Ledger) -> None:
    ledger.save(case(), proposal(review={"company": "a\x00b"}))
    ledger.note("inquiry-1", customer="a\x00b")
    found = case_file(ledger)
    assert found.case.customer == "ab"
    assert found.proposals[0].review == {"company": "a\x00b"}


def test_an_error_does_not_show_what_was_written(ledger: Ledger) -> None:
    with pytest.raises(DatabaseError) as caught:
        ledger.save(case(title="Secret tender of Acme", sender=object()))
    assert "Secret tender" not in str(caught.value)


@pytest.mark.parametrize("cost", ["0.000001", "0.123456", "1234567.654321", "99999999.999999", "0"])
def test_costs_keep_their_digits(ledger: Ledger, cost: str) -> None:
    ledger.save(case(amount=Decimal("12345678901.99")), call(cost=Decimal(cost)), call(2, cost=None))
    found = case_file(ledger)
    assert [row.cost for row in found.calls] == [Decimal(cost), None]
    assert found.case.amount == Decimal("12345678901.99")


def test_writers_do_not_get_in_each_other_s_way(ledger: Ledger) -> None:
    """As the threads of several workers do: cases of their own, and at times the very same one."""
    writers = 8

    def work(writer: int) -> None:
        for n in range(10):
            ledger.open_case(case(f"inquiry-{writer}-{n}"))
            ledger.note(f"inquiry-{writer}-{n}", stage="closed")
            ledger.open_case(case(f"shared-{n}", title=str(writer)))
            ledger.save(write(n, case_id=f"shared-{n}"))

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(work, range(writers)))
    own = [f"inquiry-{writer}-{n}" for writer in range(writers) for n in range(10)]
    assert {row.stage for row in ledger.cases(own).values()} == {"closed"}
    assert ledger.count() == len(own) + 10
