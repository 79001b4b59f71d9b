"""`python -m tests.walk FOLDER`: what becomes of every .bpmn in a folder, in a table and one line of JSON."""

import json
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import DrawingRefused
from tests.walk.walker import Stuck, Walk, blueprint_of, judge

WALKS = 20
MAX_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file; `kind` is completed, refused, walks_failed, crashed or hung."""

    kind: str
    rules: tuple[str, ...] = ()
    reason: str = ""
    milliseconds: float = 0.0
    levels: dict[str, str] = field(default_factory=dict)


def walk_file(source: bytes, *, walks: int = WALKS) -> Outcome:
    """Read, check and walk one drawing `walks` times."""
    began = time.perf_counter()
    try:
        drawing, findings = judge(source)
    except DrawingRefused as error:
        return Outcome(kind="refused", rules=("illisible",), reason=str(error), levels={"illisible": "erreur"})
    spent = (time.perf_counter() - began) * 1000
    rules = tuple(dict.fromkeys(one.rule for one in findings))
    levels = {one.rule: one.level for one in findings}
    faults = [one for one in findings if one.level == "erreur"]
    if faults:
        reason = " | ".join(f"{one.element}: {one.message}" for one in faults)
        return Outcome(kind="refused", rules=rules, reason=reason, milliseconds=spent, levels=levels)
    blueprint = blueprint_of(drawing)
    try:
        for seed in range(walks):
            Walk(drawing, blueprint, seed).to_the_end()
    except Stuck as stuck:
        return Outcome(kind="walks_failed", rules=rules, reason=f"{stuck}", milliseconds=spent, levels=levels)
    return Outcome(kind="completed", rules=rules, milliseconds=spent, levels=levels)


def _work(channel: Any) -> None:
    """Walk what comes through `channel` until nothing comes; in a process of its own, which may be stopped."""
    while True:
        path = channel.recv()
        if path is None:
            return
        try:
            outcome = walk_file(Path(path).read_bytes())
        except Exception as error:  # a crash is one of the things counted here
            outcome = Outcome(kind="crashed", reason=f"{type(error).__name__}: {error}")
        channel.send(outcome)


class Worker:
    """A process that walks files one after another and is started anew when it does not answer in time."""

    def __init__(self) -> None:
        """Started at the first file."""
        self.process: multiprocessing.Process | None = None
        self.channel: Any = None

    def walk(self, path: Path) -> Outcome:
        """What became of `path`."""
        if self.process is None or not self.process.is_alive():
            self.channel, theirs = multiprocessing.Pipe()
            self.process = multiprocessing.Process(target=_work, args=(theirs,), daemon=True)
            self.process.start()
        self.channel.send(str(path))
        if self.channel.poll(MAX_SECONDS):
            try:
                outcome: Outcome = self.channel.recv()
            except EOFError:
                return Outcome(kind="crashed", reason="le processus s’est arrêté")
            return outcome
        self.process.kill()
        self.process.join()
        return Outcome(kind="hung")

    def stop(self) -> None:
        """Let the process end."""
        if self.process is not None and self.process.is_alive():
            self.channel.send(None)
            self.process.join()


def main(folder: str) -> None:
    """Walk every drawing under `folder`."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".bpmn", ".bpmn2", ".bpmn20"))
    worker, outcomes = Worker(), []
    for path in paths:
        outcome = worker.walk(path)
        outcomes.append(outcome)
        if outcome.kind != "completed":
            print(f"{outcome.kind}\t{path}\t{outcome.reason}")
    worker.stop()
    _table(outcomes)
    kinds = Counter(outcome.kind for outcome in outcomes)
    times = [outcome.milliseconds for outcome in outcomes if outcome.milliseconds]
    summary = {
        "files": len(paths),
        "accepted": kinds["completed"] + kinds["walks_failed"],
        "completed": kinds["completed"],
        "refused": kinds["refused"],
        "crashed": kinds["crashed"],
        "hung": kinds["hung"],
        "walks_failed": kinds["walks_failed"],
        "median_ms": round(statistics.median(times), 1) if times else 0.0,
    }
    print(json.dumps(summary))


def _table(outcomes: list[Outcome]) -> None:
    levels = {rule: level for outcome in outcomes for rule, level in outcome.levels.items()}
    counts = Counter(rule for outcome in outcomes for rule in outcome.rules)
    print(f"\n{'règle':34} {'niveau':14} {'dessins':>8}")
    for rule, count in counts.most_common():
        print(f"{rule:34} {levels.get(rule, ''):14} {count:8}")
    print()


if __name__ == "__main__":
    main(sys.argv[1])
