"""Files spoilt by chance: each is read or refused in French, none takes the reader with it (`make hostile` gives thousands)."""

from pathlib import Path

import pytest

from app.courrier.errors import Illisible
from app.outside.reader import Limites, Reader
from app.outside.vault import Vault
from tests.hostile import giving, samples

SPOILT = 20
LIMITES = Limites(memoire=768 << 20, cpu_par_page=10, silence=30, duree=60, ocr_par_page=10, ouvriers=1)


def test_every_spoilt_file_has_a_verdict_and_is_kept(tmp_path: Path) -> None:
    vault = Vault(tmp_path.as_uri())
    ends = list(giving.give(samples.mutations(SPOILT), vault, workers=2, limites=LIMITES))
    assert len(ends) == SPOILT
    assert {end.kind for end in ends} == {"read", "refused"}
    assert len({end.reason for end in ends}) > 4
    assert all(giving.kept(vault, end.sha256) for end in ends)


FAULTS = {RuntimeError("x"): "dead", Illisible(motif="PdfError: no xref."): "unworded", Illisible(motif="trop lourd"): "unworded"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_or_a_librarys_words_are_no_verdict(fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Reader, "read", fails)
    [end] = giving.give(samples.mutations(1), Vault(tmp_path.as_uri()), workers=1)
    assert end.kind == FAULTS[fault]
