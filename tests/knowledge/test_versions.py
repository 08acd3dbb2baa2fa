"""Which document takes the place of which."""

from datetime import date
from itertools import permutations

import pytest

from jobs.context import Document
from knowledge.reading import read
from knowledge.versions import Filed, resolved

TODAY = date(2026, 11, 27)


def documents(**papers: str) -> dict[str, Document]:
    """By name of the file, `returns_v1` for returns-v1.md; a title of its own is added where there is none."""
    filed: list[Filed] = []
    for name, text in papers.items():
        path = f"{name.replace('_', '-')}.md"
        filed.append(Filed(path, "", read(path, text).told))
    return {document.id.removesuffix(".md"): document for document in resolved(filed)}


def in_force(found: dict[str, Document], day: date = TODAY) -> set[str]:
    return {name for name, document in found.items() if document.holds(day)}


def test_the_later_version_takes_the_place_of_the_earlier_without_a_word_of_it() -> None:
    found = documents(returns_v1="# Returns policy\n\n30 days.", returns_v2="# Returns policy\n\n14 days.")
    assert in_force(found) == {"returns-v2"}
    assert found["returns-v1"].superseded_by == "returns-v2.md"


def test_a_successor_that_is_to_come_leaves_the_earlier_in_force_until_then() -> None:
    found = documents(
        terms="# Order terms\n\nVersion 4. Valid from 1 July 2024.",
        terms_2027="# Order terms 2027\n\nVersion 5. Valid from 1 January 2027.",
    )
    assert in_force(found) == {"terms"}
    assert in_force(found, date(2027, 1, 1)) == {"terms-2027"}
    assert in_force(found, date(2024, 1, 1)) == set()


def test_on_a_day_in_the_past_the_version_of_then_holds() -> None:
    found = documents(
        returns_a="---\nversion: 1\nvalid_from: 2022-01-01\nstatus: superseded\n---\n# Returns policy\n\n30.",
        returns_b="---\nversion: 2\nvalid_from: 2024-03-01\n---\n# Returns policy\n\n14.",
    )
    assert in_force(found, date(2023, 6, 1)) == {"returns-a"}
    assert in_force(found) == {"returns-b"}


def test_a_draft_takes_nobodys_place() -> None:
    found = documents(
        returns_v2="# Returns policy\n\n14.", returns_v3="---\nstatus: draft\n---\n# Returns policy\n\n7."
    )
    assert in_force(found) == {"returns-v2"}
    assert found["returns-v3"].withheld == "a draft"


def test_an_amendment_does_not_take_the_place_of_what_it_amends() -> None:
    found = documents(
        bakker="# Framework agreement with Bakker B.V.\n\nValid from 1 March 2024.",
        bakker_1="# Amendment 1 to the framework agreement with Bakker B.V.\n\nValid from 1 March 2025.",
    )
    assert in_force(found) == {"bakker", "bakker-1"}


@pytest.mark.parametrize(
    "reference",
    [
        "old.md",
        "`old`",
        "version 1 of the returns policy",
        "the Returns Policy of 2022",
        "POL-7, version 1",
        "version 1.0",
        "all earlier versions",
    ],
)
def test_what_it_says_that_it_replaces(reference: str) -> None:
    found = documents(
        old="---\nnumber: POL-7\nversion: 1\nvalid_from: 2022-01-01\n---\n# Returns policy\n\n30.",
        new=f"---\nversion: 2\nvalid_from: 2024-03-01\nsupersedes: {reference!r}\n---\n# Returns policy\n\n14.",
        other="---\nversion: 1\nvalid_from: 2022-01-01\n---\n# Warranty\n\n2 years.",
    )
    assert in_force(found) == {"new", "other"}
    assert (found["old"].superseded_by, found["old"].superseded_from) == ("new.md", date(2024, 3, 1))


def test_a_policy_of_another_name_replaces_by_its_word() -> None:
    found = documents(
        rma="# RMA rules\n\nVersion 3.\n\n30 days.",
        returns="# Returns and refunds\n\nValid from 1 March 2024. This policy replaces the RMA rules.\n\n14 days.",
    )
    assert in_force(found) == {"returns"}


