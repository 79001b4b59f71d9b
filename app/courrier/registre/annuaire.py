"""The sheets of all correspondants: listed, looked through, checked as postal addresses, taken out as a table."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier.registre.correspondants import Contact, nom_complet, portant
from app.courrier.tables import Correspondant
from engine import Phrase

PAGE = 50
"""Sheets shown at once."""

LIGNE, LIGNES = 38, 6
"""Signs of a line and lines of a French postal address: NF Z 10-011."""

FORMULES = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a cell that a spreadsheet computes begins with."""


def feuilleter(session: Session, texte: str, *, page: int = 1) -> tuple[list[Correspondant], int]:
    """The sheets that hold every word typed, or all of them, in the order of their names; how many there are."""
    choisies = select(Correspondant).where(*portant(texte))
    total = session.scalar(select(func.count()).select_from(choisies.subquery())) or 0
    rangs = choisies.order_by(Correspondant.cherche, Correspondant.id).limit(PAGE).offset((max(page, 1) - 1) * PAGE)
    return list(session.scalars(rangs)), total


def adresse(fiche: Correspondant) -> list[str]:
    """The lines of the envelope, in the order of NF Z 10-011: who, which body, where, code and town."""
    personne = nom_complet(fiche).removesuffix(f", {fiche.organisme}") if fiche.nom else ""
    lignes = (personne, fiche.organisme, *fiche.adresse.splitlines(), f"{fiche.code_postal} {fiche.ville}")
    return [ligne.strip() for ligne in lignes if ligne.strip()]


def remarques(fiche: Correspondant) -> list[str]:
    """What sorting machines will stumble over; said, never refused."""
    lignes = adresse(fiche)
    dites: list[str] = [
        Phrase("La ligne « {ligne} » a {n} signes ; une adresse postale en a {maximum} au plus par ligne.",
               ligne=ligne, n=len(ligne), maximum=LIGNE)
        for ligne in lignes if len(ligne) > LIGNE
    ]  # fmt: skip
    if len(lignes) > LIGNES:
        trop = "L’adresse a {n} lignes ; une adresse postale en a {maximum} au plus."
        dites.append(Phrase(trop, n=len(lignes), maximum=LIGNES))
    if fiche.adresse and not (fiche.code_postal and fiche.ville):
        dites.append("Il manque le code postal ou la ville.")
    return dites


def tableur(fiches: Iterable[Correspondant]) -> bytes:
    """The sheets as CSV for a spreadsheet (UTF-8 with BOM, semicolons), one column a field, the first line their names."""
    champs = [champ.name for champ in fields(Contact)]
    tampon = io.StringIO()
    ecrit = csv.writer(tampon, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    ecrit.writerow(champs)
    ecrit.writerows([inerte(getattr(fiche, champ)) for champ in champs] for fiche in fiches)
    return tampon.getvalue().encode("utf-8-sig")


def toutes(session: Session, texte: str) -> Iterable[Correspondant]:
    """Every sheet that holds these words, in the order of their names."""
    return session.scalars(select(Correspondant).where(*portant(texte)).order_by(Correspondant.cherche, Correspondant.id))


def inerte(cellule: str) -> str:
    """The cell as no spreadsheet can take it for a formula (ASVS 1.2.10)."""
    # Some spreadsheets skip blanks before a formula, and read the wide signs of Asian keyboards as the narrow ones.
    return f"'{cellule}" if cellule.lstrip()[:1] in FORMULES else cellule
