"""A letter drawn for the gallery: pictures of its pages and the boxes of its words, as the reader would give them."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from app.web.assets_manifest import DIST

LARGEUR, HAUTEUR = 595, 842
ECHELLE = 2
POLICES = DIST / "fonts"
PAGES = [
    [
        (70, 90, "Mme Hélène Caradec"), (70, 108, "4 venelle du Moulin"), (70, 126, "35190 Saint-Aubin-des-Prés"),
        (340, 170, "Monsieur le Maire"), (340, 188, "Hôtel de Ville"), (340, 206, "Le 13 novembre 2026"),
        (70, 260, "Objet : recours gracieux, PC 035 1182"), (70, 300, "Monsieur le Maire,"),
        (70, 336, "Par arrêté du 2 octobre, vous avez refusé le permis que j’avais sollicité."),
        (70, 354, "Le motif tiré de l’article UB 7 me paraît erroné : la distance à la limite"),
        (70, 372, "séparative est de 3,20 m, comme le montre le plan joint."),
        (70, 408, "Je vous prie de bien vouloir reconsidérer cette décision dans le délai de"),
        (70, 426, "deux mois."), (340, 500, "H. Caradec"),
    ],
    [(70, 90, "Pièce jointe : plan de masse, échelle 1/200"), (70, 130, "Limite séparative : 3,20 m")],
]  # fmt: skip


@cache
def _dessin(page: int) -> tuple[bytes, list[tuple[str, float, float, float, float, float]]]:
    image = Image.new("RGB", (LARGEUR * ECHELLE, HAUTEUR * ECHELLE), "white")
    trait, police = ImageDraw.Draw(image), ImageFont.truetype(str(next(POLICES.glob("*latin-400-normal*.woff2"))), 13 * ECHELLE)
    mots: list[tuple[str, float, float, float, float, float]] = []
    for x, y, ligne in PAGES[page - 1]:
        debut = float(x * ECHELLE)
        for mot in ligne.split():
            x0, y0, x1, y1 = trait.textbbox((debut, y * ECHELLE), mot, font=police)
            trait.text((debut, y * ECHELLE), mot, font=police, fill="#222")
            mots.append((mot, x0 / image.width, y0 / image.height, x1 / image.width, y1 / image.height, 96.0))
            debut = x1 + 9
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    return sortie.getvalue(), mots


def image(page: int) -> bytes:
    """The page as a PNG."""
    return _dessin(page)[0]


def mots(page: int) -> list[tuple[str, float, float, float, float, float]]:
    """text, x0, y0, x1, y1 (fractions of the page), confidence."""
    return _dessin(page)[1]


def boite(page: int, premier: str, dernier: str) -> tuple[float, float, float, float]:
    """The box from one word to another of the same line."""
    textes = [mot[0] for mot in mots(page)]
    debut = textes.index(premier)
    pris = mots(page)[debut : textes.index(dernier, debut) + 1]
    return min(m[1] for m in pris), min(m[2] for m in pris), max(m[3] for m in pris), max(m[4] for m in pris)
