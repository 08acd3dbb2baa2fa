"""A second opinion on claims: another call of the model, asked only whether a source bears a claim out. Kept apart from
the rules' verdict, so that each can be measured; off unless the setting `second_opinion` is on."""

from collections.abc import Callable, Sequence
from typing import Any

from activities.resources import Resources
from connectors import model
from connectors.base import ConnectorError
from jobs.claims.opinion import Opinion, SecondOpinion, sources_of
from jobs.core import Claimed, Draft, Intake, Job, Opined

_QUESTION = SecondOpinion()


def second_opinion(
    endpoints: Sequence[model.Endpoint], claim: str, source: str, on_call: Callable[[model.Call], None]
) -> Opinion:
    """What the first endpoint that answers says of the claim. Raises as model.propose does."""
    draft = model.propose(endpoints, job=_QUESTION, sources=sources_of(claim, source), on_call=on_call)
    return Opinion.model_validate(draft.proposal.model_dump())


def with_opinions(
    resources: Resources, job: Job[Any], draft: Draft[Any], intake: Intake, on_call: Callable[[model.Call], None]
) -> Intake:
    """The intake with an opinion on each claim of the draft whose source the model was given; as it is where none are
    asked for. A model that does not answer costs the opinion, never the draft."""
    if not resources.second_opinion:
        return intake
    texts = {source.id: source.text for source in intake.sources}
    claims = [claim for claim in job.rests_on(draft.proposal) if claim.source in texts]
    opinions = [_opined(resources.endpoints, claim, texts[claim.source], on_call) for claim in claims]
    return intake.model_copy(update={"opinions": opinions}) if opinions else intake


def _opined(
    endpoints: Sequence[model.Endpoint], claim: Claimed, source: str, on_call: Callable[[model.Call], None]
) -> Opined:
    try:
        opinion = second_opinion(endpoints, claim.text, source, on_call)
    except ConnectorError:
        return Opined(field=claim.field, supported=None)
    return Opined(field=claim.field, supported=opinion.supported, wrong=opinion.wrong)
