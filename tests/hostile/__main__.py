"""`python -m tests.hostile FOLDER [MUTATIONS [SEED]]`: give every hostile file to the reader; the last line is one JSON object.

FOLDER keeps the archives between two runs. A file that ends otherwise than read or refused in French is named, and the exit is 1.
"""

import json
import os
import sys
import time
from collections import Counter
from itertools import chain
from pathlib import Path

from app.outside.vault import Vault
from tests.hostile import giving, samples

TOLD_EVERY = 100


def main(folder: Path, mutations: int, seed: int) -> int:
    """Give them all, as many at once as there are cores; print what became of them, then look for every original."""
    vault, began = Vault((folder / "coffre").as_uri()), time.monotonic()
    ends: list[giving.End] = []
    given = chain(samples.listed(), samples.archives(folder), samples.messages(), samples.mutations(mutations, seed))
    for end in giving.give(given, vault, workers=os.cpu_count() or 1):
        ends.append(end)
        if end.kind not in giving.SOUND:
            print(f"{end.kind}: {end.name}: {end.reason}", flush=True)
        if len(ends) % TOLD_EVERY == 0:
            print(f"… {len(ends)} files, {time.monotonic() - began:.0f} s", flush=True)
    for reason, count in Counter(end.reason for end in ends if end.kind == "refused").most_common():
        print(f"{count:6d}  {reason}")
    lost = [end.name for end in ends if not giving.kept(vault, end.sha256)]
    for name in lost:
        print(f"lost: {name}")
    counted = Counter(end.kind for end in ends)
    summary = {
        "files": len(ends), **{kind: counted[kind] for kind in giving.KINDS}, "lost": len(lost),
        "slowest_s": round(max(end.seconds for end in ends), 1), "seconds": round(time.monotonic() - began),
    }  # fmt: skip
    print(json.dumps(summary))
    return 1 if lost or any(end.kind not in giving.SOUND for end in ends) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), *(int(text) for text in [*sys.argv[2:], *("2000", "1")[len(sys.argv) - 2 :]])))
