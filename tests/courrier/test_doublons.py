"""Doubles: told by their bytes, their Message-ID, their pages or their words; a model that many send is told as such."""

import hashlib
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.courrier import depot, doublons, habilitations, journal, organisation, registre
from app.courrier.doublons import Rapprochements
from app.courrier.errors import DejaFait, GesteRefuse, Introuvable
from app.courrier.habilitations import Moi
from app.courrier.ports import Lecture, PageLue, Range
from app.courrier.registre import Contact
from app.courrier.tables import Bande, Courrier, Depot, Empreinte, Nature, Piece
from app.outside.reader import Reader
from tests.letters import imprimer

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PETITION = (
    "Monsieur le Maire, les parents et les riverains de la rue des Lavandières demandent un passage piéton et un ralentisseur "
    "devant l’école. Trois enfants ont failli être renversés depuis la rentrée de mai. Nous serions heureux d’être reçus par "
    "la commission de la voirie. Veuillez croire, Monsieur le Maire, à notre attachement au village."
)
AUTRE = (
    "Madame, Monsieur, je vous prie de bien vouloir inscrire ma fille à la crèche municipale à partir du mois de janvier. "
    "Nous habitons la commune depuis huit ans et travaillons tous deux à temps plein ; elle aura alors dix mois. Je joins à "
    "cette lettre le certificat de naissance et le justificatif de domicile demandés par le règlement."
)
INVITATION = (
    "Le comité des fêtes a le plaisir de vous inviter à l’inauguration de la halle restaurée, samedi à onze heures, en présence "
    "de l’architecte et des artisans. Un verre de l’amitié sera servi sous les tilleuls ; merci de nous dire si vous venez."
)
VUE = f"{random.Random(7).getrandbits(256):064x}"


def moi(session: Session, qui: str = "bruno") -> Moi:
    return habilitations.moi(session, organisation.agent(session, qui))


def abimee(empreinte: str, bits: int, graine: int = 1) -> str:
    """The same page scanned again: as many bits turned."""
    tournes = sum(1 << rang for rang in random.Random(graine).sample(range(256), bits))
    return f"{int(empreinte, 16) ^ tournes:064x}"


def vient(session: Session, contenu: str, texte: str = "", *, vue: str = "", de: str = "", le: str = "", nom: str = "lettre.pdf",
          entetes: Mapping[str, str] = {}, mime: str = "application/pdf", mal_lus: str = "") -> Depot:  # fmt: skip
    """A letter that came and was read; `mal_lus`: words of which the reader was not sure."""
    rangee = Range(sha256=hashlib.sha256(contenu.encode()).hexdigest(), taille=9)
    recu = depot.deposer(session, coffre_range=rangee, nom=nom, mime=mime, canal="papier", par="bruno", now=NOW)
    assert depot.reserver(session, recu.id, now=NOW)
    mots = [(mot, 0.0, 0.0, 0.1, 0.1, 60.0 if mot in mal_lus.split() else 96.0) for mot in texte.split()]
    page = PageLue(numero=1, largeur=595, hauteur=842, texte=texte, mots=mots, source="ocr", empreinte=vue)
    lues = [{"champ": champ, "valeur": valeur, "confiance": 0.9, "page": 1, "boite": None, "extrait": "", "raison": ""}
            for champ, valeur in (("expediteur", de), ("date_courrier", le)) if valeur]  # fmt: skip
    depot.lu(session, recu.id, Lecture(mime=mime, pages=[page]), lues, now=NOW)
    doublons.retenir(session, recu.id, entetes)
    session.commit()
    return session.get_one(Depot, recu.id)


def inscrire(session: Session, attend: Depot, *, par: str = "bruno", nom: str = "Rivière", **saisie: Any) -> Courrier:
    nature = session.scalars(select(Nature.id).where(Nature.cle == "courrier")).one()
    voulue = registre.Saisie(sens="arrivee", canal="papier", objet="Passage piéton", nature_id=nature, depot_id=attend.id,
                             correspondant=Contact(nom=nom), **saisie)  # fmt: skip
    inscrit = registre.enregistrer(session, voulue, par=par, now=NOW)
    session.commit()
    return inscrit


def rapprocher(session: Session, attend: Depot) -> Rapprochements:
    return doublons.rapprocher(session, moi(session), attend)


def raisons(session: Session, attend: Depot) -> list[tuple[str, int]]:
    return [(jumeau.raison, jumeau.depot.id) for jumeau in rapprocher(session, attend).jumeaux]


@pytest.mark.usefixtures("mairie")
def test_each_way_a_letter_comes_twice_has_its_reason(session: Session) -> None:
    premier = vient(session, "a", PETITION, vue=VUE, de="Mme Odile Ferrandier", le="2026-11-03")
    assert raisons(session, vient(session, "a", PETITION, vue=VUE)) == [("octets", premier.id)]
    numerisee = vient(session, "b", vue=abimee(VUE, 30))
    assert ("image", premier.id) in raisons(session, numerisee)
    par_texte = vient(session, "c", PETITION.replace("ralentisseur", "ra1entisseur"), de="FERRANDIER Odi1e", le="2026-11-03")
    assert ("texte", premier.id) in raisons(session, par_texte)
    courriel, encore = (
        vient(session, contenu, AUTRE, mime="message/rfc822", entetes={"message-id": "<un@exemple.fr>"}) for contenu in "de"
    )
    assert raisons(session, encore)[0] == ("message", courriel.id)
    assert raisons(session, vient(session, "f", INVITATION, vue=abimee(VUE, 90))) == []


