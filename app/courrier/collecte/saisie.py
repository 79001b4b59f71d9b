"""What the administrator says of a box, as it is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CONNEXIONS = ("mot_de_passe", "application", "rafraichissement")
"""How a mailbox is entered: by its password; by OAuth2, as an application alone or by a refresh token that it was given."""


@dataclass(frozen=True, kw_only=True)
class Saisie:
    """What is said of a box; `mot_de_passe`, `secret` or `jeton` empty: the one that is kept already."""

    nom: str
    adresse: str
    utilisateur: str = ""
    connexion: str = "mot_de_passe"
    mot_de_passe: str = field(default="", repr=False)
    jetons: str = ""
    application: str = ""
    secret: str = field(default="", repr=False)
    portee: str = ""
    jeton: str = field(default="", repr=False)
    source: str = "INBOX"
    destination: str = ""
    bureau_id: int | None = None
    regles: Sequence[Mapping[str, str]] = ()
