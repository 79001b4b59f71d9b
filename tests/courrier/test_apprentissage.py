"""What the clerks' choices teach: nothing from too few, always the same from the same, with its reasons, and a way back."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import apprentissage, journal, registre, texte
from app.courrier.apprentissage import Exemple, Modele
from app.courrier.apprentissage.entrainement import apprendre
from app.courrier.apprentissage.modele import Discriminant, ecrire, empreinte, lire
from app.courrier.errors import DejaFait, Introuvable, ModeleAbime
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import ModeleAppris, Nature, Piece

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
SUJETS = {
    "urbanisme": ("permis", "parcelles", "clôture", "façade", "toiture", "véranda", "lotissement"),
    "etat-civil": ("naissance", "mariage", "livret", "filiation", "décès", "prénom", "copie"),
    "voirie": ("trottoir", "chaussée", "éclairage", "bruit", "chantier", "poubelles", "stationnement"),
}


def lettre(sujet: str, rang: int) -> str:
    """A short letter whose words are drawn from its subject, and some from another."""
    mots, noms = SUJETS[sujet], list(SUJETS)
    autre = SUJETS[noms[(noms.index(sujet) + 1 + rang % 2) % len(noms)]]
    choisis = [mots[(rang * 3 + pas) % len(mots)] for pas in range(3)] + [autre[rang % len(autre)]]
    return f"Monsieur le Maire, je vous écris au sujet de {', '.join(choisis)}. Veuillez agréer mes salutations."


def exemples(nombre: int) -> list[Exemple]:
    noms = list(SUJETS)
    return [Exemple(texte=lettre(noms[r % 3], r), choix={"nature": noms[r % 3], "bureau": noms[r % 3]}) for r in range(nombre)]


@pytest.fixture(scope="module")
def modele() -> Modele:
    return apprendre(exemples(240))[0]


def test_nothing_is_learned_from_too_few_letters_or_a_single_value() -> None:
    assert not apprendre(exemples(199))[0].champs
    memes = [Exemple(texte=un.texte, choix={"nature": "urbanisme"}) for un in exemples(240)]
    assert not apprendre(memes)[0].champs
    assert apprendre([])[1] == {}


def test_a_value_chosen_twice_is_never_proposed() -> None:
    rares = [Exemple(texte=lettre("voirie", rang), choix={"nature": "rare"}) for rang in range(2)]
    appris, mesures = apprendre([*exemples(240), *rares])
    assert "rare" not in appris.champs["nature"].classes
    assert (mesures["nature"].exemples, mesures["nature"].classes) == (240, 3)


def test_the_same_letters_teach_the_same_model_to_the_last_byte(modele: Modele) -> None:
    assert ecrire(apprendre(exemples(240))[0]) == ecrire(modele)


def test_a_candidate_says_which_words_of_the_letter_speak_for_it(modele: Modele) -> None:
    premier, *autres = modele.candidats("nature", "Ma CLÔTURE borde deux parcelles ; faut-il un permis ? Salutations.")
    assert premier.valeur == "urbanisme"
    assert premier.confiance > autres[0].confiance
    assert set(premier.mots) == {"clôture", "parcelles", "permis"}
    assert len(autres) == 2
    assert sum(candidat.confiance for candidat in (premier, *autres)) == pytest.approx(1, abs=0.02)


def test_no_word_that_is_known_no_proposal(modele: Modele) -> None:
    assert modele.candidats("nature", "Zébulon, ﷽ 2026.") == ()
    assert modele.candidats("nature", "") == ()
    assert modele.candidats("circuit", "permis de construire") == ()


def test_confidences_are_those_of_letters_it_had_not_seen() -> None:
    """Half of the labels are drawn at random: a regression is always sure of what it saw, its calibrated confidence is not."""
    hasard = random.Random(5)
    troubles = [
        Exemple(texte=un.texte, choix={"nature": hasard.choice(list(SUJETS)) if hasard.random() < 0.5 else un.choix["nature"]})
        for un in exemples(300)
    ]
    appris, mesures = apprendre(troubles)
    assert mesures["nature"].premier < 0.85
    assert mesures["nature"].ecart < 0.12
    assert appris.candidats("nature", troubles[1].texte)[0].confiance < 0.9


def test_what_was_kept_is_read_back_and_nothing_else(modele: Modele) -> None:
    donnees = ecrire(modele)
    assert lire(donnees, empreinte(donnees)) == modele
    with pytest.raises(ModeleAbime):
        lire(donnees[:-1] + b"?", empreinte(donnees))


def un_modele(mot: str) -> Modele:
    champ = Discriminant(classes=["a", "b"], biais=[0, 0], poids={mot: [1, -1]}, temperature=1)
    return Modele(idf={mot: 1.0}, champs={"nature": champ})


def apprise(session: Session, version: int, modele: Modele, *, now: datetime = NOW) -> None:
    """A version asked for, claimed and learned."""
    session.add(ModeleAppris(version=version, demande_le=now))
    session.flush()
    assert apprentissage.reserver(session, version, now=now)
    apprentissage.appris(session, version, modele, {}, courriers=200, now=now)
    session.commit()


def en_service(session: Session) -> int:
    trouve = apprentissage.en_service(session)
    assert trouve
    return trouve[0]


@pytest.mark.usefixtures("mairie")
def test_one_goes_back_to_an_older_version_and_stays_there(session: Session) -> None:
    assert apprentissage.en_service(session) is None
    apprise(session, 1, un_modele("permis"))
    apprise(session, 2, un_modele("trottoir"))
    trouve = apprentissage.en_service(session)
    assert trouve
    assert (trouve[0], list(trouve[1].idf)) == (2, ["trottoir"])
    apprentissage.servir(session, 1, par="alix", now=NOW)
    session.commit()
    apprise(session, 3, un_modele("crèche"))
    assert en_service(session) == 1
    with pytest.raises(DejaFait):
        apprentissage.servir(session, 1, par="alix", now=NOW)
    with pytest.raises(Introuvable):
        apprentissage.servir(session, 9, par="alix", now=NOW)
    apprentissage.servir(session, 3, par="alix", now=NOW)
    apprise(session, 4, un_modele("crèche"))
    assert en_service(session) == 4
    assert [ligne.acte for ligne in journal.lire(session, "modele:3")] == ["apprendre", "changer-modele"]


@pytest.mark.usefixtures("mairie")
def test_weights_of_old_versions_go_their_measures_stay(session: Session) -> None:
    for version in range(1, 13):
        apprise(session, version, un_modele("permis"))
    gardees = session.scalars(select(ModeleAppris.version).where(ModeleAppris.donnees.is_not(None)))
    assert sorted(gardees) == list(range(3, 13))
    with pytest.raises(Introuvable, match="version 2"):
        apprentissage.servir(session, 2, par="alix", now=NOW)


@pytest.mark.usefixtures("mairie")
def test_a_model_that_was_changed_by_hand_proposes_nothing(session: Session) -> None:
    apprise(session, 1, un_modele("un mot à lui"))
    session.get_one(ModeleAppris, 1).donnees = ecrire(un_modele("un autre mot"))
    session.commit()
    with pytest.raises(ModeleAbime):
        apprentissage.en_service(session)


@pytest.mark.usefixtures("mairie")
def test_one_worker_learns_and_what_it_leaves_is_taken_over(session: Session) -> None:
    session.add(ModeleAppris(version=1, demande_le=NOW))
    session.commit()
    plus_tard = NOW + timedelta(hours=1)
    assert apprentissage.reserver(session, 1, now=NOW)
    assert not apprentissage.reserver(session, 1, now=NOW)
    assert apprentissage.a_apprendre(session, now=NOW) == []
    assert apprentissage.a_apprendre(session, now=plus_tard) == [1]
    essais = [apprentissage.reserver(session, 1, now=NOW + timedelta(hours=heures)) for heures in (1, 2, 3)]
    assert essais == [True, True, False]
    assert session.get_one(ModeleAppris, 1, populate_existing=True).etat == "echec"


def inscrire(session: Session, sujets: Sequence[str]) -> None:
    """Courriers registered by Bruno, each with its letter."""
    natures = {cle: numero for numero, cle in session.execute(select(Nature.id, Nature.cle))}
    for rang, sujet in enumerate(sujets):
        saisie = registre.Saisie(sens="arrivee", canal="papier", objet=f"Lettre {rang}", nature_id=natures[sujet])
        courrier = registre.enregistrer(session, saisie, par="bruno", now=NOW)
        piece = Piece(courrier_id=courrier.id, genre="original", nom="l.pdf", sha256="0" * 64, taille=1, mime="application/pdf",
                      ajoutee_le=NOW, ajoutee_par="bruno")  # fmt: skip
        session.add(piece)
        session.flush()
        mots = lettre("urbanisme" if sujet == "recours" else "voirie", rang)
        page = PageLue(numero=1, largeur=595, hauteur=842, texte=mots, mots=[], source="couche")
        texte.garder(session, piece, Lecture(mime="application/pdf", pages=[page]))
    session.commit()


@pytest.mark.usefixtures("mairie")
def test_the_clock_asks_once_a_night_when_there_is_something_to_learn(session: Session) -> None:
    def du(now: datetime) -> bool:
        return apprentissage.du(session, now=now, minimum=12, nouveaux=4)

    inscrire(session, ["recours", "courrier"] * 5)
    assert not du(NOW)
    inscrire(session, ["recours", "courrier"])
    assert du(NOW)
    assert apprentissage.prevoir(session, now=NOW) == 1
    assert not du(NOW)
    assert apprentissage.reserver(session, 1, now=NOW)
    lus = apprentissage.exemples(session)
    assert [un.choix["nature"] for un in lus] == ["recours", "courrier"] * 6
    assert lus[0].choix["bureau"] == "urbanisme"
    assert "permis" in lus[0].texte
    assert lus[0].texte.startswith("Lettre 0\n")
    modele, mesures = apprendre(lus, minimum=12)
    apprentissage.appris(session, 1, modele, mesures, courriers=len(lus), now=NOW)
    assert not du(NOW + timedelta(days=1))
    inscrire(session, ["recours", "courrier"] * 2)
    assert not du(NOW + timedelta(hours=1))
    assert du(NOW + timedelta(days=1))
    assert apprentissage.prevoir(session, now=NOW + timedelta(days=1)) == 2
    assert session.scalar(select(func.count(ModeleAppris.version))) == 2
