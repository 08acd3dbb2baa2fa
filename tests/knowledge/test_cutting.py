"""Passages: nothing is cut through, and each knows its headings and page."""

from knowledge.cutting import cut, sentences

RULE = "A parcel that is returned without a number waits in the warehouse for four weeks before it is sold."
"""18 words."""


def test_headings_make_a_path_and_are_no_part_of_the_text() -> None:
    found = cut("# Returns\n\nIntro.\n\n## Fees\n\n15 %.\n\n### Cables\n\nNone.\n\n## Steps\n\nCall us.\n")
    assert [(one.headings, one.text) for one in found] == [
        (("Returns",), "Intro."),
        (("Returns", "Fees"), "15 %."),
        (("Returns", "Fees", "Cables"), "None."),
        (("Returns", "Steps"), "Call us."),
    ]


def test_headings_that_are_not_marked() -> None:
    lines = [
        "TERMS",
        "1. Delivery",
        "Soon.",
        "2.1 Delay",
        "We tell you.",
        "**Payment**",
        "At once.",
        "§ 4 Ort",
        "Utrecht.",
    ]
    assert [one.headings[-1] for one in cut("\n\n".join(lines))] == ["1. Delivery", "2.1 Delay", "Payment", "§ 4 Ort"]


def test_numbered_lists_are_no_headings() -> None:
    (passage,) = cut("To return goods:\n1. Ask for a number\n2. Pack the goods\n3. Call the carrier\n")
    assert passage.headings == ()
    assert passage.text.splitlines() == [
        "To return goods:",
        "1. Ask for a number",
        "2. Pack the goods",
        "3. Call the carrier",
    ]


def test_long_paragraphs_are_cut_between_sentences_into_parts_alike() -> None:
    found = cut(" ".join([RULE] * 20))
    assert {RULE} == {sentence for one in found for sentence in sentences(one.text)}
    assert sum(len(sentences(one.text)) for one in found) == 20
    assert all(60 <= len(one.text.split()) <= 180 for one in found)


def test_short_paragraphs_of_a_section_stay_together() -> None:
    (passage,) = cut("Returns are free.\n\nWithin 14 days.\n\nNot for cable.\n")
    assert passage.text == "Returns are free.\nWithin 14 days.\nNot for cable."


def test_a_table_that_is_cut_repeats_its_head_and_what_leads_in_to_it() -> None:
    rows = [
        f"| Cable {number} | a long description of the cable that takes some words | {number} % |"
        for number in range(40)
    ]
    found = cut("\n".join(["These discounts hold:", "", "| Group | What | Discount |", "|---|---|---|", *rows]))
    assert len(found) > 2
    assert all(one.text.startswith("These discounts hold:\nGroup | What | Discount\nCable") for one in found)
    lines = [line for one in found for line in one.text.splitlines() if line.startswith("Cable")]
    assert lines == [row.strip("| ") for row in rows]


def test_a_list_that_is_cut_repeats_what_leads_in_to_it() -> None:
    found = cut("Never send back:\n\n" + "\n".join(f"- {RULE[:-1]} {number}." for number in range(20)))
    assert len(found) > 1
    assert all(one.text.startswith("Never send back:\n- A parcel") for one in found)


def test_items_over_several_lines_are_one() -> None:
    (passage,) = cut("- a battery of more\n  than 100 Wh\n- aerosols\n")
    assert passage.text == "- a battery of more than 100 Wh\n- aerosols"


def test_pages_are_kept_and_what_runs_over_all_of_them_left_out() -> None:
    pages = [
        f"Kestrel & Vos\nDelivery terms\n{number}. Chapter\nText of chapter {number} is here.\nand goes on.\n"
        f"Page {number} of 3"
        for number in (1, 2, 3)
    ]
    found = cut("\n".join(pages), pages)
    assert [(one.page, one.headings) for one in found] == [(n, (f"{n}. Chapter",)) for n in (1, 2, 3)]
    assert "Kestrel" not in "".join(one.text for one in found)
    assert "Page" not in "".join(one.text for one in found)


def test_lines_are_joined_where_paragraphs_wrap() -> None:
    assert cut("Goods may be\nreturned within\n14 days.")[0].text == "Goods may be returned within 14 days."
    assert cut("Die Rück-\nsendung ist frei.")[0].text == "Die Rücksendung ist frei."
    assert cut("Mo-Fr 9-17\nSa 9-12", wrapped=False)[0].text == "Mo-Fr 9-17\nSa 9-12"


def test_marks_of_markdown_are_no_part_of_the_text() -> None:
    text = "**Never** ship _lithium_ by `air`, see [the list](list.md) and 3 * 4 * 5 or part_no_7."
    assert cut(text)[0].text == "Never ship lithium by air, see the list and 3 * 4 * 5 or part_no_7."


def test_abbreviations_end_no_sentence() -> None:
    text = "Cable, e.g. NYM, is cut by Bakker B.V. in Utrecht. No. 5 is z.B. rot. Am 1. März neu! Art. 7 holds."
    assert sentences(text) == [
        "Cable, e.g. NYM, is cut by Bakker B.V. in Utrecht.",
        "No. 5 is z.B. rot.",
        "Am 1. März neu!",
        "Art. 7 holds.",
    ]


def test_sheets_are_headings() -> None:
    found = cut("[sheet Terms]\nPayment | 30 days\n[sheet Prices]\nArticle | Price\nA-1 | 7.85", wrapped=False)
    assert [(one.headings, one.text) for one in found] == [
        (("Terms",), "Payment | 30 days"),
        (("Prices",), "Article | Price\nA-1 | 7.85"),
    ]


def test_nothing_gives_nothing() -> None:
    assert cut("") == []
    assert cut("# Only a title\n\n---\n") == []
