"""Who may open what: every route, every kind of person, every confidentiality; what is closed is said nowhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import travaux
from app.courrier import annotations, delais, depot, envoi, organisation, partenaires
from app.courrier.correspondants import imports
from app.courrier.tables import Boite, Courrier, Envoi, Piece
from app.web.context import parts
from engine import Incident, Task
from engine.tables import Base
from tests.letters import imprimer
from tests.support.visitors import Visitor, visitor
from tests.web import closings, guichet
from tests.web.routes import PEOPLE, RIGHTS, SEES, TABLE, Row

WORDS = {
    "objet": "canariobjet", "texte": "canaritexte", "nom": "Canarinom", "piece": "canaripiece", "reference": "canarireference",
    "marque": "canarimarque", "remarque": "canariremarque", "orientation": "canariorientation",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """The town hall, the ids of what stands in it by confidentiality, and everyone at their browser."""

    app: Flask
    ids: Mapping[str, Mapping[str, int]]
    at: Mapping[str, Visitor]

    def path(self, row: Row, confidentialite: str) -> str:
        """The address for this courrier."""
        return row.path.format(**self.ids[confidentialite])

    def send(self, who: str, method: str, row: Row, confidentialite: str, *, sealed: bool = True) -> TestResponse:
        """Ask for it as this person."""
        path, someone = self.path(row, confidentialite), self.at[who]
        if method != "POST":
            # Read to its end: a file that is made while it is sent keeps the request it was asked by until then.
            return someone.client.open(path, method=method, buffered=True)
        if row.json is not None:
            headers = {"X-CSRFToken": seal(someone), "Accept": "application/json"} if sealed else {}
            return someone.client.post(path, json=row.json, headers=headers)
        data = {key: value.format(**self.ids[confidentialite]) for key, value in row.data.items()}
        return someone.client.post(path, data={**data, **({"csrf_token": seal(someone)} if sealed else {})})


def seal(someone: Visitor) -> str:
    """The seal of their session, whatever page it is on."""
    if not someone.page:
        someone.get("/compte", follow_redirects=True)
    return someone.seal


@pytest.fixture(scope="module")
def place(shared_office: Flask) -> Iterator[Place]:
    app = shared_office
    guichet.write(app, hire)
    closings.closed(app)
    ids = {confidentialite: letter(app, confidentialite) for confidentialite in SEES}
    with app.app_context():
        while travaux.indexer(parts()):
            pass
    at = {who: visitor(app, who) if who else Visitor(app) for who in PEOPLE}
    return Place(app=app, ids=ids, at=at)


def hire(session: Session) -> None:
    """A manager who is nothing else, somebody of the direction who manages nothing."""
    now = datetime.now(UTC)
    for who, prenom, bureau in (("remi", "Rémi", "finances"), ("irene", "Irène", "direction")):
        organisation.creer_agent(
            session, identifiant=who, prenom=prenom, nom="Noël", qualite="", courriel="",
            empreinte=organisation.hacher("un mot bien long"), par="systeme", now=now,
        )  # fmt: skip
        organisation.placer(session, who, bureau, "agent", par="systeme", now=now)
    organisation.donner_role(session, "remi", "manager", par="systeme", now=now)


def letter(app: Flask, confidentialite: str) -> dict[str, int]:
    """A courrier of this confidentiality, telling words everywhere, with all that the addresses name."""
    words = {where: f"{word}{confidentialite}" for where, word in WORDS.items()}
    number = guichet.register(
        app, confidentialite=confidentialite, objet=f"Permis {words['objet']}", texte=f"Le permis {words['texte']}",
        nom=words["nom"], reference=words["reference"], piece=f"{words['piece']}.pdf",
    )  # fmt: skip
    ids = {"courrier": number, "task": guichet.task(app, number, "qualifier")}
    guichet.write(app, lambda session: ids.update(filled(session, number, ids["task"], words)))
    return ids


def filled(session: Session, number: int, task_id: int, words: Mapping[str, str]) -> dict[str, int]:
    """What happens to a courrier: marked, remarked on, stopped by an incident, to be posted; beside it a depot awaits."""
    now, row, task = datetime.now(UTC), session.get_one(Courrier, number), session.get_one(Task, task_id)
    row.orientation = words["orientation"]
    piece = session.scalars(select(Piece).where(Piece.courrier_id == number)).one()
    place = (0.1, 0.1, 0.2, 0.2)
    mark = annotations.poser(session, row, piece_id=piece.id, page=1, boite=place, texte=words["marque"], par="odile", now=now)
    annotations.commenter(session, row, words["remarque"], par="odile", now=now)
    incident = Incident(
        instance_id=task.instance_id, subject=task.subject, token="t", step="affecter", name="Changer de bureau",
        cause="Bureau inconnu", opened_at=now,
    )  # fmt: skip
    came = depot.deposer(
        session, coffre_range=parts().coffre.put(imprimer.pdf("petition")), nom="attend.pdf", mime="application/pdf",
        canal="papier", par="odile", now=now,
    )  # fmt: skip
    twin = depot.deposer(
        session, coffre_range=parts().coffre.put(imprimer.pdf("petition")), nom="encore.pdf", mime="application/pdf",
        canal="papier", par="odile", now=now,
    )  # fmt: skip
    came.etat, attached = "a_enregistrer", depot.original(session, came.id)
    assert attached
    attached.pages = 1
    dispatch = envoi.demander(
        session, row, genre="reponse", canal="postal", destinataire=words["nom"], sujet=words["objet"], texte="",
        piece_id=piece.id, now=now,
    )  # fmt: skip
    box = Boite(nom=f"Boîte {number}", adresse="file:///absente", prochaine_le=now)
    session.add_all([incident, box])
    session.flush()
    access, _token = partenaires.creer(session, nom="Portail", droits=["lire"], bureau_id=None, par="ines", now=now)
    sheets = imports.deposer(session, nom="fiches.csv", contenu=b"Nom\nAubry\n", par="odile", now=now)
    return {"piece": piece.id, "mark": mark.id, "incident": incident.id, "depot": came.id, "dispatch": dispatch.id,
            "twin": twin.id, "box": box.id, "access": access.id, "import": sheets.id}  # fmt: skip


def expected(row: Row, who: str, confidentialite: str, method: str) -> set[int]:
    """The statuses that this person may be given."""
    done = {200} if method != "POST" else {200, 204, 302, 401, 409, 422}
    if row.who == "open":
        return {200, 302, 401, 422} if method == "POST" else {200, 302}
    if row.who == "token":
        return {401}
    if row.who == "demo":
        return {404}
    if not who:
        return {401} if method == "POST" else {302}
    sees = who in SEES[confidentialite]
    if row.who == "sees":
        return done if sees else {404}
    if row.who == "acts":
        return done if who == "marc" else {403} if sees else {404}
    if row.who == "overrides":
        return done if sees and who in ("marc", "remi") else {403} if sees else {404}
    if row.who == "links":
        return done if sees and who in ("marc", "odile") else {403} if sees else {404}
    if row.who == "author":
        return {302} if who == "odile" else {403, 404} if sees else {404}
    return done if who in RIGHTS[row.who] else {403}


def routes(method: str) -> Iterator[tuple[str, Row]]:
    """The routes of this method, those that a courrier's rights open for each confidentiality."""
    for (verb, endpoint), row in TABLE.items():
        if verb == method and endpoint != "auth.sortir":
            for confidentialite in SEES if row.who in ("sees", "acts", "overrides", "author", "links") else ("interne",):
                yield confidentialite, row


