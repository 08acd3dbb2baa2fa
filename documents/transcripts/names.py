"""Who speaks, where a line of text says so."""

import re

_NAME = r"[^\W\d_][\w.'’&-]*(?:[ ,|/]+(?:\([^()\n]{1,40}\)|\[[^\[\]\n\d]{1,40}\]|[\w.'’&@-]+)){0,7}"
NAMED = re.compile(rf"^\**(?P<name>{_NAME})\**\s*:\**\s+(?P<words>\S.*)$", re.S)
_MOST_WORDS = 6
_MOST_CHARACTERS = 60
_SMALL = re.compile(
    r"^(?:the|a|an|and|but|so|it|we|you|i|this|that|there|is|my|our|what|because|if|het|de|een|en|maar|dus|wij|ik|dat"
    r"|als|das|der|die|und|aber|wir|ich|wenn|le|la|les|et|mais|nous|je|que|si|on|for|with|von|van|in|at|by|to)$",
    re.I,
)
_LABELS = """
action actions action_item action_items actions_arising agenda agreed authority background budget budgets
challenge challenges champion competition competitor competitors concern concerns context contact current_situation
customer_need deadline decision decisions decision_maker decision_makers decision_process discussed follow_up follow-up
general goal goals issue issues key_points location meeting_notes minutes need needs next next_call next_meeting
next_step next_steps note notes objection objections open_points outcome pain pains pain_points price pricing problem
problems question questions recap remark remarks requirement requirements result risk risks stage status summary
timeline timing to-do todo to_do todos topic topics url usage warning p.s ps example nb n.b
actie acties actiepunt actiepunten afgesproken afspraak afspraken aandachtspunten behoefte bezwaar bezwaren beslisser
besluit besluiten beslissing beslissingen budget concurrent concurrentie conclusie deadline doel fase
opmerking opmerkingen opvolging
planning probleem samenvatting situatie stappen termijn tijdlijn tijdspad vervolg vervolgstap vervolgstappen
volgende_afspraak volgende_stap volgende_stappen volgende_stappen vraag vragen wensen wens zorg zorgen
zuständig angebot
aufgabe aufgaben bedarf bedenken bedürfnis beschluss beschlüsse besprochen einwand einwände entscheider entscheidung
entscheidungen entscheidungsträger ergebnis fazit frage fragen frist mitbewerber nächste_schritte nächster_schritt
nächster_termin nächstes_treffen notiz notizen offene_punkte problem projekt risiko risiken status thema themen termin
vereinbart wettbewerb wettbewerber zeitplan zeitrahmen ziel ziele zusammenfassung budgetrahmen hinweis
action actions besoin besoins budget calendrier concurrence concurrent concurrents contexte décideur décideurs décision
décisions délai délais échéance enjeu enjeux objectif objectifs objection objections point points prochain_rendez-vous
prochaine_étape prochaines_étapes prochaine_réunion question réserve réserves résumé risque risques suite suites
synthèse à_faire freins frein
"""
LABELS = frozenset(label.replace("_", " ") for label in _LABELS.split())
"""Headings of notes: nobody is called so."""
_HEADS = """
account aanwezig aanwezigen anwesend attendees betreff betrifft bedrijf bijlage call call_date client company
compte customer dealid deal date datum date_and_time deal_id deal_reference deelnemers dauer duration duur durée firma
entreprise fecha gesprek gespräch invitees klant kunde kind language lieu location locatie meeting meeting_date
meeting_title objet onderwerp opportunity opportunity_id ort participants participant présents recorded recording
réunion société source started start_time subject sujet teilnehmer tijd time title titel titre topic type uhrzeit heure
when where with avec met mit who
"""
HEADS = frozenset(head.replace("_", " ") for head in _HEADS.split())
"""What the head of a file says of the call."""


def split_name(line: str) -> tuple[str, str]:
    """The speaker, or nothing, and the words."""
    match = NAMED.match(line)
    if not match or not may_be_name(match["name"]):
        return "", line
    return match["name"].strip(" *"), match["words"].strip(" *") if match["words"].startswith("*") else match["words"]


def may_be_name(text: str) -> bool:
    """By its form: a name, a role (`Customer`), a number (`Speaker 2`)."""
    bare = re.sub(r"[(\[].*?[)\]]", "", text).strip(" *")
    words = bare.split()
    if not 0 < len(words) <= _MOST_WORDS or len(text) > _MOST_CHARACTERS:
        return False
    if label_of(bare) in LABELS or label_of(bare) in HEADS:
        return label_of(bare) in _PEOPLE
    first = words[0]
    if not (first[0].isupper() or (len(words) <= 2 and label_of(first) in _ROLES)):
        return False
    return not any(_SMALL.match(word) for word in words if word[0].islower() and word not in _PARTICLES) and not (
        _SMALL.match(first) and len(words) > 1
    )


_PARTICLES = frozenset(("van", "de", "der", "den", "von", "zu", "la", "le", "du", "di", "da", "ten", "ter", "in"))
_PEOPLE = frozenset(("customer", "client", "klant", "kunde", "contact"))
_ROLE_WORDS = """
acheteur agent buyer caller client customer guest host interviewer klant kunde lead me prospect rep sales seller speaker
vendeur verkoper verkäufer you
"""
_ROLES = frozenset(_ROLE_WORDS.split())


def label_of(text: str) -> str:
    return " ".join(text.casefold().strip(" :*#-").split())


def without_label(name: str) -> str:
    return name.strip(" :-*")
