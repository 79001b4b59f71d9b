"""Who is late is reminded; then the chef is told, then the direction: each firing of a timer tells each person once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import circuits, journal, organisation
from app.courrier.ports import Message
from app.courrier.tables import Agent, Avertissement, Bureau, Courrier, dues
from engine import Call, Phrase, Step, Task, TaskGroup

RETARD = {
    "relance": "« {etape} » attend toujours : {objet} ({chrono}).",
    "escalade": "« {etape} » est en retard et attend {qui} : {objet} ({chrono}).",
    "attribution": "« {etape} » vous attend : {objet} ({chrono}).",
    "information": "Un courrier vous est adressé pour information : {objet} ({chrono}).",
    "avis_rendu": "« {etape} » : la réponse que vous attendiez est là : {objet} ({chrono}).",
}

IMPREVU = str(Phrase("une faute imprévue l’a arrêté ; prévenez votre administrateur"))
INACHEVE = str(Phrase("l’envoi ne s’est jamais achevé ; prévenez votre administrateur"))

_DU = Avertissement.etat == "a_envoyer"

CONFIDENTIEL = "courrier confidentiel"
"""Said in place of the subject of what is not open to the whole house."""


def relancer(appel: Call) -> None:
    """Topic `courrier.relancer`: remind the holder of the late step, or those who may take it."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    for tache in _taches(appel):
        avertir(appel.session, courrier, tache, _detenteurs(appel.session, tache), genre="relance", niveau="agent",
                cle=f"{appel.step}:{tache.id}", now=appel.now)  # fmt: skip


