"""The lines by which mailers set off older text: attributions ("On ... wrote:"), header blocks and banners, in the
languages of the mailers. What gets cut there is decided in `split`."""

import re
from dataclasses import dataclass

from documents.patterns import either

_FIELD_NAMES = {
    "from": """
        from, von, van, de, da, från, fra, lähettäjä, od, от, от кого, від, від кого, kimden, gönderen, 发件人, 寄件者
        寄件人, 差出人, 送信者, 보낸사람, 보낸 사람, expéditeur, feladó, de la, expeditor, avsändare, afzender
        absender, remetente, remitente, mittente, από, מאת, من, nuo, saatja, pošiljatelj, dari, từ
        """,
    "date": """
        date, sent, received, datum, gesendet, gesendet am, verzonden, verstuurd, envoyé, envoyé le, enviado
        enviado el, enviado em, enviada, enviada em, enviados, fecha, data, inviato, skickat, sendt, dato, lähetetty
        päivämäärä, päiväys, wysłano, wysłane, odesláno, odoslané, dátum, дата, отправлено, отправлен, надіслано
        відправлено, gönderildi, gönderme tarihi, tarih, 发送时间, 发送日期, 日期, 时间, 寄件日期, 傳送時間, 送信日時
        送信日, 日付, 日時, 날짜, 보낸 날짜, elküldve, küldve, trimis, ημερομηνία, στάλθηκε, תאריך, נשלח, التاريخ
        poslano, date d'envoi
        """,
    "to": """
        to, an, aan, à, a, pour, para, per, till, til, vastaanottaja, do, komu, кому, kime, alıcı, 收件人, 收件者
        宛先, 받는사람, 받는 사람, címzett, către, catre, προς, אל, إلى, destinataire, destinatario, destinatário
        ontvanger, empfänger, mottagare, modtager, za, kam
        """,
    "subject": """
        subject, betreff, betreft, onderwerp, objet, sujet, asunto, assunto, oggetto, ämne, emne, aihe, otsikko, temat
        předmět, predmet, zadeva, тема, konu, 主题, 主題, 主旨, 件名, 제목, tárgy, subiect, θέμα, נושא, الموضوع, tēma
        teema
        """,
    "other": """
        cc, bcc, kopie, kopia, kopi, copie, copia, kopio, копия, копія, 抄送, 副本, 참조, blindkopie, reply-to
        antwort an, antwoord aan, répondre à, responder a, rispondi a, importance, importância, importancia
        importanza, priority, wichtigkeit, priorität, prioriteit, attachments, anlagen, bijlagen, pièces jointes
        adjuntos, anexos, allegati, organization, organisation
        """,
}
_KIND = {name: kind for kind, table in _FIELD_NAMES.items() for name in re.split(r",\s|\n\s*", table.strip())}
_FIELD = re.compile(r"[\s>]*[*_]{0,2}([^\W\d_][\w '’-]{0,24}?)\s?[*_]{0,2}\s?[:：][*_]{0,2}(?:\s+(.*))?$", re.S)
_MAX_FIELD_LINE = 1000

_FORWARDED = either(r"""
    (?:begin |start of )?forwarded message|(?:anfang der )?weitergeleitete[nr]? (?:nachricht|e-?mail)
    (?:begin )?doorgestuurd(?:e)? (?:bericht|e-?mail)|(?:début du )?message (?:transféré|transmis|réexpédié)
    (?:inicio del )?mensaje reenviado|(?:início da )?mensagem (?:re)?encaminhada|(?:inizio )?messaggio inoltrato
    vidarebefordrat (?:meddelande|brev)|(?:start på )?videresendt (?:besked|meddelelse|melding|e-?mail)
    (?:välitetty|edelleenlähetetty) viesti|wiadomość przekazana|przekazana wiadomość
    treść przekazanej wiadomości|(?:začátek )?přeposlan[áé] zpráv[ay]|preposlaná správa|пересылаемое сообщение
    пересланное сообщение|начало переадресованного сообщения|переслане повідомлення|пересилається повідомлення
    (?:iletilen|yönlendirilmiş|yönlendirilen) (?:mesaj|ileti|e-?posta)|továbbított (?:üzenet|levél)
    mesaj redirecționat|προωθημένο μήνυμα|הודעה שהועברה|رسالة معاد توجيهها|转发的?邮件|轉寄的?郵件|轉寄的?訊息
    転送されたメッセージ|転送メッセージ|전달된 메시지|전달된 메일
    """)
