"""What a depot may be the double of, in four ways, each told with its reason and its measure; nothing is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.courrier import depot
from app.courrier.doublons import voisins
from app.courrier.doublons.jugement import Emission, emission, juger
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Comparaison, Correspondant, Courrier, Depot, FilCourriel

RAISONS = ("octets", "message", "image", "texte")
"""Why two depots may be one letter, the surest first: the same bytes, the same e-mail, the same pages, the same words."""

_BITS = 256


@dataclass(frozen=True, kw_only=True)
class Jumeau:
    """What a depot may be the double of: another depot, the courrier that it became, why, and how alike they are (0..1).

    `ferme`: it became a courrier that is not open to the reader, of whom nothing may be told.
    """

    depot: Depot
    courrier: Courrier | None
    ferme: bool
    raison: str
    mesure: float


@dataclass(frozen=True, kw_only=True)
class Rapprochements:
    """The doubles of a depot, the surest first; how many people sent the same model of letter, and their courriers that the
    reader may see; those by which the same sender said nearly the same another day."""  # fmt: skip

    jumeaux: tuple[Jumeau, ...]
    personnes: int
    modele: tuple[Courrier, ...]
    suites: tuple[Courrier, ...]


@dataclass(frozen=True, kw_only=True)
class _Autre:
    """Another depot as it stands now, with its courrier and its correspondant, whoever may see them."""

    depot: Depot
    courrier: Courrier | None
    fiche: Correspondant | None
    ouvert: bool


def rapprocher(session: Session, moi: Moi, attend: Depot) -> Rapprochements:
    """Compare a depot with all that came before or after it, as far as its clerks did not say that they are two letters."""
    trouves = list(_trouves(session, attend))
    autres = _autres(session, moi, attend, {numero for numero, _ in trouves} - _distincts(session, attend))
    ici, jumeaux, modele, suites = emission(attend), dict[int, Jumeau](), dict[int, _Autre](), dict[int, _Autre]()
    for numero, (raison, mesure, voisin) in trouves:
        autre = autres.get(numero)
        if autre is None:
            continue
        verdict = raison if voisin is None else juger(voisin, ici, _emission(autre))
        if verdict in RAISONS:
            _garder(jumeaux, _jumeau(autre, verdict, _mesure(verdict, mesure, voisin)))
        elif verdict in ("modele", "suite") and (autre.ouvert or autre.courrier is None):
            (modele if verdict == "modele" else suites).setdefault(autre.depot.id, autre)
    ranges = sorted(jumeaux.values(), key=lambda un: (RAISONS.index(un.raison), -un.mesure, un.depot.id))
    return Rapprochements(
        jumeaux=tuple(ranges), personnes=_personnes([_emission(autre) for autre in modele.values()]),
        modele=_courriers(modele), suites=_courriers(suites),
    )  # fmt: skip


def _jumeau(autre: _Autre, raison: str, mesure: float) -> Jumeau:
    ferme = autre.courrier is not None and not autre.ouvert
    return Jumeau(depot=autre.depot, courrier=None if ferme else autre.courrier, ferme=ferme, raison=raison, mesure=mesure)


def _garder(jumeaux: dict[int, Jumeau], vu: Jumeau) -> None:
    """One double a courrier, by its surest reason."""
    cle = -vu.depot.courrier_id if vu.depot.courrier_id else vu.depot.id
    deja = jumeaux.get(cle)
    if deja is None or RAISONS.index(vu.raison) < RAISONS.index(deja.raison):
        jumeaux[cle] = vu


def _mesure(verdict: str, mesure: float, voisin: voisins.Voisin | None) -> float:
    if voisin is None:
        return mesure
    return 1 - (voisin.ecart or 0) / _BITS if verdict == "image" else voisin.ressemblance or 0.0


def _trouves(session: Session, attend: Depot) -> Iterator[tuple[int, tuple[str, float, voisins.Voisin | None]]]:
    for autre in depot.jumeaux(session, attend):
        yield autre.id, ("octets", 1.0, None)
    mien, sien = aliased(FilCourriel), aliased(FilCourriel)
    memes = select(sien.depot_id).join(mien, mien.message_id == sien.message_id)
    for numero in session.scalars(memes.where(mien.depot_id == attend.id, mien.propre, sien.propre, sien.depot_id != attend.id)):
        yield numero, ("message", 1.0, None)
    for voisin in voisins.chercher(session, attend):
        if voisin.sienne.depot_id is not None:
            yield voisin.sienne.depot_id, ("", 0.0, voisin)


def _distincts(session: Session, attend: Depot) -> set[int]:
    paires = select(Comparaison.depot_id, Comparaison.autre_id).where(
        Comparaison.verdict == "distinct", (Comparaison.depot_id == attend.id) | (Comparaison.autre_id == attend.id)
    )
    return {numero for paire in session.execute(paires) for numero in paire}


def _autres(session: Session, moi: Moi, attend: Depot, numeros: set[int]) -> Mapping[int, _Autre]:
    """The other depots by number; one that was set aside as a double is told by what it is the double of, if not of this one."""
    doubles = select(Comparaison.depot_id, Comparaison.autre_id).join(Depot, Depot.id == Comparaison.depot_id)
    doubles = doubles.where(Comparaison.verdict == "ecarte", Depot.etat == "ecarte", Comparaison.depot_id.in_(numeros))
    de = {numero: numero for numero in numeros} | dict(session.execute(doubles).all())
    rangs = session.execute(
        select(Depot, Courrier, Correspondant, visible(moi)).outerjoin(Courrier, Courrier.id == Depot.courrier_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(Depot.id.in_(de.values()), Depot.id != attend.id, Depot.etat != "reparti")
    )  # fmt: skip
    autres = {
        trouve.id: _Autre(depot=trouve, courrier=courrier, fiche=fiche, ouvert=courrier is not None and bool(ouvert))
        for trouve, courrier, fiche, ouvert in rangs
    }
    return {numero: autres[original] for numero, original in de.items() if original in autres}


def _emission(autre: _Autre) -> Emission:
    return emission(autre.depot, autre.courrier, autre.fiche)


def _personnes(emissions: list[Emission]) -> int:
    """How many senders there are, each counted once."""
    vues: list[Emission] = []
    for une in emissions:
        if not any(une.de_meme(vue) for vue in vues):
            vues.append(une)
    return len(vues)


def _courriers(autres: Mapping[int, _Autre]) -> tuple[Courrier, ...]:
    uniques = {autre.courrier.id: autre.courrier for autre in autres.values() if autre.courrier is not None}
    return tuple(sorted(uniques.values(), key=lambda courrier: courrier.id))
