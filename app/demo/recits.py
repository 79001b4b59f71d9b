"""What is told of each courrier: its words from the TOML files, and the hours of each step that led it where it stands."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.courrier import delais
from app.demo.calendrier import Calendrier
from app.demo.maison import lire

ARRIVEE = ("qualifier", "annoter", "rediger", "valider", "signer", "expedier")
DEPART = ARRIVEE[2:]
FINS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "arrivee": {
        **{f"a_{etape}": ARRIVEE[:rang] for rang, etape in enumerate(ARRIVEE)},
        "renvoye": (*ARRIVEE[:3], "valider:renvoyer"),
        "refuse": (*ARRIVEE[:4], "signer:refuser"),
        "clos": ARRIVEE,
        "classe": ("qualifier", "annoter:classer"),
        "a_lire": (),
        "lu": (),
    },
    "depart": {**{f"a_{etape}": DEPART[:rang] for rang, etape in enumerate(DEPART)}, "clos": DEPART},
    "interne": {
        "a_viser": (), "a_traiter": ("viser",), "a_corriger": ("viser:renvoyer",), "clos": ("viser", "traiter"),
    },
}  # fmt: skip
"""The steps done, with what was decided when it is not the usual, that lead to each end."""

DUREES = {
    "qualifier": (0, 1, 1, 2), "annoter": (1, 1, 2, 3), "rediger": (1, 2, 3, 6), "valider": (1, 1, 2), "signer": (1, 2, 3),
    "expedier": (0, 1), "viser": (1, 2), "traiter": (2, 4), "lire": (0, 1),
}  # fmt: skip
"""How many jours ouvrés people took for a step; now and then more than they had."""

_CHAMP = re.compile(r"\{(?:j([+-]\d+)|(an)|(a2))\}")


@dataclass(frozen=True, kw_only=True)
class Pas:
    """A step that was done: what was decided when that matters, for which bureau when several had it, at what hour."""

    etape: str
    quand: datetime
    decision: str = ""
    bureau: str = ""


@dataclass(frozen=True, kw_only=True)
class Recit:
    """One courrier's story: `donnees` is its TOML table, `depose` when it came, `enregistre` when it got its number."""

    sens: str
    donnees: Mapping[str, Any]
    date: date
    depose: datetime
    enregistre: datetime
    pas: Sequence[Pas]

    def texte(self, cle: str) -> str:
        """A text of the table with its dates filled in; empty when it has none."""
        return dater(str(self.donnees.get(cle, "")), self.date)


def dater(texte: str, jour: date) -> str:
    """Fill in `{j-12}`, twelve days before `jour`, `{an}` and `{a2}`."""

    def remplir(trouve: re.Match[str]) -> str:
        if trouve[1]:
            return delais.long(jour + timedelta(days=int(trouve[1]))).split(" ", 1)[1]
        return f"{jour:%Y}" if trouve[2] else f"{jour:%y}"

    return _CHAMP.sub(remplir, texte)


def recits(calendrier: Calendrier, hasard: random.Random, *, nombre: int | None = None) -> list[Recit]:
    """The stories, the first to be registered first; `nombre` keeps so many, of as many different ends as can be."""
    autres = lire("autres.toml")
    tables = [
        *(("arrivee", table) for table in lire("lettres.toml")["lettres"]),
        *(("depart", table) for table in autres["departs"]),
        *(("interne", table) for table in autres["internes"]),
    ]
    contes = [_conter(sens, table, calendrier, hasard) for sens, table in list(_varies(tables))[:nombre]]
    return sorted(contes, key=lambda recit: recit.enregistre)


def _varies(tables: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same, one of each end before the second of any."""
    rangs: dict[tuple[str, str], int] = defaultdict(int)
    cles = []
    for ordre, (sens, table) in enumerate(tables):
        fin = (sens, table["destin"])
        cles.append((rangs[fin], ordre))
        rangs[fin] += 1
    return (tables[ordre] for _, ordre in sorted(cles))


def _conter(sens: str, table: dict[str, Any], calendrier: Calendrier, hasard: random.Random) -> Recit:
    etapes = [etape.partition(":")[::2] for etape in FINS[sens][table["destin"]]]
    if table.get("vers") and sens == "arrivee":
        etapes.insert(0, ("qualifier", "reorienter"))
    faits = [(etape, decision, "") for etape, decision in etapes] + [("lire", "", bureau) for bureau in _lecteurs(table)]
    moment = calendrier.il_y_a(table["depuis"])
    pas: list[Pas] = []
    for etape, decision, bureau in reversed(faits):
        pas.insert(0, Pas(etape=etape, decision=decision, bureau=bureau, quand=moment))
        moment = calendrier.avant(moment, hasard.choice(DUREES[etape]))
    depose = calendrier.avant(moment, 0) if sens == "arrivee" else moment
    ecrit = delais.jour(depose) - timedelta(days=0 if sens != "arrivee" or table.get("canal") else hasard.randint(1, 3))
    return Recit(sens=sens, donnees=table, date=ecrit, depose=depose, enregistre=moment, pas=pas)


def _lecteurs(table: Mapping[str, Any]) -> list[str]:
    """The bureaux that have read a courrier that came for information."""
    lus: list[str] = table.get("copies", []) if table["destin"] == "lu" else table.get("lu_par", [])
    return lus
