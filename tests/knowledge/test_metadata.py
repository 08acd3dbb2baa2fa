"""What a document says of itself, in front matter, sidecar, name and its own words."""

from datetime import date
from typing import Any

import pytest

from knowledge.dates import day_of
from knowledge.metadata import Origin, Told
from knowledge.reading import Defaults, read


def told(text: str, path: str = "paper.md", **beside: Any) -> Told:
    return read(path, text, **beside).told


def told_by(front_matter: str) -> Told:
    return told(f"---\n{front_matter}\n---\n# Paper\n\nText.\n")


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("1 March 2024", "2024-03-01", "2024-03-01"),
        ("March 1st, 2024", "2024-03-01", "2024-03-01"),
        ("01.03.2024", "2024-03-01", "2024-03-01"),
        ("1. März 2024", "2024-03-01", "2024-03-01"),
        ("1 maart 2024", "2024-03-01", "2024-03-01"),
        ("1er mars 2024", "2024-03-01", "2024-03-01"),
        ("1 er septembre 2025", "2025-09-01", "2025-09-01"),
        ("31 août 2024", "2024-08-31", "2024-08-31"),
        ("03/15/2024", "2024-03-15", "2024-03-15"),
        ("2024-03-01", "2024-03-01", "2024-03-01"),
        ("March 2024", "2024-03-01", "2024-03-31"),
        ("Ende Juni 2025", "2025-06-30", "2025-06-30"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("31 février 2024", None, None),
        ("until further notice", None, None),
    ],
)
def test_days(words: str, first: str | None, last: str | None) -> None:
    assert day_of(words) == (first and date.fromisoformat(first))
    assert day_of(words, last=True) == (last and date.fromisoformat(last))


