"""Search among ten thousand courriers: the index alone, then its hits joined to the reader's rights."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from app.courrier import habilitations, organisation, recherche
from app.courrier.ports import Fiche, Question
from app.db import db, transaction
from app.outside.index_whoosh import WhooshIndex
from tests.bench.cloning import SPACE, clone
from tests.bench.completion import timed
from tests.bench.figures import Figure, spread
from tests.bench.town import AGENT, Bench, register, town
from tests.letters import imprimer

SYLLABLES = (
    "ba", "cor", "du", "fe", "gui", "lan", "mi", "nou", "pla", "que", "ra", "sien", "tour", "vau", "ze", "bri", "cha", "lo",
)  # fmt: skip
RARE_WORDS = 4_000
WORDS_A_LETTER = 120
QUESTIONS = 60


def measure(bench: Bench) -> Iterator[Figure]:
    """Letters of drawn words: half from real letters, half rare; questions of one and two words."""
    count, chance = bench.many(10_000, 500), random.Random(1)
    common = sorted({word for name in imprimer.NAMES for word in imprimer.text(name).split() if word.isalpha() and len(word) > 3})
    rare = sorted({"".join(chance.choices(SYLLABLES, k=4)) for _ in range(RARE_WORDS)})
    index, began = WhooshIndex(bench.folder / "recherche"), time.perf_counter()
    (bench.folder / "recherche").mkdir()
    index.rebuild(_fiche(number, chance, common, rare) for number in range(1, count + 1))
    yield Figure(key="index_s", what=f"Whoosh index of {count:,} courriers built", value=time.perf_counter() - began, unit="s")
    drawn = [" ".join(chance.choices(rare, k=1) + chance.choices(common, k=turn % 2)) for turn in range(QUESTIONS)]
    asked = [recherche.question(words) for words in drawn]
    index.search(asked[0], limit=20)
    alone = [timed(lambda: index.search(question, limit=20)) for question in asked]  # noqa: B023  # called at once
    yield from spread("search_index", f"Whoosh, {count:,} courriers, 20 hits", alone, targets=("≤ 10", ""))
    yield from _joined(bench, index, asked, count)


def _fiche(number: int, chance: random.Random, common: list[str], rare: list[str]) -> Fiche:
    words = chance.choices(common, k=WORDS_A_LETTER // 2) + chance.choices(rare, k=WORDS_A_LETTER // 2)
    chance.shuffle(words)
    return Fiche(
        courrier_id=SPACE + number, numero=1, chrono=f"A-2026-{number:05}", sens="arrivee", objet=" ".join(words[:6]),
        correspondant=" ".join(words[6:8]).title(), texte=" ".join(words), references="", nature="urbanisme Urbanisme",
        bureau="urbanisme Urbanisme", etat="en_cours", date=datetime.now(UTC),
    )  # fmt: skip


def _joined(bench: Bench, index: WhooshIndex, asked: list[Question], count: int) -> Iterator[Figure]:
    with town(bench, "sqlite", "recherche_base"):
        (seed,) = register(1)
        with transaction() as session:
            clone(session, seed, count, [datetime.now(UTC)], bureaux=2)
        moi = habilitations.moi(db.session(), organisation.agent(db.session(), AGENT))
        recherche.chercher(db.session(), moi, index, asked[0])
        whole = [timed(lambda: recherche.chercher(db.session(), moi, index, question)) for question in asked]  # noqa: B023
    yield from spread("search", f"search page, {count:,} courriers, rights and facets included", whole)
