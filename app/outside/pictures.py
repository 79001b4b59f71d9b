"""Page pictures, drawn once by the reader and kept beside the vault: a disposable cache, addressed by digest."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from app.courrier.ports import Coffre, Lecteur

LARGEUR = 200
"""Pixels across a small picture."""

VIGNETTES = 20
"""Small pictures drawn at one go."""


class Pictures:
    """Pictures of the pages of vaulted files; deleting the folder only costs drawing them again."""

    def __init__(self, coffre: Coffre, lecteur: Lecteur, dossier: Path) -> None:
        """`dossier` is private to the application."""
        self._coffre, self._lecteur, self._dossier = coffre, lecteur, dossier

    def page(self, sha256: str, *, page: int, largeur: int, tourne: int = 0) -> bytes:
        """The picture of a page (from 1), turned clockwise by `tourne` degrees, `largeur` pixels wide; raises `Illisible`."""
        place = self._dossier / sha256[:2] / f"{sha256}-{page}-{largeur}{f'-{tourne}' if tourne else ''}"
        try:
            return place.read_bytes()
        except FileNotFoundError:
            image = self._lecteur.render(self._coffre.get(sha256), page=page, largeur=largeur, tourne=tourne)
        self._keep(place, image)
        return image

    def vignette(self, sha256: str, *, page: int, pages: Mapping[int, int]) -> bytes:
        """A small picture of a page; those of its neighbours are drawn with it, so that a whole file is opened a few times only.

        `pages`: all that the file has, each with its turn; raises `Illisible`.
        """
        place = self._vignette(sha256, page, pages.get(page, 0))
        if not place.exists():
            group = range(page - (page - 1) % VIGNETTES, page - (page - 1) % VIGNETTES + VIGNETTES)
            wanted = {numero: pages[numero] for numero in group if numero in pages} or {page: 0}
            for numero, image in self._lecteur.render_all(self._coffre.get(sha256), pages=wanted, largeur=LARGEUR):
                self._keep(self._vignette(sha256, numero, wanted[numero]), image)
        return place.read_bytes()

    def _vignette(self, sha256: str, page: int, tourne: int) -> Path:
        return self._dossier / sha256[:2] / f"{sha256}-{page}-{LARGEUR}{f'-{tourne}' if tourne else ''}"

    def _keep(self, place: Path, image: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as tampon:
            tampon.write(image)
        # Two readers may draw the same page at once: the last rename wins, and both are right.
        Path(tampon.name).replace(place)
