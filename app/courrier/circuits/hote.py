"""A courrier's nature and the decision table choose its circuit and bureau; the engine then runs the diagram."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import String, bindparam, literal, select
from sqlalchemy.orm import Session

from app.courrier import delais, habilitations, organisation
from app.courrier.errors import Introuvable
from app.courrier.tables import Bureau, Courrier, Nature
from engine import Definition, Engine, Host, Instance, Known, Phrase, Progress, Service, Step, Task, TaskGroup
from engine.errors import DecisionError

SUJET = re.compile(r"courrier:(\d+)")
NOMS = frozenset(["courrier", "liste_bureaux", "sens", "nature", "bureau", "bureau_emetteur", "echeance", "urgent", "depart"])
DELAI = re.compile(r"jours_ouvres\((\d+)\)|^P(\d+)D$")


@dataclass(frozen=True, kw_only=True)
class Orientation:
    """Where a courrier should go, and why, in words."""

    circuit: str
    bureau: str | None
    pourquoi: str


def sujet(courrier: Courrier) -> str:
    """The name under which the engine and the journal know a courrier."""
    return f"courrier:{courrier.id}"


def courrier_de(session: Session, nom: str) -> Courrier:
    """The courrier an instance or a task is about; `Introuvable`."""
    trouve = SUJET.fullmatch(nom)
    courrier = session.get(Courrier, int(trouve[1])) if trouve else None
    if courrier is None:
        raise Introuvable(quoi=Phrase("Le courrier « {nom} »", nom=nom))
    return courrier


def hote(services: Mapping[str, Service], *, delai_defaut: timedelta = timedelta(days=7)) -> Host:
    """What the engine asks of us: services, functions for expressions, the read-only `courrier`, the groups of a lane."""
    return Host(
        services=services,
        functions=_fonctions,
        view=_Vue,
        groups=organisation.resoudre,
        default_delay=delai_defaut,
        known=_connu,
    )


def _connu(session: Session) -> Known:
    """The bureaux and roles, what a courrier's data are called, and the two months of CRPA L231-1; for checking drawings."""
    noeuds = organisation.arbre(session)
    exemple = {"bureau": next(iter(noeuds), "")}
    return Known(
        groups=frozenset([*noeuds, *(noeud.nom for noeud in noeuds.values()), *organisation.ROLES]) if noeuds else None,
        means=lambda mots: bool(organisation.resoudre(session, mots, exemple)),
        names=NOMS,
        legal_days=62,
    )


def _fonctions(session: Session, now: datetime) -> Mapping[str, Callable[..., object]]:
    """`jours_ouvres(n)`: same hour, n jours ouvrés later; `aujourdhui()`; `chef(bureau)`: who leads it."""

    def jours_ouvres(nombre: int) -> datetime:
        return delais.plus_jours_ouvres(now, int(nombre), delais.fermes(session))

    def aujourdhui() -> date:
        return delais.jour(now)

    def chef(bureau: str) -> str:
        return organisation.groupe_chef(organisation.arbre(session), bureau)

    return {"jours_ouvres": jours_ouvres, "aujourdhui": aujourdhui, "today": aujourdhui, "now": lambda: now, "chef": chef}


class _Vue(Mapping[str, object]):
    """What expressions may read of a courrier, fetched once, and only when they do."""

    def __init__(self, session: Session, nom: str) -> None:
        self._session, self._nom = session, nom
        self._lire: Mapping[str, Callable[[], object]] = {"courrier": self._courrier, "liste_bureaux": self._bureaux}
        self._lus: dict[str, object] = {}

    def __getitem__(self, nom: str) -> object:
        if nom not in self._lus:
            self._lus[nom] = self._lire[nom]()
        return self._lus[nom]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lire)

    def __len__(self) -> int:
        return len(self._lire)

    def _courrier(self) -> Mapping[str, object]:
        courrier, session = courrier_de(self._session, self._nom), self._session
        nature = session.get_one(Nature, courrier.nature_id)
        bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
        return {
            "chrono": courrier.chrono, "sens": courrier.sens, "objet": courrier.objet, "canal": courrier.canal,
            "nature": nature.cle, "bureau": bureau.cle if bureau else None, "urgent": courrier.priorite == "urgente",
            "confidentialite": courrier.confidentialite, "recu_le": courrier.recu_le, "echeance": courrier.echeance,
        }  # fmt: skip

    def _bureaux(self) -> list[Mapping[str, str]]:
        ici = courrier_de(self._session, self._nom).bureau_id
        noeuds = organisation.arbre(self._session).values()
        return [{"value": noeud.cle, "label": noeud.nom} for noeud in noeuds if noeud.id != ici]