@pytest.mark.usefixtures("mairie")
def test_a_registered_letter_is_recognised_and_told_by_its_number(session: Session) -> None:
    inscrit = inscrire(session, vient(session, "a", PETITION, vue=VUE), date_courrier=None)
    [jumeau] = rapprocher(session, vient(session, "b", PETITION, vue=abimee(VUE, 12))).jumeaux
    assert (jumeau.courrier, jumeau.ferme, jumeau.raison) == (inscrit, False, "image")
    assert jumeau.mesure == pytest.approx(1 - 12 / 256)


@pytest.mark.usefixtures("mairie")
def test_the_same_form_filled_in_with_other_words_is_no_double(session: Session) -> None:
    vient(session, "a", PETITION, vue=VUE, de="Mme Ferrandier")
    assert raisons(session, vient(session, "b", AUTRE, vue=abimee(VUE, 10), de="Mme Ferrandier")) == []


@pytest.fixture(scope="module")
def photographiee() -> list[PageLue]:
    """The upper half of a letter as a scanner and as a telephone take it, both read."""
    feuille = imprimer.pages("place_creche")[0][:1200]
    return [Reader().read(imprimer.jpeg(prise(feuille, 1))).pages[0] for prise in (imprimer.clean, imprimer.photo)]


@pytest.mark.usefixtures("mairie")
def test_a_letter_that_was_scanned_is_known_when_it_comes_as_a_photograph(
    session: Session, photographiee: list[PageLue]
) -> None:
    numerisee, photo = (
        vient(session, page.empreinte, page.texte, vue=page.empreinte,
              mal_lus=" ".join(mot for mot, *_, confiance in page.mots if confiance < 90)) for page in photographiee
    )  # fmt: skip
    assert raisons(session, photo) == [("texte", numerisee.id)]


@pytest.mark.usefixtures("mairie")
def test_a_form_is_told_by_the_words_that_each_was_filled_in_with(session: Session) -> None:
    """As long as both readings are sure of them; one whose sender was misread is known by the rest."""
    lea = f"{PETITION} Fiche de Marchand Lucie pour Jade, le 3 mars."
    premiere = vient(session, "a", lea, de="Marchand Lucie", le="2026-11-03")
    assert raisons(session, vient(session, "b", f"{PETITION} Fiche de Marchand Lucie pour Octave, le 7 juillet.",
                                  de="Marchand Lucie", le="2026-11-03")) == []  # fmt: skip
    assert raisons(session, vient(session, "c", f"{PETITION} Fiche de Belhadj Samir pour Jade, le 3 mars.")) == []
    photo = vient(session, "d", lea.replace("Marchand", "Mvzwnhd").replace("Jade", "Xqkb"), mal_lus="Mvzwnhd Xqkb")
    assert raisons(session, photo) == [("texte", premiere.id)]
    ailleurs = vient(session, "e", lea, de="commission de la voirie", le="2026-11-03")
    assert raisons(session, ailleurs)[0] == ("texte", premiere.id)


@pytest.mark.usefixtures("mairie")
def test_a_model_of_letter_is_told_by_the_number_of_its_senders(session: Session) -> None:
    gens = ("Lucie Marchand", "Samir Belhadj", "Ginette Cormier")
    inscrits = [inscrire(session, vient(session, nom, f"{PETITION} {nom}", vue=abimee(VUE, 8), de=nom), nom=nom) for nom in gens]
    vu = rapprocher(session, vient(session, "d", f"{PETITION} Noémie Abgrall", vue=VUE, de="Noémie Abgrall"))
    assert (vu.jumeaux, vu.personnes, vu.modele) == ((), 3, tuple(inscrits))


@pytest.mark.usefixtures("mairie")
def test_what_the_same_sender_writes_another_day_is_no_double(session: Session) -> None:
    """A reminder, a monthly invoice."""
    octobre = vient(session, "a", PETITION, vue=VUE, de="Lucie Marchand", le="2026-10-03")
    inscrit = inscrire(session, octobre, nom="Lucie Marchand")
    vu = rapprocher(session, vient(session, "b", PETITION, vue=VUE, de="Lucie Marchand", le="2026-11-03"))
    assert (vu.jumeaux, vu.suites) == ((), (inscrit,))


@pytest.mark.usefixtures("mairie")
def test_nothing_is_told_of_a_courrier_that_is_not_open(session: Session) -> None:
    ferme = vient(session, "a", PETITION, de="Lucie Marchand")
    inscrire(session, ferme, par="claire", confidentialite="personnel")
    copie = vient(session, "b", PETITION, de="Lucie Marchand")
    [jumeau] = rapprocher(session, copie).jumeaux
    assert (jumeau.courrier, jumeau.ferme) == (None, True)
    for geste in (doublons.ecarter, doublons.joindre, doublons.distinguer):
        with pytest.raises(Introuvable):
            geste(session, moi(session), copie.id, ferme.id, now=NOW)


