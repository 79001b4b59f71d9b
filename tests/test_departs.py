"""What must leave, or be kept: done once, later when the disk is full, given up in the end when nobody knows why."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from app import travaux
from app.courrier import depot, envoi, journal, registre, relance
from app.courrier.ports import Coffre, Facteur, Lecteur
from app.courrier.tables import Avertissement, Courrier, Depot, Envoi, Nature, dues
from app.db import Session, db, transaction
from app.wiring import Parts
from tests.support.disque import Full


def _parts(app: Flask) -> Parts:
    parts: Parts = app.extensions["vaguemestre"]
    return parts


def _deposit(app: Flask, now: datetime) -> int:
    kept = _parts(app).coffre.put(b"%PDF-1.7")
    with app.app_context(), transaction() as session:
        return depot.deposer(session, coffre_range=kept, nom="lettre", mime="application/pdf", canal="papier", par="odile",
                             now=now).id


def _register(app: Flask, now: datetime) -> int:
    with app.app_context(), transaction() as session:
        nature = session.scalars(select(Nature)).first()
        assert nature
        saisie = registre.Saisie(sens="arrivee", canal="papier", objet="Nid-de-poule rue Haute", nature_id=nature.id)
        return registre.enregistrer(session, saisie, par="odile", now=now).id


def test_claire_is_told_by_e_mail_once(town: Flask, now: datetime) -> None:
    courrier = _register(town, now)
    with town.app_context():
        with transaction() as session:
            session.add(_notice(courrier, now))
        travaux.avertir(_parts(town), 1)
        travaux.avertir(_parts(town), 1)
        assert db.session().get_one(Avertissement, 1, populate_existing=True).etat == "envoye"
    (message,) = (_parts(town).config.instance / "outbox").glob("*.eml")
    assert "claire@saint-aubin.example" in message.read_text("utf-8")


class Broken:
    """A part that fails in a way that nobody foresaw."""

    def send(self, *_: object, **__: object) -> bytes:
        raise RuntimeError("imprévu")

    read = put = send


def test_a_fault_that_nobody_foresaw_is_counted_told_and_given_up(
    town: Flask, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    number, courrier = _deposit(town, now), _register(town, now)
    broken = replace(_parts(town), lecteur=cast(Lecteur, Broken()), facteur=cast(Facteur, Broken()))
    with town.app_context():
        with transaction() as session:
            receipt = _receipt(session, courrier, now)
            session.add(_notice(courrier, now))
        for day in range(20):
            later = now + timedelta(days=1 + day)
            for work, row in ((travaux.lire, number), (travaux.envoyer, receipt), (travaux.avertir, 1)):
                work(broken, row, clock=lambda later=later: later)
        session = db.session()
        read, sent, notice = (
            session.get_one(table, row, populate_existing=True)
            for table, row in ((Depot, number), (Envoi, receipt), (Avertissement, 1)))
        assert (read.etat, read.motif, read.essais) == ("a_verifier", depot.IMPREVUE, depot.ESSAIS)
        assert (sent.etat, sent.erreur, sent.essais) == ("echec", dues.IMPREVU, 8)
        assert (notice.etat, notice.erreur, notice.essais) == ("echec", relance.IMPREVU, dues.ESSAIS_MAX)
        told = [ligne.acte for ligne in journal.lire(session, f"courrier:{courrier}")]
        assert (told.count("envoi-echoue"), told.count("avertissement-echoue")) == (1, 1)
    assert caplog.text.count("RuntimeError: imprévu") == depot.ESSAIS + 8 + dues.ESSAIS_MAX


def test_a_full_disk_holds_back_what_must_leave_and_gives_up_nothing(town: Flask, now: datetime) -> None:
    courrier, full = _register(town, now), replace(_parts(town), facteur=cast(Facteur, Full()))
    with town.app_context():
        with transaction() as session:
            receipt = _receipt(session, courrier, now)
            session.add(_notice(courrier, now))
        for day in range(dues.ESSAIS_MAX + 1):
            for work, row in ((travaux.envoyer, receipt), (travaux.avertir, 1)):
                work(full, row, clock=lambda day=day: now + timedelta(days=day))
        for table, row in ((Envoi, receipt), (Avertissement, 1)):
            due: dues.Due = db.session().get_one(table, row, populate_existing=True)
            assert (due.essais, due.erreur, due.reprise_le) == (0, dues.SANS_PLACE, now + timedelta(days=8, minutes=5))


def test_what_has_left_is_not_sent_again_because_its_proof_cannot_be_kept(town: Flask, now: datetime) -> None:
    courrier = _register(town, now)
    with town.app_context():
        with transaction() as session:
            receipt = _receipt(session, courrier, now)
        full = replace(_parts(town), coffre=cast(Coffre, Broken()))
        for _ in range(2):
            travaux.envoyer(full, receipt)
        sent = db.session().get_one(Envoi, receipt, populate_existing=True)
        assert (sent.etat, sent.essais, sent.preuve_id) == ("envoye", 1, None)
        assert "n’a pas pu être gardée" in sent.preuve
    assert len([*(_parts(town).config.instance / "outbox").glob("*.eml")]) == 1


def _receipt(session: Session, courrier: int, now: datetime) -> int:
    return envoi.demander(session, session.get_one(Courrier, courrier), genre="accuse", canal="courriel", now=now,
                          destinataire="yolande@example.org", sujet="Votre demande", texte="Nous l’avons reçue.").id


def _notice(courrier: int, now: datetime) -> Avertissement:
    return Avertissement(id=1, cle="essai", agent="claire", courrier_id=courrier, genre="relance", niveau="agent",
                         texte="«Qualifier» attend toujours.", cree_le=now)
