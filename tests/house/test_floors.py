"""Imports go down the floors, and follow the letter's journey within the trade; one package has one home."""

import re
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, Module, modules, nothing, product

PLAN = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
TRADE = "app.courrier"


def _order() -> list[str]:
    listed = re.search(r"imports only modules named before it:\n\n((?: {4}.*\n)+)", PLAN)
    assert listed, "ARCHITECTURE.md no longer lists the trade's modules in their order"
    return listed[1].split()


def _trade(name: str) -> str | None:
    found = re.match(rf"{re.escape(TRADE)}\.(\w+)", name)
    return found[1] if found else None


def _within(name: str, *homes: str) -> bool:
    return any(name == home or name.startswith(home + ".") for home in homes)


def _wrong(importer: Module, allowed: tuple[str, ...]) -> Iterator[str]:
    for line, name in importer.imports():
        if _within(name, "app", "engine", "tests", "wsgi") and not _within(name, *allowed) and name not in ("app", TRADE):
            yield f"{importer.path}:{line} imports {name}"


def test_the_engine_knows_nothing_of_the_program_round_it() -> None:
    nothing(fault for module in modules("engine") for fault in _wrong(module, ("engine",)))


def test_the_trade_stands_on_the_engine_alone() -> None:
    nothing(fault for module in modules("app/courrier") for fault in _wrong(module, ("engine", TRADE)))


def test_the_outside_knows_the_ports_and_the_errors_only() -> None:
    allowed = ("app.outside", f"{TRADE}.ports", f"{TRADE}.errors")
    nothing(fault for module in modules("app/outside") for fault in _wrong(module, allowed))


def test_only_entrances_and_wiring_know_the_outside() -> None:
    faults = [
        f"{module.path}:{line} imports {name}" for module in product() for line, name in module.imports()
        if _within(name, "app.outside") and not _within(module.name, "app.outside", "app.wiring")
    ]
    nothing(faults)


def test_the_trade_is_read_in_the_order_of_the_letter() -> None:
    order = _order()
    faults = []
    for module in modules("app/courrier"):
        here = _trade(module.name)
        if here is None:
            continue
        for line, name in module.imports():
            there = _trade(name)
            if there in order and there != here and order.index(there) > order.index(here):
                faults.append(f"{module.path}:{line} imports {there}, named after {here}")
    nothing(faults)


def test_every_module_of_the_trade_has_its_place_in_the_order() -> None:
    present = {path.stem for path in (ROOT / "app/courrier").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert present - {"__init__", "__pycache__"} <= set(_order())


HOMES = {
    "SpiffWorkflow": ("engine",),
    "sqlalchemy": ("engine", TRADE, "app.db", "app.migrations", "app.sauvegarde", "app.installation", "app.demo"),
    "alembic": ("app.migrations",),
    "flask": ("app", "app.cli", "app.web"),
    "flask_babel": ("app.web",),
    "flask_wtf": ("app.web",),
    "werkzeug": ("app.web", "app.cli"),
    "flask_sqlalchemy": ("app.db",),
    "psycopg": ("app.outside.index_postgres",),
    "pytesseract": ("app.outside.reader",),
    "pdfplumber": ("app.outside.reader",),
    "pypdfium2": ("app.outside.reader",),
    "cv2": ("app.outside.reader",),
    "fontTools": ("app.outside.reader", "app.outside.typesetter"),
    "img2pdf": ("app.outside.reader",),
    "zxingcpp": ("app.outside.reader",),
    "segno": ("app.outside.codes",),
    "PIL": ("app.outside.reader", "app.outside.signer"),
    "whoosh": ("app.outside.index_whoosh",),
    "weasyprint": ("app.outside.typesetter",),
    "pyhanko": ("app.outside.signer",),
    "fsspec": ("app.outside.vault",),
    "smtplib": ("app.outside.mailer",),
    "imapclient": ("app.outside.inbox",),
    "imaplib": ("app.outside.inbox",),
    "apscheduler": ("app.clock",),
    "huey": ("app.jobs", "app.wiring"),
    "holidays": (f"{TRADE}.delais", "app.config"),
    "argon2": (f"{TRADE}.organisation",),
}


@pytest.mark.parametrize("package", HOMES)
def test_a_package_has_one_home(package: str) -> None:
    def at_home(module: Module) -> bool:
        homes = HOMES[package]
        return module.name == "app" if "app" in homes and module.name == "app" else _within(module.name, *(set(homes) - {"app"}))

    faults = [
        f"{module.path}:{line}" for module in product() for line, name in module.imports()
        if _within(name, package) and not at_home(module)
    ]
    nothing(faults)


def test_only_the_database_module_commits() -> None:
    faults = [
        f"{module.path}:{number}" for module in product() if module.name != "app.db"
        for number, line in enumerate(module.text.splitlines(), 1) if re.search(r"session(\(\))?\.commit\(", line)
    ]
    nothing(faults)


# FEEL has a present of its own; the trade gives it the transaction's, here it is what a bare expression falls back on.
OWN_PRESENT = "engine.expressions.builtins.moments"


def test_below_the_entrances_nobody_looks_at_the_clock() -> None:
    faults = [
        f"{module.path}:{number}" for module in modules("engine", "app/courrier") if module.name != OWN_PRESENT
        for number, line in enumerate(module.text.splitlines(), 1)
        if re.search(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(", line)
    ]
    nothing(faults)
