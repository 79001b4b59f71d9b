"""A letter is signed once, only as it was read, and what it is worth can be asked at any time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import habilitations, journal, reponse, sceau
from app.courrier.errors import DejaFait, Introuvable, SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.ports import Range, Signataire
from app.courrier.sceau import Scelle
from app.courrier.tables import Agent, Courrier, Piece, Reponse
from app.outside.autorite import Autorite
from app.outside.signer import Signer
from app.outside.typesetter import Typesetter
from app.outside.vault import Vault
from tests.courrier.lettres import arrivee, composer, decrire_bureaux, rediger


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer(Autorite(tmp_path_factory.mktemp("cles"), organisme="Mairie de Saint-Aubin-des-Prés"), Typesetter())


@pytest.fixture
def coffre(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "coffre").as_uri())


@pytest.fixture
def courrier(session: Session, mairie: dict[str, Agent], now: datetime) -> Courrier:
    decrire_bureaux(session)
    courrier = arrivee(session, now=now)
    habilitations.ouvrir(session, courrier.id, "@marin", "acteur", now=now)
    session.commit()
    return courrier


@pytest.fixture
def marin(session: Session, mairie: dict[str, Agent]) -> Moi:
    return habilitations.moi(session, mairie["marin"])


@pytest.fixture
def projet(session: Session, courrier: Courrier, coffre: Vault, now: datetime) -> Reponse:
    """A letter that awaits Madame Marin's signature."""
    projet = rediger(session, courrier, now=now)
    composer(session, projet, coffre, Typesetter(), now=now)
    return projet


def sceller(session: Session, marin: Moi, courrier: Courrier, coffre: Vault, signer: Signer, *, now: datetime) -> Scelle:
    """What the entrance does before its transaction."""
    a_signer = sceau.a_signer(session, marin, courrier.id)
    qui = Signataire(cle="marin", nom="Odile Marin", qualite="Le maire")
    signed = signer.sign(coffre.get(a_signer.sha256), signataire=qui, motif="Réponse", lieu="Ici", now=now)
    return Scelle(pdf=coffre.put(signed), attendu=a_signer.sha256)


def test_the_signed_letter_takes_its_place(
    session: Session, courrier: Courrier, projet: Reponse, marin: Moi, coffre: Vault, signer: Signer, now: datetime
) -> None:
    scelle = sceller(session, marin, courrier, coffre, signer, now=now)
    piece = sceau.signee(session, projet, scelle, signataire="marin", now=now)
    session.commit()
    depart = session.get_one(Courrier, projet.depart_id)
    assert (projet.etat, projet.signataire, projet.signee_le, projet.piece_id) == ("signee", "marin", now, piece.id)
    assert (piece.genre, piece.nom, piece.sha256, piece.pages) == ("reponse", "D-2026-00001.pdf", scelle.pdf.sha256, 1)
    filed = session.scalars(select(Piece.courrier_id).where(Piece.genre == "reponse").order_by(Piece.id)).all()
    assert list(filed) == [courrier.id, depart.id]
    for lieu in (courrier, depart):
        [verdict] = sceau.verdict(session, lieu, sceau=signer, coffre=coffre)
        assert (verdict.signataire, verdict.signe_le, verdict.intacte, verdict.de_confiance) == ("Odile Marin", now, True, True)
    [ligne] = [ligne for ligne in journal.lire(session, f"courrier:{courrier.id}") if ligne.acte == "sceller"]
    details = journal.details(ligne)
    assert (ligne.acteur, details["lu"], details["sha256"]) == ("marin", scelle.attendu, scelle.pdf.sha256)


def test_a_second_click_changes_nothing(
    session: Session, courrier: Courrier, projet: Reponse, marin: Moi, coffre: Vault, signer: Signer, now: datetime
) -> None:
    scelle = sceller(session, marin, courrier, coffre, signer, now=now)
    sceau.signee(session, projet, scelle, signataire="marin", now=now)
    session.commit()
    with pytest.raises(DejaFait):
        sceau.signee(session, projet, scelle, signataire="marin", now=now)
    with pytest.raises(DejaFait):
        sceau.a_signer(session, marin, courrier.id)
    session.rollback()
    assert len(session.scalars(select(Piece).where(Piece.genre == "reponse")).all()) == 2


def test_who_signs_is_told_why_the_letter_cannot_be_set(
    session: Session, courrier: Courrier, marin: Moi, now: datetime
) -> None:
    projet = rediger(session, courrier, now=now)
    reponse.demander_composition(session, projet, now=now)
    reponse.echouee(session, projet.id, "Elle est trop longue : raccourcissez-la.", now=now)
    session.expire_all()
    with pytest.raises(SaisieRefusee) as refus:
        sceau.a_signer(session, marin, courrier.id)
    assert refus.value.erreurs["decision"].endswith("Elle est trop longue : raccourcissez-la.")


def test_a_letter_changed_meanwhile_is_not_signed(
    session: Session, courrier: Courrier, projet: Reponse, marin: Moi, coffre: Vault, signer: Signer, now: datetime
) -> None:
    scelle = sceller(session, marin, courrier, coffre, signer, now=now)
    rediger(session, courrier, now=now, corps="Un tout autre engagement")
    with pytest.raises(SaisieRefusee) as refus:
        sceau.signee(session, projet, scelle, signataire="marin", now=now)
    assert "pas encore prête" in refus.value.erreurs["decision"]
    composer(session, projet, coffre, Typesetter(), now=now + timedelta(hours=1))
    with pytest.raises(SaisieRefusee) as refus:
        sceau.signee(session, projet, scelle, signataire="marin", now=now)
    assert "a changé" in refus.value.erreurs["decision"]
    assert projet.etat == "a_signer"
    assert session.scalars(select(Piece).where(Piece.genre == "reponse")).all() == []


def test_only_a_letter_that_is_ready_and_open_to_one_is_signed(
    session: Session, courrier: Courrier, mairie: dict[str, Agent], marin: Moi, now: datetime
) -> None:
    with pytest.raises(Introuvable, match="réponse"):
        sceau.a_signer(session, marin, courrier.id)
    projet = rediger(session, courrier, now=now)
    reponse.demander_composition(session, projet, now=now)
    session.commit()
    with pytest.raises(SaisieRefusee):
        sceau.a_signer(session, marin, courrier.id)
    with pytest.raises(Introuvable, match="courrier"):
        sceau.a_signer(session, habilitations.moi(session, mairie["paul"]), courrier.id)


def test_a_letter_that_nobody_signed_has_no_verdict(
    session: Session, courrier: Courrier, projet: Reponse, signer: Signer, coffre: Vault
) -> None:
    assert sceau.verdict(session, courrier, sceau=signer, coffre=coffre) == ()
    with pytest.raises(SaisieRefusee):
        sceau.signee(session, projet, Scelle(pdf=Range(sha256="0" * 64, taille=1), attendu="0" * 64), signataire="marin",
                     now=projet.modifiee_le)
