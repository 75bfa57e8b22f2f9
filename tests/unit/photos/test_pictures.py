"""What is made of a file that a stranger sent: a picture and nothing besides, or a word on why not."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from ldis.photos.pictures import redrawn
from ldis.photos.rules import LONGEST_SIDE, SMALL_SIDE, Fault, NotTaken, Picture
from tests.photographs import (
    SECRET,
    declared_png,
    drawing,
    heic,
    jpeg,
    png,
    saved,
    segments,
    where_and_when,
    wide_colours,
)

PIXELS_ALONE = {0xE0, 0xDB, 0xC0, 0xC4}
"""JFIF's own head, tables, frame and codes: no APP1 (EXIF, XMP), no APP2 (profile), no comment."""


def shown(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def holds_pixels_alone(made: Picture) -> bool:
    for one in (made.full, made.small):
        again = Image.open(io.BytesIO(one))
        assert again.format == "JPEG"
        assert set(segments(one)) <= PIXELS_ALONE
        assert not again.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & again.info.keys()
        for told in (SECRET, "Invented Phones", "2026:10:14", "xmpmeta", "Author"):
            assert told.encode() not in one
            assert told.encode("utf-16-le") not in one
    return True


def reddish(image: Image.Image, at: tuple[int, int]) -> bool:
    red, green, _ = colour(image, at)
    return red > 150 > green


def colour(image: Image.Image, at: tuple[int, int] = (4, 4)) -> tuple[int, ...]:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.png", "not a photo")
    return file.getvalue()


def moving(kind: str) -> bytes:
    return saved(drawing(), kind, save_all=True, append_images=[drawing(mode="L").convert("RGB")])


TAKEN: dict[str, Callable[[], bytes]] = {
    "a JPEG": jpeg,
    "a PNG": png,
    "a HEIC": heic,
    "grey": lambda: jpeg(mode="L"),
    "four inks": lambda: jpeg(mode="CMYK"),
    "sixteen bits of grey": lambda: png("I;16"),
    "black and white": lambda: png("1"),
    "a palette": lambda: png("P"),
    "a palette with a hole": lambda: png("P", transparency=0),
    "half transparent": lambda: png("RGBA"),
    "grey and transparent": lambda: png("LA"),
    "a progressive JPEG": lambda: saved(drawing(), progressive=True, exif=where_and_when()),
    "a JPEG that calls itself several": lambda: saved(drawing(), "MPO", save_all=True, append_images=[drawing()]),
    "a JPEG with a zip behind it": lambda: jpeg() + a_zip(),
    "a PNG with a page behind it": lambda: png() + f"<script>alert('{SECRET}')</script>".encode(),
    "a JPEG with a profile that makes no sense": lambda: saved(drawing(), icc_profile=SECRET.encode() * 9),
    "one pixel": lambda: saved(Image.new("RGB", (1, 1))),
    "a very long strip": lambda: saved(Image.new("RGB", (30000, 1))),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_photo_becomes_two_jpegs_that_hold_pixels_and_nothing_besides(kind: str) -> None:
    made = redrawn(TAKEN[kind]())
    assert holds_pixels_alone(made)
    assert shown(made.full).size == (made.width, made.height)
    assert max(made.width, made.height) <= LONGEST_SIDE
    assert max(shown(made.small).size) <= SMALL_SIDE


NOT_TAKEN: dict[str, tuple[Callable[[], bytes], Fault]] = {
    "words": (lambda: b"a photo of blue tablets", Fault.OTHER_KIND),
    "zeros": (lambda: b"\0" * 5000, Fault.OTHER_KIND),
    "a zip": (a_zip, Fault.OTHER_KIND),
    "a GIF": (lambda: saved(drawing(), "GIF"), Fault.OTHER_KIND),
    "a moving GIF": (lambda: moving("GIF"), Fault.OTHER_KIND),
    "a WebP": (lambda: saved(drawing(), "WEBP"), Fault.OTHER_KIND),
    "a BMP": (lambda: saved(drawing(), "BMP"), Fault.OTHER_KIND),
    "a TIFF": (lambda: saved(drawing(), "TIFF"), Fault.OTHER_KIND),
    "an AVIF": (lambda: saved(drawing(), "AVIF"), Fault.OTHER_KIND),
    "an icon": (lambda: saved(drawing(), "ICO"), Fault.OTHER_KIND),
    "a PDF": (lambda: saved(drawing(), "PDF"), Fault.OTHER_KIND),
    "an EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", Fault.OTHER_KIND),
    "an SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', Fault.OTHER_KIND),
    "a page": (lambda: b"<!doctype html><img src=x onerror=alert(1)>", Fault.OTHER_KIND),
    "a moving PNG": (lambda: moving("PNG"), Fault.MOVES),
    "half a JPEG": (lambda: jpeg(300, 200)[:-900], Fault.BROKEN),
    "half a PNG": (lambda: png()[:-300], Fault.BROKEN),
    "half a HEIC": (lambda: heic(320, 240)[:-200], Fault.BROKEN),
    "the first bytes of a PNG": (lambda: png()[:20], Fault.BROKEN),
    "a PNG with a wrong sum": (lambda: png().replace(b"IDAT", b"IDAT\x00", 1), Fault.BROKEN),
    "a zip that begins as a JPEG": (lambda: b"\xff\xd8\xff\xe0" + a_zip(), Fault.BROKEN),
    "a zip that begins as a PNG": (lambda: b"\x89PNG\r\n\x1a\n" + a_zip(), Fault.BROKEN),
    "a PNG of 64 million pixels": (lambda: declared_png(8000, 8000), Fault.TOO_MANY_PIXELS),
    "a PNG of 90 million pixels": (lambda: declared_png(10000, 9500), Fault.TOO_MANY_PIXELS),
    "a PNG of four thousand million pixels": (lambda: declared_png(65000, 65000), Fault.TOO_MANY_PIXELS),
    "a PNG that is smaller than it says": (lambda: declared_png(5000, 5000), Fault.BROKEN),
}


@pytest.mark.parametrize("kind", NOT_TAKEN)
def test_what_is_no_photo_is_said_to_be_none_and_why(kind: str) -> None:
    make, fault = NOT_TAKEN[kind]
    with pytest.raises(NotTaken) as refused:
        redrawn(make())
    assert refused.value.fault is fault


RED_CORNER = ("left top", "right top", "right low", "left low", "left top", "right top", "right low", "left low")
"""Where the first corner of the pixels is to be seen, for each of the eight ways of holding a phone."""


@pytest.mark.parametrize("make", [jpeg, heic])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_the_phone_was_held(make: Callable[..., bytes], orientation: int) -> None:
    made = redrawn(make(320, 240, orientation=orientation))
    turned = orientation > 4
    assert (made.width, made.height) == ((240, 320) if turned else (320, 240))
    image = shown(made.full)
    far, low = image.width - 9, image.height - 9
    corners = {"left top": (8, 8), "right top": (far, 8), "left low": (8, low), "right low": (far, low)}
    red = [name for name, at in corners.items() if reddish(image, at)]
    assert red == [RED_CORNER[orientation - 1]]


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    made = redrawn(saved(drawing(4000, 3000), quality=50))
    assert (made.width, made.height) == (2000, 1500)
    assert shown(made.small).size == (240, 180)


def test_what_is_transparent_is_shown_on_white() -> None:
    made = redrawn(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"))
    assert colour(shown(made.full)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_scaled_down_and_not_cut_off() -> None:
    made = redrawn(saved(Image.new("I;16", (9, 9), 128 * 256), "PNG"))
    assert colour(shown(made.full)) == (128, 128, 128)


def test_colours_are_those_that_the_phone_meant() -> None:
    """A phone's numbers are for its own colours: without their profile a tablet would look another blue."""
    red, blue = b"rXYZ", b"bXYZ"
    odd = wide_colours().replace(red, b"----").replace(blue, red).replace(b"----", blue)
    made = redrawn(saved(Image.new("RGB", (9, 9), (200, 40, 20)), icc_profile=odd))
    looks_red, _, looks_blue = colour(shown(made.full))
    assert looks_blue > 180 > 60 > looks_red


@given(
    kind=st.sampled_from(["JPEG", "PNG", "HEIF"]),
    size=st.tuples(st.integers(16, 90), st.integers(16, 90)),
    orientation=st.integers(0, 9),
    place=st.tuples(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59)),
    told=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=60),
)
@settings(max_examples=40)
def test_nothing_that_a_phone_writes_into_a_photo_is_ever_kept(
    kind: str, size: tuple[int, int], orientation: int, place: tuple[int, int, int], told: str
) -> None:
    exif = where_and_when(orientation)
    exif[0x010E] = told
    exif.get_ifd(0x8825).update({2: tuple(map(float, place))})
    made = redrawn(saved(drawing(*size), kind, exif=exif))
    assert holds_pixels_alone(made)
    assert told.encode() not in made.full + made.small


@given(
    start=st.sampled_from([jpeg(), png(), heic()]),
    at=st.integers(0, 4000),
    junk=st.binary(min_size=1, max_size=40),
)
@example(start=jpeg(), at=0, junk=b"\0")
@settings(max_examples=150)
def test_a_file_with_any_bytes_of_it_altered_is_redrawn_or_refused_and_nothing_else(
    start: bytes, at: int, junk: bytes
) -> None:
    at %= len(start)
    with suppress(NotTaken):
        assert holds_pixels_alone(redrawn(start[:at] + junk + start[at + len(junk) :]))
