"""A register as a table for a spreadsheet, a portion at a time: a line a number, what was corrected beside what was written."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO

from sqlalchemy.orm import Session

from app.courrier.correspondants import inerte
from app.courrier.delais import PARIS
from app.courrier.habilitations import Moi
from app.courrier.tenue.lignes import Ligne, par_portions
from app.courrier.tenue.page import suites

COLONNES = ("Numéro", "Enregistré le", "Reçu le", "Date du courrier", "Référence", "Correspondant", "Objet", "Nature", "Bureau",
            "Canal", "Recommandé", "Réponses", "Suites", "Empreinte")  # fmt: skip
NON_COMMUNIQUE = "Non communiqué"


def csv_de(
    session: Session, registre: str, debut: date, fin: date, *, moi: Moi | None, noms: Mapping[str, str]
) -> Iterator[bytes]:  # fmt: skip
    """CSV (UTF-8 with BOM, semicolons), the first line the names of its columns; `noms`: of agents by their identifiants."""
    yield b"\xef\xbb\xbf" + _rangs([COLONNES])
    for portion in par_portions(session, registre, debut, fin, moi=moi):
        yield _rangs([_cases(ligne, noms) for ligne in portion])


def _cases(ligne: Ligne, noms: Mapping[str, str]) -> tuple[str, ...]:
    courrier, mots = ligne.courrier, ligne.mots
    if not ligne.ouvert:
        return (courrier.chrono, NON_COMMUNIQUE, *("" for _ in COLONNES[3:]), ligne.empreinte)
    enregistre, recu = (f"{quand.astimezone(PARIS):%d/%m/%Y %H:%M}" for quand in (courrier.enregistre_le, courrier.recu_le))
    dites = ("date_courrier", "reference", "correspondant", "objet", "nature", "bureau", "canal", "recommande")
    libres = (*(mots[cle] for cle in dites), ", ".join(ligne.reponses), " ".join(suites(ligne, noms)))
    return (courrier.chrono, enregistre, recu, *map(inerte, libres), ligne.empreinte)


def _rangs(rangs: list[tuple[str, ...]]) -> bytes:
    texte = StringIO()
    csv.writer(texte, delimiter=";", lineterminator="\r\n").writerows(rangs)
    return texte.getvalue().encode()
