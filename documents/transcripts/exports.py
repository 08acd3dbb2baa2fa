"""JSON of diallers and meeting recorders: their lists of utterances go by many names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from documents.transcripts.days import moment_of
from documents.transcripts.plain import read_plain
from documents.transcripts.turns import Turn, one_line, seconds_of

Row = Mapping[str, Any]

_TEXT = (
    *("text", "content", "words", "transcript", "message", "utterance", "sentence", "body", "value", "caption", "line"),
    *("punctuated_word", "word", "display", "speech", "raw_text"),
)
_SPEAKER = (
    *("speaker", "speaker_name", "speakername", "speaker_label", "speakerdisplayname", "speakerid", "speaker_id"),
    *("speaker_tag", "participant", "participant_name", "participantid", "participant_id", "name", "author", "user"),
    *("from", "role", "channel", "channel_tag", "channelid", "party", "who", "display_name", "agent"),
)
_START = (
    *("start", "start_time", "starttime", "begin", "begintime", "begin_time", "offset", "start_ms", "startms"),
    *("start_offset", "startoffset", "offset_ms", "offsetmilliseconds", "offset_seconds", "start_seconds", "time"),
    *("timestamp", "ts", "at", "from_time", "time_offset", "start_timestamp"),
)
_LISTS = (
    *("segments", "utterances", "transcript", "transcripts", "results", "monologues", "entries", "sentences", "turns"),
    *("messages", "dialogue", "dialog", "conversation", "items", "phrases", "paragraphs", "captions", "lines", "data"),
    *("recognizedphrases", "calltranscripts", "channels", "alternatives", "transcription", "elements", "speech"),
)
_INNER = ("sentences", "utterances", "transcript", "segments", "paragraphs")
_DATE = (
    *("date", "call_date", "meeting_date", "started", "started_at", "startedat", "start", "start_time", "starttime"),
    *("call_start", "call_started_at", "scheduled", "recorded_at", "recordedat", "recording_start", "created_at"),
    *("createdat", "created", "timestamp", "datetime", "day"),
)
_TITLE = ("title", "topic", "subject", "meeting_title", "call_title", "meeting_name")
_DEAL = ("deal_id", "dealid", "opportunity_id", "opportunityid", "lead_id", "crm_deal_id", "deal", "opportunity")
_COMPANY = (
    *("account", "account_name", "company", "company_name", "customer", "customer_name", "client", "organization"),
    *("organisation", "prospect"),
)
_PEOPLE = (
    *("participants", "parties", "attendees", "speakers", "users", "invitees", "people", "members", "contacts"),
    *("internal_participants", "external_participants"),
)
_PLACES = ("metadata", "meta", "metadata_", "call", "meeting", "recording", "info", "header", "details", "conversation")
_CALLS = ("calls", "calltranscripts", "meetings", "recordings", "data")
_IDS = ("id", "speaker_id", "speakerid", "user_id", "participant_id", "participantid", "label", "channel")
_DEEPEST = 8
_SLOW = 0.05
"""Words a second below which the times cannot be seconds: people say two or three."""


def read_export(data: Any) -> tuple[list[Turn], list[str]]:
    """The turns, and what the rest says of the call, as lines `Date: ...`, `Participants: ...`."""
    people = list(_people(data))
    names = {str(person[key]).casefold(): _name(person) for person in people for key in person if _is_id(key)}
    rows = _utterances(data)
    starts = [_start(row) for row in rows]
    scale = _scale(rows, starts)
    first = next((start for start in starts if start and start > 10**8), 0.0)  # epoch: counted from the first
    turns = [
        Turn(_speaker(row, names), words, None if start is None else max(0.0, start - first) * scale)
        for row, start in zip(rows, starts, strict=True)
        if (words := _text(row))
    ]
    if not turns and (text := _written(data)):
        turns, head = read_plain(text)
        return turns, [*_head(data), *head]
    return turns, [*_head(data), *([f"Participants: {', '.join(map(_shown, people))}"] if people else [])]


def _written(data: Any) -> str:
    """A transcript that stands in one string."""
    texts = (_value(place, name) for place in _places(data) for name in ("transcript", "text", "content", "notes"))
    return next((text for text in texts if isinstance(text, str)), "")


def _utterances(data: Any, depth: int = 0) -> list[Row]:
    """The list of utterances that holds the most words, wherever it stands."""
    if depth > _DEEPEST:
        return []
    if isinstance(data, list):
        rows = [cast(Row, one) for one in cast("list[Any]", data) if isinstance(one, dict)]
        spoken = [row for row in rows if _text(row) and not _inner(row)]
        if spoken and len(spoken) * 2 >= len(rows):
            return spoken
        return [row for one in rows for row in _inner(one) or _utterances(one, depth + 1)]
    if not isinstance(data, dict):
        return []
    found: list[list[Row]] = []
    for key, value in cast("dict[str, Any]", data).items():
        if isinstance(value, (list, dict)) and (_key(key) in _LISTS or depth < 3) and _key(key) not in _PEOPLE:
            found.append(_utterances(value, depth + 1))
    return max(found, key=_worth, default=list[Row]())


def _worth(rows: Sequence[Row]) -> tuple[bool, int, int]:
    """With speakers rather than without; then sentences rather than single words; then the most."""
    named = any(_speaker(row, {}) for row in rows)
    return named, 0 if named else -len(rows), _words(rows)


def _inner(row: Row) -> list[Row]:
    """Sentences below a speaker carry the speaker's name themselves."""
    for key, value in row.items():
        if _key(key) not in _INNER or not isinstance(value, list):
            continue
        inner = [cast(Row, one) for one in cast("list[Any]", value) if isinstance(one, dict)]
        whose = {key: row[key] for key in row if _key(key) in _SPEAKER and not isinstance(row[key], list)}
        rows: list[Row] = [{**whose, **one} for one in inner if _text(one)]
        if rows:
            return rows
    return []