@pytest.mark.parametrize(
    ("front_matter", "said"),
    [
        ("version: 2.10", {"version": "2.1"}),
        ('Version: "2.10"', {"version": "2.10"}),
        ("valid_from: 2024-03-01\nvalid_until: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("validFrom: 1 March 2024", {"valid_from": "2024-03-01"}),
        ("effective-date: 2024-03-01\nexpires: 31.12.2025", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("validity:\n  from: 2024-03-01\n  to: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("validity: 2024-03-01 / 2025-12-31", {"valid_from": "2024-03-01"}),
        ("valid: 1 March 2024 until 31 December 2025", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("gültig_ab: 01.03.2024", {"valid_from": "2024-03-01"}),
        ("Ingangsdatum: 1 maart 2024", {"valid_from": "2024-03-01"}),
        ("valable_du: 2024-03-01\nvalable_au: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("valable_du: 2024-03-01\njusqu_au: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("geldig_van: 2024-03-01\ngeldig_tot: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("gueltig_ab: 2024-03-01\ngueltig_bis: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("von: 2024-03-01\nbis: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("du: 2024-03-01\nau: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("date_debut: 2024-03-01\ndate_fin: 2025-12-31", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        *(
            (f"{key}: 2025-12-31", {"valid_until": "2025-12-31"})
            for key in ("gültig_bis", "valid_to", "expires", "expiry", "end_date", "ende", "einde", "fin")
        ),
        ("withdrawn_on: 2024-05-01", {"valid_until": "2024-04-30"}),
        ("status: Superseded", {"status": "superseded"}),
        ("status: superseded by v3", {"status": "superseded"}),
        ("Status: Entwurf", {"status": "draft"}),
        ("draft: true", {"status": "draft"}),
        ("draft: false", {"status": ""}),
        ("state: archived", {"status": "withdrawn"}),
        ("status: approved", {"status": ""}),
        ("supersedes: [returns-v1.md, returns-v0.md]", {"supersedes": ("returns-v1.md", "returns-v0.md")}),
        ("replaces: Returns Policy, version 2", {"supersedes": ("Returns Policy, version 2",)}),
        ("superseded-by: returns-v3.md", {"superseded_by": "returns-v3.md"}),
        ("supersedes: none", {"supersedes": ()}),
        ("customer: Bakker B.V.", {"customer": ("Bakker B.V.",)}),
        ("party:\n  name: Bakker B.V.\n  vat: NL 8045.31.241 B01", {"customer": ("Bakker B.V.",)}),
        ("counterparty: Bakker B.V.\nkundennummer: K-77", {"customer": ("Bakker B.V.", "K-77")}),
        ("customer: all", {"customer": ()}),
        ("roles: [Finance, Geschäftsleitung]", {"roles": ("finance", "management"), "internal": True}),
        ("role: finance", {"roles": ("finance",)}),
        ("access: finance only", {"roles": ("finance",)}),
        ("visibility: internal", {"roles": (), "internal": True}),
        ("audience: all employees", {"internal": True, "roles": ()}),
        ("audience: [employees, customers]", {"internal": False, "roles": ()}),
        ("classification: Public", {"internal": False}),
        ("internal: true", {"internal": True}),
        ("internal: false", {"internal": False}),
        ("public: no", {"internal": True}),
        ("confidentiality: strictly confidential", {"roles": ("management",), "internal": True}),
        ("classification: confidential", {"roles": (), "internal": True}),
        ("classification: confidential\ndepartment: Finance", {"roles": ("finance",)}),
        ("department: HR", {"roles": ("hr",)}),
        ("department: Logistics", {"roles": (), "internal": False}),
        ("owner: Finance\nauthor:\n  name: Kim", {"roles": (), "internal": False, "customer": ()}),
        ("company: Kestrel & Vos", {"customer": ()}),
        ("customer: Bakker B.V.\nconfidentiality: confidential", {"internal": False, "roles": ()}),
        ("language: Deutsch", {"language": "de"}),
    ],
)
def test_front_matter(front_matter: str, said: dict[str, Any]) -> None:
    found = told_by(front_matter).model_dump(mode="json")
    assert {name: found[name] for name in said} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
    }


@pytest.mark.parametrize(
    "words", ["rolls: [finance]", "costumer: Bakker B.V.", "acess: finance", "access:\n  rolls: finance"]
)
def test_a_misspelt_limit_withholds_the_document(words: str) -> None:
    for found in (told_by(words), told("# Paper\n\nText.", sidecar=words)):
        assert "may be meant for" in found.withheld
        assert "given to nobody until that is corrected" in found.doubts[0]


def test_a_key_that_is_not_known_is_told() -> None:
    found = told("# Paper\n\nText.", sidecar="colour: red\nauthor:\n  name: Kim\ntags: [a]\nvalid_from: 2024-03-01")
    assert (found.withheld, found.doubts) == ("", ("nothing is taken from its “colour”: no such key is known",))


def test_front_matter_that_is_no_yaml_keeps_its_limits() -> None:
    found = told_by("title: Margins: all of them\nroles: finance\n- broken")
    assert found.roles == ("finance",)
    assert "line by line" in found.doubts[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Valid from 1 March 2024 until 31 December 2025.", {"valid_from": "2024-03-01", "valid_until": "2025-12-31"}),
        ("Effective 01.03.2024", {"valid_from": "2024-03-01"}),
        ("Applies from 1 May 2024.", {"valid_from": "2024-05-01"}),
        ("**Term:** 1 April 2024 – 31 March 2026", {"valid_from": "2024-04-01", "valid_until": "2026-03-31"}),
        ("Version 3.1, in force since 1 May 2025.", {"version": "3.1", "valid_from": "2025-05-01"}),
        ("Doc. KV-1 · Version 7 · Valid from 1 March 2025", {"version": "7", "valid_from": "2025-03-01"}),
        ("Prices valid 1 January 2024 - 31 December 2024", {"valid_from": "2024-01-01", "valid_until": "2024-12-31"}),
        ("Gültig ab 1. Januar 2025 bis 31. Dezember 2025", {"valid_from": "2025-01-01", "valid_until": "2025-12-31"}),
        ("Diese Richtlinie gilt ab dem 01.04.2025.", {"valid_from": "2025-04-01"}),
        ("Geldig vanaf 1 maart 2024 tot en met 28 februari 2026", {"valid_until": "2026-02-28"}),
        ("Versie 4 – ingangsdatum 1 januari 2025", {"version": "4", "valid_from": "2025-01-01"}),
        ("En vigueur à partir du 15 mars 2025 jusqu'au 14 mars 2026", {"valid_from": "2025-03-15"}),
        ("This agreement runs from 1 October 2024 to 30 September 2027.", {"valid_until": "2027-09-30"}),
        ("Tarif public, applicable à partir du 1er septembre 2025", {"valid_from": "2025-09-01"}),
        ("Le présent contrat entre en vigueur le 1er avril 2024.", {"valid_from": "2024-04-01"}),
        ("This policy was withdrawn on 1 May 2024.", {"valid_until": "2024-04-30"}),
        ("This version has been superseded by version 2.0.", {"superseded_by": "version 2.0"}),
        ("This policy replaces the Returns Policy of 2022.", {"supersedes": ("the Returns Policy of 2022",)}),
        ("Supersedes version 2 of the manual.", {"supersedes": ("version 2 of the manual",), "version": ""}),
        ("Diese Fassung ersetzt Version 1.4.", {"supersedes": ("Version 1.4",)}),
        ("La présente politique remplace la version 1.0.", {"supersedes": ("la version 1.0",)}),
        ("Deze versie vervangt versie 2.", {"supersedes": ("versie 2",)}),
        ("DRAFT – for review", {"status": "draft"}),
        ("WITHDRAWN", {"status": "withdrawn"}),
        ("For finance only", {"roles": ("finance",)}),
        ("Kestrel & Vos – finance only", {"roles": ("finance",)}),
        ("Nur für die Finanzabteilung", {"roles": ("finance",)}),
        ("Confidential: management", {"roles": ("management",)}),
        ("Access: HR and management only.", {"roles": ("hr", "management")}),
        ("Distribution: sales, finance", {"roles": ("sales", "finance")}),
        ("Internal use only", {"internal": True, "roles": ()}),
        ("Alleen voor intern gebruik", {"internal": True}),
        ("Nur für den internen Gebrauch.", {"internal": True}),
        ("Do not share with customers.", {"internal": True}),
        ("| Version | 2.0 |\n|---|---|\n| Gültig ab | 01.04.2025 |", {"version": "2.0", "valid_from": "2025-04-01"}),
        ("| Version | Date |\n|---|---|\n| 1.9 | 2023-01-05 |\n| 1.10 | 2024-02-05 |", {"version": "1.10"}),
    ],
)
def test_its_own_words(words: str, said: dict[str, Any]) -> None:
    found = told(f"# Paper\n\n{words}\n\n## Rules\n\nText of the paper.\n").model_dump(mode="json")
    assert {name: found[name] for name in said} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
    }


@pytest.mark.parametrize(
    "words",
    [
        "The voucher is valid until 31 December 2024.",
        "Defective units are replaced by an equivalent product.",
        "The customer shall use the software for internal processes only.",
        "We offer refunds on goods bought for export only.",
        "Quotations hold for 30 days from 1 March 2024 on.",
        "Our suppliers' terms supersede nothing here. Version 4 of the scanner firmware is needed.",
        "Credit notes are confidential towards third parties, and orders can be withdrawn on request.",
    ],
)
def test_what_it_says_of_other_things_is_not_said_of_itself(words: str) -> None:
    body = "\n\n".join(["# Paper", *(["Some text that says nothing in particular."] * 20), words, "More text.\n" * 10])
    found = told(body)
    assert (found.valid_from, found.valid_until, found.status, found.superseded_by) == (None, None, "", "")
    assert (found.supersedes, found.roles, found.internal, found.version) == ((), (), False, "")


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("# Framework agreement with Bakker Installatietechniek B.V.\n\nText.", "Bakker Installatietechniek B.V."),
        ("# Rahmenvertrag mit der Müller Technik GmbH & Co. KG\n\nText.", "Müller Technik GmbH & Co. KG"),
        ("# Raamovereenkomst met Visser Elektro Noord B.V. 2025\n\nTekst.", "Visser Elektro Noord B.V."),
        ("# Contrat-cadre avec Dupont & Fils SARL\n\nTexte.", "Dupont & Fils SARL"),
        ("# Jaarafspraak met Bouwgroep Verhoeven B.V.\n\nTekst.", "Bouwgroep Verhoeven B.V."),
        ("# Jaarcontract 2026 met Bouwgroep Verhoeven B.V.\n\nTekst.", "Bouwgroep Verhoeven B.V."),
        ("# Prijsafspraak met Bouwgroep Verhoeven B.V.\n\nTekst.", "Bouwgroep Verhoeven B.V."),
        ("# Bonusvereinbarung mit der Zeta Holzbau GmbH (Kunde)\n\nText.", "Zeta Holzbau GmbH"),
        ("# Accord annuel avec Dupont & Fils SARL\n\nTexte.", "Dupont & Fils SARL"),
        ("Framework agreement with Visser Elektro B.V.\n\nText.", "Visser Elektro B.V."),
        ("Kroon B.V.\nZwolle\n\nRaamovereenkomst met Visser B.V.\n\nTekst.", "Visser B.V."),
        ("# Supply agreement\n\nCustomer: Zeta Timber Ltd (customer)\n\nText.", "Zeta Timber Ltd"),
        (
            "# Vertrag\n\nzwischen der Kroon GmbH (Lieferant) und der Zeta Holzbau GmbH (Kunde)\n\nText.",
            "Zeta Holzbau GmbH",
        ),
        (
            "# Jaarcontract\n\nPartijen: Kroon B.V. te Zwolle (leverancier) en Epsilon Wonen B.V. te Assen (afnemer)\n",
            "Epsilon Wonen B.V.",
        ),
        (
            "---\nparties: Kroon B.V. (supplier) and Epsilon Wonen B.V. (customer)\n---\n# Contract\n\nText.",
            "Epsilon Wonen B.V.",
        ),
        ("# Price agreement 2025 – Thornbury Roofing (South West) Ltd\n\nText.", "Thornbury Roofing (South West) Ltd"),
        (
            "AGREEMENT\nBetween: Kestrel Ltd (Supplier)\nAnd: Beta Bouw B.V. (Customer)\nDate: 3 March 2024",
            "Beta Bouw B.V.",
        ),
        ("# Supply agreement\n\nCustomer: Smith and Sons, Derby\n\nText.", "Smith and Sons"),
        (
            "# Contrat-cadre\n\n**Client : Solvia Energies, Lyon.** Fournisseur : Kestrel B.V., Utrecht.",
            "Solvia Energies",
        ),
        (
            '# Agreement\n\nbetween Kestrel & Vos Ltd, Bristol ("Supplier") and Hansen AS, Oslo ("Customer").',
            "Hansen AS",
        ),
        (
            '# Supply Agreement No. 17\n\nThis is made by and between **Hansen AS**, Oslo (the "Buyer"), and\n'
            '**Nordwind Trading GmbH**, Hamburg (the "Seller").',
            "Hansen AS",
        ),
        (
            "# Leveringsovereenkomst\n\ntussen Kestrel & Vos B.V. te Utrecht en Van Dam BV te Gouda, hierna: afnemer.",
            "Van Dam BV",
        ),
    ],
)
def test_whose_contract_it_is(text: str, customer: str) -> None:
    found = told(text)
    assert found.contract
    assert found.customer[0] == customer


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        (
            "Managed services contract with Brandt & Söhne\nElektrotechnik GmbH\n1. Scope",
            "Brandt & Söhne Elektrotechnik GmbH",
        ),
        ("Managed services contract with\nBrandt & Söhne GmbH\nVersion 2", "Brandt & Söhne GmbH"),
        ("Supply agreement\nCustomer: Brandt & Söhne\nElektrotechnik GmbH", "Brandt & Söhne Elektrotechnik GmbH"),
        ("Framework agreement with Visser\nKestrel & Vos Ltd\nVersion 1", "Visser"),
        ("Framework agreement with Visser\nGmbH", "Visser GmbH"),
    ],
)
def test_a_name_that_goes_on_in_the_next_line_of_a_pdf(text: str, customer: str) -> None:
    assert told(text, "a.pdf", pages=[text]).customer == (customer,)


def test_parties_of_which_none_is_called_the_customer_are_both_kept() -> None:
    found = told("# Vereinbarung\n\nzwischen der Kestrel & Vos Ltd und der Müller Technik GmbH\n\nText.")
    assert (found.customer, found.parties) == ((), ("Kestrel & Vos Ltd", "Müller Technik GmbH"))


@pytest.mark.parametrize("title", ["Contract template", "Policy on framework agreements", "General terms of contract"])
def test_a_paper_about_contracts_is_none(title: str) -> None:
    assert not told(f"# {title}\n\nText.").contract


def test_a_vat_number_of_the_customer_is_kept() -> None:
    text = '# Agreement\n\nbetween Kestrel Ltd ("Supplier") and Delvaux NV, VAT BE 0403.170.701 ("Customer").'
    assert told(text).customer_vat == "BE0403170701"


def test_the_sidecar_beats_the_front_matter_and_that_the_words() -> None:
    text = "---\nversion: 2\nroles: finance\n---\n# Paper\n\nVersion 1. Valid from 1 March 2024. For management only.\n"
    found = told(text, sidecar="version: 3")
    assert (found.version, found.roles, found.valid_from) == ("3", ("finance",), date(2024, 3, 1))
    assert found.origins["version"] is Origin.SIDECAR
    assert found.origins["roles"] is Origin.FRONT_MATTER
    assert found.origins["valid_from"] is Origin.WORDS


def test_a_sources_defaults_hold_where_the_document_says_nothing() -> None:
    defaults = Defaults(customer="Bakker B.V.", roles=("sales",))
    assert told("# Prices\n\nText.", defaults=defaults).customer == ("Bakker B.V.",)
    assert told("---\ncustomer: Visser\n---\n# Prices\n\nText.", defaults=defaults).customer == ("Visser",)
    assert told("# Prices\n\nText.", defaults=defaults).roles == ("sales",)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("returns-policy-v2.md", {"version": "2"}),
        ("archive/returns.md", {"status": "withdrawn"}),
        ("hr/leave.md", {"roles": ("hr",)}),
        ("internal/notes.md", {"internal": True}),
        ("returns_draft.md", {"status": "draft"}),
        ("policies/returns.md", {"status": "", "roles": (), "internal": False}),
    ],
)
def test_names_of_files_and_folders(path: str, said: dict[str, Any]) -> None:
    found = told("# Paper\n\nText.", path).model_dump()
    assert {name: found[name] for name in said} == said


