"""Edits: paths in, values replaced, differences out."""

import random
from copy import deepcopy
from typing import Any

import pytest

from jobs.edits import EditError, apply_edits, changes, full_path

ITEM = {"text": "glands M20", "quantity": 250.0, "unit": None}
PROPOSAL: dict[str, Any] = {
    "language": "en",
    "requests": [{"kind": "order", "company": None, "items": [ITEM], "address": {"city": "Gent"}}],
}


@pytest.mark.parametrize(
    ("path", "full"),
    [
        ("language", "language"),
        ("requests[0].kind", "requests[0].kind"),
        ("kind", "requests[0].kind"),
        ("items", "requests[0].items"),
        ("items[0].quantity", "requests[0].items[0].quantity"),
        ("quantity", "requests[0].items[0].quantity"),
        ("address.city", "requests[0].address.city"),
    ],
)
def test_a_short_name_is_enough_where_it_is_the_only_one(path: str, full: str) -> None:
    assert full_path(PROPOSAL, path) == full


def test_an_exact_path_wins_over_longer_ones_that_end_so() -> None:
    assert full_path({"kind": "a", "part": {"kind": "b"}}, "kind") == "kind"


def test_an_ambiguous_name_is_refused_with_its_meanings() -> None:
    two = {"requests": [{"kind": "order"}, {"kind": "question"}]}
    with pytest.raises(EditError, match=r"kind: more than one .*: requests\[0\]\.kind, requests\[1\]\.kind$"):
        full_path(two, "kind")


@pytest.mark.parametrize("path", ["prioritty", "requests[1].kind", "ind", "requests[0]kind", "kind.", ""])
def test_an_unknown_name_is_refused_with_the_fields_there_are(path: str) -> None:
    with pytest.raises(EditError) as caught:
        full_path(PROPOSAL, path)
    fields = "language, requests[0].kind, requests[0].company, requests[0].items[0].text"
    assert str(caught.value).startswith(f"{path}: the proposal has no such field; it has {fields}")


def test_edits_replace_values_and_leave_the_original_alone() -> None:
    before = deepcopy(PROPOSAL)
    edited = apply_edits(PROPOSAL, {"company": "Acme", "items[0].quantity": 5, "city": "Brugge"})
    [request] = edited["requests"]
    assert (request["company"], request["items"][0]["quantity"], request["address"]["city"]) == ("Acme", 5, "Brugge")
    assert before == PROPOSAL


def test_a_list_is_replaced_as_a_whole() -> None:
    more = [ITEM, {"text": "lock nuts", "quantity": 20, "unit": "box"}]
    assert apply_edits(PROPOSAL, {"items": more})["requests"][0]["items"] == more
    assert apply_edits(PROPOSAL, {"items": []})["requests"][0]["items"] == []


def test_later_edits_see_earlier_ones() -> None:
    two = [{"kind": "order"}, {"kind": "question"}]
    assert apply_edits(PROPOSAL, {"requests": two, "requests[1].kind": "other"})["requests"][1] == {"kind": "other"}
    with pytest.raises(EditError, match="no such field"):
        apply_edits(PROPOSAL, {"requests": [], "requests[0].kind": "other"})


def test_changes_name_each_field_that_differs() -> None:
    new = apply_edits(PROPOSAL, {"kind": "question", "items": []})
    found = [(change.path, change.old, change.new) for change in changes(PROPOSAL, new)]
    assert found == [("requests[0].kind", "order", "question"), ("requests[0].items", [ITEM], [])]
    assert changes(PROPOSAL, deepcopy(PROPOSAL)) == []
    assert [change.path for change in changes({}, {"a": 1}, path="write")] == ["write.a"]


def test_applying_the_changes_leads_from_any_proposal_to_any_other() -> None:
    draw = random.Random(7)
    for _ in range(300):
        old, new = _proposal(draw), _proposal(draw)
        edits = {change.path: change.new for change in changes(old, new)}
        assert apply_edits(old, edits) == new, (old, new)


def _proposal(draw: random.Random) -> dict[str, Any]:
    def item() -> dict[str, Any]:
        return {"text": draw.choice("ab"), "quantity": draw.choice([None, 1, 2.5]), "unit": draw.choice([None, "m"])}

    def request() -> dict[str, Any]:
        items = [item() for _ in range(draw.randrange(4))]
        return {"kind": draw.choice("xyz"), "company": draw.choice([None, "", "Ü"]), "items": items}

    return {"language": draw.choice(["en", "nl"]), "requests": [request() for _ in range(draw.randrange(3))]}
