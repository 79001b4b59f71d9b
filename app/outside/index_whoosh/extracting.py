"""A few words of a text round those found, escaped first and marked after."""

import html
from collections.abc import Callable

from app.outside.index_whoosh.analysis import spans, stem

_LARGEUR = 240  # characters
_AVANT = 60


def extract(text: str, wanted: Callable[[str, str], bool]) -> str:
    """The stretch that holds the most different words found; the beginning of the text when it holds none."""
    found = [(start, end, stem(word)) for start, end, word in spans(text) if wanted(word, stem(word))]
    begin = _best(found)
    start = max(begin - _AVANT, 0)
    if start:
        start = text.find(" ", start, begin) + 1 or start
    end = min(start + _LARGEUR, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), begin + 1) if " " in text[start:end] else end
    pieces, at = [], start
    for first, last, _ in found:
        if first >= at and last <= end:
            pieces += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
            at = last
    body = " ".join("".join([*pieces, html.escape(text[at:end])]).split())
    return ("… " if start else "") + body + (" …" if end < len(text) else "")


def _best(found: list[tuple[int, int, str]]) -> int:
    """Where the stretch with the most different roots begins."""
    best, most = 0, 0
    for index, (start, _, _) in enumerate(found[:500]):
        inside = {root for first, last, root in found[index : index + 30] if last <= start + _LARGEUR - _AVANT}
        if len(inside) > most:
            best, most = start, len(inside)
    return best
