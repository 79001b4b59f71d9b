"""A signed answer is verified by us, by pdfsig and by openssl; a changed one is refused by all."""

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pyhanko.keys.pemder import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.courrier.errors import SceauImpossible
from app.courrier.ports import Signataire, Verdict
from app.outside.autorite import Autorite
from app.outside.signer import Signer
from app.outside.typesetter import Typesetter
from tests.outside.test_typesetter import compose

MIDI = datetime(2026, 10, 3, 10, 5, tzinfo=UTC)
JEAN = Signataire(cle="jean", nom="Jean Prévost", qualite="Maire de Saint-Aubin-des-Prés")
ANNE = Signataire(cle="anne", nom="Anne <Lemoine>", qualite="Adjointe à l’urbanisme", delegation="Par délégation du maire")

pdfsig_here = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")


@pytest.fixture(scope="module")
def autorite(tmp_path_factory: pytest.TempPathFactory) -> Autorite:
    return Autorite(tmp_path_factory.mktemp("cles") / "privees", organisme="Mairie de Saint-Aubin-des-Prés")


@pytest.fixture(scope="module")
def signer(autorite: Autorite) -> Signer:
    return Signer(autorite, Typesetter())


@pytest.fixture(scope="module")
def lettre() -> bytes:
    return compose("<p>Madame, votre demande est acceptée.</p>")


@pytest.fixture(scope="module")
def signee(signer: Signer, lettre: bytes) -> bytes:
    return sign(signer, lettre, JEAN)


def sign(signer: Signer, pdf: bytes, who: Signataire, now: datetime = MIDI) -> bytes:
    return signer.sign(pdf, signataire=who, motif="Signature de la réponse", lieu="Saint-Aubin-des-Prés", now=now)


def pdfsig(pdf: bytes, folder: Path) -> str:
    (folder / "lettre.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdfsig", folder / "lettre.pdf"], capture_output=True, text=True, env={"HOME": str(folder)}, check=False).stdout


def byte_range(pdf: bytes) -> tuple[bytes, bytes]:
    """The signed bytes and the CMS of the last signature."""
    a, b, c, d = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)[-1])
    cms = bytes.fromhex(pdf[b + 1 : c - 1].decode())
    return pdf[a : a + b] + pdf[c : c + d], cms


def test_a_signature_is_intact_whole_and_trusted(signer: Signer, signee: bytes, lettre: bytes) -> None:
    [verdict] = signer.verify(signee)
    assert (verdict.signataire, verdict.signe_le) == ("Jean Prévost", MIDI)
    assert (verdict.intacte, verdict.couvre_tout, verdict.de_confiance) == (True, True, True)
    assert "n’a pas changé" in verdict.explication
    assert signee.startswith(lettre)


@pdfsig_here
def test_pdfsig_agrees(signee: bytes, tmp_path: Path) -> None:
    said = pdfsig(signee, tmp_path)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "CN=Jean Prévost,title=Maire de Saint-Aubin-des-Prés" in said


def test_openssl_agrees_and_trusts_the_exported_authority(autorite: Autorite, signee: bytes, tmp_path: Path) -> None:
    signed, cms = byte_range(signee)
    (tmp_path / "ca.pem").write_bytes(autorite.exporter(now=MIDI))
    (tmp_path / "cms.der").write_bytes(cms)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms.der", "-content", "signe.bin",
               "-CAfile", "ca.pem", "-purpose", "any", "-out", "sortie.bin"]
    (tmp_path / "signe.bin").write_bytes(signed)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "signe.bin").write_bytes(signed[:-1] + b"?")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pdfsig_here
@pytest.mark.parametrize("fraction", [0.02, 0.3, 0.6, 0.9])
def test_one_changed_byte_is_refused_by_both(signer: Signer, signee: bytes, tmp_path: Path, fraction: float) -> None:
    signed_length = int(re.findall(rb"/ByteRange \[\d+ (\d+)", signee)[-1])
    at = int(signed_length * fraction)
    forged = signee[:at] + bytes([signee[at] ^ 1]) + signee[at + 1 :]
    assert "Signature is Valid." not in pdfsig(forged, tmp_path)
    try:
        verdicts: tuple[Verdict, ...] = signer.verify(forged)
    except SceauImpossible:
        return
    assert [verdict.intacte for verdict in verdicts] in ([False], [])
    assert not any(verdict.de_confiance for verdict in verdicts)


def test_a_changed_word_is_told_in_words(signer: Signer, signee: bytes) -> None:
    forged = signee.replace(b"/Reason (Signature", b"/Reason (Signalure", 1)
    assert forged != signee
    [verdict] = signer.verify(forged)
    assert (verdict.intacte, verdict.de_confiance) == (False, False)
    assert "modifié après la signature" in verdict.explication


def test_content_added_after_the_signature_is_seen(signer: Signer, signee: bytes) -> None:
    with pikepdf.open(BytesIO(signee)) as document:
        document.pages[0].contents_add(b"BT /F1 12 Tf 50 50 Td (ajout) Tj ET")
        rewritten = BytesIO()
        document.save(rewritten)
    assert not any(verdict.de_confiance for verdict in signer.verify(rewritten.getvalue()))
    appended = signee + b"\n% une ligne de plus\n"
    assert [verdict.couvre_tout for verdict in signer.verify(appended)] == [False]


