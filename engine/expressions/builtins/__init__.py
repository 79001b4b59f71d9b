"""The built-in functions of DMN, by name."""

from engine.expressions.builtins import (  # noqa: F401 - each import fills the table
    contexts,
    conversions,
    listing,
    moments,
    numbers,
    ranges,
    spans,
    statistics,
    strings,
)
from engine.expressions.builtins.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin"]
