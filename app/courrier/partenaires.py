"""Programs that may send and ask by the API: an administrator gives each a token, shown once, and takes it back."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import DejaFait, Introuvable, JetonRefuse, SaisieRefusee
from app.courrier.tables import Bureau, Partenaire

DROITS = ("deposer", "lire")
"""To send demands, to ask where those it sent stand."""

_PREFIXE = "vgm_"  # by which a token that leaked into a file is recognised
_VU = timedelta(minutes=1)


def creer(
    session: Session, *, nom: str, droits: Sequence[str], bureau_id: int | None, par: str, now: datetime
) -> tuple[Partenaire, str]:
    """A new access, and its token, which is kept nowhere; `SaisieRefusee`."""
    erreurs = {}
    if not nom.strip() or len(nom) > 80:
        erreurs["nom"] = "Donnez le nom du logiciel ou du portail, en 80 signes au plus."
    if not droits or not set(droits) <= set(DROITS):
        erreurs["droits"] = "Choisissez au moins un droit."
    if bureau_id is not None and session.get(Bureau, bureau_id) is None:
        erreurs["bureau_id"] = "Choisissez un bureau de la liste."
    if erreurs:
        raise SaisieRefusee(erreurs)
    jeton = _PREFIXE + secrets.token_urlsafe(32)
    nouveau = Partenaire(
        nom=" ".join(nom.split()), empreinte=_empreinte(jeton), droits=sorted(set(droits)), bureau_id=bureau_id, cree_le=now,
        cree_par=par,
    )
    session.add(nouveau)
    session.flush()
    journal.noter(session, acteur=par, acte="creer-acces", sujet=f"partenaire:{nouveau.id}", now=now, nom=nouveau.nom,
                  droits=nouveau.droits)
    return nouveau, jeton


def revoquer(session: Session, partenaire_id: int, *, par: str, now: datetime) -> Partenaire:
    """Take an access back, at once and for ever; `Introuvable`, `DejaFait`."""
    acces = session.get(Partenaire, partenaire_id, populate_existing=True, with_for_update=True)
    if acces is None:
        raise Introuvable(quoi="Cet accès")
    if acces.revoque_le is not None:
        raise DejaFait(quoi="Le retrait de cet accès")
    acces.revoque_le, acces.revoque_par = now, par
    session.flush()
    journal.noter(session, acteur=par, acte="revoquer-acces", sujet=f"partenaire:{acces.id}", now=now, nom=acces.nom)
    return acces


def tous(session: Session) -> Sequence[Partenaire]:
    """Every access, those that were taken back last."""
    return session.scalars(select(Partenaire).order_by(Partenaire.revoque_le.is_not(None), Partenaire.nom, Partenaire.id)).all()


def reconnaitre(session: Session, jeton: str) -> Partenaire:
    """Whose token this is; `JetonRefuse`. Looked up by digest: how long it takes tells nothing of those that exist."""
    trouve = session.scalar(select(Partenaire).where(Partenaire.empreinte == _empreinte(jeton)))
    if trouve is None or trouve.revoque_le is not None:
        raise JetonRefuse()
    return trouve


def vu(session: Session, acces: Partenaire, *, now: datetime) -> None:
    """It was used just now; written once a minute at most."""
    session.execute(
        update(Partenaire).where(Partenaire.id == acces.id).values(vu_le=now), execution_options={"synchronize_session": False},
    )


def a_voir(acces: Partenaire, *, now: datetime) -> bool:
    """Whether its last use is old enough to be written again."""
    return acces.vu_le is None or now - acces.vu_le >= _VU


def _empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode("utf-8", "replace")).hexdigest()
