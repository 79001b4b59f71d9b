"""`python -m tests.tck FOLDER`: run every case of the kit under a folder; the last line is a JSON object of counts."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from engine.decisions import Decisions, read
from engine.errors import EngineError
from tests.tck.kit import Case, Result, same, suites

PRESENT = {"now": lambda: datetime.now(UTC), "today": lambda: datetime.now(UTC).date()}


def loaded(model: Path) -> Decisions | str:
    """The model with the others of its folder, or why it cannot be read."""
    others = [path.read_bytes() for path in sorted(model.parent.rglob("*.dmn")) if path != model]
    try:
        return read(model.read_bytes(), others=others)
    except (EngineError, OSError) as error:
        return str(error)


def answer(model: Decisions, case: Case, result: Result) -> tuple[object, str]:
    """What the model answers, and why it is null when it failed."""
    invoked = case.kind in ("decisionService", "bkm") and bool(case.invocable)
    inputs: Mapping[str, object] = case.inputs
    try:
        return model.evaluate(case.invocable if invoked else result.name, inputs, PRESENT), ""
    except EngineError as error:
        return None, str(error)


def passed(model: Decisions | str, case: Case, where: str) -> bool:
    """Whether every result of a case is as expected; the others are printed."""
    good = True
    for result in case.results:
        found, reason = (None, model) if isinstance(model, str) else answer(model, case, result)
        if not same(result.expected, found):
            good = False
            print(f"{where} {case.id} {result.name}: {result.expected!r} expected, {found!r} found {reason}".rstrip())
    return good


def main(folder: Path) -> int:
    """Run the folder; 0 when every case passes."""
    cases = good = 0
    for model, path, found in suites(folder):
        read_model = loaded(model)
        for case in found:
            cases += 1
            good += passed(read_model, case, path.stem)
    print(json.dumps({"cases": cases, "passed": good}))
    return 0 if cases == good else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m tests.tck FOLDER")
    raise SystemExit(main(Path(sys.argv[1])))
