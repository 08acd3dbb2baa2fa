"""The jobs, one line each: what it means, and the workflow that does it."""

from jobs.inquiry.job import INQUIRY
from jobs.invoice.job import INVOICE
from jobs.quote.job import QUOTE
from workflows.inquiry import Inquiry
from workflows.invoice import Invoice
from workflows.quote import Quote

REGISTRY = [
    (INQUIRY, Inquiry),
    (QUOTE, Quote),
    (INVOICE, Invoice),
]
