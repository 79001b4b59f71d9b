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


def test_scripts_say_what_they_do_to_the_user_in_french() -> None:
    plain = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", plain, re.MULTILINE)
    assert targets
    assert {"run", "test", "bench", "lint", "fmt"} <= set(targets[1].split())
