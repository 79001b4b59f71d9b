"""Delays and dates: what day a courrier falls due, how far that is, and what silence will mean.

Everything here is pure but `fermes`. Days are dates of the body's time zone (Europe/Paris).
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from app.courrier.tables import JourFerme, LigneHorloge, Nature
from app.courrier.tables.avance import Rangs, retenu

PARIS = ZoneInfo("Europe/Paris")
BIENTOT = 3
"""Jours ouvrés from which a délai is soon over."""

_UN_JOUR = timedelta(days=1)
SAMEDI, _DIMANCHE = 5, 6
_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)
_MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True, kw_only=True)
class Calendrier:
    """The days on which the body is closed beside Sundays and French holidays, and the part of France it is in.

    `region` is the holidays package's subdivision where holidays differ: «57» Moselle, «6AE» Alsace, «974» La Réunion…
    """

    fermes: frozenset[date] = frozenset()
    region: str = ""

    def chome(self, jour: date) -> bool:
        """Tell whether nobody works on this day, whatever its weekday."""
        return jour in self.fermes or jour in feries(jour.year, self.region)

    def entre(self, debut: date, fin: date) -> set[date]:
        """Every such day after `debut` up to `fin` included."""
        annees = range(debut.year, fin.year + 1)
        chomes = self.fermes.union(*(feries(annee, self.region) for annee in annees))
        return {jour for jour in chomes if debut < jour <= fin}


Fermes = Calendrier | Collection[date]
"""A calendar, or just the closed days of a body of the mainland."""


@dataclass(frozen=True, kw_only=True)
class Ecart:
    """How far an échéance is: a French sentence and what fills it, so that the web can translate and format both.

    `niveau`: retard, bientot, ok, suspendu, clos. Dates among `values` are `date`.
    """

    niveau: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    echeance: date | None = None

    @property
    def mots(self) -> str:
        """The sentence, in French: «dans 3 jours ouvrés (mar. 24 nov.)»."""
        annee = self.values.get("annee")
        return self.template.format(**{
            cle: court(valeur, annee=annee) if isinstance(valeur, date) else valeur for cle, valeur in self.values.items()
        })

    @property
    def exact(self) -> str:
        """The échéance in full, «mardi 24 novembre 2026», or nothing."""
        return long(self.echeance) if self.echeance else ""


@dataclass(frozen=True, kw_only=True)
class Horloge:
    """Where a statutory clock stands: the last day to answer, the day on which silence becomes a decision.

    Both are unknown while it stands still, since `suspendue_le`; but a decision that silence has made stays made.
    """

    echeance: date | None = None
    implicite: date | None = None
    suspendue_le: date | None = None


def fermes(session: Session) -> Calendrier:
    """The calendar of the house; the entrances leave its part of France in `session.info["jours_feries"]`."""
    lus = retenu(session, "fermes")
    jours = session.scalars(select(JourFerme.jour)) if lus is None else (date.fromisoformat(jour) for (jour,) in lus)
    return Calendrier(fermes=frozenset(jours), region=session.info.get("jours_feries", ""))


def fermes_lus() -> ScalarSelect[list[Any]]:
    """The closed days, to be read beside something else and kept by `retenir(session, fermes=…)`."""
    return select(Rangs(JourFerme.jour)).scalar_subquery()


def jour(moment: datetime) -> date:
    """The date that a moment has at the town hall."""
    return moment.astimezone(PARIS).date()


def minuit(jour: date) -> datetime:
    """The beginning of a day at the town hall, in UTC; `OverflowError` at the first day of the calendar."""
    return datetime.combine(jour, time.min, tzinfo=PARIS).astimezone(UTC)


def journee(jour: date) -> tuple[datetime, datetime]:
    """Where a day of the town hall begins and where the next does: 23 or 25 hours later when the clock changes."""
    return minuit(jour), minuit(jour + _UN_JOUR)


def jours_ouvres(debut: date, n: int, fermes: Fermes = ()) -> date:
    """The nth jour ouvré (Monday to Friday) after `debut`, which does not count; before it when n is negative.

    With n = 0, `debut` itself or the first jour ouvré that follows.
    """
    return _avancer(debut, n, _calendrier(fermes), SAMEDI)


def plus_jours_ouvres(moment: datetime, n: int, fermes: Fermes = ()) -> datetime:
    """The same hour of the town hall's day, n jours ouvrés later, in UTC."""
    local = moment.astimezone(PARIS)
    arrivee = jours_ouvres(local.date(), n, fermes)
    return datetime.combine(arrivee, local.time(), tzinfo=PARIS).astimezone(UTC)


