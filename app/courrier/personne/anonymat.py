"""A sheet made anonymous: only when nothing that must be kept names it (RGPD, art. 17; code du patrimoine, L212-1 and after)."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.correspondants import CHAMPS, cles, gardee, sujet
from app.courrier.correspondants.fiches import correspondant, verrouiller
from app.courrier.errors import GesteRefuse, Introuvable
from app.courrier.habilitations import Moi, exiger
from app.courrier.personne.recherche import fermees
from app.courrier.personne.releve import DROIT
from app.courrier.tables import Changement, Correspondant, Courrier, Distincts, Fusion, Membre

NOM = "(anonyme)"


def anonymiser(session: Session, moi: Moi, fiche_id: int, *, now: datetime) -> None:
    """Take all that names somebody out of a sheet and of those merged into it, their history too; `GesteRefuse`, `Interdit`."""
    exiger(moi, DROIT)
    tete = gardee(session, correspondant(session, fiche_id))
    if fermees(session, moi, [tete.id]):
        raise Introuvable(quoi="Cette personne")
    siennes = verrouiller(session, tete.id, *_fusionnees(session, tete.id))
    ids = [fiche.id for fiche in siennes]
    _exiger_libre(session, ids)
    for fiche in siennes:
        for champ in CHAMPS:
            setattr(fiche, champ, "")
        fiche.nom, fiche.genre, fiche.cherche, fiche.organisme_id = NOM, "personne", NOM, None
    session.flush()
    for table, condition in (
        (Changement, Changement.correspondant_id.in_(ids)), (Membre, Membre.correspondant_id.in_(ids)),
        (Distincts, Distincts.premier_id.in_(ids) | Distincts.second_id.in_(ids)),
    ):  # fmt: skip
        session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})
    session.execute(
        update(Fusion).where(or_(Fusion.gardee_id.in_(ids), Fusion.otee_id.in_(ids)))
        .values(avant={}, apres={}, defaite_le=func.coalesce(Fusion.defaite_le, now),
                defaite_par=func.coalesce(Fusion.defaite_par, moi.identifiant)),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
    for fiche in siennes:
        fiche.version_cles = cles.VERSION
        cles.oublier(session, fiche.id)
        session.add(Changement(correspondant_id=fiche.id, acte="anonymiser", avant={}, apres={}, par=moi.identifiant, le=now))
    session.flush()
    journal.noter(session, acteur=moi.identifiant, acte="anonymiser-correspondant", sujet=sujet(tete.id), now=now)


def _fusionnees(session: Session, fiche_id: int) -> list[int]:
    toutes, derniers = list[int](), [fiche_id]
    while derniers:
        derniers = list(session.scalars(select(Correspondant.id).where(Correspondant.fusionne_vers.in_(derniers))))
        toutes += derniers
    return toutes


def _exiger_libre(session: Session, ids: list[int]) -> None:
    if session.scalar(select(Courrier.id).where(Courrier.correspondant_id.in_(ids)).limit(1)) is not None:
        raise GesteRefuse(
            motif="Cette fiche ne peut pas être effacée : du courrier enregistré la nomme. C’est une archive publique, dont rien"
            " n’est détruit sans le visa des archives (code du patrimoine, articles L212-1 et suivants) ; le droit à l’effacement"
            " ne s’y applique pas (RGPD, article 17, paragraphe 3). La fiche peut être corrigée, ou son usage limité."
        )
    gens = select(Correspondant.id).where(Correspondant.organisme_id.in_(ids), Correspondant.id.not_in(ids))
    if session.scalar(gens.limit(1)) is not None:
        raise GesteRefuse(motif="Des personnes sont rattachées à cet organisme : détachez-les d’abord.")
