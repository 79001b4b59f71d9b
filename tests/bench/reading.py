"""Pages read a second: by one worker, by two, beside as many bare tesseracts on the same pages in turns; digital pages."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from app.outside.reader import Limites, Reader
from tests.bench.figures import Figure
from tests.bench.town import Bench
from tests.letters import imprimer

ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}


def measure(bench: Bench) -> Iterator[Figure]:
    """Files of several pages at 200 dots an inch, straight ones then ordinary scans, which the reader looks at twice."""
    # A worker reads one page at a time here, so that one and two of them can be told apart.
    reader, rounds, pages = Reader(Limites(ouvriers=1)), bench.many(3, 1), bench.many(4, 2)
    sheets = [imprimer.pages(name)[0] for name in imprimer.NAMES[:pages]]
    scans = [imprimer.clean(sheet, seed) for seed, sheet in enumerate(sheets)]
    straight, leaning = imprimer.scanned_pdf(sheets), imprimer.scanned_pdf(scans)
    files = [_saved(bench.folder / f"page{number}.png", sheet) for number, sheet in enumerate(sheets)]
    ways: dict[str, Callable[[], float]] = {
        "tesseract_1": lambda: _rate(_tesseract, files, 1), "reader_1": lambda: _rate(reader.read, [straight], 1, pages=pages),
        "tesseract_2": lambda: _rate(_tesseract, files * 2, 2),
        "reader_2": lambda: _rate(reader.read, [straight] * 2, 2, pages=pages),
        "scans_1": lambda: _rate(reader.read, [leaning], 1, pages=pages),
        "scans_2": lambda: _rate(reader.read, [leaning] * 2, 2, pages=pages),
    }  # fmt: skip
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            rates[name].append(way())
    yield from _told({name: statistics.harmonic_mean(some) for name, some in rates.items()})
    yield from _digital(bench, reader)


_NAMES = {
    "tesseract_1": "bare tesseract, one at a time", "tesseract_2": "bare tesseract, two at once",
    "reader_1": "straight pages read by one worker", "reader_2": "straight pages read by two workers",
    "scans_1": "leaning scans read by one worker, two looks each", "scans_2": "leaning scans read by two workers, two looks each",
}  # fmt: skip


def _told(speed: Mapping[str, float]) -> Iterator[Figure]:
    for name, what in _NAMES.items():
        yield Figure(key=f"{name}_pages_s", what=what, value=speed[name], unit="pages/s")
    for name, what in (("tesseract", "bare tesseract"), ("reader", "straight pages"), ("scans", "leaning scans")):
        yield Figure(key=f"{name}_linear", what=f"{what}: two at once against twice one",
                     value=speed[f"{name}_2"] / (2 * speed[f"{name}_1"]),
                     target="" if name == "tesseract" else "≥ 0.9")  # fmt: skip
    for workers in (1, 2):
        yield Figure(key=f"reader_{workers}_ratio", what=f"straight pages, {workers} at once: against as many tesseracts",
                     value=speed[f"reader_{workers}"] / speed[f"tesseract_{workers}"], target="≥ 0.9")  # fmt: skip


def _saved(path: Path, sheet: imprimer.Picture) -> Path:
    Image.fromarray(sheet).save(path, dpi=(imprimer.DPI, imprimer.DPI))
    return path


def _tesseract(page: Path) -> None:
    command = ["tesseract", page, "stdout", "-l", "fra", "--dpi", str(imprimer.DPI), "tsv"]
    subprocess.run(command, env=ONE_THREAD, check=True, capture_output=True)


def _rate(read: Callable[..., object], files: Sequence[object], workers: int, *, pages: int = 1) -> float:
    """Pages a second, `pages` a file."""
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(read, files))
    return len(files) * pages / (time.perf_counter() - began)


def _digital(bench: Bench, reader: Reader) -> Iterator[Figure]:
    """A file with a text layer, which tesseract never sees."""
    joined = pikepdf.new()
    for _ in range(bench.many(5, 1)):
        for name in imprimer.NAMES:
            joined.pages.extend(pikepdf.open(BytesIO(imprimer.pdf(name))).pages)
    target = BytesIO()
    joined.save(target)
    began = time.perf_counter()
    pages = reader.read(target.getvalue()).pages
    took = time.perf_counter() - began
    yield Figure(key="digital_pages_s", what=f"digital pages read ({len(pages)} in one file)", value=len(pages) / took,
                 unit="pages/s")  # fmt: skip
    read = sum(page.source == "ocr" for page in pages)
    yield Figure(key="digital_pages_ocr", what="of them, pages given to tesseract", value=read, target="0")
