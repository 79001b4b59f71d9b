"""The calendar of the house: days closed and opened again by the administrator, and what that changes to échéances."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from app.courrier import delais, horloge, journal
from app.courrier.tables import Courrier
from app.db import transaction
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, register, shown

HERE = "/administration/calendrier/"


def test_a_closed_day_counts_for_what_is_given_after_it(office: Flask) -> None:
    given, stopped = register(office), register(office)
    with office.app_context(), transaction() as session:
        due = session.get_one(Courrier, given).echeance
        waiting = session.get_one(Courrier, stopped)
        horloge.noter(session, waiting, "suspension", moment=datetime.now(UTC), par="claire")
    assert due
    closed = delais.jours_ouvres(due, -1)
    ines = visitor(office, "ines")
    ines.get(HERE)
    page = ines.get(fine(ines.post(HERE, {"jour": closed.isoformat(), "motif": "Pont de la mairie"}), 302).location)
    assert shown(page, "1 échéance déjà donnée passe par ce jour", "1 délai suspendu en tiendra compte", "Pont de la mairie")
    after = register(office)
    with office.app_context(), transaction() as session:
        assert session.get_one(Courrier, given).echeance == due
        assert session.get_one(Courrier, after).echeance == delais.jours_ouvres(due, 1)
        waiting = session.get_one(Courrier, stopped)
        horloge.noter(session, waiting, "reprise", moment=datetime.now(UTC), par="claire")
        assert waiting.echeance == delais.jours_ouvres(due, 1)
    page = ines.get(fine(ines.post(f"{HERE}{closed}/retrait"), 302).location)
    assert shown(page, "Ce jour est retiré du calendrier.", "elles ne changent pas", "Aucune fermeture")
    fine(ines.post(f"{HERE}{closed}/retrait"), 404)
    with guichet.looking(office) as session:
        lines = journal.lire(session, f"calendrier:{closed}")
        assert [(one.acteur, one.acte, journal.details(one)["motif"]) for one in lines] == [
            ("ines", "fermer-jour", "Pont de la mairie"), ("ines", "rouvrir-jour", "Pont de la mairie"),
        ]


def test_a_day_that_cannot_be_closed_is_refused_with_its_reason(office: Flask) -> None:
    ines, year = visitor(office, "ines"), datetime.now(UTC).year
    today = delais.jour(datetime.now(UTC))
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    whitmonday = next(day for day, name in delais.noms_feries(year).items() if name == "Lundi de Pentecôte")
    for day, reason, said in (
        ("", "Pont", "Donnez la date"), ("hier", "Pont", "Donnez la date"), (whitmonday.isoformat(), "Pont", "Ce jour est férié"),
        (saturday.isoformat(), "Pont", "ne comptent déjà pas"), ("0001-01-01", "Pont", "trop loin"),
        ("9999-12-31", "Pont", "trop loin"), (f"{year}-02-03", " ", "Dites en quelques mots"),
    ):  # fmt: skip
        refused = fine(ines.post(HERE, {"jour": day, "motif": reason}), 422)
        assert shown(refused, said), (day, said)
    for address in ("0", "1", "999999", "-1", "x"):
        assert shown(ines.get(f"{HERE}?annee={address}"), f"Calendrier {year}")
    ines.post("/langue", {"lang": "en"})
    page = plain(ines.get(f"{HERE}?annee={year + 1}"))
    assert "Christmas Day" in page
    assert "Ascension Day" in page
    assert "Noël" not in page
