"""The closings of the registers read again: their chain, their lines, what the register says today, what the vault keeps."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.courrier import journal
from app.courrier.errors import Introuvable
from app.courrier.ports import Coffre
from app.courrier.tables import Arrete
from app.courrier.tenue.lignes import condense, lignes
from engine import Phrase

FIXES = ("canal", "date_courrier", "enregistre_le", "enregistre_par", "objet", "recommande", "recu_le", "reference")
"""What only a correction changes, which leaves its line; the names of sheets, natures and bureaux are those of the day."""


_A_LA_FOIS = 20
"""Closings held at once: each has all the lines of its day."""


@dataclass(frozen=True, kw_only=True)
class Ecart:
    """Something that is not as it was closed: in which closing, and what, in words that say nothing of a letter."""

    registre: str
    jour: date
    motif: str


@dataclass(frozen=True, kw_only=True)
class Bilan:
    """How many closings and lines were read again, and all that differs."""

    arretes: int
    inscriptions: int
    ecarts: tuple[Ecart, ...]


def verifier(session: Session, coffre: Coffre, registre: str = "", *, debut: date = date.min, fin: date = date.max) -> Bilan:
    """Reckon again the closings of the days from `debut` to `fin`, both included, of one register or of all."""
    tous = select(Arrete).options(undefer(Arrete.lignes)).where(Arrete.jour.between(debut, fin))
    voulus = tous.where(Arrete.registre == registre) if registre else tous
    arretes = session.scalars(voulus.order_by(Arrete.registre, Arrete.rang))
    relus, inscriptions, ecarts = 0, 0, list[Ecart]()
    for cle, siens in groupby(arretes.yield_per(_A_LA_FOIS), key=lambda arrete: arrete.registre):
        notees, avant = _notees(session, cle), None
        for arrete in siens:
            chaine = _chaine(arrete, avant or _avant(session, arrete), notees)
            motifs = [*chaine, *_lignes(session, arrete), *_coffre(coffre, arrete)]
            ecarts += [Ecart(registre=cle, jour=arrete.jour, motif=motif) for motif in motifs]
            relus, inscriptions, avant = relus + 1, inscriptions + arrete.nombre, arrete
    return Bilan(arretes=relus, inscriptions=inscriptions, ecarts=tuple(ecarts))


def _avant(session: Session, arrete: Arrete) -> Arrete | None:
    """The closing before one that is read first."""
    avant = select(Arrete).where(Arrete.registre == arrete.registre, Arrete.rang < arrete.rang)
    return session.scalar(avant.order_by(Arrete.rang.desc()).limit(1))


def _notees(session: Session, registre: str) -> Set[object]:
    """The digests of the closings of a register that the journal knows."""
    return {journal.details(une).get("empreinte") for une in journal.lire(session, f"registre:{registre}")}


def _chaine(arrete: Arrete, avant: Arrete | None, notees: Set[object]) -> Iterator[str]:
    """Its text under its seal, sealed to the closing before, shown by its columns, known to the journal."""
    attendue, rang = (avant.empreinte, avant.rang + 1) if avant else (journal.ORIGINE, 1)
    if (arrete.precedente, arrete.rang) != (attendue, rang):
        yield Phrase("il n’est pas lié à l’arrêté d’avant")
    if arrete.empreinte != journal.sceller(arrete.precedente, arrete.ligne):
        yield Phrase("son texte a été changé")
    dit = json.loads(arrete.ligne)
    montre = {**{cle: getattr(arrete, cle) for cle in dit}, "jour": arrete.jour.isoformat(),
              "arrete_le": arrete.arrete_le.isoformat()}  # fmt: skip
    if montre != dit:
        yield Phrase("ses colonnes ne disent pas ce que dit son texte")
    if arrete.empreinte not in notees:
        yield Phrase("le journal ne le connaît pas")


def _lignes(session: Session, arrete: Arrete) -> Iterator[str]:
    """The lines that it kept, against their digests and against the register as it stands."""
    gardees = [ligne.partition("\t")[::2] for ligne in arrete.lignes.splitlines()]
    if condense(marque for marque, _ in gardees) != arrete.contenu or len(gardees) != arrete.nombre:
        yield Phrase("la liste de ses lignes a été changée")
    dites = {}
    for rang, (marque, texte) in enumerate(gardees, 1):
        if hashlib.sha256(texte.encode()).hexdigest() == marque:
            dites[json.loads(texte)["chrono"]] = json.loads(texte)
        else:
            yield Phrase("sa ligne {rang} a été changée", rang=rang)
    presentes = {une.courrier.chrono: une.dit for une in lignes(session, arrete.registre, arrete.jour, arrete.jour, moi=None)}
    for chrono in sorted(dites.keys() | presentes.keys()):
        if chrono not in presentes:
            yield Phrase("{chrono} n’est plus au registre", chrono=chrono)
        elif chrono not in dites:
            yield Phrase("{chrono} est au registre sans avoir été arrêté", chrono=chrono)
        else:
            yield from _differences(chrono, dites[chrono], presentes[chrono])


def _differences(chrono: str, alors: Mapping[str, object], present: Mapping[str, object]) -> Iterator[str]:
    for champ in FIXES:
        if alors.get(champ) != present.get(champ):
            yield Phrase("{chrono} : « {champ} » n’est plus ce qui fut arrêté, et aucune rectification ne le dit", chrono=chrono,
                         champ=champ)  # fmt: skip
    faites, connues = present["rectifications"], alors["rectifications"]
    if isinstance(faites, list) and isinstance(connues, list) and faites[: len(connues)] != connues:
        yield Phrase("{chrono} : une rectification a disparu ou a été changée", chrono=chrono)
    if alors.get("annulation") and alors["annulation"] != present.get("annulation"):
        yield Phrase("{chrono} : son annulation a disparu ou a été changée", chrono=chrono)


def _coffre(coffre: Coffre, arrete: Arrete) -> Iterator[str]:
    """What the vault has of it, once it was put there."""
    if arrete.fichier and not _intact(coffre, arrete.fichier):
        yield Phrase("son fichier manque au coffre, ou y est abîmé")
    if arrete.page and not _intact(coffre, arrete.page):
        yield Phrase("sa page imprimée manque au coffre, ou y est abîmée")
    if arrete.fichier and arrete.fichier != hashlib.sha256(arrete.lignes.encode()).hexdigest():
        yield Phrase("son fichier au coffre n’est pas celui de ses lignes")


def _intact(coffre: Coffre, sha256: str) -> bool:
    try:
        return hashlib.sha256(coffre.get(sha256)).hexdigest() == sha256
    except Introuvable:
        return False
