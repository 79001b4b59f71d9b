"""The register corrected after registration: each change is a line of its own, old and new, with who, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits, habilitations, journal, recherche, registre
from app.courrier.deviations.commun import motif
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.tables import Bureau, Correction, Correspondant, Courrier, Nature


@dataclass(frozen=True, kw_only=True)
class Inscrit:
    """What the register says of a courrier and may be corrected; rows by their ids."""

    objet: str
    date_courrier: date | None
    correspondant_id: int | None
    nature_id: int
    bureau_id: int | None
    mots: tuple[str, ...] = ()
    reponse_voulue: date | None = None


def inscrit(session: Session, courrier: Courrier) -> Inscrit:
    """As it stands now."""
    return Inscrit(
        objet=courrier.objet, date_courrier=courrier.date_courrier, correspondant_id=courrier.correspondant_id,
        nature_id=courrier.nature_id, bureau_id=courrier.bureau_id, mots=tuple(registre.mots_de(session, courrier)),
        reponse_voulue=courrier.reponse_voulue,
    )  # fmt: skip


def rectifier(session: Session, moi: Moi, courrier_id: int, voulu: Inscrit, *, raison: str, now: datetime) -> list[Correction]:
    """Correct what the register says; what was written stays in the lines that are added.

    Open steps stay with those who have them and the échéance already given stays as it is: people were told of them.
    `SaisieRefusee` by field, also when nothing changes; `DejaFait` when the courrier is cancelled.
    """
    habilitations.exiger(moi, "enregistrer")
    courrier = habilitations.voir(session, moi, courrier_id)
    session.refresh(courrier, with_for_update=True)
    if courrier.etat == "annule":
        raise DejaFait(quoi="L’annulation de ce courrier")
    _controler(session, courrier, voulu, now)
    if voulu.correspondant_id is not None:
        fiche = session.get_one(Correspondant, voulu.correspondant_id)
        voulu = replace(voulu, correspondant_id=registre.gardee(session, fiche).id)
    ecrit = inscrit(session, courrier)
    avant, apres = _mots(session, ecrit), _mots(session, voulu)
    changes = [champ for champ in avant if getattr(ecrit, champ) != getattr(voulu, champ)]
    if not changes:
        raise SaisieRefusee({"objet": "Rien n’est changé : corrigez au moins une mention."})
    dit = motif(raison, "raison")
    lignes = [
        Correction(courrier_id=courrier.id, champ=champ, ancien=avant[champ], nouveau=apres[champ], motif=dit,
                   par=moi.identifiant, faite_le=now)
        for champ in changes
    ]  # fmt: skip
    session.add_all(lignes)
    _recrire(session, courrier, voulu, changes)
    if "bureau_id" in changes:
        habilitations.accorder(session, courrier, now=now)
    journal.noter(session, acteur=moi.identifiant, acte="corriger-registre", sujet=circuits.sujet(courrier), now=now,
                  champs=changes, motif=dit)  # fmt: skip
    recherche.marquer(session, courrier)
    session.flush()
    return lignes


def _recrire(session: Session, courrier: Courrier, voulu: Inscrit, changes: Sequence[str]) -> None:
    for champ in changes:
        if champ == "mots":
            registre.poser(session, courrier, voulu.mots)
        else:
            setattr(courrier, champ, getattr(voulu, champ))
    if "reponse_voulue" in changes:
        courrier.reponse_mots = ""  # the letter's own words spoke of another day


def corrections(session: Session, courrier: Courrier) -> Sequence[Correction]:
    """What was corrected, oldest first."""
    return session.scalars(select(Correction).where(Correction.courrier_id == courrier.id).order_by(Correction.id)).all()


def mentions(session: Session, courrier: Courrier) -> Mapping[str, str]:
    """What the register says of it now, in words."""
    return _mots(session, inscrit(session, courrier))


def _controler(session: Session, courrier: Courrier, voulu: Inscrit, now: datetime) -> None:
    saisie = registre.Saisie(
        sens=courrier.sens, canal=courrier.canal, objet=voulu.objet, nature_id=voulu.nature_id, bureau_id=voulu.bureau_id,
        correspondant=voulu.correspondant_id, date_courrier=voulu.date_courrier, recu_le=courrier.recu_le,
        mots=voulu.mots, reponse_voulue=voulu.reponse_voulue,
    )  # fmt: skip
    nature = registre.controler(session, saisie, now=now)
    if nature.sens != courrier.sens:
        raise SaisieRefusee({"nature_id": "Choisissez une nature."})


def _mots(session: Session, dit: Inscrit) -> Mapping[str, str]:
    """The register's words: what a row is called may change later, the register does not."""
    bureau = session.get(Bureau, dit.bureau_id) if dit.bureau_id else None
    fiche = session.get(Correspondant, dit.correspondant_id) if dit.correspondant_id else None
    return {
        "objet": dit.objet, "date_courrier": f"{dit.date_courrier:%d/%m/%Y}" if dit.date_courrier else "",
        "correspondant_id": registre.nom_complet(fiche), "nature_id": session.get_one(Nature, dit.nature_id).nom,
        "bureau_id": bureau.nom if bureau else "", "mots": ", ".join(dit.mots),
        "reponse_voulue": f"{dit.reponse_voulue:%d/%m/%Y}" if dit.reponse_voulue else "",
    }  # fmt: skip
