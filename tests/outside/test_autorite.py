"""The demo's authority makes its keys once, for itself alone, and a new certificate when one is called for."""

import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.courrier.ports import Signataire
from app.outside.autorite import Autorite

MIDI = datetime(2026, 10, 3, 10, 5, tzinfo=UTC)
JEAN = Signataire(cle="jean", nom="Jean Prévost", qualite="Maire de Saint-Aubin-des-Prés")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "privees"


@pytest.fixture
def autorite(folder: Path) -> Autorite:
    return Autorite(folder, organisme="Mairie de Saint-Aubin-des-Prés")


def test_keys_are_closed_to_others_and_made_once(autorite: Autorite, folder: Path) -> None:
    autorite.identite(JEAN, now=MIDI)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    keys = sorted(folder.glob("*.pem"))
    assert len(keys) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    again = Autorite(folder, organisme="Mairie de Saint-Aubin-des-Prés")
    assert again.exporter(now=MIDI) == autorite.exporter(now=MIDI)
    assert b"PRIVATE" not in autorite.exporter(now=MIDI)
    assert again.identite(JEAN, now=MIDI).certificat == autorite.identite(JEAN, now=MIDI).certificat


def test_several_processes_start_with_one_authority(tmp_path: Path) -> None:
    made: list[bytes] = []

    def start() -> None:
        made.append(Autorite(tmp_path / "ca", organisme="Mairie").exporter(now=MIDI))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(set(made))) == (4, 1)


def test_a_new_quality_or_an_old_certificate_makes_a_new_one(autorite: Autorite) -> None:
    anne = Signataire(cle="anne2", nom="Anne Lemoine", qualite="Adjointe")
    first = autorite.identite(anne, now=MIDI).certificat
    promoted = autorite.identite(Signataire(cle="anne2", nom="Anne Lemoine", qualite="Première adjointe"), now=MIDI).certificat
    later = autorite.identite(Signataire(cle="anne2", nom="Anne Lemoine", qualite="Première adjointe"),
                              now=MIDI + timedelta(days=365 * 4)).certificat
    assert len({c.serial_number for c in (first, promoted, later)}) == 3


def test_a_name_from_anywhere_is_no_path(autorite: Autorite, folder: Path) -> None:
    intrus = Signataire(cle="../../etc/x", nom="A" * 200, qualite="")
    assert autorite.identite(intrus, now=MIDI).certificat.issuer == autorite.certificat(now=MIDI).subject
    assert {path.parent for path in folder.parent.rglob("*.pem")} == {folder}
