"""Odoo's opportunities as deals."""

from collections.abc import Sequence
from datetime import datetime

from connectors.odoo.rpc import OdooRpc
from jobs.crm import Written
from jobs.deals import Contact, CreateActivity, CustomerState, Deal, PostNote, UpdateDeal


class OdooDeals:
    """Implements `connectors.base.Deals`."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    def find_deals(self, customer_ids: Sequence[int], emails: Sequence[str]) -> list[Deal]:
        raise NotImplementedError

    def deal(self, deal_id: int, fields: Sequence[str] = ()) -> Deal:
        raise NotImplementedError

    def stale_deals(self, before: datetime) -> list[Deal]:
        raise NotImplementedError

    def contacts(self, customer_ids: Sequence[int]) -> list[Contact]:
        raise NotImplementedError

    def stages(self) -> list[str]:
        raise NotImplementedError

    def state(self, customer_id: int) -> CustomerState:
        raise NotImplementedError

    def post_note(self, note: PostNote) -> Written:
        raise NotImplementedError

    def create_activity(self, activity: CreateActivity) -> Written:
        raise NotImplementedError

    def update_deal(self, update: UpdateDeal) -> Written:
        raise NotImplementedError
