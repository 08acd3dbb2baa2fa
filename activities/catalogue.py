"""The ERP's catalogue, kept searchable in this process."""

import threading
import time
from datetime import datetime, timedelta

from catalogue.matching import Catalogue
from connectors.base import Erp
from jobs.erp import Product

_FRESH_SECONDS = 60.0
_OVERLAP = timedelta(minutes=10)
"""Read again each time: a long import in the ERP may be committed later than its records are dated."""


class CatalogueFeed:
    """Reads the whole catalogue when it is first needed, and what has changed since when a minute has passed. Safe to
    share between threads; raises what the ERP raises."""

    def __init__(self, erp: Erp) -> None:
        self._erp = erp
        self._catalogue: Catalogue | None = None
        self._changed_at: datetime | None = None
        self._looked_at = 0.0
        self._lock = threading.Lock()

    def current(self) -> Catalogue:
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue(self._read())
            elif time.monotonic() - self._looked_at > _FRESH_SECONDS:
                self._catalogue.update(self._read(self._changed_at and self._changed_at - _OVERLAP))
            return self._catalogue

    def _read(self, since: datetime | None = None) -> list[Product]:
        products = [product for page in self._erp.products(since) for product in page]
        times = [product.changed_at for product in products if product.changed_at]
        self._changed_at = max([*times, *([self._changed_at] if self._changed_at else [])], default=None)
        self._looked_at = time.monotonic()
        return products
