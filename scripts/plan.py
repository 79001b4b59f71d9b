"""Write the last section of ARCHITECTURE.md: one line a file, its own first sentence."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "ARCHITECTURE.md"
TITLE = "## One line a file\n"


def lines() -> list[str]:
    """A line a module, in the order of the tree; a folder's own line comes first."""
    paths = [path for folder in ("engine", "app") for path in sorted((ROOT / folder).rglob("*.py"), key=_key)]
    kept = [path for path in paths if not {"node_modules", "versions"} & set(path.parts)]
    return [f"- `{path.relative_to(ROOT).as_posix().removesuffix('__init__.py')}` {_said(path)}" for path in kept]


def section() -> str:
    """The whole section."""
    return TITLE + "\n" + "\n".join(lines()) + "\n"


def _key(path: Path) -> tuple[str, ...]:
    return tuple("" if part == "__init__.py" else part for part in path.parts)


def _said(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


if __name__ == "__main__":
    before = PLAN.read_text("utf-8").partition(TITLE)[0].rstrip() + "\n\n"
    PLAN.write_text(before + section(), "utf-8")
    sys.stdout.write(f"{len(lines())} files\n")
