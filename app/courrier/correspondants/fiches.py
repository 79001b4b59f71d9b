"""The sheets of outside people and bodies: made, corrected, followed to where they were merged; every change is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.correspondants import cles
from app.courrier.correspondants.annuaire import mots_cherches
from app.courrier.correspondants.contact import CHAMPS, Contact, contact, valider
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Changement, Correspondant, Courrier

_NOMME = frozenset(("civilite", "nom", "prenom", "organisme"))
_DU_BUREAU = ("adresse", "code_postal", "ville", "pays")
"""What a person's sheet takes from that of the body they work for."""

_SAUTS = 20


def sujet(fiche_id: int) -> str:
    """What the journal calls a sheet."""
    return f"correspondant:{fiche_id}"


def correspondant(session: Session, correspondant_id: int) -> Correspondant:
    """One sheet, as it is, be it merged into another; `Introuvable`."""
    trouve = session.get(Correspondant, correspondant_id)
    if trouve is None:
        raise Introuvable(quoi="Ce correspondant")
    return trouve


def suivre(session: Session, correspondant_id: int) -> Correspondant | None:
    """The sheet that this number leads to since any merge, held against one until the transaction ends; None: there is none."""
    for _saut in range(_SAUTS):
        fiche = session.scalar(
            select(Correspondant).where(Correspondant.id == correspondant_id)
            .with_for_update(read=True).execution_options(populate_existing=True)
        )
        if fiche is None or fiche.fusionne_vers is None:
            return fiche
        correspondant_id = fiche.fusionne_vers
    return None


def creer(
    session: Session, saisi: Contact, *, par: str, now: datetime, prefixe: str = "", employeur: int | None = None
) -> Correspondant:
    """A new sheet, of somebody who works for the body `employeur`; `SaisieRefusee` by field, named after `prefixe`."""
    valeurs = valider(_employe(session, saisi, employeur, prefixe), prefixe)
    [nouveau] = ajouter(session, [{**valeurs, "organisme_id": employeur}], acte="creer", par=par, now=now)
    journal.noter(session, acteur=par, acte="creer-correspondant", sujet=sujet(nouveau.id), now=now)
    return nouveau


def ajouter(
    session: Session, fiches: Sequence[Mapping[str, Any]], *, acte: str, par: str, now: datetime, import_id: int | None = None
) -> list[Correspondant]:
    """The rows of new sheets, whose values are clean; with their keys and the first line of their history."""
    nouveaux = [Correspondant(**valeurs, cherche=mots_cherches(_contact(valeurs))) for valeurs in fiches]
    session.add_all(nouveaux)
    session.flush()
    session.add_all(
        Changement(correspondant_id=fiche.id, acte=acte, avant={}, apres={cle: dit for cle, dit in valeurs.items() if dit},
                   par=par, le=now, import_id=import_id)
        for fiche, valeurs in zip(nouveaux, fiches, strict=True)
    )  # fmt: skip
    cles.poser(session, nouveaux)
    return nouveaux


def modifier(
    session: Session, correspondant_id: int, saisi: Contact, *, par: str, now: datetime, employeur: int | None = None
) -> Correspondant:
    """Correct a sheet; its history keeps what was in it, the journal only which fields changed. `SaisieRefusee` by field."""
    fiche = verrouiller(session, correspondant_id)[0]
    if fiche.fusionne_vers is not None:
        raise Introuvable(quoi="Cette fiche")
    valeurs = valider(_employe(session, saisi, employeur, "", de=fiche.id))
    changes = changer(session, fiche, {**valeurs, "organisme_id": employeur}, acte="modifier", par=par, now=now)
    if changes:
        journal.noter(session, acteur=par, acte="modifier-correspondant", sujet=sujet(fiche.id), now=now, champs=changes)
    return fiche


def changer(
    session: Session, fiche: Correspondant, valeurs: Mapping[str, Any], *, acte: str, par: str, now: datetime,
    import_id: int | None = None,
) -> list[str]:  # fmt: skip
    """Write clean values into a sheet that is locked, with all that follows from them; the fields that changed."""
    avant = {champ: getattr(fiche, champ) for champ, valeur in valeurs.items() if getattr(fiche, champ) != valeur}
    if not avant:
        return []
    for champ in avant:
        setattr(fiche, champ, valeurs[champ])
    fiche.cherche = mots_cherches(contact(fiche))
    session.add(Changement(correspondant_id=fiche.id, acte=acte, avant=avant, apres={champ: valeurs[champ] for champ in avant},
                           par=par, le=now, import_id=import_id))  # fmt: skip
    session.flush()
    cles.poser(session, [fiche])
    if _NOMME & set(avant):
        _renommee(session, fiche)
    if {"organisme", *_DU_BUREAU} & set(avant):
        _prevenir_contacts(session, fiche, avant, par=par, now=now)
    return sorted(avant)