def _words(rows: Sequence[Row]) -> int:
    return sum(len(_text(row).split()) for row in rows)


def _text(row: Row) -> str:
    for name in _TEXT:
        value = _value(row, name)
        if isinstance(value, str) and value.strip():
            return one_line(value)
    for name in ("elements", "words", "tokens", "nbest", "alternatives"):
        value = _value(row, name)
        if isinstance(value, list) and value:
            parts = [cast(Row, one) for one in cast("list[Any]", value) if isinstance(one, dict)]
            if name in ("nbest", "alternatives"):
                return _text(parts[0]) if parts else ""
            return _spelt(parts)
    return ""


def _spelt(parts: Sequence[Row]) -> str:
    """Words put together; punctuation that comes as a part of its own stands behind the word before it."""
    words = [text for part in parts for text in [_text(part)] if text]
    return re.sub(r"\s+([.,;:!?…])", r"\1", " ".join(words))


def _speaker(row: Row, names: Mapping[str, str]) -> str:
    for name in _SPEAKER:
        value = _value(row, name)
        if isinstance(value, dict):
            value = _name(cast(Row, value)) or next(iter(cast("dict[str, Any]", value).values()), "")
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            continue
        known = names.get(str(value).casefold())
        if known:
            return known
        if isinstance(value, int) or value.isdigit():
            return f"{'Channel' if 'channel' in name else 'Speaker'} {value}"
        return one_line(value)
    return ""


def _start(row: Row) -> float | None:
    for name in _START:
        value = _value(row, name)
        seconds = _seconds(value)
        if seconds is not None:
            return seconds / 1000 if name in ("start_ms", "startms", "offset_ms", "offsetmilliseconds") else seconds
    parts = _value(row, "elements") or _value(row, "words")
    if isinstance(parts, list) and parts and isinstance(parts[0], dict):
        return _start(cast(Row, parts[0]))
    return None


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 <= value < 10**14 else None
    if isinstance(value, dict):
        return _seconds(_value(cast(Row, value), "seconds"))
    text = str(value).strip()
    if (clock := seconds_of(text)) is not None:
        return clock
    if match := re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text):
        return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3] or 0)
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds)?", text):
        return float(match[1]) / (1000 if match[2] == "ms" else 1)
    moment = moment_of(text) if re.match(r"\d{4}-\d\d-\d\dT", text) else None
    return moment.timestamp() if moment else None


