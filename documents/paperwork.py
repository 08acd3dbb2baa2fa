"""What a business document is by its words: a supplier's invoice, another paper of trade, or not to be told; and where
one file holds several invoices. English, German, Dutch, French, Italian and Spanish.

Only what opens a cell counts: running text names many papers. A wrong word here hides an invoice or cuts one in two, so
whatever is doubtful stays together, and goes to whoever reads the whole."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest


class Paper(StrEnum):
    INVOICE = "invoice"
    OTHER = "other"
    UNKNOWN = "unknown"


_INVOICE = (
    r"(?:(?:tax|vat|sales|commercial|final|original|interim|monthly|kopie|copie|copy of|"
    r"your|our|ihre|unsere|uw|votre|notre|su)\s+)*"
    r"(?:(?:self-?billed\s)?invoice|credit\s?(?:note|memo)|"
    r"(?!(?:be|ver|an|hoch)rechnung)[a-z]{0,20}-?rechnung(?:s?korrektur)?|gutschrift|honorarnote|"
    r"[a-z]{0,20}factuur|credit-?nota|"
    r"facture|avoir|note de credit|note d['’]honoraires|"
    r"fattura|nota di (?:credito|accredito)|parcella|"
    r"factura|nota de credito|abono|faktura|fatura)"
)
_ADDRESSED = (
    r"(?!\s*(?:to|address|an|adresse|anschrift|aan|adres|a|destinatario|intestata|folgt|follows|wird|will|is)"
    r"(?![^\s:]))"
)
_TITLE = re.compile(rf"{_INVOICE}(?:\s*/\s*[a-z]+)?\b{_ADDRESSED}")
_LABEL = re.compile(
    rf"(?:{_INVOICE}s?\W{{0,3}}(?:number|num|no|nr|n°|nummer|#|numero|n(?=\.))(?![a-z])|"
    rf"(?:number|no|nr|nummer|numero|num|n°|n(?=\.))\W{{0,3}}(?:de |della |di |of )?(?:la |l['’])?{_INVOICE}\b|"
    rf"{_INVOICE}\s?#|(?:beleg|dokument|document|documento)\W{{0,3}}(?:number|num|no|nr|n°|nummer|numero)(?![a-z]))"
)
_PRO_FORMA = re.compile(r"\bpro[- ]?forma\b")

_DUNNING = re.compile(
    r"(?:(?:account )?statement|(?:payment |final |friendly )?reminder|overdue|remittance|dunning|"
    r"(?:letzte |\d\. )?mahnung|zahlungserinnerung|kontoauszug|offene posten|zahlungsavis|saldenbestatigung|"
    r"(?:laatste )?aanmaning|(?:betalings)?herinnering|rekeningoverzicht|openstaande posten|"
    r"relance|rappel|releve de compte|mise en demeure|avis de paiement|"
    r"sollecito|estratto conto|recordatorio|estado de cuenta|extracto)\b"
)
_OTHER = re.compile(
    r"(?:(?:general )?terms\b|privacy|"
    r"(?:allgemeine )?(?:geschafts|verkaufs|liefer|zahlungs|einkaufs|miet)(?:-|[a-z ]*)?bedingungen|agb\b|"
    r"(?:algemene )?[a-z]*voorwaarden|conditions (?:generales|de vente)|cgv\b|condizioni (?:generali|di vendita)|"
    r"condiciones (?:generales|de venta)|"
    r"delivery (?:note|slip|ticket|receipt|docket)|packing (?:slip|list)|proof of delivery|dispatch note|waybill|cmr\b|"
    r"goods received|lieferschein|packliste|packzettel|warenbegleitschein|frachtbrief|abliefer|pakbon|vrachtbrief|"
    r"(?:af)?lever(?:ings)?bon|bon de livraison|bordereau|documento di trasporto|ddt\b|bolla\b|albaran|nota de entrega|"
    r"time ?sheet|stundenzettel|stundennachweis|tatigkeitsnachweis|leistungsnachweis|arbeitsnachweis|regiebericht|"
    r"rapport\b|urenstaat|urenoverzicht|urenbriefje|urenverantwoording|werkbon|feuille (?:de temps|d['’]heures)|"
    r"releve d['’]heures|compte[- ]rendu|foglio ore|rapportino|parte de (?:horas|trabajo)|hoja de horas|"
    r"order confirmation|(?:sales |purchase )order\b|acknowledg|quotation|quote\b|estimate\b|"
    r"auftragsbestatigung|angebot|bestellung|kostenvoranschlag|"
    r"(?:order|opdracht)bevestiging|offerte|bestelbon|inkooporder|"
    r"confirmation de commande|accuse de reception|devis|bon de commande|"
    r"conferma d['’]ordine|preventivo|ordine d['’]acquisto|confirmacion de pedido|presupuesto|pedido\b|"
    r"(?:test )?certificate|zertifikat|prufzeugnis|datenblatt|data ?sheet|safety|sicherheitsdatenblatt|"
    r"bedienungsanleitung|manual\b|price ?list|preisliste|prijslijst)"
)
_OTHER_NAME = re.compile(
    r"(?:^|[^a-z])(?:agb|cgv|ddt|cmr|pod|terms?|conditions?|voorwaarden|condizioni|condiciones|delivery|packing|"
    r"lieferschein|pakbon|livraison|albaran|timesheets?|stunden\w*|urenstaat|mahnung|reminder|aanmaning|relance|statement|"
    r"angebot|offerte|devis|quote|quotation|preventivo|presupuesto|auftragsbestatigung|logo|signature|banner|icon|"
    r"datenblatt|datasheet|certificate|privacy)(?:$|[^a-z])"
)
_INVOICE_NAME = re.compile(
    r"(?:^|[^a-z])(?:e?-?invoices?|[a-z]*rechnung(?:en)?|gutschrift|[a-z]*factuur|facturen|factures?|avoir|fatture?|"
    r"fattura|facturas?|credit-?(?:note|nota)|faktura|inv|rg|re|rng)(?=$|[^a-z])"
)

_AMOUNT = re.compile(r"(?<![\d.,])-?\d{1,3}(?:[.,'’ ]?\d{3})*[.,]\d{2}(?![\d])")
_TOTAL = re.compile(
    r"\b(?:(?:sub|grand ?)?total[eo]?|totaal\w*|amount due|balance due|payable|gesamt\w*|endbetrag|endsumme|summe|"
    r"rechnungsbetrag|bruttobetrag|zahlbetrag|zahlbar|zu zahlen\w*|te (?:betalen|voldoen)|factuurbedrag|net a payer|"
    r"montant|ttc|importo|da pagare|importe|a pagar|suma)\b"
)
_TAX = re.compile(
    r"\b(?:vat|mwst|ust|[a-z]*umsatzsteuer|mehrwertsteuer|btw|tva|iva|gst|[a-z]{2}\d{2}(?: ?[a-z\d]{4}){3,7})\b"
)
_PAGE = re.compile(
    r"\b(?:page|seite|blatt|pagina|pag|blad)\b[.:]?\s*(\d{1,3})\s*(?:of|von|van|de|di|sur|/|\|)\s*(\d{1,3})\b"
)
_VALUE = re.compile(r"(?=[a-z/-]*\d)[a-z\d](?:[a-z\d._/-]*[a-z\d])?")
_NUMBERED = re.compile(r"(?<![a-z])(?:number|num|no|nr|n°|nummer|numero)(?![a-z])")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_HEAD = 25
"""Lines from the top of a page among which its title stands."""


def paper_of(text: str, name: str = "") -> Paper:
    """What the document says that it is; its file name only where the words leave it open."""
    lines = _folded(text)
    titles = [title for line in lines[:_HEAD] if (title := _title(line))]
    named = _named(name)
    has_total = _has_total(lines)
    if titles[:1] == ["dunning"] or "pro forma" in titles:
        return Paper.OTHER
    if "invoice" in titles:
        return Paper.INVOICE if has_total or "other" not in titles else Paper.OTHER
    if any(_LABEL.match(cell) for line in lines for cell in _cells(line)):
        return Paper.INVOICE if has_total else Paper.UNKNOWN if named is not Paper.INVOICE else Paper.INVOICE
    if titles or named is not Paper.UNKNOWN:
        return Paper.OTHER if titles else named
    return Paper.INVOICE if has_total and any(_TAX.search(line) for line in lines) else Paper.UNKNOWN


def invoice_pages(pages: Sequence[str]) -> list[range]:
    """The pages of each invoice, counted from 0. All of them together, unless each part is plainly an invoice of its
    own: its number is not in the others, it has a total, and counts its own pages from 1 where pages are counted."""
    starts = [0]
    for index in range(1, len(pages)):
        if _starts_anew(pages[starts[-1] : index], pages[index]):
            starts.append(index)
    parts = [range(first, last) for first, last in zip(starts, [*starts[1:], len(pages)], strict=True)]
    whole = [range(len(pages))]
    return parts if all(_stands_alone(pages[part.start : part.stop]) for part in parts) else whole


def number_of(text: str) -> str:
    """The invoice's number, in lower case and without accents, where it stands plainly; or empty."""
    return _number(_folded(text))


