import re
import threading
from random import Random

import pytest

from catalogue.matching import Catalogue, Match
from jobs.erp import Product
from tests.catalogue.products import shelf


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(shelf())


def sku(match: Match) -> str:
    return match.product.sku if match.product else match.status


def first(match: Match) -> str:
    return match.candidates[0].product.sku


# By number


@pytest.mark.parametrize("written", ["KB-YM-325", "kb ym 325", "KB.YM.325", "kbym325"])
def test_an_article_number_is_known_however_it_is_written(catalogue: Catalogue, written: str) -> None:
    assert sku(catalogue.match("installation cable", written)) == "KB-YM-325"
    found = catalogue.match(f"{written} installation cable")
    assert (sku(found), found.reason) == ("KB-YM-325", "article number KB-YM-325")


def test_the_digits_of_an_article_number_are_no_size(catalogue: Catalogue) -> None:
    assert sku(catalogue.match("bolt BT-M840-A2")) == "BT-M840-A2"


@pytest.mark.parametrize("article", ["RL-12-24DC", None])
def test_an_article_number_that_contradicts_the_words_is_for_a_person(
    catalogue: Catalogue, article: str | None
) -> None:
    found = catalogue.match(f"{'' if article else 'RL-12-24DC '}relay 12 A 230V AC", article)
    assert (found.status, found.product, first(found)) == ("ambiguous", None, "RL-12-24DC")
    assert found.candidates[0].conflicts == ("24 V instead of 230 V",)
    assert "24 V instead of 230 V" in found.reason


def test_an_article_number_of_something_else_altogether_is_for_a_person(catalogue: Catalogue) -> None:
    found = catalogue.match("safety helmet yellow with ratchet", "PI-20")
    assert (found.status, first(found)) == ("ambiguous", "PI-20")
    assert found.candidates[1].product.sku == "HM-YE"


def test_a_plain_number_in_the_text_is_no_article_number(catalogue: Catalogue) -> None:
    assert sku(catalogue.match("Norvex monitor 24 inch black")) == "MN-24"
    assert sku(catalogue.match("24 safety helmet red with ratchet")) == "HM-RD"
    assert sku(catalogue.match("Norvex monitor 22 inch black 90817")) == "MN-22"


def test_a_plain_number_counts_where_it_was_given_as_the_article(catalogue: Catalogue) -> None:
    assert sku(catalogue.match("ladder", "24")) == "24"
    assert sku(catalogue.match("trestle 90817")) == "90817"


def test_barcodes_count_with_and_without_leading_zeros(catalogue: Catalogue) -> None:
    product = shelf()[4]
    for written in (product.barcode, product.barcode.lstrip("0"), "0" + product.barcode):
        found = catalogue.match(f"wire {written}")
        assert (sku(found), found.reason) == (product.sku, f"barcode {written}")


def test_the_customers_own_number_counts(catalogue: Catalogue) -> None:
    relay = catalogue.by_sku("RL-25-230")
    assert relay
    found = catalogue.match("the usual relay", "4711", {"47-11": relay.id})
    assert (sku(found), found.reason) == ("RL-25-230", "the customer's own number 4711")
    assert sku(catalogue.match("relay AB-4711", None, {"AB4711": relay.id})) == "RL-25-230"
    assert sku(catalogue.match("relay 12 A 24V", "4711", {"4711": relay.id})) == "ambiguous"


def test_an_own_number_of_a_product_that_is_gone_counts_for_nothing(catalogue: Catalogue) -> None:
    assert sku(catalogue.match("safety helmet yellow with ratchet", "4711", {"4711": 9999})) == "HM-YE"


def test_a_number_that_two_products_have_is_for_a_person() -> None:
    twins = [Product(id=1, sku="AB-100", name="Left shoe"), Product(id=2, sku="AB 100", name="Right shoe")]
    found = Catalogue(twins).match("shoe", "ab100")
    assert (found.status, len(found.candidates)) == ("ambiguous", 2)


def test_a_wrong_article_number_leaves_it_to_the_words(catalogue: Catalogue) -> None:
    assert sku(catalogue.match("installation cable 5x2.5", "KB-YM-999")) == "KB-YM-525"


def test_a_part_of_an_article_number_shows_the_product(catalogue: Catalogue) -> None:
    assert first(catalogue.match("relay", "RL-25")) == "RL-25-230"


