"""A register printed by booklets: so many numbers each, with the digest of all the lines up to its last one.

A page takes some 10 ms and 0.2 MB a line to set, so that ten thousand lines in one document hold a request for minutes and
gigabytes; a booklet is bounded whatever the period. The digest at the end of the last one is that of the period.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from app.courrier.habilitations import Moi
from app.courrier.tables import Arrete
from app.courrier.tenue.lignes import Ligne, de_portion
from app.courrier.tenue.periode import Portion, portions

CAHIER = 500
"""Numbers in a booklet: five seconds and 150 MB to set."""


@dataclass(frozen=True, kw_only=True)
class Cahier:
    """One of the `sur` booklets of a period: its lines, how many stand in those before, the digest of these and its own."""

    rang: int
    sur: int
    lignes: Sequence[Ligne]
    avant: int
    empreinte: str


@dataclass(frozen=True, kw_only=True)
class Etape:
    """What a closing says of one of its booklets: its first and last numbers, and the digest up to its end."""

    rang: int
    premier: str
    dernier: str
    nombre: int
    empreinte: str


def decoupe(session: Session, registre: str, debut: date, fin: date) -> list[Portion]:
    """The numbers of each booklet of a period; none when nothing was registered."""
    return portions(session, registre, debut, fin, taille=CAHIER)


def cahier(session: Session, registre: str, debut: date, fin: date, rang: int = 1, *, moi: Moi | None) -> Cahier:
    """The booklet of this rank, the nearest there is; the only one, without a line, when nothing was registered."""
    tous = decoupe(session, registre, debut, fin)
    rang = min(max(rang, 1), max(len(tous), 1))
    marque, avant, siennes = hashlib.sha256(), 0, list[Ligne]()
    for portion in tous[:rang]:
        avant += len(siennes)
        siennes = de_portion(session, registre, debut, fin, portion, moi=moi)
        marque.update("".join(f"{ligne.empreinte}\n" for ligne in siennes).encode())
    return Cahier(rang=rang, sur=max(len(tous), 1), lignes=siennes, avant=avant, empreinte=marque.hexdigest())


def etapes(arrete: Arrete) -> list[Etape]:
    """The booklets of a closed day, as it was closed: cut at the same numbers as those that are printed."""
    gardees = [ligne.partition("\t")[::2] for ligne in arrete.lignes.splitlines()]
    lues = [(marque, str(json.loads(texte)["chrono"])) for marque, texte in gardees]
    marque, faites = hashlib.sha256(), list[Etape]()
    premier = _numero(arrete.premier)
    for rang, groupe in groupby(lues, key=lambda lue: (_numero(lue[1]) - premier) // CAHIER + 1):
        siennes = list(groupe)
        marque.update("".join(f"{une}\n" for une, _chrono in siennes).encode())
        faites.append(Etape(rang=rang, premier=siennes[0][1], dernier=siennes[-1][1], nombre=len(siennes),
                            empreinte=marque.hexdigest()))  # fmt: skip
    return faites


def _numero(chrono: str) -> int:
    return int(chrono.rpartition("-")[2])
