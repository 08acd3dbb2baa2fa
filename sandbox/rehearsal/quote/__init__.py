"""The rehearsal model's answer to the job `quote`: rules that read lines out of mails, lists, tables and sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from jobs.core import Draft, Evidence
from jobs.quote.schema import QuoteRequest, WantedLine
from sandbox.rehearsal.inquiry.clauses import clauses
from sandbox.rehearsal.inquiry.headers import Passage
from sandbox.rehearsal.inquiry.items import find_items
from sandbox.rehearsal.inquiry.language import detect
from sandbox.rehearsal.inquiry.letter import Letter, read_letter
from sandbox.rehearsal.inquiry.names import Fact
from sandbox.rehearsal.inquiry.people import Person, find_person
from sandbox.rehearsal.inquiry.requests import gather
from sandbox.rehearsal.inquiry.signature import is_closing
from sandbox.rehearsal.inquiry.text import Sentence, sentences
from sandbox.rehearsal.inquiry.words import Words, fold, words
from sandbox.rehearsal.quote.context import with_context
from sandbox.rehearsal.quote.lines import Wanted
from sandbox.rehearsal.quote.prose import breaks_alone, counted_behind, named_product
from sandbox.rehearsal.quote.reading import LONGEST_SENTENCE, Reading, Topics, read_text
from sandbox.rehearsal.quote.terms import find_address, find_day, find_reference, find_terms
from sandbox.rehearsal.quote.vocabulary import cue, lists

_ENDLESS = re.compile(r"\S{300,}")
"""No word: encoded or garbled data."""
_SALES = ("quote_request", "order")
_MOST_READ = 8_000
"""Characters of a letter in which language, sender and terms are looked for."""


def draft(sources: Mapping[str, str]) -> Draft[QuoteRequest]:
    """Reads a request for quotation and answers with its lines and their evidence."""
    given = sources
    sources = {name: _ENDLESS.sub(" ", text) for name, text in given.items()}
    letter = read_letter(sources)
    language = detect(
        [letter.text.text, letter.subject.text, *(part.text for part in letter.signature)], letter.sender.domain
    )
    lists_ = words(language)
    reader = _Reader(letter, sources, lists_)
    found = reader.wanted()
    body = [s for s in sentences(letter.text.source, reader.prose[:_MOST_READ]) if len(s) <= LONGEST_SENTENCE]
    person = find_person(letter, body, lists_)
    signed = {fold(name) for name in (letter.sender.name, *_names(person)) if name}
    found = [one for one in found if one.quantity is not None or fold(one.requested) not in signed]
    prose = Passage(letter.text.source, reader.prose[:_MOST_READ])
    whole = [Passage(one.source, one.text[:_MOST_READ]) for one in (letter.text, *letter.attachments)]
    reference = find_reference([letter.subject, prose, *letter.signature, *reader.notes])
    address = find_address(whole)
    if address:
        found = [one for one in found if one.source != address.source or one.quote not in address.quote]
    terms = find_terms(
        [Passage(letter.text.source, reader.prose[:_MOST_READ]), *reader.notes], [w.quote for w in found]
    )
    subject = Sentence(letter.subject.source, letter.subject.text, False)
    noted = [s for note in reader.notes for s in sentences(note.source, note.text) if len(s) <= LONGEST_SENTENCE]
    wanted_day = find_day([*body, subject, *noted], lists_.code, letter.day) if letter.day else None
    day = Fact(wanted_day.day.isoformat(), wanted_day.sentence.source, wanted_day.quote) if wanted_day else None
    proposal = QuoteRequest(
        language=language,
        company=person.company.value if person.company else None,
        contact=person.contact.value if person.contact else None,
        email=person.email.value if person.email else None,
        customer_reference=reference.value if reference else None,
        delivery_address=address.value if address else None,
        wanted_date=day.value if day else None,
        special_terms=[term.value for term in terms],
        lines=[_line(one) for one in found],
        reply=_reply(lists_.code, [subject, *body]),
    )
    facts = {
        "company": person.company,
        "contact": person.contact,
        "email": person.email,
        "customer_reference": reference,
        "delivery_address": address,
        "wanted_date": day,
        **{f"special_terms[{number}]": term for number, term in enumerate(terms)},
    }
    evidence = [
        *(Evidence(field=name, source=fact.source, quote=fact.quote) for name, fact in facts.items() if fact),
        *(one for number, wanted in enumerate(found) for one in _line_evidence(number, wanted)),
    ]
    return Draft[QuoteRequest](proposal=proposal, evidence=list(_standing(evidence, given)))


def _names(person: Person) -> list[str]:
    return [fact.value for fact in (person.contact, person.company) if fact]


class _Reader:
    """Where in the mail the lines stand: in the letter, in what it quotes, in its attachments, in the thread."""

    def __init__(self, letter: Letter, sources: Mapping[str, str], lists_: Words) -> None:
        self._letter = letter
        self._sources = sources
        self._lists = lists_
        self.prose = letter.text.text
        """The letter without its lists."""
        self.notes: list[Passage] = []
        """Words in attachments."""

    def wanted(self) -> list[Wanted]:
        letter = self._letter
        own = self._read(self._text())
        self.prose = "\n".join(section.text + "\n" for section in own.prose)
        found = own.wanted
        repeat = self._repeat(own)
        quoted = self._quoted()
        if quoted and not own.listed:
            found = [*found, *_new(found, self._read(quoted).wanted)]
        attached = [one for attachment in letter.attachments for one in _new(found, self._attached(attachment))]
        if attached and not own.listed:
            found = [one for one in found if one.article or one.unit]
        found = [*found, *attached]
        if repeat:
            found = _with_repeat(found, repeat)
        return with_context(found or self._elsewhere(own), own.above(letter.text.source), letter.subject)

    def _elsewhere(self, own: Reading) -> list[Wanted]:
        """Lines for want of any in the letter: in thread, signature or subject; or a product without a quantity."""
        letter = self._letter
        for name in ("mail.thread", "mail.signature", "mail.new_text"):
            text = self._sources.get(name, "")
            if text.strip() and name != letter.text.source:
                reading = read_text(name, text, self._lists.code, letter.day, None)
                if reading.wanted:
                    return reading.wanted
        subject = read_text(letter.subject.source, letter.subject.text, self._lists.code, letter.day, _all_ask)
        said = [s for section in own.prose for s in sentences(letter.text.source, section.text)]
        named = named_product(said, self._lists.code)
        if subject.wanted or named is None:
            return subject.wanted or self._priced()
        breaks = next(filter(None, (breaks_alone(sentence, self._lists.code) for sentence in said)), ())
        wanted = counted_behind(*named, self._lists.code) if named[1].quantity is None else named[1]
        return [replace(wanted, quantity=breaks[0], breaks=breaks) if breaks else wanted]

    def _priced(self) -> list[Wanted]:
        """Lines in sentences that say nothing clear but speak of prices, for want of any other."""

        def sort(found: Sequence[Sentence]) -> Topics:
            asking = {s for s in found if cue("quote_by").search(s.folded)}
            more = {b for a, b in pairwise(found) if a in asking and cue("more").match(b.folded)}
            return Topics(asking | more, set())

        return read_text(self._letter.text.source, self._text().text, self._lists.code, self._letter.day, sort).wanted

    def _text(self) -> Passage:
        """The letter's words, with what looked like a signature only for want of a closing above it."""
        text = self._letter.text
        whole = self._sources.get(text.source, "")
        for tail in self._letter.signature:
            first = next((line for line in tail.text.splitlines() if line.strip()), "")
            at = whole.find(tail.text.strip()) if tail.source == text.source and first else -1
            above = [line for line in whole[: max(at, 0)].splitlines() if line.strip()]
            if at > 0 and above and not is_closing(above[-1]) and above[-1].strip() != "--":
                return Passage(text.source, f"{text.text.rstrip()}\n{tail.text}")
        return text

    def _read(self, passage: Passage) -> Reading:
        return read_text(passage.source, passage.text, self._lists.code, self._letter.day, self._topics)

    def _quoted(self) -> Passage | None:
        """What the sender quotes inside his own words."""
        text = self._sources.get("mail.new_text", "")
        lines = [line for line in text.splitlines() if line.lstrip().startswith(">")]
        if not lines or self._letter.text.source != "mail.new_text":
            return None
        return Passage("mail.new_text", "\n".join(lines))

    def _attached(self, attachment: Passage) -> list[Wanted]:
        reading = read_text(attachment.source, attachment.text, self._lists.code, self._letter.day, None)
        if not reading.wanted and re.search(r"\.(?:docx?|odt|rtf|txt|pdf)\b", attachment.source, re.I):
            reading = read_text(attachment.source, attachment.text, self._lists.code, self._letter.day, self._topics)
        if reading.wanted:
            self.notes.append(Passage(attachment.source, "\n".join(s.text for s in reading.prose)[:_MOST_READ]))
        return reading.wanted

    def _topics(self, found: Sequence[Sentence]) -> Topics:
        """Which sentences ask for goods, and which complain, call for service or talk of an invoice."""
        subject = Sentence(self._letter.subject.source, self._letter.subject.text, False)
        subject_clause = next(iter(clauses([subject], self._lists)), None) if subject.text else None
        counted = {one.sentence for one in find_items(found, self._lists.code)}
        demands = gather(clauses(found, self._lists), subject_clause, counted, self._lists)
        kinds = _SALES if any(demand.kind in _SALES for demand in demands) else ("question", "other")
        asking = {clause.sentence for demand in demands if demand.kind in kinds for clause in demand.clauses}
        asking |= _priced(found, counted)
        for place, sentence in enumerate(found):
            goes_on = sentence in counted and cue("more").match(sentence.folded)
            if goes_on and asking.intersection(found[max(0, place - 3) : place]):
                asking.add(sentence)
        said = {clause.sentence for demand in demands for clause in demand.clauses}
        return Topics(asking, said - asking)

    def _repeat(self, own: Reading) -> Wanted | None:
        """`Same as last time`: the words, when they name no product."""
        for section in own.prose:
            for sentence in sentences(self._letter.text.source, section.text):
                match = cue("repeats").search(sentence.folded)
                if match and not cue("terms").search(sentence.folded[: match.start()][-40:]):
                    said = sentence.text[match.start() : match.end()]
                    near = any(one.source == sentence.source and one.quote in sentence.text for one in own.wanted)
                    if not near or "," in sentence.text or " plus " in sentence.folded:
                        return Wanted(said, None, None, None, (), sentence.source, said, repeats_order=True)
        return None


