"""A Chromium on the gallery, for the tests of the look and of the bundles."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.support.chromium import launched
from tests.web.galerie.app import Galerie, creer


@dataclass(frozen=True, kw_only=True)
class Atelier:
    """A browser, the gallery it looks at, and what its pages complained of."""

    navigateur: Browser
    adresse: str
    galerie: Galerie
    plaintes: list[str] = field(default_factory=list)

    @contextmanager
    def page(self, chemin: str, *, largeur: int = 1440, sombre: bool = False, **contexte: object) -> Iterator[Page]:
        """A page opened, whose errors on the console (content policy included) are kept."""
        cadre = self.navigateur.new_context(
            viewport={"width": largeur, "height": 900}, locale="fr-FR",
            color_scheme="dark" if sombre else "light", **contexte,
        )  # fmt: skip
        page = cadre.new_page()
        page.on("pageerror", lambda erreur: self.plaintes.append(f"{chemin} : {erreur}"))
        page.on("console", lambda mot: self.plaintes.append(f"{chemin} : {mot.text}") if mot.type == "error" else None)
        page.goto(self.adresse + chemin)
        try:
            yield page
        finally:
            cadre.close()


@contextmanager
def ouvrir() -> Iterator[Atelier]:
    """The gallery served on a free port, and Chromium."""
    app, galerie = creer()
    serveur = make_server("127.0.0.1", 0, app, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    with launched() as navigateur:
        yield Atelier(navigateur=navigateur, adresse=f"http://127.0.0.1:{serveur.server_port}", galerie=galerie)
    serveur.shutdown()
    fil.join()
    serveur.server_close()
