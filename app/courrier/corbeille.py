"""The corbeille: the open tasks that await an agent or their bureau, by échéance, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.courrier import registre
from app.courrier.errors import Introuvable
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Bureau, Correspondant, Courrier, Nature
from engine import Task, TaskGroup

PLAFOND = 500
"""Counters stop here and show «500+»: nobody reads further, and counting costs."""

TAILLE = 25

JAMAIS = datetime.max.replace(tzinfo=UTC)
"""When a task without an échéance is due: after all the others."""

Suite = tuple[datetime, int]
"""Where a page of tasks ends: the échéance and the id of its last line."""


@dataclass(frozen=True, kw_only=True)
class Filtre:
    """What is listed: `vue` is moi, bureau or parapheur; the rest narrows it."""

    vue: str = "moi"
    nature: str = ""
    etape: str = ""
    retard: bool = False
    mots: str = ""


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """One open task with what its courrier shows in a list."""

    tache: Task
    courrier: Courrier
    nature: str
    correspondant: str
    bureau: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """At most `TAILLE` lines; `suite` is the key of the next page, or nothing."""

    lignes: tuple[Ligne, ...]
    suite: Suite | None


def _a_moi(moi: Moi) -> ColumnElement[bool]:
    """Held by me, drawn for me, or free in a group that means me: a chef's, a role's, my own."""
    en_propre = moi.groupes - moi.bureaux
    return or_(
        Task.holder == moi.identifiant,
        and_(Task.holder.is_(None), or_(Task.assignee == moi.identifiant, _dans(en_propre))),
    )


def _a_mon_bureau(moi: Moi) -> ColumnElement[bool]:
    return _dans(moi.bureaux)


def _dans(groupes: frozenset[str]) -> ColumnElement[bool]:
    if not groupes:
        return false()
    return Task.id.in_(select(TaskGroup.task_id).where(TaskGroup.closed_at.is_(None), TaskGroup.group_key.in_(sorted(groupes))))


def a_ma_portee(moi: Moi) -> ColumnElement[bool]:
    """The tasks this agent may take or do."""
    return or_(Task.holder == moi.identifiant, Task.assignee == moi.identifiant, _dans(moi.groupes))


def _vue(moi: Moi, vue: str) -> ColumnElement[bool]:
    if vue == "bureau":
        return _a_mon_bureau(moi)
    if vue == "parapheur":
        return and_(Task.act == "signer", a_ma_portee(moi))
    return _a_moi(moi)


def _requete(moi: Moi, filtre: Filtre, now: datetime) -> Select[Task, Courrier, str, Correspondant, str]:
    requete = (
        select(Task, Courrier, Nature.nom, Correspondant, Bureau.nom)
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .where(Task.closed_at.is_(None), _vue(moi, filtre.vue), visible(moi))
    )
    if filtre.nature:
        requete = requete.where(Nature.cle == filtre.nature)
    if filtre.etape:
        requete = requete.where(Task.name == filtre.etape)
    if filtre.retard:
        requete = requete.where(Task.due < now)
    if filtre.mots:
        colonnes = (Courrier.objet, Courrier.chrono, Correspondant.nom, Correspondant.organisme)
        requete = requete.where(or_(*(colonne.icontains(filtre.mots.strip(), autoescape=True) for colonne in colonnes)))
    return requete


def liste(session: Session, moi: Moi, filtre: Filtre, *, now: datetime, apres: Suite | None = None) -> Page:
    """A page of open tasks, the most pressing first; `apres` is the `suite` of the page before."""
    echeance = func.coalesce(Task.due, JAMAIS)
    requete = _requete(moi, filtre, now).order_by(echeance, Task.id).limit(TAILLE + 1)
    if apres:
        borne, numero = apres
        requete = requete.where(or_(echeance > borne, and_(echeance == borne, Task.id > numero)))
    rangs = [
        Ligne(tache=t, courrier=c, nature=n, correspondant=registre.nom_complet(p), bureau=b or "")
        for t, c, n, p, b in session.execute(requete)
    ]
    suite = None
    if len(rangs) > TAILLE:
        derniere = rangs[TAILLE - 1].tache
        suite = (derniere.due or JAMAIS, derniere.id)
    return Page(lignes=tuple(rangs[:TAILLE]), suite=suite)


def compteurs(session: Session, moi: Moi, *, now: datetime) -> Mapping[str, int]:
    """How many open tasks in each view, and late among mine; each stops at `PLAFOND`."""

    def compte(*conditions: ColumnElement[bool]) -> int:
        bornee = select(Task.id).where(Task.closed_at.is_(None), *conditions).limit(PLAFOND + 1).subquery()
        return session.scalar(select(func.count()).select_from(bornee)) or 0

    return {
        "moi": compte(_a_moi(moi)),
        "retard": compte(_a_moi(moi), Task.due < now),
        "bureau": compte(_a_mon_bureau(moi)),
        "parapheur": compte(Task.act == "signer", a_ma_portee(moi)),
    }


def choix(session: Session, moi: Moi, vue: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The natures (key, name) and the step names that the view's filters may offer."""
    ouvertes = (
        select(Nature.cle, Nature.nom, Task.name)
        .join(Courrier, Courrier.nature_id == Nature.id)
        .join(Task, Task.instance_id == Courrier.instance_id)
        .where(Task.closed_at.is_(None), _vue(moi, vue))
        .distinct()
        .limit(PLAFOND)
    )
    rangs = session.execute(ouvertes).all()
    return sorted({(cle, nom) for cle, nom, _ in rangs}, key=lambda n: n[1]), sorted({etape for *_, etape in rangs})


def tache(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier]:
    """A task fetched through the agent's rights, open or closed; `Introuvable`."""
    rang = session.execute(
        select(Task, Courrier)
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .where(Task.id == task_id, visible(moi))
    ).first()
    if rang is None:
        raise Introuvable(quoi="Cette tâche")
    return rang[0], rang[1]


def peut_agir(session: Session, moi: Moi, tache: Task) -> bool:
    """Whether this agent may do this open task."""
    return bool(session.scalar(select(Task.id).where(Task.id == tache.id, Task.closed_at.is_(None), a_ma_portee(moi))))


def suivante(session: Session, moi: Moi, *, now: datetime) -> Task | None:
    """The next task to do after an act: the most pressing of mine."""
    page = liste(session, moi, Filtre(), now=now)
    return page.lignes[0].tache if page.lignes else None
