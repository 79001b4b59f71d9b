"""What the form proposes: the sender's sheet, the bureau named, the thread if the clerk may see it; and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.courrier import depot, habilitations, organisation, propositions, registre
from app.courrier.apprentissage.modele import Discriminant, Modele
from app.courrier.ports import Lecture, PageLue, Range
from app.courrier.propositions import Offre
from app.courrier.propositions.places import des_mots, situer
from app.courrier.propositions.terme import terme
from app.courrier.registre import Contact
from app.courrier.tables import Acces, Agent, Confirmation, Courrier, Depot, Nature, Texte
from engine import Engine
from tests.courrier.test_apprentissage import apprise

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


class SansTable:
    """An engine whose decision table leaves everything open."""

    def evaluate(self, *_: object, **__: object) -> tuple[Mapping[str, object], tuple[object, ...]]:
        return {}, ()


class Table:
    """An engine whose table sends everything to the état civil."""

    def evaluate(self, *_: object, **__: object) -> tuple[Mapping[str, object], tuple[object, ...]]:
        return {"bureau": "etat-civil"}, (SimpleNamespace(annotation="parce que le texte parle d’un acte"),)


def lue(champ: str, valeur: str, confiance: float = 0.9) -> dict[str, Any]:
    return {"champ": champ, "valeur": valeur, "confiance": confiance, "page": 1, "boite": [0.1, 0.1, 0.2, 0.2],
            "extrait": valeur, "raison": "lu"}  # fmt: skip


def deposee(session: Session, texte: str, lues: Iterable[dict[str, Any]] = ()) -> Depot:
    rangee = Range(sha256=f"{abs(hash(texte)):064x}"[:64], taille=9)
    recu = depot.deposer(session, coffre_range=rangee, nom="l.pdf", mime="application/pdf", canal="papier", par="bruno", now=NOW)
    assert depot.reserver(session, recu.id, now=NOW)
    page = PageLue(numero=1, largeur=595, hauteur=842, texte=texte, mots=[], source="couche")
    depot.lu(session, recu.id, Lecture(mime="application/pdf", pages=[page]), list(lues), now=NOW)
    session.commit()
    return session.get_one(Depot, recu.id)


def offres(session: Session, attend: Depot, moteur: object = None, contact: Contact | None = None) -> dict[str, Offre]:
    bruno = session.scalars(select(Agent).where(Agent.identifiant == "bruno")).one()
    moi = habilitations.moi(session, bruno)
    return propositions.proposer(session, cast(Engine, moteur or SansTable()), moi, attend, contact or Contact(), now=NOW)


def inscrire(session: Session, attend: Depot, *, nature: str = "recours", **saisie: Any) -> Courrier:
    cle = session.scalars(select(Nature.id).where(Nature.cle == nature)).one()
    objet = saisie.pop("objet", "Mur")
    donnees = registre.Saisie(sens="arrivee", canal="papier", objet=objet, nature_id=cle, depot_id=attend.id, **saisie)
    courrier = registre.enregistrer(session, donnees, par="bruno", now=NOW)
    session.commit()
    return courrier


@pytest.mark.usefixtures("mairie")
@pytest.mark.parametrize(
    ("mots", "attendu"),
    [
        ("Service urbanisme", "urbanisme"), ("M. Paul Esnault", "etat-civil"), ("Madame Aubry", "urbanisme"),
        ("Pôle services techniques et eau", "services-techniques"), ("Madame le Maire", None), ("M. Zola", None),
    ],
)
def test_who_is_named_gives_the_bureau(session: Session, mots: str, attendu: str | None) -> None:
    bureau = offres(session, deposee(session, "Bonjour", [lue("destinataire", mots)])).get("bureau")
    assert (bureau.premier.valeur if bureau else None) == attendu
    if bureau:
        assert bureau.cochee
        assert bureau.boite == (0.1, 0.1, 0.2, 0.2)
        assert bureau.version is None


@pytest.mark.usefixtures("mairie")
def test_what_was_learned_stands_beside_the_tables_rule(session: Session) -> None:
    """Sure from four in five; below, three candidates, and the rule of the house first. One common word is never sure."""
    champ = Discriminant(classes=["etat-civil", "permis", "urbanisme"], biais=[0, 0.2, 0], temperature=1,
                         poids={"cloture": [0, 0, 3], "grillage": [0, 0, 3], "mur": [0, 0, 9]})  # fmt: skip
    modele = Modele(idf={"cloture": 4.0, "grillage": 4.0, "mur": 1.2}, champs={"bureau": champ, "nature": champ})
    apprise(session, 1, modele)
    sure = offres(session, deposee(session, "Ma clôture en grillage"), Table())["bureau"]
    assert (sure.premier.valeur, sure.cochee, sure.version) == ("urbanisme", True, 1)
    assert sure.premier.mots == ("clôture", "grillage")
    assert [choix.valeur for choix in sure.choix] == ["urbanisme", "etat-civil", "permis"]
    doute = offres(session, deposee(session, "Mon mur"), Table())["bureau"]
    assert (doute.premier.valeur, doute.version) == ("etat-civil", None)
    assert doute.premier.regle == "parce que le texte parle d’un acte"
    seul = offres(session, deposee(session, "Un mur, deux murs"))["bureau"]
    assert not seul.cochee
    assert len(seul.choix) == 3


@pytest.mark.parametrize(
    ("mots", "jour"),
    [
        ("2026-03-15", "2026-03-15"), ("8 jours", "2026-11-10"), ("2 mois", "2027-01-02"), ("3 semaines", "2026-11-23"),
        ("48 heures", "2026-11-04"), ("10 jours ouvrés", "2026-11-17"), ("5 jours ouvrables", "2026-11-07"),
        ("15 jours francs", "2026-11-18"), ("1 mois après réception", "2026-12-25"), ("bientôt", None), ("9999999 mois", None),
    ],
)  # fmt: skip
def test_the_answer_asked_for_is_a_day(mots: str, jour: str | None) -> None:
    """Counted from the letter's own date, 2 November; the 11th is a holiday; an hour begun counts as its day."""
    compte = terme(mots, ecrit_le=date(2026, 11, 2), recu_le=date(2026, 11, 25))
    assert (compte.isoformat() if compte else None) == jour
    assert mots != "8 jours" or terme(mots, ecrit_le=None, recu_le=date(2026, 11, 25)) == date(2026, 12, 3)


