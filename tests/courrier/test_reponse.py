"""An answer is drafted, cleaned, numbered once and set as the letter a French town hall sends."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import habilitations, journal, organisation, reponse
from app.courrier.errors import DejaFait, Introuvable, SaisieRefusee
from app.courrier.ports import Range
from app.courrier.registre import Contact
from app.courrier.reponse.accuse import MENTIONS
from app.courrier.tables import Agent, Courrier, Modele, Nature, Piece, Reponse
from app.outside.typesetter import Typesetter
from app.outside.vault import Vault
from tests.courrier.atelier import atelier
from tests.courrier.lettres import CORPS, UNE_PAGE, Commune, arrivee, composer, decrire_bureaux, rediger
from tests.outside.test_typesetter import pages

pytestmark = pytest.mark.usefixtures("mairie")


@pytest.fixture(autouse=True)
def modeles(session: Session, mairie: dict[str, Agent]) -> None:
    reponse.semer(session)
    decrire_bureaux(session)
    session.commit()


@pytest.fixture
def courrier(session: Session, now: datetime) -> Courrier:
    return arrivee(session, now=now, reference="YC-45", date_courrier=date(2026, 11, 13))  # type: ignore[arg-type]


@pytest.fixture
def coffre(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "coffre").as_uri())


def test_fields_are_filled_and_escaped(session: Session, now: datetime) -> None:
    courrier = arrivee(session, now=now, contact=Contact(nom="<b>Zoé</b>", civilite="Mme", prenom="{{ agent.nom }}"))
    projet = rediger(
        session, courrier, now=now, objet="Réponse à {{courrier.chrono}}",
        corps="{{ correspondant.appel }}\n\n{{ correspondant.nom_complet }}, reçu le {{ courrier.recu_le }}. {{ agent.nom }}")
    assert projet.objet == f"Réponse à {courrier.chrono}"
    assert projet.corps == (
        "<p>Madame,</p>\n<p>Mme {{ agent.nom }} &lt;b&gt;Zoé&lt;/b&gt;, reçu le 16 novembre 2026. Claire Aubry</p>")


def test_what_is_wrong_is_named(session: Session, courrier: Courrier, now: datetime) -> None:
    for objet, corps, champ, phrase in (
        ("Objet", "Le {{ courrier.couleur }} et {{x}}", "corps", "{{ courrier.couleur }}, {{ x }}"),
        ("{{ courrier.__class__ }}", "Texte", "objet", "{{ courrier.__class__ }}"),
        ("Objet", "Votre demande [… rappel de la demande].", "corps", "[… rappel de la demande]"),
        (" ", "Texte", "objet", "Écrivez"),
        ("Objet", "\n", "corps", "Écrivez"),
        ("a" * 501, "Texte", "objet", "500"),
    ):
        with pytest.raises(SaisieRefusee) as refus:
            rediger(session, courrier, now=now, objet=objet, corps=corps)
        assert list(refus.value.erreurs) == [champ]
        assert phrase in refus.value.erreurs[champ]
    assert reponse.chercher(session, courrier) is None


def test_each_version_is_counted_and_noted(session: Session, courrier: Courrier, now: datetime) -> None:
    rediger(session, courrier, now=now)
    projet = rediger(session, courrier, now=now + timedelta(hours=1), corps="Autre texte", par="karim")
    assert (projet.version, projet.redacteur, projet.corps) == (2, "karim", "<p>Autre texte</p>")
    assert session.scalar(select(func.count()).select_from(Reponse)) == 1
    lignes = [
        ligne for ligne in journal.lire(session, f"courrier:{courrier.id}") if ligne.acte == "version-reponse"]
    assert [(ligne.acteur, journal.details(ligne)["version"]) for ligne in lignes] == [("claire", 1), ("karim", 2)]
    assert len({journal.details(ligne)["sha256"] for ligne in lignes}) == 2


def test_every_template_of_the_house_can_be_proposed(session: Session, courrier: Courrier, now: datetime) -> None:
    cles = {modele.cle for modele in reponse.modeles(session, "reponse")}
    assert cles == {"reponse-simple", "reponse-acceptation", "reponse-rejet", "demande-pieces", "reorientation"}
    for cle in cles:
        proposition = reponse.proposer(session, courrier, cle, par="claire", now=now)
        assert "{{" not in proposition.objet + proposition.corps
        assert "Madame," in proposition.corps
        assert reponse.inconnus(proposition.corps) == []
    for modele in session.scalars(select(Modele)):
        assert reponse.inconnus(modele.sujet + modele.corps) == []
    with pytest.raises(Introuvable, match="«absent»"):
        reponse.proposer(session, courrier, "absent", par="claire", now=now)


def test_sowing_again_leaves_what_the_town_hall_changed(session: Session) -> None:
    modele = session.scalars(select(Modele).where(Modele.cle == "reponse-simple")).one()
    modele.corps = "À nous."
    session.flush()
    before = session.scalar(select(func.count()).select_from(Modele))
    reponse.semer(session)
    session.refresh(modele)
    assert (modele.corps, session.scalar(select(func.count()).select_from(Modele))) == ("À nous.", before)


def test_the_form_starts_with_the_draft_or_a_template(session: Session, courrier: Courrier, now: datetime) -> None:
    vide = reponse.a_rediger(session, courrier, None, "claire", now=now)
    assert vide["objet"] == "Votre courrier du 16 novembre 2026 : Bruit du chantier"
    assert vide["corps"].startswith("Madame,\n\nVotre courrier, reçu le 16 novembre 2026")
    projet = rediger(session, courrier, now=now)
    assert reponse.a_rediger(session, courrier, projet, "claire", now=now) == {"objet": "Bruit du chantier", "corps": CORPS}
    assert reponse.a_expedier(session, courrier) == {"canal": "courriel", "destinataire": "y.caradec@example.org"}
    anonyme = arrivee(session, now=now, contact=None)
    assert reponse.a_expedier(session, anonyme) == {"canal": "postal"}


def test_the_departure_is_numbered_once(session: Session, courrier: Courrier, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    depart = reponse.preparer_depart(session, courrier, projet, par="claire", now=now)
    session.commit()
    assert (depart.chrono, depart.sens, depart.repond_a, depart.echeance) == ("D-2026-00001", "depart", courrier.id, None)
    assert depart.correspondant_id == courrier.correspondant_id
    rediger(session, courrier, now=now, objet="Nouvel objet")
    again = reponse.preparer_depart(session, courrier, projet, par="claire", now=now)
    session.commit()
    assert (again.id, again.objet) == (depart.id, "Nouvel objet")
    assert session.scalar(select(func.count()).where(Courrier.sens == "depart")) == 1
    actes = [ligne.acte for ligne in journal.lire(session, f"courrier:{courrier.id}")]
    assert actes.count("numeroter-depart") == 1
    assert reponse.chercher(session, depart) is projet


def test_who_sees_the_letter_sees_its_answer(
    session: Session, courrier: Courrier, mairie: dict[str, Agent], now: datetime
) -> None:
    habilitations.ouvrir(session, courrier.id, "@marin", "acteur", now=now)
    depart = reponse.preparer_depart(session, courrier, rediger(session, courrier, now=now), par="claire", now=now)
    session.commit()
    for qui in ("claire", "nadia", "marin", "helene"):
        assert habilitations.voir(session, habilitations.moi(session, mairie[qui]), depart.id) is depart
    with pytest.raises(Introuvable):
        habilitations.voir(session, habilitations.moi(session, mairie["paul"]), depart.id)


def test_a_letter_to_nobody_is_refused_before_it_takes_a_number(session: Session, now: datetime) -> None:
    courrier = arrivee(session, now=now, contact=None)
    projet = rediger(session, courrier, now=now)
    with pytest.raises(SaisieRefusee) as refus:
        reponse.preparer_depart(session, courrier, projet, par="claire", now=now)
    assert "à qui" in refus.value.erreurs["correspondant"]
    assert projet.depart_id is None


def test_the_letter_bears_what_the_law_and_use_ask(session: Session, courrier: Courrier, coffre: Vault, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    [texte] = pages(composer(session, projet, coffre, Typesetter(), now=now))
    mots = " ".join(texte.split())
    for dit in (
        "Mairie de Saint-Aubin-des-Prés", "Affaire suivie par Claire Aubry", "Instructrice", "Urbanisme", "02 61 91 00 01",
        "claire@mairie.example", "N/Réf. : D-2026-00001", "V/Réf. : YC-45", courrier.chrono, "Les Amis du lavoir",
        "Mme Yolande Caradec", "49999 SAINT AUBIN DES PRES", "Saint-Aubin-des-Prés, le 17 novembre 2026",
        "Objet : Bruit du chantier", "Le chantier s’arrête à 20 h", "Le maire,", "Page 1 / 1",
    ):
        assert dit in mots, dit
    piece = session.get_one(Piece, projet.piece_id)
    assert (projet.etat, piece.genre, piece.version, piece.pages) == ("a_signer", "projet", 1, 1)
    assert coffre.has(piece.sha256)


def test_the_letter_escapes_everything_it_prints(session: Session, now: datetime) -> None:
    mauvais = "<img src=x onerror=alert(1)>"
    contact = Contact(nom=mauvais, organisme=mauvais, adresse=mauvais, ville="Ici")
    courrier = arrivee(session, now=now, contact=contact, reference=mauvais)
    projet = rediger(session, courrier, now=now, objet=mauvais, corps="Texte")
    assert "<img" not in reponse.html(session, projet, organisme=Commune(nom=mauvais, site=mauvais), now=now)


def test_a_letter_is_claimed_by_one_worker(session: Session, courrier: Courrier, database_url: str, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    assert reponse.a_composer(session, now=now) == []
    reponse.demander_composition(session, projet, now=now)
    session.commit()
    assert reponse.a_composer(session, now=now) == [projet.id]
    session.commit()
    with atelier(database_url) as autre:
        assert reponse.reserver(autre, projet.id, now=now) is not None
        autre.commit()
    assert reponse.reserver(session, projet.id, now=now) is None
    assert reponse.a_composer(session, now=now) == []
    session.commit()
    later = now + timedelta(minutes=6)
    assert reponse.a_composer(session, now=later) == [projet.id]
    assert reponse.reserver(session, projet.id, now=later) is not None


def test_a_pdf_that_comes_too_late_is_left(session: Session, courrier: Courrier, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    reponse.demander_composition(session, projet, now=now)
    prise = reponse.reserver(session, projet.id, now=now)
    assert prise is not None
    version = prise.version
    session.commit()
    rediger(session, courrier, now=now, corps="Tout autre chose")
    rangee = Range(sha256="a" * 64, taille=1)
    assert reponse.composee(session, projet.id, rangee, version=version, lecture=UNE_PAGE, now=now) is None
    reponse.demander_composition(session, projet, now=now)
    assert reponse.composee(session, projet.id, rangee, version=version, lecture=UNE_PAGE, now=now) is None
    assert reponse.composee(session, projet.id, rangee, version=version + 1, lecture=UNE_PAGE, now=now) is not None
    assert (projet.etat, session.scalar(select(func.count()).select_from(Piece))) == ("a_signer", 1)


def test_a_letter_that_cannot_be_set_is_tried_later_and_later_then_given_up(
    session: Session, courrier: Courrier, now: datetime
) -> None:
    projet, moment, attentes = rediger(session, courrier, now=now), now, []
    reponse.demander_composition(session, projet, now=now)
    while projet.etat == "a_composer":
        assert reponse.reserver(session, projet.id, now=moment) is not None
        reponse.echouee(session, projet.id, "La lettre est trop longue", now=moment)
        attentes.append((projet.reprise_le or moment) - moment)
        moment = projet.reprise_le or moment
    assert attentes[:3] == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16)]
    assert (len(attentes), attentes[-2], projet.erreur) == (8, timedelta(hours=6), "La lettre est trop longue")
    assert reponse.a_composer(session, now=moment + timedelta(days=9)) == []
    reponse.recomposer(session, courrier, par="marin", now=moment)
    with pytest.raises(DejaFait):
        reponse.recomposer(session, courrier, par="marin", now=moment)
    session.commit()
    assert reponse.reserver(session, projet.id, now=moment) is not None
    actes = [ligne.acte for ligne in journal.lire(session, f"courrier:{courrier.id}")]
    assert (actes.count("composition-echouee"), actes.count("recomposer")) == (1, 1)


def test_a_letter_that_kills_its_workers_is_given_up(session: Session, courrier: Courrier, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    reponse.demander_composition(session, projet, now=now)
    while reponse.reserver(session, projet.id, now=now) is not None:
        now += timedelta(minutes=6)
    assert (projet.etat, projet.essais) == ("non_composee", 9)
    assert "jamais achevée" in projet.erreur


def test_a_refused_letter_written_anew_has_a_new_version_of_its_pdf(
    session: Session, courrier: Courrier, coffre: Vault, now: datetime
) -> None:
    projet = rediger(session, courrier, now=now)
    composer(session, projet, coffre, Typesetter(), now=now)
    rediger(session, courrier, now=now, corps="Reprise du texte")
    assert projet.etat == "projet"
    assert "Reprise du texte" in pages(composer(session, projet, coffre, Typesetter(), now=now))[0]
    versions = session.scalars(select(Piece.version).where(Piece.genre == "projet").order_by(Piece.version)).all()
    assert list(versions) == [1, 2]


def test_a_signed_letter_is_not_written_again(session: Session, courrier: Courrier, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    projet.etat = "signee"
    session.commit()
    for attempt in (lambda: rediger(session, courrier, now=now), lambda: reponse.demander_composition(session, projet, now=now)):
        with pytest.raises(DejaFait):
            attempt()


@pytest.mark.parametrize(("silence", "dit"), [
    ("", "est arrivé le 16 novembre 2026"),
    ("SVR", "sans réponse de notre part le 16 janvier 2027, elle sera réputée rejetée"),
    ("SVA", "sans réponse de notre part le 16 janvier 2027, elle sera réputée acceptée"),
])
def test_a_receipt_bears_every_mention(session: Session, courrier: Courrier, now: datetime, silence: str, dit: str) -> None:
    nature = session.get_one(Nature, courrier.nature_id)
    nature.silence = silence
    accuse = reponse.accuse(session, courrier, nature, now=now)
    for mention in (dit, courrier.chrono, "Urbanisme", "1 place de la Mairie", "02 61 91 00 01", "urbanisme@saint-aubin.example"):
        assert mention in accuse.texte
    assert "{{" not in accuse.texte + accuse.objet
    assert ("tribunal administratif" in accuse.texte, "L. 232-3" in accuse.texte) == (silence == "SVR", silence == "SVA")


@pytest.mark.parametrize("silence", MENTIONS)
def test_a_receipt_with_a_mention_missing_is_refused(session: Session, courrier: Courrier, now: datetime, silence: str) -> None:
    cle = {"": "accuse-simple", "SVR": "accuse-svr", "SVA": "accuse-sva"}[silence]
    modele = session.scalars(select(Modele).where(Modele.cle == cle)).one()
    whole = modele.corps
    nature = session.get_one(Nature, courrier.nature_id)
    nature.silence = silence
    for mention in MENTIONS[silence]:
        modele.corps = whole.replace(f"{{{{ {mention} }}}}", "")
        session.flush()
        with pytest.raises(SaisieRefusee) as refus:
            reponse.accuse(session, courrier, nature, now=now)
        assert list(refus.value.erreurs) == [mention]


def test_a_receipt_of_a_bureau_nobody_can_reach_is_refused(session: Session, courrier: Courrier, now: datetime) -> None:
    bureau = organisation.bureau(session, "urbanisme")
    bureau.adresse = bureau.telephone = ""
    session.flush()
    with pytest.raises(SaisieRefusee) as refus:
        reponse.accuse(session, courrier, session.get_one(Nature, courrier.nature_id), now=now)
    assert list(refus.value.erreurs) == ["bureau.adresse", "bureau.telephone"]
    nulle_part = arrivee(session, now=now, bureau=None)
    with pytest.raises(SaisieRefusee, match="4 champ"):
        reponse.accuse(session, nulle_part, session.get_one(Nature, nulle_part.nature_id), now=now)