def _scale(rows: Sequence[Row], starts: Sequence[float | None]) -> float:
    """Thousandths where the times are milliseconds: whole numbers, and nobody speaks so slowly."""
    known = [start for start in starts if start is not None]
    span = (max(known) - min(known)) if known else 0
    whole = all(start == int(start) for start in known)
    return 0.001 if span > 0 and whole and _words(rows[:-1] or rows) / span < _SLOW else 1.0


def _people(data: Any) -> Iterator[Row]:
    for place in _places(data):
        for key, value in place.items():
            if _key(key) not in _PEOPLE or not isinstance(value, (list, dict)):
                continue
            keyed = isinstance(value, dict)
            pairs = cast("dict[Any, Any]", value if keyed else dict(enumerate(cast("list[Any]", value))))
            for number, one in pairs.items():
                if isinstance(one, str) and one.strip():
                    yield {"name": one.strip(), **({"id": number} if keyed else {})}
                elif isinstance(one, dict) and _name(cast(Row, one)):
                    yield {**({"id": number} if keyed else {}), **cast(Row, one)}


def _name(person: Row) -> str:
    for name in ("name", "full_name", "fullname", "display_name", "displayname", "speaker_name", "email", "label"):
        value = _value(person, name)
        if isinstance(value, str) and value.strip():
            return one_line(value)
    parts = [_value(person, name) for name in ("first_name", "last_name")]
    return " ".join(part for part in parts if isinstance(part, str))


def _shown(person: Row) -> str:
    more = [
        str(value)
        for name in ("role", "affiliation", "side", "type", "title", "company", "organization", "account")
        if isinstance(value := _value(person, name), str) and value.strip()
    ]
    internal = _value(person, "internal")
    if internal is None:
        internal = _value(person, "is_internal")
    more += ["internal" if internal else "external"] if isinstance(internal, bool) else []
    email = _value(person, "email") or _value(person, "email_address") or _value(person, "emailaddress")
    address = f" <{email}>" if isinstance(email, str) and "@" in email else ""
    described = f" ({'; '.join(more)})" if more else ""
    return f"{_name(person)}{address}{described}"


def _head(data: Any) -> Iterator[str]:
    for label, names in (("Title", _TITLE), ("Date", _DATE), ("Company", _COMPANY), ("Deal", _DEAL)):
        values = [_value(place, name) for place in _places(data) for name in names]
        value = next((value for value in values if _plain(value)), None)
        if label == "Date":
            moment = next(filter(None, map(moment_of, values)), None)
            value = f"{moment:%Y-%m-%d}" if moment else None
        if isinstance(value, dict):
            value = _name(cast(Row, value)) or _value(cast(Row, value), "id")
        if value not in (None, ""):
            yield f"{label}: {one_line(str(value))}"


def _places(data: Any) -> Iterator[Row]:
    """The export's own top, what it keeps of the call below it, and the one call of a list of one."""
    if isinstance(data, list) and len(cast("list[Any]", data)) == 1:
        yield from _places(data[0])
    if not isinstance(data, dict):
        return
    top = cast("dict[str, Any]", data)
    yield top
    for key, value in top.items():
        below = isinstance(value, dict) and _key(key) in _PLACES
        if below or (isinstance(value, list) and _key(key) in _CALLS):
            yield from _places(value)


def _plain(value: Any) -> bool:
    return (isinstance(value, (str, int, float, dict)) and not isinstance(value, bool)) and value not in ("", {})


def _value(row: Row, name: str) -> Any:
    if name in row:
        return row[name]
    return next((value for key, value in row.items() if _key(key) == name), None)


def _key(key: object) -> str:
    return str(key).casefold().replace("-", "_").replace(" ", "_")


def _is_id(key: str) -> bool:
    return _key(key) in _IDS
