"""From what the model claims to an answer: a claim that its source does not bear out is dropped, the rest is numbered
and put into words, and what nothing answers is said."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from jobs.answer.context import RECORD, WHICH_CUSTOMER, question_of
from jobs.answer.question import Asked, asked_in, parts_of
from jobs.answer.relevance import coverage, fits, score
from jobs.answer.rules import AnswerRules
from jobs.answer.schema import AnswerProposal, Citation, Claim
from jobs.claims import borne_out
from jobs.claims.numbers import quantities
from jobs.context import Snippet, Viewer, may_see, role_of
from jobs.core import Inputs
from jobs.grounding import normalise, stands_in

LANGUAGES = ("en", "nl", "de", "fr")
_MOST_TITLES = 3
_SAME_THING = 0.6
"""Score from which two passages that answer one part are about the same thing."""


class Wording(BaseModel):
    """The frame in one language; what each entry is for shows in wording/en.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    conflict: str
    contract_first: str
    newer_first: str
    unclear: str
    not_said: str
    not_said_in: str
    closest: str
    knows: str
    which_customer: str
    no_question: str
    greeting: str
    greeting_nameless: str
    thanks: str
    closing: str
    subject: str
    wrote: str


@dataclass(frozen=True)
class Weighed:
    """A claim, the passage that it names, and why it may not be made."""

    claim: Claim
    snippet: Snippet | None
    """None: a record of the ERP, or nothing that was given."""
    reasons: tuple[str, ...]
    stale: bool = False
    """Its document holds no longer as it was given."""


