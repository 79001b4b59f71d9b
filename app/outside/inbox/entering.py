"""How a mailbox is entered: by its password, or by a token (SASL XOAUTH2) where passwords are refused."""

import imaplib
from collections.abc import Callable

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from app.courrier.errors import ReleveImpossible
from app.courrier.ports import Ouverture
from app.outside.oauth import TokenRefused, Tokens, lacks, xoauth2

_XOAUTH2 = "AUTH=XOAUTH2"
_RIGHT = "IMAP.AccessAsApp"
"""By which an application reads mailboxes of Microsoft 365 without anyone being there."""


def enter(client: IMAPClient, ouverture: Ouverture, tokens: Tokens, renewed: Callable[[str], None]) -> None:
    """Log in as the box says; `renewed` as `Tokens.access` says. `ReleveImpossible` when we are not let in."""
    if ouverture.autorisation:
        _by_token(client, ouverture, tokens, renewed)
    else:
        _by_password(client, ouverture.utilisateur, ouverture.mot_de_passe)


def _by_password(client: IMAPClient, user: str, password: str) -> None:
    # LOGIN knows nothing but ASCII; accents go by SASL.
    login = client.login if (user + password).isascii() else client.plain_login
    try:
        login(user, password)
    except LoginError as refusal:
        _told(refusal)
        if client.has_capability(_XOAUTH2):
            raise ReleveImpossible(
                motif="le serveur refuse cet utilisateur ou ce mot de passe ; peut-être n’accepte-t-il qu’OAuth2") from refusal
        raise ReleveImpossible(motif="le serveur refuse cet utilisateur ou ce mot de passe") from refusal


def _by_token(client: IMAPClient, ouverture: Ouverture, tokens: Tokens, renewed: Callable[[str], None]) -> None:
    given = ouverture.autorisation
    assert given  # noqa: S101 - who calls has looked
    if not client.has_capability(_XOAUTH2):
        raise ReleveImpossible(motif="ce serveur n’accepte pas OAuth2 ; choisissez la connexion par mot de passe")
    try:
        token = tokens.access(given, renewed)
    except TokenRefused as refusal:
        raise ReleveImpossible(motif=refusal.motif) from None
    try:
        client.sasl_login("XOAUTH2", xoauth2(ouverture.utilisateur, token))
    except LoginError as refusal:
        _told(refusal)
        tokens.forget(token)
        # Not `from` it: what failed holds the token in its frames.
        if lacks(token, _RIGHT):
            raise ReleveImpossible(
                motif="l’application n’a pas le droit « IMAP.AccessAsApp » ; ajoutez-le chez Microsoft, et donnez le "
                "consentement de l’administrateur") from None
        raise ReleveImpossible(
            motif="le serveur refuse cette boîte à l’application ; vérifiez l’utilisateur, la portée, et que l’accès lui "
            "est donné") from None


def _told(refusal: LoginError) -> None:
    """Raise the end of the connection for what it is: it refuses nobody, and asks nobody to look at a password."""
    if isinstance(refusal.__context__, imaplib.IMAP4.abort):
        raise ReleveImpossible(motif="le serveur a coupé la connexion") from None
