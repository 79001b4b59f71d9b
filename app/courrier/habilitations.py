"""Who may see what and do what: rows of `Acces` decide on courriers, one table of rights on everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, select, true, union_all
from sqlalchemy.orm import Session

from app.courrier import organisation
from app.courrier.errors import Interdit, Introuvable
from app.courrier.tables import Acces, Agent, Courrier
from app.courrier.tables.absents import copier_absents, inserer_absents
from engine.tables import Task, TaskGroup

_CALCULES = ("bureau", "hierarchie", "registre")
"""The reasons that `accorder` works out again each time; the others come from what people and circuits did."""


@dataclass(frozen=True, kw_only=True)
class Moi:
    """The agent who asks: every group key that means them, the bureaux they are in, the roles they have."""

    identifiant: str
    agent_id: int
    groupes: frozenset[str]
    bureaux: frozenset[str]
    roles: frozenset[str]

    @property
    def cles(self) -> Mapping[str, object]:
        """The values `groupes` and `moi` of the questions that are made once."""
        return {"groupes": sorted(self.groupes), "moi": self.identifiant}

    def a(self, role: str) -> bool:
        """Tell whether they have this role."""
        return role in self.roles

    @property
    def chef_de(self) -> frozenset[str]:
        """The bureaux that they lead."""
        return frozenset(bureau for bureau in self.bureaux if bureau + organisation.CHEF in self.groupes)


@dataclass(frozen=True, kw_only=True)
class Droit:
    """A right: what it allows, said as «vous n’avez pas le droit de …», and the roles that have it."""

    action: str
    roles: frozenset[str] = frozenset()
    chefs: bool = False
    tous: bool = False


DROITS: Mapping[str, Droit] = {
    "deposer": Droit(action="déposer des documents à enregistrer", roles=frozenset({"bureau-ordre"})),
    "enregistrer": Droit(action="enregistrer le courrier", roles=frozenset({"bureau-ordre"})),
    "orienter": Droit(action="choisir le circuit d’un courrier qu’on enregistre", roles=frozenset({"manager"}), chefs=True),
    "fiches": Droit(action="importer, exporter et fusionner les fiches des correspondants", roles=frozenset({"bureau-ordre"})),
    "personnes": Droit(action="relever ou effacer les données d’une personne", roles=frozenset({"direction"})),
    "ecrire": Droit(action="préparer un courrier au départ ou interne", tous=True),
    "registre": Droit(action="consulter le registre", roles=frozenset({"bureau-ordre", "direction", "manager"})),
    "arreter": Droit(action="arrêter le registre", roles=frozenset({"bureau-ordre"})),
    "journal": Droit(action="consulter le journal", roles=frozenset({"administrateur", "direction"})),
    "circuits": Droit(action="modifier et déployer les circuits", roles=frozenset({"concepteur"})),
    "rapports": Droit(action="consulter le pilotage", roles=frozenset({"manager", "direction"}), chefs=True),
    "incidents": Droit(action="traiter les incidents des circuits", roles=frozenset({"manager", "administrateur"})),
    "deroger": Droit(action="passer des étapes des circuits", roles=frozenset({"manager", "administrateur"})),
    "boites": Droit(action="gérer les boîtes de courriel et les dossiers surveillés", roles=frozenset({"administrateur"})),
    "organismes": Droit(action="tenir les organismes et leurs registres", roles=frozenset({"administrateur"})),
    "calendrier": Droit(action="tenir le calendrier des jours de fermeture", roles=frozenset({"administrateur"})),
    "propositions": Droit(action="suivre ce que le programme propose et apprend", roles=frozenset({"administrateur"})),
    "api": Droit(action="donner et retirer les accès à l’API", roles=frozenset({"administrateur"})),
    "agents": Droit(action="gérer les agents, les bureaux et leurs droits", roles=frozenset({"administrateur"})),
}
"""To sign is no right of this table: whoever may take the task may do its act."""


def moi(session: Session, agent: Agent) -> Moi:
    """What this agent may answer to, in one statement."""
    places, donnes = organisation.appartenances(session, agent)
    groupes = organisation.composer(agent, places, donnes)
    return Moi(
        identifiant=agent.identifiant, agent_id=agent.id, groupes=groupes, bureaux=frozenset(places),
        roles=groupes & frozenset(organisation.ROLES),
    )


def peut(moi: Moi, droit: str) -> bool:
    """Tell whether they have a right of the table, or a role when `droit` names one."""
    if droit in organisation.ROLES:
        return moi.a(droit)
    regle = DROITS[droit]
    return regle.tous or bool(regle.roles & moi.roles) or (regle.chefs and bool(moi.chef_de))


def exiger(moi: Moi, droit: str) -> None:
    """Refuse with `Interdit` who has not this right or role."""
    if not peut(moi, droit):
        raise Interdit(action=DROITS[droit].action if droit in DROITS else f"faire ce que permet le rôle «{droit}»")


def perimetre(moi: Moi) -> frozenset[str] | None:
    """The bureaux whose figures they may read; None means all of them."""
    return None if DROITS["rapports"].roles & moi.roles else moi.chef_de


def visible(moi: Moi) -> ColumnElement[bool]:
    """The one rule of visibility, to be joined to every query on `Courrier`."""
    # Asked of each row by its key: a list of all that the agent may see would be as long as the register.
    return exists().where(Acces.courrier_id == Courrier.id, Acces.groupe.in_(sorted(moi.groupes)))


VISIBLE = exists().where(Acces.courrier_id == Courrier.id, Acces.groupe.in_(bindparam("groupes", expanding=True)))
"""The same in a question made once, which is asked with `Moi.cles`."""


def voir(session: Session, moi: Moi, courrier_id: int) -> Courrier:
    """The courrier, if it is open to them; `Introuvable` tells no more to those it is not."""
    courrier = session.scalar(select(Courrier).where(Courrier.id == courrier_id, visible(moi)))
    if courrier is None:
        raise Introuvable(quoi="Ce courrier")
    return courrier


def ouvrir(session: Session, courrier_id: int, groupe: str, motif: str, *, now: datetime) -> None:
    """Open a courrier to a group because of what was done: circuit, copie, acteur, destinataire."""
    inserer_absents(session, Acces, [{"courrier_id": courrier_id, "groupe": groupe, "motif": motif, "depuis": now}])


def ouverture(*questions: Select[str, str]) -> Select[*tuple[Any, ...]]:
    """What `ouvrir_a` copies, made once: the groups that these questions give, each with its reason."""
    trouves = union_all(*questions).subquery()
    quoi = bindparam("courrier", type_=Acces.courrier_id.type), *trouves.c, bindparam("depuis", type_=Acces.depuis.type)
    return select(*quoi).distinct().where(true())


def ouvrir_a(session: Session, courrier_id: int, groupes: Select[*tuple[Any, ...]], *, now: datetime, **valeurs: object) -> None:
    """Open a courrier to all the groups that an `ouverture` finds, in one statement; `valeurs`: those of its questions."""
    quoi = {"courrier": courrier_id, "depuis": now, **valeurs}
    copier_absents(session, Acces, ("courrier_id", "groupe", "motif", "depuis"), groupes, quoi)


def accorder(session: Session, courrier: Courrier, *, now: datetime) -> None:
    """Work out again who may see a courrier, after its registration or a change of bureau or confidentiality.

    What acts opened stays, except that a courrier «personnel» closes to the groups that hold none of its open tasks.
    """
    session.flush()
    lignes = session.execute(select(Acces.groupe, Acces.motif).where(Acces.courrier_id == courrier.id))
    presents = dict(lignes.all())
    taches = _taches_ouvertes(session, courrier)
    voulus = {**dict.fromkeys(sorted(taches), "circuit"), **_regle(session, courrier)}
    perdus = [
        groupe for groupe, motif in presents.items()
        if groupe not in voulus and (motif in _CALCULES or _trop_large(courrier, groupe))
    ]
    if perdus:
        session.execute(
            delete(Acces).where(Acces.courrier_id == courrier.id, Acces.groupe.in_(perdus)),
            execution_options={"synchronize_session": False},
        )
    inserer_absents(session, Acces, [
        {"courrier_id": courrier.id, "groupe": groupe, "motif": motif, "depuis": now}
        for groupe, motif in voulus.items() if groupe not in presents
    ])


def _regle(session: Session, courrier: Courrier) -> dict[str, str]:
    """What the courrier's bureau and confidentiality open: reason by group."""
    qui = {f"@{courrier.enregistre_par}": "registre"} if courrier.enregistre_par not in organisation.MACHINES else {}
    if courrier.confidentialite == "personnel":
        return qui
    arbre = organisation.arbre(session)
    cle = next((noeud.cle for noeud in arbre.values() if noeud.id == courrier.bureau_id), "")
    lignee = [noeud.cle for noeud in organisation.lignee(arbre, cle)]
    interne = courrier.confidentialite == "interne"
    chefs = lignee if interne else lignee[:1]
    groupes = {
        **qui, "bureau-ordre": "registre", "direction": "hierarchie",
        **{bureau + organisation.CHEF: "hierarchie" for bureau in chefs},
        **dict.fromkeys(lignee[:1], "bureau"),
    }
    return {**groupes, "manager": "hierarchie"} if interne else groupes


def _trop_large(courrier: Courrier, groupe: str) -> bool:
    return courrier.confidentialite == "personnel" and not groupe.startswith("@")


def _taches_ouvertes(session: Session, courrier: Courrier) -> set[str]:
    return set(session.scalars(
        select(TaskGroup.group_key).join(Task, Task.id == TaskGroup.task_id)
        .where(Task.subject == f"courrier:{courrier.id}", TaskGroup.closed_at.is_(None))
    ))
