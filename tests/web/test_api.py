"""The API: a token opens it and nothing more, the same sending is received once, every fault is a problem in French."""

import base64
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.courrier import demandes, partenaires
from app.courrier.tables import Demande, Depot, LigneJournal, Partenaire, Piece
from app.db import transaction
from app.web.api import DOCUMENT, FAUX_JETONS
from app.web.context import parts
from tests.letters import imprimer
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, shown
from tests.web.public import ONCE, fill, register, work

DEMANDE = {
    "expediteur": {"nom": "Caradec", "prenom": "Hélène", "courriel": "helene@example.org"},
    "objet": "Lampadaire éteint", "texte": "Devant le 12 de la rue des Lilas.", "nature": "signalement", "reference": "P-77",
}
SPECIFIED = json.loads(DOCUMENT.read_text())


def access(app: Flask, *droits: str, nom: str = "Portail") -> str:
    """A token with these rights."""
    with app.app_context(), transaction() as session:
        return partenaires.creer(
            session, nom=nom, droits=droits or partenaires.DROITS, bureau_id=None, par="ines", now=datetime.now(UTC)
        )[1]


def send(app: Flask, token: str, demande: Mapping[str, Any] = DEMANDE, key: str = "", **more: Any) -> TestResponse:
    """A demand as JSON."""
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    return app.test_client().post("/api/v1/depots", json={**demande, **more}, headers=headers)


def ask(app: Flask, token: str, number: str) -> TestResponse:
    """Where a demand stands."""
    return app.test_client().get(f"/api/v1/depots/{number}", headers={"Authorization": f"Bearer {token}"})