@cache
def wording(language: str) -> Wording:
    """English for a language that the company does not write."""
    name = language if language in LANGUAGES else "en"
    text = (files("jobs.answer") / "wording" / f"{name}.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))


def weigh(proposal: AnswerProposal, inputs: Inputs) -> list[Weighed]:
    """Every claim of the model, in order."""
    snippets = {snippet.id: snippet for snippet in inputs.context}
    texts = {source.id: source.text for source in inputs.sources if source.id.startswith(RECORD)}
    return [_weighed(claim, snippets.get(claim.source), texts.get(claim.source), inputs) for claim in proposal.claims]


def kept(proposal: AnswerProposal, inputs: Inputs) -> list[Weighed]:
    """What may be said, each thing once; where two disagree the one that goes first."""
    found: dict[tuple[str, str], Weighed] = {}
    for one in weigh(proposal, inputs):
        if not one.reasons:
            found.setdefault((one.claim.source, normalise(one.claim.quote)), one)
    order = list(found.values())
    for first, second in conflicts(order, inputs):
        if order.index(first) > order.index(second):
            order.remove(first)
            order.insert(order.index(second), first)
    return order


def conflicts(claims: Sequence[Weighed], inputs: Inputs) -> list[tuple[Weighed, Weighed]]:
    """Pairs of documents that give different figures for the same thing; the one that goes before the other first."""
    asked = asked_parts(inputs)
    pairs = [(a, b) for i, a in enumerate(claims) for b in claims[i + 1 :] if _disagree(a, b, asked)]
    return [(a, b) if _rank(a) <= _rank(b) else (b, a) for a, b in pairs]


def asked_parts(inputs: Inputs) -> list[Asked]:
    question = question_of(inputs.sources)
    return [asked_in(part, question) for part in parts_of(question)]


def refine(proposal: AnswerProposal, inputs: Inputs) -> AnswerProposal:
    """The answer in words, what it cites, and what is missing. A person's own words stay as they are."""
    claims = kept(proposal, inputs)
    numbered = [_citation(number, one) for number, one in enumerate(claims, 1)]
    open_ = unanswered(proposal, claims, inputs)
    answer = _composed(proposal.language, claims, open_, inputs) if claims else None
    if "answer" in inputs.edited:
        answer = proposal.answer
    return proposal.model_copy(
        update={
            "answer": answer,
            "citations": numbered if answer else [],
            "declined": answer is None,
            "missing": _missing(proposal.language, open_, inputs, declined=answer is None),
            "confidence": confidence(claims, inputs) if claims else None,
        }
    )


def unanswered(proposal: AnswerProposal, claims: Sequence[Weighed], inputs: Inputs) -> list[str]:
    """The parts of the question that nothing answers, in its own words: a model's are not taken for anything else."""
    question = question_of(inputs.sources)
    if not claims:
        return parts_of(question)
    said = normalise(question)
    named = [part for part in proposal.unanswered if stands_in(normalise(part).rstrip("?. "), said)]
    if len(named) < len(proposal.unanswered):
        return [part for part in parts_of(question) if not _answered(part, claims, question)] or parts_of(question)
    dropped = len(claims) < len(proposal.claims)
    lost = [part for part in parts_of(question) if not _answered(part, claims, question)] if dropped else []
    return list(dict.fromkeys([*named, *lost]))


def confidence(claims: Sequence[Weighed], inputs: Inputs) -> float:
    """That of the weakest claim: how far its passage speaks of what is asked, as a share that was right so far."""
    rules: AnswerRules = inputs.rules
    asked = asked_parts(inputs)
    return min(rules.share_at(_score(one, asked)) for one in claims)


def viewer(inputs: Inputs) -> Viewer:
    return inputs.viewer or Viewer()


def needed_roles(claims: Sequence[Weighed], inputs: Inputs) -> list[str]:
    """What an approver needs to see these passages: of each limited document the asker's own role."""
    mine = {role_of(role) for role in viewer(inputs).roles}
    found: list[str] = []
    for one in claims:
        roles = [role_of(role) for role in one.snippet.document.roles] if one.snippet else []
        if roles and not set(roles) & set(found):
            found.append(next((role for role in roles if role in mine), roles[0]))
    return found


# Weighing


def _weighed(claim: Claim, snippet: Snippet | None, record: str | None, inputs: Inputs) -> Weighed:
    text = snippet.text if snippet else record
    if text is None:
        return Weighed(claim, None, (f"{claim.source} was not given to the model",))
    if snippet and not may_see(viewer(inputs), snippet.document):
        return Weighed(claim, snippet, ("it is not for whoever asked",))
    if snippet and (why := _gone(snippet, inputs)):
        return Weighed(claim, snippet, (why,), stale=True)
    return Weighed(claim, snippet, borne_out(claim.text, claim.quote, _rows_apart(text)))


def _rows_apart(text: str) -> str:
    """A row of a table is held against itself, not against the rows around it."""
    return "\n".join(f"\n{line}\n" if "|" in line else line for line in text.splitlines())


def _gone(snippet: Snippet, inputs: Inputs) -> str:
    """Why the passage holds no longer; empty: it does."""
    documents = inputs.facts.documents
    if documents is None:
        return ""
    now = next((one for one in documents if one.id == snippet.document.id), None)
    if now is None:
        return f"{snippet.document.id} was withdrawn"
    if now.sha256 != snippet.document.sha256:
        return f"{snippet.document.id} has changed since"
    return "" if now.in_force else f"{snippet.document.id} is not in force"


def _score(one: Weighed, asked: Sequence[Asked]) -> float:
    return score(asked, f"{one.claim.quote}\n{one.claim.text}", _around(one))


def _around(one: Weighed) -> str:
    if one.snippet is None:
        return one.claim.source
    document = one.snippet.document
    return "\n".join((document.title, document.customer, *one.snippet.headings, one.snippet.text))


def _answered(part: str, claims: Sequence[Weighed], question: str) -> bool:
    asked = asked_in(part, question)
    return any(fits(asked, one.claim.text) and coverage(asked, one.claim.quote, _around(one)) >= 0.5 for one in claims)


def _disagree(a: Weighed, b: Weighed, asked: Sequence[Asked]) -> bool:
    if a.snippet is None or b.snippet is None or a.snippet.document.id == b.snippet.document.id:
        return False
    part = _part_of(a, asked)
    if part != _part_of(b, asked) or min(_score(a, asked), _score(b, asked)) < _SAME_THING:
        return False
    mine, theirs = list(quantities(a.claim.quote)), list(quantities(b.claim.quote))
    alike = [(one, other) for one in mine for other in theirs if one.same_kind(other)]
    return bool(alike) and not any(one.same_value(other) for one, other in alike)


def _part_of(one: Weighed, asked: Sequence[Asked]) -> int:
    """Number of the part that the claim answers."""
    scores = [score([part], one.claim.quote, _around(one)) for part in asked]
    return scores.index(max(scores)) if scores else 0


def _rank(one: Weighed) -> tuple[int, int]:
    """Lower goes first: a contract before a general rule, then the newer one."""
    assert one.snippet is not None, "a record of the ERP contradicts no document"
    document = one.snippet.document
    return (0 if document.customer else 1, -(document.valid_from or date.min).toordinal())


# Wording


def _citation(number: int, one: Weighed) -> Citation:
    if one.snippet is None:
        return Citation(number=number, document=one.claim.source, quote=one.claim.quote, source=one.claim.source)
    snippet = one.snippet
    return Citation(
        number=number,
        document=snippet.document.id,
        quote=one.claim.quote,
        source=snippet.id,
        title=snippet.document.title,
        version=snippet.document.version,
        heading=" > ".join(snippet.headings),
        page=snippet.page,
    )


def _composed(language: str, claims: Sequence[Weighed], open_: Sequence[str], inputs: Inputs) -> str:
    words = wording(language)
    lines = [f"{' '.join(one.claim.text.split())} [{number}]" for number, one in enumerate(claims, 1)]
    disputes = conflicts(claims, inputs)
    if disputes:
        lines.insert(0, words.conflict)
    elif all(_verbatim(one.claim) for one in claims):
        lines.insert(0, words.says)
    lines += dict.fromkeys(_which_first(first, second, claims, words) for first, second in disputes)
    lines += [words.not_said_in.format(part=part) for part in open_]
    return "\n".join(lines)


def _which_first(first: Weighed, second: Weighed, claims: Sequence[Weighed], words: Wording) -> str:
    numbers = {"first": claims.index(first) + 1, "second": claims.index(second) + 1}
    assert first.snippet is not None, "only documents contradict each other"
    document = first.snippet.document
    if _rank(first)[0] < _rank(second)[0]:
        return words.contract_first.format(customer=document.customer, **numbers)
    if _rank(first) < _rank(second):
        return words.newer_first.format(day=document.valid_from, **numbers)
    return words.unclear.format(**numbers)


def _verbatim(claim: Claim) -> bool:
    return normalise(claim.text).rstrip(".") in normalise(claim.quote)


def _missing(language: str, open_: Sequence[str], inputs: Inputs, *, declined: bool) -> str | None:
    """What is not said, what comes closest, and who would know; None: nothing is missing."""
    words, rules = wording(language), inputs.rules
    if not open_:
        return words.no_question if declined else None
    which = next((source.text for source in inputs.sources if source.id == WHICH_CUSTOMER), "")
    if which and declined:
        return words.which_customer.format(names=", ".join(which.splitlines()))
    lines = [words.not_said.format(part=part) for part in open_]
    titles = dict.fromkeys(s.document.title for s in inputs.context if not s.document.roles)
    if titles and declined:
        lines.append(words.closest.format(titles=", ".join(list(titles)[:_MOST_TITLES])))
    who = dict.fromkeys(owner for part in open_ if (owner := _owner(part, rules)))
    lines += [words.knows.format(who=", ".join(who))] if who else []
    return " ".join(lines)


def _owner(part: str, rules: AnswerRules) -> str:
    """Who would know, where that is clear: two things that it is about, or all of them, are theirs."""
    units = [unit for unit in asked_in(part).units if unit.concepts]
    shares = [(sum(bool(unit.concepts & set(owner.about)) for unit in units), owner.who) for owner in rules.owners]
    most, who = max(shares, key=lambda share: share[0], default=(0, ""))
    return who if most > 1 or (most and most == len(units)) else ""
