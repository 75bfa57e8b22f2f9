"""Make of a file that a stranger sent a picture that is only a picture.

`python -m ldis.photos.pictures` is the process in which this is done (see `process.py`): it reads a file from its
standard input, and writes a line of JSON and the two pictures that it made, or what is wrong with the file.
"""

import json
import re
import resource
import struct
import sys
import warnings
import zlib
from contextlib import suppress
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from ldis.photos.rules import LONGEST_SIDE, MOST_PIXELS, SMALL_SIDE, Fault, NotTaken, Picture

FORMATS = ("JPEG", "PNG", "HEIF")
BEGINS_WELL = re.compile(rb"\xff\xd8\xff|\x89PNG|.{4}ftyp(?:he|mif1|msf1)", re.DOTALL)
SRGB = ImageCms.createProfile("sRGB")
DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What the readers raise over files that are not what they begin as."""

MOST_MEMORY = 2 * 1024**3
MOST_CPU_SECONDS = 20


def redrawn(content: bytes) -> Picture:
    """The picture in a file: upright, in the colours of the web, at most 2000 pixels long, and nothing besides.

    What a file is, its content says and not its name. How large it is is asked before any of it is decoded. The
    pixels are painted onto a fresh canvas, so that no place, time, comment, profile or second file goes with them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with _opened(content) as image:
                full = _painted(image)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
            raise NotTaken(Fault.TOO_MANY_PIXELS) from bomb
        except DAMAGED as error:
            raise NotTaken(Fault.BROKEN) from error
    small = full.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(full.width, full.height, _jpeg(full, quality=82), _jpeg(small, quality=70))


def _opened(content: bytes) -> ImageFile.ImageFile:
    """The file as one of the three kinds that are taken, not yet decoded."""
    pillow_heif.register_heif_opener(thumbnails=False)
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise NotTaken(Fault.BROKEN if BEGINS_WELL.match(content) else Fault.OTHER_KIND) from error
    if image.width * image.height > MOST_PIXELS:
        raise NotTaken(Fault.TOO_MANY_PIXELS)
    if image.format == "PNG" and getattr(image, "is_animated", False):
        raise NotTaken(Fault.MOVES)
    return image


def _painted(image: ImageFile.ImageFile) -> Image.Image:
    image.draft(
        None, (LONGEST_SIDE, LONGEST_SIDE)
    )  # a JPEG is decoded at a fraction of its size where that is enough
    shrunk = _eight_bits(image)
    shrunk.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
    upright = _on_white(ImageOps.exif_transpose(shrunk))
    canvas = Image.new("RGB", upright.size)
    canvas.paste(_in_srgb(upright))
    return canvas


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey in sixteen bits, as scanners save it, would be cut off rather than scaled down."""
    if not image.mode.startswith("I"):
        return image
    return image.point(lambda value: value / 256).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    profile = image.info.get("icc_profile")
    layer = image.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    flat = Image.alpha_composite(paper, layer).convert("RGB")
    flat.info["icc_profile"] = profile
    return flat


def _in_srgb(image: Image.Image) -> Image.Image:
    """Phones write wider colours than the web shows; dropping their profile alone would change a tablet's colour."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, meant, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that makes no sense: the numbers as they stand
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _jpeg(canvas: Image.Image, *, quality: int) -> bytes:
    file = BytesIO()
    canvas.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def limited() -> None:
    """Let the system itself end this process when it takes too much."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS + 1))
    with suppress(ValueError):  # macOS keeps no limit of memory
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main() -> None:
    """Decode one file."""
    limited()
    out = sys.stdout.buffer
    try:
        picture = redrawn(sys.stdin.buffer.read())
    except NotTaken as refusal:
        out.write(json.dumps({"fault": refusal.fault.name}).encode())
        return
    head = {"width": picture.width, "height": picture.height, "full": len(picture.full)}
    out.write(json.dumps(head).encode() + b"\n" + picture.full + picture.small)


if __name__ == "__main__":
    main()
