"""Receiving a demand: a depot with its proof, a number and a code at once; the same sending twice is one demand.

The number is the demand's own (E-2026-00012), given by the machine at once, as the law wants the receipt (CRPA L112-11).
The chrono of the register comes later, from a clerk: the official register holds neither spam nor the fancies of robots,
and an usager who chose the wrong nature has not set a legal clock on the wrong circuit. The code stays the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import delais, depot, texte
from app.courrier.demandes.saisie import Missive
from app.courrier.errors import DejaFait
from app.courrier.ports import Lecture, Range
from app.courrier.registre import chrono, code_suivi, numeroter
from app.courrier.tables import Bureau, Demande, Depot, Nature, Piece

REGISTRE = "E"
"""The counter of what comes by electronic way, before registration."""

_RAISON = "donné par l’expéditeur"
_LU = frozenset({"reference", "chrono", "delai"})
"""What may still be proposed from the text of a message: all the rest was typed in a field of its own."""


@dataclass(frozen=True, kw_only=True)
class Fichier:
    """A file that came along, already in the vault."""

    nom: str
    mime: str
    place: Range


def releve(missive: Missive, fichiers: Sequence[Fichier], **plus: object) -> bytes:
    """What was received, word for word, with the digest of each file: the proof of reception, always the same bytes."""
    recu = {**asdict(missive), "fichiers": [{"nom": f.nom, "sha256": f.place.sha256, "taille": f.place.taille} for f in fichiers]}
    return json.dumps({**recu, **plus}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def recevoir(
    session: Session, missive: Missive, fichiers: Sequence[Fichier], *, preuve: Range, cle: str, canal: str, origine: str,
    par: str, now: datetime, accuser: bool, bureau_id: int | None = None,
) -> Demande:
    """File a demand that was found fine; the one with this `cle` when there is one already, whatever it holds.

    `preuve`: its `releve`, in the vault. Without words, the first file is the letter. `accuser`: a receipt by e-mail is due.
    `DejaFait`: another transaction received it at the same moment; it is there once this one is undone.
    """
    deja = par_cle(session, cle)
    if deja is not None:
        return deja
    annee = delais.jour(now).year
    numero = chrono(REGISTRE, annee, numeroter(session, REGISTRE, annee))
    # Whoever waited for the counter did not see what the other had received meanwhile.
    if par_cle(session, cle) is not None:
        raise DejaFait(quoi="Cet envoi")
    arrive = _deposer(session, missive, fichiers, preuve, numero, canal, par, now)
    arrive.origine = " · ".join((numero, origine))[:200]
    recue = Demande(
        depot_id=arrive.id, numero=numero, code=code_suivi(), cle=cle, empreinte=preuve.sha256, suite_de=missive.suite_de,
        champs={**asdict(missive), "bureau_id": bureau_id}, accuse="a_envoyer" if accuser and missive.contact.courriel else "",
    )
    session.add(recue)
    session.flush()
    arrive.propositions = propositions(session, recue, ())
    session.flush()
    return recue


def _deposer(
    session: Session, missive: Missive, fichiers: Sequence[Fichier], preuve: Range, numero: str, canal: str, par: str,
    now: datetime,
) -> Depot:
    """The depot and its pieces: the letter when a file is one, the files, the proof."""
    recu = Fichier(nom=f"{numero}.json", mime="application/json", place=preuve)
    genres = ["annexe"] * len(fichiers) if missive.texte else ["original", *["annexe"] * (len(fichiers) - 1)]
    tous = [*zip(genres, fichiers, strict=True), ("preuve", recu)]
    (genre, tete), *reste = [tous[-1], *tous[:-1]] if missive.texte else tous
    arrive = depot.deposer(
        session, coffre_range=tete.place, nom=tete.nom, mime=tete.mime, canal=canal, par=par, now=now, genre=genre,
    )
    session.add_all(
        depot.piece(arrive, coffre_range=f.place, nom=f.nom, mime=f.mime, genre=genre, par=par, now=now) for genre, f in reste
    )
    session.flush()
    return arrive


def joints(session: Session, recue: Demande) -> Sequence[str]:
    """The names of the files that came with a demand, in their order; what the house added since is none of them."""
    siennes = select(Piece.nom).join(Depot, Depot.id == Piece.depot_id).where(
        Piece.depot_id == recue.depot_id, Piece.genre.in_(("original", "annexe")), Piece.version == 1,
        Piece.ajoutee_par == Depot.depose_par,
    )  # fmt: skip
    return session.scalars(siennes.order_by(Piece.id)).all()


def demande(session: Session, numero: str) -> Demande | None:
    """The demand of this number."""
    return session.scalar(select(Demande).where(Demande.numero == numero))


def de(session: Session, depot_id: int) -> Demande | None:
    """The demand that a depot holds, when it came from an usager's own hand."""
    return session.scalar(select(Demande).where(Demande.depot_id == depot_id))


def par_cle(session: Session, cle: str) -> Demande | None:
    """The demand that was received under this key of sending."""
    return session.scalar(select(Demande).where(Demande.cle == cle))


def a_composer(session: Session, recue: Demande) -> bool:
    """Whether its words are still to be set on pages: they are the letter, and nothing can be read before."""
    originaux = select(func.count()).select_from(Piece).where(Piece.depot_id == recue.depot_id, Piece.genre == "original")
    return bool(recue.champs.get("texte")) and not session.scalar(originaux)


def composee(session: Session, depot_: Depot, pdf: Range, lues: Mapping[int, Lecture], *, now: datetime) -> None:
    """Its words were set on pages, which are now the original; `lues`: what was read of each file that came along."""
    recue = de(session, depot_.id)
    if recue is not None and a_composer(session, recue):
        nom = f"{recue.numero}.pdf"
        session.add(depot.piece(
            depot_, coffre_range=pdf, nom=nom, mime="application/pdf", genre="original", par="systeme", now=now,
        ))
    for piece_id, lecture in lues.items():
        texte.garder(session, session.get_one(Piece, piece_id), lecture)
    session.flush()


def propositions(session: Session, recue: Demande, lues: Sequence[Any]) -> list[object]:
    """What was typed, as proposals that are sure, then what was read beside it; for the clerk to confirm."""
    saisies = {champ: valeur for champ, valeur in _saisies(session, recue.champs, recue.suite_de).items() if valeur}
    dites = [
        {"champ": champ, "valeur": valeur, "confiance": 1.0, "page": 0, "boite": None, "extrait": "", "raison": _RAISON}
        for champ, valeur in saisies.items()
    ]
    message = bool(recue.champs.get("texte"))
    return [*dites, *(p for p in lues if p.champ not in saisies and (not message or p.champ in _LU))]


def _saisies(session: Session, champs: Mapping[str, Any], suite_de: str) -> dict[str, str]:
    contact = champs["contact"]
    nature = session.scalar(select(Nature).where(Nature.cle == champs["nature"])) if champs["nature"] else None
    bureau = session.get(Bureau, champs.get("bureau_id") or (nature.bureau_id if nature else None) or 0)
    qui = " ".join(mot for mot in (contact["civilite"], contact["prenom"], contact["nom"]) if mot)
    return {
        "expediteur": contact["organisme"] if contact["genre"] == "organisme" and contact["organisme"] else qui,
        **{cle: contact[cle] for cle in ("adresse", "code_postal", "ville", "courriel", "telephone")},
        "objet": champs["objet"], "reference": champs["reference"], "chrono": suite_de,
        "nature": nature.cle if nature else "", "bureau": bureau.cle if bureau else "",
    }

