"""Every text that a page or an error can show has its English; `make messages` gathers those to translate."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.house.sources import ROOT, nothing

COMMAND = ["-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-k", "_l", "-k", "_n:1,2", "-o"]
FIELDS = re.compile(r"%\(\w+\)\w|\{\w*\}")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    path = tmp_path_factory.mktemp("textes") / "messages.pot"
    subprocess.run([sys.executable, *COMMAND, str(path), "."], cwd=ROOT, check=True, capture_output=True)
    return _read(path)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return _read(ROOT / "app/translations/en/LC_MESSAGES/messages.po")


def _read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="en")


def _texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string,)


def test_nothing_is_left_untranslated(wanted: Catalog, english: Catalog) -> None:
    missing = [message.id for message in wanted if message.id and not (
        (said := english.get(message.id if isinstance(message.id, str) else message.id[0])) and all(_texts(said)))]
    nothing(str(text) for text in missing)


def test_nothing_is_translated_that_is_no_longer_said(wanted: Catalog, english: Catalog) -> None:
    said = {message.id if isinstance(message.id, str) else message.id[0] for message in wanted}
    nothing(message.id for message in english if (message.id if isinstance(message.id, str) else message.id[0]) not in said)


def test_a_translation_keeps_the_places_to_fill(english: Catalog) -> None:
    wrong = []
    for message in english:
        places = set(FIELDS.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        wrong += [text for text in _texts(message) if message.id and text and not set(FIELDS.findall(text)) <= places]
    nothing(wrong)
