"""Letters typed on a grid, to try the rules of indexation without a scanner."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.courrier.indexation import Proposition, proposer
from app.courrier.ports import Mot, PageLue

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOUS = (
    "Mairie de Saint-Aubin-des-Prés",
    "1 place de la Fontaine",
    "72990 Saint-Aubin-des-Prés",
    "mairie@saint-aubin.example",
    "02 43 99 00 00",
)
# A page of 600 × 800 points, letters 6 points wide and 10 high.
LARGEUR, HAUTEUR, LETTRE, CORPS = 600.0, 800.0, 6.0, 10.0


def page(*lignes: tuple[float, float, str], numero: int = 1) -> PageLue:
    """A page typed on a grid: each line at x and y, in points."""
    mots: list[Mot] = []
    for x, y, texte in lignes:
        gauche = x
        for jeton in texte.split(" "):
            droite = gauche + LETTRE * len(jeton)
            mots.append((jeton, gauche / LARGEUR, y / HAUTEUR, droite / LARGEUR, (y + CORPS) / HAUTEUR, 95.0))
            gauche = droite + LETTRE
    texte = "\n".join(texte for _, _, texte in lignes)
    return PageLue(numero=numero, largeur=LARGEUR, hauteur=HAUTEUR, texte=texte, mots=mots, source="ocr", confiance=95.0)


def centree(y: float, texte: str) -> tuple[float, float, str]:
    return (LARGEUR - LETTRE * len(texte)) / 2, y, texte


def champs(*pages: PageLue, nous: Sequence[str] = NOUS, entetes: Mapping[str, str] | None = None) -> dict[str, Proposition]:
    return {p.champ: p for p in proposer(pages, now=NOW, nous=nous, entetes=entetes)}


def valeurs(*pages: PageLue, nous: Sequence[str] = NOUS, entetes: Mapping[str, str] | None = None) -> dict[str, str]:
    return {champ: p.valeur for champ, p in champs(*pages, nous=nous, entetes=entetes).items()}


def seule(texte: str, y: float = 100.0) -> dict[str, str]:
    return valeurs(page((50, y, texte)))


def message(texte: str) -> PageLue:
    return PageLue(numero=1, largeur=595.0, hauteur=842.0, texte=texte, mots=(), source="couche")


ODILE = ((50, 40, "Odile FERRANDIER"), (50, 53, "14 chemin des Alouettes"), (50, 66, "72990 Saint-Aubin-des-Prés"))
MAIRIE = (
    *((320, 120, "Monsieur le Maire"), (320, 133, "Mairie de Saint-Aubin-des-Prés")),
    *((320, 146, "1 place de la Fontaine"), (320, 159, "72990 Saint-Aubin-des-Prés")),
)
