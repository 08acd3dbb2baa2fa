"""Which customer is it: the order of clues, ties, namesakes. A wrong link is worse than none."""

import pytest

from jobs.crm import Customer, CustomerClues
from jobs.customers import Match, bare_name, compact_vat, is_vat, match_customer, name_score


def customer(id_: int, name: str, email: str = "", *, vat: str = "", country: str = "", also: str = "") -> Customer:
    return Customer(id=id_, name=name, email=email, emails=tuple(also.split()), vat=vat, country=country)


def outcome(match: Match) -> tuple[int | None, str, list[int]]:
    return match.customer.id if match.customer else None, match.reason, [rival.id for rival in match.rivals]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Bakker Techniek B.V.", "bakker techniek"),
        ("Bakker Techniek b. v.", "bakker techniek"),
        ("V.O.F. Jansen & Zn.", "jansen zn"),
        ("Peeters BVBA", "peeters"),
        ("Peeters S.P.R.L.", "peeters"),
        ("De Smet CommV", "de smet"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Müller AG & Co KGaA", "muller"),
        ("Krüger e.K.", "kruger"),
        ("Huber UG (haftungsbeschränkt)", "huber"),
        ("Société Dupont S.A.S.", "societe dupont"),
        ("SARL Lefèvre et Fils", "lefevre fils"),
        ("L'Œuvre S.A.", "loeuvre"),
        ("Severn Panels Ltd.", "severn panels"),
        ("Smith and Sons plc", "smith sons"),
        ("Smith & Co", "smith co"),
        ("Shenzhen Cable Co., Ltd.", "shenzhen cable"),
        ("J.P. de Wit Holding N.V.", "jp de wit holding"),
        ("SAS", "sas"),
        ("AG Insurance", "ag insurance"),
        ("Sagemann", "sagemann"),
    ],
)
def test_a_name_without_its_legal_form(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Müller Maschinenbau GmbH", "MUELLER MASCHINENBAU"),
        ("Müller Maschinenbau", "Muller Maschinenbau"),
        ("Mu\u0308ller", "Müller"),
        ("Strauß & Söhne OHG", "Strauss und Soehne"),
        ("Société Générale", "Societe Generale SA"),
        ("Coöperatie Ørsted", "Cooperatie Orsted"),
        ("Staal Bouw B.V.", "Staalbouw"),
        ("Techniek Bakker", "Bakker Techniek"),
        ("O’Brien Ltd", "OBrien Limited"),
    ],
)
def test_one_name_in_two_spellings(a: str, b: str) -> None:
    assert name_score(a, b) == 100


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("De Vries Techniek", "De Vries Installatie"),
        ("Jansen Installatietechniek", "Hansen Installatietechniek"),
        ("Jansen Installatietechniek", "Janssen Installatietechniek"),
        ("Meijer Elektrotechniek", "Meyer Elektrotechniek"),
        ("Bakker Elektro 1", "Bakker Elektro 2"),
        ("Bakker Elektrotechniek", "Bakker Elektrotechniek Zuid"),
        ("Boer Bouw", "Bor Bouw"),
        ("Schmidt", "Schmitt"),
        ("", ""),
        ("GmbH", "B.V."),
    ],
)
def test_names_of_two_companies_do_not_match(a: str, b: str) -> None:
    assert name_score(a, b) < 94
    match = match_customer([customer(1, a)], CustomerClues(names=(b,)))
    assert match.customer is None


def test_a_typo_in_a_long_word_is_forgiven() -> None:
    clues = CustomerClues(names=("De Wit Instalatietechniek",))
    assert outcome(match_customer([customer(1, "De Wit Installatietechniek BV")], clues)) == (1, "company name", [])


def test_a_name_that_is_nearly_right_is_a_person_s_to_judge() -> None:
    known = [customer(1, "Jansen Installatietechniek"), customer(2, "De Vries Techniek")]
    match = match_customer(known, CustomerClues(names=("Janssen Installatietechniek",)))
    assert outcome(match) == (None, "company name", [1])


