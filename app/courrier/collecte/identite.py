"""How a thing that is found again is known: a message by its Message-ID and its body, a file by its name and its bytes."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

_ENTETES_LUS = 1 << 20
_FIN_DES_ENTETES = re.compile(rb"\r?\n\r?\n")
_SUITE = re.compile(rb"\r?\n[ \t]+")
# What a second delivery of the same message repeats, unlike the marks that each server leaves on its way.
_STABLES = (b"from", b"date", b"subject")


@dataclass(frozen=True, kw_only=True)
class Identite:
    """The key under which a thing is taken once, the name its piece is given, its Message-ID when it has one."""

    cle: str
    nom: str
    message_id: str = ""


def message(brut: bytes) -> Identite:
    """An e-mail: the same Message-ID over the same body is the same one, be it found in another mailbox, under another UID.

    Without a Message-ID the whole bytes tell. Two messages that wrongly share one differ by body, sender, date or subject,
    and are both taken.
    """
    fin = _FIN_DES_ENTETES.search(brut[:_ENTETES_LUS])
    entetes, corps = (brut[: fin.start()], brut[fin.end() :]) if fin else (brut[:_ENTETES_LUS], b"")
    message_id = _entete(entetes, b"message-id").strip()
    if message_id:
        stables = b"\0".join(b" ".join(_entete(entetes, nom).split()) for nom in _STABLES)
        cle = _empreinte(b"message", message_id, stables, hashlib.sha256(corps).digest())
    else:
        cle = _empreinte(b"brut", brut)
    objet = _lisible(_entete(entetes, b"subject"))
    # A slash parts folders in a file's name: in a subject it is a sign like another.
    nom = (re.sub(r"[/\\]", "-", objet)[:150].strip(" .") or "sans objet") + ".eml"
    return Identite(cle=cle, nom=nom, message_id=_lisible(message_id)[:300])


def fichier(boite_id: int, nom: str, sha256: str) -> Identite:
    """A file of a watched folder: the same bytes under the same name are the same one."""
    return Identite(cle=_empreinte(b"fichier", str(boite_id).encode(), nom.encode("utf-8", "surrogateescape"), sha256.encode()),
                    nom=nom)


def _empreinte(*morceaux: bytes) -> str:
    """The digest of parts none of which can run into the next."""
    condense = hashlib.sha256()
    for morceau in morceaux:
        condense.update(len(morceau).to_bytes(8, "big") + morceau)
    return condense.hexdigest()


def _entete(entetes: bytes, nom: bytes) -> bytes:
    """The first header of this name, unfolded; empty when there is none."""
    trouve = re.search(rb"^" + nom + rb"[ \t]*:((?:.*)(?:\r?\n[ \t]+.*)*)", entetes, re.IGNORECASE | re.MULTILINE)
    return _SUITE.sub(b" ", trouve[1]).strip() if trouve else b""


def _lisible(entete: bytes) -> str:
    try:
        texte = entete.decode("utf-8")
    except UnicodeDecodeError:
        texte = entete.decode("cp1252", "replace")
    with suppress(HeaderParseError, LookupError, ValueError):  # else given as it was written
        texte = str(make_header(decode_header(texte)))
    return " ".join(texte.replace("\0", "").encode("utf-8", "ignore").decode().split())
