"""The bodies that have registers here: that of the settings, without a sign, and those whose numbers begin with theirs."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Organisme

REGISTRES = {"arrivee": "A", "depart": "D", "interne": "I"}
"""The letter of the register of each `sens`; a body's sign stands before it in the register's key: «CCASA»."""

_SIGNE = re.compile(r"[A-Z][A-Z0-9]{1,3}")
_NOM = 200


def cle(organisme: str, sens: str) -> str:
    """The key of a body's register; `organisme` is empty for that of the settings."""
    return f"{organisme}{REGISTRES[sens]}"


def organisme_de(registre: str) -> str:
    """The sign of the body whose register this is; empty for that of the settings."""
    return registre[:-1]


def sens_de(registre: str) -> str:
    """The direction that a register is of."""
    return next(sens for sens, lettre in REGISTRES.items() if registre.endswith(lettre))


def organismes(session: Session) -> Sequence[Organisme]:
    """The bodies beside that of the settings, by name."""
    return session.scalars(select(Organisme).order_by(Organisme.nom)).all()


def nom_organisme(session: Session, registre: str, defaut: str) -> str:
    """Whose register it is, in words; `defaut` is the body of the settings."""
    autre = session.get(Organisme, organisme_de(registre)) if organisme_de(registre) else None
    return autre.nom if autre else defaut


def tous_les_registres(session: Session) -> list[str]:
    """The keys of all registers: those of the settings' body first."""
    signes = ["", *(organisme.cle for organisme in organismes(session))]
    return [cle(signe, sens) for signe in signes for sens in REGISTRES]


def ouvrir_organisme(session: Session, signe: str, nom: str, *, par: str, now: datetime) -> Organisme:
    """Give a body registers of its own; `SaisieRefusee` when its sign cannot be, or is another's."""
    erreurs = {}
    if not _SIGNE.fullmatch(signe):
        erreurs["cle"] = "Donnez un sigle de deux à quatre majuscules ou chiffres, qui commence par une lettre."
    elif session.get(Organisme, signe):
        erreurs["cle"] = "Ce sigle est celui d’un autre organisme."
    if not 1 <= len(nom.strip()) <= _NOM:
        erreurs["nom"] = "Écrivez le nom de l’organisme."
    if erreurs:
        raise SaisieRefusee(erreurs)
    ouvert = Organisme(cle=signe, nom=nom.strip(), ouvert_le=now)
    session.add(ouvert)
    session.flush()
    journal.noter(session, acteur=par, acte="ouvrir-organisme", sujet=f"organisme:{signe}", now=now)
    return ouvert
