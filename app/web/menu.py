"""What the menu shows of what awaits: the pages that are open to the agent, and how much waits behind each."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import envoi, habilitations, rapports
from app.courrier.corbeille import PLAFOND
from app.courrier.tables import Courrier, Depot
from app.db import db
from app.web.context import compteurs, moi, now
from engine import Incident, Task


def ouvertes() -> frozenset[str]:
    """The rights of the agent who asks, and what else opens an entry of the menu: `bureau`, `parapheur`."""
    droits = {droit for droit in habilitations.DROITS if habilitations.peut(moi(), droit)}
    if moi().bureaux:
        droits.add("bureau")
    if moi().a("elu") or compteurs()["parapheur"]:
        droits.add("parapheur")
    return frozenset(droits)


def nombres() -> dict[str, int]:
    """How much waits behind each entry; counted only for those whom the entry is open to."""
    session, droits, taches = db.session(), ouvertes(), compteurs()
    comptes = {"corbeille": taches["moi"], "bureau": taches["bureau"], "parapheur": taches["parapheur"]}
    if "deposer" in droits:
        comptes["depots"] = _depots(session)
        comptes["envois"] = envoi.combien_attendent(session, moi())
    if "rapports" in droits:
        comptes["retards"] = _retards(session)
    if "incidents" in droits:
        comptes["incidents"] = _incidents(session)
    return comptes


def _depots(session: Session) -> int:
    attendent = Depot.etat.in_(("a_enregistrer", "a_verifier"))
    return session.scalar(select(func.count()).select_from(Depot).where(attendent)) or 0


def _retards(session: Session) -> int:
    bornee = (
        select(Task.id).join(Courrier, Courrier.instance_id == Task.instance_id)
        .where(Task.closed_at.is_(None), Task.due < now(), rapports.portee(moi()), habilitations.visible(moi()))
        .limit(PLAFOND + 1).subquery()
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(bornee)) or 0


def _incidents(session: Session) -> int:
    return session.scalar(
        select(func.count(Incident.id)).join(Courrier, Courrier.instance_id == Incident.instance_id)
        .where(Incident.closed_at.is_(None), habilitations.visible(moi()))
    ) or 0  # fmt: skip
