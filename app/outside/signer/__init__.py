"""The signing service: PAdES over a PDF with a visible block, and the verdict on the signatures of any PDF."""

from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives import serialization
from pyhanko.keys.pemder import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.courrier.errors import SceauImpossible
from app.courrier.ports import Compositeur, Signataire, Verdict
from app.outside.certificats import Identite, Trousseau
from app.outside.signer.block import place, style
from app.outside.signer.verdict import verdicts

__all__ = ["Signer"]


class Signer:
    """Signs with the certificates of a key ring: PAdES-B-B, or B-T when a time stamping service is named."""

    def __init__(self, trousseau: Trousseau, compositeur: Compositeur, *, horodatage: str = "") -> None:
        """`horodatage`: the address of an RFC 3161 service, or nothing."""
        self._trousseau = trousseau
        self._compositeur = compositeur
        self._horodatage: TimeStamper | None = HTTPTimeStamper(horodatage, timeout=15) if horodatage else None

    def sign(self, pdf: bytes, *, signataire: Signataire, motif: str, lieu: str, now: datetime) -> bytes:
        """The PDF with one more signature, its earlier bytes unchanged; raises `SceauImpossible`."""
        identite = self._trousseau.identite(signataire, now=now)
        try:
            writer = IncrementalPdfFileWriter(BytesIO(pdf))
            field = place(writer.prev)
            metadata = PdfSignatureMetadata(
                field_name=field.sig_field_name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES,
                name=signataire.nom, reason=motif or None, location=lieu or None)
            signer = _DatedSigner(
                metadata, signer=_signer(identite), timestamper=self._horodatage,
                stamp_style=style(self._compositeur, signataire, lieu=lieu, now=now), new_field_spec=field)
            signer.now = now
            return bytes(signer.sign_pdf(writer).getbuffer())
        except (PdfError, ValueError, KeyError, TypeError, OSError) as error:
            raise SceauImpossible(motif=_motif(error)) from error

    def verify(self, pdf: bytes) -> tuple[Verdict, ...]:
        """What each signature is worth, oldest first, none when there is none; raises `SceauImpossible` on an unreadable file."""
        return verdicts(pdf, self._trousseau.racines())


class _DatedSigner(PdfSigner):
    """Signs at the `now` it is given, as every act of the trade does."""

    now: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """The session of the library, at our time."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.now
        return session


def _signer(identite: Identite) -> SimpleSigner:
    pem = b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (identite.certificat, *identite.chaine))
    chain = list(load_certs_from_pemder_data(pem))
    key = load_private_key_from_pemder_data(identite.cle.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()), None)
    return SimpleSigner(chain[0], key, SimpleCertificateStore.from_certs(chain))  # type: ignore[no-untyped-call]


def _motif(error: Exception) -> str:
    if isinstance(error, PdfError):
        return "le PDF est illisible, protégé ou abîmé"
    if isinstance(error, OSError):
        return "la clé de signature ou le service d’horodatage ne répond pas"
    return f"le PDF ou le certificat ne convient pas ({error})"
