"""The numbers that letters about one affair have in common: a planning file, a parcel, a number of our own registers."""

import re
from collections.abc import Iterator

from app.courrier.organisation import plier

# Code de l'urbanisme, A423-3: kind, département, commune, year, then letters and digits that the town hall chooses.
_URBANISME = re.compile(
    r"\b(pc|pcmi|pa|pd|dp|cu|at)[\s.]?(?:n[°ºo]\s?)?(\d{2,3}|2[ab])[\s.]?(\d{3})[\s.]?(\d{2})[\s.]?([a-z]?)[\s.]?(\d{4,5})\b"
)
_SECTION = r"(?:section\s+)?([a-z]{1,2})\s?[-,]?\s?(?:n[°ºo]\s?|numeros?\s)?(\d{1,4})\b"
_PARCELLE = re.compile(rf"\b(?:parcelles?|cadastree?s?|cadastre)\b[^.;\n]{{0,40}}?\b{_SECTION}")
# A sign before it is that of a body whose registers may be here: CCAS-A-2026-00012.
_CHRONO = re.compile(r"(?<![\w/.-])(?:([a-z][a-z0-9]{1,3})-)?([adi])\s?[-–]\s?(20\d\d)\s?[-–]\s?(\d{5,})(?![\w/-]|\.\d)")
_MOTS = {"n", "no", "de", "du", "la", "le", "et", "au", "en", "a", "il", "ce", "se", "ne", "un", "l", "d", "s", "sa", "ma", "y"}


def dossiers(texte: str) -> list[str]:
    """Planning files and parcels, each written in one way: «PC 072 123 24 A0012», «parcelle AB 123»; each once."""
    return list(dict.fromkeys(_dossiers(" ".join(plier(texte).split()))))


def _dossiers(plie: str) -> Iterator[str]:
    for trouve in _URBANISME.finditer(plie):
        genre, departement, commune, annee, lettre, numero = trouve.groups()
        yield " ".join((genre, departement.zfill(3), commune, annee, lettre + numero)).upper()
    for trouve in _PARCELLE.finditer(plie):
        section, numero = trouve.groups()
        if section not in _MOTS:
            yield f"parcelle {section.upper()} {int(numero)}"


def chronos(texte: str) -> list[str]:
    """The numbers of our registers that are quoted, each once, as the register writes them."""
    trouves = ("-".join(filter(None, dits)).upper() for dits in _CHRONO.findall(plier(texte)))
    return list(dict.fromkeys(trouves))
