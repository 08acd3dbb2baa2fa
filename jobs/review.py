"""From a draft to what a person decides on: refine, check, plan, gate. One pure function for every job."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from jobs.core import Check, Draft, Evidence, Frozen, Inputs, Job, Mode, Release, Route, Source, Status, digest
from jobs.crm import Write
from jobs.edits import covered
from jobs.grounding import check_claims, check_evidence, locate, normalise

_INJECTION = re.compile(
    r"(?<!n't )(?<!not )\b(ignore[rz]?|disregard|forget|override|ignoriere[nt]?|missachten?|vergiss|negeer|vergeet"
    r"|oublie[rz]?)"
    r"(\W+(all|any|of|the|your|my|our|these|previous|prior|above|earlier|preceding|system|alle|die|deine|ihre|bisherigen"
    r"|vorherigen|vorigen|obigen|de|je|jouw|uw|voorgaande|vorige|eerdere|bovenstaande|toutes|les|tes|vos|ces)){0,4}"
    r"\W+(instructions?|prompts?|rules|guidelines|anweisungen|regeln|vorgaben|instructies|regels|consignes|règles)\b"
    r"|\bsystem ?prompt|\byou are now (a|an|in)\b|\bas an ai (language )?(model|assistant)\b"
    r"|\b(to|for|an|für|voor|aan|à|pour)( \w+)? (ai|ki|ia|llm|language|sprach|taal)[ -]?(assist[ae]nt|agent|model\w*)"
    r"|\bwithout human (review|approval)|\bohne menschliche (prüfung|freigabe)"
    r"|\bzonder menselijke (controle|goedkeuring)|\bsans (validation|intervention) humaine"
    r"|<\|?(im_start|system)\|?>|\[/?inst\]"
)


class Review(Frozen):
    """A proposal as an approver sees it: evidence beside the fields, checks, and the writes it would lead to."""

    job: str
    version: int
    digest: str
    """Over proposal and plan: a countersignature on this digest allows exactly these writes."""
    proposal: dict[str, Any]
    evidence: list[Evidence]
    checks: list[Check]
    plan: list[Write]
    route: Route
    proposed_by: str
    """Name of the model; empty: none proposed this, it is a form for a person to fill in."""
    approver_role: str = ""
    """Who is to countersign; empty: whom the release names."""
    stays_open: bool = False
    """The plan does not settle the case: it waits again afterwards."""

    @property
    def by_hand(self) -> bool:
        return not self.proposed_by

    @property
    def doubtful(self) -> list[str]:
        """Names of the checks that did not pass, each once."""
        return list(dict.fromkeys(check.name for check in self.checks if check.status is not Status.PASS))

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if check.status is Status.FAIL]


def review(
    job: Job[Any],
    draft: Draft[Any],
    inputs: Inputs,
    release: Release,
    *,
    version: int = 1,
    trouble: str | None = None,
) -> Review:
    """What there is to decide. Fields under a path that a person has edited need no evidence. `trouble` is why there is
    no model answer, or what went wrong with a write."""
    edited, proposal = inputs.edited, job.refine(draft.proposal, inputs)
    claims = {path: value for path, value in job.claims(proposal).items() if not covered(path, edited)}
    evidence = [item for item in draft.evidence if not covered(item.field, edited)]
    refined = Draft(proposal=proposal, evidence=locate(claims, evidence, inputs.sources))
    checks = [
        *([Check(name="proposal", status=Status.WARN, field=None, message=trouble)] if trouble else []),
        *_passing("grounding", _check_grounding(claims, evidence, inputs)),
        *_passing("injection", _check_injection(inputs.sources)),
        *(_passing("second_opinion", _check_opinions(inputs)) if inputs.opinions else []),
        *job.check(refined, inputs),
    ]
    plan = job.plan(proposal, inputs)
    shown = proposal.model_dump(mode="json")
    return Review(
        job=job.name,
        version=version,
        digest=digest({"proposal": shown, "plan": [write.model_dump(mode="json") for write in plan]}),
        proposal=shown,
        evidence=refined.evidence,
        checks=checks,
        plan=plan,
        route=_gate(checks, plan, inputs, release, parts=len(job.split(refined, inputs))),
        proposed_by=inputs.proposed_by,
        approver_role=job.approver_role(proposal, inputs),
        stays_open=job.stays_open(proposal, inputs),
    )


def _check_opinions(inputs: Inputs) -> list[Check]:
    doubted = [one for one in inputs.opinions if not one.supported and not covered(one.field, inputs.edited)]
    return [
        Check(
            name="second_opinion",
            status=Status.WARN,
            field=one.field,
            message="no second opinion was to be had"
            if one.supported is None
            else f"a second opinion says that the source does not bear this out: “{one.wrong}”",
        )
        for one in doubted
    ]


def blank_draft(job: Job[Any], inputs: Inputs) -> Draft[Any]:
    """The form a person fills in where there is no model answer."""
    return Draft(proposal=job.blank(inputs), evidence=[])


def edit_draft(job: Job[Any], draft: Draft[Any], proposal: Mapping[str, Any]) -> Draft[Any]:
    """The draft with a person's proposal in place of the model's. Raises ValueError naming each wrong field."""
    try:
        return Draft(proposal=job.proposal.model_validate(proposal), evidence=draft.evidence)
    except ValidationError as error:
        wrong = "; ".join(f"{_path(e['loc'])}: {e['msg']}" for e in error.errors())
        raise ValueError(wrong) from None


def load_draft(job: Job[Any], content: bytes) -> Draft[Any]:
    proposal_type: type[BaseModel] = job.proposal
    return Draft[proposal_type].model_validate_json(content)


def _gate(checks: Sequence[Check], plan: Sequence[Write], inputs: Inputs, release: Release, *, parts: int) -> Route:
    """From checks and release, never from the model's say-so."""
    doubtful = any(check.status is not Status.PASS for check in checks)
    if inputs.mail.automatic and not plan:
        return Route.DECLINE
    if inputs.mail.bulk and inputs.proposed_by and not plan and not doubtful and not parts:
        return Route.DECLINE
    if not inputs.proposed_by or release.mode is Mode.MANUAL:
        return Route.MANUAL
    if parts:
        return Route.SPLIT
    if doubtful or release.mode is Mode.ASSISTED:
        return Route.COUNTERSIGN
    return Route.AUTO if plan else Route.DECLINE


def _check_grounding(claims: Mapping[str, str], evidence: Sequence[Evidence], inputs: Inputs) -> list[Check]:
    if inputs.pictures and inputs.proposed_by:
        words = "was read from a picture, which no rule can check: compare every field with it"
        return [Check(name="grounding", status=Status.WARN, field=None, message=words)]
    return check_evidence(evidence, inputs.sources) + check_claims(claims, inputs.sources)


def to_the_model(text: str) -> re.Match[str] | None:
    """Words that are meant for a model, not for a person."""
    return _INJECTION.search(normalise(text))


def _check_injection(sources: Sequence[Source]) -> list[Check]:
    found = ((source.id, to_the_model(source.text)) for source in sources)
    return [
        Check(
            name="injection",
            status=Status.WARN,
            field=None,
            message=f"{place} talks to the model: “{match.group(0)}”; read the mail itself before you countersign",
        )
        for place, match in found
        if match
    ]


def _passing(name: str, problems: list[Check]) -> list[Check]:
    return problems or [Check(name=name, status=Status.PASS, field=None, message="nothing to object")]


def _path(loc: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
