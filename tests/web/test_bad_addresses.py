"""Addresses that no page gives: numbers that nobody has, days out of the calendar, signs that nobody types."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.courrier import organisation
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine

UNKNOWN = [
    "/courriers/{n}", "/courriers/{n}/suivi", "/courriers/{n}/circuit.bpmn", "/taches/{n}", "/pieces/{n}",
    "/pieces/{n}/pages/1", "/pieces/{n}/pages/1/mots", "/depots/{n}", "/circuits/inconnu", "/circuits/inconnu/diagramme",
    "/circuits/arrivee/versions/{n}.bpmn", "/nouveau/ailleurs", "/static/{n}.js",
]  # fmt: skip
UNKNOWN_ACTS = [
    "/courriers/{n}/annotations", "/courriers/{n}/annotations/{n}/retrait", "/courriers/{n}/commentaires", "/taches/{n}",
    "/taches/{n}/prise", "/taches/{n}/rendu", "/taches/{n}/transfert", "/taches/{n}/apercu", "/depots/{n}", "/depots/{n}/prise",
    "/depots/{n}/rendu", "/depots/{n}/ecart", "/depots/{n}/relecture", "/pilotage/incidents/{n}", "/envois/{n}/depart",
    "/envois/{n}/reprise", "/nouveau/ailleurs",
]  # fmt: skip


@pytest.fixture(scope="module")
def powerful(shared_office: Flask) -> Visitor:
    """Odile with every role: nothing is refused to her but what is wrong."""
    def give(session: Session) -> None:
        for role in organisation.ROLES:
            organisation.donner_role(session, "odile", role, par="systeme", now=datetime.now(UTC))

    guichet.write(shared_office, give)
    return visitor(shared_office, "odile")


@pytest.mark.parametrize("number", ["999999", "99999999999999999999", "0", "-1", "abc", "%00"])
def test_numbers_that_nobody_has_are_not_found(powerful: Visitor, number: str) -> None:
    for path in UNKNOWN:
        fine(powerful.get(path.format(n=number)), 404, 400)
    for path in UNKNOWN_ACTS:
        fine(powerful.post(path.format(n=number), {"motif": "parce que", "preuve": "ceci", "texte": "x"}), 404, 405, 400)


STRANGE = [
    "/corbeille?apres=x", "/corbeille?apres=2026-11-16T08:00:00~1", "/corbeille?apres=9999-12-31T23:59:59-12:00~1",
    "/bureau?mots=%25_", "/corbeille?apres=2026-11-16T08:00:00%2B00:00~99999999999999999999",
    "/corbeille?nature=%F0%9F%98%80&etape=x", "/registre?jour=0001-01-01", "/registre?jour=9999-12-31",
    "/registre?jour=hier&sens=ailleurs", "/recherche?page=99999999999999999999", "/recherche?page=-4",
    "/recherche?page=x&tri=y&bureau=z", "/recherche?q=%22%22(((&nature=1", "/recherche?q=apres:9999-99-99",
    "/recherche?q=avant:0001-01-01", "/recherche?q=" + "mot%20" * 2000,
    "/administration/journal?avant=99999999999999999999", "/administration/journal?avant=-1&sujet=%25",
    "/pilotage/retards?bureau=x&circuit=y&etape=z", "/pilotage/retards.csv?bureau=%22", "/connexion?suite=//ailleurs.example",
]  # fmt: skip


def test_strange_addresses_show_a_page(powerful: Visitor) -> None:
    for path in STRANGE:
        fine(powerful.get(path), 200, 302)


def test_a_sign_that_nobody_types_is_refused(powerful: Visitor, shared_office: Flask) -> None:
    for path in ("/recherche?q=a%00b", "/corbeille?mots=%00", "/administration/journal?sujet=%00", "/registre?sens=%00"):
        assert guichet.shown(fine(powerful.get(path), 400), "La demande n’a pas été comprise")
    fine(powerful.post("/nouveau/depart", {"objet": "a\0b"}), 400)
    fine(Visitor(shared_office).post("/connexion", {"identifiant": "a\0", "mot_de_passe": "x"}), 400)
