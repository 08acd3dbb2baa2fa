"""Receive: the input is read once; its texts and facts go to the blob store, the case file is opened."""

import mimetypes
from collections.abc import Sequence

from temporalio import activity

from activities.advice import read_trigger
from activities.asked import JSON, read_question
from activities.calling import heartbeating
from activities.calls import read_call_file
from activities.messages import Item, Part, Received
from activities.resources import Resources
from documents.inputs import read_any
from documents.invoices import ReadInvoice, read_invoices
from jobs.core import MAIL, InputFile, Intake, digest
from ledger.blobs import Blobs
from ledger.tables import CaseRow, now


def read_input(content: bytes, blobs: Blobs, media_type: str = MAIL) -> Intake:
    """Reads a mail or any other file; attachments and what could not be read go to the blob store."""
    name = _name("request", media_type)
    mail = read_any(content, name)
    for part, type_of_part in mail.parts.values():
        blobs.put(part, type_of_part)
    file = InputFile(name=name or "mail.eml", media_type=media_type)
    return Intake(mail=mail.facts, sources=list(mail.sources), file=file)


def read_cases(job: str, content: bytes, blobs: Blobs, media_type: str = MAIL) -> list[ReadInvoice]:
    """What came in, as the cases that it is: for the invoice job one for each invoice, for the others one."""
    asked = read_question(content) if job == "answer" and media_type == JSON else None
    if asked:
        return [ReadInvoice(intake=asked, draft=None, read_by="")]
    if job == "next_action":
        return [ReadInvoice(intake=read_trigger(content), draft=None, read_by="")]
    if job == "recap":
        intake = read_call_file(content, blobs, _name("call", media_type), media_type)
        return [ReadInvoice(intake=intake, draft=None, read_by="")]
    if job != "invoice":
        return [ReadInvoice(intake=read_input(content, blobs, media_type), draft=None, read_by="")]
    name = _name("invoice", media_type)
    mail = read_any(content, name)
    found = read_invoices(mail, content, name)
    for part, type_of_part in mail.parts.values():
        blobs.put(part, type_of_part)
    return found


class Receiving:
    def __init__(self, resources: Resources) -> None:
        self.blobs, self.ledger = resources.blobs, resources.ledger

    @activity.defn
    def receive(self, item: Item) -> Received:
        info = activity.info()
        with heartbeating():
            cases = self._cases(item)
        whole, parts = cases[0], [self._part(item, case, cases) for case in cases] if len(cases) > 1 else []
        intake = whole.intake.model_copy(update={"sources": [], "file": InputFile()}) if parts else whole.intake
        ref = item.intake or self.blobs.put_model(intake)
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
                document_sha256=item.document or intake.file.sha256 or item.input.sha256,
                title=intake.mail.subject,
                sender=intake.mail.sender.email,
                kind=f"{len(parts)} invoices" if parts else "",
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
            draft=self.blobs.put_model(whole.draft) if whole.draft and not parts else None,
            proposed_by="" if parts else whole.read_by,
            parts=tuple(parts),
        )

    def _cases(self, item: Item) -> list[ReadInvoice]:
        if item.intake:
            return [ReadInvoice(intake=self.blobs.get_model(item.intake, Intake), draft=None, read_by="")]
        return read_cases(item.job, self.blobs.get(item.input.sha256), self.blobs, item.input.media_type)

    def _part(self, item: Item, case: ReadInvoice, cases: Sequence[ReadInvoice]) -> Part:
        file = case.intake.file
        shared = [other.intake.file.sha256 for other in cases].count(file.sha256) > 1
        document = self.blobs.put(self.blobs.get(file.sha256), file.media_type) if file.sha256 else None
        return Part(
            job=item.job,
            draft=self.blobs.put_model(case.draft) if case.draft else None,
            proposed_by=case.read_by,
            input=document,
            intake=self.blobs.put_model(case.intake),
            document=digest(_own_texts(case.intake)) if shared else "",
        )


def _own_texts(intake: Intake) -> list[str]:
    """What tells an invoice from the others in the same file."""
    return [source.text for source in intake.sources if not source.id.startswith("mail.")]


def _name(stem: str, media_type: str) -> str:
    """What a file is called where it is attached: its own name is customer content, and does not travel."""
    if media_type == MAIL:
        return ""
    xml = media_type.endswith("/xml")  # of which mimetypes makes .xsl
    return stem + (".xml" if xml else mimetypes.guess_extension(media_type) or "")
