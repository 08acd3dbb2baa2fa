"""A thousand broken mails, the same ones on every run: none crashes the reader, and nothing in them is lost."""

import random
import re
from collections.abc import Callable

import pytest

from documents.mail import ReadMail, message_key, read_mail
from tests.documents.building import multipart, part
from tests.documents.seeds import Marker, Seed, seeds

VARIANTS = 63
"""Broken mails per seed: with 16 seeds a few more than a thousand."""

Mutation = Callable[[random.Random, bytes], bytes]


def truncate(rng: random.Random, raw: bytes) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def flip_bytes(rng: random.Random, raw: bytes) -> bytes:
    broken = bytearray(raw)
    for _ in range(rng.randint(1, 12)):
        if broken:
            broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def random_bytes(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.randbytes(rng.randint(1, 40)) + raw[at + rng.choice((0, 5, 40)) :]


def lie_about_charset(rng: random.Random, raw: bytes) -> bytes:
    lie = rng.choice(
        [b"us-ascii", b"utf-16", b"utf-7", b"gb2312", b"x-none", b"idna", b"iso-2022-jp", b"rot13", b'"', b""]
    )
    return re.sub(rb"charset=[\w-]+", b"charset=" + lie, raw)


def lie_about_encoding(rng: random.Random, raw: bytes) -> bytes:
    lie = rng.choice([b"7bit", b"base64", b"quoted-printable", b"binary", b"x-uuencode", b"", b"BASE64 "])
    return re.sub(rb"(?i)(content-transfer-encoding: )[\w-]+", rb"\g<1>" + lie, raw)


def lie_about_type(rng: random.Random, raw: bytes) -> bytes:
    lie = rng.choice(
        [b"text/html", b"text/plain", b"multipart/mixed", b"message/rfc822", b"application/ms-tnef", b"/", b"a/b"]
    )
    found = list(re.finditer(rb"(?i)content-type: [\w/.-]+", raw))
    if not found:
        return raw
    one = rng.choice(found)
    return raw[: one.start()] + b"Content-Type: " + lie + raw[one.end() :]


def shuffle_head(rng: random.Random, raw: bytes) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    rng.shuffle(lines)
    return b"\r\n".join(lines) + blank + body


def damage_boundary(rng: random.Random, raw: bytes) -> bytes:
    found = list(re.finditer(rb"(?m)^--[=\w-]+|boundary=\"[^\"]*\"", raw))
    if not found:
        return raw
    one = rng.choice(found)
    broken = rng.choice([b"", b"--nothing", one[0] + b"x", one[0][:-1], b"\r\n", one[0] + b"\r\n" + one[0]])
    return raw[: one.start()] + broken + raw[one.end() :]


def drop_line(rng: random.Random, raw: bytes) -> bytes:
    """Any line that is no content: heads, delimiters, empty lines."""
    lines = raw.split(b"\n")
    thin = [i for i, line in enumerate(lines) if not line.strip() or b":" in line[:30] or line.startswith(b"--")]
    if thin:
        del lines[rng.choice(thin)]
    return b"\n".join(lines)


def swap_lines(rng: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\r\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\r\n".join(lines)


def change_line_ends(rng: random.Random, raw: bytes) -> bytes:
    end = rng.choice([b"\n", b"\r", b"\r\r\n", b"\n\r"])
    if rng.random() < 0.5:
        return raw.replace(b"\r\n", end)
    return b"".join(line + rng.choice((end, b"\r\n")) for line in raw.split(b"\r\n"))


def nest(rng: random.Random, raw: bytes) -> bytes:
    for level in range(rng.randint(1, 50)):
        boundary = rng.choice((f"n{level}", "same"))
        kind, inner = rng.choice(
            (("mixed", "message/rfc822"), ("digest", "message/rfc822"), ("alternative", "text/plain"))
        )
        raw = multipart(part("Level."), part(raw, inner), kind=kind, boundary=boundary)
    return raw


def put_in_front(rng: random.Random, raw: bytes) -> bytes:
    junk = (
        b"\xef\xbb\xbf",
        b"\r\n\r\n",
        b"From x@y Mon Nov 23 10:12:00 2026\r\n",
        b"X" * 5000 + b"\r\n",
        b"\x00",
        b": :\r\n",
    )
    return rng.choice(junk) + raw


def add_wild_fields(rng: random.Random, raw: bytes) -> bytes:
    wild = (
        b"Subject: =?utf-8?B?" + b"A" * 3000 + b"\r\n",
        b"From: " + b"(" * 2000 + b"\r\n",
        b"To: " + b'"' * 2001 + b"<,;:>\r\n",
        b"Date: Fri, 32 Foo 99999 25:61:61 +99999\r\n",
        b"Content-Type: text/plain; charset*0*=utf-8''%; charset*1*=%zz; name*=x\r\n",
        b"Content-Disposition: attachment; filename*=utf-8'en'%FF%00%0a; filename=\"\r\n",
        b"Message-ID: <" + b"x" * 3000 + b"@\x00>\r\n",
        b"References: " + b"<a@b> " * 1000 + b"\r\n",
        b"MIME-Version: \xff\xfe\r\n",
    )
    return rng.choice(wild) + raw


MUTATIONS: list[Mutation] = [
    truncate, flip_bytes, random_bytes, lie_about_charset, lie_about_encoding, lie_about_type, shuffle_head,
    damage_boundary, drop_line, swap_lines, change_line_ends, nest, put_in_front, add_wild_fields,
]  # fmt: skip


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_intact_seed_is_read_without_problems(seed: Seed) -> None:
    read = read_mail(seed.raw)
    assert read.facts.problems == []
    assert not [marker for marker in seed.markers if not is_there(marker, read)]


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_broken_mails_crash_nothing_and_lose_nothing(seed: Seed) -> None:
    for variant in range(VARIANTS):
        rng = random.Random(f"{seed.name} {variant}")
        chosen = rng.sample(MUTATIONS, rng.choice((1, 1, 2, 3, 5)))
        raw = seed.raw
        for mutation in chosen:
            raw = mutation(rng, raw)
        read = read_mail(raw)
        told = f"{seed.name} {variant}: {[mutation.__name__ for mutation in chosen]}"
        assert not any("taken apart" in problem for problem in read.facts.problems), told
        read.facts.model_dump_json()
        assert message_key(raw) == message_key(raw)
        assert not [s.id for s in read.sources if s.text.encode() and "\x00" in s.text], told
        assert len({s.id for s in read.sources}) == len(read.sources), told
        assert {a.sha256 for a in read.facts.attachments} <= read.parts.keys(), told
        lost = [marker for marker in seed.markers if survives(marker, raw) and not is_there(marker, read)]
        assert not lost, f"{told} lost {lost}"


def survives(marker: Marker, raw: bytes) -> bool:
    """Whether the mutations left its carrier whole, and outside the fields of a head."""
    where = max(raw.find(marker[0]), raw.find(marker[1][:20]))
    line = re.split(rb"[\r\n]", raw[:where])[-1] if where >= 0 else b""
    return marker[1] in compact(raw) and not re.match(rb"[!-9;-~]+:", line)


def is_there(marker: Marker, read: ReadMail) -> bool:
    """The words, the bytes, or at least their encoded form, in some source or part."""
    texts = [source.text.encode() for source in read.sources] + [blob for blob, _ in read.parts.values()]
    return any(marker[0] in text or marker[1] in compact(text) for text in texts)


def compact(content: bytes) -> bytes:
    """Without white space, as base64 stands in lines of any length."""
    return re.sub(rb"[\r\n\t ]+", b"", content)