@pytest.mark.parametrize(
    ("title", "internal"),
    [
        ("Sales handbook", True),
        ("Onboarding playbook", True),
        ("Work instruction: receiving", True),
        ("Travel expenses policy", True),
        ("SOP 12: returns", True),
        ("Arbeitsanweisung Wareneingang", True),
        ("Handbuch Vertrieb", True),
        ("Werkinstructie ontvangst", True),
        ("Mode opératoire réception", True),
        ("User handbook", False),
        ("Onboarding for new customers", False),
        ("Werkinstructie en voorwaarden", False),
        ("Returns policy", False),
    ],
)
def test_a_title_of_what_is_written_for_colleagues(title: str, internal: bool) -> None:
    found = told(f"# {title}\n\nText.")
    assert (found.internal, "only its title says that it is for colleagues" in found.doubts) == (internal, internal)
    assert not told(f"---\naudience: customers\n---\n# {title}\n\nText.").internal


def test_metas_of_a_web_page_are_front_matter() -> None:
    found = told("# Paper\n\nText.", "paper.html", head={"valid-from": "2025-06-01", "audience": "internal"})
    assert (found.valid_from, found.internal) == (date(2025, 6, 1), True)


def test_a_contract_that_renews_itself_goes_on() -> None:
    text = "# Agreement\n\nThis agreement ends on 30 September 2026. It is then renewed automatically by one year.\n"
    assert told(text).valid_until is None
    assert "renews itself" in told(text).doubts[0]
    assert told(text.replace("is then", "is never")).valid_until == date(2026, 9, 30)
