"""The quote job through the real engine: request in, countersigned, one draft quotation and one draft reply out."""

from typing import Any

import pytest

from activities.messages import Outcome, Verdict
from jobs.core import Mode, Route
from jobs.quote.schema import QuoteProposal
from jobs.review import Review
from tests.spine.conftest import Desk, mail
from workflows.attributes import AMOUNT, APPROVER_ROLE

BUYER = "Gareth Pugh <gareth.pugh@severnpanels.example>"
GLANDS = {"requested": "cable gland M20 polyamide", "article": "EL-GLD-M20-PA", "quantity": 60}
CABLE = {"requested": "YMvK 3x2.5", "article": "CA-YMVK-3X25", "quantity": 2, "unit": "rings"}


def request() -> bytes:
    return mail(
        "Please quote 60 cable gland M20 polyamide (EL-GLD-M20-PA)\n"
        "and 2 rings YMvK 3x2.5, CA-YMVK-3X25.\n\nGareth Pugh",
        sender=BUYER,
        subject="Prices",
    )


def shown(review: Review) -> QuoteProposal:
    return QuoteProposal.model_validate(review.proposal)


async def waiting(desk: Desk, *lines: dict[str, Any]) -> tuple[str, Review]:
    desk.model.quotes(*(lines or (GLANDS, CABLE)))
    case_id = await desk.send(request(), "quote")
    return case_id, await desk.waiting(case_id)


def written(desk: Desk, case_id: str) -> int:
    return len(desk.quotations(case_id)) + len(desk.drafts(case_id))


async def test_approved_becomes_one_draft_quotation_and_one_draft_reply(desk: Desk) -> None:
    case_id, review = await waiting(desk)
    proposal = shown(review)
    assert [(line.sku, str(line.order_quantity), line.order_unit) for line in proposal.lines] == [
        ("EL-GLD-M20-PA", "60", "Units"),
        ("CA-YMVK-3X25", "200", "m"),
    ]
    assert (proposal.customer, proposal.currency) == ("Severn Panels Limited", "GBP")
    assert review.failed == []
    assert written(desk, case_id) == 0

    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"

    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    [quotation] = desk.quotations(case_id)
    assert quotation["state"] == "draft"
    assert proposal.total is not None
    assert proposal.untaxed is not None
    assert quotation["amount_total"] == pytest.approx(float(proposal.total.amount))
    assert quotation["amount_untaxed"] == pytest.approx(float(proposal.untaxed.amount))
    assert quotation["validity_date"] == str(proposal.valid_until)
    assert [file["name"] for file in desk.attachments(quotation["id"], "sale.order")] == ["mail.eml"]
    [reply] = desk.drafts(case_id)
    assert reply["To"] == "gareth.pugh@severnpanels.example"
    assert reply["Subject"] == "Re: Prices"
    text = reply.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"{proposal.total.amount:,.2f}" in text
    assert "> Please quote 60 cable gland" in text
    row = desk.file(case_id).case
    assert (row.amount, row.currency) == (proposal.total.amount, "GBP")
    described = await desk.handle(case_id).describe()
    assert described.typed_search_attributes[APPROVER_ROLE] == review.approver_role
    assert described.typed_search_attributes[AMOUNT] == pytest.approx(float(proposal.total.amount))


async def test_rejected_leaves_nothing(desk: Desk) -> None:
    case_id, _ = await waiting(desk)
    await desk.decide(case_id, Verdict.REJECT, reason="we do not sell to them")
    assert (await desk.result(case_id)).outcome is Outcome.REJECTED
    assert written(desk, case_id) == 0


async def test_a_price_that_moves_brings_the_case_back_with_the_field_named(desk: Desk) -> None:
    case_id, review = await waiting(desk)
    [gland] = desk.crm(
        "product.product", "search_read", domain=[["default_code", "=", "EL-GLD-M20-PA"]], fields=["list_price"]
    )
    before = gland["list_price"]
    desk.crm("product.product", "write", ids=[gland["id"]], vals={"list_price": before + 1})
    try:
        answer = await desk.decide(case_id, Verdict.APPROVE)
        assert answer.said == "changed"
        assert "lines[0].unit_price.amount" in answer.fields
        assert "total.amount" in answer.fields
        assert not any(field.startswith("lines[1]") for field in answer.fields)
        assert written(desk, case_id) == 0
        again = await desk.waiting(case_id, version=2)
        assert again.digest != review.digest
        assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
        await desk.result(case_id)
        [quotation] = desk.quotations(case_id)
        total = shown(again).total
        assert total is not None
        assert quotation["amount_total"] == pytest.approx(float(total.amount))
    finally:
        desk.crm("product.product", "write", ids=[gland["id"]], vals={"list_price": before})


