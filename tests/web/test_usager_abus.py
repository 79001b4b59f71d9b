"""The usagers' pages under abuse and failure: braked, sealed, sent twice, unreachable; nothing typed is lost."""

from datetime import UTC, datetime
from functools import partial
from time import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import travaux, usagers
from app.courrier import jalons
from app.courrier.demandes import ECRIRE, SUIVRE
from app.courrier.errors import EnvoiImpossible
from app.courrier.tables import Demande, LigneJournal
from app.db import db
from app.web.context import parts
from app.web.usager import adresse
from tests.support.visitors import Visitor
from tests.web import guichet
from tests.web.guichet import fine, shown, value
from tests.web.public import ONCE, WORDS, fill, follow, receipt, write


@ONCE
def test_without_its_seal_a_form_is_offered_again(office: Flask) -> None:
    """The cookie was lost: nothing typed is."""
    lost = office.test_client().post("/ecrire", data=WORDS, headers={"Sec-Fetch-Site": "same-origin"})
    assert lost.status_code == 400
    assert "Le lampadaire &lt;12&gt;" in lost.text
    assert "Mot de passe" not in lost.text
    foreign = office.test_client().post("/ecrire", data=WORDS, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 400
    assert "lampadaire" not in foreign.text


def test_a_double_click_is_one_demand(office: Flask) -> None:
    usager = Visitor(office)
    fine(write(usager, envoi="a" * 20), 302)
    first = receipt(usager)
    fine(write(usager, envoi="a" * 20), 302)
    assert receipt(usager) == first
    fine(write(usager, envoi="a" * 20, objet="Banc cassé"), 302)
    assert receipt(usager)[0] != first[0]
    with guichet.looking(office) as session:
        assert session.scalars(select(Demande.numero).order_by(Demande.id)).all() == [first[0], receipt(usager)[0]]


def test_too_many_messages_are_braked_and_none_is_lost(office: Flask) -> None:
    usager = Visitor(office)
    fill(office, ECRIRE, ECRIRE.par_adresse)
    braked = fine(write(usager), 429)
    assert int(braked.headers["Retry-After"]) >= 60
    assert shown(braked, "Recommencez dans")
    assert value(braked.text, "objet") == WORDS["objet"]
    with office.app_context():
        usagers.oublier(datetime.now(UTC) + 2 * ECRIRE.duree)
    fine(write(usager), 302)


def test_wrong_codes_are_braked_and_right_ones_are_not_counted(office: Flask) -> None:
    usager = Visitor(office)
    fine(write(usager), 302)
    number, code = receipt(usager)
    fill(office, SUIVRE, SUIVRE.par_adresse - 1)
    for _ in range(3):
        fine(follow(usager, number, code), 302)
    fine(follow(usager, number, "K7QMX-3RTPA"), 422)
    fine(follow(usager, number, "K7QMX-3RTPB"), 429)
    assert fine(follow(usager, number, code), 429).headers["Retry-After"]


@ONCE
@pytest.mark.parametrize("fault", [EnvoiImpossible(destinataire="x", motif="le serveur ne répond pas"), RuntimeError("imprévu")])
def test_the_receipt_is_tried_again_then_given_up_and_told(
    office: Flask, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def refuse(message: object) -> bytes:
        raise fault

    fine(write(Visitor(office)), 302)
    with office.app_context():
        monkeypatch.setattr(parts().facteur, "send", refuse)
        number = db.session().scalars(select(Demande.id)).one()
        for hours in range(0, 63, 7):
            travaux.accuser(parts(), number, clock=partial(datetime.fromtimestamp, time() + 3600 * hours, UTC))
        db.session.remove()
    with guichet.looking(office) as session:
        row = session.scalars(select(Demande)).one()
        assert (row.accuse, row.essais) == ("echec", 8)
        assert session.scalar(select(func.count()).select_from(LigneJournal).where(LigneJournal.acte == "accuse-refuse")) == 1


@ONCE
def test_a_receipt_that_has_left_does_not_leave_again_because_its_proof_cannot_be_kept(
    office: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine(write(Visitor(office)), 302)
    with office.app_context():
        number = db.session().scalars(select(Demande.id)).one()
        with monkeypatch.context() as full:
            full.setattr(type(parts().coffre), "put", lambda *_: 1 / 0)
            for _ in range(2):
                travaux.accuser(parts(), number)
        sent = db.session().get_one(Demande, number, populate_existing=True)
        assert (sent.accuse, sent.essais, sent.erreur) == ("envoye", 1, "")
        assert db.session().scalar(select(func.count()).where(LigneJournal.acte == "accuse-enregistrement")) == 1
        assert len([*(parts().config.instance / "outbox").glob("*.eml")]) == 1


@ONCE
def test_only_our_own_proxies_are_believed(office: Flask) -> None:
    def seen(remote: str, **headers: str) -> str:
        with office.test_request_context("/ecrire", environ_base={"REMOTE_ADDR": remote}, headers=headers):
            return adresse()

    assert seen("192.0.2.1", **{"X-Forwarded-For": "198.51.100.7"}) == seen("192.0.2.1")
    assert seen("192.0.2.1") != seen("192.0.2.2")
    assert seen("2001:db8:1:2::1") == seen("2001:db8:1:2:ffff::9")
    assert seen("2001:db8:1:2::1") != seen("2001:db8:1:3::1")
    assert "192.0.2" not in seen("192.0.2.1")
    assert seen("") == "?"


@ONCE
def test_an_unknown_number_is_compared_all_the_same(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(jalons.hmac, "compare_digest", lambda one, other: compared.append((one, other)) or one == other)
    with guichet.looking(office) as session:
        assert jalons.trouver(session, "E-2026-00001", "") is None
        assert jalons.trouver(session, "n’importe quoi", "?" * 10) is None
    assert len(compared) == 2
