"""A town hall signs with the certificates of its folder, and is told in words what is wrong with them."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from app.courrier.errors import CertificatAbsent, CertificatExpire, CertificatInutilisable, SignatureSansCertificat
from app.outside.certificats import Certificats, SansCertificat
from app.outside.signer import Signer
from app.outside.typesetter import Typesetter
from tests.outside.test_signer import ANNE, JEAN, MIDI, pdfsig, sign
from tests.outside.test_typesetter import compose
from tests.support.certificats import Emetteur, emettre, pkcs


@pytest.fixture(scope="module")
def prestataire() -> Emetteur:
    return emettre("Prestataire de confiance")


@pytest.fixture(scope="module")
def anne(prestataire: Emetteur) -> Emetteur:
    return emettre("Anne Lemoine", prestataire)


@pytest.fixture(scope="module")
def lettre() -> bytes:
    return compose("<p>Votre demande est acceptée.</p>")


def test_each_signs_with_their_own_and_the_others_with_the_seal(
    prestataire: Emetteur, anne: Emetteur, lettre: bytes, tmp_path: Path
) -> None:
    (tmp_path / "anne.p12").write_bytes(pkcs(anne, "à elle", chaine=[prestataire[1]]))
    (tmp_path / "anne.mdp").write_text("à elle\n", "utf-8")
    sceau = emettre("Mairie de Ville", prestataire, cle=ec.generate_private_key(ec.SECP256R1()))
    (tmp_path / "organisme.pfx").write_bytes(pkcs(sceau, "pour tous", chaine=[prestataire[1]]))
    certificats = Certificats(tmp_path, mot_de_passe="pour tous")
    assert certificats.fautes(now=MIDI) == ()
    signer = Signer(certificats, Typesetter())
    for qui, nom in ((ANNE, "Anne Lemoine"), (JEAN, "Mairie de Ville")):
        signee = sign(signer, lettre, qui)
        said = pdfsig(signee, tmp_path)
        assert "Signature is Valid." in said
        assert f"Signer Certificate Common Name: {nom}" in said
        [verdict] = signer.verify(signee)
        assert (verdict.signataire, verdict.intacte, verdict.de_confiance) == (nom, True, True)


def test_letters_of_an_earlier_certificate_stay_known(
    prestataire: Emetteur, anne: Emetteur, lettre: bytes, tmp_path: Path
) -> None:
    (tmp_path / "anne.p12").write_bytes(pkcs(anne))
    signee = sign(Signer(Certificats(tmp_path), Typesetter()), lettre, ANNE)
    (tmp_path / "anne.p12").write_bytes(pkcs(emettre("Anne Lemoine", emettre("Un autre prestataire"))))
    [verdict] = Signer(Certificats(tmp_path), Typesetter()).verify(signee)
    assert not verdict.de_confiance
    subprocess.run(["openssl", "x509", "-inform", "DER", "-out", tmp_path / "ancien.pem"], check=True,
                   input=prestataire[1].public_bytes(Encoding.DER))
    [verdict] = Signer(Certificats(tmp_path), Typesetter()).verify(signee)
    assert verdict.de_confiance


def test_every_fault_of_a_folder_is_told_at_once(prestataire: Emetteur, anne: Emetteur, tmp_path: Path) -> None:
    assert "aucun certificat" in Certificats(tmp_path).fautes(now=MIDI)[0]
    cle = anne[0]
    for nom, contenu in {
        "illisible": b"%PDF-1.7", "vide": b"", "ferme": pkcs(anne, "autre"), "bon": pkcs(anne, "bon"),
        "expire": pkcs(emettre("Anne", prestataire, cle=cle, fin=MIDI - timedelta(days=1)), "bon"),
        "sans_cle": pkcs12.serialize_key_and_certificates(None, None, anne[1], None, BestAvailableEncryption(b"bon")),
        "serveur": pkcs(emettre("Serveur", prestataire, cle=cle, signe=False), "bon"),
    }.items():
        (tmp_path / f"{nom}.p12").write_bytes(contenu)
    fautes = dict(faute.split(" : ") for faute in Certificats(tmp_path, mot_de_passe="bon").fautes(now=MIDI))
    assert fautes == {
        "illisible.p12": "n’est pas un fichier PKCS#12", "vide.p12": "n’est pas un fichier PKCS#12",
        "ferme.p12": "mot de passe faux ou absent", "sans_cle.p12": "ne contient pas de clé privée",
        "serveur.p12": "son certificat n’est pas fait pour signer",
    }


def test_who_cannot_sign_is_told_what_to_ask_for(prestataire: Emetteur, anne: Emetteur, lettre: bytes, tmp_path: Path) -> None:
    with pytest.raises(SignatureSansCertificat, match="VAGUEMESTRE_CERTIFICATS"):
        sign(Signer(SansCertificat(), Typesetter()), lettre, JEAN)
    signer = Signer(Certificats(tmp_path), Typesetter())
    (tmp_path / "anne.p12").write_bytes(pkcs(anne))
    with pytest.raises(CertificatAbsent, match=r"Jean Prévost.*déposer jean\.p12"):
        sign(signer, lettre, JEAN)
    with pytest.raises(CertificatExpire, match=r"anne\.p12 n’est valable que du 01/01/2020 au 01/01/2040"):
        sign(signer, lettre, ANNE, now=datetime(2041, 1, 1, tzinfo=UTC))
    (tmp_path / "anne.p12").write_bytes(pkcs(anne, "inconnu"))
    with pytest.raises(CertificatInutilisable, match="mot de passe faux ou absent"):
        sign(signer, lettre, ANNE)
