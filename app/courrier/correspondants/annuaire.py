"""The sheets looked for: by the words typed, by what a letter says of its sender, or page after page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from app.courrier.correspondants.cles import chiffres
from app.courrier.correspondants.contact import Contact
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, Membre

PAGE = 50
"""Sheets shown at once."""

_CHIFFRES_TELEPHONE = 9
PRESENTE = Correspondant.fusionne_vers.is_(None)
"""A sheet that was not merged into another."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A sheet that may be the one meant, why, and how surely (0..1)."""

    correspondant: Correspondant
    raison: str
    confiance: float


@dataclass(frozen=True, kw_only=True)
class Filtre:
    """Which sheets are asked for: those that hold every word typed, those of a group, of a genre; all when empty."""

    mots: str = ""
    groupe: int | None = None
    genre: str = ""


def trouver(session: Session, contact: Contact, *, limite: int = 5) -> list[Suggestion]:
    """Sheets that may be this contact's, the surest first; a telephone may be shared, a name alone may be another's.

    What was merged is still recognised by what it held, and leads to the sheet that was kept.
    """
    trouves: dict[int, Suggestion] = {}
    for raison, confiance, condition in _essais(contact):
        for fiche in session.scalars(select(Correspondant).where(condition).order_by(Correspondant.id).limit(limite)):
            suivie = gardee(session, fiche)
            trouves.setdefault(suivie.id, Suggestion(correspondant=suivie, raison=raison, confiance=confiance))
    return list(trouves.values())[:limite]


def gardee(session: Session, fiche: Correspondant) -> Correspondant:
    """The sheet that this one was merged into, or itself."""
    while fiche.fusionne_vers is not None:
        fiche = session.get_one(Correspondant, fiche.fusionne_vers)
    return fiche


def _essais(contact: Contact) -> Iterator[tuple[str, float, ColumnElement[bool]]]:
    courriel, telephone = contact.courriel.strip().lower(), chiffres(contact.telephone)
    siret, code = re.sub(r"\s", "", contact.siret), contact.code_postal.strip()
    nom = _nom_plie(contact)
    # «Odile Ferrandier» and «FERRANDIER Odile» are one: all the words, and no other before the bar that ends the name.
    fin_du_nom = func.substr(Correspondant.cherche, len(nom) + 1, 3) == " | "
    mots = and_(fin_du_nom, *(_contient(mot) for mot in nom.split())) if nom else None
    rue = _rue(contact)
    if siret:
        yield "même SIRET", 0.97, Correspondant.siret == siret
    if courriel:
        yield "même courriel", 0.95, Correspondant.courriel == courriel
    if mots is not None and code:
        yield "mêmes nom et code postal", 0.92, mots & _contient(f"| {code}")
    if len(telephone) == _CHIFFRES_TELEPHONE:
        yield "même téléphone", 0.85, _contient(f" tel{telephone}")
    if mots is not None:
        yield "même nom", 0.6, mots
    if rue and code:
        yield "même adresse", 0.5, _contient(f"| {code}") & _contient(f"| {rue} |")


def chercher(session: Session, texte: str, *, limite: int = 20, genre: str = "") -> list[Correspondant]:
    """Sheets that hold every word typed, in any order: name, body, code postal, town, e-mail or telephone."""
    if not texte.strip():
        return []
    choisies = select(Correspondant).where(*_conditions(Filtre(mots=texte, genre=genre)))
    return list(session.scalars(choisies.order_by(Correspondant.cherche).limit(limite)))


def completer(session: Session, debut: str, *, limite: int = PAGE) -> list[Correspondant]:
    """Sheets in whose name words begin as those typed, in the order of names; not those whose use is limited (RGPD art. 18)."""
    mots = re.findall(r"\w+", plier(debut))
    if not mots:
        return []
    # `cherche` begins with the name, folded: as long as it is, but for an «œ» or two.
    entier = case((Correspondant.nom != "", Correspondant.nom + " " + Correspondant.prenom), else_=Correspondant.organisme)
    nom = literal(" ") + func.substr(Correspondant.cherche, 1, func.length(entier) + 2)
    choisies = select(Correspondant).where(
        PRESENTE, Correspondant.opposition != "limitation", *(nom.contains(f" {mot}", autoescape=True) for mot in mots[:8])
    )
    return list(session.scalars(choisies.order_by(Correspondant.cherche, Correspondant.id).limit(limite)))


def feuilleter(session: Session, filtre: Filtre, *, page: int = 1) -> tuple[list[Correspondant], int]:
    """One page of the sheets asked for, in the order of their names; how many there are in all."""
    choisies = select(Correspondant).where(*_conditions(filtre))
    total = session.scalar(select(func.count()).select_from(choisies.subquery())) or 0
    rangs = choisies.order_by(Correspondant.cherche, Correspondant.id).limit(PAGE).offset((max(page, 1) - 1) * PAGE)
    return list(session.scalars(rangs)), total


def toutes(session: Session, filtre: Filtre) -> Iterator[Correspondant]:
    """The sheets asked for that may be handed on, in the order of their names: not those whose use is limited (RGPD art. 18)."""
    choisies = select(Correspondant).where(*_conditions(filtre), Correspondant.opposition != "limitation")
    rangs = choisies.order_by(Correspondant.cherche, Correspondant.id).execution_options(yield_per=1000)
    yield from session.scalars(rangs)


def mots_cherches(contact: Contact) -> str:
    """`name | code postal town | body | e-mail | telephone | street |`, folded: the name first, looked up to its last letter."""
    telephone = chiffres(contact.telephone)
    morceaux = (
        _nom_plie(contact), f"{contact.code_postal} {plier(contact.ville)}".strip(),
        plier(contact.organisme) if contact.nom else "", contact.courriel, f" tel{telephone} 0{telephone}" if telephone else "",
        f"{_rue(contact)} |",
    )
    return " | ".join(morceaux)[:500]


def _conditions(filtre: Filtre) -> list[ColumnElement[bool]]:
    conditions = [PRESENTE, *(_contient(mot) for mot in plier(filtre.mots).split()[:8])]
    if filtre.groupe is not None:
        conditions.append(Correspondant.id.in_(select(Membre.correspondant_id).where(Membre.groupe_id == filtre.groupe)))
    if filtre.genre:
        conditions.append(Correspondant.genre == filtre.genre)
    return conditions


def _nom_plie(contact: Contact) -> str:
    nom = f"{contact.nom} {contact.prenom}" if contact.nom else contact.organisme
    return " ".join(re.findall(r"\w+", plier(nom)))


def _rue(contact: Contact) -> str:
    return " ".join(re.findall(r"\w+", plier(contact.adresse)))[:100]


def _contient(mot: str) -> ColumnElement[bool]:
    return Correspondant.cherche.contains(mot, autoescape=True)
