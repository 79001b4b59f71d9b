"""Wrong letters for each that was printed: the reader beside bare tesseract, on clean, bad, photographed and old pages."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
from PIL import Image

from app.outside.reader import Limites, Reader
from tests.bench import degrading, printing
from tests.bench.figures import Figure
from tests.bench.reading import ONE_THREAD
from tests.bench.town import Bench

KINDS = {"clean": "clean scans", "bad": "bad scans", "photo": "photographs", "old": "old typescripts"}
_AIMED = ("bad", "photo")
# The reader was tuned on the first half of the texts, with seeds below a hundred; the bench measures the second.
_FIRST_SEED = 100
_SAME_SIGN = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "«": '"', "»": '"', "“": '"', "”": '"'})


def measure(bench: Bench) -> Iterator[Figure]:
    """Twelve pages of each kind, read twice: by us, and by `tesseract page - -l fra` as it comes."""
    texts = printing.TEXTS[len(printing.TEXTS) // 2 :]
    for kind, name in KINDS.items():
        cases = [(texts[number % len(texts)], _FIRST_SEED + number) for number in range(bench.many(12, 2))]
        ours, bare = rates(kind, cases, bench.folder)
        yield Figure(key=f"cer_{kind}_tesseract", what=f"{name}: wrong letters, bare tesseract", value=bare, unit="%")
        yield Figure(key=f"cer_{kind}", what=f"{name}: wrong letters, the reader", value=ours, unit="%",
                     target="≤ 0.3" if kind in _AIMED else f"≤ {bare + 0.1:.2f}")  # fmt: skip


def rates(kind: str, cases: list[tuple[str, int]], folder: Path) -> tuple[float, float]:
    """Wrong letters in a hundred over all the pages, ours and bare tesseract's; each case is a text and a seed."""
    reader = Reader(Limites(ouvriers=1))

    def wrong(case: tuple[str, int]) -> tuple[int, int]:
        text, seed = case
        path = page(kind, text, seed, folder)
        return distance(plain(_ours(reader, path)), plain(text)), distance(plain(_bare(path)), plain(text))

    with ThreadPoolExecutor(2) as pool:
        mistakes = list(pool.map(wrong, cases))
    letters = sum(len(plain(text)) for text, _ in cases)
    return 100 * sum(ours for ours, _ in mistakes) / letters, 100 * sum(bare for _, bare in mistakes) / letters


def page(kind: str, text: str, seed: int, folder: Path) -> Path:
    """One page of a kind, as the file that its machine makes."""
    dpi = (200, 300)[seed % 2] if kind in ("clean", "photo") else (200, 240, 300)[seed % 3]
    sheet = printing.typed(text, seed, dpi) if kind == "old" else printing.printed(text, seed, dpi)
    spoilt = Image.fromarray(degrading.WAYS[kind](sheet, numpy.random.default_rng(seed)))
    path = folder / f"{kind}-{seed}.{'jpg' if kind == 'photo' else 'png'}"
    if kind == "photo":
        spoilt.save(path, quality=90)
    else:
        spoilt.save(path, dpi=(dpi, dpi))
    return path


def plain(text: str) -> str:
    """Blanks made one, and the signs that stand for one another made the same."""
    return " ".join(text.translate(_SAME_SIGN).split())


def distance(read: str, printed: str) -> int:
    """Letters to change, add or take away (Levenshtein), a row at a time."""
    wanted = numpy.array([ord(letter) for letter in printed])
    places = numpy.arange(len(printed) + 1)
    row = places
    for number, letter in enumerate(read, start=1):
        best = numpy.minimum(row[1:] + 1, row[:-1] + (wanted != ord(letter)))
        # Letters of the print that were not read: each place may follow any before it.
        row = numpy.minimum.accumulate(numpy.concatenate(([number], best)) - places) + places
    return int(row[-1])


def _ours(reader: Reader, path: Path) -> str:
    return "\n".join(page.texte for page in reader.read(path.read_bytes()).pages)


def _bare(path: Path) -> str:
    command = ["tesseract", path, "-", "-l", "fra"]
    return subprocess.run(command, env=ONE_THREAD, check=True, capture_output=True, text=True).stdout
