"""What an e-mail says of itself in its headers."""

import re
from collections.abc import Iterator, Mapping
from email.utils import parseaddr, parsedate_to_datetime
from zoneinfo import ZoneInfo

from app.courrier.indexation.lignes import plier
from app.courrier.indexation.proposition import Proposition, arrondie

_PREFIXES = re.compile(r"^(?:\s*(?:re|fw|fwd|tr|ref)\s*:)+\s*", re.IGNORECASE)
_PARIS = ZoneInfo("Europe/Paris")


def des_entetes(entetes: Mapping[str, str], nous: tuple[str, ...]) -> Iterator[Proposition]:
    """Sender, address, date and subject; doubtful when the message comes from ourselves (a forward)."""
    nom, adresse = parseaddr(entetes.get("reply-to") or entetes.get("from", ""))
    nom = parseaddr(entetes.get("from", ""))[0] or nom
    sure = 0.3 if plier(adresse) in {plier(texte) for texte in nous} else 0.95
    if adresse:
        origine = f"{nom} <{adresse}>".strip()
        yield _proposition("courriel", adresse.lower(), sure, origine)
        yield _proposition("expediteur", nom or adresse, sure if nom else 0.5, origine)
    objet = _PREFIXES.sub("", entetes.get("subject", "")).strip()
    if objet:
        yield _proposition("objet", objet, 0.95, entetes["subject"])
    jour = _jour(entetes.get("date", ""))
    if jour:
        yield _proposition("date_courrier", jour, 0.95, entetes["date"])


def _jour(texte: str) -> str:
    try:
        ecrit = parsedate_to_datetime(texte)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return (ecrit.astimezone(_PARIS) if ecrit.tzinfo else ecrit).date().isoformat()


def _proposition(champ: str, valeur: str, confiance: float, extrait: str) -> Proposition:
    return Proposition(
        champ=champ,
        valeur=valeur,
        confiance=arrondie(confiance),
        page=1,
        boite=None,
        extrait=extrait,
        raison="en-tête du courriel",
    )