def problem(answer: TestResponse, status: int) -> Any:
    """A refusal, as RFC 9457 and our document want it."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    conforms(answer.json, "Probleme")
    assert answer.json["status"] == status
    return answer.json


def conforms(value: Any, schema: str) -> None:
    """The names of a value are those of its schema in the document."""
    said = SPECIFIED["components"]["schemas"][schema]
    assert set(said["required"]) <= set(value) <= set(said["properties"]), (schema, value)


def test_what_a_program_sends_is_received_once_and_registered(office: Flask) -> None:
    token = access(office)
    photo = {"nom": "photo.pdf", "contenu": base64.b64encode(imprimer.pdf("petition")).decode()}
    first, again = send(office, token, key="abc-1", fichiers=[photo]), send(office, token, key="abc-1", fichiers=[photo])
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.json is not None
    conforms(first.json, "Accuse")
    assert "clé" in problem(send(office, token, key="abc-1"), 409)["detail"]
    number = first.json["numero"]
    assert ask(office, token, number).json["etat"] == "recue"  # type: ignore[index]
    work(office)
    courrier = guichet.courrier(office, register(office, number, canal="api"))
    assert (courrier.canal, courrier.objet, courrier.code_suivi) == ("api", "Lampadaire éteint", first.json["code_suivi"])
    state = ask(office, token, number).json
    assert state is not None
    conforms(state, "Etat")
    assert (state["etat"], state["chrono"], state["bureau"]) == ("en_cours", courrier.chrono, "Voirie")
    assert state["jalons"][0]["titre"] == "Votre demande est arrivée à la mairie"
    with guichet.looking(office) as session:
        came = session.scalars(select(Depot)).one()
        assert (came.depose_par, came.canal) == ("api:Portail", "api")
        lines = session.scalars(select(LigneJournal.acteur).where(LigneJournal.acte == "deposer")).all()
        assert lines == ["api:Portail"]
        assert session.scalars(select(Partenaire.vu_le)).one() is not None


@ONCE
def test_files_alone_are_a_letter(office: Flask) -> None:
    token = access(office)
    data = {
        "demande": json.dumps({"expediteur": {"organisme": "Les Amis du kiosque"}, "objet": "Pétition"}),
        "fichiers": [(io.BytesIO(imprimer.pdf("petition")), "petition.pdf"), (io.BytesIO(b"%PDF-1.4 abime"), "../../annexe.pdf")],
    }
    sent = office.test_client().post(
        "/api/v1/depots", data=data, headers={"Authorization": f"Bearer {token}"}, content_type="multipart/form-data",
    )
    assert sent.status_code == 201, sent.text
    work(office)
    with guichet.looking(office) as session:
        came = session.scalars(select(Depot)).one()
        assert came.etat == "a_enregistrer"
        kinds = session.execute(select(Piece.genre, Piece.nom).order_by(Piece.genre)).all()
        proposed = {p["champ"]: p for p in came.propositions}
        proof = session.scalars(select(Piece.sha256).where(Piece.genre == "preuve")).one()
        assert b"Les Amis du kiosque" in parts().coffre.get(proof)
    assert [tuple(kind) for kind in kinds][:2] == [("annexe", "annexe.pdf"), ("original", "petition.pdf")]
    assert (proposed["expediteur"]["valeur"], proposed["expediteur"]["confiance"]) == ("Les Amis du kiosque", 1.0)


def test_a_token_opens_what_it_may_and_only_its_own(office: Flask) -> None:
    sender, reader, other = access(office, "deposer"), access(office, "lire"), access(office, nom="Autre")
    assert "jeton" in problem(office.test_client().post("/api/v1/depots", json=DEMANDE), 401)["detail"]
    refused = send(office, "vgm_inventé")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    number = send(office, sender).json["numero"]  # type: ignore[index]
    problem(ask(office, sender, number), 403)
    problem(send(office, reader), 403)
    problem(ask(office, reader, number), 404)
    problem(ask(office, other, number), 404)
    problem(ask(office, other, "A-2026-00001"), 404)
    mine = send(office, other).json["numero"]  # type: ignore[index]
    assert ask(office, other, mine).status_code == 200
    ines = visitor(office, "ines")
    with guichet.looking(office) as session:
        accesses = {p.nom: p.id for p in session.scalars(select(Partenaire))}
    fine(ines.post(f"/administration/acces/{accesses['Autre']}/revocation"), 302)
    problem(ask(office, other, mine), 401)
    fine(ines.post(f"/administration/acces/{accesses['Autre']}/revocation"), 409)
    fill(office, FAUX_JETONS, FAUX_JETONS.par_adresse - 2)
    problem(send(office, "vgm_encore"), 429)
    assert send(office, sender).status_code == 201, "a right token is not braked by wrong ones"


WRONG: list[tuple[Any, dict[str, str]]] = [
    ({}, {"objet": "de quoi", "texte": "dix caractères", "expediteur.nom": "nom"}),
    ({**DEMANDE, "couleur": "rouge"}, {"couleur": "n’existe pas"}),
    ({**DEMANDE, "expediteur": {"nom": 12, "courriel": None}}, {"expediteur.nom": "texte", "expediteur.courriel": "texte"}),
    ({**DEMANDE, "expediteur": "Hélène"}, {"expediteur": "objet"}),
    ({**DEMANDE, "nature": "personnel"}, {"nature": "liste"}),
    ({**DEMANDE, "accuser": "oui"}, {"accuser": "Vrai ou faux"}),
    ({**DEMANDE, "fichiers": {}}, {"fichiers": "liste"}),
    ({**DEMANDE, "fichiers": [{"nom": "a", "contenu": "pas du base64 !"}]}, {"fichiers[0]": "base64"}),
    ({**DEMANDE, "fichiers": [{"nom": "a.pdf", "contenu": ""}]}, {"fichiers": "vide"}),
    ({**DEMANDE, "fichiers": [{"nom": "a", "contenu": "YQ=="}] * 11}, {"fichiers": "au plus 10"}),
]


@ONCE
def test_every_fault_is_said_by_its_field_in_french(office: Flask) -> None:
    token = access(office)
    for demande, expected in WRONG:
        said = problem(send(office, token, demande) if demande else empty(office, token), 422)["erreurs"]
        for field, words in expected.items():
            assert words in said[field], (demande, said)
    client, headers = office.test_client(), {"Authorization": f"Bearer {token}"}
    for body in (b"", b"{", b"[]", b'"x"', b"\xff", b'{"objet": "a\\u0000b"}', b"[" * 100_000):
        problem(client.post("/api/v1/depots", data=body, headers=headers, content_type="application/json"), 400)
    problem(client.post("/api/v1/depots", data="objet=x", headers=headers), 415)
    problem(send(office, token, key="é" * 3), 422)
    problem(send(office, token, key="x" * 101), 422)
    problem(client.get("/api/v1/ailleurs"), 404)
    problem(client.delete("/api/v1/depots", headers=headers), 405)
    office.config["MAX_CONTENT_LENGTH"] = 1000
    problem(send(office, token, texte="x" * 2000), 413)
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Demande.id))) == 0


def empty(app: Flask, token: str) -> TestResponse:
    return app.test_client().post("/api/v1/depots", json={}, headers={"Authorization": f"Bearer {token}"})


@ONCE
def test_the_document_tells_the_routes_that_are_there(office: Flask) -> None:
    served = office.test_client().get("/api/v1/openapi.json")
    assert served.json == SPECIFIED
    written = {
        (verb.upper(), SPECIFIED["servers"][0]["url"] + path.replace("{", "<").replace("}", ">"))
        for path, verbs in SPECIFIED["paths"].items() for verb in verbs
    }
    there = {
        (verb, rule.rule) for rule in office.url_map.iter_rules() if rule.endpoint.startswith("api.")
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert written == there
    properties = set(SPECIFIED["components"]["schemas"]["Demande"]["properties"])
    assert properties == {*DEMANDE, "fichiers", "accuser"}
    assert SPECIFIED["components"]["schemas"]["Demande"]["properties"]["objet"]["maxLength"] == demandes.OBJET_MAX


@ONCE
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_administrator_gives_an_access_whose_token_is_shown_once(office: Flask, lang: str) -> None:
    ines = visitor(office, "ines")
    ines.get("/compte")
    ines.post("/langue", {"lang": lang})
    assert shown(ines.get("/administration/acces"), {"fr": "Aucun accès", "en": "No access"}[lang])
    refused = ines.post("/administration/acces", {"nom": " ", "droits": ["regner"], "bureau_id": "999"})
    assert refused.status_code == 422
    made = fine(ines.post("/administration/acces", {"nom": "Portail", "droits": ["deposer"]}), 200)
    token = made.text.split('class="jeton">')[1].split("<")[0]
    assert send(office, token).status_code == 201
    later = ines.get("/administration/acces")
    assert shown(later, "Portail")
    assert token not in later.text
    with guichet.looking(office) as session:
        assert token not in str(session.scalars(select(LigneJournal.ligne)).all())
