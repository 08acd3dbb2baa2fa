"""The lines by which mailers set off older text: attributions ("On ... wrote:"), header blocks and banners, in the
languages of the mailers. Patterns as data; what they cut is decided in `split`."""

import re
from dataclasses import dataclass

_FIELDS = {
    "from": "from von van de da från fra lähettäjä od от|от кого|від|від кого|kimden gönderen 发件人 寄件者 寄件人 差出人 送信者 "
    "보낸사람|보낸 사람|expéditeur expediteur feladó|de la|expeditor avsändare afzender absender remetente remitente mittente "
    "από מאת من nuo saatja pošiljatelj dari từ",
    "date": "date sent datum gesendet|gesendet am|verzonden verstuurd envoyé|envoyé le|enviado|enviado el|enviado em|enviada "
    "enviada|enviada em|enviados fecha data inviato skickat sendt dato lähetetty päivämäärä päiväys wysłano wysłane odesláno "
    "odoslané dátum дата отправлено отправлен надіслано відправлено gönderildi gönderilme|gönderme tarihi|tarih 发送时间 "
    "发送日期 日期 时间 寄件日期 傳送時間 送信日時 送信日 日付 日時 날짜|보낸 날짜|elküldve küldve trimis ημερομηνία στάλθηκε "
    "תאריך נשלח التاريخ poslano|date d'envoi|received",
    "to": "to an aan à a pour para per till til vastaanottaja do komu кому kime alıcı 收件人 收件者 宛先 받는사람|받는 사람|címzett "
    "către catre προς אל إلى destinataire destinatario destinatário ontvanger empfänger mottagare modtager za kam",
    "subject": "subject betreff betreft onderwerp objet sujet asunto assunto oggetto ämne emne aihe otsikko temat předmět "
    "predmet zadeva тема konu 主题 主題 主旨 件名 제목 tárgy subiect θέμα נושא الموضوع tēma teema",
    "other": "cc kopie kopia kopi copie copia kopio копия копія 抄送 副本 참조 bcc blindkopie reply-to|antwort an|antwoord aan|"
    "répondre à|responder a|rispondi a|importance priority wichtigkeit priorität prioriteit urgentie importância importancia "
    "importanza attachments anlagen bijlagen|pièces jointes|adjuntos anexos allegati organization organisation mailed-by",
}
"""Names of header fields as mailers print them, separated by spaces or, where they hold spaces themselves, by `|`."""


def _names(text: str) -> list[str]:
    groups = [group for group in text.split("|") if group]
    return [name for group in groups for name in ([group.strip()] if group in _PHRASES else group.split())]


_PHRASES = {
    "от кого", "від кого", "보낸 사람", "de la", "gesendet am", "envoyé le", "enviado el", "enviado em", "enviada em",
    "gönderme tarihi", "보낸 날짜", "date d'envoi", "받는 사람", "antwort an", "antwoord aan", "répondre à", "responder a",
    "rispondi a", "pièces jointes",
}  # fmt: skip
