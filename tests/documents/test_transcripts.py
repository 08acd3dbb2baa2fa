"""Transcripts in the forms that recorders, diallers and colleagues leave them in."""

import json
from datetime import date
from typing import Any

import pytest

from documents.transcripts import read_transcript


def read(text: str | bytes, name: str = "") -> dict[str, str]:
    content = text.encode() if isinstance(text, str) else text
    return {source.id: source.text for source in read_transcript(content, name).sources}


def spoken(text: str | bytes | Any, name: str = "") -> list[str]:
    given = text if isinstance(text, (str, bytes)) else json.dumps(text)
    return read(given, name).get("transcript", "").splitlines()


HELLO = ["[00:00:01] Joost Vos: Good morning, thanks for the time.", "[00:00:06] Gareth Pugh: Sure & hello."]

VOICES = """WEBVTT - Panels

NOTE Date: 2026-11-20

STYLE
::cue { color: red }

a1b2/12-0
00:00:01.000 --> 00:00:04.000 align:start position:0%
<v Joost Vos>Good morning, thanks for</v>

a1b2/13-0
00:00:04.000 --> 00:00:06.000
<v Joost Vos>the <i>time</i>.</v>

00:06.500 --> 00:09.000
<v.loud Gareth Pugh>Sure &amp; hello.</v>
"""
NAMES = "WEBVTT\n\n00:01.000 --> 00:04.000\nJoost Vos: Hello.\n\n00:04.000 --> 00:09.000\nWe sell cable.\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello there\n\n2\n00:00:02,000 --> 00:00:03,000\nmy friend.\n"


def test_captions_with_voices_become_a_turn_for_each_sentence() -> None:
    assert spoken(VOICES, "call.vtt") == HELLO
    assert read(VOICES)["call"] == "Date: 2026-11-20 Friday\nTitle: Panels"


def test_captions_of_the_same_speaker_keep_their_own_times() -> None:
    assert spoken(NAMES) == ["[00:00:01] Joost Vos: Hello.", "[00:00:04] Joost Vos: We sell cable."]


def test_several_voices_in_one_caption_are_several_turns() -> None:
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Joost>One.</v><v Kees>Two.</v>\n"
    assert spoken(text) == ["[00:00:01] Joost: One.", "[00:00:01] Kees: Two."]


def test_srt_without_blank_lines_and_with_odd_line_ends() -> None:
    assert spoken(SRT) == ["[00:00:01] Hello there my friend."]
    assert spoken(SRT.replace("\n\n", "\n").replace("\n", "\r\n")) == ["[00:00:01] Hello there my friend."]


@pytest.mark.parametrize(
    "text",
    [
        "[00:12:05] Joost: Hi\n[00:12:10] Gareth: Hello",
        "00:12:05 - Joost: Hi\n00:12:10 - Gareth: Hello",
        "Joost (00:12:05): Hi\nGareth (00:12:10): Hello",
        "Joost 00:12:05\nHi\n\nGareth 00:12:10\nHello",
        "Joost   12:05\nHi\n\nGareth   12:10\nHello",
        "00:12:05 Joost\nHi\n\n00:12:10 Gareth\nHello",
        "**Joost** [00:12:05]\nHi\n\n**Gareth** [00:12:10]\nHello",
    ],
)
def test_names_and_times_in_every_order(text: str) -> None:
    assert spoken(text) == ["[00:12:05] Joost: Hi", "[00:12:10] Gareth: Hello"]


def test_names_without_times_and_what_stands_below_them() -> None:
    text = "Rep: Hello\nCustomer: Hi: what is new?\nIt is cold.\nRep: Budget: what is it?"
    assert spoken(text) == [
        "Rep: Hello",
        "Customer: Hi: what is new?",
        "Customer: It is cold.",
        "Rep: Budget: what is it?",
    ]


def test_the_head_of_a_file_is_no_turn() -> None:
    text = "Call with Severn Panels, 20 November 2026\nCustomer: Severn Panels\nParticipants: Joost, Gareth\n\n"
    got = read(f"{text}Joost: Hello\nGareth: Hi\nJoost: Ok")
    assert got["call"].splitlines() == [
        "Date: 2026-11-20 Friday",
        "Title: Call with Severn Panels, 20 November 2026",
        "Customer: Severn Panels",
        "Participants: Joost, Gareth",
    ]
    assert got["transcript"].splitlines()[0] == "Joost: Hello"


