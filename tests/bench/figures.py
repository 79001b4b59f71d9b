"""What was measured: its name, its value, what it should reach; printed as a table, then as one line of JSON."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure; `key` is its name in the JSON line, `target` what design asks of it, in words."""

    key: str
    what: str
    value: float | None
    unit: str = ""
    target: str = ""


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` % of `values` do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * share // 100)]


def spread(key: str, what: str, seconds: Sequence[float], *, targets: tuple[str, str] = ("", "")) -> list[Figure]:
    """The 50th and 95th percentiles of durations, in milliseconds."""
    return [
        Figure(key=f"{key}_p{share}_ms", what=f"{what}, p{share}", unit="ms", target=target,
               value=percentile(seconds, share) * 1000)
        for share, target in zip((50, 95), targets, strict=True)
    ]  # fmt: skip


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times longer ours took, by medians of one interleaved run."""
    return statistics.median(ours) / statistics.median(theirs)


def line(figure: Figure) -> str:
    """A row of the table."""
    value = "absent" if figure.value is None else f"{figure.value:,.2f}".rstrip("0").rstrip(".")
    return f"{figure.what:76} {value:>12} {figure.unit:9} {figure.target}".rstrip()


def as_json(figures: Iterable[Figure]) -> str:
    """Every figure by its key, on one line."""
    return json.dumps({one.key: None if one.value is None else round(one.value, 3) for one in figures})
