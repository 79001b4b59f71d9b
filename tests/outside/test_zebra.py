"""Labels for Zebra printers: only the commands of ours are in them, whatever a bureau or a body is called."""

import re

import pytest

from app.courrier.ports import Etiquette
from app.outside.zebra import Zebra

OURS = {"XA", "XZ", "CI", "PW", "LL", "LH", "FO", "BQ", "A0", "FB", "FH", "FD", "FS"}
DITE = Etiquette(
    organisme="Mairie de Saint-Aubin-des-Prés", registre="Registre des arrivées", chrono="A-2026-00123", date="Reçu hier",
    bureau="Œuvres sociales^XZ^XA~JA\\&_5E €", code="VGM1:CRR:A-2026-00123:7F3A2C",
)  # fmt: skip


def commands(zpl: str) -> list[tuple[str, str]]:
    """Each command with what follows it; `~` commands too."""
    return [(found[1], found[2]) for found in re.finditer(r"[\^~]([A-Z][A-Z0-9])([^^~]*)", zpl)]


def fields(zpl: str) -> list[str]:
    """What each field says once the printer has read its hexadecimal."""
    said = [after.strip() for name, after in commands(zpl) if name == "FD"]
    return [re.sub(rb"_([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text.encode()).decode() for text in said]


@pytest.mark.parametrize(("largeur", "hauteur", "points"), [(62, 29, 8), (62, 29, 12), (102, 51, 8), (102, 51, 12)])
def test_a_label_says_all_and_commands_nothing_else(largeur: int, hauteur: int, points: int) -> None:
    zpl = Zebra().zpl([DITE, DITE], largeur=largeur, hauteur=hauteur, points=points).decode()
    read = commands(zpl)
    assert {name for name, _ in read} == OURS
    assert "~" not in zpl
    assert [name for name, _ in read].count("XA") == [name for name, _ in read].count("XZ") == 2
    assert zpl.isascii()
    assert fields(zpl)[:6] == ["HA," + DITE.code, DITE.organisme, DITE.registre, DITE.chrono, DITE.date, DITE.bureau]
    assert ("CI", "28\n") in read
    for name, after in read:
        if name == "FO":
            x, y = map(int, after.split(","))
            assert 0 <= x < largeur * points
            assert 0 <= y < hauteur * points
