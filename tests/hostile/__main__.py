"""`python -m tests.hostile FOLDER [MUTATIONS [SEED]]`: give every hostile file to the reader; the last line is one JSON object.

FOLDER keeps the archives between two runs. A file that ends otherwise than read or refused in French is named, and the exit is 1.
"""

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from app.courrier.errors import Illisible
from app.outside.reader import Limites, Reader
from app.outside.vault import Vault
from tests.hostile import samples

LIMITES = Limites(memoire=1 << 30, cpu_par_page=20, silence=60, duree=120, ocr_par_page=15, ouvriers=1, pages=200)
MARGIN = 15.0


def main(folder: Path, mutations: int, seed: int) -> int:
    """Read them all, two at once; print what became of them."""
    vault, reader = Vault((folder / "coffre").as_uri()), Reader(LIMITES)

    def verdict(sample: samples.Sample) -> tuple[str, str]:
        name, data = sample
        kept, began = vault.put(data), time.monotonic()
        end, reason = _verdict(reader, data)
        if time.monotonic() - began > LIMITES.duree + MARGIN:
            end, reason = "dawdled", f"{time.monotonic() - began:.0f} s"
        if vault.get(kept.sha256) != data:
            end, reason = "lost", kept.sha256
        if end not in ("read", "refused"):
            print(f"{end}: {name}: {reason}", flush=True)
        return end, reason

    given = chain(samples.archives(folder), samples.messages(), samples.mutations(mutations, seed))
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        ends = list(pool.map(verdict, given))
    for reason, count in Counter(reason for end, reason in ends if end == "refused").most_common():
        print(f"{count:6d}  {reason}")
    counted = Counter(end for end, _ in ends)
    print(json.dumps({"files": len(ends), **{end: counted[end] for end in ("read", "refused", "dead", "dawdled", "lost")}}))
    return 1 if counted["dead"] or counted["dawdled"] or counted["lost"] else 0


def _verdict(reader: Reader, data: bytes) -> tuple[str, str]:
    try:
        reader.read(data)
        return "read", ""
    except Illisible as refusal:
        return "refused", str(refusal)
    except Exception as fault:
        return "dead", repr(fault)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), *(int(text) for text in [*sys.argv[2:], *("2000", "1")[len(sys.argv) - 2 :]])))
