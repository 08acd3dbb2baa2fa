"""Products that have names in several languages."""

import pytest

from catalogue.matching import Catalogue
from jobs.erp import Product
from tests.catalogue.products import shelf
from tests.catalogue.test_matching import first, sku

NAMES = {
    "PI-20": ("Stalen buis 20 cm", "Stahlrohr 20 cm", "Tube acier 20 cm"),
    "PI-30": ("Stalen buis 30 cm", "Stahlrohr 30 cm", "Tube acier 30 cm"),
    "MK-2": ("Stofmasker FFP2 zonder ventiel", "Feinstaubmaske FFP2 ohne Ventil"),
    "MK-2V": ("Stofmasker FFP2 met ventiel", "Feinstaubmaske FFP2 mit Ventil"),
    "HM-YE": ("Veiligheidshelm geel met draaiknop", "Schutzhelm gelb mit Ratsche"),
    "HM-WH": ("Veiligheidshelm wit met draaiknop", "Schutzhelm weiß mit Ratsche"),
    "HM-RD": ("Veiligheidshelm rood met draaiknop", "Schutzhelm rot mit Ratsche"),
    "24": ("Ladder aluminium 8 sporten", "Leiter Aluminium 8 Sprossen", "Échelle aluminium 8 barreaux"),
}


def translated() -> list[Product]:
    return [product.model_copy(update={"other_names": NAMES.get(product.sku, ())}) for product in shelf()]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(translated())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("steel pipe 30 cm", "PI-30"),
        ("stalen buis 300 mm", "PI-30"),
        ("Stahlrohre 20cm", "PI-20"),
        ("tubes acier 20 cm", "PI-20"),
        ("stofmaskers ffp2 met ventiel", "MK-2V"),
        ("stofmasker ffp2 zonder ventiel", "MK-2"),
        ("Schutzhelm weiss", "HM-WH"),
        ("veiligheidshelm rouge", "HM-RD"),
        ("echelle aluminium 8 barreaux", "24"),
    ],
)
def test_a_product_is_found_by_each_of_its_names(catalogue: Catalogue, text: str, wanted: str) -> None:
    found = catalogue.match(text)
    assert (sku(found), found.status) == (wanted, "matched")
    assert len({candidate.product.id for candidate in found.candidates}) == len(found.candidates)


@pytest.mark.parametrize("text", ["veiligheidshelm met draaiknop", "Schutzhelm mit Ratsche", "Schutzhelm"])
def test_what_is_left_open_is_for_a_person_in_any_language(catalogue: Catalogue, text: str) -> None:
    found = catalogue.match(text)
    assert (found.status, found.product) == ("ambiguous", None)
    assert {candidate.product.sku for candidate in found.candidates[:3]} == {"HM-YE", "HM-WH", "HM-RD"}


@pytest.mark.parametrize(
    ("text", "article", "conflict"),
    [
        ("veiligheidshelm groen met draaiknop", None, "instead of green"),
        ("Stahlrohr 40 cm", None, "instead of 40 cm"),
        ("stalen buis 30 cm", "PI-20", "20 cm instead of 30 cm"),
        ("stofmasker ffp2 zonder ventiel", "MK-2V", "ventiel instead of without ventiel"),
    ],
)
def test_what_contradicts_one_name_contradicts_the_product(
    catalogue: Catalogue, text: str, article: str | None, conflict: str
) -> None:
    found = catalogue.match(text, article)
    assert found.product is None
    assert any(conflict in said for said in found.candidates[0].conflicts)


def test_what_only_one_name_says_counts_for_all() -> None:
    clear = Product(id=1, sku="GS-1", name="Goggles CL", other_names=("Brille klar",))
    dark = Product(id=2, sku="GS-2", name="Goggles DK", other_names=("Brille grau",))
    found = Catalogue([clear, dark, *translated()[10:]]).match("goggles grey")
    assert sku(found) == "GS-2"
    assert found.candidates[1].conflicts == ("transparent instead of grey",)


def test_a_shorter_name_in_words_that_nobody_asked_makes_no_product_likelier() -> None:
    pump = Product(id=1, sku="PU-1", name="Centrifugal transfer pump of stainless steel 2.2 kW 400 V")
    others = [Product(id=n, sku=f"CH-{n}", name=f"Garden chair model {n}") for n in range(2, 30)]
    alone = Catalogue([pump, *others]).match("submersible 2.2 kW 400 V")
    named = Catalogue([pump.model_copy(update={"other_names": ("Kreisel 2,2 kW 400 V",)}), *others])
    assert named.match("submersible 2.2 kW 400 V").candidates[0].score == pytest.approx(
        alone.candidates[0].score, abs=0.01
    )


def test_an_article_number_is_one_product_whatever_its_names(catalogue: Catalogue) -> None:
    found = catalogue.match("Stahlrohr", "PI-20")
    assert (sku(found), found.reason) == ("PI-20", "article number PI-20")
    assert catalogue.by_sku("PI-20") == found.product


def test_an_article_number_of_a_sibling_of_what_the_words_describe_is_for_a_person(catalogue: Catalogue) -> None:
    found = catalogue.match("Stofmasker met ventiel FFP2", "MK-2")
    assert (found.status, [one.product.sku for one in found.candidates[:2]]) == ("ambiguous", ["MK-2", "MK-2V"])


def test_a_name_that_is_gone_finds_nothing_any_more() -> None:
    catalogue = Catalogue(translated())
    ladder = catalogue.by_sku("24")
    assert ladder
    catalogue.update([ladder.model_copy(update={"other_names": ("Trapje aluminium 8 treden",)})])
    assert sku(catalogue.match("trapje aluminium 8 treden")) == "24"
    assert catalogue.match("Sprossen").status == "none"
    catalogue.update([ladder.model_copy(update={"active": False})])
    assert catalogue.match("trapje treden").status == "none"


def test_the_first_of_equals_does_not_hang_on_other_languages(catalogue: Catalogue) -> None:
    plain = Catalogue(shelf())
    for product in shelf():
        if product.sku not in NAMES:
            assert first(catalogue.match(product.name)) == first(plain.match(product.name)) == product.sku


def test_with_contradicts_without(catalogue: Catalogue) -> None:
    found = catalogue.match("stofmaskers ffp2 met ventiel", "MK-2")
    assert found.candidates[0].conflicts == ("without ventiel instead of with ventiel",)
