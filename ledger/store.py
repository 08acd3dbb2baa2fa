"""Reading and writing the case file. Every write is idempotent: done twice, it leaves the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, create_engine, func, select

from jobs.core import Release
from ledger.tables import CaseRow, DecisionRow, ModelCallRow, ProposalRow, ReleaseRow, WriteRow, now


@dataclass(frozen=True)
class CaseFile:
    """Everything the ledger knows of one case."""

    case: CaseRow
    proposals: Sequence[ProposalRow]
    calls: Sequence[ModelCallRow]
    decisions: Sequence[DecisionRow]
    writes: Sequence[WriteRow]
    parts: Sequence[CaseRow]

    @property
    def latest(self) -> ProposalRow | None:
        return self.proposals[-1] if self.proposals else None


class Ledger:
    """The case files of one company, at one SQLAlchemy address (SQLite or PostgreSQL)."""

    def __init__(self, url: str) -> None:
        # Parameters are customer content, and an error's text ends up in workflow history.
        self.engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
        if url.startswith("sqlite"):
            event.listen(self.engine, "connect", _tune_sqlite)

    def create_tables(self) -> None:
        """For a ledger in memory; a ledger that stays is made by `ledger.migrate`."""
        SQLModel.metadata.create_all(self.engine)

    def close(self) -> None:
        self.engine.dispose()

    def save(self, *rows: SQLModel) -> None:
        """Writes rows in one transaction; a row that stands already is replaced."""
        try:
            self._merge(rows)
        except IntegrityError:  # Another writer added the same row in between: now it stands.
            self._merge(rows)

    def add_write(self, row: WriteRow) -> None:
        """Adds a write behind the case's others; one that led to the same record stands in its place."""
        with Session(self.engine) as session:
            standing = session.exec(select(WriteRow).where(WriteRow.case_id == row.case_id)).all()
        same = [one.number for one in standing if _target(one) == _target(row)]
        row.number = same[0] if same else len(standing)
        self.save(row)

    def open_case(self, row: CaseRow) -> CaseRow:
        """Adds the case if there is none with this id; returns the one that stands."""
        with Session(self.engine, expire_on_commit=False) as session:
            standing = session.get(CaseRow, row.id)
            if standing:
                return standing
            session.add(row)
            try:
                session.commit()
            except IntegrityError:  # Another writer was faster.
                session.rollback()
                return session.get_one(CaseRow, row.id)
            return row

    def note(self, case_id: str, **values: Any) -> None:
        """Sets fields of a case. A case that the ledger has lost is left alone: the engine goes on without it."""
        with Session(self.engine) as session:
            row = session.get(CaseRow, case_id)
            if row:
                row.sqlmodel_update({name: _storable(value) for name, value in values.items()})
                session.add(row)
                session.commit()

    def release(self, job: str) -> Release:
        """The release in force; the default (assisted) where none was ever set."""
        with Session(self.engine) as session:
            query = select(ReleaseRow).where(ReleaseRow.job == job).order_by(col(ReleaseRow.version).desc()).limit(1)
            row = session.exec(query).first()
            return Release.model_validate({**row.body, "version": row.version}) if row else Release()

    def set_release(self, job: str, release: Release, by: str) -> Release:
        """Adds `release` as the job's next version, which is in force at once for new cases. The one that is in force
        already stays."""
        standing = self.release(job)
        if standing.version and standing == release.model_copy(update={"version": standing.version}):
            return standing
        version = standing.version + 1
        numbered = release.model_copy(update={"version": version})
        row = ReleaseRow(job=job, version=version, body=numbered.model_dump(mode="json"), by=by, at=now())
        with Session(self.engine) as session:
            session.add(row)
            session.commit()
        return numbered

    def cases(self, ids: Sequence[str]) -> dict[str, CaseRow]:
        with Session(self.engine) as session:
            rows = session.exec(select(CaseRow).where(col(CaseRow.id).in_(ids)))
            return {row.id: row for row in rows}

    def same_document(self, case_id: str) -> list[str]:
        """Ids of the job's earlier cases on the very same document that have written, or may yet, oldest first."""
        with Session(self.engine) as session:
            case = session.get(CaseRow, case_id)
            if case is None or not case.document_sha256:
                return []
            query = select(CaseRow).where(CaseRow.document_sha256 == case.document_sha256, CaseRow.job == case.job)
            earlier = [row for row in session.exec(query) if (row.opened_at, row.id) < (case.opened_at, case.id)]
            alive = (row for row in earlier if row.outcome in (None, "written"))
            return [row.id for row in sorted(alive, key=lambda row: row.opened_at)]

    def matching(self, part: str) -> list[str]:
        """Ids of the cases whose id contains `part` in any case, at most 20; an exact id is alone."""
        with Session(self.engine) as session:
            if session.get(CaseRow, part):
                return [part]
            contains = col(CaseRow.id).icontains(part, autoescape=True)
            return list(session.exec(select(CaseRow.id).where(contains).order_by(CaseRow.id).limit(20)))

    def newest(self, job: str, *, prefix: str = "", outcome: str = "", limit: int = 50) -> list[CaseRow]:
        """The job's newest cases, those first; only ids that begin so, only closed so, where asked."""
        query = select(CaseRow).where(CaseRow.job == job)
        query = query.where(col(CaseRow.id).startswith(prefix, autoescape=True)) if prefix else query
        query = query.where(CaseRow.outcome == outcome) if outcome else query
        with Session(self.engine) as session:
            return list(session.exec(query.order_by(col(CaseRow.opened_at).desc(), col(CaseRow.id)).limit(limit)))

    def case_file(self, case_id: str) -> CaseFile | None:
        with Session(self.engine) as session:
            case = session.get(CaseRow, case_id)
            if case is None:
                return None
            proposals = select(ProposalRow).where(ProposalRow.case_id == case_id).order_by(col(ProposalRow.version))
            calls = select(ModelCallRow).where(ModelCallRow.case_id == case_id)
            decisions = select(DecisionRow).where(DecisionRow.case_id == case_id).order_by(col(DecisionRow.at))
            writes = select(WriteRow).where(WriteRow.case_id == case_id).order_by(col(WriteRow.number))
            parts = select(CaseRow).where(CaseRow.parent == case_id).order_by(CaseRow.id)
            return CaseFile(
                case=case,
                proposals=session.exec(proposals).all(),
                calls=session.exec(calls.order_by(col(ModelCallRow.attempt), col(ModelCallRow.call))).all(),
                decisions=session.exec(decisions).all(),
                writes=session.exec(writes).all(),
                parts=session.exec(parts).all(),
            )

    def count(self) -> int:
        with Session(self.engine) as session:
            return session.exec(select(func.count()).select_from(CaseRow)).one()

    def _merge(self, rows: Sequence[SQLModel]) -> None:
        with Session(self.engine) as session:
            for row in rows:
                session.merge(row)
            session.commit()


def _target(row: WriteRow) -> tuple[str, str, int]:
    return row.write, row.model, row.vendor_id


def _storable(value: Any) -> Any:
    """Without NUL, which a model's answer can hold and PostgreSQL's text cannot."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _tune_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
