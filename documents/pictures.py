"""What has no text as pictures for a model that reads them: pages and photos as greyscale JPEG of bounded size.

Runs in the reading process (documents/reader.py): decoders of pictures are as breakable as those of documents."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from documents.lines import InnerFile
from documents.pdf import open_page
from documents.zipped import Refused

_MAX_PIXELS = 50_000_000
"""Of a picture as it comes."""
_MIN_SIDE = 300
"""Pixels of the shorter side: what is smaller is a logo."""
_SIDE = 2000
"""Pixels of the longer side: small print of an A4 page is readable."""
_MAX_SCALE = 4.0
"""Pixels for 1/72 inch, for pages the size of a till receipt."""
_MAX_PICTURES = 8
Image.MAX_IMAGE_PIXELS = None  # its own limit says that such a picture is broken
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")


def page_pictures(pdf: Any, numbers: Sequence[int]) -> Iterator[InnerFile | str]:
    """Those pages, from 1; blank ones are left out. In words, what else is."""
    for number in numbers[:_MAX_PICTURES]:
        page = open_page(pdf, number - 1)
        scale = min(_MAX_SCALE, _SIDE / max(page.get_width(), page.get_height(), 1))
        picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
        page.close()
        darkest, brightest = picture.getextrema()
        if darkest != brightest:
            yield _jpeg(picture, f"page {number}.jpg")
    if len(numbers) > _MAX_PICTURES:
        yield f"only the first {_MAX_PICTURES} of its pages without text are shown as pictures"


def pictures(content: bytes) -> Iterator[InnerFile | str]:
    """Of a photo, or the pages of a fax. Raises Refused for a picture too large to decode, and whatever Pillow raises
    for a broken one."""
    with Image.open(BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            raise Refused(f"it has more than the {_MAX_PIXELS // 1_000_000} million pixels that are read")
        if min(opened.width, opened.height) < _MIN_SIDE:
            raise Refused("it is a picture too small to hold a document")
        opened.draft("L", (_SIDE, _SIDE))
        for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
            if number > _MAX_PICTURES:
                yield f"only its first {_MAX_PICTURES} pictures are shown"
                return
            if frame.width * frame.height > _MAX_PIXELS:
                raise Refused(f"it has more than the {_MAX_PIXELS // 1_000_000} million pixels that are read")
            yield _jpeg(_on_white(ImageOps.exif_transpose(frame)), f"page {number}.jpg")


def _on_white(picture: Image.Image) -> Image.Image:
    """In grey; where it is transparent, the paper shows."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    layers = picture.convert("LA")
    paper = Image.new("L", picture.size, 255)
    paper.paste(layers.getchannel("L"), mask=layers.getchannel("A"))
    return paper


def _jpeg(picture: Image.Image, name: str) -> InnerFile:
    picture.thumbnail((_SIDE, _SIDE))
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return InnerFile(name, "image/jpeg", out.getvalue())
