"""Files as Outlook writes them, built from its published formats: winmail.dat (MS-OXTNEF) and .msg (MS-OXMSG in MS-CFB)."""

import struct
from collections.abc import Mapping

CUTOFF = 4096
SECTOR, FREE, END, FAT, NONE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
Tree = Mapping[str, "bytes | Tree"]


def winmail(files: Mapping[str, bytes], body: bytes = b"") -> bytes:
    """A TNEF stream."""
    out = struct.pack("<IH", 0x223E9F78, 1) + _tnef(1, 0x00089006, struct.pack("<I", 0x00010000))
    out += _tnef(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        out += _tnef(1, 0x0002800C, body)
    for name, content in files.items():
        out += _tnef(2, 0x00069002, struct.pack("<HiiiI", 1, -1, 0, 0, 0)) + _tnef(2, 0x00018010, name.encode("cp1252") + b"\0")
        out += _tnef(2, 0x0006800F, content)
    return out


def _tnef(level: int, attribute: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, attribute, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def msg(subject: str, body: str, sender: str, files: Mapping[str, bytes]) -> bytes:
    """An Outlook message."""
    tree: dict[str, bytes | Tree] = _properties(
        {0x0037: subject, 0x1000: body, 0x001A: "IPM.Note", 0x0C1A: sender, 0x0C1F: "awa@courrier.example"},
        head=struct.pack("<8x4I8x", 0, len(files), 0, len(files)),
    )
    tree["__nameid_version1.0"] = {"__substg1.0_00020102": b"", "__substg1.0_00030102": b"", "__substg1.0_00040102": b""}
    for number, (name, content) in enumerate(files.items()):
        storage = _properties({0x3707: name, 0x3701: content}, head=bytes(8), method=1)
        tree[f"__attach_version1.0_#{number:08X}"] = storage
    return cfb(tree)


def _properties(values: Mapping[int, str | bytes], *, head: bytes, method: int = 0) -> dict[str, bytes | Tree]:
    tree: dict[str, bytes | Tree] = {}
    # Unicode strings, as the store's support mask says.
    rows = struct.pack("<HHIII", 0x0003, 0x340D, 6, 0x00040000, 0)
    if method:
        rows += struct.pack("<HHIII", 0x0003, 0x3705, 6, method, 0)
    for pid, value in values.items():
        kind, data = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        tree[f"__substg1.0_{pid:04X}{kind:04X}"] = data
        rows += struct.pack("<HHIII", kind, pid, 6, len(data) + (2 if kind == 0x001F else 0), 0)
    tree["__properties_version1.0"] = head + rows
    return tree


def cfb(tree: Tree) -> bytes:
    """A compound file: streams below 4 KiB in the mini stream, which is the root's own, the others in sectors of theirs."""
    entries: list[list[object]] = [["Root Entry", 5, NONE, NONE, b""]]  # name, kind, right sibling, child, content
    _add(entries, 0, tree)
    mini, chain, starts = b"", [], [END] * len(entries)
    for rank, content in enumerate(_contents(entries)):
        if 0 < len(content) < CUTOFF:
            starts[rank] = len(mini) // 64
            mini += content.ljust(-(-len(content) // 64) * 64, b"\0")
            chain += [*range(len(chain) + 1, len(mini) // 64), END]
    entries[0][4] = mini.ljust(CUTOFF, b"\0")
    directory, mini_fat = -(-len(entries) // 4), -(-len(chain) // 128)
    sectors = [bytes(directory * SECTOR), struct.pack(f"<{len(chain)}I", *chain).ljust(mini_fat * SECTOR, b"\xff")]
    for rank, content in enumerate(_contents(entries)):
        if len(content) >= CUTOFF:
            starts[rank] = sum(map(len, sectors)) // SECTOR
            sectors.append(content.ljust(-(-len(content) // SECTOR) * SECTOR, b"\0"))
    rows = b"".join(_entry(entry, start) for entry, start in zip(entries, starts, strict=True))
    sectors[0] = rows.ljust(directory * SECTOR, b"\0")
    place, fat = sum(map(len, sectors)) // SECTOR, 1
    while fat * 128 < place + fat:
        fat += 1
    table: list[int] = []
    for part in sectors:
        table += [*range(len(table) + 1, len(table) + len(part) // SECTOR), END]
    table += [FAT] * fat + [FREE] * (fat * 128 - place - fat)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHH6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, fat, 0, 0, CUTOFF, directory, mini_fat, END, 0)
    header += struct.pack(f"<{fat}I", *range(place, place + fat))
    return header.ljust(SECTOR, b"\xff") + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _contents(entries: list[list[object]]) -> list[bytes]:
    return [content for *_others, content in entries if isinstance(content, bytes)]


def _add(entries: list[list[object]], parent: int, tree: Tree) -> None:
    before = None
    for name, content in tree.items():
        index = len(entries)
        kind = 2 if isinstance(content, bytes) else 1
        entries.append([name, kind, NONE, NONE, content if isinstance(content, bytes) else b""])
        if before is None:
            entries[parent][3] = index
        else:
            entries[before][2] = index
        before = index
        if not isinstance(content, bytes):
            _add(entries, index, content)


def _entry(entry: list[object], start: int) -> bytes:
    name, kind, right, child, content = entry
    assert isinstance(name, str)
    assert isinstance(content, bytes)
    encoded = name.encode("utf-16-le") + b"\0\0"
    return encoded.ljust(64, b"\0") + struct.pack("<HBBIII16xI8x8xII4x", len(encoded), kind, 1, NONE, right, child, 0, start,
                                                  len(content))