async def test_stock_and_blocks_are_read_again_too(desk: Desk) -> None:
    case_id, _ = await waiting(desk)
    [gland] = desk.crm(
        "product.product", "search_read", domain=[["default_code", "=", "EL-GLD-M20-PA"]], fields=["free_qty"]
    )
    [place] = desk.crm("stock.location", "search_read", domain=[["usage", "=", "internal"]], fields=["id"], limit=1)
    quant = {"product_id": gland["id"], "location_id": place["id"], "quantity": 7}
    desk.crm("stock.quant", "create", vals_list=[quant])
    answer = await desk.decide(case_id, Verdict.APPROVE)
    assert (answer.said, "lines[0].free_stock" in answer.fields) == ("changed", True)
    [partner] = desk.crm("res.partner", "search_read", domain=[["name", "=", "Severn Panels Limited"]], fields=["id"])
    desk.crm("res.partner", "write", ids=[partner["id"]], vals={"sale_warn_msg": "Prepayment only"})
    try:
        answer = await desk.decide(case_id, Verdict.APPROVE)
        assert (answer.said, answer.fields) == ("invalid", ("customer_id",))
    finally:
        desk.crm("res.partner", "write", ids=[partner["id"]], vals={"sale_warn_msg": False})
    assert written(desk, case_id) == 0
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    assert written(desk, case_id) == 2


async def test_an_edit_is_priced_and_shown_before_it_is_signed(desk: Desk) -> None:
    case_id, first = await waiting(desk)
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"lines[0].sku": "el-gld-m25-pa"})
    assert answer.said == "revised"
    assert "lines[0].unit_price.amount" in answer.fields
    assert written(desk, case_id) == 0
    second = desk.review(case_id)
    picked, other = shown(second).lines
    assert (picked.sku, picked.why) == ("EL-GLD-M25-PA", "chosen by a person")
    assert (other.why, other.candidates) == (shown(first).lines[1].why, shown(first).lines[1].candidates)
    assert (await desk.decide(case_id, Verdict.APPROVE, digest=first.digest)).said == "stale"
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    [quotation] = desk.quotations(case_id)
    [line, _] = desk.crm("sale.order.line", "read", ids=quotation["order_line"], fields=["product_id"])
    assert "EL-GLD-M25-PA" in line["product_id"][1]


async def test_nobody_types_a_price(desk: Desk) -> None:
    case_id, _ = await waiting(desk)
    for edits in ({"lines[0].unit_price.amount": "0.01"}, {"total.amount": "1.00"}, {"lines[1].discount": "50"}):
        answer = await desk.decide(case_id, Verdict.EDIT, edits=edits)
        assert (answer.said, answer.fields) == ("invalid", tuple(edits))
    assert written(desk, case_id) == 0


async def test_an_article_that_does_not_exist_is_no_product(desk: Desk) -> None:
    case_id, _ = await waiting(desk)
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"lines[0].sku": "EL-GLD-M99"})
    assert answer.said == "revised"
    line = shown(desk.review(case_id)).lines[0]
    assert (line.status, line.unit_price) == ("none", None)
    assert "EL-GLD-M99" in line.why


async def test_a_line_may_be_left_out(desk: Desk) -> None:
    case_id, _ = await waiting(desk)
    assert (await desk.decide(case_id, Verdict.EDIT, edits={"lines[1].left_out": True})).said == "revised"
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    [quotation] = desk.quotations(case_id)
    assert len(quotation["order_line"]) == 1
    assert "YMvK" in desk.drafts(case_id)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("field", [{"unit_price": "0.01"}, {"discount": 90}, {"tiers": []}, {"currency": "USD"}])
async def test_a_model_that_answers_prices_is_not_listened_to(desk: Desk, field: dict[str, Any]) -> None:
    desk.release(Mode.AUTO, "quote", model_patience_seconds=5)
    case_id, review = await waiting(desk, {**GLANDS, **field})
    assert review.by_hand
    assert review.route is Route.MANUAL
    assert written(desk, case_id) == 0


