"""What a connector promises, and the three ways it can fail. One file per vendor implements this."""

from typing import Protocol

from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, OpenRecord, Written


class ConnectorError(Exception):
    """A vendor did not do what was asked. The message names the vendor, the call and what it answered."""


class Unavailable(ConnectorError):
    """It may work later: no connection, 408, 409, 429, 5xx. `retry_after` is the vendor's own word, in seconds."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ConnectorError):
    """It will not work again unchanged: wrong key, missing right, bad field, unknown model."""


class OutcomeUnknown(Unavailable):
    """A write was sent and no answer came back: it may stand or not. Look by reference before repeating it."""


class Crm(Protocol):
    """Leads, tickets and customers at one vendor. Reads raise Unavailable or Refused; writes OutcomeUnknown too."""

    def find_customers(self, clues: CustomerClues) -> list[Customer]:
        """Every customer that one of the clues points at (names fuzzily); the rules pick among them."""
        ...

    def open_records(self, customer_id: int) -> list[OpenRecord]:
        """Leads and tickets still open for this customer, newest first, 20 at most."""
        ...

    def teams(self) -> list[str]: ...

    def owners(self) -> list[str]:
        """Logins of the people a record can be given to."""
        ...

    def create_record(self, record: CreateRecord) -> Written:
        """Looks for `record.reference` first and returns what it finds; creates the record only if nothing is there."""
        ...

    def attach_file(self, to: Written, file: AttachFile, content: bytes) -> Written:
        """Attaches the content once: a file of the same name and content on that record is left as it is."""
        ...

    def close(self) -> None: ...
