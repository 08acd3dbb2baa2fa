"""A second opinion on claims: another call of the model, asked only whether a source bears a claim out. Kept apart from
the rules' verdict, so that each can be measured; off unless the setting `second_opinion` is on."""

from collections.abc import Callable, Sequence

from connectors import model
from jobs.claims.opinion import Opinion, SecondOpinion, sources_of

_QUESTION = SecondOpinion()


def second_opinion(
    endpoints: Sequence[model.Endpoint], claim: str, source: str, on_call: Callable[[model.Call], None]
) -> Opinion:
    """What the first endpoint that answers says of the claim. What names a wrong detail is not supported, whatever it
    says besides. Raises as model.propose does."""
    draft = model.propose(endpoints, job=_QUESTION, sources=sources_of(claim, source), on_call=on_call)
    opinion = Opinion.model_validate(draft.proposal.model_dump())
    return opinion.model_copy(update={"supported": opinion.supported and not opinion.wrong.strip()})