def orienter(
    session: Session, engine: Engine, *, sens: str, nature: Nature | None, texte: str, now: datetime
) -> Orientation:
    """Ask the deployed table `orientation`; what it leaves open, the nature decides.

    `texte` is the subject and the first lines of the letter; at most 4,000 characters are looked at.
    """
    noms = {"sens": sens, "nature": nature.cle if nature else None, "texte": organisation.plier(texte[:4000])}
    choix, regles = engine.evaluate(session, "orientation", noms, now=now)
    valeurs = choix if isinstance(choix, Mapping) else {}
    bureau = str(valeurs["bureau"]) if valeurs.get("bureau") else None
    if bureau is None and nature is not None and nature.bureau_id:
        bureau = session.get_one(Bureau, nature.bureau_id).cle
    circuit = str(valeurs.get("circuit") or (nature.circuit if nature else "arrivee"))
    pourquoi = " ; ".join(regle.annotation for regle in regles if regle.annotation)
    return Orientation(circuit=circuit, bureau=bureau, pourquoi=pourquoi)


@dataclass(frozen=True, kw_only=True)
class Dit:
    """What a rule of the table `nature` hears in a letter: the key of a nature, what it weighs, and the rule's own words."""

    nature: str
    poids: float
    pourquoi: str


def natures_dites(session: Session, engine: Engine, texte: str, *, now: datetime) -> tuple[Dit, ...]:
    """Every rule of the deployed table `nature` that the text meets; none in a house that has no such table.

    At most 4,000 characters are looked at, folded as `orienter` folds them.
    """
    try:
        choix, regles = engine.evaluate(session, "nature", {"texte": organisation.plier(texte[:4000])}, now=now)
    except DecisionError:
        return ()
    lignes = choix if isinstance(choix, list) else [choix]
    return tuple(
        Dit(nature=str(ligne["nature"]), poids=float(poids), pourquoi=regle.annotation or "")
        # The rules of the tables that it asks stand before its own.
        for ligne, regle in zip(lignes, regles[-len(lignes):] if lignes else (), strict=False)
        # A house may leave a cell empty, or write words in it: that rule weighs nothing.
        if isinstance(ligne, Mapping) and ligne.get("nature") and isinstance(poids := ligne.get("poids"), int | Decimal)
    )


def demarrer(
    session: Session, engine: Engine, courrier: Courrier, circuit: str, *, donnees: Mapping[str, object], par: str, now: datetime
) -> Step:
    """Set a registered courrier on its circuit; its data hold keys and short facts, never text."""
    depart = {
        "sens": courrier.sens,
        "urgent": courrier.priorite == "urgente",
        "echeance": courrier.echeance.isoformat() if courrier.echeance else None,
        **donnees,
    }
    etape = engine.start(session, circuit, subject=sujet(courrier), data=depart, by=par, now=now)
    courrier.instance_id, courrier.circuit = etape.instance.id, circuit
    return etape


def groupes(session: Session, *taches: Task) -> set[str]:
    """The groups that may take these tasks."""
    return set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id.in_([tache.id for tache in taches]))))


_ACTEUR = select(literal("@") + bindparam("acteur", type_=String), literal("acteur"))
_PLACES = select(TaskGroup.group_key, literal("circuit")).where(TaskGroup.task_id.in_(bindparam("taches", expanding=True)))
_OUVERTURES = {
    (True, False): habilitations.ouverture(_ACTEUR),
    (False, True): habilitations.ouverture(_PLACES),
    (True, True): habilitations.ouverture(_ACTEUR, _PLACES),
}


def ouvrir_aux_acteurs(
    session: Session, courrier: Courrier, taches: Sequence[Task], *, now: datetime, acteur: str = ""
) -> None:
    """Who may take an open task may see its courrier; `acteur`, who has done something about it, too."""
    groupes = _OUVERTURES.get((bool(acteur), bool(taches)))
    if groupes is not None:
        valeurs = {"acteur": acteur} if acteur else {}
        places = {"taches": [tache.id for tache in taches]} if taches else {}
        habilitations.ouvrir_a(session, courrier.id, groupes, now=now, **valeurs, **places)


def ou_en_est(session: Session, engine: Engine, courrier: Courrier) -> Progress | None:
    """Path done, step now, steps to come; nothing when the courrier is on no circuit."""
    return engine.progress(session, courrier.instance_id) if courrier.instance_id else None


def previsions(session: Session, progres: Progress, *, now: datetime) -> dict[str, date]:
    """When each step to come may be reached, by its id: the delays drawn, one after the other, from the open step's due date.

    A forecast for a reader, not a promise: a delay that is not a number of jours ouvrés counts for two.
    """
    echeances = [etape.due for etape in progres.steps if etape.closed_at is None and etape.due]
    fermes, prevues = delais.fermes(session), {}
    jour = delais.jours_ouvres(delais.jour(max([now, *echeances])), 0, fermes)
    for prevue in progres.planned_steps:
        prevues[prevue.step] = jour
        trouve = DELAI.search(prevue.due)
        jour = delais.jours_ouvres(jour, int(trouve[1] or trouve[2]) if trouve else 2, fermes)
    return prevues


def nom_du_circuit(session: Session, courrier: Courrier) -> str:
    """The title of the version that this courrier follows."""
    return session.scalar(
        select(Definition.name).join(Instance, Instance.definition_id == Definition.id).where(Instance.id == courrier.instance_id)
    ) or courrier.circuit
