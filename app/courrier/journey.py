"""The conductor: the letter's whole journey, one verb a stage; entrances call these and commit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import actes, circuits, corbeille, habilitations, journal, organisation, recherche, registre, relance, texte
from app.courrier.errors import Interdit, SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.ports import Lecture, Range
from app.courrier.sceau import Scelle
from app.courrier.services import ACTES, clore, sceller
from app.courrier.tables import Agent, Courrier, Piece
from engine import Definition, Deployment, Engine, Step, Task


def enregistrer(
    session: Session, engine: Engine, saisie: registre.Saisie, *, circuit: str, donnees: Mapping[str, object], par: str,
    now: datetime, pourquoi: str = "",
) -> Courrier:  # fmt: skip
    """Register what arrived (or is to leave) under its number and set it on its circuit; `pourquoi`: why that one, in words."""
    courrier = registre.enregistrer(session, saisie, par=par, now=now, circuit=circuit)
    courrier.orientation = pourquoi
    etape = circuits.demarrer(session, engine, courrier, circuit, donnees=donnees, par=par, now=now)
    suites(session, engine, courrier, etape, now=now)
    session.flush()
    return courrier


def joindre(
    session: Session, courrier: Courrier, nom: str, place: Range, lecture: Lecture, *, par: str, now: datetime
) -> Piece:
    """Add a file of ours to a courrier, with its text: it is read, searched and marked as what comes from outside."""
    piece = Piece(
        courrier_id=courrier.id, genre="original", nom=nom, sha256=place.sha256, taille=place.taille, mime=lecture.mime,
        ajoutee_le=now, ajoutee_par=par,
    )  # fmt: skip
    session.add(piece)
    session.flush()
    texte.garder(session, piece, lecture)
    recherche.marquer(session, courrier)
    return piece


def faire(
    session: Session, engine: Engine, moi: Moi, task_id: int, posted: Mapping[str, object], *, now: datetime,
    scelle: Scelle | None = None, destinataire: registre.Contact | None = None,
) -> Step:  # fmt: skip
    """Do a task: check the form, write what its act means, advance the circuit, note it.

    `scelle`: the signed PDF. `destinataire`: whom to answer, told with the letter when nobody knew who had sent the courrier.
    """
    tache, courrier, permise, nommee = corbeille.tenir(session, engine, moi, task_id)
    _exiger(tache, permise=permise)
    if tache.closed_at is not None:
        # Before its form is looked at: what another did is said first. `take` refuses, telling by whom and when.
        engine.take(session, task_id, by=moi.identifiant, now=now)
    valeurs = engine.clean(session, tache, posted)
    if tache.act == "rediger" and destinataire is not None and courrier.correspondant_id is None:
        registre.designer(session, courrier, destinataire, par=moi.identifiant, now=now)
    if tache.act == "signer" and valeurs.get("decision") == "signer":
        sceller(session, courrier, scelle, moi=moi, now=now)
    etape = actes.faire(session, engine, moi, tache, courrier, valeurs, actes=ACTES, now=now)
    suites(session, engine, courrier, etape, now=now, acteur="" if nommee else moi.identifiant)
    return etape


def a_faire(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier]:
    """A task that this agent may do, open or just done by another (the engine says by whom); `Introuvable`, `Interdit`."""
    tache, courrier, permise = corbeille.a_faire(session, moi, task_id)
    _exiger(tache, permise=permise)
    return tache, courrier


def _exiger(tache: Task, *, permise: bool) -> None:
    if tache.closed_at is None and not permise:
        raise Interdit(action="faire cette étape : elle revient à d’autres")


def prendre(session: Session, engine: Engine, moi: Moi, task_id: int, *, now: datetime) -> Task:
    """Take a task from the bureau's corbeille."""
    a_faire(session, moi, task_id)
    tache = engine.take(session, task_id, by=moi.identifiant, now=now)
    _noter_tache(session, tache, "prendre", moi.identifiant, now)
    return tache


def rendre(session: Session, engine: Engine, moi: Moi, task_id: int, *, now: datetime) -> Task:
    """Hand a task back to its bureau."""
    a_faire(session, moi, task_id)
    tache = engine.hand_back(session, task_id, by=moi.identifiant, now=now)
    _noter_tache(session, tache, "rendre", moi.identifiant, now)
    return tache


def transferer(session: Session, engine: Engine, moi: Moi, task_id: int, *, vers: str, now: datetime) -> Task:
    """Give a task to a colleague, who is told; they must be one of those who may do it."""
    tache, courrier = a_faire(session, moi, task_id)
    collegues = {agent.identifiant: agent for agent in collegues_de(session, tache)}
    if vers not in collegues:
        raise SaisieRefusee({"agent": "Choisissez un agent qui peut faire cette étape."})
    return _confier(session, engine, courrier, tache, collegues[vers], par=moi.identifiant, now=now)


def _confier(session: Session, engine: Engine, courrier: Courrier, tache: Task, a: Agent, *, par: str, now: datetime) -> Task:
    tache = engine.transfer(session, tache.id, to=a.identifiant, by=par, now=now)
    habilitations.ouvrir(session, courrier.id, f"@{a.identifiant}", "acteur", now=now)
    relance.avertir(session, courrier, tache, [a], genre="attribution", niveau="agent", cle=f"transfert:{tache.id}", now=now)
    _noter_tache(session, tache, "transferer", par, now, vers=a.identifiant)
    return tache


