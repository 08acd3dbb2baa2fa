"""Where a signature starts: a delimiter, "Sent from my phone", the contact block below a closing, a disclaimer."""

import re
from collections.abc import Sequence
from itertools import islice

from documents.patterns import either

_MAX_TAIL = 120
"""Lines at the end of a text in which a signature is looked for."""
_DELIMITER = re.compile(r"\s*(?:--|—|–)\s*$")
_RULE = re.compile(r"\s*[-_=*]{3,}\s*$")
_MAX_DELIMITED = 40
"""Lines below `--` that are still taken for a signature: more is a text with a rule in it."""
_MAX_RULED = 12
"""The same below a rule of dashes or underscores, which people also use inside a text."""

_SENT_FROM = either(r"""
    (?:sent|composed|written) (?:from|via|with|using|by|on)|get outlook for
    (?:verzonden|verstuurd) (?:vanaf|vanuit|van|met|via|door)|(?:download )?outlook voor
    (?:gesendet|geschickt|versendet) (?:von|mit|via|über|vom)|outlook für|diese nachricht wurde von meine[mr]
    von (?:meinem|meiner|unterwegs)\b.{0,40} (?:gesendet|gesandt)
    envoy[ée]e? (?:de|depuis|à partir|avec|par|via)|(?:télécharger|obtenir) outlook
    envia(?:do|da) (?:desde|do|a partir|de|via|vía|com|con|pelo|mediante)|(?:obtener|obter o?) ?outlook
    inviat[oa] (?:da|dal|con|tramite)|(?:scarica|ottieni) outlook
    skickat (?:från|med|via)|sendt (?:fra|med|via)|(?:hent|hämta) outlook|lähetetty
    wysłan[eo] (?:z|ze|za|przy)|(?:odesláno|odoslané) (?:z|ze|zo|pomocí)|trimis (?:de pe|din|prin)|στάλθηκε από
    отправлено (?:с|из|через|от)|надіслано (?:з|із|через)|发自|發自|从|從|寄自|.{0,20}(?:から送信|에서 보[냄낸])
    .{0,15}(?:iphone|ipad|android|galaxy|huawei|xiaomi).{0,30}(?:gesendet|gönderildi|发送|發送|küldve)
    """)
_DEVICE = re.compile(rf"\s*[\[(*]{{0,2}}{_SENT_FROM}(?!\w)", re.I)
_MAX_DEVICE = 100
"""Characters: a longer line is a sentence."""

_CLOSINGS = either(r"""
    (?:with |my |our )?(?:(?:best|kind|kindest|warm|warmest|many|friendly) )?(?:regards|wishes|greetings)
    all the best|best|(?:yours )?(?:very )?(?:sincerely|faithfully|truly)(?: yours)?|cordially|cheers|br|rgds
    (?:many )?thanks(?: a lot| so much| in advance| again)?|thanks and regards
    thank you(?: very much| so much| in advance)?
    (?:met )?(?:(?:vriendelijke|hartelijke|beste|warme|zonnige) )?(?:groet|groeten|groetjes)
    (?:met )?hoogachting|hoogachtend|m\.? ?v\.? ?g\.?r?\.?|gr\.?|grt\.?|grtz
    (?:alvast |veel |hartelijk )?(?:bedankt|dank)(?: alvast)?|bij voorbaat dank|dank (?:je|u)
    (?:mit )?(?:(?:freundlich|best|herzlich|viel|lieb|schön|sonnig)e[nm]? )?gr(?:ü|ue)(?:ß|ss)(?:e|en)?(?: aus \w+)?
    (?:mit )?(?:(?:freundlich|best|herzlich|viel|lieb|schön)e[nm] )gru(?:ß|ss)|gru(?:ß|ss)|hochachtungsvoll|mfg|lg|vg|bg
    (?:vielen|herzlichen|besten) dank(?: im voraus| vorab)?|danke(?: schön| im voraus)?
    (?:bien )?(?:cordialement|amicalement|respectueusement)(?: vôtre)?|bien à (?:vous|toi)|cdlt
    (?:sincères |meilleures |cordiales )?salutations(?: distinguées| cordiales)?
    .{0,80}\b(?:je vous prie|nous vous prions|veuillez|recevez)\b.{0,80}\b(?:salutations|sentiments)\b.{0,30}
    .{0,80}\bverbleiben? (?:ich |wir )?mit (?:freundlichen|besten) grü(?:ß|ss)en
    merci(?: beaucoup| d['’]avance| par avance)?
    (?:un )?(?:cordial |atento )?saludos?(?: cordial(?:es)?| atentos?)?|atentamente|(?:muchas )?gracias
    atenciosamente|(?:com os )?(?:melhores )?cumprimentos|obrigad[oa]|abraços?
    (?:cordiali|distinti|cari) saluti|saluti|cordialmente|grazie
    (?:med )?(?:(?:vänliga?|venlig|vennlig|bästa|beste|de bedste) )?(?:hälsning|hälsningar|hilsen|hilsner)
    mvh|vänligen|tack|takk?|ystävällisin terveisin|terveisin|kiitos
    z poważaniem|z pozdrowieniami|pozdrawiam|dziękuję|s pozdravem|s přátelským pozdravem|děkuji
    с уважением|с наилучшими пожеланиями|спасибо|з повагою|дякую|saygılarımla|saygılar|iyi çalışmalar
    üdvözlettel|cu stimă|με εκτίμηση
    """)