def _priced(found: Sequence[Sentence], counted: set[Sentence]) -> set[Sentence]:
    """Sentences that ask a price for something counted, whatever else their paragraph is about."""
    return {
        one
        for one in found
        if one in counted and cue("price_for").search(one.folded) and not cue("billed").search(one.folded)
    }


def _all_ask(found: Sequence[Sentence]) -> Topics:
    return Topics(set(found), set())


def _new(known: Sequence[Wanted], more: Sequence[Wanted]) -> list[Wanted]:
    """Without those that the letter repeats from its attachment."""
    seen = {(" ".join(fold(one.requested).split()), one.quantity) for one in known}
    return [one for one in more if (" ".join(fold(one.requested).split()), one.quantity) not in seen]


def _with_repeat(found: Sequence[Wanted], repeat: Wanted) -> list[Wanted]:
    return [repeat, *(one for one in found if not cue("repeats").search(fold(one.requested)))]


def _line(wanted: Wanted) -> WantedLine:
    return WantedLine(
        requested=wanted.requested,
        context=wanted.context,
        quantity=wanted.quantity,
        unit=wanted.unit,
        article=wanted.article,
        price_breaks=list(wanted.breaks),
        wanted_date=wanted.wanted_date,
        repeats_order=wanted.repeats_order,
    )