def escalader(appel: Call) -> None:
    """Topic `courrier.escalader`: tell the next level, `niveau` chef or direction, that a step is late."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    niveau = str(appel.inputs.get("niveau") or "chef")
    bureau = appel.session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
    if niveau == "chef" and bureau is not None:
        qui: Sequence[Agent] = organisation.chefs(appel.session, bureau.cle)
    else:
        qui = organisation.membres(appel.session, "direction")
    for tache in _taches(appel):
        avertir(appel.session, courrier, tache, qui, genre="escalade", niveau=niveau,
                cle=f"{appel.step}:{tache.id}", now=appel.now)  # fmt: skip


def notifier(appel: Call) -> None:
    """Topic `courrier.notifier`: tell the bureaux that a courrier comes to them for information."""
    courrier = circuits.courrier_de(appel.session, appel.subject)
    bureaux = appel.inputs.get("bureaux") or appel.data.get("bureaux") or appel.data.get("bureau") or []
    cles = [bureaux] if isinstance(bureaux, str) else [str(cle) for cle in bureaux] if isinstance(bureaux, Iterable) else []
    agents = {agent.identifiant: agent for cle in cles for agent in organisation.membres(appel.session, cle)}
    avertir(appel.session, courrier, None, list(agents.values()), genre="information", niveau="agent",
            cle=f"{appel.step}:{appel.instance.id}", now=appel.now)  # fmt: skip


def suivre_demandes(session: Session, courrier: Courrier, etape: Step, *, now: datetime) -> None:
    """Remind who has not answered what was asked, and the asker with them; tell the asker of an answer."""
    for tache in etape.late:
        demandeur = [organisation.agent(session, tache.asked_by)] if tache.asked_by else []
        avertir(session, courrier, tache, _detenteurs(session, tache), genre="relance", niveau="agent",
                cle=f"demande:{tache.id}", now=now)  # fmt: skip
        avertir(session, courrier, tache, demandeur, genre="escalade", niveau="agent", cle=f"demande:{tache.id}", now=now)
    for tache in etape.closed:
        if tache.asked_by and tache.outcome in ("done", "skipped") and tache.closed_by != tache.asked_by:
            avertir(session, courrier, tache, [organisation.agent(session, tache.asked_by)], genre="avis_rendu",
                    niveau="agent", cle=f"demande:{tache.id}", now=now)  # fmt: skip


def _taches(appel: Call) -> list[Task]:
    """The open tasks of the step named by the input `etape`; without it, every open task of the instance."""
    # What was asked about a step has its own delay.
    requete = select(Task).where(Task.instance_id == appel.instance.id, Task.closed_at.is_(None), Task.main.is_(None))
    if etape := appel.inputs.get("etape"):
        requete = requete.where(Task.step == str(etape))
    return list(appel.session.scalars(requete.order_by(Task.id)))


def _detenteurs(session: Session, tache: Task) -> list[Agent]:
    en_charge = tache.holder or tache.assignee
    if en_charge:
        return [organisation.agent(session, en_charge)]
    groupes = session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == tache.id)).all()
    agents = {agent.identifiant: agent for groupe in groupes for agent in organisation.membres(session, groupe)}
    return list(agents.values())


def avertir(
    session: Session, courrier: Courrier, tache: Task | None, agents: Sequence[Agent], *, genre: str, niveau: str, cle: str,
    now: datetime,
) -> list[Avertissement]:  # fmt: skip
    """Write one notice an agent, a due row for the mailer; one journal line for all. `cle` and `now` make each unique."""
    # A notice goes to the next level, which may not read what is kept close, and leaves by e-mail.
    objet = courrier.objet if courrier.confidentialite == "interne" else CONFIDENTIEL
    texte = RETARD[genre].format(
        etape=tache.name if tache else "", objet=objet, chrono=courrier.chrono, qui=_qui(session, tache)
    )
    avertissements = [
        Avertissement(
            cle=f"{genre}:{niveau}:{cle}:{now.isoformat()}:{agent.identifiant}", agent=agent.identifiant, courrier_id=courrier.id,
            genre=genre, niveau=niveau, texte=texte, cree_le=now, etat="a_envoyer" if agent.courriel else "affiche",
        )
        for agent in agents
    ]  # fmt: skip
    session.add_all(avertissements)
    session.flush()
    journal.noter(
        session, acteur="horloge" if genre in ("relance", "escalade") else "systeme", acte=genre, sujet=circuits.sujet(courrier),
        now=now, niveau=niveau, agents=[agent.identifiant for agent in agents],
        **({"etape": tache.step, "nom": tache.name} if tache else {}),
    )  # fmt: skip
    return avertissements


def _qui(session: Session, tache: Task | None) -> str:
    if tache is None:
        return ""
    if tache.holder is None:
        return "que quelqu’un la prenne"
    agent = organisation.agent(session, tache.holder)
    return f"{agent.prenom} {agent.nom}"


def a_avertir(session: Session, *, now: datetime, limite: int = 50) -> list[int]:
    """The notices due for the mailer, oldest first."""
    dus = select(Avertissement.id).where(_DU, dues.libre(Avertissement, now))
    return list(session.scalars(dus.order_by(Avertissement.id).limit(limite)))


def reserver(
    session: Session, avertissement_id: int, *, now: datetime, bail: timedelta = timedelta(minutes=5)
) -> Avertissement | None:
    """Claim a notice for one sender; nothing when another has it, when it has gone, or when it was tried too often."""
    return dues.reserver(
        session, Avertissement, avertissement_id, _DU, now=now, bail=bail,
        abandonner=lambda prise: _abandonner(session, prise, prise.erreur or INACHEVE, now=now),
    )  # fmt: skip


def message(session: Session, avertissement: Avertissement, *, base_url: str, expediteur: str) -> Message:
    """The notice as the mailer takes it, with the address of its courrier; its identifier is the same at each try."""
    agent = organisation.agent(session, avertissement.agent)
    adresse = f"{base_url}/courriers/{avertissement.courrier_id}"
    return Message(
        message_id=f"<avertissement-{avertissement.id}@{expediteur.rpartition('@')[2]}>", expediteur=expediteur,
        destinataire=agent.courriel, sujet=avertissement.texte.rstrip("."),
        texte=f"Bonjour {agent.prenom},\n\n{avertissement.texte}\n\n{adresse}\n\nVaguemestre",
    )


def averti(session: Session, avertissement_id: int) -> None:
    """The notice has left."""
    session.get_one(Avertissement, avertissement_id).etat = "envoye"


def echoue(session: Session, avertissement_id: int, motif: str, *, definitif: bool, now: datetime) -> None:
    """It did not leave: tried again with a growing delay, then given up; the application shows it all the same."""
    avertissement = session.get_one(Avertissement, avertissement_id)
    dues.reporter(
        avertissement, motif, now=now, definitif=definitif,
        abandonner=lambda rendu: _abandonner(session, rendu, motif, now=now),
    )  # fmt: skip


def _abandonner(session: Session, avertissement: Avertissement, motif: str, *, now: datetime) -> None:
    avertissement.etat, avertissement.reprise_le, avertissement.erreur = "echec", None, motif
    session.flush()
    journal.noter(session, acteur="systeme", acte="avertissement-echoue", sujet=f"courrier:{avertissement.courrier_id}", now=now,
                  agents=[avertissement.agent], motif=motif[:300])


def non_lus(session: Session, identifiant: str) -> list[Avertissement]:
    """An agent's unread notices, newest first; fifty at most."""
    siens = select(Avertissement).where(Avertissement.agent == identifiant, Avertissement.lu_le.is_(None))
    return list(session.scalars(siens.order_by(Avertissement.id.desc()).limit(50)))


def lire(session: Session, identifiant: str, *, now: datetime) -> None:
    """Mark an agent's notices as read."""
    siens = update(Avertissement).where(Avertissement.agent == identifiant, Avertissement.lu_le.is_(None))
    session.execute(siens.values(lu_le=now))
