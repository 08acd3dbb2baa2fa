"""Apply: the countersigned writes, each once. The kill switch is read again right before each."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.calling import calling_vendor
from activities.messages import ApplyRequest
from activities.resources import Resources
from connectors.base import Refused
from jobs.crm import AttachFile, CreateRecord, GiveAnswer, Write, Written
from jobs.deals import CreateActivity, PostNote, UpdateDeal
from jobs.erp import CreateQuotation
from jobs.invoice.duplicates import same_number
from jobs.purchasing import CreateBill
from jobs.review import Review
from ledger.tables import WriteRow, now

_LOOK_AGAIN = timedelta(seconds=30)


class Applying:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    @activity.defn
    def apply(self, request: ApplyRequest) -> list[Written]:
        """Carries the plan out in order. Interrupted anywhere and run again, it leaves the same records: the connector
        looks for the case's reference before it writes."""
        case_id = activity.info().workflow_id or ""
        plan = self.resources.blobs.get_model(request.document, Review).plan
        done: list[Written] = []
        for write in plan:
            self._check_switch(request.item.job, write)
            with calling_vendor():
                written = self._write(write, plan, done)
            self.resources.ledger.add_write(
                WriteRow(
                    case_id=case_id,
                    number=0,
                    write=written.write,
                    model=written.model,
                    vendor_id=written.id,
                    url=written.url,
                    found=written.found,
                    at=now(),
                )
            )
            done.append(written)
        return done

    def _write(self, write: Write, plan: Sequence[Write], done: Sequence[Written]) -> Written:
        if isinstance(write, CreateRecord):
            return self.resources.crm.create_record(write)
        if isinstance(write, AttachFile):
            to = self.resources.deals.place(plan[0].deal_id) if isinstance(plan[0], PostNote) else done[0]
            return self.resources.crm.attach_file(to, write, self.resources.blobs.get(write.sha256))
        if isinstance(write, CreateQuotation):
            return self.resources.erp.create_quotation(write)
        if isinstance(write, CreateBill):
            self._refuse_second(write)
            return self.resources.payables.create_bill(write)
        if isinstance(write, PostNote):
            return self.resources.deals.post_note(write)
        if isinstance(write, CreateActivity):
            return self.resources.deals.create_activity(write)
        if isinstance(write, UpdateDeal):
            return self.resources.deals.update_deal(write)
        if isinstance(write, GiveAnswer):
            # The case file is what the colleague reads: nothing is written anywhere else.
            url = self.resources.case_url(write.reference)
            return Written(write=write.write, model="answer", id=0, url=url, found=False)
        return self.resources.mailbox.save_draft(write)

    def _refuse_second(self, bill: CreateBill) -> None:
        """The check may be hours old (an ERP that was down, writes that were switched off), and the same invoice may
        have come in another form since. Refused, it is checked again and shown to a person."""
        for other in self.resources.payables.bills([bill.vendor_id], [bill.number]):
            same = same_number(other.number, bill.number) and other.kind == bill.kind
            if same and other.reference != bill.reference:
                raise Refused(f"a bill {other.number} of this vendor is in the ERP by now")

    def _check_switch(self, job: str, write: Write) -> None:
        off = self.resources.ledger.release(job).writes_off
        if "*" in off or write.write in off:
            raise ApplicationError(
                f"writes of kind {write.write} are switched off for the job {job}; the case waits until they are on",
                type="SwitchedOff",
                next_retry_delay=_LOOK_AGAIN,
            )
