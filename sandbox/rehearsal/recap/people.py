"""Who decides, and which other suppliers the customer has."""

import re
from collections.abc import Iterator

from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.inquiry.words import words as words_of
from sandbox.rehearsal.recap.found import Found, found, trimmed
from sandbox.rehearsal.recap.hearing import Hearing, Said
from sandbox.rehearsal.recap.vocabulary import ordinary

_TOKEN = r"[A-ZÀ-ÖØ-Þ][\w&'’.-]*[\w&]|[A-ZÀ-Ö]\b"
_NAME = re.compile(
    rf"(?:{_TOKEN})(?:\s+(?:&|und|and|en|et|of|de|van|du|des|der|la|le)\s+(?:{_TOKEN})|\s+(?:{_TOKEN})){{0,4}}"
)
_FORM = re.compile(r"\b(?:GmbH|AG|KG|Ltd|Limited|BV|B\.V\.|NV|SA|SAS|SARL|Inc|LLC|plc|Co)\b")
_PRONOUN = {
    "en": r"i|i'm|i'd|me|my|mine|myself|we|us|ours|he|she|they|him|her|them|someone else",
    "nl": r"ik|ikzelf|mij|wij|we|ons|hij|zij|ze|hem|haar|mijn",
    "de": r"ich|mir|mich|wir|uns|er|sie|ihm|ihr|mein\w*",
    "fr": r"je|j'\w+|moi|nous|on|il|elle|ils|elles|lui|mon",
}
_ROLE = re.compile(
    r"\b(?:mr|mrs|ms|directors?|managers?|management|board|boss|owners?|partners?|head|chair\w*|ceo|cfo|cto|coo|md"
    r"|committee|council|trustees|procurement|purchasing|buyers?|finance|accounts?|husband|wife|colleagues?|team|office"
    r"|headquarters|company|client|customer|architect|surveyor|landlord|treasurer|principal|dean|bursar"
    r"|directeur\w*|directie|bestuur\w*|baas|inkoop\w*|inkoper\w*|wethouder|raad|\w+raad|commissie|college|eigenaar"
    r"|meneer|mevrouw|heer|vrouw|man|collega\w*|penningmeester|herrn?|frau|mann|geschaftsfuhr\w*|geschaeftsfuehr\w*"
    r"|vorstand\w*|chef\w*|einkauf\w*|einkaufer\w*|inhaber\w*|leiter\w*|\w+leiter\w*|leitung|\w+leitung|\w+rat"
    r"|ausschuss|gremium|kollege\w*|zentrale|monsieur|madame|directrice|direction|patron\w*|gerant\w*|conseil"
    r"|comite|acheteu\w+|responsable|siege|mari|femme|associe\w*|proprietaire|maire|mairie)\b"
)
_PUT_OFF = re.compile(
    r"\b(?:hear|know|tell|say|find out|let you|confidential|later|hoor\w*|hort|weet|weten|zeg\w*|laat|horen"
    r"|erfahr\w*|wiss\w*|sage\w*|spater|dire|dirai|sauran?|saurez|savoir|plus tard)\b"
)
"""Who decides is to be told another time."""


def find_authority(hearing: Hearing) -> Found[str] | None:
    """The last that was said; an answer to who decides comes before what is only mentioned."""
    best: Found[str] | None = None
    firm = False
    for one in hearing.said:
        if one.ours and one.asks and hearing.cues("ask", "authority").search(one.folded):
            answered = _authority_answer(hearing, one)
            best, firm = (answered, True) if answered else (best, firm)
        elif not one.ours and not one.asks and not firm and _says_who(hearing, one):
            best = found(trimmed(one.text, hearing.cues), one)
    return best


def _says_who(hearing: Hearing, one: Said) -> bool:
    cues = hearing.cues
    if not cues("say", "authority").search(one.folded) or cues("say", "not_authority").search(one.folded):
        return False
    if cues("word", "if_").match(one.folded) or cues("word", "dodge").search(one.folded):
        return False
    return _names_somebody(hearing, one)


def _names_somebody(hearing: Hearing, one: Said) -> bool:
    """A role, a group, a name, or a pronoun that does not put the asker off: `you'll hear` names nobody."""
    named = (
        name
        for name in names(one.text, hearing, answer=True)
        if not re.search(r"['’](?:ll|re|ve|d|m)$|^(?:That|It|There)['’]s$", name)
    )
    if _ROLE.search(one.folded) or any(named):
        return True
    pronoun = re.search(rf"(?<![\w'])(?:{_PRONOUN[hearing.code]})\b", one.folded)
    return pronoun is not None and not _PUT_OFF.search(one.folded)


