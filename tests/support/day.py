"""A day at the town hall, as a program: taken up where it stands at each start, so that it may be killed at any moment.

Everything is done as the entrances do it: the vault first, one transaction a verb, orders to the workers after the
commit. Whoever comes back after a crash looks at the lists, as people do, and goes on with what is not done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from time import sleep

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app, signature, travaux
from app.clock import Clock
from app.config import Config
from app.courrier import corbeille, depot, habilitations, journey, organisation, registre, reponse
from app.courrier.tables import Avertissement, Courrier, Depot, Envoi, Nature, Reponse
from app.db import db, transaction
from app.jobs import Workers
from app.web.context import jobs, parts
from engine import Task
from tests.letters import imprimer

LETTERS = ("accuse_reception", "demande_cada", "etat_civil", "facture", "invitation", "place_creche", "signalement_voirie")
WORKERS = 2
ANSWERS: dict[str, dict[str, str]] = {
    "qualifier": {"decision": "traiter"},
    "annoter": {"suite": "repondre", "note": "Vu."},
    "rediger": {"objet": "Votre courrier", "corps": "Madame, Monsieur,\n\nVotre demande a été examinée avec attention."},
    "valider": {"decision": "approuver"},
    "signer": {"decision": "signer"},
    "expedier": {"canal": "courriel", "destinataire": "usager@exemple.example"},
    "attendre": {},
}


@dataclass(frozen=True, kw_only=True)
class Day:
    """One start of the program: `later` moves its clock, so that what a dead worker held is taken up again.

    `posts`: how many times the day's letters have come.
    """

    config: Config
    later: timedelta
    posts: int = 1

    @property
    def letters(self) -> dict[str, str]:
        """The letter printed on each file that came."""
        return {f"{post}-{name}.pdf": name for post in range(self.posts) for name in LETTERS}

    def now(self) -> datetime:
        """The program's own time."""
        return datetime.now(UTC) + self.later

    def run(self) -> None:
        """Until the day's work is done."""
        self.move_clocks()
        app = create_app(self.config)
        with app.app_context():
            clock, workers = Clock(parts(), jobs(), app.app_context), Workers(jobs(), workers=WORKERS, shutdown_timeout=5)
            clock.start()
            workers.start()
            while not self.done():
                self.deposit()
                self.register()
                self.set_again()
                self.act()
                db.session.rollback()
                sleep(0.05)

    def move_clocks(self) -> None:
        """The workers and the timetable live at the program's own time too."""
        travaux.utc = self.now
        for work in (travaux.lire, travaux.composer, travaux.envoyer, travaux.avertir):
            setattr(travaux, work.__name__, update_wrapper(partial(work, clock=self.now), work))

    def done(self) -> bool:
        """Every letter has its courrier, every courrier is closed, nothing is due."""
        session = db.session()
        session.rollback()

        def count(*conditions: object) -> int:
            return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]

        closed = count(Courrier.sens == "arrivee", Courrier.etat == "clos")
        due = count(Envoi.etat == "a_envoyer") + count(Avertissement.etat == "a_envoyer") + count(Depot.etat == "a_lire")
        return closed == len(self.letters) and due + count(Reponse.etat == "a_composer") == 0

    def deposit(self) -> None:
        """The clerk drops the letters that are not in the list yet."""
        known = set(db.session().scalars(select(Depot.origine)))
        for origin, name in self.letters.items():
            if origin not in known:
                place = parts().coffre.put(imprimer.pdf(name))
                with transaction() as session:
                    arrived = depot.deposer(
                        session, coffre_range=place, nom=origin, mime="application/pdf", canal="papier", par="odile",
                        now=self.now(),
                    )
                jobs().lire(arrived.id)

    def set_again(self) -> None:
        """Who is to sign asks again for the letters that were given up: more kills than tries fell on them."""
        session = db.session()
        for given_up in session.scalars(select(Reponse).where(Reponse.etat == "non_composee")).all():
            with transaction() as writing:
                reponse.recomposer(writing, session.get_one(Courrier, given_up.courrier_id), par="helene", now=self.now())

    def register(self) -> None:
        """The clerk registers what was read; what has come to «à vérifier» is read again."""
        for waiting in depot.liste(db.session(), "a_enregistrer", "a_verifier"):
            with transaction() as session:
                if waiting.etat == "a_verifier":
                    depot.reprendre(session, waiting.id, par="odile", now=self.now())
                    continue
                nature = session.scalars(select(Nature).where(Nature.cle == "demande")).one()
                typed = registre.Saisie(
                    sens="arrivee", canal="papier", objet=f"Lettre {waiting.origine}", nature_id=nature.id, depot_id=waiting.id,
                    bureau_id=organisation.bureau(session, "urbanisme").id, recu_le=self.now(),
                    correspondant=registre.Contact(nom=waiting.origine, courriel="usager@exemple.example"),
                )
                journey.enregistrer(
                    session, parts().engine, typed, circuit=self.circuit(waiting), donnees={"bureau": "urbanisme"}, par="odile",
                    now=self.now(),
                )

    @staticmethod
    def circuit(waiting: Depot) -> str:
        """Every other letter takes the short circuit whose timer fires at once."""
        return "relance" if waiting.id % 2 else "arrivee"

    def act(self) -> None:
        """Each open step is done by somebody who may do it."""
        session = db.session()
        open_tasks = list(session.scalars(select(Task.id).where(Task.closed_at.is_(None)).order_by(Task.id)))
        for task_id in open_tasks:
            attempt(lambda task_id=task_id: self.one(session, task_id))  # type: ignore[misc]

    def one(self, session: Session, task_id: int) -> None:
        """One act, as the task's page does it."""
        task = session.get_one(Task, task_id)
        # The whole beginning of the key: its hour, 20:58:07, would be taken for the task 58.
        told = select(Avertissement.id).where(Avertissement.cle.startswith(f"relance:agent:relancer:{task_id}:"))
        if task.step == "attendre" and not session.scalar(told):
            return
        who = journey.collegues_de(session, task)[0]
        moi = habilitations.moi(session, who)
        courrier = corbeille.tache(session, moi, task_id)[1]
        answers = ANSWERS[task.step]
        sealed = signature.sceller(parts(), session, moi, task, courrier, answers, now=self.now())
        if task.act == "signer" and sealed is None:
            return
        with transaction() as writing:
            journey.faire(writing, parts().engine, moi, task_id, answers, now=self.now(), scelle=sealed)
        travaux.balayer(jobs())


def attempt(act: Callable[[], None]) -> None:
    """Try; what somebody else did meanwhile, or is not ready, is looked at again at the next round."""
    from app.courrier.errors import CourrierError
    from engine.errors import EngineError

    try:
        act()
    except (CourrierError, EngineError):
        db.session.rollback()
