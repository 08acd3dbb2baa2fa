"""Mail that nobody wrote by hand: out of office, bounces, receipts, newsletters. Conservative: what might be business
stays business, and a filled-in web form is a lead whatever its headers say."""

import re
from dataclasses import dataclass

from documents.headers import Headers
from documents.patterns import either
from jobs.mail import Address

_REPORTS = {
    "delivery-status": "a delivery report (bounce)",
    "disposition-notification": "a read receipt",
    "feedback-report": "an abuse report",
}
_DAEMON = re.compile(r"mailer-?daemon@|microsoftexchange[0-9a-f]{32}@|postmaster@", re.I)
_BOUNCE = re.compile(
    either(r"""
    \s*undeliver(?:able|ed)|returned mail|failure notice|mail delivery (?:failed|failure|subsystem|system)
    delivery (?:status notification|failure|has failed)|onbestelbaar|unzustellbar|mail-?zustellung
    non remis|échec de (?:la )?remise
    """),
    re.I,
)
_AWAY_SUBJECT = re.compile(
    r"\s*(?:re:\s*)?"
    + either(r"""
    auto(?:matic)?[ -]?(?:reply|response|answer)|out of (?:the )?office|automatische? (?:antwoord|antwort|beantwoording)
    autoantwort|abwesenheits(?:notiz|meldung|nachricht|assistent)
    réponse automatique|absence du bureau|absente? du bureau|message d['’]absence
    respuesta automática|risposta automatica|resposta automática
    (?:afwezig(?:heid)?|niet aanwezig|buiten kantoor|abwesend|abwesenheit|absence|absente?|auto)\s*(?:[:(–-]|$)
    """),
    re.I,
)
_AWAY = re.compile(
    either(r"""
    \b(?:i am|i'm|i’m|i will be|we are) (?:currently |now )?(?:out of (?:the )?office|on (?:annual |parental )?leave)
    \b(?:i am|i'm|i’m|i will be) (?:currently |now )?away (?:from|until|on|till)
    \bik ben .{0,40}(?:afwezig|niet aanwezig|niet op kantoor|met (?:vakantie|verlof))
    \bich bin .{0,60}(?:nicht im (?:haus|büro)|abwesend|nicht erreichbar|im urlaub)
    \bje suis .{0,40}(?:absente?|en congés?|hors du bureau)
    """),
    re.I | re.S,
)
_AWAY_FORMULA = re.compile(
    either(r"""
    limited access|will be back|\bback (?:on|in) |return(?:ing)? (?:on|to the office)|(?:for|in) urgent|urgent matters
    (?:bij|in|voor) (?:dringende|spoed|urgente)|weer (?:aanwezig|bereikbaar|op kantoor)|terug op|niet doorgestuurd
    dringende[nr]? (?:fällen|anliegen)|wieder (?:erreichbar|im (?:büro|haus)|da)|nicht weitergeleitet
    en cas d['’]urgence|pour toute urgence|de retour|mon retour
    """),
    re.I,
)
_MAX_AWAY = 1200
"""Characters: a longer text is a letter that mentions an absence."""
_NOBODY = re.compile(r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|notifications?|mailer)\b", re.I)
_UNSUBSCRIBE = re.compile("unsubscribe|afmelden|uitschrijven|abmelden|abbestellen|désabonner|désinscri", re.I)
_MASS_MAILERS = (
    "list-unsubscribe-post", "list-id", "feedback-id", "x-campaign", "x-campaignid", "x-csa-complaints",
)  # fmt: skip

_FORM = re.compile(
    either(r"""
    \b(?:contact|web|website|quote|inquiry|enquiry|request|order)[ -]?form\b|form (?:submission|entry)
    \b(?:kontakt|anfrage|bestell|web)[ -]?formular|\b\w{0,20}formulier\b|formulaire (?:de|du)
    new (?:submission|lead|enquiry|inquiry)|website (?:enquiry|inquiry|lead)|submitted the following
    (?:neue|nieuwe|nouvelle) \w{0,20}(?:anfrage|aanvraag|demande)
    (?:via|through|über|op|sur) (?:(?:the|your|our|de|uw|onze|die|ihre|unsere|le|votre|notre) )?(?:web)?site
    """),
    re.I,
)
_LABELS = {
    "name": r"""
        (?:full |first |last |your |contact )?name|naam|voornaam|achternaam|uw naam|contactpersoon
        vorname|nachname|ihr name|ansprechpartner|nom|prénom|votre nom|nombre|nome
        """,
    "reach": r"""
        (?:your |uw |ihre |votre )?e-?mail(?:[ -]?(?:address|adres|adresse))?|courriel
        phone(?: number)?|telephone|telefoon(?:nummer)?|telefon(?:nummer)?|tel|téléphone|teléfono
        """,
    "message": r"""
        (?:your |uw |ihre |votre )?(?:message|bericht|nachricht|question|vraag|anfrage|comments?|opmerkingen|demande)
        """,
}
_LABEL = {
    kind: re.compile(rf"^\W{{0,5}}{either(table)}\W{{0,3}}\s?[:|]", re.I | re.M) for kind, table in _LABELS.items()
}


