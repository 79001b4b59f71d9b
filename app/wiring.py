"""The one place that picks concrete parts and tells the engine about the trade."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from app.config import ROOT, Config
from app.courrier import circuits
from app.courrier.errors import Illisible
from app.courrier.ports import Coffre, Compositeur, Facteur, Index, Lecteur, Sceau
from app.courrier.services import SERVICES
from app.outside.index_whoosh import WhooshIndex
from app.outside.mailer import mailer
from app.outside.pictures import Pictures
from app.outside.reader import Reader
from app.outside.vault import Vault
from engine import Engine

# The letters wear the same type as the pages, when the front end's packages are there.
FONTS = ROOT / "app/web/assets/node_modules/@fontsource/atkinson-hyperlegible/files"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the entrances work with: the settings, the engine, and the concrete outside of each port."""

    config: Config
    engine: Engine
    coffre: Coffre
    lecteur: Lecteur
    images: Pictures
    facteur: Facteur
    compositeur: Compositeur
    sceau: Sceau
    index: Index


def wire(config: Config) -> Parts:
    """Pick the parts that the settings ask for; raises `ConfigurationRefusee`."""
    coffre, lecteur = Vault(config.documents_url), Reader()
    compositeur = cast(Compositeur, _Later(_typesetter))
    return Parts(
        config=config,
        engine=Engine(circuits.hote(SERVICES)),
        coffre=coffre,
        lecteur=lecteur,
        images=Pictures(coffre, lecteur, config.instance / "images"),
        facteur=mailer(config.smtp_url),
        compositeur=compositeur,
        sceau=cast(Sceau, _Later(lambda: _signer(config, compositeur))),
        index=WhooshIndex(config.index_path),
    )


class _Later:
    """A part made at its first use: what sets and signs letters takes as long to import as all the rest together."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    @cached_property
    def _part(self) -> object:
        return self._make()

    def __getattr__(self, name: str) -> object:
        return getattr(self._part, name)


def _typesetter() -> Compositeur:
    try:
        from app.outside.typesetter import Typesetter
    except OSError as absent:
        motif = "Les bibliothèques de mise en page manquent sur cette machine : demandez l’installation de «libpangoft2-1.0-0»."
        raise Illisible(motif=motif) from absent
    return Typesetter(FONTS)


def _signer(config: Config, compositeur: Compositeur) -> Sceau:
    from app.outside.autorite import Autorite
    from app.outside.signer import Signer

    autorite = Autorite(config.instance / "autorite", organisme=config.organisme.nom)
    return Signer(autorite, compositeur, horodatage=config.tsa_url or "")
