"""`python -m tests.fuzz MINUTES [SEED]`: spoilt drawings, decisions and expressions; each fault is printed with its seed."""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType

from engine import decisions
from engine.errors import EngineError, ExpressionError
from engine.expressions import evaluate
from tests.engine.sketches import HERE
from tests.engine.sloppy import sloppy
from tests.engine.test_expressions_hostile import NAMES, plain
from tests.fuzz import spoiling
from tests.walk.__main__ import walk_file

MAX_SECONDS = 30  # for one case, as for one file of a walk; most take milliseconds
ROOT = Path(__file__).parents[2]


class TooLong(BaseException):
    """The case has not answered in time."""


class Wrong(Exception):
    """The engine answered, and should not have answered so."""


def drawing(rnd: Random) -> None:
    """A drawing of the zoo or a sloppy one, spoilt: refused in words, or walked to its end."""
    paths = sorted(HERE.glob("*.bpmn"))
    source = rnd.choice(paths).read_bytes() if rnd.random() < 0.5 else sloppy(rnd.randrange(10**6))
    spoil = spoiling.tree_of if rnd.random() < 0.8 else spoiling.bytes_of
    outcome = walk_file(spoil(rnd, source), walks=2)
    if outcome.kind not in ("completed", "refused") or (outcome.kind == "refused" and not outcome.reason):
        raise Wrong(f"{outcome.kind} {outcome.reason}")


def decision(rnd: Random) -> None:
    """A decision table, spoilt: its findings are told, and what it still decides is decided or refused in words."""
    source = rnd.choice(sorted(ROOT.glob("processes/*.dmn"))).read_bytes()
    spoil = spoiling.tree_of if rnd.random() < 0.8 else spoiling.bytes_of
    try:
        read = decisions.read(spoil(rnd, source))
        for identifier in read.ids:
            read.evaluate(identifier, {"texte": "permis", "nature": "recours", "sens": "arrivee"})
    except EngineError as error:
        if not str(error):
            raise Wrong("refus sans mot") from error


def expression(rnd: Random) -> None:
    """Words in any order: plain data or a refusal."""
    try:
        value = evaluate(spoiling.expression_of(rnd), NAMES)
    except ExpressionError as error:
        if not str(error):
            raise Wrong("refus sans mot") from error
    else:
        if not plain(value):
            raise Wrong(f"{type(value).__name__} est sorti")


CASES: tuple[Callable[[Random], None], ...] = (drawing, drawing, decision, expression, expression)


def one(seed: int) -> tuple[str, str]:
    """Run the case of `seed`: its kind, and what went wrong, "" for nothing."""
    rnd = Random(seed)
    case = rnd.choice(CASES)
    signal.alarm(MAX_SECONDS)
    try:
        case(rnd)
    except TooLong:
        return case.__name__, f"plus de {MAX_SECONDS} s"
    except Exception as error:  # a crash is what is looked for here
        return case.__name__, f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return case.__name__, ""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


def main(minutes: float, seed: int) -> int:
    """Try one seed after another for `minutes`; the number of faults."""
    signal.signal(signal.SIGALRM, _stop)
    print(f"graine {seed}")
    counts: Counter[str] = Counter()
    faults, until = [], time.monotonic() + minutes * 60
    while time.monotonic() < until:
        kind, fault = one(seed)
        counts[kind] += 1
        if fault:
            faults.append(seed)
            print(f"{seed}\t{kind}\t{fault[:300]}", flush=True)
        seed += 1
    print(json.dumps({"minutes": minutes, **counts, "faults": len(faults)}))
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time()))))