def test_notes_have_lines_and_no_speakers() -> None:
    text = "# Severn Panels 20-11-2026\n\n- They need 50 panels\n- Budget: 50k\n- Next steps:\n  - Joost: quote\n"
    assert spoken(text) == ["They need 50 panels", "Budget: 50k", "Next steps:", "Joost: quote"]


WANTED = ["[00:00:00] Joost: Hello there my friend", "[00:00:04] Gareth: Hi to you"]
PEOPLE = [{"id": 1, "name": "Joost", "email": "j@k.example", "internal": True}, {"id": 2, "name": "Gareth"}]
ROWS = [("Joost", 0, "Hello there my friend"), ("Gareth", 4200, "Hi to you")]


@pytest.mark.parametrize(
    "data",
    [
        {"segments": [{"speaker": s, "start": at, "text": t} for s, at, t in ROWS]},
        {"utterances": [{"speaker_name": s, "start_time": at / 1000, "transcript": t} for s, at, t in ROWS]},
        {"results": {"transcript": [{"participant": s, "begin": f"{at / 1000}s", "content": t} for s, at, t in ROWS]}},
        [{"channel": s, "offset": f"00:00:0{at // 1000}.2", "words": t} for s, at, t in ROWS],
        {
            "parties": PEOPLE,
            "monologues": [
                {"speaker": n, "elements": [{"value": word, "ts": ROWS[n - 1][1] / 1000} for word in t.split()]}
                for n, (_, _, t) in enumerate(ROWS, 1)
            ],
        },
        {
            "speakers": {"a": "Joost", "b": {"name": "Gareth"}},
            "entries": [{"speakerId": "ab"[n], "startMs": at, "text": t} for n, (_, at, t) in enumerate(ROWS)],
        },
        {
            "calls": [
                {"transcript": [{"speaker": s, "sentences": [{"start": at, "text": t}]} for s, at, t in ROWS]},
            ]
        },
        {
            "sentences": [
                {"speaker": {"name": s}, "time": f"2026-11-20T10:00:0{at // 1000}Z", "text": t} for s, at, t in ROWS
            ]
        },
    ],
)
def test_exports_of_diallers(data: Any) -> None:
    assert spoken(data) == WANTED


def test_what_an_export_says_of_the_call() -> None:
    data = {
        "metadata": {"started": 1795255200000, "title": "Discovery", "participants": PEOPLE, "deal_id": 12},
        "segments": [{"speaker": 1, "start": 0, "text": "Hi"}],
    }
    assert read(json.dumps(data))["call"].splitlines() == [
        "Date: 2026-11-21 Saturday",
        "Title: Discovery",
        "Deal: 12",
        "Participants: Joost <j@k.example> (internal), Gareth",
    ]


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252"])
def test_charsets(charset: str) -> None:
    assert spoken("Joost: Hé\r\nKees: Já\r\n".encode(charset)) == ["Joost: Hé", "Kees: Já"]


def test_three_thousand_turns_keep_their_end() -> None:
    lines = [
        f"[{n // 1800:02}:{n // 30 % 60:02}:{n % 30 * 2:02}] Speaker {n % 2 + 1}: Sentence {n}." for n in range(3000)
    ]
    assert spoken("\n".join(lines)) == lines


@pytest.mark.parametrize("content", [b"", b"   \n", b'{"foo": 1}', b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"WEBVTT\n\n"])
def test_what_cannot_be_read_is_said(content: bytes) -> None:
    got = read_transcript(content)
    assert "No words of a call can be read in this file." in got.facts.problems


def test_the_day_that_a_person_names_wins() -> None:
    got = read_transcript(VOICES.encode(), "call.vtt", date(2026, 12, 1))
    assert got.sources[0].text.startswith("Date: 2026-12-01 Tuesday")
    assert got.facts.date is not None
    assert got.facts.date.date() == date(2026, 12, 1)


def test_a_transcript_that_comes_by_mail() -> None:
    mail = (
        "From: Joost <joost@kestrelvos.example>\nTo: x@y.example\nSubject: Call\n"
        "Date: Fri, 20 Nov 2026 10:00:00 +0000\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nSee attached.\n"
        "--b\nContent-Type: text/vtt; name=call.vtt\nContent-Disposition: attachment; filename=call.vtt\n\n"
        f"{VOICES}\n--b--\n"
    )
    assert spoken(mail, "mail.eml") == HELLO
