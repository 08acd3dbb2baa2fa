"""What a question is, what the model answers to it, and what a person sees of that."""

from pydantic import BaseModel, ConfigDict, Field


class Question(BaseModel):
    """A colleague's question, from the CLI or a webhook."""

    question: str = Field(min_length=1)
    asker: str = ""
    roles: list[str] = []
    """The asker's, such as `finance`."""
    customer: str = ""
    """Whom the question is about, where its words do not name them."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Claim(_Strict):
    text: str = Field(description="One statement that answers the question, in the question's language.")
    source: str = Field(description="Id of the source that says so.")
    quote: str = Field(description="The words of that source that say so, copied exactly, one sentence or row.")


class AnswerDraft(_Strict):
    language: str = Field(description="ISO 639-1 code of the question.")
    claims: list[Claim] = Field(description="What the sources answer, each statement with its source; else empty.")
    unanswered: list[str] = Field(
        description="Each part of the question that the sources do not answer, in the question's own words."
    )


class Citation(_Strict):
    number: int
    document: str
    """Its path in the company's folder, or the id of a record in the ERP."""
    quote: str
    source: str
    """Id of the snippet."""
    title: str = ""
    version: str = ""
    heading: str = ""
    page: int | None = None


class AnswerProposal(AnswerDraft):
    answer: str | None = None
    """None where nothing is answered."""
    citations: list[Citation] = []
    declined: bool = True
    missing: str | None = None
    """What the documents do not say, which of them come closest, and who would know."""
    confidence: float | None = None
    """Share of answers with such marks that were right on the examples; None where nothing is answered."""
