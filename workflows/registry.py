"""The jobs, one line each: what it means, and the workflow that does it."""

from jobs.answer.job import ANSWER
from jobs.inquiry.job import INQUIRY
from jobs.invoice.job import INVOICE
from jobs.next_action.job import NEXT_ACTION
from jobs.quote.job import QUOTE
from jobs.recap.job import RECAP
from workflows.answer import Answer
from workflows.inquiry import Inquiry
from workflows.invoice import Invoice
from workflows.next_action import NextAction
from workflows.quote import Quote
from workflows.recap import Recap

REGISTRY = [
    (INQUIRY, Inquiry),
    (QUOTE, Quote),
    (INVOICE, Invoice),
    (ANSWER, Answer),
    (NEXT_ACTION, NextAction),
    (RECAP, Recap),
]
