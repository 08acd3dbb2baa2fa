"""An approver's edits: paths in the proposal and their new values, and the differences between two proposals."""

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class EditError(ValueError):
    """An edit names a field that the proposal does not have; the message lists those it could have meant."""


class Change(BaseModel):
    """One field that differs."""

    model_config = ConfigDict(frozen=True)

    path: str
    old: Any
    new: Any


def value_at(proposal: Mapping[str, Any], path: str) -> Any:
    """The value at a full path."""
    node: Any = proposal
    for step in _steps(path):
        node = node[step]
    return node


def apply_edits(proposal: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal with the values at these paths replaced. Raises EditError for a path that leads nowhere."""
    edited = deepcopy(dict(proposal))
    for path, value in edits.items():
        *parents, last = _steps(full_path(edited, path))
        node: Any = edited
        for step in parents:
            node = node[step]
        node[last] = value
    return edited


def full_path(proposal: Mapping[str, Any], path: str) -> str:
    """`priority` for `requests[0].priority` where only one field ends so. Raises EditError."""
    paths = list(_paths(proposal, ""))
    if path in paths:
        return path
    matches = [known for known in paths if known.endswith(f".{path}")]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise EditError(f"{path}: more than one field is called so: {', '.join(matches)}")
    leaves = [known for known in paths if not any(other.startswith((f"{known}.", f"{known}[")) for other in paths)]
    raise EditError(f"{path}: the proposal has no such field; it has {', '.join(leaves)}")


def changes(old: Any, new: Any, path: str = "") -> list[Change]:
    """The fields that differ, as paths. Lists of another length differ as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        old, new = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        keys = [*old, *(key for key in new if key not in old)]
        return [c for key in keys for c in changes(old.get(key), new.get(key), f"{path}.{key}" if path else key)]
    if isinstance(old, list) and isinstance(new, list) and len(cast("list[Any]", old)) == len(cast("list[Any]", new)):
        pairs = zip(cast("list[Any]", old), cast("list[Any]", new), strict=True)
        return [c for i, (a, b) in enumerate(pairs) for c in changes(a, b, f"{path}[{i}]")]
    return [] if old == new else [Change(path=path, old=old, new=new)]


def covered(path: str, edited: Collection[str]) -> bool:
    """Whether the path, or one above it, is among those edited."""
    return any(path == edit or path.startswith((f"{edit}.", f"{edit}[")) for edit in edited)


def _paths(node: Any, path: str) -> Iterator[str]:
    if path:
        yield path
    if isinstance(node, dict):
        for key, value in cast("dict[str, Any]", node).items():
            yield from _paths(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for i, value in enumerate(cast("list[Any]", node)):
            yield from _paths(value, f"{path}[{i}]")


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else name for name, index in _STEP.findall(path)]
