"""Modules and functions stay small, say what they are for, and hide no work to be done."""

import ast
import re

from tests.house.sources import modules, nothing, product

MODULE, FUNCTION = 300, 40
MEASURED = ("engine", "app", "tests", "scripts")


def _all() -> list[tuple[str, int]]:
    return [(str(module.path), module.text.count("\n")) for module in modules(*MEASURED) if "versions" not in module.path.parts]


def test_a_module_is_read_in_one_sitting() -> None:
    nothing(f"{path}: {lines} lines" for path, lines in _all() if lines > MODULE)


def test_a_function_fits_on_a_screen() -> None:
    faults = [
        f"{module.path}:{node.lineno} {node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for module in product() for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ]
    nothing(faults)


def test_every_module_opens_with_a_sentence() -> None:
    faults = []
    for module in modules(*MEASURED):
        first = (ast.get_docstring(module.tree) or "").split("\n\n")[0]
        if not re.search(r"[.!?…:]$", first):
            faults.append(str(module.path))
    nothing(faults)


def test_nothing_is_left_to_do_nor_switched_off() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|pytest\.mark\.(skip|xfail)\b")
    faults = [
        f"{module.path}:{number}: {line.strip()}" for module in modules(*MEASURED) if module.path.parts[:2] != ("tests", "house")
        for number, line in enumerate(module.text.splitlines(), 1) if marks.search(line)
    ]
    nothing(faults)


# Not values: what is being built, changed in place by many hands.
WORKBENCHES = {"engine.drawing.model": "Draft", "engine.decisions.compiling": "Compiler"}


def test_values_are_frozen_and_named() -> None:
    faults = []
    for module in product():
        for node in (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)):
            said = "".join(ast.unparse(mark) for mark in node.decorator_list if ast.unparse(mark).startswith("dataclass"))
            value = "frozen=True" in said and "kw_only=True" in said
            if said and not value and WORKBENCHES.get(module.name) != node.name:
                faults.append(f"{module.path}:{node.lineno} {node.name}")
    nothing(faults)
