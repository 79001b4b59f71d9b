"""ARCHITECTURE.md tells every file in its own words; `make plan` writes it again."""

from scripts import plan
from tests.house.sources import nothing


def test_every_file_has_its_line() -> None:
    written = plan.PLAN.read_text("utf-8").partition(plan.TITLE)[2].split("\n")
    nothing(line for line in plan.lines() if line not in written)


def test_no_line_is_about_a_file_that_is_gone() -> None:
    written, told = plan.PLAN.read_text("utf-8").partition(plan.TITLE)[2].split("\n"), set(plan.lines())
    nothing(line for line in written if line.startswith("- `") and line not in told)