def jours_ouvrables(debut: date, n: int, fermes: Fermes = ()) -> date:
    """The same with jours ouvrables, Monday to Saturday."""
    return _avancer(debut, n, _calendrier(fermes), _DIMANCHE)


def jours_francs(debut: date, n: int, fermes: Fermes = ()) -> date:
    """The last day of a delay of n jours francs: neither its first day nor its last counts.

    One that would end on a Saturday, a Sunday or a holiday ends on the next jour ouvré.
    """
    return jours_ouvres(debut + timedelta(days=n + 1), 0, fermes)


def compter(debut: date, fin: date, fermes: Fermes = ()) -> int:
    """How many jours ouvrés after `debut` up to `fin` included; 0 when `fin` is not after."""
    if fin <= debut:
        return 0
    semaines, reste = divmod((fin - debut).days, 7)
    ouvres = 5 * semaines + sum((debut + timedelta(days=i)).weekday() < SAMEDI for i in range(1, reste + 1))
    return ouvres - sum(jour.weekday() < SAMEDI for jour in _calendrier(fermes).entre(debut, fin))


def echeance(recu_le: datetime, nature: Nature, fermes: Fermes = ()) -> date | None:
    """The last day to answer, included; None when the nature sets no délai."""
    return jours_ouvres(jour(recu_le), nature.delai, fermes) if nature.delai > 0 else None


def implicite(recu_le: datetime, nature: Nature) -> date | None:
    """The day on which silence becomes a decision (CRPA L231-1, L231-4); None when it means nothing.

    Counted from date to date in months, whatever the weekday; the last day of a shorter month when it has no such date.
    """
    return mois(jour(recu_le), nature.silence_mois) if nature.silence else None


def horloge(lignes: Iterable[LigneHorloge], nature: Nature, fermes: Fermes = ()) -> Horloge:
    """What the lines of a clock give, from its start to the last of them; what happens on one day counts as whole days.

    A request for missing pieces stops it (CRPA L114-5): the échéance moves on by the jours ouvrés that pass meanwhile and
    an implicit refusal (L231-4) by the days; an implicit acceptance (L231-1) runs from the day the file is complete.
    What was asked after silence had made its decision changes nothing to it.
    """
    echue: date | None = None
    decidee: date | None = None
    arret: date | None = None
    for ligne in lignes:
        quand = jour(ligne.moment)
        if ligne.geste == "debut":
            echue, decidee = echeance(ligne.moment, nature, fermes), implicite(ligne.moment, nature)
        elif ligne.geste == "suspension":
            arret = arret or quand
        elif arret is not None:  # it goes on, or is closed while it stands still
            if echue is not None:
                echue = jours_ouvres(echue, compter(arret, quand, fermes), fermes)
            decidee = _decidee(decidee, arret, ligne, nature)
            arret = None
    acquise = decidee is not None and (arret is None or decidee < arret)
    return Horloge(echeance=None if arret else echue, implicite=decidee if acquise else None, suspendue_le=arret)


def mois(debut: date, n: int) -> date:
    """The same date n months later, or the last day of that month."""
    annee, rang = divmod(debut.year * 12 + debut.month - 1 + n, 12)
    return date(annee, rang + 1, min(debut.day, calendar.monthrange(annee, rang + 1)[1]))


