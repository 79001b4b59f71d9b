"""How near two texts and two pages are, told from short signatures, and the keys by which near ones are found in an index.

Texts: one-permutation MinHash of shingles of five signs (Li, Owen, Zhang, «One Permutation Hashing», 2012), its empty bins
filled from others (Shrivastava, «Optimal Densification for Fast and Accurate Minwise Hashing», 2017). The share of equal bins
is the resemblance of the two texts (Jaccard), give or take four points. Of 32 bands of 4 bins, two texts that are alike at 0.6
share one with probability 1 - (1 - 0.6⁴)³² = 0.988, at 0.8 with 1.000, at 0.2 with 0.05.

Pages: 256 bits cut into 16 words of 16 (Norouzi, Punjani, Fleet, «Fast Search in Hamming Space with Multi-Index Hashing»,
2012). A page is looked for under each of its words and under each with one bit turned: two pages that differ by 31 bits or less
always meet, for one word at least differs by one bit or none; at 40 bits, spread evenly, they do with probability 0.992.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b

from app.courrier.organisation import plier

REGLE = 1
"""Raised when signatures or keys are made otherwise: what was kept before is then made again by the clock."""

PROCHES = 40
"""Bits of 256 by which two pictures of one page may differ."""

SEMBLABLES = 0.6
"""The resemblance from which two texts are one letter, or one model of letter."""

_CASES, _BANDES, _BITS = 128, 32, 32
_LETTRES = 5
_ASSEZ, _LUES = 200, 30_000
_MOTS, _MOT = 16, 16
_TEXTE, _MENTION = 1, 2


def de_texte(texte: str) -> str:
    """The signature of a text, 1,024 hexadecimal digits; none when it has too few signs (200) to tell it from another.

    Case, accents, punctuation and line ends count for nothing: readings of paper differ by them.
    """
    signes = " ".join(re.findall(r"[a-z0-9]+", plier(texte[:_LUES])))
    if len(signes) < _ASSEZ:
        return ""
    cases = [-1] * _CASES
    for morceau in {signes[debut : debut + _LETTRES] for debut in range(len(signes) - _LETTRES + 1)}:
        haut, bas = divmod(_condense(morceau.encode()), 1 << _BITS)
        case = haut % _CASES
        if cases[case] < 0 or bas < cases[case]:
            cases[case] = bas
    return "".join(f"{valeur:08x}" for valeur in _remplies(cases))


def _remplies(cases: list[int]) -> Iterator[int]:
    """Each empty bin takes the value of a full one, always drawn in the same way."""
    for rang, valeur in enumerate(cases):
        essai = 0
        while valeur < 0:
            valeur = cases[_condense(b"%d %d" % (rang, essai)) % _CASES]
            essai += 1
        yield valeur


def ressemblance(une: str, autre: str) -> float | None:
    """How alike two texts are, 0..1; None when one is too short to tell."""
    if not (une and autre):
        return None
    # Equal bins are the zeros of the difference, counted at once: this is asked of hundreds at a page's opening.
    difference = (int(une, 16) ^ int(autre, 16)).to_bytes(_CASES * _BITS // 8)
    return memoryview(difference).cast("I").tolist().count(0) / _CASES


def distance(une: str, autre: str) -> int:
    """Bits by which two pages differ, of 256."""
    return (int(une, 16) ^ int(autre, 16)).bit_count()


def cles_du_texte(signature: str) -> list[int]:
    """The keys under which a text is put, and looked for."""
    pas = len(signature) // _BANDES
    bandes = [signature[rang * pas : (rang + 1) * pas] for rang in range(_BANDES)] if pas else []
    return [_cle(_TEXTE, f"{rang} {bande}".encode()) for rang, bande in enumerate(bandes)]


def cles_de_la_page(empreinte: str) -> list[int]:
    """The keys under which a page is put."""
    return [rang << _MOT | mot for rang, mot in enumerate(_mots(empreinte))]


def cles_voisines(empreinte: str) -> list[int]:
    """The keys under which the pages near to this one are looked for."""
    return [
        rang << _MOT | voisin for rang, mot in enumerate(_mots(empreinte))
        for voisin in (mot, *(mot ^ 1 << bit for bit in range(_MOT)))
    ]  # fmt: skip


def cle_de_mention(mention: str) -> int:
    """The key of a number that letters quote."""
    return _cle(_MENTION, mention.encode())


def _mots(empreinte: str) -> list[int]:
    return [int(empreinte[place : place + 4], 16) for place in range(0, len(empreinte), 4)]


def _cle(genre: int, contenu: bytes) -> int:
    """Kinds of keys never meet: those of pages are below 2²⁰, the others hold their kind above 60 bits."""
    return genre << 60 | _condense(contenu) >> 4


def _condense(contenu: bytes) -> int:
    return int.from_bytes(blake2b(contenu, digest_size=8).digest())