_CLOSING = re.compile(
    rf"\s*[*_]?{_CLOSINGS}(?: ?[/|&,] ?{_CLOSINGS})?(?!\w)[*_]?\s*[,.!;]?[*_]?(?P<name>.{{0,40}})$", re.I
)
_MAX_CLOSING = 160
_MAX_BLOCK = 15
"""Lines below the name in which a contact block must show itself."""
_PARTICLES = (
    "van",
    "de",
    "der",
    "den",
    "von",
    "zu",
    "the",
    "la",
    "le",
    "di",
    "da",
    "en",
    "und",
    "and",
    "et",
    "&",
    "i.a.",
    "i.v.",
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’-]*,?$")

_CONTACT = re.compile(
    either(r"""
    [\w.+-]{1,64}@[\w-]{1,100}\.\w|https?://|\bwww\.
    \b[\w-]{2,60}\.(?:com|nl|de|be|fr|eu|net|org|at|ch|uk|it|es|pl)\b
    (?:\+|\b00?)\d[\d\s()./-]{6,}\d
    \b(?:tel|telefoon|telefon|téléphone|phone|mobiel|mobil|mobile|mob|gsm|fax|handy|m|t|f|e|w)\s?[.:|]+\s?\S
    \b(?:kvk|btw|iban|ust-idnr|hrb|siret|siren|tva|rcs|amtsgericht|handelsregister|geschäftsführer)\b
    (?-i:\b\d{4}\s?[A-Z]{2}\b)
    (?-i:\b(?:B\.?V\.?|N\.?V\.?|GmbH|S\.?A\.?R\.?L|SAS|Ltd|LLC|Inc|AG|KG|BVBA|A/S|AB|Oy)(?!\w))
    """),
    re.I,
)
_UNIT = "(?:x|×|st|stuks?|pcs?|pieces|stk|stück|pièces?|kg|m|mm|ltr|dozen|boxes|rollen?)"
_ITEM = re.compile(rf"\s*(?:[-*•·]\s|\d+[.,]?\d*\s*{_UNIT}\b)", re.I)
_POSTSCRIPT = re.compile(r"\s*(?:p\.? ?s\.?|n\.?b\.?)\s?[:.,\s-]", re.I)

_THIS_MAIL = either(r"""
    th(?:is|e information (?:contained )?in this) (?:e-?mail|message|communication|transmission)
    (?:dit|deze) (?:e-?mail)?(?:bericht|mail)?|de (?:informatie|inhoud) .{0,20}(?:dit|deze) e-?mail
    (?:diese|der inhalt dieser|die informationen? in dieser) (?:e-?mail|nachricht|mitteilung)
    ce (?:message|courriel|mail)|cet e-?mail|les informations contenues|est[ea] (?:mensaje|correo|e-?mail|mensagem)
    quest[oa] (?:messaggio|e-?mail)|le informazioni contenute
    """)
_SECRET = either(r"""
    confidential|privileged|intended|addressee|vertrouwelijk|bestemd|geadresseerde|openbaarmaking|vertraulich|bestimmt
    adressat|confidentiel|destiné|destinataire|confidencial|destinatari|riservat|confidenzial
    scanned|gescand|auf viren|antivirus
    """)
_FOOTERS = either(r"""
    disclaimer\b|confidentiality notice|if you (?:are not the intended|have received this)
    (?:please )?(?:consider the environment|think before you print)|denk (?:aan|om) het milieu
    (?:bitte )?(?:prüfen|denken) sie.{0,60}(?:ausdruck|drucken|umwelt)
    (?:pensez|avant d'imprimer).{0,80}(?:environnement|imprim)
    op al(?:le)? onze .{0,150}(?:voorwaarden|van toepassing)|virus-free|virenfrei|virusvrij
    you (?:are receiving|received) this (?:e-?mail |message )?because
    """)