def ecart(
    echeance: date | None, aujourdhui: date, fermes: Fermes = (), *, clos_le: date | None = None, suspendu: bool = False,
) -> Ecart:
    """How far the échéance is today; what is closed or suspended is told first."""
    if clos_le is not None:
        return _clos(echeance, clos_le, fermes)
    if suspendu:
        return Ecart(niveau="suspendu", template="délai suspendu", echeance=echeance)
    if echeance is None:
        return Ecart(niveau="ok", template="sans échéance")
    if echeance == aujourdhui:
        return Ecart(niveau="bientot", template="aujourd’hui", echeance=echeance)
    valeurs: dict[str, object] = {"jour": echeance, "annee": aujourdhui.year}
    if echeance < aujourdhui:
        n = compter(echeance, aujourdhui, fermes)
        return Ecart(niveau="retard", template=_RETARD[min(n, 2)], values={"n": n, **valeurs}, echeance=echeance)
    n = compter(aujourdhui, echeance, fermes)
    niveau = "bientot" if n <= BIENTOT else "ok"
    return Ecart(niveau=niveau, template=_RESTE[min(n, 2)], values={"n": n, **valeurs}, echeance=echeance)


def court(jour: date, *, annee: object = None) -> str:
    """«mar. 24 nov.», with the year unless it is `annee`."""
    suite = "" if jour.year == annee else f" {jour.year}"
    return f"{_JOURS[jour.weekday()][:3]}. {_quantieme(jour)} {_MOIS_COURTS[jour.month - 1]}{suite}"


def long(jour: date) -> str:
    """«mardi 24 novembre 2026»."""
    return f"{_JOURS[jour.weekday()]} {_quantieme(jour)} {_MOIS[jour.month - 1]} {jour.year}"


@lru_cache(maxsize=256)
def feries(annee: int, region: str = "") -> frozenset[date]:
    """The French public holidays of a year."""
    return frozenset(holidays.country_holidays("FR", subdiv=region or None, years=annee))


def noms_feries(annee: int, region: str = "", langue: str = "fr") -> Mapping[date, str]:
    """The same with their names, in French or else in English."""
    noms = "fr" if langue == "fr" else "en_US"
    return dict(holidays.country_holidays("FR", subdiv=region or None, years=annee, language=noms))


def _decidee(decidee: date | None, arret: date, reprise: LigneHorloge, nature: Nature) -> date | None:
    """When silence decides, once a clock that stood still goes on."""
    if decidee is None or decidee < arret:
        return decidee
    return implicite(reprise.moment, nature) if nature.silence == "SVA" else decidee + (jour(reprise.moment) - arret)


_RETARD = ("en retard, attendu {jour}", "en retard de 1 jour ouvré", "en retard de {n} jours ouvrés")
_RESTE = ("{jour}", "dans 1 jour ouvré ({jour})", "dans {n} jours ouvrés ({jour})")
_CLOS = ("clos {jour}, en retard", "clos {jour}, en retard de 1 jour ouvré", "clos {jour}, en retard de {n} jours ouvrés")


def _clos(echeance: date | None, clos_le: date, fermes: Fermes) -> Ecart:
    if echeance is None or clos_le <= echeance:
        return Ecart(niveau="clos", template="clos {jour}", values={"jour": clos_le}, echeance=echeance)
    n = compter(echeance, clos_le, fermes)
    return Ecart(niveau="clos", template=_CLOS[min(n, 2)], values={"n": n, "jour": clos_le}, echeance=echeance)


def _calendrier(fermes: Fermes) -> Calendrier:
    return fermes if isinstance(fermes, Calendrier) else Calendrier(fermes=frozenset(fermes))


def _avancer(debut: date, n: int, calendrier: Calendrier, repos: int) -> date:
    """`repos` is the first weekday on which one rests."""
    pas = _UN_JOUR if n >= 0 else -_UN_JOUR
    reste = abs(n)
    jour = debut if n == 0 else debut + pas
    while True:
        if jour.weekday() < repos and not calendrier.chome(jour):
            reste -= 1
            if reste <= 0:
                return jour
        jour += pas


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)