def _line_evidence(number: int, wanted: Wanted) -> Iterator[Evidence]:
    path = f"lines[{number}]"
    counted = wanted.counted_by or wanted.quote
    quotes = {
        "requested": wanted.quote,
        "quantity": counted if wanted.quantity is not None else "",
        "unit": counted if wanted.unit else "",
        "article": wanted.article or "",
        "price_breaks": counted if wanted.breaks else "",
        "wanted_date": wanted.dated_by if wanted.wanted_date else "",
        "repeats_order": wanted.quote if wanted.repeats_order else "",
    }
    for name, quote in quotes.items():
        if quote:
            yield Evidence(field=f"{path}.{name}", source=wanted.source, quote=quote)
    if wanted.context:
        yield Evidence(field=f"{path}.context", source=wanted.context_source, quote=wanted.context)


def _reply(code: str, said: Sequence[Sentence]) -> str:
    """The reply's frame in the mail's language; an angry sender gets an apology, a hurried one is told so."""
    texts = [sentence.folded for sentence in said]
    tone = next((tone for tone in ("angry", "urgent") if any(cue(tone).search(text) for text in texts)), "plain")
    return lists()["reply"][code][tone]


def _standing(evidence: Sequence[Evidence], sources: Mapping[str, str]) -> Iterator[Evidence]:
    """Only what really stands in its source; white space may differ."""
    plain = {name: " ".join(text.split()) for name, text in sources.items()}
    for one in evidence:
        text = sources.get(one.source, "")
        quote = next((q for q in (one.quote, one.quote.split("\n")[0].strip()) if q and q in text), None)
        if quote is None and " ".join(one.quote.split()) in plain.get(one.source, "") and one.quote.strip():
            quote = one.quote
        if quote:
            yield one.model_copy(update={"quote": quote})
