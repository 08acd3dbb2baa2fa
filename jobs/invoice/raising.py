"""How an exception is put: a check whose name is the code, in capitals."""

from decimal import Decimal

from jobs.core import Check, Status


def error(
    code: str, field: str | None, message: str, *, found: str = "", expected: str = "", advice: str = ""
) -> Check:
    """The invoice must not be booked as it is."""
    return Check(
        name=code, status=Status.FAIL, field=field, message=message, found=found, expected=expected, advice=advice
    )


def warning(
    code: str, field: str | None, message: str, *, found: str = "", expected: str = "", advice: str = ""
) -> Check:
    """Somebody has to look at it."""
    return Check(
        name=code, status=Status.WARN, field=field, message=message, found=found, expected=expected, advice=advice
    )


def shown(amount: Decimal, currency: str | None = None) -> str:
    """1234.5 as 1,234.50 EUR; more decimals where there are more."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f} {currency}" if currency else f"{amount:,.{places}f}"


def number(value: Decimal) -> str:
    """A quantity or a rate without superfluous zeros."""
    return f"{value.normalize():,f}"
