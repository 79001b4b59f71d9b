"""The registers without anyone asking: each day closed once it is over, each closing kept in the vault under the house's seal."""

import logging
from contextlib import suppress
from datetime import timedelta

from app import disque
from app.courrier import consultation, delais, journal, registre, tenue
from app.courrier.errors import DejaFait, SceauImpossible
from app.courrier.ports import Signataire
from app.courrier.tables import Arrete
from app.db import db, transaction
from app.lectures import Clock
from app.travaux import utc
from app.wiring import Parts

logger = logging.getLogger(__name__)
HORLOGE = "horloge"


def arreter(parts: Parts, *, clock: Clock = utc) -> int:
    """Close the days that are over, where the settings ask for it; how many closings were made."""
    if not parts.config.arretes:
        return 0
    hier, faits = delais.jour(clock()) - timedelta(days=1), 0
    for cle in registre.tous_les_registres(db.session()):
        if tenue.a_arreter(db.session(), cle, jusqua=hier):
            # Another clock may have closed them since: it is asked again under the lock.
            with suppress(DejaFait), transaction() as session:
                faits += len(tenue.arreter(session, cle, hier, par=HORLOGE, now=clock()))
    return faits


def garder(parts: Parts, arrete_id: int, *, clock: Clock = utc) -> None:
    """Put a closing in the vault: its lines, and its page printed and sealed."""
    with transaction() as session:
        pris = tenue.reserver(session, arrete_id, now=clock())
    if pris is None:
        return
    try:
        file = parts.coffre.put(pris.lignes.encode())
        pdf, sans_sceau = _sceller(parts, pris, imprimer(parts, pris, clock=clock), clock)
        page = parts.coffre.put(pdf)
    except Exception as faute:
        logger.exception("l’arrêté %s n’a pas pu être gardé", arrete_id)
        quand = clock()
        disque.manquee(
            faute, Arrete, arrete_id, lambda session: tenue.echouee(session, arrete_id, tenue.IMPREVU, now=quand), now=quand,
        )  # fmt: skip
        return
    with transaction() as session:
        tenue.garde(session, arrete_id, file, page, sans_sceau=sans_sceau)


def imprimer(parts: Parts, arrete: Arrete, *, clock: Clock) -> bytes:
    """The page of a closing: every line of it, or the digests of its booklets when it holds in several."""
    session, organisme = db.session(), parts.config.organisme.nom
    noms = {**consultation.noms(session), HORLOGE: "l’horloge"}
    titre = tenue.Titre(
        organisme=registre.nom_organisme(session, arrete.registre, organisme), registre=tenue.nom(arrete.registre),
        debut=arrete.jour, fin=arrete.jour, par=noms.get(arrete.par, arrete.par), quand=clock(),
        journal=journal.ou_en_est(session),
    )  # fmt: skip
    cahier = tenue.cahier(session, arrete.registre, arrete.jour, arrete.jour, moi=None)
    html = tenue.html(titre, cahier, arrete, noms=noms) if cahier.sur == 1 else tenue.sommaire(titre, arrete, noms=noms)
    return parts.compositeur.pdf(html, titre=f"{titre.registre}, arrêté du {arrete.jour:%d/%m/%Y}", auteur=organisme)


def _sceller(parts: Parts, arrete: Arrete, pdf: bytes, clock: Clock) -> tuple[bytes, str]:
    """The page under the seal of the organisation; as it is, with the reason, when there is none."""
    organisme = parts.config.organisme
    qui = Signataire(cle="organisme", nom=organisme.nom, qualite=f"Arrêté du registre, n° {arrete.rang}")
    try:
        return parts.sceau.sign(pdf, signataire=qui, motif=f"Arrêté du registre du {arrete.jour:%d/%m/%Y}", lieu=organisme.ville,
                                now=clock()), ""  # fmt: skip
    except SceauImpossible as refus:
        return pdf, str(refus)
