"""Files spoilt by chance: each is read or refused in French, none takes the reader with it (`make hostile` gives thousands)."""

from concurrent.futures import ThreadPoolExecutor

from app.courrier.errors import Illisible
from app.outside.reader import Limites, Reader
from tests.hostile import samples

SPOILT = 20


def test_every_spoilt_file_has_a_verdict() -> None:
    reader = Reader(Limites(memoire=768 << 20, cpu_par_page=10, silence=30, duree=60, ocr_par_page=10, ouvriers=1))

    def verdict(sample: samples.Sample) -> str:
        try:
            reader.read(sample[1])
        except Illisible as refusal:
            return str(refusal)
        return "lu"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(verdict, samples.mutations(SPOILT)))
    assert len(said) == SPOILT
    assert "lu" in said
    assert all(text == "lu" or text.endswith((".", "EML).")) for text in said)
    assert len(set(said)) > 4
