"""What the trade asks of the outside: plain protocols and the values that cross them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Protocol

Boite = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the page, origin top left."""

Mot = tuple[str, float, float, float, float, float]
"""text, x0, y0, x1, y1 (fractions of the page), confidence 0..100."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Where bytes were kept: their sha256 in hexadecimal and their size in bytes."""

    sha256: str
    taille: int


class Coffre(Protocol):
    """The vault: originals byte for byte, addressed by digest; `put` returns only when they are on the disk."""

    def put(self, data: bytes | BinaryIO) -> Range: ...
    def get(self, sha256: str) -> bytes: ...
    def has(self, sha256: str) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class PageLue:
    """One page read: size in points, text, words with their boxes, where the text came from; upright."""

    numero: int
    largeur: float
    hauteur: float
    texte: str
    mots: Sequence[Mot]
    source: str  # couche | ocr | vide (nothing on it) | image (something, but no words)
    confiance: float = 100.0
    tourne: int = 0  # degrees clockwise that bring its picture upright, as the size and the boxes are told
    defaut: str = ""  # what the scan lacks: basse (resolution), sombre, floue; lente when it was given up; separation: see `code`
    empreinte: str = ""  # 256 bits in hexadecimal, near to those of the same sheet scanned again; none of a blank or a text
    code: str = ""  # of a separator sheet or a label; `defaut` says `separation` of what looks like a sheet without one


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """A file read: its type told by content, its pages, what was attached to it (name, bytes), mail headers."""

    mime: str
    pages: Sequence[PageLue]
    jointes: Sequence[tuple[str, bytes]] = ()
    entetes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Copie:
    """A searchable copy; `reserve` tells in French what keeps it from being PDF/A-2b, nothing when it is."""

    contenu: bytes
    reserve: str = ""


class Lecteur(Protocol):
    """The reader of files; raises `Illisible` with a reason in the user's words."""

    def sniff(self, data: bytes) -> str: ...
    def read(
        self, data: bytes, *, progress: Callable[[PageLue, int], None] | None = None, connues: Mapping[int, PageLue] = {}
    ) -> Lecture: ...
    def render(self, data: bytes, *, page: int, largeur: int, tourne: int = 0) -> bytes: ...
    def render_all(self, data: bytes, *, pages: Mapping[int, int], largeur: int) -> Iterator[tuple[int, bytes]]: ...
    def show(self, data: bytes) -> bytes: ...
    def searchable(self, data: bytes, pages: Sequence[PageLue]) -> Copie: ...
    def stamp(self, data: bytes, pages: Sequence[PageLue], *, cachet: bytes, boite: Boite) -> bytes:
        """A PDF of these pages, as they were read, with another PDF laid over the first in this place."""

    def assemble(self, sources: Sequence[tuple[bytes, Sequence[PageLue]]], feuilles: Sequence[tuple[int, int, int]]) -> bytes:
        """A PDF of pages of several files: each the rank of its file, its page from 1, degrees clockwise once it is upright."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message to send; `message_id` is stable, so that a second sending after a crash is recognised."""

    message_id: str
    expediteur: str
    destinataire: str
    sujet: str
    texte: str
    pieces: Sequence[tuple[str, str, bytes]] = ()  # name, MIME type, bytes
    repondre_a: str | None = None


class Facteur(Protocol):
    """The mailer; returns the raw message as sent (proof); raises `EnvoiImpossible`."""

    def send(self, message: Message) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Autorisation:
    """By what an application is let in without a password (OAuth 2.0): itself, or the refresh token that it was given.

    `adresse` is that of the tokens, over https; `portee` (scope) may be empty.
    """

    adresse: str
    application: str
    secret: str = field(default="", repr=False)
    portee: str = ""
    rafraichissement: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Ouverture:
    """How a box is opened: a mail server or a folder, and within a mailbox the folder read and the one to move to."""

    adresse: str  # imaps://machine, imap://machine, file:///folder
    utilisateur: str = ""
    mot_de_passe: str = field(default="", repr=False)
    source: str = "INBOX"
    destination: str = ""
    autorisation: Autorisation | None = None  # in place of a password


@dataclass(frozen=True, kw_only=True)
class Attente:
    """Something that waits in a box: how it is asked for, where it is in words, its size in bytes, when it came there."""

    repere: str
    lieu: str
    nom: str  # of the file; empty for a message
    taille: int
    arrivee_le: datetime


