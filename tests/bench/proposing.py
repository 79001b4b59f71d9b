"""How right the proposals are: first choice and top three of every field on letters, then of what is learned.

Sets of letters, told apart in the keys. `held_out`: the 36 of `tests/letters/epreuve`, which no rule was changed on: the only
figures that say how good the rules are (their README tells how they were written). `tuning`: the 36 of `tests/letters/reglage`,
instead of them when PARTIE=reglage, for whoever changes a rule. `given`: LETTRES=FOLDER, a house's own (the format is below).
`shared`: sample letters published with another product, when their folder is beside the clone; the traps that the rules avoid
were first seen on letters of this publisher, and seven are few: an upper bound. `own`: the project's letters, written by the
hand that wrote the rules: their figures say that nothing broke, not how good the rules are. What is learned is measured on
TEXTES=file, lines «class<TAB>text», when given: half is learned from, the other never seen.

A folder holds a NAME.json for each letter: {"source": whose words they are, "partie": "reglage" or "epreuve", "champs": the truth
by field, keywords as a list, any of which is right}, and the letter itself as NAME.pdf, .jpg, .tiff or .eml, or told by its
"lettre", which is then printed and spoilt (`tests/letters/disposer.py`), TIRAGES=n times (2) in as many layouts.
"""

import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.courrier import depot, habilitations, indexation, propositions, registre
from app.courrier.apprentissage import SUR, Exemple
from app.courrier.apprentissage.entrainement import apprendre
from app.courrier.organisation import plier
from app.courrier.propositions import Offre
from app.courrier.registre import Contact
from app.courrier.tables import Agent
from app.db import db, transaction
from app.outside.reader import Reader
from app.web.context import parts
from tests.bench.figures import Figure
from tests.bench.shared_letters import FOLDER, THEIRS, TRUTH
from tests.bench.town import Bench, town
from tests.letters import disposer, imprimer
from tests.letters.grille import NOUS

Found = list[tuple[str, float]]

