"""What stands on a venue's poster: the same words on the page and in the PDF. Pure."""

from dataclasses import dataclass

from alerts.qr import qr_code

WHAT_TO_REPORT = (
    "An overdose, a collapse or any unusual effect",
    "Drugs that are stronger than people expected",
    "Drugs sold as something they are not, or mixed with something else",
    "A new or dangerous way of taking or mixing drugs",
    "A vape that made somebody ill",
)
HOW = "Scan the code with your phone’s camera. It takes about a minute, and you need no account."
NO_NAMES = "Never write the name, date of birth or address of the person who was harmed."
DANGER = "If someone is in danger now, call 999 first."
NO_SUBSTITUTE = "A report does not replace a safeguarding referral or a police intelligence report."


@dataclass(frozen=True)
class Poster:
    """The words of one poster. `short` is the address as somebody types it who cannot scan."""

    title: str
    organisation: str
    partnership: str
    address: str
    short: str
    how: str = HOW
    what: tuple[str, ...] = WHAT_TO_REPORT
    no_names: str = NO_NAMES
    danger: str = DANGER
    no_substitute: str = NO_SUBSTITUTE


def poster_of(organisation: str, *, partnership: str, address: str) -> Poster:
    """The poster for an organisation."""
    return Poster(
        title="Report a drug concern",
        organisation=organisation,
        partnership=partnership,
        address=address,
        short=address.split("://", 1)[-1],
    )


def qr_svg(address: str) -> str:
    """The QR code as a drawing to stand in a page; a style sheet gives it its size."""
    drawing: str = qr_code(address).svg_inline(
        border=4, omitsize=True, svgclass="ldis-poster__code", lineclass=None, dark="#000", light="#fff"
    )
    return drawing
