"""The manager's counts: what is late now, what soon will be, by bureau, circuit and agent."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from app.courrier import correspondants, delais, organisation, registre
from app.courrier.habilitations import Moi, perimetre, visible
from app.courrier.tables import Bureau, Correspondant, Courrier, Nature
from engine import Task, TaskGroup


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """An open task as the report shows it; `jours` is its age in days, `chez` the bureaux that do it when not the courrier's."""

    tache: Task
    courrier: Courrier
    bureau: str
    nature: str
    correspondant: str
    niveau: str
    jours: int
    chez: str = ""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What one bureau, circuit or agent has open: on time, soon due, late; median days of what it closed in 90 days."""

    nom: str
    a_l_heure: int
    bientot: int
    retard: int
    mediane: float | None
    bloque: str

    @property
    def total(self) -> int:
        """All that is open."""
        return self.a_l_heure + self.bientot + self.retard


@dataclass(frozen=True, kw_only=True)
class Rapport:
    """The report of a moment: the late tasks first, then the soon due ones, and the stocks."""

    lignes: Sequence[Ligne]
    par_bureau: Sequence[Stock]
    par_circuit: Sequence[Stock]
    par_agent: Sequence[Stock]
    en_cours: int
    retard: int
    bientot: int
    a_temps: float | None


def portee(moi: Moi) -> ColumnElement[bool]:
    """Whose figures an agent may see: everybody's for a manager or the direction, their bureaux' for a chef."""
    bureaux = perimetre(moi)
    return true() if bureaux is None else Courrier.bureau_id.in_(select(Bureau.id).where(Bureau.cle.in_(sorted(bureaux))))


def etablir(session: Session, moi: Moi, *, now: datetime, bureau: str = "", circuit: str = "", etape: str = "") -> Rapport:
    """Make the report of what is open now; the three words narrow it."""
    limite = delais.plus_jours_ouvres(now, delais.BIENTOT, delais.fermes(session))
    lignes = [ligne for ligne in _ouvertes(session, moi, now, limite) if _garde(ligne, bureau, circuit, etape)]
    fermees = _fermees(session, moi, now)
    return Rapport(
        lignes=[ligne for ligne in lignes if ligne.niveau != "ok"],
        par_bureau=_stocks(lignes, lambda ligne: ligne.bureau or "—", fermees["bureau"]),
        par_circuit=_stocks(lignes, lambda ligne: ligne.courrier.circuit, fermees["circuit"]),
        par_agent=_stocks([e for e in lignes if e.tache.holder], lambda ligne: str(ligne.tache.holder), fermees["agent"]),
        en_cours=len({ligne.courrier.id for ligne in lignes}),
        retard=sum(ligne.niveau == "retard" for ligne in lignes),
        bientot=sum(ligne.niveau == "bientot" for ligne in lignes),
        a_temps=_a_temps(session, moi, now),
    )


def _garde(ligne: Ligne, bureau: str, circuit: str, etape: str) -> bool:
    return (
        (not bureau or ligne.bureau == bureau)
        and (not circuit or ligne.courrier.circuit == circuit)
        and (not etape or ligne.tache.name == etape)
    )


def _ouvertes(session: Session, moi: Moi, now: datetime, limite: datetime) -> list[Ligne]:
    requete = (
        select(Task, Courrier, Bureau.nom, Nature.nom, Correspondant)
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(Task.closed_at.is_(None), portee(moi), visible(moi))
        .order_by(Task.due, Task.id)
    )
    chez = _chez(session)
    return [
        Ligne(
            tache=tache, courrier=courrier, bureau=bureau or "", nature=nature,
            correspondant=registre.nom_complet(correspondant), niveau=_niveau(tache.due, now, limite),
            jours=(now - tache.opened_at).days, chez=", ".join(sorted(chez.get(tache.id, set()) - {bureau})),
        )
        for tache, courrier, bureau, nature, correspondant in session.execute(requete)
    ]  # fmt: skip


def _chez(session: Session) -> dict[int, set[str]]:
    """The names of the bureaux, or of those whose chef, may do each open task: one letter may await several at once."""
    requete = (
        select(TaskGroup.task_id, Bureau.nom)
        .join(Task, Task.id == TaskGroup.task_id)
        .join(Bureau, or_(Bureau.cle == TaskGroup.group_key, Bureau.cle + organisation.CHEF == TaskGroup.group_key))
        .where(Task.closed_at.is_(None))
    )
    chez: dict[int, set[str]] = defaultdict(set)
    for tache, bureau in session.execute(requete):
        chez[tache].add(bureau)
    return chez


def _niveau(due: datetime | None, now: datetime, limite: datetime) -> str:
    if due is None or due > limite:
        return "ok"
    return "retard" if due < now else "bientot"


def _fermees(session: Session, moi: Moi, now: datetime) -> dict[str, dict[str, list[float]]]:
    """Days that each closed task took, over 90 days, by bureau, circuit and agent."""
    requete = (
        select(Bureau.nom, Courrier.circuit, Task.closed_by, Task.opened_at, Task.closed_at)
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .where(Task.outcome == "done", Task.closed_at >= now - timedelta(days=90), portee(moi), visible(moi))
    )
    durees: dict[str, dict[str, list[float]]] = {cle: defaultdict(list) for cle in ("bureau", "circuit", "agent")}
    for bureau, circuit, agent, debut, fin in session.execute(requete):
        jours = (fin - debut).total_seconds() / 86400 if fin else 0.0
        for cle, nom in (("bureau", bureau or "—"), ("circuit", circuit), ("agent", agent or "")):
            durees[cle][nom].append(jours)
    return durees


def _stocks(lignes: Iterable[Ligne], cle: Callable[[Ligne], str], durees: dict[str, list[float]]) -> list[Stock]:
    groupes: dict[str, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        groupes[cle(ligne)].append(ligne)
    stocks = [
        Stock(
            nom=nom, a_l_heure=sum(e.niveau == "ok" for e in lot), bientot=sum(e.niveau == "bientot" for e in lot),
            retard=sum(e.niveau == "retard" for e in lot), mediane=median(durees[nom]) if durees.get(nom) else None,
            bloque=_ce_qui_bloque(lot),
        )
        for nom, lot in groupes.items()
    ]  # fmt: skip
    return sorted(stocks, key=lambda stock: (-stock.retard, -stock.total, stock.nom))


def _ce_qui_bloque(lot: Sequence[Ligne]) -> str:
    """The step at which most late tasks stand."""
    en_retard = [ligne.tache.name for ligne in lot if ligne.niveau == "retard"]
    return max(set(en_retard), key=en_retard.count) if en_retard else ""


def _a_temps(session: Session, moi: Moi, now: datetime) -> float | None:
    """Share of the courriers closed in 30 days that were closed by their échéance, or nothing."""
    clos = session.execute(
        select(Courrier.clos_le, Courrier.echeance)
        .where(Courrier.etat == "clos", Courrier.clos_le >= now - timedelta(days=30), Courrier.echeance.is_not(None))
        .where(portee(moi), visible(moi))
    ).all()
    a_temps = [delais.jour(fin) <= echeance for fin, echeance in clos if fin and echeance]
    return sum(a_temps) / len(a_temps) if a_temps else None


_ARRIVES = and_(Courrier.sens == "arrivee", Courrier.etat != "annule")
"""What the board counts: a letter of ours that leaves was neither received nor closed."""


def volumes(session: Session, moi: Moi, *, now: datetime, semaines: int = 12) -> list[tuple[str, int, int]]:
    """Arrived and closed by ISO week, oldest first: («2026-W47», 31, 28); what was cancelled counts in neither."""
    debut = now - timedelta(weeks=semaines)
    compte: dict[str, list[int]] = {}
    for pas in range(semaines, -1, -1):
        compte[_semaine(now - timedelta(weeks=pas))] = [0, 0]
    requete = select(Courrier.recu_le, Courrier.clos_le).where(
        or_(Courrier.recu_le >= debut, Courrier.clos_le >= debut), _ARRIVES, portee(moi), visible(moi)
    )
    for recu, clos in session.execute(requete):
        if (semaine := _semaine(recu)) in compte:
            compte[semaine][0] += 1
        if clos and (semaine := _semaine(clos)) in compte:
            compte[semaine][1] += 1
    return [(semaine, recus, clos) for semaine, (recus, clos) in compte.items()]


def _semaine(quand: datetime) -> str:
    annee, semaine, _ = delais.jour(quand).isocalendar()
    return f"{annee}-W{semaine:02}"


def arrives(session: Session, moi: Moi) -> tuple[int, int]:
    """How many courriers that arrived the reader sees in progress, and closed, with or without an answer."""
    ouvert = Courrier.etat == "en_cours"
    comptes = select(func.count().filter(ouvert), func.count().filter(~ouvert)).where(_ARRIVES, portee(moi), visible(moi))
    en_cours, clos = session.execute(comptes).one()
    return en_cours, clos


COLONNES = (
    "Numéro", "Objet", "Nature", "Correspondant", "Bureau", "Circuit", "Étape", "Détenteur", "Échéance", "État", "Âge",
    "Bureau de l’étape",
)  # fmt: skip


def tableur(lignes: Sequence[Ligne], *, circuits: Mapping[str, str] | None = None, nom: Callable[[str], str] = str) -> bytes:
    """The report as CSV for a spreadsheet (UTF-8 with BOM, semicolons); no cell can be read as a formula (ASVS 1.2.10).

    `circuits` (key -> name) and `nom` (identifiant -> name) say them as the pages do.
    """
    tampon = io.StringIO()
    ecrit = csv.writer(tampon, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    ecrit.writerow(COLONNES)
    for ligne in lignes:
        ecrit.writerow(
            correspondants.inerte(cellule)
            for cellule in (
                ligne.courrier.chrono, ligne.courrier.objet, ligne.nature, ligne.correspondant, ligne.bureau,
                (circuits or {}).get(ligne.courrier.circuit, ligne.courrier.circuit), ligne.tache.name,
                nom(ligne.tache.holder) if ligne.tache.holder else "",
                delais.jour(ligne.tache.due).isoformat() if ligne.tache.due else "",
                {"retard": "en retard", "bientot": "bientôt"}.get(ligne.niveau, "à l’heure"), str(ligne.jours),
                ligne.chez or ligne.bureau,
            )
        )  # fmt: skip
    return tampon.getvalue().encode("utf-8-sig")