def picture(app: Flask) -> dict[str, str]:
    """All the rows there are, but when a session was last seen."""
    with guichet.looking(app) as session:
        return {
            table.name: json.dumps([list(row) for row in session.execute(table.select())], default=str, sort_keys=True)
            for table in Base.metadata.sorted_tables if table.name != "session"
        }


def test_every_route_has_its_row(town: Flask) -> None:
    known = {
        (method, rule.endpoint) for rule in town.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert known == set(TABLE)


def test_who_opens_each_page_and_nothing_changes(place: Place) -> None:
    before, wrong = picture(place.app), []
    for confidentialite, row in routes("GET"):
        for who, role in PEOPLE.items():
            for method in ("GET", "HEAD", "OPTIONS") if who in ("marc", "odile") else ("GET",):
                answer = place.send(who, method, row, confidentialite)
                # OPTIONS says which methods there are and nothing else.
                allowed = expected(row, who, confidentialite, method) | ({200} if method == "OPTIONS" else set())
                if answer.status_code not in allowed:
                    wrong.append(f"{method} {place.path(row, confidentialite)} ({confidentialite}) {role} : {answer.status_code}")
    assert wrong == []
    assert picture(place.app) == before


def test_a_post_without_the_seal_changes_nothing(place: Place) -> None:
    before = picture(place.app)
    for (method, endpoint), row in TABLE.items():
        if method == "POST" and row.who != "token":
            for who in ("", "marc", "odile", "paul", "ines"):
                assert place.send(who, method, row, "interne", sealed=False).status_code == 400, (endpoint, who)
    assert picture(place.app) == before


def test_what_is_closed_is_said_nowhere(place: Place) -> None:
    """Lists, counts, facets, extracts, suggestions, registers, exports, history, journal, JSON, errors."""
    pages = [
        "/recherche?q=permis", "/recherche", "/recherche?q=canariobjetpersonnl", "/recherche?q=objet:permis&tri=date",
        "/registre", f"/registre?jour={delais.jour(datetime.now(UTC))}", "/corbeille?mots=permis", "/bureau?nature=recours",
        "/pilotage/retards?circuit=arrivee", "/administration/journal", "/pilotage/incidents", "/nouveau/depart",
    ]  # fmt: skip
    remarks = [f"/courriers/{place.ids[confidentialite]['courrier']}?volet=commentaires" for confidentialite in SEES]
    asked = [*pages, *remarks, *(place.path(row, confidentialite) for confidentialite, row in routes("GET"))]
    leaks, seen = [], set()
    for who in PEOPLE:
        closed = [confidentialite for confidentialite in SEES if who not in SEES[confidentialite]]
        for path in asked if closed else remarks:
            said = everything(place.at[who], path)
            for where, word in WORDS.items():
                told = [confidentialite for confidentialite in SEES if f"{word}{confidentialite}".encode() in said]
                leaks += [f"{path} tells {who or 'nobody'} {where} of {one}" for one in told if one in closed]
                seen |= {where for _ in told}
    assert leaks == []
    assert seen == set(WORDS)


def everything(someone: Visitor, path: str) -> bytes:
    """A page; when it is refused, what scripts and htmx are told of it too."""
    page = someone.client.get(path)
    if page.status_code < 400:
        return page.get_data()
    others = ({"Accept": "application/json"}, {"HX-Request": "true"})
    return b"".join([page.get_data(), *(someone.client.get(path, headers=headers).get_data() for headers in others)])


@pytest.mark.parametrize("who", ["yanis", "claire", "remi"])
def test_a_search_for_what_is_closed_finds_and_counts_nothing(place: Place, who: str) -> None:
    with guichet.looking(place.app) as session:
        chrono = session.get_one(Courrier, place.ids["personnel"]["courrier"]).chrono
    fields = ("objet:canariobjetpersonnel", "de:canarinompersonnel", f"chrono:{chrono}", chrono)
    for word in ("canariobjetpersonnel", "canaritextepersonnel", "canarireferencepersonnel", *fields):
        page = place.at[who].get(f"/recherche?q={word}")
        assert guichet.shown(page, "Aucun courrier trouvé"), word
        assert 'class="facettes"' not in page.text


def test_lists_and_counts_agree(place: Place) -> None:
    """A count is never more than what the list shows: nobody learns how many courriers are closed to them."""
    for who in set(PEOPLE) - {""}:
        for path, key in (("/corbeille", "moi"), ("/bureau", "bureau"), ("/parapheur", "parapheur")):
            page = place.at[who].get(path)
            with place.app.test_request_context():
                counted = counts(place.app, who)[key]
            assert page.text.count('class="objet"') == counted, (who, path)


def counts(app: Flask, who: str) -> Mapping[str, int]:
    from app.courrier import corbeille, habilitations

    with guichet.looking(app) as session:
        moi = habilitations.moi(session, organisation.agent(session, who))
        return corbeille.compteurs(session, moi, now=datetime.now(UTC))


def test_who_may_do_each_act(place: Place) -> None:
    """Last of this module: those who may, do."""
    wrong = []
    for confidentialite, row in routes("POST"):
        for who in sorted(PEOPLE, key=lambda who: who in SEES["personnel"]):
            answer = place.send(who, "POST", row, confidentialite)
            if answer.status_code not in expected(row, who, confidentialite, "POST"):
                wrong.append(f"{place.path(row, confidentialite)} ({confidentialite}) {PEOPLE[who]} : {answer.status_code}")
    assert wrong == []
    assert place.send("claire", "POST", TABLE["POST", "auth.sortir"], "interne").status_code == 302
    assert place.at["claire"].get("/corbeille").status_code == 302


def test_an_envoi_of_a_closed_courrier_is_out_of_reach(place: Place) -> None:
    """A second clerk posts what they may see, not what a colleague registered as «personnel»."""
    def second(session: Session) -> None:
        now = datetime.now(UTC)
        organisation.placer(session, "yanis", "bureau-ordre", "agent", par="systeme", now=now)

    guichet.write(place.app, second)
    with guichet.looking(place.app) as session:
        assert session.get(Envoi, place.ids["personnel"]["dispatch"]) is not None
    row = TABLE["POST", "envois.confirmer"]
    clerk = visitor(place.app, "yanis")
    assert clerk.post(place.path(row, "personnel"), {"preuve": "affranchie"}).status_code == 404
    assert "canarinompersonnel" not in clerk.get("/envois").text.lower()
