"""Word lists as data: one pattern or a few on each line."""


def either(table: str) -> str:
    """The lines of the table as one alternation, for use inside a regular expression."""
    return f"(?:{'|'.join(line.strip() for line in table.strip().splitlines())})"
