"""The project's own Python, parsed once for all the rules."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"node_modules", "__pycache__", ".venv"}


@dataclass(frozen=True)
class Module:
    """A file: its path from the root, its text, its tree."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, str(self.path))

    @property
    def name(self) -> str:
        """Its dotted name."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self) -> str:
        """The dotted name its relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every dotted name it imports, with its line; those for type checkers only are left out."""
        for node in _executed(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    up = self.package.split(".")
                    base = ".".join([*up[: len(up) - node.level + 1], *filter(None, [node.module])])
                # «from app.courrier import journal» imports the module as much as the package.
                yield node.lineno, base
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def nothing(faults: Iterable[str]) -> None:
    """Fail with every fault on a line of its own."""
    listed = list(faults)
    assert not listed, "\n" + "\n".join(listed)


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            continue
        yield node
        yield from _executed(node)


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All modules of these folders."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if not SKIPPED & set(path.parts)]
    return tuple(Module(path=path.relative_to(ROOT), text=path.read_text("utf-8")) for path in paths)


def product() -> tuple[Module, ...]:
    """What runs in production, past migrations left out: a revision is never touched again."""
    return tuple(module for module in modules("engine", "app") if "versions" not in module.path.parts)
