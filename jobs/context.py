"""What the company knows in writing: documents cut into snippets, who may see them, and when they hold."""

import hashlib
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from jobs.customers import name_score

_SAME_CUSTOMER = 94
"""Of 100: the same name but for legal form, accents and a typo in a long word."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Viewer(_Frozen):
    """Whom the words are for: a colleague with roles, or a customer."""

    roles: tuple[str, ...] = ()
    """Of a colleague, lower case, such as `finance`."""
    external: bool = False
    """A customer or a stranger reads it."""
    customers: tuple[str, ...] = ()
    """Whose contracts may be used: a customer's own name; for a colleague the customers that the question names."""


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
    """Id, title or version of what has taken its place; empty: nothing has."""
    customer: str = ""
    """Whose contract it is; empty: nobody's."""
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
        return started and not ended and not self.superseded_by


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
    if document.customer and not _is_one_of(document.customer, viewer.customers):
        return False
    if viewer.external:
        return not document.internal and not document.roles
    return not document.roles or not set(document.roles).isdisjoint(viewer.roles)


def _is_one_of(customer: str, names: Sequence[str]) -> bool:
    return any(name_score(customer, name) >= _SAME_CUSTOMER for name in names)
