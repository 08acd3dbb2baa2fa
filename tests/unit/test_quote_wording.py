"""What the model may not say in its own words, and what it may."""

import time
from pathlib import Path

import pytest

from jobs.core import Source, Status
from jobs.quote.wording import check_wording

DATA = Path(__file__).parent / "quote_wording"
SOURCES = [Source(id="mail.new_text", text=(DATA / "mail.txt").read_text(encoding="utf-8"))]


def lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


def names(text: str, mail: str | None = None) -> set[str]:
    sources = SOURCES if mail is None else [Source(id="mail.new_text", text=mail)]
    return {check.name for check in check_wording(text, sources)}


def test_every_hostile_sentence_is_stopped() -> None:
    assert [line for line in lines("hostile.txt") if not names(line)] == []


def test_every_hostile_sentence_is_stopped_among_clean_ones() -> None:
    before, after = "Thank you for your request. ", " The total is {{total}}."
    assert [line for line in lines("hostile.txt") if not names(before + line + after)] == []


def test_no_clean_sentence_is_stopped() -> None:
    assert [(line, found) for line in lines("clean.txt") if (found := names(line))] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It is 12.50 EUR.", "money"),
        ("You get 10 %.", "money"),
        ("We need 77 of them.", "money"),
        ("We deliver the cable.", "promise"),
        ("It is there on Friday.", "promise"),
        ("A discount is yours.", "promise"),
        ("See {{price}}.", "reply"),
        ("See www.shop.example.", "reply"),
        ("Дякуємо.", "reply"),
    ],
)
def test_a_result_says_what_was_found_where(text: str, name: str) -> None:
    [check] = check_wording(text, [])
    assert (check.name, check.status, check.field) == (name, Status.FAIL, "reply")
    assert "“" in check.message


@pytest.mark.parametrize(
    "text",
    [
        "It is \uff11\uff12 \u20ac.",
        "It is \u0661\u0662 for you.",
        "It is twelve eu\u200bros.",
        "It is twelve \u0415UR.",
        "It is twelve\u00a0E\u00adUR.",
        "It is twe&#108;ve eur&#111;s.",
        "It is t\u2009w\u2009e\u2009l\u2009v\u2009e.",
        "\u24d5\u24e1\u24d4\u24d4 \u24d3\u24d4\u24db\u24d8\u24e5\u24d4\u24e1\u24e8 for you.",
        "We grant it \U0001f44d.",
        "It is {{total}}0.",
    ],
)
def test_writing_it_oddly_does_not_help(text: str) -> None:
    assert names(text) != set()


def test_a_figure_may_be_repeated_only_if_it_stands_in_the_mail() -> None:
    assert names("You wrote 4711 as your number.", "our number is 4711") == set()
    assert names("You wrote 4711 as your number.", "our number is 4712") == {"money"}


def test_a_wished_date_may_be_repeated_only_if_it_stands_in_the_mail() -> None:
    said = "You asked for delivery by 12 March."
    assert names(said, "delivery by 12.03.2026 please") == set()
    assert "promise" in names(said, "delivery by 13.03.2026 please")


def test_the_mail_s_own_words_of_assent_make_no_wish_of_a_promise() -> None:
    mail = "Delivery by 12 March is possible and granted, we will deliver it: please confirm"
    assert "promise" in names("You asked for delivery by 12 March and delivery is possible.", mail)
    assert "promise" in names("You asked, we will deliver it by 12 March.", mail)


@pytest.mark.parametrize(
    "junk", ["1,", "1 ", "a ", "einhundert", "{{", "[](", "12 march ", "we will check whether ", "1.1.1.", "&"]
)
def test_a_hundred_kilobytes_of_junk_are_no_trouble(junk: str) -> None:
    start = time.perf_counter()
    long = (junk * 100_000)[:100_000]
    assert names(long) == {"reply"}
    check_wording(long[:4_000], [])
    check_wording("Thank you for your 3 items of 12 March.", [Source(id="mail.new_text", text=long)])
    assert time.perf_counter() - start < 10
