"""A Babel extractor: the docstrings of error classes, and the French sentences that code keeps as values.

In a file named errors.py every class docstring is a message; elsewhere, what is given as `template=` or `mend=`.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

KEYWORDS = {"template", "mend"}


def extract(source: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield (line, function, message, comments), as Babel asks; its own keywords and options mean nothing here."""
    tree = ast.parse(source.read())
    errors = PurePath(getattr(source, "name", "")).name == "errors.py"
    for node in ast.walk(tree):
        if errors and isinstance(node, ast.ClassDef) and (said := ast.get_docstring(node)):
            yield node.lineno, None, " ".join(said.split()), []
        elif isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            yield from ((leaf.lineno, None, leaf.value, []) for leaf in ast.walk(node.value) if _sentence(leaf))


def _sentence(leaf: ast.AST) -> bool:
    return isinstance(leaf, ast.Constant) and isinstance(leaf.value, str) and bool(leaf.value.strip())
