"""A file as it was read, and what stands beside it, taken together: what is known of it, and its passages."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from jobs.context import Document, Snippet
from knowledge.cutting import Passage, cut
from knowledge.metadata import Layer, Origin, Told, doubt_keys, layer_of, merged, read_mapping, without_front_matter
from knowledge.parties import contract_line, is_contract, parties_of, settle_parties, unwrapped
from knowledge.prose import SAYS, by_name, own_words, title_of

READING = hashlib.sha256(
    b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.iterdir()) if file.suffix in (".py", ".toml"))
).hexdigest()
"""Names how files are read: when that changes, they are read anew."""

_WRAPPED = frozenset((".md", ".markdown", ".txt", ".pdf"))
"""Files in which a paragraph may go over several lines."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(_Frozen):
    """What a source says of all its documents, where they do not say otherwise."""

    customer: str = ""
    roles: tuple[str, ...] = ()


class Part(_Frozen):
    """One passage of a document, without the document."""

    headings: tuple[str, ...]
    page: int | None
    text: str


class Read(_Frozen):
    """All that is kept of one file."""

    told: Told
    parts: tuple[Part, ...]


def read(
    path: str,
    text: str,
    *,
    pages: Sequence[str] = (),
    head: Mapping[str, str] | None = None,
    sidecar: str = "",
    defaults: Defaults | None = None,
) -> Read:
    """`path` is the file's in its folder; `head` what a web page says of itself besides its text; `sidecar` the text of
    the file beside it that describes it."""
    front, body, doubts = without_front_matter(text)
    beside, broken = read_mapping(sidecar)
    said = unwrapped(body) if PurePosixPath(path).suffix.lower() == ".pdf" else body
    layers = [
        layer_of(beside, Origin.SIDECAR),
        layer_of({**(head or {}), **front}, Origin.FRONT_MATTER),
        _of_folder(defaults or Defaults()),
        own_words(said),
        by_name(path),
    ]
    doubt_keys(layers[0], beside)
    doubt_keys(layers[1], front)
    for doubt in (*([f"its sidecar {broken}"] if broken else []), *doubts):
        layers[0].doubt(doubt)
    for layer in layers:
        settle_parties(layer)
    title = title_of(said) or PurePosixPath(path).stem.replace("_", " ").replace("-", " ")
    told = merged([*layers, _of_contract(layers, title, path, said), _of_title(layers, title)], title)
    parts = (Part(headings=one.headings, page=one.page, text=one.text) for one in _passages(path, body, pages, told))
    return Read(told=told, parts=tuple(parts))


def snippets_of(document: Document, parts: Sequence[Part]) -> list[Snippet]:
    return [
        Snippet(id=f"{document.id}#{number}", document=document, headings=part.headings, page=part.page, text=part.text)
        for number, part in enumerate(parts, 1)
    ]


def _of_folder(defaults: Defaults) -> Layer:
    layer = Layer(Origin.FOLDER)
    if defaults.customer:
        layer.said["customer"] = (defaults.customer,)
    if defaults.roles:
        layer.said["roles"] = defaults.roles
    return layer


def _of_contract(layers: Sequence[Layer], title: str, path: str, body: str) -> Layer:
    """Whose contract it is, and whether it amends one."""
    said = next((layer.said["title"] for layer in layers if layer.said.get("title")), title)
    kind = next((layer.said["kind"] for layer in layers if layer.said.get("kind")), "")
    layer = parties_of(said, body, kind)
    if not layer.said and (line := contract_line(body)):
        layer = parties_of(line, body, kind)
    company = next((layer.said["company"] for layer in layers if layer.said.get("company")), ())
    if company and layer.said.get("contract"):
        layer.said["customer"] = company
    if SAYS["amends"].search(said):
        layer.said["amends"] = True
    if not layer.said and is_contract(PurePosixPath(path).stem.replace("-", " ").replace("_", " "), kind):
        layer = parties_of(PurePosixPath(path).stem.replace("-", " "), body, "contract")
    return layer


def _of_title(layers: Sequence[Layer], title: str) -> Layer:
    """What a title such as `Sales handbook` says of who may read it."""
    layer = Layer(Origin.NAME)
    title = next((layer.said["title"] for layer in layers if layer.said.get("title")), title)
    if SAYS["internal_title"].search(title) and not SAYS["for_others"].search(title) and not is_contract(title):
        layer.said["internal"] = True
        layer.doubt("only its title says that it is for colleagues", "internal")
    return layer


def _passages(path: str, body: str, pages: Sequence[str], told: Told) -> list[Passage]:
    passages = cut(body, pages, wrapped=PurePosixPath(path).suffix.lower() in _WRAPPED)
    return [_below_title(passage, told.title) for passage in passages]


def _below_title(passage: Passage, title: str) -> Passage:
    """The document's title is known; it need not stand among the headings again."""
    if passage.headings and passage.headings[0].casefold() == title.casefold():
        return Passage(passage.headings[1:], passage.page, passage.text)
    return passage
