"""Where a signature starts: delimiters, "Sent from my phone", contact blocks below a closing, disclaimers."""

import re
from collections.abc import Sequence

_DELIMITER = re.compile(r"\s*(?:--|—|–)\s*$")
_RULE = re.compile(r"\s*[-_=*]{3,}\s*$")
_MAX_SIGNATURE = 40
"""Lines below a `--` that are still taken for a signature: more is a text with a rule in it."""
_MAX_RULED = 12
"""The same below a rule of dashes or underscores, which people also use inside a text."""

_DEVICE = re.compile(
    r"\s*[\[(]?(?:"
    r"(?:sent|composed|written) (?:from|via|with|using|by|on) |get outlook (?:for|voor|para|per) |"
    r"(?:verzonden|verstuurd) (?:vanaf|vanuit|van|met|via|door) |outlook voor (?:android|ios) |download outlook|"
    r"(?:gesendet|geschickt|versendet) (?:von|mit|via|über|vom) |von meinem .{2,40} gesendet|diese nachricht wurde von mein|"
    r"envoy[ée]e? (?:de|depuis|à partir|avec|par|via) |télécharger outlook|obtenir outlook|"
    r"envia(?:do|da) (?:desde|do|a partir|de|via|com|con|pelo|mediante) |obtener outlook|obter o? ?outlook|"
    r"inviat[oa] (?:da|dal|con|tramite) |scarica outlook|"
    r"skickat (?:från|med|via) |sendt (?:fra|med|via) |hent outlook|lähetetty |"
    r"wysłan[eo] (?:z|ze|za|przy) |odesláno (?:z|ze|pomocí) |odoslané (?:z|zo) |"
    r"отправлено (?:с|из|через|от) |надіслано (?:з|із|через) |"
    r"trimis (?:de pe|din|prin) |küldve |από το .{2,30} μου|στάλθηκε από |"
    r".{0,12}(?:iphone|ipad|android|galaxy|huawei|xiaomi).{0,30}(?:gesendet|gönderildi|发送|發送|から送信|에서 보냄|lähetetty|küldve)|"
    r"(?:发自|從|从|發自|寄自)|.{0,20}(?:から送信|에서 보냄|에서 보낸)|"
    r"\S{0,15}(?:iphone|ipad|android|telefon)\S{0,10} gönderildi)",
    re.I,
)
_DEVICE_MAX = 120
"""Characters: a longer line is a sentence."""

