"""Office files are zip archives of XML: what may be unpacked."""

import zipfile
from io import BytesIO
from typing import Any

from defusedxml.ElementTree import fromstring

_MAX_WHOLE = 50_000_000
"""Bytes, unpacked, of all that is read as a whole."""
_MAX_STREAMED = 1_000_000_000
"""Bytes, unpacked, of worksheets, which are read row by row."""
_MAX_MEMBERS = 5_000


class Refused(Exception):
    """A file is not read on purpose. The message says why, in words that go on from its name."""


def open_zip(content: bytes) -> zipfile.ZipFile:
    """The archive, if it is safe to unpack: Python's reader never unpacks more than a member announces.

    Raises Refused, and BadZipFile for a broken archive."""
    archive = zipfile.ZipFile(BytesIO(content))
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Refused("it is protected by a password")
    xml = [member for member in members if member.filename.endswith((".xml", ".rels"))]
    streamed = sum(member.file_size for member in xml if member.filename.startswith("xl/worksheets/"))
    whole = sum(member.file_size for member in xml) - streamed
    if len(members) > _MAX_MEMBERS or whole > _MAX_WHOLE or streamed > _MAX_STREAMED:
        raise Refused("it unpacks to more than can be read safely")
    return archive


def read_xml(archive: zipfile.ZipFile, name: str) -> Any:
    """The root element. Raises Refused for a document type, and whatever broken XML raises."""
    try:
        return fromstring(archive.read(name), forbid_dtd=True)
    except ValueError as error:  # defusedxml's DTDForbidden and its kin
        raise Refused("it declares a document type of its own, which a document does not need") from error
