"""A real Chromium, and what axe-core finds wrong on a page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / "app/web/assets/node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium; one at a time in a process, as Playwright's synchronous tools want it."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def faults(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe-core finds wrong by these rules or tags; a drawing's shapes are left out, its page says the same in words."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({exclude: ['.djs-container .viewport']}, {runOnly: rules})", list(rules))
    return [f"{fault['id']} : {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]]
