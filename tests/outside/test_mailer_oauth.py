"""A letter leaves by a server that refuses passwords: the mailer shows a token, which is asked for and kept."""

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.courrier.errors import ConfigurationRefusee, EnvoiImpossible
from app.outside.mailer import mailer
from tests.outside.test_mailer import LETTRE, Boite, port_libre
from tests.support import tokens
from tests.support.dovecot import certificate

ASKED = "https://jetons.example/token"


class Office(Boite):
    """A server that knows one token."""

    shown, known = b"", b"jeton-1"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        self.shown = base64.b64decode(args[1])
        good = self.shown == b"user=mairie@saint-aubin.example\1auth=Bearer " + self.known + b"\1\1"
        if not good:
            assert await server.challenge_auth(b'{"status": "400"}') == b""
        return AuthResult(success=good, handled=False)


def test_a_letter_leaves_by_a_token(tmp_path: Path) -> None:
    certificate(tmp_path)
    context, office = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Office()
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = Controller(office, hostname="127.0.0.1", port=port_libre(), tls_context=context, require_starttls=True,
                        auth_required=True)  # fmt: skip
    server.start()
    with tokens.running(tmp_path / "cert.pem") as given:
        where = given.address.replace("?", "%3F")
        ours = mailer(
            f"smtp://mairie%40saint-aubin.example:{tokens.SECRET}@localhost:{server.port}/?tls=starttls&ca={given.authority}"
            f"&oauth2={where}&application={tokens.APPLICATION}&portee=envoi/.default",
        )
        ours.send(LETTRE)
        ours.send(LETTRE)
        assert (len(office.recus), len(given.asked), given.asked[0]["scope"]) == (2, 1, "envoi/.default")
        office.known = b"jeton-2"
        with pytest.raises(EnvoiImpossible, match="refuse notre compte"):
            ours.send(LETTRE)
        ours.send(LETTRE)  # the token that was refused is not shown again
        given.refuses = (400, b'{"error": "invalid_client"}')
        office.known = b"jeton-3"
        with pytest.raises(EnvoiImpossible, match="refuse notre compte"):
            ours.send(LETTRE)
        with pytest.raises(EnvoiImpossible, match="secret de l’application est refusé") as refused:
            ours.send(LETTRE)
        assert not refused.value.definitif
    server.stop()
    assert len(office.recus) == 3


@pytest.mark.parametrize(("url", "said"), [
    (f"smtp://mairie:secret@x.example/?oauth2={ASKED}", "application="),
    (f"smtp://mairie@x.example/?oauth2={ASKED}&application=a", "secret ou jeton="),
    (f"smtp://x.example/?oauth2={ASKED}&application=a&jeton=j", "un utilisateur"),
    ("smtp://mairie:secret@x.example/?oauth2=http://jetons.example&application=a", "https://"),
    ("smtp://mairie:secret@x.example/?oauth2=https://[jetons&application=a", "https://"),
    (f"smtp://mairie@x.example/?tls=none&oauth2={ASKED}&application=a&jeton=j", "en clair"),
    ("smtp://mairie:secret@x.example/?application=a", "application est inconnue"),
])
def test_what_lacks_to_ask_for_a_token_is_named(url: str, said: str) -> None:
    with pytest.raises(ConfigurationRefusee, match=said) as refusal:
        mailer(url)
    assert "secret@" not in str(refusal.value)
