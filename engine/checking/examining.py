"""Reads and checks a file: where a sketch would wait for ever, it is read again as its designer must have meant it."""

from dataclasses import replace
from time import monotonic

from engine import drawing
from engine.checking.endings import turning
from engine.checking.net import Step, nets
from engine.checking.references import Known, references
from engine.checking.soundness import soundness
from engine.drawing import Drawing, Eased
from engine.findings import Finding

MAX_ROUNDS = 40
MAX_SECONDS = 3.0  # after which the last word is taken; one look lasts at most two
_WAITS = ("attente-sans-fin", "attente-toujours")


def examine(source: bytes, *, known: Known, default_delay: str = "P15D") -> tuple[Drawing, list[Finding]]:
    """The drawing in `source` and all there is to say of it, its own findings included; DrawingRefused.

    A diagram with implementations is taken at its word: its deadlocks are faults. A sketch is not: people put a plus where
    ways come together, whether all of them come or one.
    """
    until = monotonic() + MAX_SECONDS
    eased, rounds = Eased(), 0
    while True:
        drawn = drawing.read(
            source, known_forms=known.forms or (), known_groups=known.groups or (), known_circuits=known.circuits,
            eased=eased, default_delay=default_delay,
        )  # fmt: skip
        rounds += 1
        # Rings without an end are seen at once; playing them would last as long as it may.
        rings = _rings(drawn) - eased.endless if drawn.sketch and rounds < MAX_ROUNDS else frozenset()
        if rings:
            eased = replace(eased, endless=eased.endless | rings)
            continue
        found = list(soundness(drawn.runnable))
        more = _ease(eased, found, drawn) if drawn.sketch else eased
        if more == eased or rounds > MAX_ROUNDS or monotonic() > until:
            return drawn, [*drawn.findings, *references(drawn, known), *found]
        eased = more


def _rings(drawn: Drawing) -> frozenset[str]:
    steps = [turning(net) for net in nets(drawn.runnable)]
    return frozenset(step.saved for step in steps if step is not None)


def _ease(eased: Eased, found: list[Finding], drawn: Drawing) -> Eased:
    waiting = {one.element for one in found if one.rule in _WAITS}
    endless = {one.element for one in found if one.rule == "sans-issue"}
    joins = eased.joins | waiting
    if any(one.rule == "exploration-bornee" for one in found):
        # Too large to be seen whole: an inclusive join does what a parallel one does, and never waits for ever.
        joins |= {step.saved for net in nets(drawn.runnable) for step in net.steps.values() if _joins(step)}
    return Eased(joins=joins, merges=eased.merges | (waiting & eased.joins), endless=eased.endless | endless)


def _joins(step: Step) -> bool:
    return step.tag == "parallelGateway" and len(step.into) > 1