_DISCLAIMER = re.compile(rf"\W*(?:{_THIS_MAIL}\b.{{0,250}}{_SECRET}|{_FOOTERS})", re.I | re.S)

_CAUTION = either(r"""
    external\b|caution|warning|extern(?:e|al)? (?:e-?mail|mail|nachricht|afzender)|waarschuwing|let op|achtung|vorsicht
    attention|you don't often get e-?mail|some people who received this
    """)
_OUTSIDE = "(?:outside|external|extern|buiten|außerhalb|extérieur|unknown sender|learn why)"
_WARNING = re.compile(rf"\W*{_CAUTION}.{{0,300}}{_OUTSIDE}", re.I | re.S)


def is_gateway_warning(paragraph: str) -> bool:
    """ "CAUTION: this mail came from outside", which the receiver's own mail gateway puts above the text."""
    return len(paragraph) < 600 and bool(_WARNING.match(paragraph))


def signature_start(lines: Sequence[str]) -> int:
    """The first line of the signature in one person's text; `len(lines)` where there is none. The closing and the name
    below it are not signature: they say who wrote."""
    above = max(0, len(lines) - _MAX_TAIL)
    tail = lines[above:]
    starts = (_delimited(tail), _device(tail), _disclaimer(tail))
    start = min((s for s in starts if s is not None), default=len(tail))
    below = _below_closing(tail[:start])
    return above + (start if below is None else below)


def is_postscript(line: str) -> bool:
    """Somebody's afterthought, which belongs to the text wherever it stands."""
    return bool(_POSTSCRIPT.match(line))


def _delimited(lines: Sequence[str]) -> int | None:
    written = [index for index, line in enumerate(lines) if line.strip()]
    for position in range(max(0, len(written) - _MAX_DELIMITED - 1), len(written)):
        index, below = written[position], len(written) - position - 1
        if _DELIMITER.match(lines[index]):
            return index
        if _RULE.match(lines[index]) and 0 < below <= _MAX_RULED and _CONTACT.search("\n".join(lines[index + 1 :])):
            return index
    return None


def _device(lines: Sequence[str]) -> int | None:
    """Only at the end, in a paragraph of its own."""
    written = [index for index, line in enumerate(lines) if line.strip()]
    for index in written[-3:]:
        line = lines[index]
        first = index == written[0]
        alone = len(written) == 1 if first else not lines[index - 1].strip()
        if alone and len(line) <= _MAX_DEVICE and _DEVICE.match(line) and "?" not in line:
            return index
    return None


def _disclaimer(lines: Sequence[str]) -> int | None:
    """Its first paragraph, below some text."""
    for index in range(1, len(lines)):
        starts_paragraph = lines[index].strip() and not lines[index - 1].strip()
        if starts_paragraph and any(lines[:index]) and _DISCLAIMER.match("\n".join(lines[index : index + 8])):
            return index
    return None


def _below_closing(lines: Sequence[str]) -> int | None:
    """Behind the closing and the name, if nothing but a block of contact lines comes after it."""
    for index, line in enumerate(lines):
        found = _CLOSING.match(line) if 0 < len(line.strip()) <= _MAX_CLOSING else None
        if not found or not (_is_name(found["name"]) or not found["name"].strip()):
            continue
        after = _skip_blank(lines, index + 1)
        if after < len(lines) and _CLOSING.match(lines[after]):
            continue
        if not found["name"].strip() and after < len(lines) and _is_name(lines[after]):
            after = _skip_blank(lines, after + 1)
        if after < len(lines) and _is_contact_block(lines[after:]):
            return after
    return None


def _is_contact_block(lines: Sequence[str]) -> bool:
    """Short lines with a phone number, an address or a company in them, before any sentence."""
    written = list(islice((line for line in lines if line.strip() and not is_postscript(line)), _MAX_BLOCK))
    for line in written:
        if _is_sentence(line):
            return False
        if _CONTACT.search(line):
            return True
    return 0 < len(written) <= 3 and not any(re.search(r"\d", line) for line in written)


def _is_sentence(line: str) -> bool:
    words = line.split()
    ends = line.rstrip().endswith((".", "?", "!", ":"))
    return (
        "?" in line
        or bool(_ITEM.match(line))
        or (ends and len(words) >= 5)
        or (len(words) >= 10 and not _CONTACT.search(line))
    )


def _is_name(text: str) -> bool:
    words = text.strip(" \t-–/~*_,.").split()
    return 0 < len(words) <= 5 and all(
        _NAME_WORD.match(word)
        and (word[0].isupper() or not word[0].islower() or word.lower() in _PARTICLES or len(words) == 1)
        for word in words
    )


def _skip_blank(lines: Sequence[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index
