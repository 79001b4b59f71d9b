"""The one place that picks concrete parts."""

from dataclasses import dataclass

from app.config import Config
from app.courrier.ports import Coffre, Facteur, Lecteur
from app.outside.mailer import mailer
from app.outside.reader import Reader
from app.outside.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the entrances work with: the settings and the concrete outside of each port."""

    config: Config
    coffre: Coffre
    lecteur: Lecteur
    facteur: Facteur


def wire(config: Config) -> Parts:
    """Pick the parts that the settings ask for; raises `ConfigurationRefusee`."""
    return Parts(config=config, coffre=Vault(config.documents_url), lecteur=Reader(), facteur=mailer(config.smtp_url))
