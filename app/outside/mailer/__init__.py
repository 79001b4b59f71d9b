"""The mailer: a message leaves by SMTP, or is filed in a folder, and comes back byte for byte as its proof."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.courrier.errors import ConfigurationRefusee
from app.courrier.ports import Facteur
from app.outside.mailer.folder import FolderMailer
from app.outside.mailer.server import Server, SmtpMailer

__all__ = ["FolderMailer", "Server", "SmtpMailer", "mailer"]


def mailer(url: str, *, timeout: float = 30.0) -> Facteur:
    """The mailer that `url` names: `smtp://user:password@host:587/?tls=starttls`, `smtps://…` or `file:///folder`.

    `tls=none` is for a relay of one's own network, `ca=/path.pem` adds a private authority; `timeout` in seconds. With
    `oauth2=https://…` (of tokens), `application=`, `portee=` and `jeton=` (refresh token), the password is the secret of the
    application.
    Raises `ConfigurationRefusee`.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        return SmtpMailer(Server.read(parts, timeout=timeout))
    if parts.netloc or not parts.path.strip("/"):
        raise ConfigurationRefusee(motifs="SMTP_URL : un dossier s’écrit file:///chemin/du/dossier")
    return FolderMailer(Path(unquote(parts.path)))
