"""The typesetter: the HTML of a letter becomes a tagged PDF/A-2b, and nothing is fetched from anywhere."""

import hashlib
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from fontTools.ttLib import woff2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.courrier.errors import Illisible

_STYLE = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.css"), reverse=True))
_POLICE = re.compile(r"(?P<nom>[\w-]+)-latin-(?P<graisse>\d{3})-(?P<style>normal|italic)\.(?:woff2|ttf|otf)")
_IMAGE = re.compile(r"data:image/(?:png|jpeg|svg\+xml|gif)[;,]")
_TAILLE_MAX = 4 << 20


class Typesetter:
    """Sets letters; the same HTML, title and author give the same bytes on the same machine."""

    def __init__(self, polices: Path | None = None) -> None:
        """`polices`: a folder of font files named `<family>-latin-<weight>-<style>.woff2`, used before the system's."""
        self._polices = {
            path.name: path for path in sorted(polices.iterdir()) if _POLICE.fullmatch(path.name)
        } if polices and polices.is_dir() else {}

    def pdf(self, html: str, *, titre: str, auteur: str) -> bytes:
        """The letter as PDF/A-2b; raises `Illisible` when it is unreasonably long."""
        if len(html) > _TAILLE_MAX:
            raise Illisible(motif="Elle est trop longue : raccourcissez-la.")
        fonts = FontConfiguration()
        fetcher = _Nothing(self._polices)
        style = CSS(string=self._faces() + _STYLE, font_config=fonts, url_fetcher=fetcher)
        document = HTML(string=html, url_fetcher=fetcher).render(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2b", pdf_tags=True, hinting=False)
        document.metadata.title, document.metadata.authors = titre, [auteur]
        # The identifier follows from what was asked, never from chance, so that the same letter has the same digest.
        identity = hashlib.sha256("\0".join((titre, auteur, html)).encode("utf-8", "replace")).hexdigest()[:32]
        written = document.write_pdf(
            pdf_variant="pdf/a-2b", pdf_identifier=identity.encode(), pdf_tags=True)
        return bytes(written or b"")

    def _faces(self) -> str:
        faces = ((name, match) for name in self._polices if (match := _POLICE.fullmatch(name)))
        return "".join(
            f"@font-face {{ font-family: Courrier; src: url(police:{name});"
            f" font-weight: {match['graisse']}; font-style: {match['style']} }}\n"
            for name, match in faces
        )


class _Nothing(URLFetcher):  # type: ignore[misc]
    """Gives images written in the letter itself and the packaged fonts; refuses every other address, files included."""

    def __init__(self, polices: dict[str, Path]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._polices = polices

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The bytes at this address, or `ValueError`, which leaves the place empty."""
        police = self._polices.get(unquote(url.removeprefix("police:")))
        if url.startswith("police:") and police:
            return URLFetcherResponse(url, _unpacked(police), {"Content-Type": "font/ttf"})
        if not _IMAGE.match(url):
            raise ValueError("address refused")
        return super().fetch(url, headers)


@cache
def _unpacked(police: Path) -> bytes:
    """A packaged font as the renderer wants it; unpacking takes longer than setting the letter, so it is done once."""
    if police.suffix != ".woff2":
        return police.read_bytes()
    unpacked = BytesIO()
    woff2.decompress(police, unpacked)
    return unpacked.getvalue()
