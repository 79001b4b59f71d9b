"""What is shipped beside the code keeps the rules of the house too."""

import re

from tests.house.sources import ROOT, nothing


def test_lock_files_name_no_host() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    lock = (ROOT / "app/web/assets/package-lock.json").read_text("utf-8")
    assert "://" not in pins
    # The addresses left there are those where a package's authors may be thanked.
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_versions_are_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    assert lines
    nothing(line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line))


def test_every_circuit_shipped_has_its_own_tests() -> None:
    circuits = sorted(path.stem for path in (ROOT / "processes").glob("*.bpmn"))
    assert circuits
    nothing(name for name in circuits if not (ROOT / f"tests/circuits/test_{name}.py").exists())


def test_the_commands_promised_are_there_and_no_other_is_named() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert named
    assert {"run", "test", "bench", "lint", "fmt"} <= set(named[1].split())
    nothing(target for target in named[1].split() if not re.search(rf"^{target}:(?! [A-Z]+ =)", makefile, re.MULTILINE))


def test_what_the_readme_shows_is_there() -> None:
    shown = re.findall(r"\]\((?!\w+://)([^)#]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert shown
    nothing(path for path in shown if not (ROOT / path).exists())