_CLOSING_WORDS = (
    r"(?:with |my |our )?(?:best|kind|kindest|warm|warmest|many|friendly)? ?(?:regards|wishes|greetings)|regards|sincerely|"
    r"yours (?:sincerely|faithfully|truly)|(?:very )?(?:sincerely|truly) yours|cordially|cheers|thanks|thank you|many thanks|"
    r"thanks (?:a lot|so much|in advance|again|and regards)|thank you (?:very much|so much|in advance)|all the best|best|br|rgds|"
    r"thanks (?:and|&) (?:best |kind )?regards|"
    r"(?:met )?(?:vriendelijke|hartelijke|beste|warme|sportieve|zonnige|allerhartelijkste)? ?(?:groet|groeten|groetjes)|"
    r"(?:met )?(?:de meeste )?(?:hoogachting|hoogachtend)|m\.? ?v\.? ?g\.?r?\.?|gr\.?|grt\.?|grtz|groetjes|"
    r"(?:alvast |hartelijk |veel )?(?:bedankt|dank)(?: alvast)?|(?:bij voorbaat |alvast )(?:hartelijk )?dank|dank je|dank u|"
    r"(?:mit )?(?:freundliche[nm]?|beste[n]?|herzliche[n]?|viele[n]?|liebe[n]?|schöne[n]?|sonnige[n]?|kollegiale[n]?)?"
    r"(?: und kollegialen)? ?(?:grüße[n]?|grüsse[n]?|gruß|gruss|gruessen|gruesse|gruess)(?: aus \w+)?|"
    r"hochachtungsvoll|mfg|lg|vg|bg|vielen dank|(?:herzlichen|besten) dank|danke|danke (?:schön|im voraus|vorab)|"
    r"(?:bien )?(?:cordialement|amicalement|respectueusement)(?: vôtre)?|(?:bien )?à (?:vous|toi)|sincères salutations|"
    r"(?:meilleures|cordiales|respectueuses) salutations|salutations(?: distinguées)?|cdlt|merci(?: beaucoup| d'avance)?|bàv|"
    r"(?:nous vous prions|veuillez|je vous prie).{0,80}(?:salutations|sentiments)[\w ]{0,40}|"
    r"(?:un )?(?:cordial |atento )?saludo|(?:un )?saludos?(?: cordiales?| atentos?)?|atentamente|gracias|muchas gracias|"
    r"atenciosamente|(?:com os )?melhores cumprimentos|cumprimentos|obrigad[oa]|abraços?|att|"
    r"(?:cordiali|distinti|cari) saluti|saluti|cordialmente|grazie(?: mille)?|"
    r"(?:med )?(?:vänliga|venlig|vennlig|bästa|mange|de bedste|beste)? ?(?:hälsningar|hilsen|hilsner)|mvh|vänligen|tack|tak|takk|"
    r"(?:ystävällisin )?terveisin|ystävällisin terveisin|kiitos|(?:z )?(?:poważaniem|pozdrowieniami)|pozdrawiam|dziękuję|"
    r"s pozdravem|s přátelským pozdravem|děkuji|s úctou|с уважением|с наилучшими пожеланиями|спасибо|з повагою|дякую|"
    r"saygılarımla|saygılar|iyi çalışmalar|teşekkürler|üdvözlettel|cu stimă|cu respect|mulțumesc|με εκτίμηση"
)
_CLOSING = re.compile(
    rf"\s*[*_]?(?:{_CLOSING_WORDS})(?: ?[/|&] ?(?:{_CLOSING_WORDS}))*[*_]?[ ]*[,.!;:]?[*_]?(?P<name>[ ]*[^\W\d_][\w.'’ -]{{0,40}})?\s*$",
    re.I,
)
_NAME = re.compile(r"\s*[-–/~*_]{0,3}\s?(?:[^\W\d_][\w.'’-]*,? ?){1,5}[.*_]{0,2}(?: ?\([\w .-]{1,30}\))?\s*$")
_POSTSCRIPT = re.compile(r"\s*(?:p\.? ?s\.?|n\.? ?b\.?)\s?[:.,-]?\s", re.I)
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,100}\.\w|https?://|\bwww\.|\b[\w-]{2,60}\.(?:com|nl|de|be|fr|eu|net|org|at|ch|co\.uk)\b|"
    r"(?:\+|\b00)\d[\d\s()./-]{6,}\d|\b0\d[\d\s()./-]{6,}\d|"
    r"\b(?:tel|telefoon|telefon|téléphone|phone|mobiel|mobil|mobile|mob|gsm|fax|handy|portable|m|t|f|e|w)\s?[.:|]\s?\S|"
    r"\b(?:kvk|btw|iban|bic|ust|ust-idnr|hrb|siret|siren|tva|vat|rcs|amtsgericht|handelsregister|geschäftsführer)\b|"
    r"\b\d{4}\s?[A-Z]{2}\b|\b(?:B\.?V|N\.?V|GmbH|S\.?A\.?R\.?L|SARL|SAS|Ltd|LLC|Inc|AG|KG|BVBA|A/S|AB|Oy)\b",
    re.I,
)
_LEGAL_FORM_ONLY_UPPER = re.compile(r"\b\d{4}\s[A-Z]{2}\b")
_DISCLAIMER = re.compile(
    r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication|transmission)\b.{0,200}"
    r"(?:confidential|privileged|intended|addressee|proprietary)|"
    r"(?:if you (?:are|have) (?:not the intended|received this)|confidentiality notice|disclaimer\b|"
    r"please consider the environment|think before you print|save a tree)|"
    r"(?:dit (?:e-?mail)?(?:bericht|mailbericht)|dit e-?mail|deze e-?mail|de informatie (?:in|verzonden)|de inhoud van dit).{0,250}"
    r"(?:vertrouwelijk|bestemd|geadresseerde|openbaarmaking)|denk (?:aan het milieu|even na)|"
    r"op al(?: |le )?onze .{0,120}(?:voorwaarden|van toepassing)|"
    r"(?:diese|der inhalt dieser|die information(?:en)? in dieser) (?:e-?mail|nachricht|mitteilung)\b.{0,250}"
    r"(?:vertraulich|bestimmt|adressat|empfänger|rechtlich geschützt)|(?:bitte )?(?:prüfen|denken) sie.{0,60}(?:ausdruck|druck|umwelt)|"
    r"(?:ce (?:message|courriel|mail|courrier)|cet? e-?mail|les informations contenues).{0,250}"
    r"(?:confidentiel|destinataire|destiné)|(?:pensez|n'imprimez|avant d'imprimer).{0,80}(?:environnement|imprim|nécess)|"
    r"este (?:mensaje|correo|e-?mail|mensagem).{0,200}(?:confidencial|destinatario|destinatário)|"
    r"(?:questo messaggio|questa e-?mail|il presente messaggio|le informazioni contenute).{0,200}(?:riservat|confidenzial|destinatari)|"
    r"(?:you|sie|u) (?:are receiving|received|erhalten|ontvangt) (?:this|diese|deze|dit) (?:message |e-?mail |mail |nachricht )?because|"
    r"(?:this e-?mail|diese e-?mail|deze e-?mail|dit e-?mailbericht) (?:has been|was|wurde|is) (?:scanned|checked|auf viren|gecontroleerd)|"
    r"virus-free|virenfrei|virusvrij|to unsubscribe from this group|you received this message because",
    re.I | re.S,
)
_WARNING = re.compile(
    r"\W*(?:external(?: e-?mail| sender| message)?|caution|warning|extern(?:e|al)? (?:e-?mail|mail|nachricht|afzender)|waarschuwing|"
    r"let op|achtung|vorsicht|attention|you don't often get (?:e-?mail)|some people who received this)\b.{0,300}"
    r"(?:outside|external|extern|buiten|außerhalb|extérieur|externe|unknown sender|learn why|belangrijk is)",
    re.I | re.S,
)


def is_gateway_warning(paragraph: str) -> bool:
    """"CAUTION: this mail came from outside", put above the text by the receiver's own mail gateway."""
    return len(paragraph) < 600 and bool(_WARNING.match(paragraph))


def signature_lines(lines: Sequence[str]) -> set[int]:
    """Which of these lines, one person's text from top to bottom, are signature. The closing and the name below it
    are not: they say who wrote."""
    if (start := _delimited(lines)) is not None:
        return set(range(start, len(lines))) | signature_lines(lines[:start])
    if (start := _device(lines)) is not None:
        return {start} | signature_lines(lines[:start])
    start = min((s for s in (_below_closing(lines), _disclaimer(lines)) if s is not None), default=len(lines))
    return {i for i in range(start, len(lines)) if not _in_postscript(lines, start, i)}
