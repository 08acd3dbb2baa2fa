"""E-invoices in XML (UBL 2.1, UN/CEFACT CII, ZUGFeRD 1.0), read exactly: structured data needs no model."""

from documents.einvoice.invoice import Attachment, EInvoice, read_einvoice
from documents.einvoice.parsing import BrokenXml

__all__ = ["Attachment", "BrokenXml", "EInvoice", "read_einvoice"]
