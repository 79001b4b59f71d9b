"""The demo's past weeks: sixty courriers registered and walked along the real circuits, hour after simulated hour.

Nothing is written that the program would not have written: letters are typeset, vaulted, read, registered, and each
step is done by somebody who may do it; timers fire when their hour comes, so that the late have been reminded.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import signature
from app.courrier import corbeille, delais, habilitations, journey, organisation
from app.courrier.tables import Agent, Courrier, Reponse
from app.db import db, transaction
from app.demo import lettres
from app.wiring import Parts
from engine import Task

ABANDON = {"qualifier": 0.06, "annoter": 0.16, "rediger": 0.18, "valider": 0.14, "signer": 0.16, "expedier": 0.2,
           "viser": 0.3, "traiter": 0.5, "lire": 0.35}  # fmt: skip
"""How likely a step is left undone, so that courriers stand everywhere."""


@dataclass(order=True)
class Evenement:
    """Something that happens at a simulated hour."""

    quand: datetime
    rang: int
    agir: Callable[[datetime], None] = field(compare=False)


class Histoire:
    """A queue of events on a simulated clock, each in a transaction of its own."""

    def __init__(self, parts: Parts, *, now: datetime, graine: int = 7) -> None:
        """`now` is the present at which the story stops."""
        self.parts, self.now = parts, now
        self.hasard = random.Random(graine)  # noqa: S311  # a story, not a secret
        self._file: list[Evenement] = []
        self._rang = itertools.count()

    def raconter(self, avance: Callable[[str], None]) -> None:
        """Register the letters at their hours, then let people work and timers fire until now."""
        for courrier in lettres.courriers(self.parts, self.hasard, self.now, avance):
            self.prevoir(courrier.recu_le, lambda quand, courrier=courrier: self._enregistrer(courrier, quand))
        while self._file and self._file[0].quand <= self.now:
            evenement = heapq.heappop(self._file)
            self._minuteries(evenement.quand)
            evenement.agir(evenement.quand)
        self._minuteries(self.now)

    def prevoir(self, quand: datetime, agir: Callable[[datetime], None]) -> None:
        """Something will happen."""
        heapq.heappush(self._file, Evenement(quand, next(self._rang), agir))

    def _enregistrer(self, arrive: lettres.Arrive, quand: datetime) -> None:
        with transaction() as session:
            courrier = arrive.enregistrer(session, self.parts, quand)
        self._attendre(courrier.id, quand)

    def _attendre(self, courrier_id: int, quand: datetime) -> None:
        """Each open step of this courrier will be done after a while, or forgotten."""
        session = db.session()
        courrier = session.get_one(Courrier, courrier_id)
        for tache in session.scalars(select(Task).where(Task.instance_id == courrier.instance_id, Task.closed_at.is_(None))):
            if self.hasard.random() >= ABANDON.get(tache.step, 0.2):
                fait = self._heure_ouvrable(quand + timedelta(hours=self.hasard.choice((2, 5, 20, 26, 30, 50))))
                self.prevoir(fait, lambda heure, numero=tache.id: self._faire(numero, heure))

    def _heure_ouvrable(self, quand: datetime) -> datetime:
        """The same day between nine and five, or the next jour ouvré."""
        local = quand.astimezone(delais.PARIS)
        if local.hour >= 17:
            local += timedelta(days=1)
        jour = delais.jours_ouvres(local.date(), 0)
        return datetime(jour.year, jour.month, jour.day, self.hasard.randint(9, 16), self.hasard.randint(0, 59), tzinfo=delais.PARIS).astimezone(UTC)

    def _minuteries(self, quand: datetime) -> None:
        while due := self.parts.engine.due(db.session(), now=quand, limit=50):
            for numero in due:
                with transaction() as session:
                    journey.reveiller(session, self.parts.engine, numero, now=quand)

    def _faire(self, task_id: int, quand: datetime) -> None:
        session = db.session()
        tache = session.get_one(Task, task_id, populate_existing=True)
        if tache.closed_at is not None:
            return
        moi = self._quelquun(session, tache)
        courrier = corbeille.tache(session, moi, task_id)[1]
        if tache.act == "signer":
            self._composer(courrier)
        reponses = self._reponses(tache, courrier, moi)
        scelle = signature.sceller(self.parts, session, moi, tache, courrier, reponses, now=quand)
        with transaction() as session:
            journey.prendre(session, self.parts.engine, moi, task_id, now=quand - timedelta(minutes=20))
            journey.faire(session, self.parts.engine, moi, task_id, reponses, now=quand, scelle=scelle)
        self._attendre(courrier.id, quand)

    def _quelquun(self, session: Session, tache: Task) -> habilitations.Moi:
        """Somebody who may do the step, always the same for the same step of the same courrier."""
        qui: Agent = self.hasard.choice(journey.collegues_de(session, tache))
        return habilitations.moi(session, qui)

    def _composer(self, courrier: Courrier) -> None:
        """What the worker does in real life between the approval and the signature."""
        from app import travaux

        lettre = db.session().scalar(select(Reponse).where(Reponse.courrier_id == courrier.id))
        if lettre is not None and lettre.etat == "a_composer":
            travaux.composer(self.parts, lettre.id)

    def _reponses(self, tache: Task, courrier: Courrier, moi: habilitations.Moi) -> dict[str, Any]:
        """What this person answers in the form of the step."""
        sort = self.hasard.random()
        match tache.act:
            case "qualifier":
                return {"decision": "traiter", "note": "À traiter dans les délais." if sort < 0.2 else ""}
            case "annoter":
                classe = {"suite": "classer", "note": "Réponse donnée de vive voix."}
                return classe if sort < 0.12 else {"suite": "repondre", "note": self.hasard.choice(lettres.NOTES)}
            case "rediger":
                return {"objet": f"Votre courrier : {courrier.objet[:200]}", "corps": self.hasard.choice(lettres.REPONSES)}
            case "valider":
                renvoi = {"decision": "renvoyer", "motif": "Rappelez la date de la prochaine commission."}
                return renvoi if sort < 0.15 else {"decision": "approuver"}
            case "signer":
                return {"decision": "refuser", "motif": "Le ton est trop sec."} if sort < 0.08 else {"decision": "signer"}
            case "viser":
                return {"decision": "viser"}
            case "expedier":
                return lettres.expedition(db.session(), courrier)
            case "corriger" | "prendre_en_charge":
                return {"note": "C’est fait."}
            case _:
                return {}


