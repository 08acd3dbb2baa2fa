"""Mails that are broken on purpose by `test_malformed`, with the words that must not get lost on the way.

A marker is (what must be found, what carries it in the raw mail): the carrier is the marker itself or its encoding."""

import base64
import quopri
from dataclasses import dataclass

from tests.documents.building import file, mail, multipart, of_parts, part
from tests.documents.test_tnef import winmail

Marker = tuple[bytes, bytes]


@dataclass(frozen=True)
class Seed:
    name: str
    raw: bytes
    markers: tuple[Marker, ...]


def word(text: str) -> Marker:
    return text.encode(), text.encode()


def encoded(content: bytes) -> Marker:
    return content, base64.b64encode(content).rstrip(b"=")


DWG = b"AC1032 marker_dwg " + bytes(range(256)) * 3
PNG = b"\x89PNG marker_png " + bytes(200)
CSV = "Artikel;Anzahl\nmarker_csv Größe;40\n".encode("cp1252")
OUTLOOK = """<html><head><style>p {margin:0}</style></head><body lang=NL>
<p class=MsoNormal>Beste,<o:p></o:p></p><p class=MsoNormal>Wij zoeken marker_top kleppen.</p>
<table border=0><tr><td>Artikel</td><td>Aantal</td></tr><tr><td>marker_cell</td><td>40</td></tr></table>
<p class=MsoNormal>Met vriendelijke groet,<br>Jan<br>De Vries B.V.<br>T 020 1234567 marker_sig</p>
<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Van:</b> Eva &lt;eva@firm.example&gt;<br>
<b>Verzonden:</b> maandag 1 februari 2027 18:32<br><b>Aan:</b> Jan<br><b>Onderwerp:</b> kleppen</p></div>
<p class=MsoNormal>Oude tekst marker_old.</p></body></html>"""
REPLY = """Fine, marker_new please.

> 40 or 50?

50 marker_inline.

On Mon, Feb 1, 2027 at 6:32 PM, Eva Smit <eva@firm.example> wrote:

> Older marker_thread text
>> and still older marker_deep

--
Jan marker_sig
+31 20 1234567
"""
PLAIN = (
    "Guten Tag,\n\nwir brauchen marker_plain Stück, Größe fünf.\n\nMit freundlichen Grüßen\nHans Müller marker_name\n"
)


def quoted(text: str) -> bytes:
    return quopri.encodestring(text.encode()).replace(b"\n", b"\r\n")


def inner(name: str) -> bytes:
    return of_parts(part(f"Inner text marker_{name}."), file(DWG, f"{name}.dwg"), boundary=f"in-{name}", Subject=name)


def seeds() -> list[Seed]:
    qp = {"Content_Transfer_Encoding": "quoted-printable", "Content_Type": "text/plain; charset=utf-8"}
    report = part("Reporting-MTA: dns; mx.example marker_status", "message/delivery-status")
    related = multipart(
        part(OUTLOOK, "text/html; charset=utf-8"),
        file(PNG, "image001.png", "image/png"),
        kind="related",
        boundary="rel",
    )
    outlook_words = tuple(map(word, ("marker_top", "marker_cell", "marker_sig", "marker_old")))
    return [
        Seed("plain", mail(PLAIN), (word("marker_plain"), word("marker_name"))),
        Seed(
            "reply",
            mail(REPLY),
            tuple(map(word, ("marker_new", "marker_inline", "marker_thread", "marker_deep", "marker_sig"))),
        ),
        Seed(
            "latin",
            mail(PLAIN.encode("cp1252"), Content_Type="text/plain; charset=iso-8859-1"),
            (word("marker_plain"),),
        ),
        Seed("quoted-printable", mail(quoted(PLAIN), **qp), (word("marker_plain"), word("marker_name"))),
        Seed(
            "base64",
            mail(base64.encodebytes(PLAIN.encode()), Content_Transfer_Encoding="base64"),
            ((b"marker_plain", base64.b64encode(PLAIN.encode()).rstrip(b"=")),),
        ),
        Seed("html", mail(OUTLOOK, Content_Type="text/html; charset=utf-8"), outlook_words),
        Seed(
            "alternative",
            of_parts(
                part("Beste,\n\nmarker_top kleppen"), part(OUTLOOK, "text/html; charset=utf-8"), kind="alternative"
            ),
            outlook_words,
        ),
        Seed(
            "outlook",
            of_parts(related, file(DWG, "order.dwg"), boundary="mix"),
            (*outlook_words, encoded(DWG), encoded(PNG)),
        ),
        Seed(
            "files",
            of_parts(
                part(PLAIN), file(DWG, "Größe.dwg"), file(CSV, "list.csv", "text/csv"), part("footer marker_footer")
            ),
            (word("marker_plain"), encoded(DWG), (b"marker_csv", encoded(CSV)[1]), word("marker_footer")),
        ),
        Seed(
            "forward",
            of_parts(
                part("FYI marker_outer"), part(inner("one"), "message/rfc822"), part(inner("two"), "message/rfc822")
            ),
            (word("marker_outer"), word("marker_one"), word("marker_two"), encoded(DWG)),
        ),
        Seed(
            "bounce",
            of_parts(part("Not delivered marker_human"), report, part(inner("back"), "message/rfc822"), kind="report"),
            (word("marker_human"), word("marker_status"), word("marker_back")),
        ),
        Seed(
            "winmail",
            of_parts(part("See attachment marker_body"), file(winmail(), "winmail.dat", "application/ms-tnef")),
            (word("marker_body"), encoded(winmail())),
        ),
        Seed(
            "form",
            mail(
                "Name: Jan marker_lead\nE-mail: jan@x.example\nMessage:\nmarker_message 40 valves\n",
                Auto_Submitted="auto-generated",
            ),
            (word("marker_lead"), word("marker_message")),
        ),
        Seed(
            "text file",
            b"Call Jan marker_note\n\nHe needs 40 valves marker_need\n",
            (word("marker_note"), word("marker_need")),
        ),
        Seed(
            "flowed",
            mail(
                "We need forty \nvalves marker_flow \nof brass.\n\n> quoted marker_q \n> text\n",
                Content_Type="text/plain; format=flowed",
            ),
            (word("marker_flow"), word("marker_q")),
        ),
        Seed(
            "utf-16",
            mail(PLAIN).decode().encode("utf-16"),
            ((b"marker_plain", "marker_plain".encode("utf-16-le")),),
        ),
    ]