def test_two_sign_the_same_letter(signer: Signer, signee: bytes) -> None:
    both = sign(signer, signee, ANNE, MIDI + timedelta(hours=1))
    first, second = signer.verify(both)
    assert (first.signataire, second.signataire) == ("Jean Prévost", "Anne <Lemoine>")
    assert (first.intacte, first.couvre_tout, first.de_confiance) == (True, False, True)
    assert (second.intacte, second.couvre_tout, second.de_confiance) == (True, True, True)
    assert "D’autres signatures" in first.explication


def test_the_block_is_printed_in_the_place_left_free(signee: bytes) -> None:
    with pikepdf.open(BytesIO(signee)) as document:
        [field] = document.Root.AcroForm.Fields
        x0, y0, x1, y1 = (float(value) for value in field.Rect)
        drawn = field.AP.N
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        assert int(field.F) & 4  # printed
        assert "/Resources" in drawn
    with pdfplumber.open(BytesIO(signee)) as letter:
        page = letter.pages[field_page(signee)]
        words = {word["text"]: word for word in page.extract_words()}
        below = [word for word in page.extract_words() if word["text"] == "Prévost"]
    top, bottom = float(page.height) - y1, float(page.height) - y0
    assert words["maire,"]["bottom"] <= top + 1
    assert below[-1]["top"] >= bottom - 1
    assert abs(words["Le"]["x0"] - x0) < 3
    assert x1 - x0 > 200


def field_page(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return next(number for number, page in enumerate(document.pages) if "/Annots" in page.obj)


@pdfsig_here
def test_the_block_says_who_when_and_by_whose_leave(signer: Signer, lettre: bytes, tmp_path: Path) -> None:
    (tmp_path / "lettre.pdf").write_bytes(sign(signer, lettre, ANNE))
    texte = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "lettre.pdf", "-"], capture_output=True, text=True, check=True).stdout
    for said in ("Signé électroniquement par", "Anne <Lemoine>", "Adjointe à l’urbanisme", "Par délégation du maire",
                 "Saint-Aubin-des-Prés, le 03/10/2026 à 12 h 05"):
        assert said in texte


def test_another_authority_is_not_trusted(signer: Signer, signee: bytes, tmp_path: Path) -> None:
    for ailleurs in (Autorite(tmp_path / "vide", organisme="Ailleurs"), Autorite(tmp_path / "autre", organisme="Ailleurs")):
        if "autre" in str(vars(ailleurs)):
            ailleurs.exporter(now=MIDI)
        [verdict] = Signer(ailleurs, Typesetter()).verify(signee)
        assert (verdict.intacte, verdict.couvre_tout, verdict.de_confiance) == (True, True, False)
        assert "inconnue" in verdict.explication


@pytest.mark.parametrize("fichier", [b"", b"pas un PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_neither_signed_nor_verified(signer: Signer, fichier: bytes) -> None:
    with pytest.raises(SceauImpossible):
        sign(signer, fichier, JEAN)
    with pytest.raises(SceauImpossible):
        signer.verify(fichier)


def test_a_locked_pdf_is_not_signed(signer: Signer, lettre: bytes) -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(lettre)) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(SceauImpossible, match="protégé"):
        sign(signer, locked.getvalue(), JEAN)


def test_a_letter_without_signature_has_no_verdict(signer: Signer, lettre: bytes) -> None:
    assert signer.verify(lettre) == ()


def test_a_letter_made_elsewhere_is_signed_at_the_foot(signer: Signer) -> None:
    blank = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.add_blank_page(page_size=(595, 842))
        document.save(blank)
    signed = sign(signer, blank.getvalue(), JEAN)
    [verdict] = signer.verify(signed)
    assert verdict.de_confiance
    assert field_page(signed) == 1


@pytest.fixture
def horodatage(autorite: Autorite) -> Iterator[str]:
    """A time stamping service on loopback, whose certificate was given by the same authority."""
    root_pem = (vars(autorite)["_dossier"] / "autorite.pem").read_bytes()
    root, root_key = x509.load_pem_x509_certificate(root_pem), load_pem_private_key(root_pem, None)
    assert isinstance(root_key, rsa.RSAPrivateKey)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Horodatage")])
    certificate = (
        x509.CertificateBuilder(root.subject, name, key.public_key(), x509.random_serial_number(),
                                root.not_valid_before_utc, root.not_valid_after_utc)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        next(iter(load_certs_from_pemder_data(certificate.public_bytes(Encoding.PEM)))),
        load_private_key_from_pemder_data(private, None), SimpleCertificateStore(), fixed_dt=MIDI + timedelta(seconds=30))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_time_stamping_service_dates_the_signature(autorite: Autorite, lettre: bytes, horodatage: str) -> None:
    [verdict] = Signer(autorite, Typesetter(), horodatage=horodatage).verify(
        sign(Signer(autorite, Typesetter(), horodatage=horodatage), lettre, JEAN))
    assert (verdict.intacte, verdict.de_confiance) == (True, True)
    assert verdict.signe_le == MIDI + timedelta(seconds=30)


def test_nothing_is_signed_when_the_time_stamping_service_is_down(autorite: Autorite, lettre: bytes) -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{ours.getsockname()[1]}/"
    with pytest.raises(SceauImpossible, match="horodatage"):
        sign(Signer(autorite, Typesetter(), horodatage=nobody), lettre, JEAN)
