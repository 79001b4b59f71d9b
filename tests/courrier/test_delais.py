"""Delays: holidays of the right year, ends of month, and sentences that a person would say."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app.courrier import delais
from app.courrier.tables import JourFerme, LigneHorloge, Nature

VENDREDI = date(2026, 11, 20)


def nature(**values: object) -> Nature:
    return Nature(**{"delai": 15, "silence": "", "silence_mois": 2, **values})


@pytest.mark.parametrize(("debut", "n", "fin"), [
    (date(2026, 11, 16), 3, date(2026, 11, 19)),
    (VENDREDI, 1, date(2026, 11, 23)),
    (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Armistice
    (date(2026, 5, 13), 2, date(2026, 5, 18)),  # Ascension, then a week-end
    (date(2026, 4, 3), 1, date(2026, 4, 7)),  # Easter Monday 2026
    (date(2027, 3, 26), 1, date(2027, 3, 30)),  # Easter Monday 2027
    (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day is next year's
    (VENDREDI, 0, VENDREDI),
    (date(2026, 11, 21), 0, date(2026, 11, 23)),
    (date(2026, 11, 23), -1, VENDREDI),
])
def test_jours_ouvres(debut: date, n: int, fin: date) -> None:
    assert delais.jours_ouvres(debut, n) == fin


def test_the_town_hall_may_close_on_other_days() -> None:
    assert delais.jours_ouvres(VENDREDI, 1, {date(2026, 11, 23), date(2026, 11, 24)}) == date(2026, 11, 25)


def test_alsace_moselle_and_overseas_have_their_own_holidays() -> None:
    jeudi_saint = date(2026, 4, 2)
    assert delais.jours_ouvres(jeudi_saint, 1) == date(2026, 4, 3)
    moselle, reunion = delais.Calendrier(region="57"), delais.Calendrier(region="974")
    assert delais.jours_ouvres(jeudi_saint, 1, moselle) == date(2026, 4, 7)
    assert delais.compter(jeudi_saint, date(2026, 4, 8), moselle) == 2
    assert delais.jours_ouvres(date(2026, 12, 18), 1, reunion) == date(2026, 12, 21)
    assert delais.jours_ouvres(date(2027, 12, 17), 1, reunion) == date(2027, 12, 21)  # 20 December, a Monday


def test_jours_ouvrables_count_saturdays() -> None:
    assert delais.jours_ouvrables(VENDREDI, 1) == date(2026, 11, 21)
    assert delais.jours_ouvrables(VENDREDI, 2) == date(2026, 11, 23)


def test_jours_francs_count_neither_end_and_never_end_on_a_closed_day() -> None:
    assert delais.jours_francs(date(2026, 11, 16), 3) == VENDREDI
    assert delais.jours_francs(date(2026, 11, 16), 4) == date(2026, 11, 23)


def test_counting_is_the_reverse_of_adding() -> None:
    fermes = {date(2026, 12, 24), date(2026, 12, 26)}
    for debut in (VENDREDI, date(2026, 11, 21), date(2026, 11, 22), date(2026, 4, 2)):
        for n in range(1, 60):
            fin = delais.jours_ouvres(debut, n, fermes)
            assert delais.compter(debut, fin, fermes) == n
            assert delais.compter(fin, debut, fermes) == 0


def test_an_hour_is_kept_across_the_change_of_season() -> None:
    avant = datetime(2026, 10, 23, 7, 30, tzinfo=UTC)  # 9:30 in Paris, summer time
    assert delais.plus_jours_ouvres(avant, 1) == datetime(2026, 10, 26, 8, 30, tzinfo=UTC)


def test_a_letter_that_comes_late_in_the_evening_comes_on_the_day_of_paris() -> None:
    recu = datetime(2026, 7, 6, 22, 30, tzinfo=UTC)  # Tuesday 7, half past midnight
    assert delais.jour(recu) == date(2026, 7, 7)
    assert delais.echeance(recu, nature(delai=5)) == date(2026, 7, 15)
    assert delais.echeance(recu, nature(delai=0)) is None


@pytest.mark.parametrize(("recu", "mois", "fin"), [
    (date(2026, 11, 16), 2, date(2027, 1, 16)),
    (date(2026, 12, 31), 2, date(2027, 2, 28)),
    (date(2027, 12, 31), 2, date(2028, 2, 29)),
    (date(2026, 8, 31), 1, date(2026, 9, 30)),
    (date(2026, 3, 20), 2, date(2026, 5, 20)),
])
def test_silence_is_counted_in_months(recu: date, mois: int, fin: date) -> None:
    moment = datetime(recu.year, recu.month, recu.day, 10, tzinfo=UTC)
    assert delais.implicite(moment, nature(silence="SVR", silence_mois=mois)) == fin
    assert delais.implicite(moment, nature()) is None


def lignes(*gestes: tuple[str, date]) -> list[LigneHorloge]:
    return [LigneHorloge(geste=geste, moment=datetime(j.year, j.month, j.day, 10, tzinfo=UTC)) for geste, j in gestes]


RECU, DEMANDE, COMPLET = ("debut", date(2026, 11, 16)), ("suspension", date(2026, 11, 20)), ("reprise", date(2026, 12, 1))


@pytest.mark.parametrize(("silence", "gestes", "echeance", "implicite", "suspendue"), [
    ("SVR", [RECU], date(2026, 12, 7), date(2027, 1, 16), None),
    ("SVR", [RECU, DEMANDE], None, None, date(2026, 11, 20)),
    ("SVR", [RECU, DEMANDE, COMPLET], date(2026, 12, 16), date(2027, 1, 27), None),  # 7 jours ouvrés, 11 days
    ("SVA", [RECU, DEMANDE], None, None, date(2026, 11, 20)),
    ("SVA", [RECU, DEMANDE, COMPLET], date(2026, 12, 16), date(2027, 2, 1), None),  # two months from the whole file
    ("SVR", [RECU, DEMANDE, COMPLET, ("suspension", date(2026, 12, 3)), ("reprise", date(2026, 12, 4))],
     date(2026, 12, 17), date(2027, 1, 28), None),
    # On its last day a délai still runs; a day later silence has decided, and no request changes it.
    ("SVA", [RECU, ("suspension", date(2027, 1, 16))], None, None, date(2027, 1, 16)),
    ("SVA", [RECU, ("suspension", date(2027, 1, 17))], None, date(2027, 1, 16), date(2027, 1, 17)),
    ("SVR", [RECU, ("suspension", date(2027, 1, 18)), ("reprise", date(2027, 1, 19))],
     date(2026, 12, 8), date(2027, 1, 16), None),
    ("", [RECU, DEMANDE, ("fin", date(2026, 11, 24))], date(2026, 12, 9), None, None),
    ("SVR", [], None, None, None),
])  # fmt: skip
def test_the_statutory_clock_is_what_its_lines_give(
    silence: str, gestes: list[tuple[str, date]], echeance: date | None, implicite: date | None, suspendue: date | None
) -> None:
    lue = delais.horloge(lignes(*gestes), nature(silence=silence))
    assert (lue.echeance, lue.implicite, lue.suspendue_le) == (echeance, implicite, suspendue)


@pytest.mark.parametrize(("echeance", "aujourdhui", "mots", "niveau"), [
    (date(2026, 11, 18), date(2026, 11, 21), "en retard de 2 jours ouvrés", "retard"),
    (VENDREDI, date(2026, 11, 23), "en retard de 1 jour ouvré", "retard"),
    (VENDREDI, date(2026, 11, 21), "en retard, attendu ven. 20 nov.", "retard"),
    (VENDREDI, VENDREDI, "aujourd’hui", "bientot"),
    (date(2026, 11, 24), date(2026, 11, 19), "dans 3 jours ouvrés (mar. 24 nov.)", "bientot"),
    (date(2026, 11, 30), date(2026, 11, 21), "dans 6 jours ouvrés (lun. 30 nov.)", "ok"),
    (date(2026, 11, 23), date(2026, 11, 22), "dans 1 jour ouvré (lun. 23 nov.)", "bientot"),
    (date(2026, 11, 22), date(2026, 11, 21), "dim. 22 nov.", "bientot"),
    (date(2027, 1, 4), date(2026, 12, 31), "dans 1 jour ouvré (lun. 4 janv. 2027)", "bientot"),
    (None, VENDREDI, "sans échéance", "ok"),
])
def test_how_far_the_echeance_is(echeance: date | None, aujourdhui: date, mots: str, niveau: str) -> None:
    ecart = delais.ecart(echeance, aujourdhui)
    assert (ecart.mots, ecart.niveau) == (mots, niveau)


def test_what_is_closed_or_suspended_is_told_first() -> None:
    assert delais.ecart(VENDREDI, date(2026, 12, 24), suspendu=True).mots == "délai suspendu"
    a_temps = delais.ecart(VENDREDI, date(2026, 12, 24), clos_le=VENDREDI)
    assert (a_temps.mots, a_temps.niveau) == ("clos ven. 20 nov. 2026", "clos")
    tard = delais.ecart(VENDREDI, date(2026, 12, 24), clos_le=date(2026, 11, 24))
    assert tard.mots == "clos mar. 24 nov. 2026, en retard de 2 jours ouvrés"


def test_an_ecart_can_be_said_in_another_language() -> None:
    ecart = delais.ecart(date(2026, 12, 1), date(2026, 11, 26))
    assert (ecart.template, ecart.values["n"], ecart.values["jour"]) == ("dans {n} jours ouvrés ({jour})", 3, date(2026, 12, 1))
    assert ecart.exact == "mardi 1er décembre 2026"


def test_closed_days_come_from_the_calendar_of_the_house(session: Session) -> None:
    session.add(JourFerme(jour=date(2026, 12, 24), motif="pont"))
    session.flush()
    assert delais.jours_ouvres(date(2026, 12, 23), 1, delais.fermes(session)) == date(2026, 12, 28)
    session.info["jours_feries"] = "57"
    assert delais.jours_ouvres(date(2026, 4, 2), 1, delais.fermes(session)) == date(2026, 4, 7)
