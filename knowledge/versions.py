"""Which document takes the place of which, and whose a contract is: what only the whole set of documents can tell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from jobs.context import Document, same_company
from jobs.customers import bare_name
from knowledge.metadata import Told, folded
from knowledge.prose import SAYS, version_key

_MARKERS = re.compile(
    r"\b(?:v|ver|version|versie|fassung|ausgabe|edition|issue|release|rev|revision|revisie)\s*\d+(?:\s\d+){0,3}[a-z]?\b"
    r"|\b(?:rev|revision)\s[a-h]\b|\b(?:19|20)\d{2}(?:\s\d{2}){0,2}\b"
    r"|\b(?:draft|entwurf|concept|brouillon|final|definitief|endgultig|old|new|oud|nieuw|alt|neu|ancien|nouveau|archived|"
    r"superseded|obsolete|withdrawn|current|copy|kopie|copie|signed)\b"
)
_ALL = re.compile(
    r"\b(?:all|any|every|earlier|previous|prior|former|alle|eerdere|vorige|fruhere[rn]?|bisherigen?|vorherigen?|toutes?|"
    r"tous|anterieure?s?|precedente?s?)\b"
)


_VERSION_ALONE = re.compile(
    r"\s*v?(\d{1,2}(?:\.\d+)*|\d{4}[.-]\d{1,2})\s*(?:$|[(,;]|(?:of|from|dated|vom|van|du|d\.d\.)\s)", re.I
)


@dataclass(frozen=True)
class Filed:
    """A document as it was read, by its id."""

    id: str
    sha256: str
    told: Told

    @property
    def stem(self) -> str:
        return folded(PurePosixPath(self.id).stem)

    @property
    def title(self) -> str:
        return folded(self.told.title)

    @property
    def starts(self) -> date | None:
        """The day from which it takes another one's place; None: it does already."""
        if self.told.valid_from or self.told.dated:
            return self.told.valid_from or self.told.dated
        return date(self.year, 1, 1) if self.year else None

    @property
    def year(self) -> int | None:
        found = re.search(r"\b(?:19|20)\d{2}\b", f"{self.title} {self.stem}")
        return int(found[0]) if found else None

    @property
    def version(self) -> tuple[int, ...]:
        return version_key(self.told.version)


def resolved(files: Sequence[Filed]) -> list[Document]:
    """The documents with whose they are and what has taken their place. The same files in any order give the same."""
    files = [replace(file, told=told) for file, told in zip(files, _with_customers(files), strict=True)]
    superseding = {file.id: file for file in files if file.told.status != "draft"}
    successors: dict[str, list[Filed]] = {file.id: [] for file in files}
    changed: set[str] = set()
    for file in superseding.values():
        for older in _replaced_by(file, files):
            successors[older.id].append(file)
            changed |= {file.id} if not _withheld(older.told) else set()
    return [_document(file, successors[file.id], files, file.id in changed) for file in files]


def _document(file: Filed, successors: Sequence[Filed], files: Sequence[Filed], in_anothers_place: bool) -> Document:
    """Until the day on which it takes another one's place, it does not hold itself."""
    told = file.told
    by, since = _superseded(file, successors, files)
    return Document(
        id=file.id,
        title=told.title,
        sha256=file.sha256,
        version=told.version,
        valid_from=told.valid_from or (file.starts if in_anothers_place else None),
        valid_until=told.valid_until,
        superseded_by=by,
        superseded_from=since,
        withheld=_withheld(told),
        customer=told.customer[0] if told.customer else "",
        customer_also=told.customer[1:],
        customer_vat=told.customer_vat,
        roles=told.roles,
        internal=told.internal,
        language=told.language,
    )


def _withheld(told: Told) -> str:
    if told.withheld:
        return told.withheld
    if told.status == "draft":
        return "a draft"
    if told.status == "withdrawn" and told.valid_until is None:
        return "withdrawn"
    return "a contract that does not say whose it is" if told.contract and not told.customer else ""


def _superseded(file: Filed, successors: Sequence[Filed], files: Sequence[Filed]) -> tuple[str, date | None]:
    """By what, and from when on: by the first one that takes its place."""
    told = file.told
    named = _referred(file, told.superseded_by, files, later=True) if told.superseded_by else []
    first = min((*named, *successors), key=lambda other: (other.starts or date.min, other.id), default=None)
    if first:
        return first.id, told.superseded_from or first.starts
    if told.superseded_by or told.status == "superseded":
        return told.superseded_by or "a later version", told.superseded_from
    return "", None


def _replaced_by(file: Filed, files: Sequence[Filed]) -> Iterator[Filed]:
    """What it says that it replaces, and earlier versions of the same, whether it says so or not."""
    others = [other for other in files if other.id != file.id]
    for reference in file.told.supersedes:
        yield from _referred(file, reference, others)
    if file.told.status not in ("draft", "withdrawn"):
        yield from (other for other in others if _same_family(file, other) and _is_later(file, other))