# By words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("installation cable 3x2,5", "KB-YM-325"),
        ("instalation cabel 3 x 2.5 mm2 grijs", "KB-YM-325"),
        ("flexo wire 2,5 mm² bleu", "KB-FX-25-BU"),
        ("flexowire 4mm2 rood", "KB-FX-4-RD"),
        ("relay 12A coil 24V", "RL-12-24DC"),
        ("hex bolt M8x40 stainless", "BT-M840-A2"),
        ("Safety helmet rot", "HM-RD"),
        ("Norvex stick 8GB", "CR-8"),
        ("steel pipe 200 mm", "PI-20"),
        ("dust mask FFP2 without valve", "MK-2"),
        ("chip board screws 4x50 200 pack", "PN-200"),
        ("nitrile glove links", "GL-L-9"),
        ("toner KX-F507", "KX507"),
        ("led panel 36W 3000K", "LD-61"),
    ],
)
def test_words_find_the_product(catalogue: Catalogue, text: str, wanted: str) -> None:
    found = catalogue.match(text)
    assert (sku(found), found.status) == (wanted, "matched")
    assert found.candidates[0].product == found.product
    assert 0 < found.margin <= found.candidates[0].score <= 1


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("safety helmet with ratchet", {"HM-YE", "HM-WH", "HM-RD"}),
        ("flexo wire red", {"KB-FX-25-RD", "KB-FX-4-RD"}),
        ("relay 12 A", {"RL-12-24DC", "RL-12-230"}),
        ("LED panel 60x60", {"LD-60", "LD-61"}),
        ("chipboard screw 4x50", {"PN-100", "PN-200"}),
        ("helmet", {"HM-YE", "HM-WH", "HM-RD"}),
    ],
)
def test_what_the_request_leaves_open_is_for_a_person(catalogue: Catalogue, text: str, among: set[str]) -> None:
    found = catalogue.match(text)
    assert (found.status, found.product) == ("ambiguous", None)
    assert {candidate.product.sku for candidate in found.candidates[: len(among)]} == among


@pytest.mark.parametrize(
    ("text", "nearest", "conflict"),
    [
        ("Tarvo installation cable 3x4 mm² grey", "KB-YM-3", "instead of 3x4"),
        ("Relay 12 A, coil 48V DC", "RL-12", "instead of 48 V"),
        ("Norvex monitor 27 inch black", "MN-2", "instead of 27 inch"),
        ("safety helmet green with ratchet", "HM-", "instead of green"),
        ("Norvex card reader stick 16 GB", "CR-", "instead of 16 GB"),
    ],
)
def test_a_near_miss_is_shown_and_not_substituted(catalogue: Catalogue, text: str, nearest: str, conflict: str) -> None:
    found = catalogue.match(text)
    assert (found.status, found.product) == ("none", None)
    assert first(found).startswith(nearest)
    assert conflict in found.candidates[0].conflicts[0]
    assert conflict in found.reason


@pytest.mark.parametrize("text", ["garden hose", "", "???", "5", "espresso machine 2 groups"])
def test_nothing_like_it_is_none(catalogue: Catalogue, text: str) -> None:
    found = catalogue.match(text)
    assert (found.status, found.product) == ("none", None)


@pytest.mark.parametrize(
    "text",
    ["cable " * 20_000, "1/2/3/4 1½ ⅓ ²³ x x x", "\0\ud800 кабель 电缆 ١٢", "9" * 5000, "1e999 mm x 9e999", "-,;.()[]"],
)
def test_odd_texts_are_borne(catalogue: Catalogue, text: str) -> None:
    assert catalogue.match(text, text, {text: 1}).status in ("matched", "ambiguous", "none")
    Catalogue([Product(id=1, sku=text, name=text, description=text)]).match("cable")


def test_an_accessory_is_no_answer_to_a_near_miss() -> None:
    products = [
        Product(id=1, sku="A", name="Norvex action camera Z200 black 8 GB"),
        Product(id=2, sku="B", name="Strap for Norvex action camera Z200"),
        *(Product(id=n, sku=f"C{n}", name=f"Garden chair model {n}") for n in range(3, 30)),
    ]
    found = Catalogue(products).match("Norvex action camera Z200 black 16 GB")
    assert (found.status, found.candidates[0].conflicts) == ("none", ("8 GB instead of 16 GB",))


def test_an_empty_catalogue_has_nothing() -> None:
    found = Catalogue(()).match("safety helmet", "HM-RD")
    assert (found.status, found.candidates, found.margin) == ("none", (), 0)