async def test_a_model_that_writes_a_price_into_the_text_is_stopped(desk: Desk) -> None:
    desk.release(Mode.AUTO, "quote")
    desk.model.quotes(GLANDS, reply="The gland is yours for 0.10 EUR each.\n\n{{lines}} {{total}} {{valid_until}}")
    case_id = await desk.send(request(), "quote")
    review = await desk.waiting(case_id)
    assert ("money", "reply") in [(check.name, check.field) for check in review.failed]
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "invalid"
    assert written(desk, case_id) == 0


async def test_writes_switched_off_hold_the_quotation_back(desk: Desk) -> None:
    desk.release(Mode.ASSISTED, "quote", writes_off=("save_draft",))
    case_id, _ = await waiting(desk)
    await desk.decide(case_id, Verdict.APPROVE)
    for _ in range(100):
        if desk.quotations(case_id):
            break
        await desk.temporal.sleep(0.05)
    assert len(desk.quotations(case_id)) == 1
    assert desk.drafts(case_id) == []


async def test_a_request_for_quotation_is_handed_over_by_the_inquiry_job(desk: Desk) -> None:
    inquiry = {"kind": "quote_request", "summary": "Asks for prices", "contact": "Gareth Pugh"}
    desk.model.proposes(inquiry)
    answers = desk.model.reply
    desk.model.quotes(GLANDS, CABLE)
    quoting, asked = desk.model.reply, 0

    def in_turn(sources: dict[str, str]) -> Any:
        nonlocal asked
        asked += 1
        return (answers if asked == 1 else quoting)(sources)

    desk.model.reply = in_turn
    case_id = await desk.send(request())
    result = await desk.result(case_id)
    assert result.outcome is Outcome.SPLIT
    assert desk.leads(case_id) == []
    [part] = result.parts
    review = await desk.waiting(part)
    assert (review.job, review.failed) == ("quote", [])
    await desk.decide(part, Verdict.APPROVE)
    assert (await desk.result(part)).outcome is Outcome.WRITTEN
    assert len(desk.quotations(part)) == 1


async def test_the_customer_s_own_numbers_and_last_order_are_known(desk: Desk) -> None:
    [buyer] = desk.crm("res.partner", "search_read", domain=[["name", "=", "Severn Panels Limited"]], fields=["id"])
    [own, *_] = desk.crm(
        "product.customerinfo",
        "search_read",
        domain=[["partner_id", "=", buyer["id"]]],
        fields=["product_code", "product_id"],
    )
    domain = [["order_id.partner_id", "=", buyer["id"]], ["state", "=", "sale"]]
    lines = desk.crm("sale.order.line", "search_read", domain=domain, fields=["order_id", "product_id"])
    text = f"Please quote 5 of our {own['product_code']}, and the same as last time.\n\nGareth Pugh"
    desk.model.quotes(
        {"requested": own["product_code"], "article": own["product_code"], "quantity": 5},
        {"requested": "the same as last time", "quantity": None, "repeats_order": True},
    )
    case_id = await desk.send(mail(text, sender=BUYER), "quote")
    first, *repeated = shown(await desk.waiting(case_id)).lines
    assert (first.product_id, "own number" in first.why) == (own["product_id"][0], True)
    assert len({line.from_order for line in repeated}) == 1
    number = repeated[0].from_order.split(" ")[0]
    ordered = [line["product_id"][0] for line in lines if line["order_id"][1] == number]
    assert [line.product_id for line in repeated] == ordered


async def test_a_stranger_sees_list_prices_until_a_person_names_the_customer(desk: Desk) -> None:
    desk.model.quotes(GLANDS)
    request = mail("Please quote 60 cable gland M20 polyamide, EL-GLD-M20-PA", sender="x@stranger.example")
    case_id = await desk.send(request, "quote")
    review = await desk.waiting(case_id)
    assert "customer_id" in [check.field for check in review.failed]
    assert shown(review).currency == "EUR"
    [buyer] = desk.crm("res.partner", "search_read", domain=[["name", "=", "Severn Panels Limited"]], fields=["id"])
    assert (await desk.decide(case_id, Verdict.EDIT, edits={"customer_id": buyer["id"]})).said == "revised"
    named = desk.review(case_id)
    assert (shown(named).customer, shown(named).currency, named.failed) == ("Severn Panels Limited", "GBP", [])
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    [reply] = desk.drafts(case_id)
    assert reply["To"] == "x@stranger.example"
