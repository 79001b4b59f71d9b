"""A file of sheets as rows, its kind, encoding and separator told by its content; what cannot be read costs its own row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.courrier.correspondants.cartes import Carte, cartes
from app.courrier.correspondants.colonnes import CIBLES
from app.courrier.correspondants.tableur import vive
from app.courrier.errors import SaisieRefusee
from engine import Phrase

OCTETS, LIGNES = 5_000_000, 10_000
"""The most that one file may hold."""

ENCODAGES = ("utf-8", "cp1252", "utf-16")
SEPARATEURS = (";", ",", "\t", "|")
_COUPE = 20
"""Lines that one cell may run over; a quotation mark that is not closed by then was never opened on purpose."""

_COLONNES = 60
_INVISIBLES = dict.fromkeys((signe for signe in range(32) if chr(signe) not in "\t\n\r"), None) | {0xFEFF: None}


@dataclass(frozen=True, kw_only=True)
class Rangee:
    """One row: the number of its line in the file, its cells, or why it cannot be read."""

    ligne: int
    cellules: Sequence[str] = ()
    erreur: str = ""


@dataclass(frozen=True, kw_only=True)
class Tableau:
    """A file read. `titres` are the cells of its first line, or what the cards hold."""

    forme: str  # csv, vcard
    encodage: str
    separateur: str = ""
    titres: Sequence[str] = ()
    rangees: Sequence[Rangee] = field(default_factory=list)


def lire(contenu: bytes, reglages: Mapping[str, object]) -> Tableau:
    """The rows of a file, as `reglages` say or as it seems; `SaisieRefusee` (`fichier`) when it is empty or too long."""
    if len(contenu) > OCTETS:
        raise SaisieRefusee({"fichier": Phrase("Ce fichier est trop lourd : {maximum} Mo au plus.", maximum=OCTETS // 1_000_000)})
    texte, encodage = _decoder(contenu, str(reglages.get("encodage") or ""))
    if not texte.strip():
        raise SaisieRefusee({"fichier": "Ce fichier est vide."})
    if texte.lstrip()[:11].upper() == "BEGIN:VCARD":
        rangees = [_rangee(carte) for carte in cartes(texte, limite=LIGNES + 1)]
        tableau = Tableau(forme="vcard", encodage=encodage, titres=CIBLES, rangees=rangees)
    else:
        tableau = _csv(texte, encodage, reglages)
    if len(tableau.rangees) > LIGNES:
        raise SaisieRefusee({"fichier": Phrase("Ce fichier a plus de {maximum} fiches ; coupez-le.", maximum=LIGNES)})
    return tableau


def _decoder(contenu: bytes, voulu: str) -> tuple[str, str]:
    if voulu in ENCODAGES:
        return _net(contenu.decode(voulu, "replace")), voulu
    if contenu.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _net(contenu.decode("utf-16", "replace")), "utf-16"
    try:
        return _net(contenu.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError:
        return _net(contenu.decode("cp1252", "replace")), "cp1252"


def _net(texte: str) -> str:
    """Without the signs that nobody types, NUL first, which PostgreSQL keeps nowhere."""
    return texte.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLES)


def _csv(texte: str, encodage: str, reglages: Mapping[str, object]) -> Tableau:
    lignes = texte.split("\n")
    debut, dit = 0, ""
    if lignes[0].lower().startswith("sep=") and len(lignes[0]) == 5:  # Excel's own line
        debut, dit = 1, lignes[0][4]
    voulu = str(reglages.get("separateur") or "") or dit
    separateur = voulu if voulu in SEPARATEURS else _separateur(lignes[debut : debut + 10])
    rangees = list(_rangees(lignes, debut, separateur))
    titres: Sequence[str] = ()
    if rangees and reglages.get("titres", "oui") == "oui":
        titres, rangees = rangees[0].cellules, rangees[1:]
    else:
        titres = [str(rang + 1) for rang in range(max((len(r.cellules) for r in rangees), default=0))]
    return Tableau(forme="csv", encodage=encodage, separateur=separateur, titres=titres[:_COLONNES], rangees=rangees)


def _separateur(lignes: Sequence[str]) -> str:
    """The sign that parts the first lines into most cells, quoted ones left out."""
    texte = "\n".join("".join(ligne.split('"')[::2]) for ligne in lignes)
    return max(SEPARATEURS, key=texte.count)


def _rangees(lignes: Sequence[str], place: int, separateur: str) -> Iterator[Rangee]:
    """The rows; one with a quotation mark that is never closed costs its own line and no other."""
    lues = 0
    while place < len(lignes) and lues <= LIGNES + 1:
        fin = _fin(lignes, place)
        if not lignes[place].strip(separateur + " \t"):
            place += 1
            continue
        lues += 1
        if fin is None:
            yield Rangee(ligne=place + 1, erreur=Phrase("Un guillemet ouvert sur cette ligne n’est jamais fermé."))
            place += 1
            continue
        yield _cellules("\n".join(lignes[place:fin]), place + 1, separateur)
        place = fin


def _fin(lignes: Sequence[str], place: int) -> int | None:
    """The line after the row that begins here: where its quotation marks are in pairs."""
    guillemets = 0
    for fin in range(place, min(place + _COUPE, len(lignes))):
        guillemets += lignes[fin].count('"')
        if guillemets % 2 == 0:
            return fin + 1
    return None


def _cellules(texte: str, ligne: int, separateur: str) -> Rangee:
    try:
        lue = next(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), [])
    except csv.Error:
        return Rangee(ligne=ligne, erreur=Phrase("Cette ligne ne peut pas être lue : une cellule est trop longue ou mal fermée."))
    return Rangee(ligne=ligne, cellules=[vive(cellule) for cellule in lue[:_COLONNES]])


def _rangee(carte: Carte) -> Rangee:
    return Rangee(ligne=carte.ligne, cellules=[carte.valeurs.get(cible, "") for cible in CIBLES], erreur=carte.erreur)