@dataclass(frozen=True)
class Clues:
    """What the verdict is drawn from."""

    headers: Headers
    sender: Address
    subject: str
    new_text: str
    calendar: str
    """The iTIP method of an attached calendar file, in upper case; empty where there is none."""
    documents: bool
    """It carries a file: then a machine may well have sent an order or an invoice."""


def automatic_reason(clues: Clues) -> str | None:
    """Why this is a machine's answer, naming the header or words; None where a person may have written it."""
    return _answer(clues) or (None if is_form(clues.subject, clues.new_text) else _away_text(clues))


def bulk_reason(clues: Clues) -> str | None:
    """Why this was sent by a machine or to many, naming the header: a newsletter, or a system's order."""
    return None if is_form(clues.subject, clues.new_text) else _mass_mail(clues)


def is_form(subject: str, text: str) -> bool:
    """A filled-in web form: labels with a name and a way to reach it, or one of these and the word form."""
    text = text[:20_000]
    labels = {kind for kind, pattern in _LABEL.items() if pattern.search(text)}
    said = bool(_FORM.search(subject) or _FORM.search(text[:500]))
    return labels >= {"name", "reach"} or (said and bool(labels))


def _answer(clues: Clues) -> str | None:
    """What a mail server or calendar answers by itself."""
    headers, sender = clues.headers, clues.sender.email
    if headers.text("content-type").lower().startswith("multipart/report"):
        kind = headers.parameter("content-type", "report-type").lower()
        return f"{_REPORTS.get(kind, 'a report')} (Content-Type: multipart/report{'; ' + kind if kind else ''})"
    if _DAEMON.match(sender) and (not sender.startswith("postmaster") or _BOUNCE.match(clues.subject)):
        return f"a mail server's own message (From: {sender})"
    if _BOUNCE.match(clues.subject) and _empty_return_path(headers):
        return f'a bounce (Subject: "{clues.subject[:80]}", empty Return-Path)'
    if (submitted := _word(headers, "auto-submitted")) == "auto-replied":
        return f"an automatic reply (Auto-Submitted: {submitted})"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"):
        if headers.has(name) and _word(headers, name) not in ("no", "false"):
            return f"an automatic reply ({name.title()}: {headers.text(name)[:60]})"
    if _word(headers, "precedence") == "auto_reply" or _word(headers, "x-precedence") == "auto_reply":
        return "an automatic reply (Precedence: auto_reply)"
    if clues.calendar in ("REPLY", "COUNTER"):
        return f"an answer to a meeting invitation (calendar METHOD:{clues.calendar})"
    if _AWAY_SUBJECT.match(clues.subject):
        return f'an automatic reply (Subject: "{clues.subject[:80]}")'
    return None


def _mass_mail(clues: Clues) -> str | None:
    """Mail that a machine sends by itself or to many. A discussion list or group (List-Post) carries people's mail."""
    headers = clues.headers
    if clues.documents or _is_group(headers):
        return None
    submitted = _word(headers, "auto-submitted")
    if submitted and submitted != "no":
        return f"sent by a machine (Auto-Submitted: {submitted})"
    if _empty_return_path(headers):
        return "nobody to answer to (empty Return-Path)"
    answered = headers.has("in-reply-to")  # help desks send their people's answers with a mass mailer's headers
    if (precedence := _word(headers, "precedence")) in ("bulk", "junk", "list") and not answered:
        return f"mass mail (Precedence: {precedence})"
    if headers.has("list-unsubscribe") and not answered:
        for name in _MASS_MAILERS:
            if headers.has(name):
                return f"a newsletter (List-Unsubscribe and {name.title()})"
        if _UNSUBSCRIBE.search(clues.new_text):
            return "a newsletter (List-Unsubscribe, and the text offers to unsubscribe)"
    suppress = headers.text("x-auto-response-suppress").lower()
    if suppress and suppress != "none" and ("all" in suppress or _NOBODY.match(clues.sender.email)):
        return f"sent by a machine (X-Auto-Response-Suppress: {suppress[:60]})"
    return None


def _away_text(clues: Clues) -> str | None:
    text = clues.new_text
    found = _AWAY.search(text[:300])
    if found and len(text) <= _MAX_AWAY and "?" not in text and _AWAY_FORMULA.search(text):
        return f'out of office, by its words ("{" ".join(found[0].split())[:60]}")'
    return None


def _is_group(headers: Headers) -> bool:
    return _word(headers, "list-post") not in ("", "no") or headers.has("x-google-group-id")


def _empty_return_path(headers: Headers) -> bool:
    return headers.has("return-path") and headers.text("return-path").replace(" ", "") == "<>"


def _word(headers: Headers, name: str) -> str:
    """A field's value up to its parameters and comments, in lower case."""
    return re.split(r"[;(\s]", headers.text(name).lower().strip(), maxsplit=1)[0]
