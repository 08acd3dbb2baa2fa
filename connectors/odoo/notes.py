"""Notes for colleagues on a record of Odoo."""

import hashlib

from connectors.odoo.rpc import OdooRpc
from connectors.odoo.text import clean, paragraphs


def add_note(rpc: OdooRpc, model: str, record: int, reference: str, note: str) -> None:
    """Nothing for an empty one."""
    if note:
        post_note(rpc, model, record, reference, note)


def post_note(rpc: OdooRpc, model: str, record: int, reference: str, note: str) -> tuple[int, bool]:
    """As an internal note, which Odoo sends to nobody. Its Message-ID makes it happen once for each reference. Answers
    the message and whether it was there before."""
    message_id = f"<{hashlib.sha256(reference.encode()).hexdigest()[:40]}.note@countersign.invalid>"
    message = {
        "model": model,
        "res_id": str(record),
        "message_id": message_id,
        "message_type": "comment",
        "subtype_id/id": "mail.mt_note",
        "is_internal": "1",
        "body": paragraphs(clean(note)),
    }
    return rpc.write_once("mail.message", message_id, [["message_id", "=", message_id]], lambda: [message])
