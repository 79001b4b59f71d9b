"""The demo's past weeks: some sixty courriers registered and walked along the real circuits, hour after simulated hour.

Nothing is written that the program would not have written: letters are typeset, vaulted, read, registered, and each
step is done by somebody who may do it; timers fire when their hour comes, so that the late have been reminded.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app import signature, travaux
from app.courrier import corbeille, delais, envoi, journey, organisation, relance, reponse
from app.courrier.tables import Courrier, Envoi
from app.db import db, transaction
from app.demo import gestes
from app.demo.arrivees import Guichet
from app.demo.attente import attente
from app.demo.avance import LecteurEnAvance
from app.demo.calendrier import Calendrier
from app.demo.marques import marquer
from app.demo.recits import Pas, Recit, recits
from app.wiring import Parts
from engine import Task, TaskGroup, Timer

PRISES = {"annoter", "rediger", "traiter", "expedier"}
"""Steps that somebody of the bureau takes before doing them."""

_UNE_HEURE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, order=True)
class Evenement:
    """Something that happens at a simulated hour."""

    quand: datetime
    rang: int
    agir: Callable[[datetime], None] = field(compare=False)


class Histoire:
    """A queue of events on a simulated clock, each in transactions of its own."""

    def __init__(self, parts: Parts, *, now: datetime, graine: int = 7, nombre: int | None = None) -> None:
        """`now` is the present at which the story stops; `nombre`: how many courriers, all when not given."""
        self.lecteur = LecteurEnAvance(parts.lecteur)
        self.parts, self.now = replace(parts, lecteur=self.lecteur), now
        self.hasard = random.Random(graine)  # noqa: S311  # a story, not a secret
        self.calendrier = Calendrier(now=now, fermes=delais.fermes(db.session()), hasard=self.hasard)
        self.recits = recits(self.calendrier, self.hasard, nombre=nombre)
        self.guichet = Guichet(self.parts)
        self._file: list[Evenement] = []
        self._rang = itertools.count()

    def raconter(self, avance: Callable[[str], None]) -> None:
        """Register the letters at their hours, let people work and timers fire until now; `avance` is told of each week."""
        try:
            for recit in self.recits:
                if contenu := self.guichet.preparer(recit):
                    self.lecteur.commencer(contenu)
                self.prevoir(recit.depose, lambda quand, recit=recit: self._deposer(recit, quand))  # type: ignore[misc]
            for quand, agir in attente(self.guichet, self.calendrier):
                self.prevoir(quand, agir)
            self.prevoir(self.calendrier.il_y_a(2), lambda quand: self._lire_les_avertissements(quand))
            self._derouler(avance)
        finally:
            self.lecteur.finir()

    def prevoir(self, quand: datetime, agir: Callable[[datetime], None]) -> None:
        """Something will happen."""
        heapq.heappush(self._file, Evenement(quand=quand, rang=next(self._rang), agir=agir))

    def _derouler(self, avance: Callable[[str], None]) -> None:
        semaine = None
        while self._file and self._file[0].quand <= self.now:
            evenement = heapq.heappop(self._file)
            self._minuteries(evenement.quand)
            evenement.agir(evenement.quand)
            self._travaux(evenement.quand)
            jour = delais.jour(evenement.quand)
            if (lundi := jour - timedelta(days=jour.weekday())) != semaine:
                semaine = lundi
                avance(f"… semaine du {delais.long(lundi)}")
        self._minuteries(self.now)
        self._travaux(self.now)

    def _deposer(self, recit: Recit, quand: datetime) -> None:
        depot_id = self.guichet.deposer(recit, quand)
        self.prevoir(recit.enregistre, lambda heure: self._enregistrer(recit, depot_id, heure))

    def _enregistrer(self, recit: Recit, depot_id: int | None, quand: datetime) -> None:
        courrier_id = self.guichet.enregistrer(recit, depot_id, quand)
        for pas in recit.pas:
            self.prevoir(pas.quand, lambda heure, pas=pas: self._faire(recit, courrier_id, pas, heure))  # type: ignore[misc]
        if not recit.pas or recit.pas[-1].quand + _UNE_HEURE <= self.now:
            dernier = recit.pas[-1].quand if recit.pas else quand
            self.prevoir(dernier + _UNE_HEURE, lambda heure: self._prendre(recit, courrier_id, heure))
        self.prevoir(quand + _UNE_HEURE, lambda heure: self._affranchir(courrier_id, heure))

    def _faire(self, recit: Recit, courrier_id: int, pas: Pas, quand: datetime) -> None:
        """One step: taken, the letter sealed when it is signed, done."""
        tache = self._ouverte(courrier_id, pas.etape, pas.bureau)
        session, engine = db.session(), self.parts.engine
        moi = gestes.quelquun(session, tache, pas)
        courrier = corbeille.tache(session, moi, tache.id)[1]
        saisies = gestes.reponses(session, recit, pas, courrier)
        scelle = signature.sceller(self.parts, session, moi, tache, courrier, saisies, now=quand)
        with transaction() as ecriture:
            if pas.etape in PRISES:
                journey.prendre(ecriture, engine, moi, tache.id, now=quand)
            if pas.etape == "annoter":
                marquer(ecriture, courrier, recit, par=moi.identifiant, now=quand)
            journey.faire(ecriture, engine, moi, tache.id, saisies, now=quand, scelle=scelle)

    def _prendre(self, recit: Recit, courrier_id: int, quand: datetime) -> None:
        """Somebody has begun the step that stays open, and may have written a draft of it."""
        session = db.session()
        instance = session.get_one(Courrier, courrier_id).instance_id
        tache = session.scalar(select(Task).where(Task.instance_id == instance, Task.closed_at.is_(None), Task.step.in_(PRISES)))
        if tache is None or recit.donnees.get("libre"):
            return
        moi = gestes.quelquun(session, tache, Pas(etape=tache.step, quand=quand))
        with transaction() as ecriture:
            journey.prendre(ecriture, self.parts.engine, moi, tache.id, now=quand)
            if brouillon := recit.texte("brouillon"):
                champs = {"objet": f"Votre courrier : {recit.texte('objet')}", "corps": brouillon}
                self.parts.engine.save_draft(ecriture, tache.id, champs, by=moi.identifiant)

    def _ouverte(self, courrier_id: int, etape: str, bureau: str) -> Task:
        session = db.session()
        instance = session.get_one(Courrier, courrier_id).instance_id
        requete = select(Task).where(Task.instance_id == instance, Task.step == etape, Task.closed_at.is_(None))
        if bureau:
            requete = requete.where(Task.id.in_(select(TaskGroup.task_id).where(TaskGroup.group_key == bureau)))
        return session.scalars(requete).one()

    def _affranchir(self, courrier_id: int, quand: datetime) -> None:
        """The bureau d’ordre posts the receipt of those who gave no e-mail address."""
        a_poster = select(Envoi.id).where(Envoi.courrier_id == courrier_id, Envoi.genre == "accuse", Envoi.etat == "a_envoyer",
                                          Envoi.canal != "courriel")  # fmt: skip
        for envoi_id in db.session().scalars(a_poster).all():
            with transaction() as session:
                preuve = f"Affranchi le {delais.long(delais.jour(quand))}"
                envoi.confirmer(session, envoi_id, preuve, par="odile", now=quand)

    def _lire_les_avertissements(self, quand: datetime) -> None:
        with transaction() as session:
            for agent in organisation.tous(session):
                relance.lire(session, agent.identifiant, now=quand)

    def _minuteries(self, quand: datetime) -> None:
        """Fire what came due since the last event, each at its own hour."""
        while dues := self.parts.engine.due(db.session(), now=quand, limit=50):
            for numero in dues:
                sonnee = db.session().get_one(Timer, numero).due_at
                with transaction() as session:
                    journey.reveiller(session, self.parts.engine, numero, now=sonnee)

    def _travaux(self, quand: datetime) -> None:
        """What the workers do in real life between two acts: letters are set, messages leave."""
        session = db.session()
        for faire, dus in (
            (travaux.composer, reponse.a_composer(session, now=quand)),
            (travaux.envoyer, envoi.a_envoyer(session, now=quand)),
            (travaux.avertir, relance.a_avertir(session, now=quand)),
        ):
            for numero in dus:
                faire(self.parts, numero, clock=lambda: quand)
