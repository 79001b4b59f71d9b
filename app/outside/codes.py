"""Codes that a camera or a scanner reads back, drawn as SVG to stand in a page or a letter."""

import segno


class QrCodes:
    """Draws codes with as much in them to spare as they can have: a third of one may be torn off."""

    def qr(self, texte: str) -> str:
        """A QR code as an `<svg>` that fills the width it is given."""
        return str(segno.make(texte, error="h", micro=False, boost_error=False).svg_inline(omitsize=True, border=4))
