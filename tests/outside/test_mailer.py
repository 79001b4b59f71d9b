"""The mailer hands a message to a real SMTP server on loopback, or says in French why not, and whether for good."""

import email
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server  # noqa: N811
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.courrier.errors import ConfigurationRefusee, EnvoiImpossible
from app.courrier.ports import Message
from app.outside.mailer import mailer

LETTRE = Message(
    message_id="<reponse-12@saint-aubin.example>",
    expediteur="Mairie de Saint-Aubin-des-Prés <mairie@saint-aubin.example>",
    destinataire="y.caradec@example.org",
    sujet="Réponse à votre courrier A-2026-00012 : bruit, rue de l’Église",
    texte="Madame,\n\nVeuillez trouver ci-joint notre réponse.\n.\nLa mairie — 02 31 00 00 00\n",
    pieces=(("Réponse à Mme Caradec.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256))),),
    repondre_a="urbanisme@saint-aubin.example",
)


class Boite:
    """What the server received, and what it answers at each step."""

    def __init__(self) -> None:
        self.recus: list[Envelope] = []
        self.rcpt = self.data = "250 OK"
        self.coupe = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Server, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.coupe:
            assert server.transport is not None
            server.transport.close()
        elif self.data.startswith("250"):
            self.recus.append(envelope)
        return self.data


def port_libre() -> int:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        return int(ours.getsockname()[1])


@pytest.fixture
def boite() -> Boite:
    return Boite()


@pytest.fixture
def serveur(boite: Boite) -> Iterator[Callable[..., int]]:
    """Starts the server and gives its port."""
    started: list[Controller] = []

    def start(**options: Any) -> int:
        controller = Controller(boite, hostname="127.0.0.1", port=port_libre(), **options)
        controller.start()
        started.append(controller)
        return controller.port

    yield start
    for controller in started:
        controller.stop()


def lue(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_letter_arrives_as_it_was_written(boite: Boite, serveur: Callable[..., int]) -> None:
    raw = mailer(f"smtp://127.0.0.1:{serveur()}").send(LETTRE)
    [recu] = boite.recus
    assert recu.content == raw
    assert (recu.mail_from, recu.rcpt_tos) == ("mairie@saint-aubin.example", ["y.caradec@example.org"])
    message = lue(raw)
    assert (message["Message-ID"], message["Subject"]) == (LETTRE.message_id, LETTRE.sujet)
    assert message["From"].addresses[0].display_name == "Mairie de Saint-Aubin-des-Prés"
    assert message["Reply-To"] == "urbanisme@saint-aubin.example"
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=5)
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines() == LETTRE.texte.splitlines()
    [piece] = message.iter_attachments()
    assert (piece.get_filename(), piece.get_content()) == (LETTRE.pieces[0][0], LETTRE.pieces[0][2])
    assert raw.isascii()


@pytest.mark.parametrize(
    ("step", "answer", "definitif"),
    [
        ("rcpt", "550 5.1.1 Boîte inconnue", True),
        ("rcpt", "451 4.7.1 Greylisted", False),
        ("data", "554 5.7.1 Spam", True),
        ("data", "451 4.3.0 Plus tard", False),
        ("data", "452 4.3.1 Disque plein", False),
    ],
)
def test_a_refusal_says_why_and_whether_for_good(
    boite: Boite, serveur: Callable[..., int], step: str, answer: str, definitif: bool
) -> None:
    setattr(boite, step, answer)
    with pytest.raises(EnvoiImpossible) as refus:
        mailer(f"smtp://127.0.0.1:{serveur(enable_SMTPUTF8=True)}").send(LETTRE)
    assert refus.value.definitif is definitif
    assert answer[:3] in str(refus.value)
    assert "y.caradec@example.org" in str(refus.value)
    assert boite.recus == []


def test_a_message_too_big_is_refused_for_good(boite: Boite, serveur: Callable[..., int]) -> None:
    with pytest.raises(EnvoiImpossible, match="552") as refus:
        mailer(f"smtp://127.0.0.1:{serveur(data_size_limit=200)}").send(LETTRE)
    assert refus.value.definitif


def test_a_connection_dropped_in_the_middle_is_tried_again(boite: Boite, serveur: Callable[..., int]) -> None:
    boite.coupe = True
    with pytest.raises(EnvoiImpossible, match="coupé la connexion") as refus:
        mailer(f"smtp://127.0.0.1:{serveur()}").send(LETTRE)
    assert not refus.value.definitif


def test_a_server_that_is_down_is_tried_again() -> None:
    with pytest.raises(EnvoiImpossible, match="ne répond pas") as refus:
        mailer(f"smtp://127.0.0.1:{port_libre()}").send(LETTRE)
    assert not refus.value.definitif


def test_a_server_that_keeps_silent_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(EnvoiImpossible, match="ne répond pas à temps"):
        mailer(f"smtp://127.0.0.1:{mute.getsockname()[1]}", timeout=0.2).send(LETTRE)


@pytest.mark.parametrize(
    "adresse",
    ["", "caradec", "a@b@c.org", "a@example.org, b@example.org", "a@example.org\r\nBcc: x@example.org",
     "Yann <a@example.org> <b@example.org>", "a@exam ple.org", "a@-.."],
)
def test_only_one_plain_address_is_written_to(tmp_path: Path, adresse: str) -> None:
    with pytest.raises(EnvoiImpossible) as refus:
        mailer(tmp_path.as_uri()).send(replace(LETTRE, destinataire=adresse))
    assert refus.value.definitif
    assert list(tmp_path.iterdir()) == []


def test_no_header_is_injected(tmp_path: Path) -> None:
    mauvais = "Objet\r\nBcc: x@example.org\r\n\r\nCorps\x00\u2028\ud800"
    raw = mailer(tmp_path.as_uri()).send(
        replace(LETTRE, sujet=mauvais, expediteur=f"{mauvais} <mairie@saint-aubin.example>",
                pieces=((f"a{mauvais}.txt", "text/plain\r\nX-Faux: 1", b"x"), ("avis.eml", "message/rfc822", b"x")))
    )
    message = lue(raw)
    names = {name for part in message.walk() for name in part.keys()}  # noqa: SIM118
    assert "Bcc" not in names
    assert "X-Faux" not in names
    assert message["Subject"] == "Objet Bcc: x@example.org Corps ?"
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/octet-stream"] * 2
    with pytest.raises(EnvoiImpossible, match="Message-ID"):
        mailer(tmp_path.as_uri()).send(replace(LETTRE, message_id="<a@b>\r\nBcc: x@example.org"))


def test_an_accented_domain_is_written_in_ascii(boite: Boite, serveur: Callable[..., int]) -> None:
    mailer(f"smtp://127.0.0.1:{serveur()}").send(replace(LETTRE, destinataire="y.caradec@bréhat.example"))
    assert boite.recus[0].rcpt_tos == ["y.caradec@xn--brhat-csa.example"]


def test_an_accented_name_needs_a_server_that_takes_it(boite: Boite, serveur: Callable[..., int]) -> None:
    accent = replace(LETTRE, destinataire="hélène@example.org")
    mailer(f"smtp://127.0.0.1:{serveur(enable_SMTPUTF8=True)}").send(accent)
    assert boite.recus[0].rcpt_tos == ["hélène@example.org"]
    with pytest.raises(EnvoiImpossible, match="accentuées"):
        mailer(f"smtp://127.0.0.1:{serveur(enable_SMTPUTF8=False)}").send(accent)


@pytest.fixture
def certificat(tmp_path: Path) -> Path:
    """A server's key and self-signed certificate in one PEM file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "serveur.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_the_password_travels_encrypted(boite: Boite, serveur: Callable[..., int], certificat: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificat)
    seen: list[bytes] = []

    def check(server: Server, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append(data.password)
        return AuthResult(success=data.password == b"s3cr/t", handled=False)

    port = serveur(tls_context=context, require_starttls=True, authenticator=check, auth_required=True)
    end = f"@127.0.0.1:{port}/?tls=starttls&ca={certificat}"
    mailer("smtp://mairie:s3cr%2Ft" + end).send(LETTRE)
    assert (seen, len(boite.recus)) == ([b"s3cr/t"], 1)
    with pytest.raises(EnvoiImpossible, match="refuse notre compte") as refus:
        mailer("smtp://mairie:faux" + end).send(LETTRE)
    assert not refus.value.definitif
    with pytest.raises(EnvoiImpossible, match="certificat"):
        mailer(f"smtp://mairie:s3cr%2Ft@127.0.0.1:{port}/?tls=starttls").send(LETTRE)
    assert (set(seen), len(boite.recus)) == ({b"s3cr/t", b"faux"}, 1)


def test_implicit_tls_is_verified_too(boite: Boite, serveur: Callable[..., int], certificat: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificat)
    port = serveur(ssl_context=context)
    mailer(f"smtps://127.0.0.1:{port}/?ca={certificat}").send(LETTRE)
    assert len(boite.recus) == 1
    with pytest.raises(EnvoiImpossible, match="certificat"):
        mailer(f"smtps://127.0.0.1:{port}").send(LETTRE)


def test_a_server_without_starttls_gets_nothing(boite: Boite, serveur: Callable[..., int]) -> None:
    with pytest.raises(EnvoiImpossible, match="chiffrée") as refus:
        mailer(f"smtp://127.0.0.1:{serveur()}/?tls=starttls").send(LETTRE)
    assert not refus.value.definitif


def test_the_folder_keeps_one_file_a_message(tmp_path: Path) -> None:
    outbox = tmp_path / "boîte d’envoi"
    first = mailer(outbox.as_uri()).send(replace(LETTRE, texte="premier essai"))
    assert [path.read_bytes() for path in outbox.iterdir()] == [first]
    again = mailer(outbox.as_uri()).send(LETTRE)
    mailer(outbox.as_uri()).send(replace(LETTRE, message_id="<reponse-13@saint-aubin.example>"))
    kept = [path.read_bytes() for path in sorted(outbox.glob("*.eml"))]
    assert (len(kept), again in kept, first in kept) == (2, True, False)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(EnvoiImpossible, match="dossier") as refus:
        mailer((tmp_path / "fichier" / "envois").as_uri()).send(LETTRE)
    assert not refus.value.definitif


@pytest.mark.parametrize(
    "url",
    ["", "http://relais", "smtp://", "smtp://relais:99999", "smtp://relais/?tls=peut-etre", "smtp://u:p@relais/?tls=none",
     "smtp://relais/?couleur=bleu", "file://", "file://ailleurs/envois", "smtps://relais/?ca=/absent.pem"],
)
def test_a_wrong_setting_is_named(url: str) -> None:
    with pytest.raises(ConfigurationRefusee, match="SMTP_URL"):
        mailer(url)


def test_the_password_stays_out_of_tracebacks() -> None:
    assert "secret" not in repr(vars(mailer("smtp://mairie:secret@relais.example")))