def amounts_of(text: str) -> list[str]:
    """The digits of all amounts in it, sorted: two texts with the same ones say the same sums."""
    return sorted(re.sub(r"\D", "", amount) for amount in _AMOUNT.findall(text))


def holds(text: str, number: str) -> bool:
    """Whether an invoice's number stands in the text, by itself; spaces do not matter."""
    wanted = re.sub(r"\s+", "", fold(number))
    pattern = r"(?<![a-z\d])" + r"\s?".join(map(re.escape, wanted)) + r"(?![a-z\d])"
    return bool(wanted) and bool(re.search(pattern, fold(text)))


def fold(text: str) -> str:
    """Lower case without accents, as the words here are written."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("º", "°"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _title(line: str) -> str:
    """The kind of paper that the line is the title of, if it is one: a column of labels and a sentence are none."""
    cells = list(_cells(line))
    opening = cells[0] if cells else ""
    if len(cells) > 2 or len(opening.split()) > 6 or ":" in opening:
        return ""
    for cell in cells:
        if _PRO_FORMA.search(cell) and (_TITLE.search(cell) or len(cell.split()) <= 3):
            return "pro forma"
        if _TITLE.match(cell):
            return "invoice"
        if _DUNNING.match(cell):
            return "dunning"
    return "other" if _OTHER.match(opening) else ""


def _named(name: str) -> Paper:
    stem = fold(name).rpartition(".")[0] or fold(name)
    if _OTHER_NAME.search(stem):
        return Paper.OTHER
    return Paper.INVOICE if _INVOICE_NAME.search(stem) else Paper.UNKNOWN


def _has_total(lines: Sequence[str]) -> bool:
    """In a line, or below the line that names it."""
    named = (f"{line} {under}" for line, under in zip_longest(lines, lines[1:], fillvalue="") if _TOTAL.search(line))
    return any(map(_AMOUNT.search, named))


def _starts_anew(before: Sequence[str], page: str) -> bool:
    """Whether the page is the first of an invoice that the pages before do not belong to."""
    lines = _folded(page)
    number, earlier = _number(lines[:_HEAD]), next(filter(None, (_number(_folded(text)) for text in before)), "")
    count, last = _count(lines), _count(_folded(before[-1]))
    if (count and count[0] != 1) or (last and last[0] != last[1]):
        return False
    if not number or not earlier:
        return False
    return number != earlier and not holds(page, earlier) and not any(holds(text, number) for text in before)


def _stands_alone(pages: Sequence[str]) -> bool:
    text = "\n".join(pages)
    return bool(_number(_folded(text))) and _has_total(_folded(text)) and paper_of(text) is Paper.INVOICE


def _number(lines: Sequence[str]) -> str:
    """The invoice's number, folded: behind its label, in the next cell, or below the label; or behind the title."""
    for index, line in enumerate(lines):
        cells = list(_cells(line))
        for column, cell in enumerate(cells):
            if not (label := _LABEL.match(cell) or _TITLE.match(cell)):
                continue
            below = list(_cells(lines[index + 1])) if index + 1 < len(lines) else []
            beside = [cell[label.end() :], *cells[column + 1 : column + 2]]
            under = below[column : column + 1] if _LABEL.match(cell) else []
            for place in (*beside, *under):
                if value := _value(place):
                    return value
    return ""


def _value(cell: str) -> str:
    """The number that opens the cell, or that follows `No.` in it."""
    for opening in (cell, *_NUMBERED.split(cell, maxsplit=1)[1:]):
        found = _VALUE.match(opening.strip(" .:#-°"))
        if found and not _DAY.fullmatch(found[0]) and len(found[0]) > 2:
            return found[0]
    return ""


def _count(lines: Sequence[str]) -> tuple[int, int] | None:
    """The page's own number, and how many there are."""
    found = next((match for line in lines if (match := _PAGE.search(line))), None)
    return (int(found[1]), int(found[2])) if found else None


def _cells(line: str) -> Iterator[str]:
    return (cell.strip(" *-–_") for cell in line.split(" | "))


def _folded(text: str) -> list[str]:
    return fold(text).split("\n")