def _referred(file: Filed, reference: str, files: Sequence[Filed], *, later: bool = False) -> list[Filed]:
    """The documents that the words name: by file, number, title and version, or version of the same one; where they
    name no version, those before `file`, or the ones after it."""
    words = folded(reference)
    others = [other for other in files if other.id != file.id]
    named = [other for other in others if _names_file(reference, other)]
    if named:
        return named
    others = [other for other in others if _same_customer(file, other)]
    numbered = [other for other in others if _contains(words, folded(other.told.number), 3)]
    version = SAYS["version"].search(reference) or _VERSION_ALONE.match(reference)
    title = _family(words)
    same = [other for other in others if _same_family(file, other)]
    titled = [other for other in others if title and _speaks_of(title, other)]
    candidates = numbered or titled or same
    if version:
        wanted = version_key(version[1])
        return [other for other in candidates if _padded(other.version or (1,)) == _padded(wanted)]
    if year := re.search(r"\b(?:19|20)\d{2}\b", reference):
        dated = [other for other in candidates if int(year[0]) in _years(other)]
        return dated or ([] if not titled and not numbered else [one for one in candidates if not _years(one)])
    if numbered or titled or _ALL.search(words):
        return [other for other in candidates if not (_is_later(file, other) if later else _is_later(other, file))]
    return []


def _names_file(reference: str, other: Filed) -> bool:
    name = PurePosixPath(other.id).name.lower()
    spoken = reference.lower().strip(" .`“”\"'")
    return spoken in (other.id.lower(), name, PurePosixPath(name).stem) or bool(
        re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", spoken)
    )


def _speaks_of(title: str, other: Filed) -> bool:
    """Whether the words of a reference (`the returns policy`) are about a document of that title."""
    family = _family(other.title)
    return len(family) > 3 and (_contains(title, family, 4) or (len(title.split()) > 1 and _contains(family, title, 8)))


def _contains(words: str, part: str, least: int) -> bool:
    return len(part) >= least and f" {part} " in f" {words} "


def _years(file: Filed) -> set[int | None]:
    told = file.told
    return {file.year, *(day.year for day in (told.valid_from, told.dated) if day)} - {None}


def _family(words: str) -> str:
    """A title without what tells its versions apart."""
    return " ".join(_MARKERS.sub(" ", words).split())


def _same_family(file: Filed, other: Filed) -> bool:
    """Versions of one document. What amends another one is none of its versions."""
    told, others = file.told, other.told
    if told.amends or others.amends or not _same_customer(file, other):
        return False
    if told.language and others.language and told.language != others.language:
        return False
    titles = _family(file.title), _family(other.title)
    if len(titles[0]) > 3 and titles[0] == titles[1]:
        return True
    stems = _family(file.stem), _family(other.stem)
    if len(stems[0]) > 3 and stems[0] == stems[1] and (stems[0] != file.stem or stems[1] != other.stem):
        return True
    numbers = folded(told.number), folded(others.number)
    shared = set(titles[0].split()) & set(titles[1].split())
    return len(numbers[0]) > 2 and numbers[0] == numbers[1] and 2 * len(shared) >= max(len(t.split()) for t in titles)


def _same_customer(file: Filed, other: Filed) -> bool:
    ours, theirs = file.told.customer, other.told.customer
    if not ours or not theirs:
        return not ours and not theirs
    return any(same_company(one, another) for one in ours for another in theirs)


def _is_later(file: Filed, other: Filed) -> bool:
    """By version; where that says nothing, by the day it holds from or was issued on."""
    if file.version and other.version and _padded(file.version) != _padded(other.version):
        return _padded(file.version) > _padded(other.version)
    if file.starts and other.starts:
        return file.starts > other.starts
    unversioned = not other.version and not other.starts
    return unversioned and _padded(file.version) > _padded((1,))


def _padded(version: tuple[int, ...]) -> tuple[int, ...]:
    return (*version, 0, 0, 0, 0)[:4]


def _with_customers(files: Sequence[Filed]) -> list[Told]:
    """Of two parties the one that is not in every contract is the customer; where that does not tell, it is both's: no
    third one sees it. A paper that bears a customer's name, or its contract's number, is that customer's."""
    told = [_of_parties(file.told, files) for file in files]
    known = [one for one in told if one.customer]
    return [one if one.customer else _of_name(file, one, known) for file, one in zip(files, told, strict=True)]


def _of_parties(told: Told, files: Sequence[Filed]) -> Told:
    if told.customer or not told.parties:
        return told
    counts = {name: sum(_bears(file, name) for file in files) for name in told.parties}
    fewest = min(counts.values())
    rare = tuple(name for name, count in counts.items() if count == fewest)
    return told.model_copy(
        update={"customer": rare, "origins": {**told.origins, "customer": told.origins.get("parties", "")}}
    )


def _bears(file: Filed, name: str) -> bool:
    return any(same_company(name, party) for party in file.told.parties) or _contains(
        file.title, folded(bare_name(name)), 4
    )


def _of_name(file: Filed, told: Told, known: Sequence[Told]) -> Told:
    for other in known:
        name, number = folded(bare_name(other.customer[0])), folded(other.number)
        by_name = _contains(file.title, name, 6) or _contains(file.stem, name, 6)
        by_number = bool(re.search(r"\d", number)) and (
            _contains(file.title, number, 5) or (other.contract and folded(told.number) == number)
        )
        if by_name or by_number:
            words = f"it is taken for {other.customer[0]}'s, whose {'name' if by_name else 'number'} it bears"
            update = {"customer": other.customer, "customer_vat": other.customer_vat, "doubts": (*told.doubts, words)}
            return told.model_copy(update=update)
    return told
