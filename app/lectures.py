"""The reading of one depot: its bytes, put together first when a clerk or a separator sheet said so, then all that they say."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app import disque, jointes, usagers
from app.courrier import collecte, depot, doublons, indexation, lots, texte
from app.courrier.errors import DejaFait, Illisible, Introuvable
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import Depot, Piece
from app.db import OperationalError, Session, db, transaction
from app.wiring import Parts

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_PROGRESS = 1.0
EMPREINTES_PAR_TOUR = 20
Clock = Callable[[], datetime]
"""Tells the time: the present, or an hour of the past that the demonstration walks through."""


@dataclass(frozen=True, kw_only=True)
class _Matiere:
    """What is to be read: the depot's digest, the bytes, the pages already known, the version or the demand they are made of."""

    sha256: str
    contenu: bytes
    connues: Mapping[int, PageLue]
    version: lots.AFaire | None = None
    demande: usagers.Preparee | None = None


def lire(parts: Parts, pris: Depot, *, clock: Clock) -> list[int]:
    """Read a depot that was claimed; the depots that it was cut into, to be read next.

    `DejaFait` when it was set aside, or its pages changed, meanwhile.
    """
    numero, rang = pris.id, lots.rang(db.session(), pris.id)
    try:
        return _lire(parts, pris, clock)
    except DejaFait:
        raise
    except Exception as faute:
        motif = str(faute) if isinstance(faute, Illisible | Introuvable) else depot.IMPREVUE
        if motif == depot.IMPREVUE:
            logger.exception("le dépôt %s n’a pas pu être lu", numero)
        plein = disque.plein(faute)
        seul = plein and disque.de_nouveau_libre(faute, *parts.config.disques)
    with transaction() as session:
        # What failed for pages that a clerk has changed since says nothing of those that are there now.
        if lots.rang(session, numero) != rang:
            return []
        if plein:
            depot.remettre(session, numero, de_son_fait=seul, now=clock())
        else:
            depot.illisible(session, numero, motif, now=clock())
    return []


def rattraper() -> int:
    """Make again some empreintes of files that were read under older rules; how many were dealt with.

    Few at once and each in its own transaction: nobody waits behind, and a crash loses one. A file at fault keeps the empreinte
    that it has, and is told once.
    """
    anciennes = doublons.anciennes(db.session(), limite=EMPREINTES_PAR_TOUR)
    for sha256 in anciennes:
        try:
            with transaction() as session:
                doublons.refaire(session, sha256)
        except OperationalError:
            raise  # the database's own fault, not this file's
        except Exception:
            logger.exception("l’empreinte du fichier %s n’a pas pu être refaite ; elle reste celle d’avant", sha256)
            with transaction() as session:
                doublons.laisser(session, sha256)
    return len(anciennes)


def _lire(parts: Parts, pris: Depot, clock: Clock) -> list[int]:
    numero = pris.id
    if ensemble := lots.a_assembler(db.session(), pris):
        return _assembler(parts, pris, [(une.id, une.sha256) for une in ensemble], clock)
    matiere = _matiere(parts, pris, clock)
    deposees = {} if matiere.demande else jointes.deposees(parts, numero, _autres(numero, matiere.sha256))
    lecture = parts.lecteur.read(matiere.contenu, progress=_progress(numero, matiere.sha256), connues=matiere.connues)
    # A letter given with its pieces is one letter, whatever lies between its pages.
    lettres = None if matiere.version or deposees else lots.decouper(lecture.pages)
    if lettres is not None:
        # In one transaction: there are all its letters, or none.
        with _tant_que(numero, matiere.sha256) as session:
            return [decoupe.id for decoupe in lots.repartir(session, numero, lecture, lettres, now=clock())]
    if matiere.version:
        lecture = replace(lecture, pages=matiere.version.posees(lecture.pages))
    _finir(parts, pris, matiere, lecture, deposees, clock)
    return []


def _assembler(parts: Parts, pris: Depot, fichiers: Sequence[tuple[int, str]], clock: Clock) -> list[int]:
    """Read each file that is to be a page, then put them together: the depot is read next as what it has become."""
    numero, sha256 = pris.id, pris.sha256
    suivi = _autres(numero, sha256)
    for rang, (piece_id, fichier) in enumerate(fichiers, 1):
        lecture = jointes.lue(parts, fichier, suivi)
        with _tant_que(numero, sha256) as session:
            if lecture:
                texte.garder(session, session.get_one(Piece, piece_id), lecture)
            depot.prolonger(session, numero, now=clock(), fichiers=rang)
    with _tant_que(numero, sha256) as session:
        des_pages = lots.assembler(session, numero)
    if not des_pages:
        raise Illisible(motif=lots.SANS_PAGE)
    return [numero]


