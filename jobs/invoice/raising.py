"""How an exception is put: a check whose name is the code, in capitals."""

from decimal import Decimal, localcontext

from jobs.core import Check, Status

_DIGITS = 60


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


def rounded(value: Decimal, places: int) -> Decimal:
    """However large it is: a product of figures that occur may be one that does not."""
    with localcontext(prec=_DIGITS):
        return round(value, places)


def number(value: Decimal) -> str:
    """A quantity or a rate without superfluous zeros."""
    return f"{value.normalize():,f}"
