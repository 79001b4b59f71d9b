"""The demo's calendar: working hours of past jours ouvrés, counted back from the present."""

import random
from datetime import UTC, date, datetime, time, timedelta

from app.courrier import delais

OUVERTURE, FERMETURE = time(8, 40), time(17, 20)
MATIN = time(10)
"""Before this hour nothing has been done yet today."""

_UN_INSTANT = timedelta(minutes=25)


class Calendrier:
    """Draws the hours at which things happened; the same seed draws the same."""

    def __init__(self, *, now: datetime, fermes: delais.Calendrier, hasard: random.Random) -> None:
        """`now`: the present, after which nothing has happened."""
        self._now, self._fermes, self._hasard = now, fermes, hasard
        local = now.astimezone(delais.PARIS)
        ouvre = delais.jours_ouvres(local.date(), 0, fermes) == local.date() and local.time() >= MATIN
        self._dernier = local.date() if ouvre else delais.jours_ouvres(local.date(), -1, fermes)

    def il_y_a(self, jours: int) -> datetime:
        """A working hour, so many jours ouvrés before the last one."""
        jour = delais.jours_ouvres(self._dernier, -jours, self._fermes) if jours else self._dernier
        return self._heure(_a(jour, OUVERTURE), min(_a(jour, FERMETURE), self._now - _UN_INSTANT))

    def avant(self, moment: datetime, jours: int) -> datetime:
        """A working hour so many jours ouvrés before this moment, the same day when 0 and there was time."""
        jour = delais.jour(moment)
        if jours == 0 and moment - _UN_INSTANT > _a(jour, OUVERTURE):
            return self._heure(_a(jour, OUVERTURE), moment - _UN_INSTANT)
        jour = delais.jours_ouvres(jour, -max(jours, 1), self._fermes)
        return self._heure(_a(jour, OUVERTURE), _a(jour, FERMETURE))

    def _heure(self, debut: datetime, fin: datetime) -> datetime:
        secondes = max(int((fin - debut).total_seconds()), 1)
        return debut + timedelta(seconds=self._hasard.randrange(secondes))


def _a(jour: date, heure: time) -> datetime:
    return datetime.combine(jour, heure, tzinfo=delais.PARIS).astimezone(UTC)
