"""What waits at the bureau d’ordre this morning, by every way in: scans not read yet, e-mails, a double, a file cut short…"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import travaux
from app.courrier import delais, depot
from app.courrier.depot import ESSAIS
from app.courrier.tables import Courrier, Piece
from app.db import db, transaction
from app.demo import canaux, lettres
from app.demo.arrivees import ODILE, Guichet
from app.demo.calendrier import Calendrier
from app.demo.maison import lire
from app.demo.recits import Recit

_ENTRE_ESSAIS = timedelta(minutes=1)


def attente(guichet: Guichet, calendrier: Calendrier) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
    """The hour at which each one came, and what is done with it."""
    tables = lire("autres.toml")["depots"]
    for heure, table in zip(sorted(calendrier.il_y_a(0) for _ in tables), tables, strict=True):
        yield heure, lambda quand, table=table: _recevoir(guichet, table, quand)  # type: ignore[misc]


def _recevoir(guichet: Guichet, table: dict[str, Any], quand: datetime) -> None:
    if table["forme"] in ("boite", "formulaire"):
        _par_un_canal(guichet, table, quand)
        return
    contenu = _double(guichet) if table["forme"] == "double" else _fichier(guichet, table, quand)
    if not contenu:
        return
    numero = guichet.depot(contenu, nom=table["nom"], canal=table.get("canal", "papier"), quand=quand, lu=table.get("lu", False))
    if table["forme"] == "tronque":
        for essai in range(ESSAIS):
            travaux.lire(guichet.parts, numero, clock=lambda essai=essai: quand + essai * _ENTRE_ESSAIS)  # type: ignore[misc]
    if table["forme"] == "publicite":
        with transaction() as session:
            depot.ecarter(session, numero, motif=table["motif"], par=ODILE, now=quand)


def _par_un_canal(guichet: Guichet, table: dict[str, Any], quand: datetime) -> None:
    """By the mailbox, or by the form that usagers fill; read at once."""
    if table["forme"] == "boite":
        nous = guichet.parts.config.organisme.courriel
        message = lettres.courriel(guichet.lettre(_recit(table, quand)), a=nous, quand=quand)
        numero = canaux.relever(guichet.parts, message, rang=412, quand=quand)
    else:
        numero = canaux.ecrire(guichet.parts, table, corps=_recit(table, quand).texte("corps"), quand=quand)
    travaux.lire(guichet.parts, numero, clock=lambda: quand)


def _recit(table: dict[str, Any], quand: datetime) -> Recit:
    ecrit = delais.jour(quand) - timedelta(days=2)
    return Recit(sens="arrivee", donnees=table, date=ecrit, depose=quand, enregistre=quand, pas=())


def _fichier(guichet: Guichet, table: dict[str, Any], quand: datetime) -> bytes:
    """The file as it comes out of the scanner, the copier, a mailbox."""
    lettre, compositeur = guichet.lettre(_recit(table, quand)), guichet.parts.compositeur
    match table["forme"]:
        case "scan":
            return lettres.image(compositeur, guichet.parts.lecteur, lettre, recue=quand)
        case "copieur":
            return lettres.copie(compositeur, lettres.image(compositeur, guichet.parts.lecteur, lettre, recue=quand))
        case "eml":
            jointe = "demande.pdf", lettres.pdf(compositeur, lettre)
            nous = guichet.parts.config.organisme.courriel
            return lettres.courriel(lettre, a=nous, quand=quand, texte=table["message"], jointe=jointe)
        case "tronque":
            entier = lettres.pdf(compositeur, lettre)
            return entier[: len(entier) // 3]
        case _:
            return lettres.pdf(compositeur, lettre)


def _double(guichet: Guichet) -> bytes:
    """The very file of a letter that was registered some days ago, out of the scanner once more."""
    recommandes = select(Piece.sha256).join(Courrier).where(Courrier.recommande != "", Piece.genre == "original")
    sha256 = db.session().scalar(recommandes.order_by(Piece.id.desc()).limit(1))
    return guichet.parts.coffre.get(sha256) if sha256 else b""
