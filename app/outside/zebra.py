"""Labels in ZPL II, the language of Zebra's printers: what people typed is written as hexadecimal, so that nothing commands."""

from collections.abc import Iterator, Sequence

from app.courrier.ports import Etiquette

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:()/-")
_MODULES = 33
"""Of the largest code that a number of ours needs, at the highest of corrections (version 4)."""
_LARGEST_MODULE = 10
_MARGIN = 2.0  # millimetres


class Zebra:
    """Writes labels: a code at the left, the number in large type and the rest in small beside it."""

    def zpl(self, etiquettes: Sequence[Etiquette], *, largeur: float, hauteur: float, points: int) -> bytes:
        """One format a label, in UTF-8 (^CI28); sizes in millimetres, `points` a millimetre: 8 (203 dpi) or 12 (300 dpi)."""
        return "".join(_label(one, largeur * points, hauteur * points, points) for one in etiquettes).encode()


def _label(said: Etiquette, width: float, height: float, dots: int) -> str:
    margin = _MARGIN * dots
    module = min(_LARGEST_MODULE, int((height - 2 * margin) / _MODULES))
    left = margin + _MODULES * module + margin
    lines = "".join(_lines(said, left, margin, width - left - margin, height - 2 * margin))
    code = f"^FO{margin:.0f},{margin:.0f}^BQN,2,{module}^FH_^FDHA,{_escaped(said.code)}^FS\n"
    return f"^XA\n^CI28\n^PW{width:.0f}\n^LL{height:.0f}\n^LH0,0\n{code}{lines}^XZ\n"


def _lines(said: Etiquette, left: float, top: float, width: float, height: float) -> Iterator[str]:
    """Each text in its share of the height: how many lines of it, and the share that they take together."""
    for text, rows, share in (
        (said.organisme, 2, 0.24), (said.registre, 1, 0.13), (said.chrono, 1, 0.27), (said.date, 1, 0.13), (said.bureau, 2, 0.23),
    ):
        type_ = height * share / rows * 0.9
        # The number stands on one line whatever its length: the letters of this font are about half as wide as high.
        narrow = min(type_, width / max(len(text), 1) / 0.56) if text == said.chrono else type_ * 0.9
        yield (f"^FO{left:.0f},{top:.0f}^A0N,{type_:.0f},{narrow:.0f}^FB{width:.0f},{rows},0,L,0"
               f"^FH_^FD{_escaped(text)}^FS\n")  # fmt: skip
        top += height * share


def _escaped(text: str) -> str:
    """Letters, digits and a few signs as they are; every other byte as `_XX`, the carets and tildes of commands first of all."""
    return "".join(sign if sign in _PLAIN else "".join(f"_{byte:02X}" for byte in sign.encode()) for sign in text)
