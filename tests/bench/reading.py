"""Pages read a second: the reader with one and two workers against tesseract alone on the same pages, and digital pages."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from app.outside.reader import Reader
from tests.bench.figures import Figure
from tests.bench.town import Bench
from tests.letters import imprimer

ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}


def measure(bench: Bench) -> Iterator[Figure]:
    """Good scans at 200 dots an inch; each way reads the same pages, the ways taking turns."""
    count = bench.many(6, 2)
    sheets = [imprimer.clean(imprimer.pages(name)[0], seed) for seed, name in enumerate(imprimer.NAMES[:count])]
    files = [_saved(bench.folder / f"page{number}.png", sheet) for number, sheet in enumerate(sheets)]
    scans, reader = [imprimer.scanned_pdf([sheet]) for sheet in sheets], Reader()
    rates: dict[str, list[float]] = {}
    for half in range(0, count, 2):
        some = slice(half, half + 2)
        for workers in (1, 2):
            rates.setdefault(f"tesseract_{workers}", []).append(_rate(_tesseract, files[some], workers))
            rates.setdefault(f"reader_{workers}", []).append(_rate(reader.read, scans[some], workers))
    # A mean of rates over equal loads is their harmonic mean: pages over seconds.
    mean = {name: len(some) / sum(1 / one for one in some) for name, some in rates.items()}
    for workers in (1, 2):
        yield Figure(key=f"tesseract_{workers}_pages_s", what=f"tesseract alone, {workers} at once", value=mean[f"tesseract_{workers}"],
                     unit="pages/s")  # fmt: skip
        yield Figure(key=f"reader_{workers}_pages_s", what=f"scans read, {workers} at once", value=mean[f"reader_{workers}"],
                     unit="pages/s")  # fmt: skip
        yield Figure(key=f"reader_{workers}_ratio", what=f"scans read, {workers} at once: against {workers} × one tesseract",
                     value=mean[f"reader_{workers}"] / workers / mean["tesseract_1"], target="≥ 0.9")  # fmt: skip
    yield from _digital(bench, reader)


def _saved(path: Path, sheet: imprimer.Picture) -> Path:
    Image.fromarray(sheet).save(path, dpi=(imprimer.DPI, imprimer.DPI))
    return path


def _tesseract(page: Path) -> None:
    command = ["tesseract", page, "stdout", "-l", "fra", "--dpi", str(imprimer.DPI), "tsv"]
    subprocess.run(command, env=ONE_THREAD, check=True, capture_output=True)


def _rate(read: Callable[..., object], pages: Sequence[object], workers: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(read, pages))
    return len(pages) / (time.perf_counter() - began)


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
    yield Figure(key="digital_pages_s", what=f"digital pages read ({len(pages)} in one file)", value=len(pages) / took, unit="pages/s")
    read = sum(page.source == "ocr" for page in pages)
    yield Figure(key="digital_pages_ocr", what="of them, pages given to tesseract", value=read, target="0")
