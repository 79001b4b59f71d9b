"""Sheets taken out: as CSV for a spreadsheet, as vCard 4.0 (RFC 6350) for an address book; both can be taken in again."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from app.courrier.correspondants import groupes
from app.courrier.correspondants.annuaire import Filtre, toutes
from app.courrier.correspondants.contact import CHAMPS, personne
from app.courrier.tables import Correspondant

COLONNES = ("numero", *CHAMPS, "groupes")
SEPARATEUR = " | "
"""Between the names of the groups in one cell."""

FORMULE = re.compile(r"\s*'*[=+\-@＝＋－＠\t\r]")
"""What a cell that a spreadsheet computes begins with, also behind the sign that we put before."""

_LOT = 500
_OCTETS = 75
"""Of a line of a card, its end not counted (RFC 6350, 3.2)."""


def csv_de(session: Session, filtre: Filtre) -> Iterator[bytes]:
    """CSV for a spreadsheet (UTF-8 with BOM, semicolons), one column a field, the first line their names; a part at a time."""
    yield b"\xef\xbb\xbf" + _ligne(COLONNES)
    for fiche, siens in _rangs(session, filtre):
        yield _ligne((str(fiche.id), *(inerte(getattr(fiche, champ)) for champ in CHAMPS), inerte(SEPARATEUR.join(siens))))


def vcards_de(session: Session, filtre: Filtre) -> Iterator[bytes]:
    """vCard 4.0, one card a sheet; a part at a time."""
    for fiche, siens in _rangs(session, filtre):
        yield b"".join(map(_pliee, _carte(fiche, siens)))


def inerte(cellule: str) -> str:
    """The cell as no spreadsheet can take it for a formula (ASVS 1.2.10)."""
    # Some spreadsheets skip blanks before a formula, and read the wide signs of Asian keyboards as the narrow ones.
    return f"'{cellule}" if FORMULE.match(cellule) else cellule


def vive(cellule: str) -> str:
    """The cell as it was before `inerte`."""
    return cellule[1:] if cellule.startswith("'") and FORMULE.match(cellule[1:]) else cellule


def _rangs(session: Session, filtre: Filtre) -> Iterator[tuple[Correspondant, list[str]]]:
    """Each sheet asked for, with the names of its groups."""
    fiches = toutes(session, filtre)
    while lot := list(islice(fiches, _LOT)):
        siens = groupes.noms(session, [fiche.id for fiche in lot])
        yield from ((fiche, siens.get(fiche.id, [])) for fiche in lot)


def _ligne(cellules: Sequence[str]) -> bytes:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cellules)
    return tampon.getvalue().encode()


def _carte(fiche: Correspondant, siens: Sequence[str]) -> Iterator[str]:
    corps, qui = fiche.genre == "organisme" and not fiche.nom, personne(fiche)
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"KIND:{'org' if corps else 'individual'}"
    yield f"FN:{_dit(qui or fiche.organisme)}"
    if not corps:
        yield f"N:{_dit(fiche.nom)};{_dit(fiche.prenom)};;{_dit(fiche.civilite)};"
    champs = {
        "ORG": fiche.organisme, "TITLE": fiche.fonction, "EMAIL": fiche.courriel, "TEL;VALUE=text": fiche.telephone,
        "NOTE": fiche.notes, "X-SIRET": fiche.siret, "X-OPPOSITION": fiche.opposition, "X-GENRE": fiche.genre,
    }
    yield from (f"{nom}:{_dit(valeur)}" for nom, valeur in champs.items() if valeur)
    if fiche.adresse or fiche.ville or fiche.code_postal or fiche.pays:
        lieu = (fiche.adresse, fiche.ville, "", fiche.code_postal, fiche.pays)
        yield "ADR:;;" + ";".join(map(_dit, lieu))
    if siens:
        yield "CATEGORIES:" + ",".join(map(_dit, siens))
    yield "END:VCARD"


def _dit(valeur: str) -> str:
    """A value with the signs that have a meaning in a card escaped (RFC 6350, 3.4)."""
    for signe, dit in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        valeur = valeur.replace(signe, dit)
    return valeur


def _pliee(ligne: str) -> bytes:
    """A line of a card, folded between characters."""
    parts, part = [], b""
    for signe in ligne:
        octets = signe.encode()
        if len(part) + len(octets) > _OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
