"""What a model is given to answer from: the question, and passages of the company's documents with what they are."""

import re
from collections.abc import Callable, Iterable, Sequence

from jobs.answer.lexicon import concepts, fold, words_of
from jobs.context import Document, Snippet, Viewer
from jobs.core import Source
from jobs.customers import bare_name, legal_form
from jobs.mail import MailFacts

QUESTION = "question"
"""Id of the source that a question which is no mail is given under."""
WHICH_CUSTOMER = "question.which_customer"
"""Id of the source that lists the customers that a name in the question may mean."""
RECORD = "erp."
"""What ids of records begin with, where the ERP answers, such as `erp.product:EL-GLD-M20-PA`."""
_ASKED_IN = (QUESTION, "mail.new_text")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LEAST_NAME = 4
"""Letters of a word that is enough to name a company by."""


def question_of(sources: Iterable[Source]) -> str:
    """The question as it was put; empty where there is none."""
    texts = {source.id: source.text for source in sources}
    return next((texts[id_].strip() for id_ in _ASKED_IN if texts.get(id_, "").strip()), "")


def viewer_of(mail: MailFacts, own_domains: Sequence[str]) -> Viewer:
    """A colleague without roles where the mail is from our own domain, or no mail at all; else a stranger."""
    domain = mail.sender.email.rpartition("@")[2]
    return Viewer(external=bool(domain) and domain not in own_domains)


def source_of(snippet: Snippet) -> Source:
    """A passage under its id: what document it is from, then its words below an empty line."""
    document = snippet.document
    head = {
        "document": document.id,
        "title": document.title,
        "version": document.version,
        "valid from": document.valid_from,
        "valid until": document.valid_until,
        "contract of": document.customer,
        "section": " > ".join(snippet.headings),
        "page": snippet.page,
    }
    lines = [f"{name}: {' '.join(str(value).split())}" for name, value in head.items() if value]
    return Source(id=snippet.id, text="\n".join(lines) + "\n\n" + snippet.text)


def named_customers(question: str, documents: Iterable[Document]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The customers of these documents that the question names (names and VAT numbers, as a viewer has them), and
    those that a name in it leaves open."""
    said = _words(question)
    homes = _customers(documents)
    named = {name: _in_question(names, said) for name, (names, _) in homes.items()}
    hits = {name: words for name, words in named.items() if words}
    chosen, unclear = set[str](), set[str]()
    for word in sorted({word for words in hits.values() for word in words}):
        claimants = [name for name, words in hits.items() if word in words]
        most = max(len(hits[name]) for name in claimants)
        best = _by_form([name for name in claimants if len(hits[name]) == most], question)
        (chosen if len(best) == 1 else unclear).update(best)
    rivals = set[str]() if chosen & unclear else unclear - chosen
    known = [number for name in sorted(chosen) for number in (name, homes[name][1]) if number]
    return tuple(known), tuple(sorted(rivals))


def names_another(
    question: str, own: Sequence[str], documents: Iterable[Document], writes: Callable[[str], bool]
) -> bool:
    """Whether it names a customer of these documents other than the asker. One word of a name is enough where it has a
    capital, or where `writes` says that no general document has it."""
    said = _words(question)
    mine = frozenset(word for name in own for word in (*_words(name), *bare_name(name).split()))
    for names, _ in _customers(documents).values():
        words = _in_question(names, said) - mine
        if words and any(frozenset(bare_name(name).split()) <= said for name in names):
            return True
        if any(_tells(word) and (_has_capital(word, question) or not writes(word)) for word in words):
            return True
    return False


def _has_capital(word: str, question: str) -> bool:
    return word in {fold(found) for found in re.findall(r"\b[A-ZÀ-Ý][^\W\d_]+", question)}


def _customers(documents: Iterable[Document]) -> dict[str, tuple[list[str], str]]:
    """By name: all names of the customer, and its VAT number."""
    found: dict[str, tuple[list[str], str]] = {}
    for document in documents:
        if document.customer:
            names, vat = found.get(document.customer, ([document.customer], ""))
            found[document.customer] = ([*names, *document.customer_also], vat or document.customer_vat)
    return found


def _in_question(names: Sequence[str], said: frozenset[str]) -> frozenset[str]:
    """The words of the names that stand in the question: one that tells, or a whole name."""
    spelt = [form for name in names for form in (name, name.casefold().translate(_UMLAUTS))]
    several = [frozenset(bare_name(name).split()) for name in spelt]
    words = frozenset(word for name in several for word in name)
    if any(name and name <= said for name in several) or any(_tells(word) for word in words & said):
        return words & said
    return frozenset()


def _tells(word: str) -> bool:
    return len(word) >= _LEAST_NAME and not concepts(word)


def _by_form(names: Sequence[str], question: str) -> Sequence[str]:
    """Visser B.V. and Visser N.V. are told apart by what the question calls them."""
    if len(names) < 2:
        return names
    said = {word.replace(".", "") for word in words_of(question.replace(".", ""))}
    fitting = [name for name in names if legal_form(name) and legal_form(name) in said]
    return fitting if len(fitting) == 1 else names


def _words(text: str) -> frozenset[str]:
    plain = [word.removesuffix("'s") for word in words_of(text)]
    written_out = text.casefold().translate(_UMLAUTS)
    return frozenset([*plain, *words_of(written_out), *bare_name(" ".join(plain)).split()])
