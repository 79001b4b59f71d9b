"""The managers' pages: what is late, by bureau, circuit and agent; the spreadsheet; the board; incidents set right."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.tables import Bureau, Courrier
from app.db import db, transaction
from app.web.context import parts
from engine import Incident, Task
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, register, shown

LONG_AGO = datetime.now(UTC) - timedelta(days=30)


def test_nothing_is_late_on_the_first_day(office: Flask) -> None:
    nadia = visitor(office, "nadia")
    assert shown(nadia.get("/pilotage/retards"), "Rien n’est en retard")
    assert shown(nadia.get("/pilotage/tableau"), "Tableau de bord", "arrivés en cours")
    assert shown(nadia.get("/pilotage/retards.csv"), "Numéro")
    nadia.post("/langue", {"lang": "en"})
    assert "Rien n’est en retard" not in plain(nadia.get("/pilotage/retards"))


def test_late_steps_are_listed_counted_and_filtered(office: Flask) -> None:
    late = register(office, objet="Recours oublié", now=LONG_AGO)
    register(office, objet="Nid-de-poule oublié", nature="signalement", bureau="voirie", now=LONG_AGO)
    register(office, objet="Lettre du jour")
    guichet.act(office, late, "marc", "qualifier", decision="traiter")
    with office.app_context(), transaction() as session:
        session.execute(update(Task).where(Task.step == "annoter").values(holder="claire", due=LONG_AGO, opened_at=LONG_AGO))
    nadia = visitor(office, "nadia")
    page = nadia.get("/pilotage/retards")
    assert shown(page, "2 étapes en retard", "Recours oublié", "Nid-de-poule oublié", "Claire Montel", "Par bureau", "Par agent")
    only = nadia.get("/pilotage/retards?bureau=Voirie")
    assert shown(only, "1 étape en retard", "Nid-de-poule oublié", "Tout montrer")
    assert "Recours oublié" not in plain(only)
    assert "Recours oublié" not in plain(nadia.get("/pilotage/retards?etape=Qualifier"))
    assert "oublié" not in plain(nadia.get("/pilotage/retards?circuit=depart"))


def test_a_letter_that_several_bureaux_have_not_read_tells_each_of_them(office: Flask) -> None:
    register(office, nature="information", circuit="information", donnees={"bureaux": ["urbanisme", "voirie"]}, now=LONG_AGO)
    page = visitor(office, "nadia").get("/pilotage/retards")
    rows = [plain(row) for row in re.findall(r'<td data-titre="Étape">.*?</td>', page.text)]
    assert sorted(" ".join(row.split()).split(" ouverte")[0] for row in rows) == [
        "Prendre connaissance", "Prendre connaissance Voirie",
    ]  # fmt: skip
    sheet = visitor(office, "nadia").get("/pilotage/retards.csv").data.decode("utf-8-sig")
    told = csv.DictReader(io.StringIO(sheet), delimiter=";")
    assert sorted(row["Bureau de l’étape"] for row in told) == ["Urbanisme", "Voirie"]


def test_a_chef_reads_the_figures_of_their_bureau_without_names(office: Flask) -> None:
    register(office, objet="Recours oublié", now=LONG_AGO)
    register(office, objet="Nid-de-poule oublié", nature="signalement", bureau="voirie", now=LONG_AGO)
    page = visitor(office, "sophie").get("/pilotage/retards")
    assert shown(page, "1 étape en retard", "Nid-de-poule oublié")
    assert "Recours oublié" not in plain(page)
    assert "Par agent" not in plain(page)
    assert "Recours oublié" not in plain(visitor(office, "sophie").get("/pilotage/retards.csv"))


def test_no_cell_of_the_spreadsheet_can_be_a_formula(office: Flask) -> None:
    wicked = ("=1+1", "+33 2", "-2", "@SUM(A1)", "=HYPERLINK(\"http://a\")", "＝1+1", "tout va ; \"bien\"")
    for objet in wicked:
        register(office, objet=objet, nom=objet, now=LONG_AGO)
    guichet.write(office, lambda session: session.execute(update(Bureau).where(Bureau.cle == "urbanisme").values(nom="\t=B1")))
    answer = visitor(office, "nadia").get("/pilotage/retards.csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="retards-')
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(wicked)
    assert {row[5] for row in rows[1:]} == {"Courrier arrivé"}
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@＝＋－＠")] == []
    assert sorted(row[1].removeprefix("'") for row in rows[1:]) == sorted(wicked)


def broken(app: Flask, confidentialite: str = "interne") -> int:
    """A courrier that its circuit gives to a bureau which is no more: the step fails."""
    number = register(app, confidentialite=confidentialite)
    with app.app_context(), transaction() as session:
        session.execute(update(Bureau).where(Bureau.cle == "scolaire").values(cle="ecoles"))
    task, marc = guichet.task(app, number, "qualifier"), visitor(app, "marc")
    # The list still offers what the engine's data had: the bureau changes its key between the page and the act.
    with app.app_context():
        engine = parts().engine
        with transaction() as session:
            engine.complete(session, task, {"decision": "reorienter", "bureau": "scolaire"}, by="marc", now=datetime.now(UTC))
        db.session.remove()
    assert marc.get(f"/courriers/{number}").status_code == 200
    return number


def incident(app: Flask) -> int:
    with guichet.looking(app) as session:
        return session.scalars(select(Incident.id).where(Incident.closed_at.is_(None))).one()


def test_an_incident_is_listed_tried_again_and_goes_on(office: Flask) -> None:
    number = broken(office)
    nadia = visitor(office, "nadia")
    page = nadia.get("/pilotage/incidents")
    assert shown(page, "Changer de bureau", "Recours contre un permis", "Le bureau « scolaire » n’existe pas")
    path = f"/pilotage/incidents/{incident(office)}"
    assert shown(fine(nadia.post(path, {"motif": " ", "geste": "reprendre"}), 422), "Dites en quelques mots pourquoi")
    fine(nadia.post(path, {"motif": "Nouvel essai.", "geste": "reprendre"}), 302)
    assert shown(nadia.get("/pilotage/incidents"), "L’étape a échoué de nouveau")
    fine(nadia.post(path, {"motif": "Encore.", "geste": "reprendre"}), 404)

    def mend(session: Session) -> None:
        session.execute(update(Bureau).where(Bureau.cle == "ecoles").values(cle="scolaire"))

    guichet.write(office, mend)
    fine(nadia.post(f"/pilotage/incidents/{incident(office)}", {"motif": "Bureau rétabli.", "geste": "reprendre"}), 302)
    assert shown(nadia.get("/pilotage/incidents"), "Le circuit est reparti", "Aucun incident")
    assert shown(visitor(office, "emma").get("/corbeille"), "Recours contre un permis")
    with guichet.looking(office) as session:
        acts = [line.acte for line in journal.lire(session, f"courrier:{number}")]
    assert acts.count("reprendre-incident") == 2
    assert "incident" in acts


def test_an_incident_is_skipped_with_a_reason_by_who_may_not_read_the_letter(office: Flask) -> None:
    number = broken(office, "personnel")
    ines = visitor(office, "ines")
    page = ines.get("/pilotage/incidents")
    assert shown(page, "Changer de bureau", guichet.courrier(office, number).chrono, "Ce courrier ne vous est pas ouvert")
    assert "Recours contre un permis" not in plain(page)
    fine(ines.post(f"/pilotage/incidents/{incident(office)}", {"motif": "Bureau supprimé.", "geste": "passer"}), 302)
    assert shown(ines.get("/pilotage/incidents"), "Aucun incident")
    assert guichet.steps(office, number) == ["qualifier"]
    with guichet.looking(office) as session:
        line = next(line for line in journal.lire(session, f"courrier:{number}") if line.acte == "passer-incident")
        assert journal.details(line)["motif"] == "Bureau supprimé."
        assert line.acteur == "ines"


def test_the_board_counts_by_week_and_state(office: Flask) -> None:
    number = register(office)
    guichet.act(office, number, "marc", "qualifier", decision="classer", motif="Publicité.")
    register(office, now=datetime.now(UTC) - timedelta(weeks=3))
    leaving = register(office, objet="Lettre à part")
    guichet.write(office, lambda session: session.execute(update(Courrier).where(Courrier.id == leaving).values(sens="depart")))
    with guichet.looking(office) as session:
        assert session.get_one(Courrier, number).etat == "sans_suite"
    page = visitor(office, "nadia").get("/pilotage/tableau")
    assert shown(page, "1 arrivés en cours", "1 arrivés clos")
    weeks = re.findall(r"semaine du [^0-9]*\d+ \S+ (\d+) (\d+)", plain(page))
    assert len(weeks) == 13
    assert [sum(int(week[column]) for week in weeks) for column in (0, 1)] == [2, 1]
