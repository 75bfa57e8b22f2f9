"""An address as a QR code, on a poster, a flyer or a page. Pure."""

import io

import segno


def qr_code(address: str) -> segno.QRCode:
    """The address as a QR code that can still be read when a quarter of it is creased or stained."""
    return segno.make(address, error="q", micro=False, boost_error=False)


def svg(address: str) -> bytes:
    """The QR code as a picture of its own."""
    kept = io.BytesIO()
    qr_code(address).save(
        kept, kind="svg", border=4, scale=4, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    return kept.getvalue()