class Source(Protocol):
    """An open box; what is read stays untouched until it is said to be taken.

    `ReleveImpossible`: the box itself fails; `PriseImpossible`, from `lire`: this one thing cannot be had.
    """

    @property
    def position(self) -> str:
        """What to give back at the next opening, so that what was left in place is not read again."""

    def attente(self, limite: int) -> Sequence[Attente]: ...
    def lire(self, attente: Attente) -> bytes: ...
    def pris(self, attente: Attente) -> None:
        """It is committed: mark it as seen, or move it."""

    def refuser(self, attente: Attente, motif: str) -> None:
        """It cannot be taken, for this reason in words: set it apart, lose nothing."""


class Relais(Protocol):
    """Opens boxes; raises `ReleveImpossible`. `renouvele` gets the refresh token that replaces the one used, when one does."""

    def ouvrir(
        self, ouverture: Ouverture, *, position: str = "", renouvele: Callable[[str], None] = ...,
    ) -> AbstractContextManager[Source]: ...


class Cachette(Protocol):
    """Keeps passwords that must be given again to others: what it hides is nothing without the application's own key."""

    def cacher(self, clair: str) -> str: ...
    def montrer(self, cache: str) -> str:
        """The password; raises `ReleveImpossible` when the key is no longer the one it was hidden with."""


class Codes(Protocol):
    """Draws what a camera or a scanner reads back."""

    def qr(self, texte: str) -> str:
        """An `<svg>` that fills the width it is given."""


@dataclass(frozen=True, kw_only=True)
class Etiquette:
    """What a label says, in words, and the text of its code."""

    organisme: str
    registre: str
    chrono: str
    date: str
    bureau: str
    code: str


class Etiqueteuse(Protocol):
    """Speaks to label printers in their own language."""

    def zpl(self, etiquettes: Sequence[Etiquette], *, largeur: float, hauteur: float, points: int) -> bytes:
        """Labels of this size in millimetres, for a Zebra printer with so many dots a millimetre."""


class Compositeur(Protocol):
    """The typesetter: HTML of a letter -> PDF/A bytes; fetches nothing from anywhere."""

    def pdf(self, html: str, *, titre: str, auteur: str) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Signataire:
    """Who signs: printed in the visible block, and the key of their certificate."""

    cle: str
    nom: str
    qualite: str
    delegation: str = ""


class Sceau(Protocol):
    """The signing service: PAdES over a PDF; raises `SceauImpossible`; `verify` tells what is wrong, or nothing."""

    def sign(self, pdf: bytes, *, signataire: Signataire, motif: str, lieu: str, now: datetime) -> bytes: ...
    def verify(self, pdf: bytes) -> Sequence["Verdict"]: ...


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one signature of a PDF is worth."""

    signataire: str
    signe_le: datetime | None
    intacte: bool
    couvre_tout: bool
    de_confiance: bool
    explication: str


@dataclass(frozen=True, kw_only=True)
class Fiche:
    """What the index knows of a courrier; `numero` is its change number, so that late jobs cannot undo newer ones."""

    courrier_id: int
    numero: int
    chrono: str
    sens: str
    objet: str
    correspondant: str
    texte: str
    references: str
    nature: str
    bureau: str
    etat: str
    date: datetime
    mots: str = ""  # the keywords


@dataclass(frozen=True, kw_only=True)
class Terme:
    """One demand of a question: words, anywhere or in a field (objet, de, texte, chrono, nature, bureau, sens, etat, mot)."""

    texte: str
    champ: str = ""
    phrase: bool = False  # in this order
    prefixe: bool = False  # words that begin so
    exclu: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for: every demand holds; `apres` is the first day wanted, `avant` the day before which."""

    termes: tuple[Terme, ...] = ()
    apres: date | None = None
    avant: date | None = None


@dataclass(frozen=True, kw_only=True)
class Trouvaille:
    """One hit, the best first."""

    courrier_id: int
    score: float


class Index(Protocol):
    """The full-text index: disposable, rebuilt from the database; raises `IndexIndisponible`.

    It knows nothing of rights: what it finds is joined to them before anything is shown, extracts and suggestions included.
    """

    def index(self, fiches: Iterable[Fiche]) -> None: ...
    def remove(self, courrier_ids: Iterable[int]) -> None: ...
    def search(self, question: Question, *, limit: int) -> Sequence[Trouvaille]: ...
    def extraits(self, question: Question, courrier_ids: Sequence[int]) -> Mapping[int, str]:
        """For each courrier a few words round those found: HTML-escaped, with `<mark>` round them."""

    def suggest(self, mots: Sequence[str]) -> Mapping[str, str]:
        """For each word that no courrier has, the nearest one that some have."""

    def rebuild(self, fiches: Iterable[Fiche]) -> int: ...
