"""What the signatures of a PDF are worth, each with a sentence that a person understands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.keys.pemder import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext

from app.courrier.errors import SceauImpossible
from app.courrier.ports import Verdict

# A damaged or hostile file fails anywhere inside the parser: whatever it raises, the file proves nothing.
_ABIME = (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, RuntimeError)


# A seal's certificate may be for signatures in general, a person's for commitments alone: either will do.
_USAGES = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


_INCONNUE = "Le document n’a pas changé depuis la signature, mais son certificat vient d’une autorité inconnue ici."
_INCONNUE_PUIS = (
    "Le document n’a pas changé depuis la signature, mais son certificat vient d’une autorité inconnue ici."
    " D’autres signatures ont été ajoutées ensuite, sans toucher à ce qui était signé.")


def verdicts(pdf: bytes, autorites: Sequence[Certificate]) -> tuple[Verdict, ...]:
    """One verdict a signature, oldest first; raises `SceauImpossible` when the file cannot be read at all."""
    try:
        signatures = list(PdfFileReader(BytesIO(pdf)).embedded_regular_signatures)
    except _ABIME as error:
        raise SceauImpossible(motif="le PDF est illisible ou abîmé, ses signatures ne peuvent pas être vérifiées") from error
    pem = b"".join(autorite.public_bytes(Encoding.PEM) for autorite in autorites)
    roots = list(load_certs_from_pemder_data(pem)) if pem else []
    return tuple(_verdict(signature, ValidationContext(trust_roots=roots, allow_fetching=False)) for signature in signatures)


def _verdict(signature: EmbeddedPdfSignature, context: ValidationContext) -> Verdict:
    try:
        status = validate_pdf_signature(signature, context, key_usage_settings=_USAGES)
    except (SignatureValidationError, *_ABIME):
        return _rien(_signataire(signature))
    intact = bool(status.intact and status.valid)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    later = not whole and bool(status.docmdp_ok)
    return Verdict(
        signataire=_signataire(signature), signe_le=_quand(status), intacte=intact, couvre_tout=whole,
        de_confiance=intact and (whole or later) and status.trusted,
        explication=_explication(status, intact=intact, whole=whole, later=later))


def _rien(signataire: str) -> Verdict:
    return Verdict(
        signataire=signataire, signe_le=None, intacte=False, couvre_tout=False, de_confiance=False,
        explication="Cette signature est abîmée ou d’une sorte qui n’est pas reconnue : elle ne prouve rien.")


def _explication(status: PdfSignatureStatus, *, intact: bool, whole: bool, later: bool) -> str:
    if not intact:
        return "Le document a été modifié après la signature : elle n’est plus valable."
    if not whole and not later:
        return "Du contenu a été ajouté après la signature : seule la version signée fait foi."
    added = "" if whole else " D’autres signatures ont été ajoutées ensuite, sans toucher à ce qui était signé."
    if not status.trusted:
        return _INCONNUE if whole else _INCONNUE_PUIS
    return f"Le document n’a pas changé depuis la signature, et le certificat vient d’une autorité reconnue.{added}"


def _quand(status: PdfSignatureStatus) -> datetime | None:
    stamp = status.timestamp_validity
    moment = stamp.timestamp if stamp else status.signer_reported_dt
    return moment.astimezone(UTC) if moment else None


def _signataire(signature: EmbeddedPdfSignature) -> str:
    try:
        return str(signature.signer_cert.subject.native["common_name"])
    except _ABIME:
        return "inconnu"
