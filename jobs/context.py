"""What the company knows in writing: documents cut into snippets, who may see them, and when they hold."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jobs.customers import bare_name, compact_vat, is_vat, legal_form


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Viewer(_Frozen):
    """Whom the words are for: a colleague with roles, or a customer."""

    roles: tuple[str, ...] = ()
    """Of a colleague, such as `finance`, in any language that jobs/roles.toml knows."""
    external: bool = False
    """A customer or a stranger reads it."""
    customers: tuple[str, ...] = ()
    """Whose contracts may be used: a customer's own name and, where known, its VAT number; for a colleague those of
    the customers that the question names."""


class Document(_Frozen):
    """A file of the company, and what is known of it: from its front matter, its sidecar or its own words."""

    id: str
    """Its path within its source, such as `contracts/bakker.pdf`: what a citation names."""
    title: str
    sha256: str
    """Of the file."""
    version: str = ""
    valid_from: date | None = None
    """First day on which it holds; None: always has."""
    valid_until: date | None = None
    """Last day on which it holds; None: until further notice."""
    superseded_by: str = ""
    """Id, title or version of what has taken its place, or will; empty: nothing has."""
    superseded_from: date | None = None
    """First day on which that holds in its place; None: already."""
    withheld: str = ""
    """Why it is never given to anyone, such as `a draft`; empty: it is."""
    customer: str = ""
    """Whose contract it is; empty: nobody's."""
    customer_also: tuple[str, ...] = ()
    """Further names and numbers of that customer, and companies whose contract it is, too."""
    customer_vat: str = ""
    """Compact, with country prefix; empty: not told."""
    roles: tuple[str, ...] = ()
    """Lower case; a colleague needs one of them. Empty: every colleague may read it."""
    internal: bool = False
    """Colleagues only."""
    language: str = ""
    """ISO 639-1; empty: not told."""

    def holds(self, day: date) -> bool:
        """Whether this is the version in force on that day."""
        started = self.valid_from is None or self.valid_from <= day
        ended = self.valid_until is not None and self.valid_until < day
        return started and not ended and not self.withheld and not self._superseded(day)

    def _superseded(self, day: date) -> bool:
        return bool(self.superseded_by) and (self.superseded_from is None or self.superseded_from <= day)


class Snippet(_Frozen):
    """One passage of a document, as it is given to a model and cited."""

    id: str
    """Unique within the company, such as `contracts/bakker.pdf#4`."""
    document: Document
    headings: tuple[str, ...] = ()
    """The path of headings above it, outermost first."""
    page: int | None = None
    """From 1; None where the file has no pages."""
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def may_see(viewer: Viewer, document: Document) -> bool:
    """A contract reaches its own customer's cases only, a limited document nobody without the role."""
    if document.customer and not _is_one_of(document, viewer.customers):
        return False
    if viewer.external:
        return not document.internal and not document.roles
    return not document.roles or not {*map(role_of, document.roles)}.isdisjoint(map(role_of, viewer.roles))


def same_company(name: str, other: str) -> bool:
    """The same name but for case, accents and punctuation. Not one letter may differ: Jansen and Janssen are two
    companies, and so may Visser B.V., Visser N.V. and plain Visser be."""
    return legal_form(name) == legal_form(other) and not _spellings(name).isdisjoint(_spellings(other))


def role_of(name: str) -> str:
    """A role by its usual English name, whatever the language; an unknown one by its own, lower case."""
    return _ROLES.get(_folded(name), name.strip().lower())


def is_role(name: str) -> bool:
    """Whether it is a role that jobs/roles.toml knows."""
    return _folded(name) in _ROLES


def viewer_named(name: str, documents: Iterable[Document] = ()) -> Viewer:
    """Whom a word means: `customer` is any customer without a contract, `colleague` one without a role, a role's name
    a colleague who has it; anything else is the customer of that name, who sees least."""
    documents = list(documents)
    limits = {role_of(role) for document in documents for role in document.roles}
    if _folded(name) in _ANY_CUSTOMER:
        return Viewer(external=True)
    if _folded(name) in _ANY_COLLEAGUE:
        return Viewer()
    if is_role(name) or role_of(name) in limits:
        return Viewer(roles=(role_of(name),))
    return Viewer(external=True, customers=(_in_full(name, documents),))


def _in_full(name: str, documents: Iterable[Document]) -> str:
    """A name typed without its legal form means the one company of that name that has a contract, if it is one."""
    if legal_form(name):
        return name
    parties = {document.customer for document in documents if document.customer}
    meant = [party for party in parties if not _spellings(party).isdisjoint(_spellings(name))]
    return meant[0] if len(meant) == 1 else name


def _is_one_of(document: Document, customers: Sequence[str]) -> bool:
    vats = {compact_vat(customer) for customer in customers} if document.customer_vat else set[str]()
    if known := {vat for vat in vats if is_vat(vat)}:
        return document.customer_vat in known
    names = (document.customer, *document.customer_also)
    return any(same_company(name, customer) for name in names for customer in customers)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


def _spellings(name: str) -> set[str]:
    """Compared with: umlauts without their dots, and written out."""
    composed = unicodedata.normalize("NFC", name.casefold()).replace("_", " ")
    return {bare_name(composed), bare_name(composed.translate(_UMLAUTS))} - {""}


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORDS = tomllib.loads((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))
_ROLES: dict[str, str] = {_folded(name): role for role, names in _WORDS["roles"].items() for name in names}
_ANY_CUSTOMER, _ANY_COLLEAGUE = (frozenset[str](_WORDS["anyone"][kind]) for kind in ("customer", "colleague"))
