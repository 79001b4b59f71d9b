"""The lists of open tasks that await an agent or their bureau, by échéance, a page at a time, and how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from app.courrier import registre
from app.courrier.corbeille.attente import JAMAIS, PLAFOND, Suite, Taches, chemins, nombre, premiere, premieres
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Bureau, Correspondant, Courrier, Nature
from engine import Task

TAILLE = 25


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


def liste(session: Session, moi: Moi, filtre: Filtre, *, now: datetime, apres: Suite | None = None) -> Page:
    """A page of open tasks, the most pressing first; `apres` is the `suite` of the page before."""

    def restreindre(taches: Taches) -> Taches:
        return _filtrer(taches, moi, filtre, now)

    ids = premieres(session, moi, filtre.vue, TAILLE + 1, restreindre=restreindre, apres=apres)
    par_id = {ligne.tache.id: ligne for ligne in _lignes(session, ids)} if ids else {}
    lignes = [par_id[numero] for numero in ids if numero in par_id][:TAILLE]
    suite = (lignes[-1].tache.due or JAMAIS, lignes[-1].tache.id) if len(ids) > TAILLE else None
    return Page(lignes=tuple(lignes), suite=suite)


def _filtrer(taches: Taches, moi: Moi, filtre: Filtre, now: datetime) -> Taches:
    taches = taches.join(Courrier, Courrier.instance_id == Task.instance_id).where(visible(moi))
    if filtre.nature:
        taches = taches.join(Nature, Nature.id == Courrier.nature_id).where(Nature.cle == filtre.nature)
    if filtre.etape:
        taches = taches.where(Task.name == filtre.etape)
    if filtre.retard:
        taches = taches.where(Task.due < now)
    if filtre.mots:
        taches = taches.outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        colonnes = (Courrier.objet, Courrier.chrono, Correspondant.nom, Correspondant.organisme)
        taches = taches.where(or_(*(colonne.icontains(filtre.mots.strip(), autoescape=True) for colonne in colonnes)))
    return taches


def _lignes(session: Session, ids: list[int]) -> list[Ligne]:
    requete = (
        select(Task, Courrier, Nature.nom, Correspondant, Bureau.nom)
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .where(Task.id.in_(ids))
    )
    return [
        Ligne(tache=t, courrier=c, nature=n, correspondant=registre.nom_complet(p), bureau=b or "")
        for t, c, n, p, b in session.execute(requete)
    ]


def compteurs(session: Session, moi: Moi, *, now: datetime) -> Mapping[str, int]:
    """How many open tasks in each view, and late among mine; each stops above `PLAFOND`."""
    comptes = select(
        nombre(moi, "moi").label("moi"), nombre(moi, "moi", Task.due < now).label("retard"),
        nombre(moi, "bureau").label("bureau"), nombre(moi, "parapheur").label("parapheur"),
    )  # fmt: skip
    return dict(session.execute(comptes).one()._mapping)


def choix(session: Session, moi: Moi, vue: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The natures (key, name) and the step names that the view's filters may offer, as its first `PLAFOND` tasks have them."""
    voies = [select(chemin.limit(PLAFOND).subquery().c.id) for chemin in chemins(moi, vue, en_bloc=True)]
    if not voies:
        return [], []
    ouvertes = (
        select(Nature.cle, Nature.nom, Task.name)
        .join(Courrier, Courrier.nature_id == Nature.id)
        .join(Task, Task.instance_id == Courrier.instance_id)
        .where(Task.id.in_(union(*voies).limit(PLAFOND)))
        .distinct()
    )
    rangs = session.execute(ouvertes).all()
    return sorted({(cle, nom) for cle, nom, _ in rangs}, key=lambda n: n[1]), sorted({etape for *_, etape in rangs})


def suivante(session: Session, moi: Moi) -> Task | None:
    """The next task to do after an act: the most pressing of mine."""
    return premiere(session, moi)
