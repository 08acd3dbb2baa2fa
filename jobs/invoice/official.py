"""The broken rules of the official schematron (EN 16931), as sentences. What our own arithmetic has found is not told
again; an invoice without lines by design (Factur-X MINIMUM, BASIC WL) breaks a dozen of them, which is one thing to
know."""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from jobs.core import Check, Finding, Inputs, Status
from jobs.invoice import texts
from jobs.invoice.raising import warning
from jobs.invoice.schema import InvoiceProposal

ARITHMETIC = frozenset({"TOTAL_MISMATCH", "VAT_WRONG"})
"""Exceptions that our own arithmetic raises."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    arithmetic: list[str]
    missing: list[str]
    no_lines: str
    minimum: str
    sentences: dict[str, str]


def check_official(proposal: InvoiceProposal, inputs: Inputs, raised: Collection[str]) -> Iterator[Check]:
    """`raised`: the codes of the exceptions that our own rules have found."""
    findings = inputs.findings
    fatal = {finding.rule: finding for finding in findings if finding.fatal}
    without_lines = not proposal.lines and is_without_lines(inputs)
    told = [rule for rule in fatal if not without_lines and not _told(rule, raised)]
    for rule in told:
        yield _exception(fatal[rule], sum(finding.rule == rule for finding in findings))
    if findings and not told:
        yield _passed(findings, without_lines=without_lines)


def is_without_lines(inputs: Inputs) -> bool:
    """Whether the file's profile has no lines."""
    return _says(inputs, _words().no_lines)


def is_minimum(inputs: Inputs) -> bool:
    """Whether the file's profile does not even say what is paid already."""
    return _says(inputs, _words().minimum)


def _says(inputs: Inputs, pattern: str) -> bool:
    return any(re.search(pattern, source.text, re.I) for source in texts.structured(inputs))


def _told(rule: str, raised: Collection[str]) -> bool:
    words = _words()
    arithmetic = not ARITHMETIC.isdisjoint(raised) and _fits(rule, words.arithmetic)
    return arithmetic or ("MISSING_FIELD" in raised and _fits(rule, words.missing))


def _fits(rule: str, patterns: Sequence[str]) -> bool:
    return any(re.fullmatch(pattern, rule) for pattern in patterns)


def _exception(finding: Finding, times: int) -> Check:
    sentence = _words().sentences.get(finding.rule) or re.sub(r"^\[[^]]*\]\s*-?\s*", "", finding.words)
    again = f" ({times} times)" if times > 1 else ""
    return warning(
        finding.rule,
        None,
        f"{sentence}{again}: the file breaks the rule {finding.rule} of EN 16931",
        found=finding.place,
        expected=finding.words,
        advice="Where your records need a valid e-invoice, ask the supplier for one",
    )


def _passed(findings: Sequence[Finding], *, without_lines: bool) -> Check:
    warnings = len([finding for finding in findings if not finding.fatal])
    count = "1 warning" if warnings == 1 else f"{warnings} warnings"
    words = "no rule of EN 16931 is broken that is not told already" + (f"; {count}" if warnings else "")
    if without_lines:
        words = "the file's profile has no lines: rules of EN 16931 on them do not apply"
    return Check(name="official rules", status=Status.PASS, field=None, message=words)


@cache
def _words() -> _Words:
    text = (files("jobs.invoice") / "official.toml").read_text(encoding="utf-8")
    return _Words.model_validate(tomllib.loads(text))
