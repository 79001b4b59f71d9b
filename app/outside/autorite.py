"""The demo's own certificate authority: made at first start, it gives each signatory a key and a certificate.

For training: nobody outside trusts it until its certificate is imported. A town hall that signs for good is given
certificates by a qualified provider (eIDAS, RGS), and keeps them as `app.outside.certificats` says.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from app.courrier.ports import Signataire
from app.outside.certificats import Identite

_BITS = 3072  # what RGS asks of RSA beyond 2030; elliptic curves are not read by every `pdfsig`
_ANS_AUTORITE = 15
_ANS_SIGNATAIRE = 3
_AVANT_TERME = timedelta(days=30)
_KEY_FILE = "autorite.pem"


class Autorite:
    """An authority kept in a private folder: one PEM file (key and certificate) for itself, one for each signatory."""

    def __init__(self, dossier: Path, *, organisme: str) -> None:
        """`dossier` is made, closed to others, when first needed; `organisme` is printed in the certificates."""
        self._dossier = dossier
        self._organisme = organisme

    def certificat(self, *, now: datetime) -> x509.Certificate:
        """The authority's own certificate, made at the first call."""
        return self._racine(now).certificat

    def connue(self) -> x509.Certificate | None:
        """The authority's certificate when there is one already; nothing is made."""
        kept = _lire(self._dossier / _KEY_FILE)
        return kept.certificat if kept else None

    def racines(self) -> tuple[x509.Certificate, ...]:
        """Those trusted when signatures are verified: this authority, once it is made."""
        connue = self.connue()
        return (connue,) if connue else ()

    def exporter(self, *, now: datetime) -> bytes:
        """The authority's certificate in PEM, to be imported by those who verify."""
        return self.certificat(now=now).public_bytes(serialization.Encoding.PEM)

    def identite(self, signataire: Signataire, *, now: datetime) -> Identite:
        """The signatory's key and certificate; a new one when their name or quality changed, or when it nears its end."""
        racine = self._racine(now)
        subject = _nom(signataire.nom, self._organisme, signataire.qualite)
        path = self._dossier / f"signataire-{hashlib.sha256(signataire.cle.encode()).hexdigest()[:16]}.pem"
        with self._seul():
            kept = _lire(path)
            if kept and kept.certificat.subject == subject and kept.certificat.issuer == racine.certificat.subject \
                    and _en_cours(kept.certificat, now):
                return replace(kept, chaine=(racine.certificat,))
            return replace(_ecrire(path, _emettre(subject, racine, now=now)), chaine=(racine.certificat,))

    def _racine(self, now: datetime) -> Identite:
        path = self._dossier / _KEY_FILE
        with self._seul():
            name = _nom(f"Autorité de démonstration de {self._organisme}", self._organisme)
            return _lire(path) or _ecrire(path, _emettre(name, None, now=now))

    @contextmanager
    def _seul(self) -> Iterator[None]:
        # Several processes start together: only one may make the key.
        self._dossier.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._dossier.chmod(0o700)
        with (self._dossier / ".verrou").open("w") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            yield


def _nom(commun: str, organisme: str, titre: str = "") -> x509.Name:
    """X.509 allows 64 characters an attribute (RFC 5280, A.1)."""
    parts = (
        (NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATION_NAME, organisme),
        (NameOID.TITLE, titre), (NameOID.COMMON_NAME, commun),
    )
    return x509.Name([x509.NameAttribute(oid, text.strip()[:64]) for oid, text in parts if text.strip()])


def _en_cours(certificat: x509.Certificate, now: datetime) -> bool:
    return certificat.not_valid_before_utc <= now <= certificat.not_valid_after_utc - _AVANT_TERME


def _emettre(subject: x509.Name, racine: Identite | None, *, now: datetime) -> Identite:
    """A certificate of this authority, or its own. It starts a year back, so that a demo may walk through past months."""
    cle = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    ans = _ANS_SIGNATAIRE if racine else _ANS_AUTORITE
    debut = datetime(now.year - 1, 1, 1, tzinfo=UTC)
    emetteur = racine.certificat.subject if racine else subject
    signe_par = racine.cle if racine else cle
    usages = dict.fromkeys(("digital_signature", "content_commitment"), racine is not None)
    usages |= dict.fromkeys(("key_cert_sign", "crl_sign"), racine is None)
    usages |= dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    builder = (
        x509.CertificateBuilder(emetteur, subject, cle.public_key(), x509.random_serial_number(),
                                debut, datetime(now.year + ans, 12, 31, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=racine is None, path_length=None if racine else 0), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signe_par.public_key()), critical=False)
    )
    return Identite(cle=cle, certificat=builder.sign(signe_par, hashes.SHA256()))


def _lire(path: Path) -> Identite | None:
    return _ouvrir(path.read_bytes()) if path.exists() else None


@lru_cache(maxsize=64)
def _ouvrir(pem: bytes) -> Identite:
    """The key and certificate of these very bytes; checking a key takes longer than signing with it, so it is done once."""
    cle = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(cle, rsa.RSAPrivateKey):
        raise ValueError("RSA key expected")
    return Identite(cle=cle, certificat=x509.load_pem_x509_certificate(pem))


def _ecrire(path: Path, identite: Identite) -> Identite:
    """Write for the owner alone, all or nothing."""
    pem = identite.cle.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + identite.certificat.public_bytes(serialization.Encoding.PEM)
    handle, temporary = tempfile.mkstemp(prefix=".cle-", dir=path.parent)
    with os.fdopen(handle, "wb") as target:
        target.write(pem)
        target.flush()
        os.fsync(target.fileno())
    Path(temporary).replace(path)
    return identite
