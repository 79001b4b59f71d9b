"""Page pictures, drawn once by the reader and kept beside the vault: a disposable cache, addressed by digest."""

import tempfile
from pathlib import Path

from app.courrier.ports import Coffre, Lecteur


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
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as tampon:
            tampon.write(image)
        # Two readers may draw the same page at once: the last rename wins, and both are right.
        Path(tampon.name).replace(place)
        return image
