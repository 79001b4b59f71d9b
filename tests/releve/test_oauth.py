"""A mailbox whose server refuses passwords: entered by a token, which is asked for, kept, renewed, and never written."""

import base64
import errno
import imaplib
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.courrier import collecte, journal
from app.courrier.errors import SaisieRefusee
from app.courrier.ports import Autorisation
from app.db import db, transaction
from app.outside.oauth import TokenRefused
from app.outside.oauth import Tokens as Asks
from app.web.context import parts
from tests.releve.bureau import add, box, collect, depots
from tests.releve.conftest import session
from tests.releve.test_mailbox import letter
from tests.support.dovecot import Dovecot
from tests.support.tokens import APPLICATION, SECRET, Tokens


@pytest.fixture
def tokens(imap: Dovecot) -> Tokens:
    """The token server, that knows nothing yet."""
    imap.tokens.forget()
    return imap.tokens


def oauth(app: Flask, imap: Dovecot, user: str, **said: object) -> int:
    """A box entered by OAuth2, of a user whom the tokens are for."""
    imap.tokens.user = user
    known: dict[str, object] = {
        "adresse": imap.address, "utilisateur": user, "destination": "Pris", "connexion": "application",
        "jetons": imap.tokens.address, "application": APPLICATION, "secret": SECRET, "portee": "courriel/.default",
    }  # fmt: skip
    return add(app, user, **{**known, **said})


def jwt(**claims: object) -> str:
    """A token that says this of itself."""
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims)) + ".s"