@pytest.mark.usefixtures("mairie")
def test_a_double_set_aside_is_told_on_the_courrier(session: Session) -> None:
    premier, second = vient(session, "a", PETITION), vient(session, "b", PETITION)
    inscrit = inscrire(session, premier)
    doublons.ecarter(session, moi(session), second.id, premier.id, now=NOW)
    session.commit()
    assert (second.etat, second.motif) == ("ecarte", f"Doublon de {inscrit.chrono}.")
    assert doublons.receptions(session, inscrit) == [second]
    assert [ligne.acte for ligne in journal.lire(session, f"courrier:{inscrit.id}")][-1] == "recevoir-double"
    assert raisons(session, premier) == []
    # A third one is told by the courrier, not by the copy that was set aside.
    assert raisons(session, vient(session, "c", PETITION)) == [("texte", premier.id)]
    depot.reprendre(session, second.id, par="bruno", now=NOW)
    assert doublons.receptions(session, inscrit) == []


@pytest.mark.usefixtures("mairie")
def test_two_copies_are_never_set_aside_each_for_the_other(session: Session) -> None:
    premier, second = vient(session, "a", PETITION), vient(session, "b", PETITION)
    doublons.ecarter(session, moi(session), second.id, premier.id, now=NOW)
    session.commit()
    # The page of the other clerk was opened before.
    with pytest.raises(GesteRefuse):
        doublons.ecarter(session, moi(session), premier.id, second.id, now=NOW)
    session.rollback()
    assert session.get_one(Depot, premier.id).etat == "a_enregistrer"
    depot.reprendre(session, second.id, par="bruno", now=NOW)
    assert doublons.ecarter(session, moi(session), premier.id, second.id, now=NOW).etat == "ecarte"


@pytest.mark.usefixtures("mairie")
def test_a_copy_joins_its_courrier_and_leaves_it(session: Session) -> None:
    premier, second = vient(session, "a", PETITION), vient(session, "b", PETITION)
    with pytest.raises(GesteRefuse):
        doublons.joindre(session, moi(session), second.id, premier.id, now=NOW)
    inscrit = inscrire(session, premier)
    assert doublons.joindre(session, moi(session), second.id, premier.id, now=NOW) == inscrit
    session.commit()
    siennes = select(func.count()).select_from(Piece).where(Piece.courrier_id == inscrit.id)
    assert (session.scalar(siennes), second.etat, doublons.receptions(session, inscrit)) == (2, "joint", [second])
    with pytest.raises(DejaFait):
        doublons.joindre(session, moi(session), second.id, premier.id, now=NOW)
    doublons.detacher(session, moi(session), inscrit.id, second.id, now=NOW)
    session.commit()
    session.refresh(second)
    assert (session.scalar(siennes), second.etat, second.courrier_id) == (1, "a_enregistrer", None)


@pytest.mark.usefixtures("mairie")
def test_two_letters_told_apart_are_not_shown_again(session: Session) -> None:
    premier, second = vient(session, "a", PETITION), vient(session, "b", PETITION)
    for _ in range(2):
        doublons.distinguer(session, moi(session), second.id, premier.id, now=NOW)
    session.commit()
    assert raisons(session, second) == raisons(session, premier) == []
    with pytest.raises(Introuvable):
        doublons.distinguer(session, moi(session), second.id, second.id, now=NOW)


@pytest.mark.usefixtures("mairie")
def test_what_is_kept_of_a_file_is_kept_once(session: Session) -> None:
    lettre = vient(session, "a", PETITION, vue=VUE)
    avant = [session.scalar(select(func.count()).select_from(table)) for table in (Empreinte, Bande)]
    doublons.retenir(session, lettre.id, {})
    vient(session, "a", PETITION, vue=VUE)
    assert [session.scalar(select(func.count()).select_from(table)) for table in (Empreinte, Bande)] == avant == [1, 32 + 16]


@pytest.mark.usefixtures("mairie")
def test_files_read_before_empreintes_were_kept_get_theirs_and_are_met(session: Session) -> None:
    ancienne, courte = vient(session, "a", PETITION, vue=VUE, de="Lucie Marchand"), vient(session, "b", "Trop court.")
    session.execute(delete(Bande))
    session.execute(update(Empreinte).values(regle=0, signature="", image=""))
    copie = vient(session, "c", PETITION.replace("Trois", "Tro1s"), de="Lucie Marchand")
    assert raisons(session, copie) == []
    attendues = {ancienne.sha256, courte.sha256}
    while attendues:
        [sha256] = doublons.anciennes(session, limite=1)
        attendues.remove(sha256)
        for _ in range(2):
            doublons.refaire(session, sha256)
    assert doublons.anciennes(session, limite=1) == []
    assert raisons(session, copie) == [("texte", ancienne.id)]
