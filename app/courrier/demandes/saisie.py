"""What an usager typed, and what is wrong with it, all fields at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.correspondants import valider
from app.courrier.errors import SaisieRefusee
from app.courrier.registre import Contact
from app.courrier.tables import Nature

OBJET_MAX = 200
TEXTE_MAX = 20_000
_TEXTE_MIN = 10


@dataclass(frozen=True, kw_only=True)
class Missive:
    """A message to the town hall. `nature`: the key of one that is open to usagers, or "" when they do not know.

    `reference`: the sender's own. `suite_de`: the number of what this completes.
    """

    contact: Contact = field(default_factory=Contact)
    nature: str = ""
    objet: str = ""
    texte: str = ""
    reference: str = ""
    suite_de: str = ""


def natures_ouvertes(session: Session) -> Sequence[Nature]:
    """The natures that usagers may choose, in the order of their words."""
    ouvertes = select(Nature).where(Nature.sens == "arrivee", Nature.titre_usager != "")
    return session.scalars(ouvertes.order_by(Nature.titre_usager)).all()


def controler(session: Session, missive: Missive, *, joignable: bool = True, texte: bool = True) -> Missive:
    """The message with its contact made clean; `SaisieRefusee` with a sentence for each wrong field.

    `joignable`: an answer must have somewhere to go. `texte`: words must be there, files do not do.
    """
    erreurs = {**_textes(missive, texte), **_nature(session, missive)}
    contact = missive.contact
    try:
        contact = Contact(**valider(contact))
    except SaisieRefusee as refus:
        erreurs |= refus.erreurs
    postale = contact.adresse and contact.code_postal and contact.ville
    if joignable and not contact.courriel.strip() and not postale:
        erreurs["courriel"] = "Donnez une adresse électronique ou une adresse postale complète, où vous répondre."
    if erreurs:
        raise SaisieRefusee(erreurs)
    return Missive(
        contact=contact, nature=missive.nature, objet=" ".join(missive.objet.split()), texte=missive.texte.strip(),
        reference=" ".join(missive.reference.split()), suite_de=missive.suite_de,
    )


def _textes(missive: Missive, texte: bool) -> dict[str, str]:
    erreurs = {}
    if not missive.objet.strip():
        erreurs["objet"] = "Dites en quelques mots de quoi il s’agit."
    elif len(missive.objet) > OBJET_MAX:
        erreurs["objet"] = f"Écrivez au plus {OBJET_MAX} signes."
    if texte and len(missive.texte.strip()) < _TEXTE_MIN:
        erreurs["texte"] = "Écrivez votre message : dix caractères au moins."
    elif len(missive.texte) > TEXTE_MAX:
        erreurs["texte"] = "Votre message est trop long ; joignez le reste en fichier."
    if len(missive.reference) > 100:
        erreurs["reference"] = "Écrivez au plus 100 signes."
    return erreurs


def _nature(session: Session, missive: Missive) -> dict[str, str]:
    if missive.nature and missive.nature not in {nature.cle for nature in natures_ouvertes(session)}:
        return {"nature": "Choisissez dans la liste."}
    return {}