def _authority_answer(hearing: Hearing, question: Said) -> Found[str] | None:
    cues = hearing.cues
    if cues("word", "if_").match(question.folded):
        return None
    for one in hearing.answer(question)[:2]:
        if one.ours or one.asks or cues("word", "dodge").search(one.folded):
            return None
        if _says_who(hearing, one):
            return found(trimmed(one.text, cues), one)
        open_ = re.search(r"\b(?:who|whose|wie|wer|qui)\b", question.folded)
        if open_ and _names_somebody(hearing, one) and len(one.text.split()) <= 25:
            return found(trimmed(one.text, cues), one)
    return None


def find_competitor(hearing: Hearing) -> Found[str] | None:
    """All that the customer names, each once."""
    held: dict[str, tuple[Said, ...]] = {}
    for one in hearing.said:
        asks = one.asks and hearing.cues("ask", "competitor").search(one.folded)
        if one.ours and asks and not hearing.cues("ask", "authority").search(one.folded):
            held |= _competitor_answer(hearing, one)
        elif not one.ours and not one.asks:
            for name in _rivals(hearing, one, asked=False):
                held.setdefault(name, (one,))
    if not held:
        return None
    said = list(dict.fromkeys(one for sentences in held.values() for one in sentences))
    return found(", ".join(held), *said)


def _competitor_answer(hearing: Hearing, question: Said) -> dict[str, tuple[Said, ...]]:
    reply = hearing.answer(question)
    if not reply or reply[0].ours:
        return {}
    cues = hearing.cues
    if cues("word", "no").match(reply[0].folded) and not re.search(
        r"\b(?:but|maar|aber|mais|only|alleen|nur|seulement)\b", reply[0].folded
    ):
        return {}
    answered = {name: (one,) for one in reply[:3] if not one.asks for name in _rivals(hearing, one, asked=True)}
    named = list(names(question.text, hearing))
    if not answered and named and cues("word", "yes").match(reply[0].folded):
        return {named[-1]: (question, reply[0])}
    return answered


def _rivals(hearing: Hearing, one: Said, *, asked: bool) -> Iterator[str]:
    cues, folded = hearing.cues, one.folded
    if cues("word", "if_").match(folded) or cues("word", "others").search(folded):
        return
    if re.search(
        r"\b(?:used to|no longer|not any more|years ago|niet meer|vroeger|nicht mehr|fruher"
        r"|plus maintenant|never|nooit|nie|jamais)\b",
        folded,
    ):
        return
    denied = cues("word", "deny").search(folded) and not asked
    rival = cues("say", "rival").search(folded)
    for name in names(one.text, hearing, answer=asked):
        start = one.text.index(name)
        before, after = folded[:start], folded[start + len(name) :]
        weakly = any(
            match.end() >= len(before.rstrip()) for match in cues("say", "competitor_weak").finditer(before.rstrip())
        )
        led = any(
            match.end() >= len(before.rstrip()) for match in cues("say", "competitor_before").finditer(before.rstrip())
        )
        follows = cues("say", "competitor_after").match(after.lstrip(" ,"))
        named = led or (weakly and (rival or asked))
        if (named and not denied) or follows or (asked and (named or not _is_common(name, hearing))):
            yield name


def names(text: str, hearing: Hearing, *, answer: bool = False) -> Iterator[str]:
    """Capitalised words that are no speaker, no day and no everyday word. One that opens a sentence is a name only
    in an answer, or where what follows says so."""
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and _ordinary(words[0], hearing):
            words.pop(0)
        while words and _ordinary(words[-1], hearing):
            words.pop()
        name = " ".join(words).rstrip(".,;:")
        at = text.find(name, match.start()) if name else 0
        starts = at == 0 or text[:at].rstrip()[-1:] in ".!?:"
        alone = len(words) == 1 and starts and not _FORM.search(name)
        if not name or len(name) < 2 or re.fullmatch(r"[A-Z]*\d[\w./-]*", name):
            continue
        if (
            alone
            and not (answer and len(text.split()) <= 6)
            and not hearing.cues("say", "competitor_after").match(fold(text[match.end() :]).lstrip(" ,"))
        ):
            continue
        if not any(fold(word).strip("'.") in hearing.names for word in words):
            yield name


def _ordinary(word: str, hearing: Hearing) -> bool:
    folded = fold(word).strip("'.,")
    small = words_of(hearing.code).bag("language", "stopwords")
    return folded in ordinary() or folded in small or folded in hearing.names or len(folded) < 2 or "'" in folded[1:3]


def _is_common(name: str, hearing: Hearing) -> bool:
    """German writes every noun with a capital: one alone is a name only behind what leads to one."""
    return hearing.code == "de" and len(name.split()) == 1 and not _FORM.search(name)