def test_a_description_is_read_too() -> None:
    products = [
        Product(id=1, sku="A", name="Bracket type one", description="<p>for gutters of copper</p>"),
        Product(id=2, sku="B", name="Bracket type one", description="for gutters of slate"),
    ]
    assert sku(Catalogue(products).match("bracket type one copper")) == "A"


def test_a_size_that_differs_is_never_matched(catalogue: Catalogue) -> None:
    """Every name of the shelf with one figure changed to one that the shelf does not have."""
    random = Random(7)
    for product in shelf():
        figures = list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?= ?(?:mm²|V|A|inch|cm|GB|W|K)\b)", product.name))
        for figure in figures:
            other = str(random.choice([7, 11, 13, 17, 19]))
            asked = product.name[: figure.start()] + other + product.name[figure.end() :]
            found = catalogue.match(asked)
            assert found.status == "none", (asked, found)


def test_every_product_is_found_by_its_own_name_in_capitals_and_without_accents(catalogue: Catalogue) -> None:
    for product in shelf():
        if product.sku != "MK-2":  # Its name is the beginning of another's.
            assert sku(catalogue.match(product.name.upper().replace("²", "2"))) == product.sku


# Changes


def test_changes_are_taken_in() -> None:
    catalogue = Catalogue(shelf())
    helmet = catalogue.by_sku("hm rd")
    assert helmet
    catalogue.update([Product(id=900, sku="HM-GN", name="Safety helmet green with ratchet")])
    assert sku(catalogue.match("safety helmet green")) == "HM-GN"
    catalogue.update([helmet.model_copy(update={"name": "Riding cap crimson", "sku": "RC-1"})])
    assert sku(catalogue.match("riding cap")) == "RC-1"
    assert catalogue.match("safety helmet red").product is None
    assert catalogue.by_sku("HM-RD") is None
    catalogue.update([helmet.model_copy(update={"active": False})])
    assert catalogue.match("riding cap").status == "none"
    assert (catalogue.by_id(helmet.id), catalogue.by_sku("RC-1")) == (None, None)
    catalogue.update([helmet])
    assert sku(catalogue.match("safety helmet red")) == "HM-RD"


def test_many_changes_come_to_the_same_as_a_new_catalogue() -> None:
    """More than are kept beside the main index."""
    many = [Product(id=n, sku=f"BX-{n}", name=f"Storage box number {n} litres") for n in range(1000, 3500)]
    catalogue = Catalogue(shelf())
    for start in range(0, len(many), 500):
        catalogue.update(many[start : start + 500])
    catalogue.update([many[3].model_copy(update={"active": False})])
    fresh = Catalogue([*shelf(), *many[:3], *many[4:]])
    for text in ("storage box number 1234 litres", "BX-1003", "safety helmet red", "storage box number 1003 litres"):
        assert sku(catalogue.match(text)) == sku(fresh.match(text))


def test_matching_goes_on_while_changes_are_taken_in() -> None:
    catalogue = Catalogue(shelf())
    done = threading.Event()
    seen: list[str] = []
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            while not done.is_set():
                seen.append(sku(catalogue.match("safety helmet green with ratchet")))
                seen.append(sku(catalogue.match("relay", "RL-25-230")))
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(30):
        green = Product(id=900, sku="HM-GN", name="Safety helmet green with ratchet", active=n % 2 == 0)
        catalogue.update([green, Product(id=901 + n, sku=f"ZZ-{n}0", name=f"Sundry {n}")])
    done.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert set(seen) <= {"none", "HM-GN", "RL-25-230"}
    assert "RL-25-230" in seen


def test_a_bare_number_that_is_another_product_s_is_for_a_person() -> None:
    """What the customer calls (24017) may be the maker's number, and ours of something else."""
    pump = Product(id=1, sku="24017", name="Centrifugal pump 2.2 kW")
    others = [Product(id=n, sku=f"{n:05}", name=f"Garden chair model {n}") for n in range(2, 30)]
    catalogue = Catalogue([pump, *others])
    found = catalogue.match("eight-digit calculator", "24017")
    assert (found.status, found.candidates[0].product.sku) == ("ambiguous", "24017")
    assert catalogue.match("centrifugal pump", "24017").product == pump
    assert catalogue.match("", "24017").product == pump
    assert catalogue.match("eight-digit calculator", "24017", {"24017": 1}).product == pump
