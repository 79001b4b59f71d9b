"""Numbers: gap-free per register and year under a row lock, and the code by which an usager follows their courrier."""

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.courrier.tables import Registre
from app.courrier.tables.absents import inserer_absents

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No sign that another is taken for when read aloud or written by hand: neither 0 and O, nor 1, I and L."""


def numeroter(session: Session, registre: str, annee: int) -> int:
    """The next number of this register in this year; whoever else asks waits until this transaction ends.

    A transaction that is rolled back gives its number back, so that none is ever missing.
    """
    suivant = (
        update(Registre).where(Registre.cle == registre, Registre.annee == annee)
        .values(dernier=Registre.dernier + 1).returning(Registre.dernier)
    )
    options = {"synchronize_session": False}
    numero = session.execute(suivant, execution_options=options).scalar_one_or_none()
    if numero is None:
        # The first of the year: two clerks may both come here, and only one makes the row.
        inserer_absents(session, Registre, [{"cle": registre, "annee": annee, "dernier": 0}])
        numero = session.execute(suivant, execution_options=options).scalar_one()
    return numero


def chrono(registre: str, annee: int, numero: int) -> str:
    """The number as people write it: «A-2026-00012», «CCAS-A-2026-00012» for a body that has a sign."""
    signe = f"{registre[:-1]}-" if registre[:-1] else ""
    return f"{signe}{registre[-1]}-{annee}-{numero:05d}"


def code_suivi() -> str:
    """A code nobody can guess nor misread: «K7QMX-3RTPA», 49 bits."""
    signes = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{signes[:5]}-{signes[5:]}"
