"""Opinions and visas asked of another bureau or of somebody while a step is being done."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import corbeille, delais, journey, organisation, relance
from app.courrier.deviations.commun import motif, noter, peut_deroger
from app.courrier.errors import Interdit, SaisieRefusee
from app.courrier.habilitations import Moi
from engine import Engine, Phrase, Step, Task

GENRES = {"avis": "Avis : {qui}", "visa": "Visa : {qui}"}
JOURS = 3
"""Jours ouvrés given to answer, when nobody says."""

_JOURS_MAX = 60


def destinataires(session: Session, moi: Moi) -> list[tuple[str, str]]:
    """Whom an opinion or a visa may be asked of, key and name: the bureaux, then the people."""
    bureaux = [(noeud.cle, noeud.nom) for noeud in organisation.arbre(session).values()]
    agents = [
        (f"@{agent.identifiant}", f"{agent.prenom} {agent.nom}")
        for agent in organisation.tous(session)
        if agent.identifiant != moi.identifiant and agent.parti_le is None
    ]
    return [*bureaux, *agents]


def demandes(session: Session, tache: Task) -> Sequence[Task]:
    """What was asked about a task, and the answers, oldest first."""
    return session.scalars(select(Task).where(Task.main == tache.id).order_by(Task.id)).all()


def demander(
    session: Session, engine: Engine, moi: Moi, task_id: int, *, genre: str, groupe: str, question: str, jours: int | None,
    now: datetime,
) -> Task:  # fmt: skip
    """Ask a bureau or somebody for an opinion or a visa on a step one may do; they are told, and may see the courrier."""
    tache, courrier = journey.a_faire(session, moi, task_id)
    noms = dict(destinataires(session, moi))
    erreurs = {}
    if genre not in GENRES:
        erreurs["genre"] = "Choisissez un avis ou un visa."
    if groupe not in noms:
        erreurs["groupe"] = "Choisissez le bureau ou l’agent à qui vous le demandez."
    if jours is None or not 1 <= jours <= _JOURS_MAX:
        erreurs["jours"] = Phrase("Donnez un nombre de jours ouvrés, de 1 à {maximum}.", maximum=_JOURS_MAX)
    if erreurs or jours is None:
        raise SaisieRefusee(erreurs)
    qui = [agent for agent in organisation.membres(session, groupe) if agent.identifiant != moi.identifiant]
    if not qui:
        raise SaisieRefusee({"groupe": "Personne d’autre que vous n’est dans ce bureau ; choisissez-en un autre."})
    texte = motif(question, "question", "Dites en quelques mots ce que vous voulez savoir.")
    etape = engine.insert(
        session, task_id, kind=genre, groups=(groupe,), question=texte, name=GENRES[genre].format(qui=noms[groupe]),
        by=moi.identifiant, due=delais.plus_jours_ouvres(now, jours, delais.fermes(session)), now=now,
    )  # fmt: skip
    (demandee,) = etape.opened
    noter(session, moi, f"demander-{genre}", tache, courrier, now, demande=demandee.id, vers=noms[groupe], motif=texte)
    journey.suites(session, engine, courrier, etape, now=now)
    relance.avertir(session, courrier, demandee, qui, genre="attribution", niveau="agent", cle=f"demande:{demandee.id}", now=now)
    return demandee


def retirer(session: Session, engine: Engine, moi: Moi, task_id: int, *, raison: str, now: datetime) -> Step:
    """Give up what one has asked, or what keeps a step waiting when one may pass over steps."""
    demandee, courrier, _ = corbeille.a_faire(session, moi, task_id)
    if demandee.asked_by != moi.identifiant and not peut_deroger(session, moi, courrier):
        raise Interdit(action="retirer cette demande : elle est à celui qui l’a faite")
    dit = motif(raison)
    etape = engine.withdraw(session, task_id, by=moi.identifiant, reason=dit, now=now)
    noter(session, moi, "retirer-demande", demandee, courrier, now, motif=dit)
    journey.suites(session, engine, courrier, etape, now=now)
    return etape
