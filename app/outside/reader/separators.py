"""The codes on pages: that of a separator sheet, the words by which a spoilt one is still known, that of a courrier's label."""

import re
import unicodedata

import zxingcpp

from app.outside.reader.scan import Gray

# Any version: what a code says, and whether it can be believed, is for the trade to tell.
_SHEET, _LABEL = re.compile(r"VGM\d+:SEP:.*"), re.compile(r"VGM\d+:CRR:.*")
_NUMBER = re.compile(r"\b[ADI]-20\d\d-\d{5}")
_LONGEST = 200
_WORDS = "feuille de separation"


def codes(image: Gray) -> tuple[str, str]:
    """What a separator sheet carries, printed twice so that one torn corner leaves the other; what a label does. Empty: none."""
    marks = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    sheet, label = (next((m.text[:_LONGEST] for m in marks if ours.fullmatch(m.text)), "") for ours in (_SHEET, _LABEL))
    return sheet, label


def labelled(text: str) -> bool:
    """Tell whether a page quotes a number of ours, as its label does."""
    return bool(_NUMBER.search(text))


def worded(text: str) -> bool:
    """Tell whether a page says in words that it is a separator sheet."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    return _WORDS in " ".join(plain.split())
