"""An SMTP server: how it is reached, how a message is handed to it, and what its refusals mean."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.courrier.errors import ConfigurationRefusee
from app.courrier.ports import Autorisation, Message
from app.outside.mailer.composing import address, compose, impossible, one_line
from app.outside.oauth import TokenRefused, Tokens, xoauth2

_PORTS = {"implicite": 465, "starttls": 587, "none": 25}
_ICI = {"localhost", "127.0.0.1", "::1"}
_TROP_GROS = 552
_PERMANENT = 500


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where messages are handed over: `tls` is implicite, starttls or none, `authority` a PEM file, `timeout` in seconds."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""
    timeout: float = 30.0
    authorised: Autorisation | None = None  # by OAuth2, in place of a password

    @classmethod
    def read(cls, parts: SplitResult, *, timeout: float) -> "Server":
        """Read an URL that was split; without `tls=`, only the machine itself is spoken to in clear."""
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host, wanted = parts.hostname or "", options.pop("tls", "none" if parts.hostname in _ICI else "starttls")
        tls = "implicite" if parts.scheme == "smtps" else wanted
        authority, authorised = options.pop("ca", ""), _authorised(parts, options)
        secret = parts.password or authorised
        faults = [
            *(["le protocole doit être smtp, smtps ou file"] if parts.scheme not in {"smtp", "smtps"} else []),
            *(["le nom du serveur manque"] if not host else []),
            *(["tls vaut starttls ou none"] if tls not in _PORTS else []),
            *(["un mot de passe ne voyage pas en clair"] if tls == "none" and secret and host not in _ICI else []),
            *(_unauthorised(authorised, parts) if authorised else []),
            *(f"l’option {name} est inconnue" for name in sorted(options)),
        ]
        try:
            port = parts.port or _PORTS.get(tls, 0)
        except ValueError:
            faults.append("le port doit être un nombre de 1 à 65535")
        if faults:
            raise ConfigurationRefusee(motifs="SMTP_URL : " + ", ".join(faults))
        return cls(host=host, port=port, tls=tls, user=unquote(parts.username or ""), password=unquote(parts.password or ""),
                   authority=authority, timeout=timeout, authorised=authorised)


class SmtpMailer:
    """Hands each message to an SMTP server, over a connection of its own, certificates verified."""

    def __init__(self, server: Server) -> None:
        """Raises `ConfigurationRefusee` when the private authority cannot be read."""
        self._server, self._tokens = server, Tokens()
        self._tls = ssl.create_default_context()
        try:
            if server.authority:
                self._tls.load_verify_locations(server.authority)
        except OSError as error:
            raise ConfigurationRefusee(motifs=f"SMTP_URL : l’autorité {server.authority} ne se lit pas") from error

    def send(self, message: Message) -> bytes:
        """Send the message and return it as it was sent; raises `EnvoiImpossible`, `definitif` when sending again is useless."""
        raw = compose(message)
        sender = address(message, message.expediteur)
        recipient = address(message, message.destinataire)
        plain = (sender.addr_spec + recipient.addr_spec).isascii()
        try:
            with self._connected(sender.domain) as smtp:
                if not plain and not smtp.has_extn("smtputf8"):
                    raise impossible(message, "le serveur de courriel refuse les adresses accentuées", definitif=True)
                smtp.sendmail(sender.addr_spec, [recipient.addr_spec], raw, () if plain else ("SMTPUTF8",))
        except TokenRefused as refusal:
            raise impossible(message, refusal.motif) from None
        except (smtplib.SMTPException, OSError) as error:
            motif, definitif = _reason(error)
            raise impossible(message, motif, definitif=definitif) from error
        return raw

    @contextlib.contextmanager
    def _connected(self, greeting: str) -> Iterator[smtplib.SMTP]:
        """A session ready to send. `greeting` spares a reverse look-up of our own name, which may hang."""
        server = self._server
        if server.tls == "implicite":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=greeting, timeout=server.timeout, context=self._tls)
        else:
            smtp = smtplib.SMTP(server.host, server.port, local_hostname=greeting, timeout=server.timeout)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if server.authorised:
                self._enter(smtp, server.authorised)
            elif server.user:
                smtp.login(server.user, server.password)
            yield smtp
            # The message is accepted: how the server takes leave changes nothing to it.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _enter(self, smtp: smtplib.SMTP, authorised: Autorisation) -> None:
        """By a token; one that replaces the refresh token is remembered by `Tokens` alone, as long as this process lives."""
        token = self._tokens.access(authorised, lambda _renewed: None)
        try:
            smtp.auth("XOAUTH2", xoauth2(self._server.user, token))
        except smtplib.SMTPAuthenticationError:
            self._tokens.forget(token)
            raise


def _authorised(parts: SplitResult, options: dict[str, str]) -> Autorisation | None:
    """What `oauth2=` and the options beside it say; the password of the URL is then the application's secret."""
    tokens = options.pop("oauth2", "")
    if not tokens:
        return None
    return Autorisation(
        adresse=tokens, application=options.pop("application", ""), secret=unquote(parts.password or ""),
        portee=options.pop("portee", ""), rafraichissement=options.pop("jeton", ""),
    )


def _unauthorised(authorised: Autorisation, parts: SplitResult) -> list[str]:
    """What is missing in it."""
    return [
        *(["oauth2 est une adresse en https://"] if not _over_tls(authorised.adresse) else []),
        *(["oauth2 demande application="] if not authorised.application else []),
        *(["oauth2 demande un secret ou jeton="] if not (authorised.secret or authorised.rafraichissement) else []),
        *(["oauth2 demande un utilisateur"] if not parts.username else []),
    ]


def _over_tls(address: str) -> bool:
    try:
        return urlsplit(address).scheme == "https"
    except ValueError:
        return False


def _reason(error: Exception) -> tuple[str, bool]:
    """Why in French, and whether for good. A fault of our own server or account passes: it will be set right."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, said)] = error.recipients.values()
        return f"l’adresse est refusée par le serveur ({_said(code, said)})", code >= _PERMANENT
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "le serveur de courriel refuse notre compte ; prévenez l’administrateur", False
    if isinstance(error, smtplib.SMTPResponseException):
        refused = isinstance(error, smtplib.SMTPDataError) or error.smtp_code == _TROP_GROS
        what = "le message est refusé par le serveur" if refused else "le serveur de courriel ne nous accepte pas"
        return f"{what} ({_said(error.smtp_code, error.smtp_error)})", refused and error.smtp_code >= _PERMANENT
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "le serveur de courriel n’offre pas la connexion chiffrée ou le compte demandés", False
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "le serveur de courriel ne répond pas à temps", False
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "le serveur de courriel a coupé la connexion", False
    if isinstance(error, ssl.SSLCertVerificationError):
        return "le certificat du serveur de courriel n’est pas reconnu", False
    if isinstance(error, ssl.SSLError):
        return "la connexion chiffrée au serveur de courriel échoue", False
    return "le serveur de courriel ne répond pas", False


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(f"{code} {text}")[:200]
