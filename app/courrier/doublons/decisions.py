"""What a clerk makes of a possible double: set aside, put with the courrier that is there already, or told apart for good."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from app.courrier import depot, habilitations, journal, recherche
from app.courrier.errors import DejaFait, GesteRefuse, Introuvable
from app.courrier.habilitations import Moi
from app.courrier.tables import Comparaison, Courrier, Depot, Piece
from app.courrier.tables.absents import inserer_absents

_SANS_SYNCHRO = {"synchronize_session": False}


def autre(session: Session, moi: Moi, autre_id: int) -> tuple[Depot, Courrier | None]:
    """What a depot is compared with: another depot, and the courrier that it became; `Introuvable` when that is not open."""
    habilitations.exiger(moi, "enregistrer")
    trouve = depot.depot(session, autre_id)
    if trouve.courrier_id is None:
        return trouve, None
    try:
        return trouve, habilitations.voir(session, moi, trouve.courrier_id)
    except Introuvable:
        raise Introuvable(quoi="Ce dépôt") from None


def ecarter(session: Session, moi: Moi, depot_id: int, autre_id: int, *, now: datetime) -> Depot:
    """The same letter: this depot is set aside, and what it is the double of tells that it came again."""
    _tenir(session, depot_id, autre_id)
    double, courrier = autre(session, moi, autre_id)
    if double.etat == "ecarte" and _est_double(session, autre_id):
        raise GesteRefuse(motif="L’autre dépôt vient d’être écarté comme doublon : enregistrez celui-ci, ou reprenez l’autre.")
    motif = f"Doublon de {courrier.chrono}." if courrier else f"Doublon du dépôt « {double.origine} »."
    ecarte = depot.ecarter(session, depot_id, motif=motif, par=moi.identifiant, now=now)
    _dire(session, depot_id, autre_id, "ecarte", moi, now)
    if courrier is not None:
        _noter(session, moi, courrier, "recevoir-double", ecarte, now)
    return ecarte


def joindre(session: Session, moi: Moi, depot_id: int, autre_id: int, *, now: datetime) -> Courrier:
    """The same letter: the files of this depot join those of the courrier, as another copy of it."""
    _double, courrier = autre(session, moi, autre_id)
    if courrier is None:
        raise GesteRefuse(motif="L’autre dépôt n’est pas enregistré : enregistrez-le d’abord, ou écartez celui-ci.")
    if courrier.etat == "annule":
        raise GesteRefuse(motif="Ce courrier est annulé : il ne reçoit plus de pièces.")
    joint = depot.joindre(session, depot_id, courrier.id, par=moi.identifiant, now=now)
    siennes = update(Piece).where(Piece.depot_id == depot_id, Piece.genre != "source").values(courrier_id=courrier.id)
    session.execute(siennes, execution_options=_SANS_SYNCHRO)
    _dire(session, depot_id, autre_id, "joint", moi, now)
    _noter(session, moi, courrier, "joindre-double", joint, now)
    sujet = f"depot:{depot_id}"
    journal.noter(session, acteur=moi.identifiant, acte="joindre-double", sujet=sujet, now=now, courrier=courrier.id)
    recherche.marquer(session, courrier)
    return courrier


def distinguer(session: Session, moi: Moi, depot_id: int, autre_id: int, *, now: datetime) -> None:
    """Two letters: this pair is not shown again."""
    autre(session, moi, autre_id)
    depot.disponible(session, depot.depot(session, depot_id), par=moi.identifiant, now=now)
    _dire(session, depot_id, autre_id, "distinct", moi, now)
    journal.noter(session, acteur=moi.identifiant, acte="distinguer", sujet=f"depot:{depot_id}", now=now, autre=autre_id)


def detacher(session: Session, moi: Moi, courrier_id: int, depot_id: int, *, now: datetime) -> Depot:
    """It was another letter after all: the files that joined a courrier leave it, and wait to be registered."""
    habilitations.exiger(moi, "enregistrer")
    courrier = habilitations.voir(session, moi, courrier_id)
    if depot.depot(session, depot_id).etat != "joint":
        raise DejaFait(quoi="Le détachement de ces pièces")
    rendu = depot.rouvrir(session, depot_id, courrier.id, par=moi.identifiant, now=now)
    siennes = update(Piece).where(Piece.depot_id == depot_id, Piece.courrier_id == courrier.id).values(courrier_id=None)
    session.execute(siennes, execution_options=_SANS_SYNCHRO)
    _noter(session, moi, courrier, "detacher-double", rendu, now)
    recherche.marquer(session, courrier)
    return rendu


def receptions(session: Session, courrier: Courrier) -> list[Depot]:
    """The other times that a courrier came: depots set aside as its doubles, or whose files joined it; oldest first."""
    original = aliased(Depot)
    doubles = select(Comparaison.depot_id).join(original, original.id == Comparaison.autre_id)
    doubles = doubles.where(Comparaison.verdict == "ecarte", original.courrier_id == courrier.id)
    ecartes = (Depot.etat == "ecarte") & Depot.id.in_(doubles)
    joints = (Depot.etat == "joint") & (Depot.courrier_id == courrier.id)
    return list(session.scalars(select(Depot).where(or_(ecartes, joints)).order_by(Depot.recu_le, Depot.id)))


def _tenir(session: Session, *numeros: int) -> None:
    """Hold these depots until the transaction ends, always in the same order: two clerks would set aside each the other's."""
    tenus = select(Depot).where(Depot.id.in_(numeros)).order_by(Depot.id).with_for_update()
    session.scalars(tenus, execution_options={"populate_existing": True}).all()


def _est_double(session: Session, depot_id: int) -> bool:
    ecarte = select(Comparaison.depot_id).where(Comparaison.depot_id == depot_id, Comparaison.verdict == "ecarte")
    return session.scalar(ecarte.limit(1)) is not None


def _dire(session: Session, depot_id: int, autre_id: int, verdict: str, moi: Moi, now: datetime) -> None:
    if depot_id == autre_id:
        raise Introuvable(quoi="Ce dépôt")
    dit = {"verdict": verdict, "par": moi.identifiant, "le": now}
    inserer_absents(session, Comparaison, [{"depot_id": depot_id, "autre_id": autre_id, **dit}])
    paire = update(Comparaison).where(Comparaison.depot_id == depot_id, Comparaison.autre_id == autre_id)
    session.execute(paire.values(**dit), execution_options=_SANS_SYNCHRO)


def _noter(session: Session, moi: Moi, courrier: Courrier, acte: str, double: Depot, now: datetime) -> None:
    journal.noter(
        session, acteur=moi.identifiant, acte=acte, sujet=f"courrier:{courrier.id}", now=now, depot=double.id, canal=double.canal,
    )
