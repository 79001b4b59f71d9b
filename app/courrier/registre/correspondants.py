"""Outside people and bodies: found again by e-mail, telephone or name, so that each has one sheet."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, Courrier
from engine import Phrase

_CHIFFRES_TELEPHONE = 9
"""The last digits that tell a telephone from another, whatever its prefix: 02 99 00 00 00, +33 2 99 00 00 00."""

_LONGUEURS = {
    "civilite": 20, "nom": 200, "prenom": 100, "organisme": 200, "adresse": 1000, "code_postal": 10, "ville": 100,
    "courriel": 200, "telephone": 50, "siret": 14,
}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A correspondant's sheet as typed; a body may have a person in it (`nom`), a person a body (`organisme`)."""

    genre: str = "personne"
    civilite: str = ""
    nom: str = ""
    prenom: str = ""
    organisme: str = ""
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    courriel: str = ""
    telephone: str = ""
    siret: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A sheet that may be the one meant, why, and how surely (0..1)."""

    correspondant: Correspondant
    raison: str
    confiance: float


def correspondant(session: Session, correspondant_id: int) -> Correspondant:
    """One sheet; `Introuvable`."""
    trouve = session.get(Correspondant, correspondant_id)
    if trouve is None:
        raise Introuvable(quoi="Ce correspondant")
    return trouve


def trouver(session: Session, contact: Contact, *, limite: int = 5) -> list[Suggestion]:
    """Sheets that may be this contact's, the surest first; a telephone may be shared, a name alone may be another's."""
    trouves: dict[int, Suggestion] = {}
    for raison, confiance, condition in _essais(contact):
        for fiche in session.scalars(select(Correspondant).where(condition).order_by(Correspondant.id).limit(limite)):
            trouves.setdefault(fiche.id, Suggestion(correspondant=fiche, raison=raison, confiance=confiance))
    return list(trouves.values())[:limite]


def _essais(contact: Contact) -> Iterator[tuple[str, float, ColumnElement[bool]]]:
    courriel, telephone = contact.courriel.strip().lower(), _chiffres(contact.telephone)
    siret, code = re.sub(r"\s", "", contact.siret), contact.code_postal.strip()
    nom = _nom_plie(contact)
    # «Odile Ferrandier» and «FERRANDIER Odile» are one: all the words, and no other before the bar that ends the name.
    fin_du_nom = func.substr(Correspondant.cherche, len(nom) + 1, 3) == " | "
    mots = and_(fin_du_nom, *(_contient(mot) for mot in nom.split())) if nom else None
    rue = _rue(contact)
    if siret:
        yield "même SIRET", 0.97, Correspondant.siret == siret
    if courriel:
        yield "même courriel", 0.95, Correspondant.courriel == courriel
    if mots is not None and code:
        yield "mêmes nom et code postal", 0.92, mots & _contient(f"| {code}")
    if len(telephone) == _CHIFFRES_TELEPHONE:
        yield "même téléphone", 0.85, _contient(f" tel{telephone}")
    if mots is not None:
        yield "même nom", 0.6, mots
    if rue and code:
        yield "même adresse", 0.5, _contient(f"| {code}") & _contient(f"| {rue} |")


def chercher(session: Session, texte: str, *, limite: int = 20) -> list[Correspondant]:
    """Sheets that hold every word typed, in any order: name, body, code postal, town, e-mail or telephone."""
    conditions = portant(texte)
    if not conditions:
        return []
    return list(session.scalars(select(Correspondant).where(*conditions).order_by(Correspondant.cherche).limit(limite)))


def portant(texte: str) -> list[ColumnElement[bool]]:
    """What a sheet that holds every word typed answers to; nothing when none is."""
    return [_contient(mot) for mot in plier(texte).split()[:8]]


def creer(session: Session, contact: Contact, *, par: str, now: datetime, prefixe: str = "") -> Correspondant:
    """A new sheet; `SaisieRefusee` with what to put right by field, named after `prefixe`."""
    valeurs = valider(contact, prefixe)
    nouveau = Correspondant(**valeurs, cherche=_cherche(Contact(**valeurs)))
    session.add(nouveau)
    session.flush()
    journal.noter(session, acteur=par, acte="creer-correspondant", sujet=f"correspondant:{nouveau.id}", now=now)
    return nouveau


def modifier(session: Session, correspondant_id: int, contact: Contact, *, par: str, now: datetime) -> Correspondant:
    """Correct a sheet; the journal tells which fields changed, not what was in them."""
    fiche = correspondant(session, correspondant_id)
    valeurs = valider(contact)
    changes = sorted(champ for champ, valeur in valeurs.items() if getattr(fiche, champ) != valeur)
    if changes:
        for champ in changes:
            setattr(fiche, champ, valeurs[champ])
        fiche.cherche = _cherche(Contact(**valeurs))
        session.flush()
        journal.noter(
            session, acteur=par, acte="modifier-correspondant", sujet=f"correspondant:{fiche.id}", now=now, champs=changes,
        )
    return fiche


def designer(session: Session, courrier: Courrier, contact: Contact, *, par: str, now: datetime) -> Correspondant:
    """Name the correspondant of a courrier that came without one, so that it can be answered.

    `SaisieRefusee`, its fields named `destinataire_…`, with what to put right.
    """
    fiche = creer(session, contact, par=par, now=now, prefixe="destinataire_")
    courrier.correspondant_id = fiche.id
    session.flush()
    journal.noter(session, acteur=par, acte="designer-correspondant", sujet=f"courrier:{courrier.id}", now=now, fiche=fiche.id)
    return fiche


def nom_complet(fiche: Correspondant | None) -> str:
    """«Mme Hélène Caradec», «Mme Hélène Caradec, Les Amis du kiosque», «Les Amis du kiosque», or nothing."""
    if fiche is None:
        return ""
    personne = " ".join(mot for mot in (fiche.civilite, fiche.prenom, fiche.nom) if mot) if fiche.nom else ""
    return ", ".join(mot for mot in (personne, fiche.organisme) if mot)


def valider(contact: Contact, prefixe: str = "") -> dict[str, str]:
    """The clean values of a sheet by field; `SaisieRefusee`, its fields named after `prefixe`."""
    valeurs = {
        champ: "\n".join(" ".join(ligne.split()) for ligne in str(valeur).splitlines()).strip()
        for champ, valeur in asdict(contact).items()
    }
    valeurs["courriel"] = valeurs["courriel"].lower()
    valeurs["siret"] = re.sub(r"\s", "", valeurs["siret"])
    erreurs: dict[str, str] = {
        champ: Phrase("Écrivez au plus {maximum} signes.", maximum=maximum)
        for champ, maximum in _LONGUEURS.items() if len(valeurs[champ]) > maximum
    }
    if valeurs["genre"] not in ("personne", "organisme"):
        erreurs["genre"] = "Choisissez personne ou organisme."
    if not valeurs["nom"] and not valeurs["organisme"]:
        erreurs["organisme" if valeurs["genre"] == "organisme" else "nom"] = "Donnez le nom du correspondant."
    if valeurs["courriel"] and not _est_courriel(valeurs["courriel"]):
        erreurs["courriel"] = "Cette adresse n’est pas une adresse électronique."
    if valeurs["telephone"] and not re.fullmatch(r"\+?[\d\s.()/-]{6,}", valeurs["telephone"]):
        erreurs["telephone"] = "Ce numéro de téléphone ne se compose pas."
    if valeurs["siret"] and not re.fullmatch(r"\d{14}", valeurs["siret"]):
        erreurs["siret"] = "Un SIRET a quatorze chiffres."
    if erreurs:
        raise SaisieRefusee({prefixe + champ: phrase for champ, phrase in erreurs.items()})
    return valeurs


def _est_courriel(adresse: str) -> bool:
    try:
        validate_email(adresse, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _cherche(contact: Contact) -> str:
    """`name | code postal town | body | e-mail | telephone | street |`, folded: the name first, looked up to its last letter."""
    telephone = _chiffres(contact.telephone)
    morceaux = (
        _nom_plie(contact), f"{contact.code_postal} {plier(contact.ville)}".strip(),
        plier(contact.organisme) if contact.nom else "", contact.courriel, f" tel{telephone} 0{telephone}" if telephone else "",
        f"{_rue(contact)} |",
    )
    return " | ".join(morceaux)[:500]


def _nom_plie(contact: Contact) -> str:
    nom = f"{contact.nom} {contact.prenom}" if contact.nom else contact.organisme
    return " ".join(re.findall(r"\w+", plier(nom)))


def _rue(contact: Contact) -> str:
    return " ".join(re.findall(r"\w+", plier(contact.adresse)))[:100]


def _chiffres(telephone: str) -> str:
    return re.sub(r"\D", "", telephone)[-_CHIFFRES_TELEPHONE:]


def _contient(mot: str) -> ColumnElement[bool]:
    return Correspondant.cherche.contains(mot, autoescape=True)
