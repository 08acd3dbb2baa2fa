"""The jobs, one line each: what it means, and the workflow that does it."""

from jobs.inquiry.job import INQUIRY
from jobs.quote.job import QUOTE
from workflows.inquiry import Inquiry
from workflows.quote import Quote

REGISTRY = [
    (INQUIRY, Inquiry),
    (QUOTE, Quote),
]