def historique(session: Session, fiche: Correspondant) -> Sequence[Changement]:
    """What changed of a sheet, newest first."""
    siens = select(Changement).where(Changement.correspondant_id == fiche.id)
    return session.scalars(siens.order_by(Changement.id.desc())).all()


def contacts(session: Session, fiche: Correspondant, *, limite: int | None = 200) -> Sequence[Correspondant]:
    """The people who work for this body, by name; `limite`: how many, None for all."""
    siens = select(Correspondant).where(Correspondant.organisme_id == fiche.id, Correspondant.fusionne_vers.is_(None))
    return session.scalars(siens.order_by(Correspondant.cherche).limit(limite)).all()


def designer(session: Session, courrier: Courrier, saisi: Contact, *, par: str, now: datetime) -> Correspondant:
    """Name the correspondant of a courrier that came without one, so that it can be answered.

    `SaisieRefusee`, its fields named `destinataire_…`, with what to put right.
    """
    fiche = creer(session, saisi, par=par, now=now, prefixe="destinataire_")
    courrier.correspondant_id = fiche.id
    session.flush()
    journal.noter(session, acteur=par, acte="designer-correspondant", sujet=f"courrier:{courrier.id}", now=now, fiche=fiche.id)
    return fiche


def verrouiller(session: Session, *ids: int) -> list[Correspondant]:
    """These sheets, held until the transaction ends, always in the same order; `Introuvable` when one is missing."""
    fiches = session.scalars(
        select(Correspondant).where(Correspondant.id.in_(ids)).order_by(Correspondant.id)
        .with_for_update().execution_options(populate_existing=True)
    ).all()
    par_id = {fiche.id: fiche for fiche in fiches}
    if len(par_id) != len(set(ids)):
        raise Introuvable(quoi="Ce correspondant")
    return [par_id[cle] for cle in ids]


def _contact(valeurs: Mapping[str, Any]) -> Contact:
    return Contact(**{champ: valeurs[champ] for champ in CHAMPS if champ in valeurs})


def _employe(session: Session, saisi: Contact, employeur: int | None, prefixe: str, *, de: int | None = None) -> Contact:
    """What was typed of somebody who works for a body: its name, and its address when they have none of their own."""
    if employeur is None:
        return saisi
    maison = session.get(Correspondant, employeur)
    if maison is None or maison.id == de or maison.genre != "organisme" or maison.fusionne_vers is not None:
        raise SaisieRefusee({prefixe + "organisme_id": "Choisissez la fiche d’un organisme."})
    sienne = any(getattr(saisi, champ).strip() for champ in _DU_BUREAU)
    lieu = {} if sienne else {champ: getattr(maison, champ) for champ in _DU_BUREAU}
    return replace(saisi, genre="personne", organisme=maison.organisme, **lieu)


def _prevenir_contacts(session: Session, fiche: Correspondant, avant: Mapping[str, Any], *, par: str, now: datetime) -> None:
    """The people of a body follow its name, and its address as long as theirs was the same."""
    lieu = {champ: getattr(fiche, champ) for champ in _DU_BUREAU}
    ancien = {champ: avant.get(champ, lieu[champ]) for champ in _DU_BUREAU}
    for membre in contacts(session, fiche, limite=None):
        suit = all(getattr(membre, champ) == ancien[champ] for champ in _DU_BUREAU)
        valeurs = {"organisme": fiche.organisme, **(lieu if suit else {})}
        changer(session, membre, valeurs, acte="organisme", par=par, now=now)


def _renommee(session: Session, fiche: Correspondant) -> None:
    """The index is due for the courriers of a sheet whose name changed."""
    session.execute(
        update(Courrier).where(Courrier.correspondant_id == fiche.id).values(numero_index=Courrier.numero_index + 1),
        execution_options={"synchronize_session": False},
    )