SETS = {"epreuve": "held_out", "reglage": "tuning"}
"""The parts of the letters that come with the project, as their figures are called."""

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
FIELDS = (
    *("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret", "correspondant"),
    *("date_courrier", "objet", "reference", "notre_reference", "recommande", "delai", "reponse_voulue", "priorite"),
    *("destinataire", "personne", "bureau", "nature", "circuit", "mots"),
)
READ = ("notre_reference", "delai", "destinataire")
"""What is read but is no offer of its own: it serves others."""
NUMBERS = ("telephone", "siret", "recommande")
"""What is the same however its digits are spaced."""
FILLS = 0.5
"""The confidence from which the form is filled in advance (`app.web.offres.LUE`)."""
_BINS = (0.0, 0.5, SUR, 1.01)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter to measure on: its bytes and the truth, by field."""

    data: bytes
    truth: dict[str, Any]


def measure(bench: Bench) -> Iterator[Figure]:
    """The sets of letters that there are, then what is learned."""
    names = imprimer.NAMES[: bench.many(len(imprimer.NAMES), 4)]
    own = [Letter(data=imprimer.pdf(name), truth=dict(imprimer.expected(name))) for name in names]
    part = os.environ.get("PARTIE", "epreuve")
    with town(bench, "sqlite", "propositions"):
        if os.environ.get("LETTRES"):
            yield from _figures("given", list(_told(Path(os.environ["LETTRES"]), part, None)), NOUS)
        else:
            yield from _figures(SETS[part], list(_told(imprimer.FOLDER / part, part, bench.many(0, 4) or None)), NOUS)
        if FOLDER.is_dir():
            shared = [Letter(data=(FOLDER / f"{name}.pdf").read_bytes(), truth=dict(TRUTH[name])) for name in TRUTH]
            yield from _figures("shared", shared, THEIRS)
        yield from _figures("own", own, NOUS)
    if os.environ.get("TEXTES"):
        yield from _learned(Path(os.environ["TEXTES"]))


def _told(folder: Path, part: str, most: int | None) -> Iterator[Letter]:
    """The letters of a folder that are of a part, at most so many, each printed TIRAGES times."""
    sources, count = Counter[str](), int(os.environ.get("TIRAGES", "2"))
    for path in sorted(folder.glob("*.json"))[:most]:
        told = json.loads(path.read_text("utf-8"))
        if told.get("partie", "epreuve") != part:
            continue
        sources[told.get("source", "?")] += 1
        beside = [one for one in folder.glob(f"{path.stem}.*") if one.suffix != ".json"]
        printed = [one.read_bytes() for one in beside] or [
            disposer.jpeg_or_pdf(f"{path.stem}-{rank}", told["lettre"]) for rank in range(count)
        ]
        yield from (Letter(data=data, truth=dict(told["champs"])) for data in printed)
    print(f"{part}, {sources.total()} letters, {count} printing(s) each; words of: {'; '.join(sorted(sources))}")


def offered(reader: Reader, letter: Letter, ours: Sequence[str]) -> tuple[Mapping[str, Found], set[str]]:
    """By field, what is proposed for a letter, with its confidence, the first first; the fields that have a place on the page."""
    lecture = reader.read(letter.data)
    read = indexation.proposer(lecture.pages, now=NOW, entetes=lecture.entetes, nous=ours)
    found = {one.champ: [(one.valeur, one.confiance)] for one in read if one.champ in READ}
    with transaction() as session:
        waiting = depot.deposer(
            session, coffre_range=parts().coffre.put(letter.data), nom="lettre", mime=lecture.mime, canal="papier", par="odile",
            now=NOW,
        )  # fmt: skip
        depot.reserver(session, waiting.id, now=NOW)
        depot.lu(session, waiting.id, lecture, [asdict(one) for one in read], now=NOW)
    session = db.session()
    clerk = habilitations.moi(session, session.scalars(select(Agent).where(Agent.identifiant == "odile")).one())
    values = {one.champ: one.valeur for one in read}
    sender = Contact(nom=values.pop("expediteur", ""), **{key: values.get(key, "") for key in ("adresse", "code_postal", "ville",
                     "courriel", "telephone", "siret")})  # fmt: skip
    offers: Mapping[str, Offre] = propositions.proposer(session, parts().engine, clerk, waiting, sender, now=NOW)
    for field, offer in offers.items():
        name = field == "correspondant"
        found[field] = [(one.nom if name else one.valeur, one.confiance) for one in offer.choix]
    placed = {field for field, offer in offers.items() if offer.boite or offer.places} | {one.champ for one in read if one.boite}
    db.session.remove()
    return found, placed


def _figures(kind: str, letters: Sequence[Letter], ours: Sequence[str]) -> Iterator[Figure]:
    """By field: of the letters that have it, those where it is proposed first, and among three; then over all fields."""
    _known(letters)
    reader = Reader()
    asked = [(letter, *offered(reader, letter, ours)) for letter in letters]
    sure: list[tuple[float, bool]] = []
    whole = Counter[str]()
    for field in FIELDS:
        there = [(letter.truth[field], found.get(field, []), field in placed)
                 for letter, found, placed in asked if field in letter.truth]  # fmt: skip
        if not there:
            continue
        first = sum(right(field, found[:1], truth) for truth, found, _ in there)
        three = sum(right(field, found[:3], truth) for truth, found, _ in there)
        sure += [(found[0][1], good) for truth, found, _ in there if found for good in _claims(field, found, truth)]
        whole.update(first=first, three=three, there=len(there), placed=sum(place for *_, place in there))
        yield _share(f"proposals_{kind}_{field}", f"{kind}, {field} first, of {len(there)}", first, len(there))
        if three != first:
            yield _share(f"proposals_{kind}_{field}_three", f"{kind}, {field} among three, of {len(there)}", three, len(there))
    yield _share(f"proposals_{kind}", f"{kind}, all fields first, of {whole['there']}", whole["first"], whole["there"])
    yield _share(f"proposals_{kind}_three", f"{kind}, all fields among three", whole["three"], whole["there"])
    yield _share(f"proposals_{kind}_placed", f"{kind}, with their place on the page", whole["placed"], whole["there"])
    told = {field for letter in letters for field in letter.truth}  # of the others nobody said where they stand
    invented = [
        found[field][0][1] for letter, found, _ in asked for field in FIELDS
        if field in told and found.get(field) and field not in letter.truth and not _elsewhere(field, found, letter)
    ]
    yield Figure(key=f"proposals_{kind}_invented", what=f"{kind}, proposed where nothing stands", value=len(invented))
    sentences = sum(bool(found.get("objet")) and "objet" not in letter.truth for letter, found, _ in asked)
    yield Figure(key=f"proposals_{kind}_sentences", what=f"{kind}, a sentence offered where no subject stands", value=sentences)
    yield from _calibration(kind, [*sure, *((one, False) for one in invented)])


def _elsewhere(field: str, found: Mapping[str, Found], letter: Letter) -> bool:
    """Whether what is proposed stands in the letter under another name, and is measured there or fills nothing.

    «Avant le 15 mars» is a delay read where the truth says `reponse_voulue`; the sentence that asks is offered for a subject
    that nobody wrote, below what fills the field: `proposals_…_sentences` counts those.
    """
    if field == "objet":
        return found[field][0][1] < FILLS
    return field == "delai" and "reponse_voulue" in letter.truth


def _known(letters: Iterable[Letter]) -> None:
    """Every second sender has a sheet already, under their name in capitals: matching is measured on those."""
    senders = sorted({letter.truth["expediteur"]: letter for letter in letters if "expediteur" in letter.truth}.items())
    with transaction() as session:
        for name, letter in senders[::2]:
            sheet = registre.creer(session, Contact(
                nom=name.upper(), code_postal=letter.truth.get("code_postal", ""), ville=letter.truth.get("ville", ""),
                adresse=letter.truth.get("adresse", "")), par="odile", now=NOW)  # fmt: skip
            for one in letters:
                if one.truth.get("expediteur") == name:
                    one.truth["correspondant"] = registre.nom_complet(sheet)


def right(field: str, found: Found, truth: Any) -> bool:
    """Whether one of what is proposed is right; of keywords, whether one of the first three in the line is."""
    if field == "mots":
        proposed = [plier(word).strip() for value, _ in found for word in value.split(",")][:3]
        wanted = {plier(word) for word in truth}
        return any(word in wanted or word.rstrip("sx") in {one.rstrip("sx") for one in wanted} for word in proposed)
    if field in NUMBERS:
        return any(_digits(value) == _digits(str(truth)) for value, _ in found)
    return any(same(value, str(truth)) for value, _ in found)


def _claims(field: str, found: Found, truth: Any) -> list[bool]:
    """What a confidence speaks of, right or wrong: the value, or each keyword of the line that is proposed."""
    words = found[0][0].split(",") if field == "mots" else []
    return [right(field, [(word, found[0][1])], truth) for word in words] or [right(field, found[:1], truth)]


def _digits(value: str) -> str:
    """A number without its blanks and its signs: the form writes a telephone as it is dialled from here."""
    bare = re.sub(r"[^0-9a-z+]", "", value.replace("(0)", "").lower())
    return re.sub(r"^(?:\+|00)33", "0", bare).replace("+", "00")


def same(read: str, true: str) -> bool:
    """The same letters, whatever their case, accents, hyphens and dashes, and the full stop at the end."""
    return _bare(read) == _bare(true)


def _bare(value: str) -> str:
    return " ".join(re.sub("[-–—]", " ", plier(value)).replace("’", "'").split()).strip(" .")


def _calibration(kind: str, sure: Sequence[tuple[float, bool]]) -> Iterator[Figure]:
    """How often what is proposed with such a confidence is right; keywords are told one by one."""
    for low, high in pairwise(_BINS):
        inside = [good for confidence, good in sure if low <= confidence < high]
        if inside:
            yield _share(f"proposals_{kind}_sure_{round(low * 100)}", f"{kind}, right when sure from {low:.0%}, of {len(inside)}",
                         sum(inside), len(inside))  # fmt: skip


def _share(key: str, what: str, part: int, whole: int) -> Figure:
    return Figure(key=key, what=what, value=100 * part / whole, unit="%")


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