@pytest.mark.usefixtures("mairie")
def test_the_answer_asked_for_is_proposed_with_the_words_that_ask(session: Session) -> None:
    delai = {**lue("delai", "15 jours", 0.8), "extrait": "sous quinze jours"}
    voulue = offres(session, deposee(session, "Ma haie", [delai, lue("date_courrier", "2026-11-20")]))["reponse_voulue"]
    assert (voulue.premier.valeur, voulue.premier.mots) == ("2026-12-05", ("sous quinze jours",))
    assert voulue.boite == (0.1, 0.1, 0.2, 0.2)


@pytest.mark.usefixtures("mairie")
def test_keywords_in_use_come_before_those_that_set_the_letter_apart(session: Session) -> None:
    for rang in range(4):
        attend = deposee(session, f"Le chat numéro {rang} vit dans la commune, la commune le sait")
        inscrire(session, attend, mots=("animaux errants", "Chat"))
    lues = [lue("objet", "Chats et clôture"), lue("expediteur", "Odile Ferrandier")]
    texte = (
        "Les chats passent sous la clôture. La clôture penche, à Saint-Aubin. Saint-Aubin le sait, dit Ferrandier."
        " Ferrandier habite la commune, belle commune."
    )
    mots = offres(session, deposee(session, texte, lues))["mots"]
    assert [choix.valeur for choix in mots.choix] == ["Chat, clôture", "Chat"]
    assert not mots.cochee
    seuls = offres(session, deposee(session, "La sirène hurle, la sirène crie", [lue("objet", "Sirène")]))["mots"]
    assert seuls.premier.valeur == "sirène"
    assert "mots" not in offres(session, deposee(session, "Bonjour à vous"))


@pytest.mark.usefixtures("mairie")
def test_before_anything_is_learned_a_nature_is_known_by_what_the_house_calls_it(session: Session) -> None:
    """Its own words in the subject, then in the text, then that its bureau is named; never enough to be ticked."""
    lues = [lue("objet", "Recours contre un permis")]
    nature = offres(session, deposee(session, "Je forme un recours. Une information suit.", lues))["nature"]
    assert [choix.valeur for choix in nature.choix] == ["recours", "information"]
    assert (nature.premier.mots, nature.cochee, nature.version) == (("recours",), False, None)
    assert "nature" not in offres(session, deposee(session, "Bonjour", [lue("objet", "Bonjour")]))
    # A common word that was learned yields to them.
    banal = Discriminant(classes=["information", "recours"], biais=[0, 0], temperature=1, poids={"agent": [9, 0]})
    apprise(session, 1, Modele(idf={"agent": 1.3}, champs={"nature": banal}))
    assert offres(session, deposee(session, "Vos agents. Je forme un recours.", lues))["nature"].premier.valeur == "recours"


@pytest.mark.usefixtures("mairie")
def test_who_is_named_may_be_given_the_letter(session: Session) -> None:
    qui = offres(session, deposee(session, "Bonjour", [lue("destinataire", "Mme Claire Aubry")]))["personne"]
    assert (qui.premier.valeur, qui.premier.nom, qui.cochee) == ("claire", "Claire Aubry", True)
    assert "personne" not in offres(session, deposee(session, "Bonjour", [lue("destinataire", "Service urbanisme")]))


