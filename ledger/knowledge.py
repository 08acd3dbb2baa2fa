"""Where the company's documents come from, and what was read of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Delete
from sqlmodel import Session, col, delete, select

from ledger.store import Ledger
from ledger.tables import KnowledgeDocumentRow, KnowledgeSourceRow


class Shelf:
    """The part of a ledger that keeps documents."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def put_source(self, row: KnowledgeSourceRow) -> None:
        """Adds a source, or replaces the one of the same name; its documents stay until the next sync."""
        self._ledger.save(row)

    def sources(self) -> list[KnowledgeSourceRow]:
        with Session(self._ledger.engine) as session:
            return list(session.exec(select(KnowledgeSourceRow).order_by(KnowledgeSourceRow.name)))

    def documents(self, source: str | None = None) -> list[KnowledgeDocumentRow]:
        """Of one source or all, by source and path."""
        query = select(KnowledgeDocumentRow)
        if source is not None:
            query = query.where(KnowledgeDocumentRow.source == source)
        with Session(self._ledger.engine) as session:
            return sorted(session.exec(query), key=lambda row: (row.source, row.path))

    def state(self) -> tuple[tuple[str, datetime], ...]:
        """Differs whenever the documents do."""
        with Session(self._ledger.engine) as session:
            rows = session.exec(select(KnowledgeSourceRow.name, KnowledgeSourceRow.changed_at))
            return tuple(sorted(rows))

    def replace(self, source: str, changed: Sequence[KnowledgeDocumentRow], gone: Iterable[str], at: datetime) -> None:
        """What a sync has found, in one transaction: of half of it, a superseded version could be cited."""
        gone = tuple(gone)
        with Session(self._ledger.engine) as session:
            row = session.get(KnowledgeSourceRow, source)
            if row is None:  # Taken away meanwhile.
                return
            for document in changed:
                session.merge(document)
            for path in gone:
                session.exec(_of(source).where(col(KnowledgeDocumentRow.path) == path))
            row.synced_at, row.problem = at, ""
            row.changed_at = at if changed or gone else row.changed_at
            session.add(row)
            session.commit()

    def note_problem(self, source: str, problem: str) -> None:
        """Why a source could not be synced; its documents stay as they were."""
        with Session(self._ledger.engine) as session:
            row = session.get(KnowledgeSourceRow, source)
            if row:
                row.problem = problem
                session.add(row)
                session.commit()

    def remove(self, source: str) -> bool:
        """A source with its documents. False where there is none of that name."""
        with Session(self._ledger.engine) as session:
            row = session.get(KnowledgeSourceRow, source)
            if row is None:
                return False
            session.exec(_of(source))
            session.delete(row)
            session.commit()
            return True


def _of(source: str) -> Delete:
    return delete(KnowledgeDocumentRow).where(col(KnowledgeDocumentRow.source) == source)
