"""The wire between the reader and its child process: a line of JSON, then as many raw bytes as it announces."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from app.courrier.ports import Mot, PageLue

_LOST = re.compile("[\x00\ud800-\udfff]")

Frame = tuple[Mapping[str, Any], bytes]


def write(target: BinaryIO, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one frame; `head` must be JSON of one kind of the protocol: total, page, jointe, entetes, image, refus, panne."""
    target.write(json.dumps({**head, "octets": len(body)}).encode() + b"\n" + body)
    target.flush()


class Frames:
    """Frames cut out of bytes as they arrive, in pieces of any size."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Add what was just received; give the frames it completes."""
        self._buffer += data
        complete = []
        while frame := self._cut():
            complete.append(frame)
        return complete

    def _cut(self) -> Frame | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        head = json.loads(self._buffer[:end])
        start, stop = end + 1, end + 1 + head["octets"]
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        return head, body


def storable(text: str) -> str:
    """The same letters, but for those no database takes: NUL and halves of letters become the sign of a lost one."""
    return _LOST.sub("\ufffd", text)


def page_to_json(page: PageLue) -> Mapping[str, Any]:
    """A page read, ready for JSON."""
    mots = [[storable(mot[0]), *mot[1:]] for mot in page.mots]
    return {**asdict(page), "texte": storable(page.texte), "mots": mots}


def page_from_json(values: Mapping[str, Any]) -> PageLue:
    """The page as it was before JSON; words are tuples again."""
    mots: list[Mot] = [(str(m[0]), m[1], m[2], m[3], m[4], m[5]) for m in values["mots"]]
    return PageLue(**{**values, "mots": tuple(mots)})
