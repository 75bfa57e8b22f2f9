"""Photos for tests, drawn on the spot: as phones send them, with everything that phones write into them."""

import struct
import zlib
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from ldis.photos.pictures import redrawn
from ldis.photos.rules import NewPhoto

SECRET = "Harbour House, taken by R. Stone"
"""What must not be found in any picture that is kept."""
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><creator>{SECRET}</creator></x:xmpmeta>"


def drawing(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A blue tablet on grey; its top left corner is red, so that one sees which way up it is."""
    image = Image.new("RGB", (width, height), (190, 190, 190))
    pen = ImageDraw.Draw(image)
    pen.ellipse((width * 0.3, height * 0.3, width * 0.7, height * 0.7), fill=(40, 90, 200))
    pen.rectangle((0, 0, width * 0.25, height * 0.25), fill=(220, 20, 20))
    return image if mode == "RGB" else image.convert(mode)


def where_and_when(orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo: which way up, when, who, and the place to a few metres."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Invented Phones"
    exif[0x013B] = SECRET
    exif[0x0132] = "2026:10:14 09:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    exif.get_ifd(0x8769).update({0x9003: "2026:10:14 09:30:00", 0x9286: SECRET.encode()})
    return exif


def saved(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    """The file of an image."""
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    file = BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def jpeg(width: int = 60, height: int = 40, *, orientation: int = 1, mode: str = "RGB") -> bytes:
    """A JPEG with place, time, name, comment, packet of properties and colour profile."""
    return saved(
        drawing(width, height, mode),
        exif=where_and_when(orientation),
        comment=SECRET,
        xmp=XMP.encode(),
        icc_profile=wide_colours() if mode == "RGB" else None,
    )


def png(mode: str = "RGB", **more: Any) -> bytes:
    """A PNG with place, time, name and two texts."""
    texts = PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", XMP, zip=True)
    return saved(drawing(mode=mode), "PNG", exif=where_and_when(), pnginfo=texts, **more)


def heic(width: int = 64, height: int = 48, *, orientation: int = 1) -> bytes:
    """What an iPhone sends."""
    exif = where_and_when(
        orientation
    ).tobytes()  # as bytes it is heeded: the pixels are stored as the phone was held
    return saved(drawing(width, height), "HEIF", exif=exif, xmp=XMP.encode(), quality=80)


@cache
def wide_colours() -> bytes:
    """A colour profile; one for all, since it holds the second in which it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def declared_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as this."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 999))
        + chunk(b"IEND", b"")
    )


def segments(picture: bytes) -> list[int]:
    """The kinds of everything that stands in a JPEG before its pixels: what it could tell besides them."""
    assert picture[:2] == b"\xff\xd8"
    found, at = [], 2
    while picture[at + 1] != 0xDA:
        assert picture[at] == 0xFF
        found.append(picture[at + 1])
        at += 2 + int.from_bytes(picture[at + 2 : at + 4])
    assert picture.endswith(b"\xff\xd9")
    return found


def new_photo(file: bytes | None = None) -> NewPhoto:
    """A photo as the service is handed it, redrawn here and now."""
    file = jpeg() if file is None else file
    return NewPhoto(sha256(file).hexdigest(), redrawn(file))


def several(count: int) -> list[NewPhoto]:
    """Photos that differ."""
    return [new_photo(jpeg(60 + place)) for place in range(count)]