_ORIGINAL = either(r"""
    original (?:message|e-?mail|mail|appointment)|reply message
    (?:ursprüngliche|original)[ -]?(?:nachricht|e-?mail|termin)
    (?:oorspronkelijk|origineel)e? (?:bericht|e-?mail|afspraak)
    (?:message|courriel|e-?mail) (?:d'origine|d’origine|original)|mensaje original|mensagem original
    messaggio originale|ursprungligt meddelande|originalmeddelande
    (?:oprindelig|opprinnelig) (?:meddelelse|melding|besked)|alkuperäinen viesti
    (?:oryginalna wiadomość|wiadomość oryginalna)|původní (?:zpráva|e-?mail)|pôvodná správa|исходное сообщение
    оригинальное сообщение|первоначальное сообщение|вихідне повідомлення|(?:orijinal|özgün) (?:ileti|mesaj)
    eredeti üzenet|mesaj(?:ul)? original|αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|原始邮件|原始郵件|原始訊息
    邮件原件|元のメッセージ|オリジナルメッセージ|원본 ?(?:메시지|메일)
    """)
_ABOVE = either(r"""
    (?:please )?(?:(?:type|write|enter) your )?(?:reply|response|answer|respond) above this line.*
    (?:typ|schrijf|antwoord)[\w ]{0,40} boven deze (?:lijn|regel).*
    .{0,40}antwort[\w ]{0,20} (?:über|oberhalb) dieser (?:linie|zeile).*
    (?:répondez|veuillez|merci de)[\w ]{0,40}(?:au-dessus|dessus) de cette ligne.*
    """)
_DASH = "[-_*=#~\u2010-\u2015]"
_BANNER = re.compile(
    rf"[\s>]*(?P<open>{_DASH}*)\s*(?:(?P<forward>{_FORWARDED})|{_ORIGINAL}|(?P<above>{_ABOVE}))"
    rf"\s*(?P<close>(?:{_DASH}|[:：])*)\s*$",
    re.I,
)

_WROTE = either(r"""
    (?<![a-z])(?:wrote|writes|schreef|geschreven|schrieb|schreibt|geschrieben)(?![a-z])|a écrit|écrivait
    escribió|escribio|escreveu|ha scritto|scrisse|(?<!\w)skrev(?!\w)|kirjoitti|napisał|napisana przez|pisze
    napsal|napísal|написа|писал|пишет|пише|(?:şunu |şunları )?yazdı|写道|寫道|写到|さんは書きました
    のメッセージ|のメール|작성|írta|a scris|έγραψε|כתב|كتب|كتابة|đã viết|menulis|เขียน
    napisa[ol]|rašė|rakstīja|kirjutas|va escriure|ha escrit
    missatge de|quoting|zitat von|citeren|citando
    """)
_VERB = re.compile(_WROTE, re.I)
_DATE = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[:.hH]\d\d|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?!\d)|\d ?[年월]")
"""A year, a time, or a date in figures."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,100}\.\w|&lt;\S{1,200}&gt;")
_ENDS_IN_ADDRESS = re.compile(r"(?:<[^<>]{0,100}@[^<>]{0,200}>|&lt;\S{1,200}&gt;)\s*[:：]$")
_OPENER = re.compile(
    r"[\s>]*-{0,4}\s*(?:on|at|op|am|le|el|il|em|a|no|den|på|dne|dnia|w|pe|na|στις|kuupäev|vào|pada|في|在)\b.{0,60}\d",
    re.I,
)
_DATED = re.compile(r"[\s>]*(?:[^\W\d]{1,15}[^\w\s]{0,2} ){0,4}\W?\d|[^:]{0,80}[<(]{1,2}[\w.+-]{1,64}@", re.I)
"""A date near the start, or a name and an address."""
_MAX_ATTRIBUTION = 400
_SEPARATOR = re.compile(rf"[\s>]*{_DASH}{{3,}}\s*$")
_QUOTED = re.compile(r"\s{0,3}>(?!From |>> .*>>>\s*$)")
_GROUPWISE = re.compile(r"\s*>>> (.*\d.*?)\s*>>>\s*$")


@dataclass(frozen=True)
class Opening:
    """A marker found: the lines it takes (`start` up to `end`), and the field values or attribution in it."""

    start: int
    end: int
    fields: dict[str, str]
    """Kind of field: its value. An attribution has the one field `wrote`, the whole line."""
    forward: bool
    """A banner says that this is a forwarded mail, not an answered one."""


def is_quoted(line: str) -> bool:
    """A line with a quotation mark in front."""
    return bool(_QUOTED.match(line))


def unquoted(line: str) -> str:
    """The line without the quotation marks in front."""
    return re.sub(r"^\s{0,3}>[> ]*", "", line) if is_quoted(line) else line


def is_separator(line: str) -> bool:
    """A line of dashes, underscores or the like."""
    return bool(_SEPARATOR.match(line))


def opening_at(lines: list[str], index: int) -> Opening | None:
    """The marker of older text that starts at this line, if one does."""
    line = lines[index]
    if not line.strip() or len(line) > _MAX_FIELD_LINE:
        return None
    if banner := _banner(lines, index):
        end, fields = _header_run(lines, _skip_blank(lines, index + 1))
        return Opening(index, end if fields else index + 1, fields, bool(banner["forward"]))
    if groupwise := _GROUPWISE.match(line):
        return Opening(index, index + 1, {"wrote": groupwise[1]}, False)
    if is_separator(line):
        after = _skip_blank(lines, index + 1)
        found = opening_at(lines, after) if after < len(lines) and not is_separator(lines[after]) else None
        return Opening(index, found.end, found.fields, found.forward) if found and "wrote" not in found.fields else None
    end, fields = _header_run(lines, index)
    if _is_header_block(lines, index, end, fields):
        return Opening(index, end, fields, False)
    return _attribution(lines, index)


def _banner(lines: list[str], index: int) -> re.Match[str] | None:
    """Dashes or a colon make the words a banner; alone they may be somebody's sentence. "Reply above this line" at the
    top of a mail is a help desk's own and sets nothing off."""
    found = _BANNER.match(lines[index][:200])
    if not found or not (found["open"] or found["close"]):
        return None
    return None if found["above"] and not any(line.strip() for line in lines[:index]) else found


