"""The keys that a town hall signs with: one PKCS#12 a signatory, or the seal of the organisation, in a folder of its own."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from app.courrier.errors import CertificatAbsent, CertificatExpire, CertificatInutilisable, SignatureSansCertificat
from app.courrier.ports import Signataire

ORGANISME = "organisme"
"""The seal of the organisation, `organisme.p12`: it signs for those who have no certificate of their own."""
BIENTOT = timedelta(days=30)
_SUFFIXES = (".p12", ".pfx")
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, kw_only=True)
class Identite:
    """A private key, its certificate, and the certificates of the authorities above it."""

    cle: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificat: x509.Certificate
    chaine: tuple[x509.Certificate, ...] = ()


class Trousseau(Protocol):
    """Where the signer finds its keys, and whom it trusts."""

    def identite(self, signataire: Signataire, *, now: datetime) -> Identite: ...
    def racines(self) -> tuple[x509.Certificate, ...]: ...


class SansCertificat:
    """No setting, outside the demonstration: nobody signs, and no authority is known."""

    def identite(self, signataire: Signataire, *, now: datetime) -> Identite:  # noqa: ARG002  # as the others are asked
        """Raises `SignatureSansCertificat`, whoever asks."""
        raise SignatureSansCertificat

    def racines(self) -> tuple[x509.Certificate, ...]:
        """None."""
        return ()


class Certificats:
    """A folder with `anne.p12` for the agent `anne`, read at each signature so that a renewed one needs no new start.

    The password of each stands in a file beside it, `anne.mdp`; else it is the one given for all.
    """

    def __init__(self, dossier: Path, *, mot_de_passe: str = "") -> None:
        """`mot_de_passe`: of the certificates that have no file of their own for it."""
        self._dossier = dossier
        self._mot_de_passe = mot_de_passe

    def identite(self, signataire: Signataire, *, now: datetime) -> Identite:
        """Their own, else the organisation's; raises `CertificatAbsent`, `CertificatExpire`, `CertificatInutilisable`."""
        fichiers = self._fichiers()
        fichier = fichiers.get(signataire.cle) or fichiers.get(ORGANISME)
        if fichier is None:
            raise CertificatAbsent(qui=signataire.nom, fichier=f"{signataire.cle}.p12")
        try:
            identite = self._ouvrir(fichier)
        except ValueError as fault:
            raise CertificatInutilisable(fichier=fichier.name, motif=str(fault)) from fault
        if not identite.certificat.not_valid_before_utc <= now <= identite.certificat.not_valid_after_utc:
            raise CertificatExpire(
                fichier=fichier.name, debut=_jour(identite.certificat.not_valid_before_utc),
                fin=_jour(identite.certificat.not_valid_after_utc))
        return identite

    def racines(self) -> tuple[x509.Certificate, ...]:
        """Those trusted when signatures are verified: the top of each chain, and the authorities (.pem) kept beside.

        What cannot be read vouches for nobody.
        """
        found = {autorite.public_bytes(Encoding.DER): autorite for autorite in self._autorites()}
        for fichier in self._fichiers().values():
            try:
                identite = self._ouvrir(fichier)
            except ValueError:
                continue
            for sommet in _sommets(identite):
                found[sommet.public_bytes(Encoding.DER)] = sommet
        return tuple(found.values())

    def fautes(self, *, now: datetime) -> tuple[str, ...]:
        """What is wrong with each certificate, in French; with none at all, that too. That one has run out is not:
        time does it, and a start that nobody watches must not fail for it.
        """
        fichiers = self._fichiers()
        if not fichiers:
            return (f"aucun certificat (.p12) dans le dossier {self._dossier}",)
        return tuple(faute for fichier in fichiers.values() for faute in self._faute(fichier, now))

    def finissent(self, *, now: datetime) -> Iterator[str]:
        """A sentence for each certificate that has run out, or soon will."""
        for fichier in self._fichiers().values():
            fin = self._ouvrir(fichier).certificat.not_valid_after_utc
            if fin < now:
                yield (f"Le certificat de signature {fichier.name} a expiré le {_jour(fin)} : rien ne peut être signé avec lui ; "
                       "remplacez-le, ou retirez-le.")
            elif fin - now < BIENTOT:
                yield f"Le certificat de signature {fichier.name} expire le {_jour(fin)} : renouvelez-le."

    def _faute(self, fichier: Path, now: datetime) -> Iterator[str]:
        try:
            certificat = self._ouvrir(fichier).certificat
        except ValueError as fault:
            yield f"{fichier.name} : {fault}"
            return
        if now < certificat.not_valid_before_utc:
            yield f"{fichier.name} : valable à partir du {_jour(certificat.not_valid_before_utc)} seulement"

    def _fichiers(self) -> Mapping[str, Path]:
        return {path.stem: path for path in sorted(self._dossier.glob("*")) if path.suffix.lower() in _SUFFIXES}

    def _autorites(self) -> Iterator[x509.Certificate]:
        """Of earlier certificates, so that the letters they signed are still known."""
        for fichier in self._dossier.glob("*.pem"):
            with suppress(OSError, ValueError):
                yield from x509.load_pem_x509_certificates(fichier.read_bytes())

    def _ouvrir(self, fichier: Path) -> Identite:
        """The identity in a file; raises a ValueError that says in French why there is none."""
        try:
            beside = fichier.with_suffix(".mdp")
            secret = beside.read_text("utf-8").rstrip("\r\n") if beside.exists() else self._mot_de_passe
            kept = pkcs12.load_pkcs12(fichier.read_bytes(), secret.encode() or None)
        except (OSError, UnicodeDecodeError) as fault:
            raise ValueError("ne peut pas être lu ; vérifiez ses droits") from fault
        except UnsupportedAlgorithm as fault:
            raise ValueError("son chiffrement n’est plus accepté ; demandez-en un autre à votre prestataire") from fault
        except ValueError as fault:
            # The library says both in one sentence; only a file that can be taken apart may have a password.
            wrong = "mot de passe faux ou absent" if "password" in str(fault) else "n’est pas un fichier PKCS#12"
            raise ValueError(wrong) from fault
        return _identite(kept)


def _identite(kept: pkcs12.PKCS12KeyAndCertificates) -> Identite:
    if kept.key is None:
        raise ValueError("ne contient pas de clé privée")
    if not isinstance(kept.key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise ValueError("sa clé n’est ni RSA ni à courbe elliptique")
    if kept.cert is None:
        raise ValueError("ne contient pas le certificat de sa clé")
    certificat = kept.cert.certificate
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificat.public_key().public_bytes(*spki) != kept.key.public_key().public_bytes(*spki):
        raise ValueError("son certificat n’est pas celui de sa clé")
    if not _pour_signer(certificat):
        raise ValueError("son certificat n’est pas fait pour signer")
    return Identite(cle=kept.key, certificat=certificat, chaine=tuple(other.certificate for other in kept.additional_certs))


def _pour_signer(certificat: x509.Certificate) -> bool:
    """Whether its key usage, when it has one, names signatures (RFC 5280, 4.2.1.3)."""
    try:
        usage = certificat.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _sommets(identite: Identite) -> tuple[x509.Certificate, ...]:
    """The certificates of a chain that no other of it has signed."""
    chain = (identite.certificat, *identite.chaine)
    return tuple(c for c in chain if not any(other.subject == c.issuer for other in chain if other is not c))


def _jour(moment: datetime) -> str:
    return moment.astimezone(_PARIS).strftime("%d/%m/%Y")
