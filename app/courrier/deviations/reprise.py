"""The droit de remords: one's last act taken back, while nobody has acted since and nothing has left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits, corbeille, habilitations, journal, journey, reponse
from app.courrier.deviations.commun import noter
from app.courrier.errors import DejaFait
from app.courrier.habilitations import Moi
from app.courrier.tables import Bureau, Courrier, Envoi
from engine import Engine, Phrase, Step, Task

_DELAIS = ("suspendre", "reprendre", "clore")


def a_reprendre(session: Session, engine: Engine, moi: Moi, courrier: Courrier, *, now: datetime) -> Task | None:
    """The act on this courrier that the reader has just done and may still take back, if there is one."""
    if courrier.instance_id is None or courrier.etat != "en_cours":
        return None
    miens = select(Task).where(Task.instance_id == courrier.instance_id, Task.outcome == "done", Task.main.is_(None))
    miens = miens.where(Task.closed_by == moi.identifiant).order_by(Task.closed_at.desc(), Task.id.desc())
    dernier = session.scalar(miens.limit(1))
    if dernier is None or _deja_fait(session, courrier, dernier):
        return None
    return dernier if engine.recallable(session, dernier.id, by=moi.identifiant, now=now) else None


def reprendre(session: Session, engine: Engine, moi: Moi, task_id: int, *, now: datetime) -> Step:
    """Take one's last act back (droit de remords): while nobody has acted since, and nothing has left; `DejaFait`, `Unsound`."""
    tache, courrier, _ = corbeille.a_faire(session, moi, task_id)
    envois = _envois(session, courrier, tache)
    fait = _deja_fait(session, courrier, tache)
    if fait:
        raise DejaFait(quoi=fait)
    rendu = _rendre_au_bureau(session, moi, courrier, tache, now)
    etape = engine.recall(session, task_id, by=moi.identifiant, now=now, data=rendu)
    for envoi in envois:
        session.delete(envoi)
    noter(session, moi, "reprendre-acte", tache, courrier, now)
    journey.suites(session, engine, courrier, etape, now=now)
    return etape


def _deja_fait(session: Session, courrier: Courrier, tache: Task) -> str:
    """What has happened since, outside the circuit, that cannot be taken back; "" when nothing has."""
    depuis = tache.closed_at or tache.opened_at
    projet = reponse.chercher(session, courrier)
    if tache.act == "signer" and projet is not None and projet.signee_le is not None and projet.signee_le >= depuis:
        return Phrase("La signature de cette lettre")
    if any(envoi.etat != "a_envoyer" or envoi.reprise_le is not None for envoi in _envois(session, courrier, tache, lock=False)):
        return Phrase("Le départ de cet envoi")
    lignes = journal.lire(session, circuits.sujet(courrier))
    if any(ligne.acte in _DELAIS and ligne.quand >= depuis for ligne in lignes):
        return Phrase("Le changement de délai ou la clôture de ce courrier")
    return ""


def _envois(session: Session, courrier: Courrier, tache: Task, *, lock: bool = True) -> Sequence[Envoi]:
    """The dispatches that the act asked for; locked, so that none leaves meanwhile."""
    requete = select(Envoi).where(Envoi.courrier_id == courrier.id, Envoi.demande_le >= (tache.closed_at or tache.opened_at))
    requete = (requete.with_for_update() if lock else requete).execution_options(populate_existing=True)
    return session.scalars(requete).all()


def _rendre_au_bureau(session: Session, moi: Moi, courrier: Courrier, tache: Task, now: datetime) -> dict[str, object]:
    """Give the courrier back to the bureau that the act took it from; what the circuit's data must say again."""
    for ligne in journal.lire(session, circuits.sujet(courrier)):
        ancien = journal.details(ligne).get("de")
        if ligne.acte == "reorienter" and tache.closed_at and ligne.quand >= tache.closed_at and isinstance(ancien, int):
            de, courrier.bureau_id = courrier.bureau_id, ancien
            habilitations.accorder(session, courrier, now=now)
            cle = session.get_one(Bureau, ancien).cle
            noter(session, moi, "reorienter", tache, courrier, now, de=de, vers=cle)
            return {"bureau": cle}
    return {}