def _field(line: str) -> tuple[str | None, str] | None:
    """Kind (None for a label that no mailer writes) and value of a `Name: value` line."""
    found = _FIELD.match(line[:_MAX_FIELD_LINE])
    return (_KIND.get(found[1].strip().lower()), (found[2] or "").strip(" *")) if found else None


def _header_run(lines: list[str], index: int) -> tuple[int, dict[str, str]]:
    """Consecutive field lines from here, with single empty lines between and wrapped values."""
    fields: dict[str, str] = {}
    end, previous = index, ""
    for position in range(index, min(len(lines), index + 30)):
        found = _field(lines[position])
        if found and found[0]:
            previous, end = found[0], position + 1
            fields.setdefault(previous, found[1])
        elif not fields or not (_is_gap(lines, position, end) or _is_wrapped(lines, position, previous)):
            break
    return end, fields


def _is_gap(lines: list[str], index: int, end: int) -> bool:
    """One empty line behind a field."""
    return index == end and not lines[index].strip()


def _is_wrapped(lines: list[str], index: int, previous: str) -> bool:
    """A line that goes on with the field above, because another field follows soon."""
    if previous not in ("to", "other", "subject") or _field(lines[index]):
        return False
    if not lines[index].strip() or not lines[index - 1].strip():
        return False
    return any((found := _field(line)) and found[0] for line in lines[index + 1 : index + 6])


def _is_header_block(lines: list[str], start: int, end: int, fields: dict[str, str]) -> bool:
    """From and two of date, to and subject. With labels of other kinds around it, it is a filled-in form."""
    if len(fields.keys() & {"date", "to", "subject"}) + 2 * ("from" in fields) < 4:
        return False
    around = [lines[i] for i in (start - 1, end) if 0 <= i < len(lines)]
    return not any((found := _field(line)) and not found[0] and found[1] for line in around)


def _attribution(lines: list[str], index: int) -> Opening | None:
    """`On <date>, <name> wrote:` on one to four lines, or another order of these."""
    joined = ""
    for end in range(index, min(index + 4, len(lines))):
        line = unquoted(lines[end]).strip()
        if not line or len(joined) + len(line) > _MAX_ATTRIBUTION:
            return None
        joined = f"{joined} {line}".strip()
        if line.endswith((":", "：", "--", ":*")) and _is_attribution(joined, quote_follows(lines, end + 1)):
            return Opening(index, end + 1, {"wrote": joined}, False) if _starts(lines, index, end) else None
    return None


def _starts(lines: list[str], index: int, end: int) -> bool:
    """Whether the attribution that ends at `end` starts here, and not on a later line under somebody's sentence."""
    if end == index or _OPENER.match(lines[index]):
        return True
    later = any(
        _OPENER.match(lines[i]) and _is_attribution(" ".join(lines[i : end + 1]), False)
        for i in range(index + 1, end + 1)
    )
    return not later and bool(
        _DATED.match(lines[index]) and (_DATE.search(lines[index]) or _ADDRESS.search(lines[index]))
    )


def _is_attribution(text: str, before_quote: bool) -> bool:
    text = text.strip(" *")
    if not re.search(r"[:：]$|^-{2,}.*-{2,}$", text):
        return False
    date, address = _DATE.search(text), _ADDRESS.search(text)
    if _VERB.search(text):
        return bool(date or address or before_quote)
    return bool(
        date and (_OPENER.match(text) or _DATED.match(text)) and (before_quote or _ENDS_IN_ADDRESS.search(text))
    )


def quote_follows(lines: list[str], index: int) -> bool:
    """The next line that is not empty is quoted."""
    index = _skip_blank(lines, index)
    return index < len(lines) and is_quoted(lines[index])


def _skip_blank(lines: list[str], index: int) -> int:
    """Past empty lines, three at most."""
    for _ in range(3):
        if index < len(lines) and not lines[index].strip():
            index += 1
    return index
