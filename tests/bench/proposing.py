"""How right the proposals are: by field on letters, then first choice and top three of what is learned.

Two sets of letters, told apart in the keys. `shared`: sample letters published with another product, when their folder is
beside the clone; their truth, below, is what a clerk would type, written by reading them. No rule names them, but the traps
that the rules avoid were first seen on letters of this publisher, and seven letters are few: an upper bound. `own`: the
project's letters, written by the hand that wrote the rules: their figures say that nothing broke, not how good the rules are.
What is learned is measured on TEXTES=file, lines «class<TAB>text», when given: half is learned from, the other never seen.
"""

import os
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.courrier.apprentissage import SUR, Exemple
from app.courrier.apprentissage.entrainement import apprendre
from app.courrier.indexation import proposer
from app.courrier.organisation import plier
from app.outside.reader import Reader
from tests.bench.figures import Figure
from tests.bench.town import Bench
from tests.letters import imprimer
from tests.letters.grille import NOUS

SHARED = Path(__file__).parents[3] / "shared" / "data" / "letters"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FIELDS = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret", "date_courrier", "objet"),
    *("reference", "notre_reference", "recommande", "delai", "destinataire", "priorite"),
)
THEIRS = ("Mairie de Maarch-Les-Bains", "Place de l’Hôtel de Ville", "Ville de Maarch-Les-Bains")
_PASCONTENT = {"expediteur": "Bernard PASCONTENT", "adresse": "25, route de Pampelone", "code_postal": "99000",
               "ville": "Maarch-Les-Bains", "telephone": "06 08 09 07 55"}  # fmt: skip
TRUTH: Mapping[str, Mapping[str, str]] = {
    "mp_demande_place_creche": {**_PASCONTENT, "date_courrier": "2019-02-19", "priorite": "urgente"},
    "mp_svr_route_chien_bruyant": {**_PASCONTENT, "date_courrier": "2019-02-15"},
    "mp_demande_subvention": {
        "expediteur": "Jokkolabs Nanterre", "adresse": "11 Boulevard du Sud-Est", "code_postal": "92000", "ville": "Nanterre",
        "telephone": "01 47 24 51 59", "date_courrier": "2018-11-23", "objet": "demande de subvention",
        "destinataire": "Madame Le Maire",
    },
    "mp_etat_civil": {
        "expediteur": "PELLE Martin Donald", "adresse": "17 rue de la Demande", "telephone": "01 23 24 21 22",
        "date_courrier": "2019-03-13",
    },
    "mp_facture": {
        "expediteur": "MAARCH", "adresse": "11 Bd du Sud-Est", "code_postal": "92000", "ville": "Nanterre",
        "telephone": "01 47 24 51 59", "siret": "45239273100025", "date_courrier": "2017-03-02", "objet": "Facture n°15719",
        "reference": "15719", "destinataire": "Service des finances",
    },
    "mp_invitation": {
        "expediteur": "Ville de Maarch-les-Bains", "adresse": "Place de la Liberté", "code_postal": "99000",
        "ville": "Maarch-les-Bains", "telephone": "04 47 24 51 59", "date_courrier": "2019-02-20",
        "objet": "INVITATION pour échanges journée des sports", "reference": "PJS/2019D/1234",
    },
    "mp_petition_square_carre": {
        "expediteur": "DUPONT Jacques", "adresse": "1 rue du Peuplier", "code_postal": "92000", "ville": "NANTERRE",
        "date_courrier": "2017-06-04", "objet": "Pétition pour la survie du square Carré",
    },
}  # fmt: skip
"""The eighth, a filled form scanned askew, has no field that a rule could be held to."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Fields read by rules, then classes learned."""
    reader = Reader()
    if SHARED.is_dir():
        files = {name: (SHARED / f"{name}.pdf").read_bytes() for name in TRUTH}
        yield from _rules(reader, "shared", files, TRUTH, THEIRS)
    names = imprimer.NAMES[: bench.many(len(imprimer.NAMES), 4)]
    truth = {name: {f: v for f, v in imprimer.expected(name).items() if f in FIELDS} for name in names}
    yield from _rules(reader, "own", {name: imprimer.pdf(name) for name in names}, truth, NOUS)
    if os.environ.get("TEXTES"):
        yield from _learned(Path(os.environ["TEXTES"]))


def _rules(
    reader: Reader, kind: str, files: Mapping[str, bytes], truth: Mapping[str, Mapping[str, str]], ours: tuple[str, ...]
) -> Iterator[Figure]:
    """By field: of the letters that have it, those where it is proposed right; and what is proposed where nothing stands."""
    read = {name: {p.champ: p.valeur for p in proposer(reader.read(data).pages, now=NOW, nous=ours)}
            for name, data in files.items()}  # fmt: skip
    right = whole = 0
    for field in FIELDS:
        there = [name for name in files if field in truth[name]]
        if not there:
            continue
        good = sum(_same(read[name].get(field, ""), truth[name][field]) for name in there)
        right, whole = right + good, whole + len(there)
        yield Figure(key=f"proposals_{kind}_{field}", what=f"{kind} letters, {field} right, of {len(there)}",
                     value=100 * good / len(there), unit="%")  # fmt: skip
    invented = sum(field not in truth[name] for name in files for field in read[name] if field in FIELDS)
    yield Figure(key=f"proposals_{kind}", what=f"{kind} letters, all fields first choice, of {whole}", value=100 * right / whole,
                 unit="%")  # fmt: skip
    yield Figure(key=f"proposals_{kind}_invented", what=f"{kind} letters, proposed where nothing stands", value=invented)


def _same(read: str, true: str) -> bool:
    return plier(read).strip(" .").replace("-", " ") == plier(true).strip(" .").replace("-", " ")


def _learned(file: Path) -> Iterator[Figure]:
    """First choice, top three and what would be ticked, on the half that was not learned from."""
    lines = [line.partition("\t")[::2] for line in file.read_text("utf-8").splitlines() if "\t" in line]
    random.Random(3).shuffle(lines)
    for count in (200, 500, 1000, len(lines) // 2):
        if count > len(lines) // 2:
            continue
        model = apprendre([Exemple(texte=text, choix={"nature": name}) for name, text in lines[:count]])[0]
        seen = [(name, model.candidats("nature", text)) for name, text in lines[len(lines) // 2 :]]
        first = sum(bool(found) and found[0].valeur == name for name, found in seen)
        three = sum(name in [one.valeur for one in found] for name, found in seen)
        ticked = [name == found[0].valeur for name, found in seen if found and found[0].confiance >= SUR]
        shares = {"first": first / len(seen), "three": three / len(seen), "ticked": len(ticked) / len(seen),
                  "ticked_right": sum(ticked) / max(1, len(ticked))}  # fmt: skip
        for share, value in shares.items():
            yield Figure(key=f"learned_{count}_{share}", what=f"learned from {count}, {share}, {len(seen)} texts unseen",
                         value=100 * value, unit="%")  # fmt: skip
