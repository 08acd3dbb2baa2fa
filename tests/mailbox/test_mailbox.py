"""What every mailbox promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.base import Refused
from jobs.crm import Written
from jobs.erp import SaveDraft
from tests.mailbox.drafts import DRAFT, Box, draft


def test_a_draft_is_there_as_it_was_asked_for(box: Box) -> None:
    written = box.connect().save_draft(DRAFT)
    assert (written.write, written.found) == ("save_draft", False)
    [saved] = box.saved()
    assert saved.flags == {"D", "S"}
    assert saved.body("plain") == DRAFT.text
    assert saved.body("html") == DRAFT.html
    assert saved.mail["Subject"] == DRAFT.subject
    assert saved.mail["In-Reply-To"] == "<ask.3@example.com>"
    assert saved.mail["References"] == "<ask.1@example.com> <ask.2@example.com> <ask.3@example.com>"
    assert saved.mail["X-Unsent"] == "1"


def test_saving_again_leaves_the_draft_as_it_is(box: Box) -> None:
    first = box.connect().save_draft(DRAFT)
    second = box.connect().save_draft(draft(subject="Changed"))
    assert second == first.model_copy(update={"found": True})
    assert [saved.mail["Subject"] for saved in box.saved()] == [DRAFT.subject]


@pytest.mark.parametrize(
    "near", ["xquote-1@countersign.example", "quote-1@countersign.example2", "QUOTE-1@countersign.example"]
)
def test_a_message_id_that_only_resembles_it_is_another_draft(box: Box, near: str) -> None:
    box.connect().save_draft(draft(message_id=near))
    assert not box.connect().save_draft(DRAFT).found
    assert {saved.message_id for saved in box.saved()} == {near, DRAFT.message_id}


def test_a_message_id_in_another_header_or_in_the_text_is_not_found(box: Box) -> None:
    mention = draft(
        message_id="other@countersign.example", in_reply_to=DRAFT.message_id, text=f"Message-ID: <{DRAFT.message_id}>"
    )
    box.connect().save_draft(mention)
    assert not box.connect().save_draft(DRAFT).found


def test_a_long_message_id_is_found_again(box: Box) -> None:
    long = draft(message_id=f"{'x' * 180}@countersign.example")
    box.connect().save_draft(long)
    assert box.connect().save_draft(long).found
    assert len(box.saved()) == 1


def test_attempts_at_the_same_time_leave_one_draft(box: Box) -> None:
    drafts = [draft(message_id=f"{number // 4}@countersign.example") for number in range(20)]

    def save(one: SaveDraft) -> Written:
        return box.connect().save_draft(one)

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(save, drafts))
    assert sorted(saved.message_id for saved in box.saved()) == [f"{number}@countersign.example" for number in range(5)]
    assert len({one.id for one in written}) == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ("a@b.example\r\nBcc: thief@evil.example",)),
        ("to", ("a@b.example, thief@evil.example",)),
        ("to", ("Bob\0 <a@b.example>",)),
        ("to", ("Bob\u2028Bcc: x <a@b.example>",)),
        ("cc", ('"Bob" <a@b.example>, <thief@evil.example>',)),
        ("cc", ("a@b.example> <thief@evil.example",)),
        ("cc", ("nobody",)),
        ("message_id", "a@b.example>\r\nBcc: thief@evil.example\r\nX: <"),
        ("message_id", 'a" OR ALL@b.example'),
        ("message_id", ""),
    ],
)
def test_what_is_no_address_or_message_id_is_refused_and_nothing_is_written(
    box: Box, field: str, value: object
) -> None:
    box.connect().save_draft(draft(message_id="first@countersign.example"))
    with pytest.raises(Refused, match=rf"draft: {field}\b"):
        box.connect().save_draft(draft(**{field: value}))
    assert len(box.saved()) == 1
