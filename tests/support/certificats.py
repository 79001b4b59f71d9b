"""Certificates as a provider gives them: PKCS#12 files, made for the tests."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

Cle = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Emetteur = tuple[Cle, x509.Certificate]
DEBUT, FIN = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def emettre(
    nom: str, par: Emetteur | None = None, *, cle: Cle | None = None, fin: datetime = FIN, signe: bool = True
) -> Emetteur:
    """A key and its certificate, of the authority `par` or of its own; `signe`: whether it is made for signatures."""
    cle = cle or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    sujet = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, nom)])
    usages = dict.fromkeys(("digital_signature", "content_commitment"), par is not None and signe)
    usages |= dict.fromkeys(("key_cert_sign", "crl_sign"), par is None) | {"key_encipherment": not signe}
    usages |= dict.fromkeys(("data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    certificat = (
        x509.CertificateBuilder(
            par[1].subject if par else sujet, sujet, cle.public_key(), x509.random_serial_number(), DEBUT, fin)
        .add_extension(x509.BasicConstraints(ca=par is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .sign(par[0] if par else cle, hashes.SHA256()))
    return cle, certificat


def pkcs(qui: Emetteur, mot_de_passe: str = "", chaine: Sequence[x509.Certificate] = ()) -> bytes:
    """The file that a provider gives."""
    closed = BestAvailableEncryption(mot_de_passe.encode()) if mot_de_passe else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"signature", *qui, list(chaine), closed)


@lru_cache(maxsize=1)
def dossier() -> Path:
    """The folder of a town hall that has a seal and no other certificate; made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="certificats-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    autorite = emettre("Prestataire de confiance")
    (folder / "organisme.p12").write_bytes(pkcs(emettre("Mairie de Saint-Aubin-des-Prés", autorite), chaine=[autorite[1]]))
    return folder