def test_replaced_by_a_paper_that_is_not_here_it_does_not_hold() -> None:
    found = documents(old="# Returns policy\n\nThis policy has been replaced by the global returns policy.\n\n30.")
    assert in_force(found) == set()


def test_other_papers_are_no_versions_of_each_other() -> None:
    found = documents(
        series_100="# Warranty of series 100\n\nVersion 1.",
        series_200="# Warranty of series 200\n\nVersion 2.",
        shipping="# Shipping\n\nVersion 2.",
        retouren="---\nlanguage: nl\nversion: 2\n---\n# Garantie\n\n2.",
        garantie="---\nlanguage: fr\nversion: 1\n---\n# Garantie\n\n2.",
    )
    assert in_force(found) == set(found)


def test_the_same_agreement_with_two_customers_is_two() -> None:
    found = documents(
        a="---\ncustomer: Bakker B.V.\nvalid_from: 2023-01-01\n---\n# Framework agreement\n\n5 %.",
        b="---\ncustomer: Visser B.V.\nvalid_from: 2025-01-01\n---\n# Framework agreement\n\n9 %.",
        c="---\ncustomer: Visser B.V.\nvalid_from: 2026-01-01\n---\n# Framework agreement\n\n10 %.",
    )
    assert in_force(found) == {"a", "c"}


def test_years_tell_versions_apart() -> None:
    found = documents(prices_2025="# Price list 2025\n\n| A | 1 |", prices_2026="# Price list 2026\n\n| A | 2 |")
    assert in_force(found) == {"prices-2026"}
    assert in_force(found, date(2025, 5, 1)) == {"prices-2025"}


def test_versions_are_compared_as_numbers() -> None:
    found = documents(
        one="---\nversion: '1.9'\n---\n# Manual\n\nA.",
        two="---\nversion: '1.10'\n---\n# Manual\n\nB.",
    )
    assert in_force(found) == {"two"}


def test_a_contract_of_nobody_knows_whom_is_withheld() -> None:
    found = documents(contract="# Framework agreement\n\nThe discount is 5 %.")
    assert found["contract"].withheld == "a contract that does not say whose it is"
    assert in_force(found) == set()


def test_a_paper_whose_limit_is_misspelt_is_withheld() -> None:
    found = documents(margins="---\nrolls: finance\n---\n# Margins\n\nThe margin is 12 %.")
    assert found["margins"].withheld == "its “rolls” may be meant for “roles”, which says who may read it"
    assert in_force(found) == set()


def test_the_party_of_many_contracts_is_us() -> None:
    parties = "zwischen der Kestrel & Vos Ltd und der {} GmbH\n\nText."
    found = documents(
        a=f"# Rahmenvertrag 1\n\n{parties.format('Adler')}", b=f"# Rahmenvertrag 2\n\n{parties.format('Busch')}"
    )
    assert {document.customer for document in found.values()} == {"Adler GmbH", "Busch GmbH"}


def test_a_paper_with_a_customers_name_or_contract_number_is_that_customers() -> None:
    found = documents(
        contract="# Framework agreement FA-2024-017\n\nwith Smith & Sons Electrical Ltd, York",
        smith_sons_electrical_prices="# Net prices\n\nA | 7",
        amendment="# Amendment 1 to FA-2024-017\n\n12 %.",
        policy="# Returns\n\n14.",
    )
    assert {name for name, document in found.items() if document.customer} == set(found) - {"policy"}


def test_the_order_of_the_files_does_not_matter() -> None:
    papers = {"m_v1": "# Manual\n\nA.", "m_v2": "# Manual\n\nB.", "m_v3": "# Manual\n\nValid from 1 January 2030."}
    results = [sorted(map(repr, documents(**dict(order)).values())) for order in permutations(papers.items())]
    assert all(result == results[0] for result in results)
    assert in_force(documents(**papers)) == {"m-v2"}
