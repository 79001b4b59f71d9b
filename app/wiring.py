"""The one place that picks concrete parts and tells the engine about the trade."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.config import ROOT, Config
from app.courrier import circuits
from app.courrier.errors import ConfigurationRefusee, Illisible
from app.courrier.ports import Cachette, Codes, Coffre, Compositeur, Etiqueteuse, Facteur, Index, Lecteur, Relais, Sceau
from app.courrier.services import SERVICES
from app.outside.index_whoosh import WhooshIndex
from app.outside.mailer import mailer
from app.outside.pictures import Pictures
from app.outside.reader import Office, Reader, languages
from app.outside.vault import Vault
from app.outside.zebra import Zebra
from engine import Engine

if TYPE_CHECKING:
    from app.outside.certificats import Trousseau

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
    codes: Codes
    etiqueteuse: Etiqueteuse
    relais: Relais
    cachette: Cachette


def wire(config: Config) -> Parts:
    """Pick the parts that the settings ask for; raises `ConfigurationRefusee`."""
    coffre, lecteur = Vault(config.documents_url), _reader(config)
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
        codes=cast(Codes, _Later(_codes)),
        etiqueteuse=Zebra(),
        relais=cast(Relais, _Later(lambda: _inbox(config))),
        cachette=cast(Cachette, _Later(lambda: _cachette(config))),
    )


def _reader(config: Config) -> Reader:
    absent = languages.missing(config.langues) if config.langues != Config.langues else ()
    if absent:
        raise ConfigurationRefusee(
            motifs="VAGUEMESTRE_LANGUES : tesseract n’a pas les données de "
            + ", ".join(f"{langue} (paquet tesseract-ocr-{langue.replace('_', '-').lower()})" for langue in absent)
        )
    return Reader(langues=config.langues, office=Office(config.instance / "conversions", config.libreoffice))


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


def _codes() -> Codes:
    from app.outside.codes import QrCodes

    return QrCodes()


def _inbox(config: Config) -> Relais:
    from app.outside.inbox import Inbox

    return Inbox(config.folders)


def _cachette(config: Config) -> Cachette:
    from app.outside.cachette import SecretCachette

    return SecretCachette(config.secret_key)


def _signer(config: Config, compositeur: Compositeur) -> Sceau:
    from app.outside.signer import Signer

    return Signer(_trousseau(config), compositeur, horodatage=config.tsa_url or "")


def _trousseau(config: Config) -> "Trousseau":
    """The demonstration's own authority signs for nobody but its people."""
    if config.demo:
        from app.outside.autorite import Autorite

        return Autorite(config.instance / "autorite", organisme=config.organisme.nom)
    from app.outside.certificats import Certificats, SansCertificat

    return Certificats(config.certificats, mot_de_passe=config.mot_de_passe) if config.certificats else SansCertificat()


def examiner_certificats(dossier: Path, mot_de_passe: str, *, now: datetime) -> None:
    """Raise a ValueError that names all that is wrong with the certificates of a folder."""
    from app.outside.certificats import Certificats

    fautes = Certificats(dossier, mot_de_passe=mot_de_passe).fautes(now=now)
    if fautes:
        raise ValueError(", ".join(fautes))


def avertissements(config: Config, *, now: datetime) -> Iterator[str]:
    """What whoever starts the program should know, though it runs: who cannot sign, or soon cannot."""
    if config.demo:
        return
    if config.certificats is None:
        yield "Sans VAGUEMESTRE_CERTIFICATS, rien ne peut être signé : donnez le dossier des certificats de signature."
        return
    from app.outside.certificats import Certificats

    yield from Certificats(config.certificats, mot_de_passe=config.mot_de_passe).finissent(now=now)