def collegues_de(session: Session, tache: Task) -> list[Agent]:
    """Those who may do a task, by name."""
    agents = {a.identifiant: a for groupe in circuits.groupes(session, tache) for a in organisation.membres(session, groupe)}
    return sorted(agents.values(), key=lambda agent: (agent.nom, agent.prenom))


def reveiller(session: Session, engine: Engine, timer_id: int, *, now: datetime) -> Step | None:
    """Fire a due timer; nothing when another clock got there first."""
    etape = engine.wake(session, timer_id, now=now)
    if etape is not None:
        suites(session, engine, circuits.courrier_de(session, etape.instance.subject), etape, now=now)
    return etape


def traiter_incident(
    session: Session, engine: Engine, moi: Moi, incident_id: int, *, passer: bool, motif: str, now: datetime
) -> Step:
    """Try a step that failed again, or skip it, with a reason; the manager's and the administrator's right."""
    habilitations.exiger(moi, "incidents")
    if len(motif.strip()) < 3:
        raise SaisieRefusee({"motif": "Dites en quelques mots pourquoi."})
    agir = engine.skip if passer else engine.retry
    etape = agir(session, incident_id, by=moi.identifiant, reason=motif.strip(), now=now)
    courrier = circuits.courrier_de(session, etape.instance.subject)
    acte = "passer-incident" if passer else "reprendre-incident"
    journal.noter(session, acteur=moi.identifiant, acte=acte, sujet=circuits.sujet(courrier), now=now, motif=motif.strip())
    suites(session, engine, courrier, etape, now=now)
    return etape


def suites(
    session: Session, engine: Engine, courrier: Courrier, etape: Step, *, now: datetime, acteur: str = ""
) -> None:  # fmt: skip
    """What follows every step: actors may see, incidents are noted, an ended circuit closes.

    `acteur`: who did it, where the courrier is not yet open to them by name.
    """
    circuits.ouvrir_aux_acteurs(session, courrier, etape.opened, acteur=acteur, now=now)
    if courrier.confidentialite == "personnel" and etape.closed:
        # A personal letter closes again to the group whose task is done; those who acted keep their sight of it.
        habilitations.accorder(session, courrier, now=now)
    for incident in etape.incidents:
        journal.noter(
            session, acteur="systeme", acte="incident", sujet=circuits.sujet(courrier), now=now,
            etape=incident.step, nom=incident.name, cause=incident.cause[:300],
        )  # fmt: skip
    relance.suivre_demandes(session, courrier, etape, now=now)
    for tache in etape.opened:
        if tache.act == "rediger" and tache.main is None and not (tache.holder or tache.assignee):
            _rendre_a_l_auteur(session, engine, courrier, tache, now=now)
    if etape.ended and courrier.etat == "en_cours":
        clore(session, courrier, par="systeme", now=now)


def _rendre_a_l_auteur(session: Session, engine: Engine, courrier: Courrier, tache: Task, *, now: datetime) -> None:
    """A letter to be taken up again goes to who wrote it, told of it, while they may still do the step."""
    faites = select(Task.closed_by).where(Task.instance_id == tache.instance_id, Task.step == tache.step, Task.outcome == "done")
    auteur = session.scalar(faites.where(Task.id < tache.id, Task.main.is_(None)).order_by(Task.id.desc()).limit(1))
    for agent in collegues_de(session, tache) if auteur else ():
        if agent.identifiant == auteur:
            _confier(session, engine, courrier, tache, agent, par="systeme", now=now)


def deployer(
    session: Session, engine: Engine, cle: str, source: bytes, *, revision: int, par: str, now: datetime
) -> Deployment:
    """Deploy a circuit from the modeller, unless another changed it since it was opened; its draft goes when it is in."""
    circuits.reserver(session, cle, revision=revision)
    deploye = engine.deploy(session, source, by=par, now=now, key=cle)
    if deploye.definition is not None:
        circuits.retirer(session, cle)
        version = deploye.definition.version
        journal.noter(session, acteur=par, acte="deployer", sujet=f"circuit:{cle}", now=now, version=version)
    return deploye


def changer_version(
    session: Session, engine: Engine, instance_id: int, vers: Definition, *, choix: Mapping[str, str], par: str, now: datetime
) -> Step:
    """Take one courrier to another version of its circuit."""
    etape = circuits.passer(session, engine, instance_id, vers, choix=choix, par=par, now=now)
    suites(session, engine, circuits.courrier_de(session, etape.instance.subject), etape, now=now)
    return etape


def revenir_version(session: Session, engine: Engine, instance_id: int, *, par: str, now: datetime) -> Step:
    """Take it back to the version that it left, while nobody has acted since."""
    etape = circuits.revenir(session, engine, instance_id, par=par, now=now)
    suites(session, engine, circuits.courrier_de(session, etape.instance.subject), etape, now=now)
    return etape


def _noter_tache(session: Session, tache: Task, acte: str, par: str, now: datetime, **details: object) -> None:
    journal.noter(
        session, acteur=par, acte=acte, sujet=tache.subject, now=now, tache=tache.id, etape=tache.step, nom=tache.name, **details
    )
