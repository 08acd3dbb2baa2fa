"""Receive: the input is read once; its texts and facts go to the blob store, the case file is opened."""

import mimetypes

from temporalio import activity

from activities.messages import Item, Received
from activities.resources import Resources
from documents.inputs import read_any
from jobs.core import MAIL, InputFile, Intake
from ledger.blobs import Blobs
from ledger.tables import CaseRow, now


def read_input(content: bytes, blobs: Blobs, media_type: str = MAIL) -> Intake:
    """Reads a mail or any other file; attachments and what could not be read go to the blob store."""
    name = "" if media_type == MAIL else f"request{mimetypes.guess_extension(media_type) or ''}"
    mail = read_any(content, name)
    for part, type_of_part in mail.parts.values():
        blobs.put(part, type_of_part)
    file = InputFile(name=name or "mail.eml", media_type=media_type)
    return Intake(mail=mail.facts, sources=list(mail.sources), file=file)


class Receiving:
    def __init__(self, resources: Resources) -> None:
        self.blobs, self.ledger = resources.blobs, resources.ledger

    @activity.defn
    def receive(self, item: Item) -> Received:
        info = activity.info()
        if item.intake:
            ref, intake = item.intake, self.blobs.get_model(item.intake, Intake)
        else:
            intake = read_input(self.blobs.get(item.input.sha256), self.blobs, item.input.media_type)
            ref = self.blobs.put_model(intake)
        release = self.ledger.release(item.job)
        standing = self.ledger.open_case(
            CaseRow(
                id=info.workflow_id or "",
                job=item.job,
                run_id=info.workflow_run_id or "",
                parent=item.parent,
                input_sha256=item.input.sha256,
                input_media_type=item.input.media_type,
                input_size=item.input.size,
                intake_sha256=ref.sha256,
                title=intake.mail.subject,
                sender=intake.mail.sender.email,
                mode=release.mode,
                release=release.version,
                opened_at=now(),
            )
        )
        again = standing.run_id != info.workflow_run_id
        return Received(
            intake=ref,
            release=release,
            automatic=bool(intake.mail.automatic),
            earlier_outcome=standing.outcome if again else None,
        )
