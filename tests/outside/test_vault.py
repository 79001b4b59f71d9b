"""The vault keeps originals byte for byte, once each, and nothing outside its folder."""

import hashlib
import io
import threading
from pathlib import Path

import pytest

from app.courrier.errors import Introuvable
from app.outside.vault import Vault

LETTRE = "Madame le Maire, j’ai l’honneur…".encode() + bytes(range(256)) * 9000


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "documents").as_uri())


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("as_file", [False, True])
def test_bytes_come_back_as_they_went_in(vault: Vault, as_file: bool) -> None:
    kept = vault.put(io.BytesIO(LETTRE) if as_file else LETTRE)
    assert (kept.sha256, kept.taille) == (hashlib.sha256(LETTRE).hexdigest(), len(LETTRE))
    assert vault.get(kept.sha256) == LETTRE
    assert vault.has(kept.sha256)
    assert vault.verify(kept.sha256)
    with vault.open(kept.sha256) as source:
        assert source.read(6) == b"Madame"


def test_the_same_file_twice_is_kept_once(vault: Vault, tmp_path: Path) -> None:
    assert vault.put(LETTRE) == vault.put(LETTRE)
    assert len(files(tmp_path)) == 1


def test_an_empty_file_is_kept_too(vault: Vault) -> None:
    assert vault.get(vault.put(b"").sha256) == b""


def test_several_agents_putting_the_same_file_leave_one_good_copy(vault: Vault, tmp_path: Path) -> None:
    threads = [threading.Thread(target=vault.put, args=(LETTRE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in files(tmp_path)] == [LETTRE]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "0" * 64 + "\n", "/" * 64, "0" * 60 + "/../"]
)
def test_only_a_digest_is_a_name(vault: Vault, name: str) -> None:
    assert not vault.has(name)
    with pytest.raises(Introuvable):
        vault.get(name)


def test_what_was_never_kept_is_not_found(vault: Vault) -> None:
    assert not vault.has("0" * 64)
    with pytest.raises(Introuvable, match="fichier d’origine"):
        vault.open("0" * 64)


def test_damage_is_seen_and_healed_by_the_same_original(vault: Vault, tmp_path: Path) -> None:
    digest = vault.put(LETTRE).sha256
    [path] = files(tmp_path)
    path.write_bytes(LETTRE[:-1] + b"?")
    assert not vault.verify(digest)
    vault.put(LETTRE)
    assert vault.verify(digest)


def test_a_deposit_that_breaks_leaves_nothing_behind(vault: Vault, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError("scanner unplugged")
            return super().read(size)[:1000]

    with pytest.raises(OSError, match="unplugged"):
        vault.put(Broken(LETTRE))
    assert files(tmp_path) == []


def test_folders_and_files_are_closed_to_others(vault: Vault, tmp_path: Path) -> None:
    vault.put(LETTRE)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "documents").rglob("*"))


def test_any_fsspec_store_will_do() -> None:
    vault = Vault("memory://coffre/documents")
    kept = vault.put(LETTRE)
    assert vault.put(io.BytesIO(LETTRE)) == kept
    assert vault.get(kept.sha256) == LETTRE
    assert vault.verify(kept.sha256)
    assert not vault.has("0" * 64)
