"""winmail.dat, built here after [MS-OXTNEF]."""

import struct

import pytest

from documents.mail import read_mail
from documents.tnef import read_tnef
from tests.documents.building import content, file, of_parts, part, source

UNICODE, BINARY, OBJECT, INTEGER, TIME = 0x001F, 0x0102, 0x000D, 0x0003, 0x0040
BODY, HTML, RTF, LONG_NAME, DATA = 0x1000, 0x1013, 0x1009, 0x3707, 0x3701
MESSAGE_CLASS_ID = bytes.fromhex("0703020000000000c000000000000046")


def tnef(*objects: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(objects)


def tnef_object(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def variable(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)


def text(name: int, value: str) -> bytes:
    return variable(UNICODE, name, f"{value}\0".encode("utf-16-le"))


def winmail() -> bytes:
    """A text, a file in the old way and one among the properties, with zero bytes at its end."""
    inner = tnef(tnef_object(1, 0x69003, properties(text(BODY, "The inner letter"))))
    return tnef(
        tnef_object(1, 0x69007, struct.pack("<II", 1252, 0)),
        tnef_object(
            1,
            0x69003,
            properties(
                struct.pack("<HHI", INTEGER, 0x0017, 1),
                struct.pack("<HHQ", TIME, 0x0039, 5),
                struct.pack("<HH16sIII", UNICODE, 0x8001, b"g" * 16, 0, 7, 1) + struct.pack("<I4s", 4, b"a\0\0\0"),
                text(BODY, "We need forty valves of brass before Friday, please quote your best price today."),
            ),
        ),
        tnef_object(2, 0x69002, bytes(14)),
        tnef_object(2, 0x18010, "Größe.dxf\0".encode("cp1252")),
        tnef_object(2, 0x6800F, b"DXF-1\0\0"),
        tnef_object(2, 0x69002, bytes(14)),
        tnef_object(2, 0x69005, properties(text(LONG_NAME, "drawing.dwg"), variable(BINARY, DATA, b"DWG\0\0"))),
        tnef_object(2, 0x69002, bytes(14)),
        tnef_object(
            2, 0x69005, properties(text(LONG_NAME, "letter"), variable(OBJECT, DATA, MESSAGE_CLASS_ID + inner))
        ),
    )


def test_text_and_files_in_a_mail() -> None:
    read = read_mail(of_parts(part(""), file(winmail(), "winmail.dat", "application/ms-tnef")))
    assert source(read, "mail.new_text").startswith("We need forty valves of brass")
    assert content(read, "Größe.dxf") == b"DXF-1\0\0"
    assert content(read, "drawing.dwg") == b"DWG\0\0"
    assert "letter" in [a.name for a in read.facts.attachments]
    assert read.facts.problems == []


def test_plain_text_beside_it_is_not_doubled() -> None:
    text = "We need forty valves of brass before Friday, please quote your best price today."
    read = read_mail(of_parts(part(text), file(winmail(), "winmail.dat", "application/ms-tnef")))
    assert source(read, "mail.new_text") == text


def test_html_text() -> None:
    markup = '<meta charset="windows-1251"><p>Здравствуйте'.encode("cp1251")
    assert read_tnef(tnef(tnef_object(1, 0x69003, properties(variable(BINARY, HTML, markup))))).text == "Здравствуйте"


def test_only_rtf_is_a_problem() -> None:
    found = read_tnef(tnef(tnef_object(1, 0x69003, properties(variable(BINARY, RTF, b"rtf")))))
    assert found.problem == "its text is compressed RTF, which cannot be read"


def test_damaged_file_keeps_what_was_in_front_and_itself() -> None:
    whole = winmail()
    damaged = whole[: whole.index(b"DWG")]
    read = read_mail(of_parts(part("See attachment"), file(damaged, "winmail.dat", "application/ms-tnef")))
    assert content(read, "Größe.dxf") == b"DXF-1\0\0"
    assert content(read, "winmail.dat") == damaged
    assert read.facts.problems == ["winmail.dat: it is damaged; what is in front of the damage was read."]


def test_counts_that_lie_do_not_cost_memory() -> None:
    many_times = struct.pack("<HHI", TIME | 0x1000, 0x0039, 0xFFFFFFFF)
    many_texts = struct.pack("<HHI", UNICODE, BODY, 0xFFFFFFFF)
    many_properties = struct.pack("<I", 0xFFFFFFFF)
    for evil in (properties(many_times), properties(many_texts), many_properties, many_properties + bytes(4000)):
        assert read_tnef(tnef(tnef_object(1, 0x69003, evil))).text == ""


@pytest.mark.parametrize("data", [b"", b"no tnef", b"\x78\x9f\x3e\x22", winmail()[:40]])
def test_not_the_format(data: bytes) -> None:
    assert read_tnef(data).files == []


def test_every_truncation_and_flip_is_survived() -> None:
    whole = winmail()
    for end in range(0, len(whole), 3):
        read_tnef(whole[:end])
        read_tnef(whole[:end] + bytes([whole[end] ^ 0xFF]) + whole[end + 1 :])


def test_name_alone_does_not_make_it_winmail() -> None:
    read = read_mail(of_parts(part("x"), file(b"other", "winmail.dat", "application/octet-stream")))
    assert read.facts.problems == ["winmail.dat: it is not in the format of winmail.dat."]
