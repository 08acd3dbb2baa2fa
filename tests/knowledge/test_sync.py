"""Folders kept in the ledger and searched: what changes is read, what goes is gone, half is never seen."""

from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path

import pytest

from activities.knowledge import KnowledgeError, KnowledgeFeed, known_documents, read_folder, sync_source
from jobs.context import Viewer
from knowledge.embedding import Vectors
from ledger import migrate
from ledger.blobs import Blobs
from ledger.knowledge import Shelf
from ledger.store import Ledger
from ledger.tables import KnowledgeSourceRow, now
from tests.conftest import EmptyDatabase
from tests.documents.office import docx, locked_pdf, p, pdf
from tests.knowledge.letters import Counting

TODAY = date(2026, 11, 27)


class Office:
    """A folder, and the ledger that keeps it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.ledger, self.blobs, self.embedder = Ledger(url), Blobs(folder / "blobs"), Counting()
        self.folder = folder / "papers"
        self.folder.mkdir()
        self.shelf = Shelf(self.ledger)
        self.add()
        self.feed = KnowledgeFeed(self.ledger, self.blobs, self.embedder)

    def add(self, **values: object) -> None:
        row = {"name": "papers", "folder": str(self.folder), "roles": [], "changed_at": now(), **values}
        self.shelf.put_source(KnowledgeSourceRow.model_validate(row))

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def sync(self) -> dict[str, object]:
        self.embedder.texts.clear()
        (source,) = self.shelf.sources()
        done = sync_source(source, self.ledger, self.blobs, self.embedder)
        return {"read": done.read, "unchanged": done.unchanged, "gone": done.gone}

    def titles(self) -> set[str]:
        return {document.title for document in self.feed.current().documents()}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgresql":
        empty: EmptyDatabase = request.getfixturevalue("postgresql")
        url = empty()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.db"
    migrate.upgrade(url)
    return url


@pytest.fixture
def office(url: str, tmp_path: Path) -> Generator[Office]:
    office = Office(url, tmp_path)
    yield office
    for source in office.shelf.sources():
        office.shelf.remove(source.name)
    office.ledger.close()


def test_only_what_changed_is_read_and_embedded(office: Office) -> None:
    office.write("returns.md", "# Returns\n\n14 days.")
    office.write("hr/leave.md", "# Leave\n\n25 days.")
    assert office.sync() == {"read": ("hr/leave.md", "returns.md"), "unchanged": 0, "gone": ()}
    assert office.sync() == {"read": (), "unchanged": 2, "gone": ()}
    assert office.embedder.texts == []
    office.write("returns.md", "# Returns\n\n30 days.")
    assert office.sync() == {"read": ("returns.md",), "unchanged": 1, "gone": ()}
    assert office.embedder.texts == ["Returns\n30 days."]
    (office.folder / "returns.md").unlink()
    assert office.sync() == {"read": (), "unchanged": 1, "gone": ("returns.md",)}
    assert office.titles() == {"Leave"}


def test_a_library_is_there_until_documents_change_and_loads_without_embedding(office: Office) -> None:
    office.write("returns.md", "# Returns\n\n14 days.")
    office.sync()
    office.embedder.texts.clear()
    library = office.feed.current()
    assert office.feed.current() is library
    assert "Returns\n14 days." not in office.embedder.texts
    office.sync()
    assert office.feed.current() is library
    office.write("warranty.md", "# Warranty\n\n2 years.")
    office.sync()
    assert office.titles() == {"Returns", "Warranty"}


def test_snippets_name_source_file_page_and_hash(office: Office) -> None:
    office.write(
        "terms.pdf", pdf([(50, 780, "Order terms")], [(50, 780, "2. Delivery"), (50, 760, "We deliver soon.")])
    )
    office.sync()
    (document,) = office.feed.current().documents()
    assert (document.id, len(document.sha256)) == ("papers/terms.pdf", 64)
    snippets, _ = read_folder(office.folder)
    assert [(one.id, one.page, one.headings, one.text) for one in snippets] == [
        ("terms.pdf#1", 1, (), "Order terms"),
        ("terms.pdf#2", 2, ("2. Delivery",), "We deliver soon."),
    ]


def test_a_sidecar_corrects_and_its_change_is_a_change(office: Office) -> None:
    office.write("returns.docx", docx(p("Returns") + p("14 days.")))
    office.sync()
    office.write("returns.docx.meta.yaml", "version: 3\nroles: finance")
    assert office.sync() == {"read": ("returns.docx",), "unchanged": 0, "gone": ()}
    assert office.embedder.texts == []  # The passages are the same.
    (known,) = known_documents(office.shelf)
    assert known.document
    assert (known.document.version, known.document.roles) == ("3", ("finance",))
    office.write("returns.docx.meta.yaml", "version: 4")
    office.sync()
    (document,) = office.feed.current().documents()
    assert (document.version, document.roles) == ("4", ())


def test_a_sources_defaults_may_change(office: Office) -> None:
    office.write("prices.md", "# Prices\n\n5 %.")
    office.sync()
    office.add(customer="Bakker B.V.")
    office.sync()
    (document,) = office.feed.current().documents()
    assert document.customer == "Bakker B.V."


def test_what_cannot_be_read_is_told_each_time(office: Office) -> None:
    office.write("locked.pdf", locked_pdf())
    office.write("film.mp4", b"\x00\x01")
    office.write("empty.md", b"")
    office.write(".hidden.md", "# Hidden")
    office.write("~$lock.docx", "x")
    office.write("returns.md", "# Returns\n\n14 days.")
    for _ in range(2):
        (source,) = office.shelf.sources()
        done = sync_source(source, office.ledger, office.blobs, office.embedder)
        assert {problem.file: problem.reason for problem in done.problems} == {
            "empty.md": "it is empty",
            "film.mp4": "it is of a kind that is not read",
            "locked.pdf": "it is protected by a password",
        }
    assert office.titles() == {"Returns"}


def test_a_folder_that_is_not_there_takes_nothing_away(office: Office) -> None:
    office.write("returns.md", "# Returns\n\n14 days.")
    office.sync()
    office.folder.rename(office.folder.with_name("elsewhere"))
    with pytest.raises(KnowledgeError, match="No such file"):
        office.sync()
    office.folder.mkdir()  # A mount point whose disk is away.
    with pytest.raises(KnowledgeError, match="is empty now"):
        office.sync()
    assert office.titles() == {"Returns"}
    assert "is empty now" in office.shelf.sources()[0].problem


def test_a_sync_that_breaks_off_leaves_the_old_state(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.write("returns-v1.md", "# Returns\n\n30 days.")
    office.sync()
    office.write("returns-v2.md", "# Returns\n\n14 days.")
    office.write("warranty.md", "# Warranty\n\n2 years.")

    def killed(texts: Sequence[str]) -> Vectors:
        if any("Warranty" in text for text in texts):
            raise KeyboardInterrupt
        return Counting().embed(texts)

    with monkeypatch.context() as patch:
        patch.setattr(office.embedder, "embed", killed)
        with pytest.raises(KeyboardInterrupt):
            office.sync()
    assert [row.path for row in office.shelf.documents()] == ["returns-v1.md"]
    assert office.feed.current().documents()[0].holds(TODAY)
    office.sync()
    assert [one.id for one in office.feed.current().documents() if one.holds(TODAY)] == [
        "papers/returns-v2.md",
        "papers/warranty.md",
    ]


def test_versions_in_two_sources_know_of_each_other(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "returns-v2.md").write_text("# Returns\n\n14 days.")
    office.write("returns-v1.md", "# Returns\n\n30 days.")
    office.shelf.put_source(KnowledgeSourceRow(name="more", folder=str(other), roles=[], changed_at=now()))
    for source in office.shelf.sources():
        sync_source(source, office.ledger, office.blobs, office.embedder)
    assert [one.id for one in office.feed.current().documents() if one.holds(TODAY)] == ["more/returns-v2.md"]
    assert office.shelf.remove("more")
    assert [one.id for one in office.feed.current().documents() if one.holds(TODAY)] == ["papers/returns-v1.md"]


def test_an_empty_ledger_gives_an_empty_library(office: Office) -> None:
    assert office.feed.current().search("returns", Viewer(), TODAY) == []