def _matiere(parts: Parts, pris: Depot, clock: Clock) -> _Matiere:
    """The bytes of a depot: those that came, or those of its last version, made here."""
    session, venu = db.session(), pris.sha256
    version = lots.a_faire(session, pris)
    if version is None:
        demande = usagers.preparer(parts, pris, _autres(pris.id, venu))
        sha256 = demande.original.sha256 if demande else venu
        connues = texte.connues(session, sha256)
        return _Matiere(sha256=venu, contenu=parts.coffre.get(sha256), connues=connues, demande=demande)
    if version.entier:
        contenu = parts.coffre.get(version.entier)
    else:
        sources = [(parts.coffre.get(sha256), pages) for sha256, pages in version.sources.items()]
        contenu = parts.lecteur.assemble(sources, version.ordre)
    rangee = parts.coffre.put(contenu)
    with transaction() as writing:
        lots.faite(writing, pris.id, version, rangee, now=clock())
    deja = {**texte.connues(session, rangee.sha256), **version.connues}
    demande = usagers.preparer(parts, pris, _autres(pris.id, rangee.sha256))
    return _Matiere(sha256=rangee.sha256, contenu=contenu, connues=deja, version=version, demande=demande)


def _finir(
    parts: Parts, pris: Depot, matiere: _Matiere, lecture: Lecture, deposees: Mapping[int, Lecture], clock: Clock
) -> None:
    numero, separation, recu_le = pris.id, pris.separation, pris.recu_le
    suivi = _autres(numero, matiere.sha256)
    pieces = [
        *jointes.vue(parts, pris.origine, matiere.contenu, lecture, suivi), *jointes.toutes(parts, lecture, suivi),
        *jointes.cherchable(parts, pris.origine, matiere.contenu, lecture, suivi), *jointes.copies(parts, deposees, suivi),
    ]  # fmt: skip
    session = db.session()
    propositions = [
        *indexation.proposer(lecture.pages, now=recu_le, entetes=lecture.entetes, nous=_nous(parts)),
        *collecte.suggerer(session, pris.lot_id or numero, lecture.entetes),
        # Last, so that it counts before the rest.
        *lots.proposer(separation),
    ]
    with _tant_que(numero, matiere.sha256) as writing:
        retenues = usagers.retenir(writing, pris, matiere.demande, propositions, now=clock())
        for piece_id, dite in deposees.items():
            texte.garder(writing, writing.get_one(Piece, piece_id), dite)
        depot.lu(writing, numero, lecture, retenues, jointes=pieces, now=clock())
        doublons.retenir(writing, numero, lecture.entetes)


@contextmanager
def _tant_que(numero: int, sha256: str) -> Iterator[Session]:
    """A transaction on a depot as long as it is made of the bytes that were read; `DejaFait` else."""
    with transaction() as session:
        depot.encore(session, numero, sha256)
        yield session


def _progress(numero: int, sha256: str) -> Callable[[PageLue, int], None]:
    """Keep the pages of the letter and tell who waits."""
    def avancer(session: Session, pages: Sequence[PageLue], total: int) -> None:
        depot.avancer(session, numero, pages, total, now=datetime.now(UTC))

    return _suivi(numero, sha256, avancer)


def _autres(numero: int, sha256: str) -> jointes.Suivi:
    """The same for each other file of the depot: however many pages come with a letter, its lease does not run out."""
    def tenir() -> None:
        with _tant_que(numero, sha256) as session:
            depot.tenir(session, numero, now=datetime.now(UTC))

    def pages(fichier: str) -> Callable[[PageLue, int], None]:
        def garder(session: Session, lues: Sequence[PageLue], _total: int) -> None:
            texte.retenir(session, fichier, lues)
            depot.prolonger(session, numero, now=datetime.now(UTC))

        return _suivi(numero, sha256, garder)

    return jointes.Suivi(tenir=tenir, pages=pages)


def _suivi(
    numero: int, sha256: str, garder: Callable[[Session, Sequence[PageLue], int], None]
) -> Callable[[PageLue, int], None]:
    """What is told of each page read, and kept at most once a second: each keeping is a transaction."""
    told, pages = 0.0, list[PageLue]()

    def tell(page: PageLue, total: int) -> None:
        nonlocal told
        pages.append(page)
        if page.numero < total and time.monotonic() - told < SECONDS_BETWEEN_PROGRESS:
            return
        told = time.monotonic()
        with _tant_que(numero, sha256) as session:
            garder(session, pages, total)
        pages.clear()

    return tell


def _nous(parts: Parts) -> tuple[str, ...]:
    """Our own names and addresses, which are never a sender's."""
    nous = parts.config.organisme
    own = (nous.nom, *nous.adresse, nous.telephone, nous.courriel, nous.site, parts.config.expediteur)
    return tuple(text for text in own if text)