def test_an_application_collects_a_mailbox_and_asks_for_a_token_only_when_it_must(
    mairie: Flask, imap: Dovecot, tokens: Tokens, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    with session(imap, "oauth") as client:
        client.append("INBOX", letter(1))
        number = oauth(mairie, imap, "oauth")
        assert collect(mairie, number).pris == 1
        client.append("INBOX", letter(2))
    assert collect(mairie, number).pris == 1
    assert tokens.asked == [{"grant_type": "client_credentials", "client_id": APPLICATION, "client_secret": SECRET,
                             "scope": "courriel/.default"}]  # fmt: skip
    assert [raw for _depot, raw in depots(mairie)] == [letter(1), letter(2)]
    kept = (tmp_path / "ville.db").read_bytes() + (tmp_path / "ville.db-wal").read_bytes()
    for secret in (SECRET, "jeton-1"):
        assert secret not in caplog.text
        assert secret.encode() not in kept
        with mairie.app_context():
            assert secret not in repr(collecte.ouverture(box(mairie, number), parts().cachette))
            assert secret not in "".join(journal.exporter(db.session()))


def test_a_token_within_a_minute_of_its_end_is_not_used_and_a_refresh_token_that_changes_is_kept(
    mairie: Flask, imap: Dovecot, tokens: Tokens
) -> None:
    tokens.refresh, tokens.lasts = "premier", 60
    number = oauth(mairie, imap, "suite", connexion="rafraichissement", portee="", jeton="premier")
    for _ in range(3):
        assert collect(mairie, number).erreur == ""
    assert [form["refresh_token"] for form in tokens.asked] == ["premier", "suite-1", "suite-2"]
    with mairie.app_context():
        with transaction() as writing:  # one typed since is not written over
            collecte.renouveler(writing, number, "celui d’avant", "autre")
        given = collecte.ouverture(box(mairie, number), parts().cachette).autorisation
        assert given is not None
        assert given.rafraichissement == "suite-3"
        assert "suite-3" not in repr(given)


def test_a_refresh_token_is_shown_once_also_by_who_could_not_keep_the_next(tokens: Tokens, imap: Dovecot) -> None:
    tokens.refresh, asks, kept = "premier", Asks(), list[str]()
    given = Autorisation(adresse=tokens.address, application=APPLICATION, secret=SECRET, rafraichissement="premier")

    def full(_token: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        asks.access(given, full)
    assert (asks.access(given, kept.append), kept) == ("jeton-1", ["suite-1"])
    asks.forget("jeton-1")
    tokens.refuses = (503, b"")
    with pytest.raises(TokenRefused, match="en panne"):
        asks.access(given, kept.append)
    tokens.refuses = None
    assert (asks.access(given, kept.append), kept) == ("jeton-3", ["suite-1", "suite-3"])
    assert asks.access(replace(given, rafraichissement="suite-3"), full) == "jeton-3"
    with pytest.raises(TokenRefused, match="vérifiez l’adresse"):
        asks.access(replace(given, adresse="https://localhost/é"), full)


MICROSOFT = {"error": "invalid_client", "error_description": "AADSTS: …"}
REFUSALS: dict[str, tuple[int, bytes]] = {
    "a expiré": (401, json.dumps({**MICROSOFT, "error_codes": [7000222]}).encode()),
    "saisissez sa valeur": (401, json.dumps({**MICROSOFT, "error_codes": [7000215]}).encode()),
    "locataire (tenant) est inconnu": (400, json.dumps({"error": "invalid_request", "error_codes": [90002]}).encode()),
    "jeton de rafraîchissement n’est plus valable": (400, b'{"error": "invalid_grant"}'),
    "répond : pas aujourd’hui": (400, json.dumps({"error": "x", "error_description": "pas aujourd’hui"}).encode()),
    "en panne": (503, b"<html>"),
    "refuse la demande": (302, b""),
    "ne répond pas comme prévu": (200, b'{"access_token": "deux\\r\\nlignes"}'),
    "comme prévu": (200, b'{"access_token": "' + b"a" * (1 << 17) + b'"}'),
}


def test_why_no_token_is_given_is_said_in_words(mairie: Flask, imap: Dovecot, tokens: Tokens) -> None:
    number = oauth(mairie, imap, "refus-jeton")
    for words, tokens.refuses in REFUSALS.items():
        assert words in collect(mairie, number).erreur
    asked = len(tokens.asked)
    assert "certificat du serveur de jetons" in collect(
        mairie, oauth(mairie, imap, "sans-ca", jetons=tokens.address.partition("?")[0])).erreur
    gone = tokens.address.replace(str(tokens.server_port), "1")
    assert "serveur de jetons ne répond pas" in collect(mairie, oauth(mairie, imap, "absent-jeton", jetons=gone)).erreur
    assert len(tokens.asked) == asked


def test_a_token_that_the_mail_server_refuses_is_told_with_the_right_that_lacks_and_asked_for_anew(
    mairie: Flask, imap: Dovecot, tokens: Tokens
) -> None:
    number = oauth(mairie, imap, "droits")
    tokens.user, tokens.extra = "quelqu’un d’autre", "opaque-"
    assert "refuse cette boîte à l’application" in collect(mairie, number).erreur
    tokens.user, tokens.extra = "", jwt(tid="mairie", roles=["POP.AccessAsApp"])
    assert "« IMAP.AccessAsApp »" in collect(mairie, number).erreur
    tokens.extra = jwt(tid="mairie", roles=["IMAP.AccessAsApp"])
    assert "refuse cette boîte à l’application" in collect(mairie, number).erreur
    tokens.user = "droits"
    assert collect(mairie, number).erreur == ""


@pytest.mark.parametrize("connexion", ["application", "mot_de_passe"])
def test_a_server_that_hangs_up_refuses_nobody(
    mairie: Flask, imap: Dovecot, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, connexion: str
) -> None:
    number = oauth(mairie, imap, f"coupure-{connexion}", connexion=connexion, mot_de_passe="secret")

    asked = imaplib.IMAP4._simple_command

    def hangs_up(client: imaplib.IMAP4, name: str, *more: str) -> tuple[str, list[bytes]]:
        if name in ("LOGIN", "AUTHENTICATE"):
            raise imaplib.IMAP4.abort("socket error: EOF")
        return asked(client, name, *more)

    monkeypatch.setattr(imaplib.IMAP4, "_simple_command", hangs_up)
    assert collect(mairie, number).erreur == "le serveur a coupé la connexion"


def test_a_secret_is_asked_for_again_when_it_would_go_elsewhere(mairie: Flask, imap: Dovecot, tokens: Tokens) -> None:
    number = oauth(mairie, imap, "garde-secret")
    known = {"nom": "garde-secret", "adresse": imap.address, "utilisateur": "garde-secret", "connexion": "application",
             "jetons": tokens.address, "application": APPLICATION}  # fmt: skip

    def change(**said: str) -> None:
        with mairie.app_context(), transaction() as writing:
            collecte.modifier(writing, number, collecte.Saisie(**{**known, **said}), cachette=parts().cachette, par="ines",
                              now=datetime.now(UTC))  # type: ignore[arg-type]  # fmt: skip

    change()
    assert collect(mairie, number).erreur == ""
    for changed in ({"jetons": "https://ailleurs.example/token"}, {"application": "autre"}, {"jetons": "http://localhost/"},
                    {"connexion": "rafraichissement"}, {"connexion": "mot_de_passe"}, {"connexion": "autrement"}):  # fmt: skip
        with pytest.raises(SaisieRefusee, match=r"secret de l|https://|jeton de raf|mot de passe|s’ouvre cette"):
            change(**changed)
    change(connexion="mot_de_passe", mot_de_passe="secret")  # what is left of the other way, in the form, asks for nothing
    change(connexion="mot_de_passe")
    change(jetons="https://login.microsoftonline.com/mairie/oauth2/v2.0/token", secret="autre")
    assert box(mairie, number).portee == "https://outlook.office365.com/.default"
