"""Text as Odoo takes it."""

import html
import re


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and without lone surrogates, which no JSON in UTF-8 can carry."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def paragraphs(text: str) -> str:
    """As HTML: text stays text, whatever it looks like."""
    escaped = html.escape(text.replace("\r\n", "\n"))
    return "<p>" + re.sub(r"\n\s*\n", "</p><p>", escaped).replace("\n", "<br>") + "</p>"
