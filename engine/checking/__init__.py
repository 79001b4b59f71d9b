"""Checks a drawing before it is deployed: all its faults at once, each with its element and what shows it."""

from engine.checking.examining import examine
from engine.checking.references import Known, references
from engine.checking.soundness import soundness
from engine.drawing import Drawing
from engine.findings import Finding

__all__ = ["Known", "check", "examine"]


def check(drawing: Drawing, *, known: Known) -> list[Finding]:
    """Faults that reading alone does not show; those of `drawing.findings` are not repeated."""
    return [*references(drawing, known), *soundness(drawing.runnable)]
