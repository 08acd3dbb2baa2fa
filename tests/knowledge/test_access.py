"""Who is given what: no contract reaches another customer, however much alike the names are."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from activities.knowledge import read_folder
from jobs.context import Document, Viewer, may_see, same_company, viewer_named
from knowledge.embedding import Multilingual
from knowledge.library import Library
from tests.documents.office import docx, p, table, xlsx

TODAY = date(2026, 11, 27)
_ROOT = Path(__file__).parents[2]
ALIKE = """
Jansen Elektro
Janssen Elektro
Elektro Jansen
Jansen Elektro B.V.
Jansen Elektro N.V.
Jansen Elektro Noord B.V.
Visser Elektro BV
Visser Elektro Noord BV
Visser Electro BV
Müller Haustechnik GmbH
Müller Haustechnik GmbH & Co. KG
Müller Haustechnik AG
Möller Haustechnik GmbH
De Vries Bouw
Vries Bouw
De Vries Bouw & Zn.
A. Smit Techniek
B. Smit Techniek
Smit Techniek
Smith & Son Electrical Ltd
Smiths Electrical Ltd
Bakker Installatietechniek B.V.
Bakker Installatie Techniek B.V.
Bakker Installaties B.V.
Bakker
Dupont & Fils SARL
Dupont SARL
Dupont & Fille SARL
Hansen AS
Hansen A/S Danmark
Hansson AB
Delta 1 Services Ltd
Delta 2 Services Ltd
Delta Services (North) Ltd
Delta Services (South) Ltd
"""


def names() -> list[str]:
    lines = (_ROOT / "sandbox/data/customers.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.partition(";")[0] for line in lines] + ALIKE.strip().splitlines()


def contract(number: int, name: str) -> tuple[str, bytes]:
    """A contract in one of the forms that contracts come in."""
    rules = f"The discount on cable is {number} percent and goods are returned within {number} days."
    match number % 6:
        case 0:
            return f"{number}.md", f"# Framework agreement with {name}\n\n## Discount\n\n{rules}\n".encode()
        case 1:
            return f"{number}.md", f"---\ntype: contract\ncustomer: {name!r}\n---\n# Terms\n\n{rules}\n".encode()
        case 2:
            return f"{number}.txt", f"RAAMOVEREENKOMST\n\nKlant: {name}\n\n{rules}\n".encode()
        case 3:
            page = (
                f"<h1>Supply agreement</h1><p>between Kestrel &amp; Vos Ltd (“Supplier”) and {name} (“Customer”).</p>"
            )
            return f"{number}.html", f"{page}<h2>Discount</h2><p>{rules}</p>".encode()
        case 4 if number % 12 == 4:
            rows = [["Customer", name], ["Topic", "Agreed"], ["Discount on cable", f"{number} percent"]]
            return f"{number}.xlsx", xlsx({"Price agreement": rows})
        case 5 if number % 12 == 5:
            head = table(["Customer", name.replace("&", "&amp;")], ["Version", "1"])
            return f"{number}.docx", docx(p("Price agreement") + head + p(rules))
        case _:
            return f"{number}.txt", f"Price terms\n\n{rules}\n".encode()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("contracts")
    for number, name in enumerate(names()):
        file, content = contract(number, name)
        (folder / file).write_bytes(content)
        if content.startswith(b"Price terms"):
            (folder / f"{file}.meta.yaml").write_text(f"customer: {name!r}\n")
    snippets, problems = read_folder(folder)
    assert problems == []
    return Library(snippets, None, Multilingual())


def owner(document: Document) -> str:
    return names()[int(document.id.partition(".")[0])]


def test_every_contract_is_known_to_be_its_customers(library: Library) -> None:
    assert len(library.documents()) == len(names())
    assert [one.id for one in library.documents() if not same_company(one.customer, owner(one))] == []


def test_no_contract_reaches_another_customer(library: Library) -> None:
    pairs = 0
    for name in names():
        for viewer in (Viewer(external=True, customers=(name,)), Viewer(roles=("sales",), customers=(name,))):
            open_to = [owner(document) for document in library.documents() if may_see(viewer, document)]
            assert open_to == [name]
            pairs += len(library.documents()) - 1
    assert pairs > 10_000


def test_a_search_gives_a_customer_its_own_contract_only(library: Library) -> None:
    for name in names():
        hits = library.search("What is the discount on cable?", Viewer(external=True, customers=(name,)), TODAY)
        assert {owner(hit.snippet.document) for hit in hits} == {name}


def test_a_stranger_and_a_colleague_who_names_nobody_find_no_contract(library: Library) -> None:
    for viewer in (Viewer(external=True), Viewer(roles=("sales", "management"))):
        assert library.search("What is the discount on cable?", viewer, TODAY) == []


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Bakker Installatietechniek B.V.", "BAKKER INSTALLATIETECHNIEK BV"),
        ("Bakker Installatietechniek B.V.", "bakker-installatietechniek b.v."),
        ("Müller Technik GmbH", "Mueller Technik GmbH"),
        ("Smith & Sons Ltd", "Smith and Sons Limited"),
        ("Dubois & Fils S.A.R.L.", "Dubois et Fils SARL"),
    ],
)
def test_spellings_of_one_company(name: str, spelling: str) -> None:
    assert same_company(name, spelling)


def test_a_link_that_leads_out_of_the_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "papers"
    outside.mkdir()
    folder.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nThe password is 1234.")
    (outside / "described.yaml").write_text("roles: finance")
    for paper in ("returns.md", "described.md"):
        (folder / paper).write_text("# Returns\n\n14 days.")
    (folder / "secret.md").symlink_to(outside / "secret.md")
    (folder / "more").symlink_to(outside, target_is_directory=True)
    (folder / "described.yaml").symlink_to(outside / "described.yaml")
    (folder / "again.md").symlink_to("returns.md")
    snippets, problems = read_folder(folder)
    assert {snippet.document.id for snippet in snippets} == {"returns.md", "again.md"}
    assert {problem.file: "leads out of the folder" in problem.reason for problem in problems} == dict.fromkeys(
        ("secret.md", "more", "described.md"), True
    )


def documents(**said: object) -> Document:
    return Document.model_validate({"id": "a.md", "title": "A", "sha256": "", **said})


def test_a_vat_number_decides_where_both_sides_have_one() -> None:
    mine, another = "BE0403170701", "DE136695976"
    paper = documents(customer="Visser B.V.", customer_vat=mine)
    assert may_see(Viewer(customers=("Visser Holding B.V.", mine)), paper)
    assert not may_see(Viewer(customers=("Visser B.V.", another)), paper)
    assert may_see(Viewer(customers=("Visser B.V.",)), paper)


def test_who_may_read_what() -> None:
    finance, internal, everybody = documents(roles=["finance"], internal=True), documents(internal=True), documents()
    seen: Sequence[tuple[Viewer, list[bool]]] = [
        (Viewer(roles=("finance",)), [True, True, True]),
        (Viewer(roles=("Buchhaltung",)), [True, True, True]),
        (Viewer(roles=("sales",)), [False, True, True]),
        (Viewer(), [False, True, True]),
        (Viewer(external=True, roles=("finance",)), [False, False, True]),
    ]
    for viewer, open_to in seen:
        assert [may_see(viewer, paper) for paper in (finance, internal, everybody)] == open_to


def test_whom_a_word_means() -> None:
    assert viewer_named("customer") == Viewer(external=True)
    assert viewer_named("colleague") == Viewer()
    assert viewer_named("Finanzen") == Viewer(roles=("finance",))
    assert viewer_named("quality circle", [documents(roles=["quality circle"])]) == Viewer(roles=("quality circle",))
    assert viewer_named("Bakker") == Viewer(external=True, customers=("Bakker",))


def test_a_name_typed_without_its_legal_form_means_the_only_company_of_that_name() -> None:
    def contract(customer: str) -> Document:
        return Document(id=customer, title="Contract", sha256="", customer=customer)

    one, other = contract("Visser Elektro B.V."), contract("Visser Elektro VOF")
    assert may_see(viewer_named("visser elektro", [one]), one)
    assert not may_see(viewer_named("Visser Elektro VOF", [one]), one)
    assert not may_see(viewer_named("Visser", [one]), one)
    assert not any(may_see(viewer_named("Visser Elektro", [one, other]), paper) for paper in (one, other))