def test_a_value_is_found_on_the_page_however_it_is_written() -> None:
    entete = ["De", ":", "Odile", "Ferrandier", "<odile@ecole.example>", "Date", ":", "Tue,", "24", "Nov", "2026"]
    jetons = [*entete, "Tél.", "02.43.99.00.01", "le", "24", "novembre", "2026"]
    mots = [[jeton, rang / 20, 0.1 + 0.1 * (rang // 10), (rang + 1) / 20, 0.15 + 0.1 * (rang // 10), 99.0]
            for rang, jeton in enumerate(jetons)]  # fmt: skip
    pages = [Texte(page=1, mots=mots)]

    def sur(valeur: str) -> list[int]:
        return [round(boite[0] * 20) for _, boite in situer(pages, valeur)]

    assert sur("Odile FERRANDIER") == [2]
    assert sur("odile@ecole.example") == [4]
    assert sur("02 43 99 00 01") == [jetons.index("02.43.99.00.01")]
    assert sur("2026-11-24") == [jetons.index("le") + 1]
    assert sur("Tue, 24 Nov 2026") == [7, 10]
    assert sur("Ferrand") == sur("7") == []
    assert len(des_mots(pages, ["novembre", "absent"])) == 1


@pytest.mark.usefixtures("mairie")
def test_the_thread_is_proposed_to_who_may_see_it(session: Session) -> None:
    ouvert = inscrire(session, deposee(session, "Première lettre"), nature="courrier")
    reponse = deposee(session, "Suite à votre courrier", [lue("chrono", ouvert.chrono, 0.95)])
    fil = offres(session, reponse)["repond_a"]
    assert fil.cochee
    assert fil.premier.nom == f"{ouvert.chrono}, Mur"
    ferme = inscrire(session, deposee(session, "Lettre à elle"), nature="courrier", confidentialite="personnel")
    session.execute(delete(Acces).where(Acces.courrier_id == ferme.id))
    assert "repond_a" not in offres(session, deposee(session, "Encore", [lue("chrono", ferme.chrono)]))
    assert "repond_a" not in offres(session, deposee(session, "Jamais vu", [lue("chrono", "A-2026-99999")]))


@pytest.mark.usefixtures("mairie")
@pytest.mark.parametrize(
    ("lu", "raison", "sur"),
    [
        (Contact(siret="732 829 320 00074"), "même SIRET", True),
        (Contact(courriel="Odile@Example.org "), "même courriel", True),
        (Contact(telephone="+33 6 39 98 41 07"), "même téléphone", True),
        (Contact(nom="FERRANDIER Odile", code_postal="72990"), "mêmes nom et code postal", True),
        (Contact(nom="odile ferrandier"), "même nom", False),
        (Contact(nom="Zoé Autre", adresse="14, chemin des Alouettes", code_postal="72990"), "même adresse", False),
    ],
)
def test_a_known_sender_is_found_again(session: Session, lu: Contact, raison: str, sur: bool) -> None:
    registre.creer(session, Contact(
        nom="Ferrandier", prenom="Odile", adresse="14 chemin des Alouettes", code_postal="72990", ville="Saint-Aubin",
        courriel="odile@example.org", telephone="06 39 98 41 07", siret="73282932000074",
    ), par="bruno", now=NOW)  # fmt: skip
    registre.creer(session, Contact(nom="Ferrandier-Duval", prenom="Odile", code_postal="72991"), par="bruno", now=NOW)
    trouves = registre.trouver(session, lu)
    assert [(un.raison, un.confiance >= 0.8) for un in trouves] == [(raison, sur)]


@pytest.mark.usefixtures("mairie")
def test_what_became_of_each_proposal_is_kept_and_counted(session: Session) -> None:
    lues = [lue("expediteur", "Odile Ferrandier"), lue("objet", "Le  mur."), lue("reference", "X/1"),
            lue("priorite", "urgente", 0.7), lue("destinataire", "Service urbanisme")]  # fmt: skip
    attend = deposee(session, "Mon mur", lues)
    proposees = offres(session, attend)
    courrier = inscrire(session, attend, objet="le mur", reference="X/2", recommande="LRAR",
                        bureau_id=organisation.bureau(session, "permis").id,
                        correspondant=Contact(nom="FERRANDIER", prenom="Odile", code_postal="72990"))  # fmt: skip
    propositions.confirmer(session, courrier, proposees, nouveau=True, now=NOW)
    session.commit()
    lignes = {ligne.champ: ligne for ligne in session.scalars(select(Confirmation))}
    assert {champ: ligne.rang for champ, ligne in lignes.items()} == {
        "expediteur": 1, "objet": 1, "reference": 0, "priorite": 0, "bureau": 0, "nature": 1, "circuit": 0,
        "recommande": 0, "code_postal": 0,
    }  # fmt: skip
    assert (lignes["reference"].propose, lignes["reference"].choisi, lignes["reference"].confiance) == ("X/1", "X/2", 0.9)
    assert (lignes["recommande"].propose, lignes["priorite"].choisi) == ("", "normale")
    depuis = NOW - timedelta(days=1)
    par_champ = {ligne.cle: ligne for ligne in propositions.par_champ(session, depuis=depuis)}
    assert (par_champ["objet"].premier, par_champ["reference"].premier, par_champ["recommande"].premier) == (1.0, 0.0, None)
    assert propositions.confusions(session, "bureau", depuis=depuis) == {"permis": {"urbanisme": 1}}
    mois = propositions.par_nature(session, "objet", depuis=depuis)
    assert {nature: list(lignes) for nature, lignes in mois.items()} == {"Recours gracieux": ["2026-11"]}
    assert propositions.par_champ(session, depuis=NOW + timedelta(days=1)) == []
