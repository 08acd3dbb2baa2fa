"""What can be searched for in the engine. No customer content: search attributes are never encrypted."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

JOB = SearchAttributeKey.for_keyword("Job")
STAGE = SearchAttributeKey.for_keyword("Stage")
RELEASE_MODE = SearchAttributeKey.for_keyword("ReleaseMode")
AMOUNT = SearchAttributeKey.for_float("Amount")
APPROVER_ROLE = SearchAttributeKey.for_keyword("ApproverRole")
SEARCH_ATTRIBUTES = (JOB, STAGE, RELEASE_MODE, AMOUNT, APPROVER_ROLE)

WAITING = "countersign"
"""The stage of a case that waits for a person."""


def search_attributes(job: str) -> TypedSearchAttributes:
    """What a new case starts with."""
    return TypedSearchAttributes([SearchAttributePair(JOB, job), SearchAttributePair(STAGE, "received")])
