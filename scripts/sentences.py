"""Babel extractors: the docstrings of error classes, the French sentences that code keeps as values, the rules of tables.

In a file named errors.py every class docstring is a message; elsewhere, what is given as `template=`, `mend=`, `quoi=`,
`action=` or `explication=`, said by a `Phrase` or an error that takes whole sentences, or put in a mapping of errors by field.
"""

import ast
import html
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import BinaryIO

KEYWORDS = {"template", "mend", "quoi", "action", "explication"}
SPEAKERS = {"GesteRefuse", "SaisieRefusee", "Illisible", "Wrong", "Phrase", "motif", "ReleveImpossible", "PriseImpossible",
            "TokenRefused"}
BY_FIELD = {"erreurs", "errors", "CHAMPS"}
_KEY = re.compile(r"[\w.:-]*|[\s,]*")
_DESCRIPTION = re.compile(r"<description>(.+)</description>")
Named = Mapping[str, list[ast.expr]]


def extract(source: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield (line, function, message, comments), as Babel asks; its own keywords and options mean nothing here."""
    tree = ast.parse(source.read())
    errors, named = PurePath(getattr(source, "name", "")).name == "errors.py", dict(_named(tree))
    for node in ast.walk(tree):
        if errors and isinstance(node, ast.ClassDef) and (said := ast.get_docstring(node)):
            yield node.lineno, None, " ".join(said.split()), []
        yield from ((line, None, text, []) for value in _spoken(node) for line, text in _sentences(value, named))


def tables(source: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """The words of each rule of a shipped decision table: they are shown as the reason of a proposal."""
    for number, line in enumerate(source.read().decode("utf-8").splitlines(), start=1):
        if said := _DESCRIPTION.search(line):
            yield number, None, html.unescape(said[1]), []


def _spoken(node: ast.AST) -> list[ast.expr]:
    """The values that this node shows to people."""
    if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
        return [*node.args, *(keyword.value for keyword in node.keywords)]
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        target = target.value if isinstance(target, ast.Subscript) else target
        return [node.value] if isinstance(target, ast.Name) and target.id in BY_FIELD else []
    return []


def _named(tree: ast.Module) -> Iterator[tuple[str, list[ast.expr]]]:
    """What the names of a module stand for: constants, and what its functions return."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, [node.value]
        elif isinstance(node, ast.FunctionDef):
            yield node.name, [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]


def _sentences(value: ast.AST, named: Named) -> Iterator[tuple[int, str]]:
    """The sentences of a value: not its keys, its conditions, nor what is filled on the spot with more than constants."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and not _KEY.fullmatch(value.value):
        yield value.lineno, value.value
    elif isinstance(value, ast.Name):
        others = {name: values for name, values in named.items() if name != value.id}
        for one in named.get(value.id, []):
            yield from _sentences(one, others)
    elif isinstance(value, ast.JoinedStr):
        pieces = [_piece(piece, named) for piece in value.values]
        if None not in pieces:
            yield value.lineno, "".join(map(str, pieces))
    elif not isinstance(value, ast.Compare):
        for part in _parts(value):
            yield from _sentences(part, named)


def _piece(piece: ast.AST, named: Named) -> str | int | None:
    """A piece of an f-string, when it is always the same."""
    if isinstance(piece, ast.FormattedValue) and isinstance(piece.value, ast.Name) and piece.format_spec is None:
        return next((_piece(one, {}) for one in named.get(piece.value.id, [])), None)
    return piece.value if isinstance(piece, ast.Constant) and isinstance(piece.value, (str, int)) else None


def _parts(value: ast.AST) -> Iterator[ast.AST]:
    if isinstance(value, ast.Dict):
        yield from value.values
    elif isinstance(value, ast.IfExp):
        yield from (value.body, value.orelse)
    else:
        yield from ast.iter_child_nodes(value)
