"""Pictures for the demonstration, drawn on the spot: anybody can see that they are no photographs."""

from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

from ldis.photos.pictures import redrawn
from ldis.photos.rules import NewPhoto

PAPER, SHADOW, TABLET = (236, 232, 222), (206, 200, 186), (72, 122, 196)


def photo_of_tablets(count: int) -> NewPhoto:
    """So many blue tablets on paper, with a line across each, and the word that they are drawn."""
    image = Image.new("RGB", (640, 480), PAPER)
    pen = ImageDraw.Draw(image)
    for place in range(count):
        left, top = 90 + 250 * place, 150 + 30 * place
        pen.ellipse((left + 8, top + 10, left + 208, top + 210), fill=SHADOW)
        pen.ellipse((left, top, left + 200, top + 200), fill=TABLET, outline=(52, 96, 164), width=5)
        pen.line((left + 22, top + 100, left + 178, top + 100), fill=(52, 96, 164), width=6)
    pen.text((20, 440), "Invented for the demonstration", fill=(90, 86, 76), font_size=24)
    file = BytesIO()
    image.save(file, "PNG")
    return NewPhoto(sha256(file.getvalue()).hexdigest(), redrawn(file.getvalue()))
