"""The jobs, one line each: what it means, and the workflow that does it."""

from jobs.inquiry.job import INQUIRY
from workflows.inquiry import Inquiry

REGISTRY = [
    (INQUIRY, Inquiry),
]
