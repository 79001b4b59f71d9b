"""The separator sheets of a batch: the code that one carries, and the words by which a spoilt one is still known."""

import re
import unicodedata

import zxingcpp

from app.outside.reader.scan import Gray

# Any version: what a code says, and whether it can be believed, is for the trade to tell.
_OURS = re.compile(r"VGM\d+:SEP:.*")
_LONGEST = 200
_WORDS = "feuille de separation"


def code(image: Gray) -> str:
    """What a separator sheet carries, printed twice so that one torn corner leaves the other; empty when this is none."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return next((mark.text[:_LONGEST] for mark in found if _OURS.fullmatch(mark.text)), "")


def worded(text: str) -> bool:
    """Tell whether a page says in words that it is a separator sheet."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    return _WORDS in " ".join(plain.split())