@pytest.mark.parametrize(
    ("vat", "country", "compact"),
    [
        ("NL 8012.34.567.B01", "", "NL801234567B01"),
        ("801234567B01", "NL", "NL801234567B01"),
        ("be 428.759.497", "", "BE0428759497"),
        ("0428.759.497", "BE", "BE0428759497"),
        ("GB 980 7806 84", "", "GB980780684"),
        ("CHE-107.787.577", "", "CHE107787577"),
    ],
)
def test_a_vat_number_in_one_notation(vat: str, country: str, compact: str) -> None:
    assert compact_vat(vat, country) == compact


@pytest.mark.parametrize(
    ("number", "valid"),
    [("DE136695976", True), ("DE136695977", False), ("GB980780684", True), ("GB980780685", False), ("DE", False)],
)
def test_a_vat_number_is_known_by_its_check_digits(number: str, valid: bool) -> None:
    assert is_vat(number) is valid


BY_MAIL = customer(1, "Alpha", "info@alpha.example", also="jan@alpha.example")
BY_VAT = customer(2, "Beta", "info@beta.example", vat="NL 8012.34.567.B01")
BY_DOMAIN = customer(3, "Gamma", "sales@gamma.example")
BY_NAME = customer(4, "Delta Techniek B.V.")
KNOWN = [BY_NAME, BY_DOMAIN, BY_VAT, BY_MAIL]
CLUES = CustomerClues(
    emails=("jan@alpha.example",),
    vats=("NL801234567B01",),
    domains=("gamma.example",),
    names=("Delta Techniek",),
)


def test_address_beats_vat_number_beats_domain_beats_name() -> None:
    assert outcome(match_customer(KNOWN, CLUES)) == (1, "mail address", [])
    assert outcome(match_customer(KNOWN[:3], CLUES)) == (2, "VAT number", [])
    assert outcome(match_customer(KNOWN[:2], CLUES)) == (3, "mail domain", [])
    assert outcome(match_customer(KNOWN, CustomerClues(names=CLUES.names))) == (4, "company name", [])
    assert outcome(match_customer(KNOWN, CustomerClues(names=("Epsilon",)))) == (None, "", [])
    assert outcome(match_customer(KNOWN, CustomerClues())) == (None, "", [])
    assert outcome(match_customer([], CLUES)) == (None, "", [])


def test_a_vat_number_without_prefix_is_its_country_s() -> None:
    dutch = customer(1, "Beta", vat="801234567B01", country="NL")
    german = customer(2, "Beta", vat="801234567B01", country="DE")
    assert outcome(match_customer([german, dutch], CustomerClues(vats=("NL801234567B01",)))) == (1, "VAT number", [])


def test_a_tie_is_left_to_a_person_unless_the_name_breaks_it() -> None:
    north, south = customer(1, "Noord Bouw", "a@groep.example"), customer(2, "Zuid Bouw", "b@groep.example")
    domain = CustomerClues(domains=("groep.example",))
    assert outcome(match_customer([north, south], domain)) == (None, "mail domain", [1, 2])
    named = domain.model_copy(update={"names": ("Zuid Bouw B.V.",)})
    assert outcome(match_customer([north, south], named)) == (2, "mail domain", [])
    other = domain.model_copy(update={"names": ("West Bouw",)})
    assert outcome(match_customer([north, south], other)) == (None, "mail domain", [1, 2])


def test_two_customers_of_one_name_are_rivals() -> None:
    twins = [customer(1, "Bakker BV"), customer(2, "Bakker B.V.")]
    assert outcome(match_customer(twins, CustomerClues(names=("Bakker",)))) == (None, "company name", [1, 2])


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        (customer(1, "Acme BV", "info@acme.example"), CustomerClues(names=("Acme",), domains=("acme-orders.example",))),
        (customer(1, "Acme BV", vat="NL801234567B01"), CustomerClues(names=("Acme",), vats=("DE136695976",))),
    ],
)
def test_whoever_borrows_a_name_is_not_linked(known: Customer, clues: CustomerClues) -> None:
    assert outcome(match_customer([known], clues)) == (None, "company name", [1])


def test_a_name_links_where_nothing_else_is_known() -> None:
    clues = CustomerClues(names=("Acme",), domains=("acme.example",), vats=("DE136695976",))
    for known in (customer(1, "Acme BV"), customer(1, "Acme BV", "acme.bv@gmail.com")):
        assert outcome(match_customer([known], clues)) == (1, "company name", [])
