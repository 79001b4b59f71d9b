"""Groups of correspondants who are written to together: made, renamed, left, and whose sheet is in which."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.correspondants.annuaire import PRESENTE
from app.courrier.correspondants.fiches import sujet
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, Groupe, Membre
from app.courrier.tables.absents import inserer_absents
from engine import Phrase

_LONGUEUR = 100
_COUPURES = ",|"
_PAR_LOT = 500


def tous(session: Session) -> Sequence[Groupe]:
    """All the groups, by name."""
    return session.scalars(select(Groupe).order_by(Groupe.cle)).all()


def comptes(session: Session) -> Mapping[int, int]:
    """How many sheets are in each group."""
    requete = select(Membre.groupe_id, func.count()).join(Correspondant, Correspondant.id == Membre.correspondant_id)
    return dict(session.execute(requete.where(PRESENTE).group_by(Membre.groupe_id)).all())


def de(session: Session, fiche_id: int) -> list[int]:
    """The groups that a sheet is in."""
    return sorted(session.scalars(select(Membre.groupe_id).where(Membre.correspondant_id == fiche_id)))


def noms(session: Session, fiches: Sequence[int]) -> Mapping[int, list[str]]:
    """The names of the groups that each of these sheets is in."""
    trouves: dict[int, list[str]] = {}
    for debut in range(0, len(fiches), _PAR_LOT):
        requete = select(Membre.correspondant_id, Groupe.nom).join(Groupe, Groupe.id == Membre.groupe_id).where(
            Membre.correspondant_id.in_(fiches[debut : debut + _PAR_LOT])
        )
        for fiche_id, nom in session.execute(requete.order_by(Groupe.cle)):
            trouves.setdefault(fiche_id, []).append(nom)
    return trouves


def nomme(session: Session, nom: str, *, par: str, now: datetime) -> Groupe:
    """The group of this name, whatever its case and accents, made when there is none; `SaisieRefusee`."""
    nom = _valide(nom)
    trouve = session.scalar(select(Groupe).where(Groupe.cle == plier(nom)))
    if trouve is None:
        inserer_absents(session, Groupe, [{"nom": nom, "cle": plier(nom)}])
        trouve = session.scalars(select(Groupe).where(Groupe.cle == plier(nom))).one()
        journal.noter(session, acteur=par, acte="creer-groupe", sujet=f"groupe:{trouve.id}", now=now, nom=nom)
    return trouve


def fautes(noms: Iterable[str]) -> dict[str, str]:
    """What is wrong with the first of these names that no group can have, by field (`groupes`); nothing when all are right."""
    for nom in noms:
        try:
            _valide(nom)
        except SaisieRefusee as refus:
            return {"groupes": refus.erreurs["nom"]}
    return {}


def renommer(session: Session, groupe_id: int, nom: str, *, par: str, now: datetime) -> None:
    """Give a group another name, which no other has; `SaisieRefusee`, `Introuvable`."""
    groupe, nom = _groupe(session, groupe_id), _valide(nom)
    autre = session.scalar(select(Groupe.id).where(Groupe.cle == plier(nom), Groupe.id != groupe_id))
    if autre is not None:
        raise SaisieRefusee({"nom": "Un groupe porte déjà ce nom."})
    if groupe.nom != nom:
        journal.noter(session, acteur=par, acte="renommer-groupe", sujet=f"groupe:{groupe_id}", now=now, de=groupe.nom, vers=nom)
    groupe.nom, groupe.cle = nom, plier(nom)
    session.flush()


def supprimer(session: Session, groupe_id: int, *, par: str, now: datetime) -> None:
    """Give up a group; the sheets that were in it stay."""
    groupe = _groupe(session, groupe_id)
    session.execute(delete(Membre).where(Membre.groupe_id == groupe_id))
    session.delete(groupe)
    session.flush()
    journal.noter(session, acteur=par, acte="supprimer-groupe", sujet=f"groupe:{groupe_id}", now=now, nom=groupe.nom)


def placer(session: Session, fiche_id: int, groupes: Iterable[int], *, par: str, now: datetime) -> None:
    """Put a sheet into these groups and no other; numbers that no group has are passed over."""
    connus, voulus, presents = {groupe.id for groupe in tous(session)}, set(groupes), set(de(session, fiche_id))
    entres, sortis = (voulus & connus) - presents, presents - voulus
    if sortis:
        session.execute(delete(Membre).where(Membre.correspondant_id == fiche_id, Membre.groupe_id.in_(sortis)))
    joindre(session, [(groupe, fiche_id) for groupe in sorted(entres)])
    if entres or sortis:
        journal.noter(session, acteur=par, acte="placer-correspondant", sujet=sujet(fiche_id), now=now,
                      entre=sorted(entres), sort=sorted(sortis))  # fmt: skip


def joindre(session: Session, couples: Iterable[tuple[int, int]]) -> None:
    """Put sheets into groups beside those they are in: (group, sheet) each."""
    inserer_absents(session, Membre, [{"groupe_id": groupe, "correspondant_id": fiche} for groupe, fiche in couples])


def _groupe(session: Session, groupe_id: int) -> Groupe:
    groupe = session.get(Groupe, groupe_id, with_for_update=True)
    if groupe is None:
        raise Introuvable(quoi="Ce groupe")
    return groupe


def _valide(nom: str) -> str:
    nom = " ".join(nom.split())
    if not nom:
        raise SaisieRefusee({"nom": "Donnez un nom au groupe."})
    if set(_COUPURES) & set(nom):
        raise SaisieRefusee({"nom": "Un nom de groupe n’a ni virgule ni barre : elles séparent les groupes dans les fichiers."})
    if len(plier(nom)) > _LONGUEUR or len(nom) > _LONGUEUR:
        raise SaisieRefusee({"nom": Phrase("Écrivez au plus {maximum} signes.", maximum=_LONGUEUR)})
    return nom
