"""Courriers of one affair: proposed with the reason, linked both ways, unlinked by a line more, within the reader's rights."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import doublons, journal, liens
from app.courrier.doublons import mentions
from app.courrier.errors import Interdit, Introuvable, SaisieRefusee
from app.courrier.tables import Courrier, Depot, Envoi, LigneLien
from tests.courrier.test_doublons import AUTRE, NOW, inscrire, moi, vient

LONG = " Cette phrase ne sert qu’à donner à la lettre assez de mots pour être reconnue parmi les autres lettres du jour." * 2


def proposes(session: Session, attend: Depot) -> dict[str, tuple[str, str, bool]]:
    trouves = liens.proposer(session, moi(session), attend, doublons.rapprocher(session, moi(session), attend), now=NOW)
    return {p.courrier.chrono: (p.raison, p.quoi, p.coche) for p in trouves}


@pytest.mark.parametrize(("texte", "numeros"), [
    ("Permis de construire n° PC 072 123 24 A0012, déposé en mars", ["PC 072 123 24 A0012"]),
    ("votre arrêté PC07212324A0012 et la DP 72 123 25 00031", ["PC 072 123 24 A0012", "DP 072 123 25 00031"]),
    ("sur la parcelle cadastrée section AB n° 123, rue du Lavoir", ["parcelle AB 123"]),
    ("la parcelle\nAB 0123", ["parcelle AB 123"]),
    ("la parcelle n° 12 et les 3 parcelles de 400 m²", []),
    ("appelez le 02 43 99 02 44, poste PC 12", []),
])
def test_the_numbers_of_a_file_are_read_in_one_way(texte: str, numeros: list[str]) -> None:
    assert mentions.dossiers(texte) == numeros


def test_our_numbers_are_read_with_the_sign_of_their_body() -> None:
    texte = "Vos lettres A-2026-00012, CCAS-A-2026-00003 – D-2026-00004 et PA/A-2026-00005"
    assert mentions.chronos(texte) == ["A-2026-00012", "CCAS-A-2026-00003", "D-2026-00004"]


@pytest.mark.usefixtures("mairie")
def test_each_proposal_has_its_reason(session: Session) -> None:
    cite = inscrire(session, vient(session, "1", "Première lettre." + LONG), nom="Un")
    second = inscrire(session, vient(session, "2", AUTRE), nom="Deux")
    permis = inscrire(session, vient(session, "3", "Je conteste le permis PC 072 123 24 A0012."), nom="Trois")
    courriel = vient(session, "4", "Bonjour", mime="message/rfc822", entetes={"message-id": "<question@exemple.fr>"})
    fil = inscrire(session, courriel, nom="Quatre")
    ancien = vient(session, "5", "Le permis PC 072 123 24 A0012 encore.")
    vieux = inscrire(session, ancien, nom="Cinq", recu_le=NOW - timedelta(days=400))
    ferme = inscrire(session, vient(session, "6", "PC 072 123 24 A0012"), nom="Six", par="claire", confidentialite="personnel")
    texte = f"Suite à {cite.chrono} et {second.chrono}, au sujet de PC 072 123 24 A0012."
    attend = vient(session, "7", texte, entetes={"message-id": "<r@exemple.fr>", "in-reply-to": "<question@exemple.fr>"})
    assert proposes(session, attend) == {
        cite.chrono: ("cité dans la lettre", "", True), second.chrono: ("cité dans la lettre", "", True),
        fil.chrono: ("même échange de courriels", "", True), permis.chrono: ("cite aussi %(quoi)s", "PC 072 123 24 A0012", False),
    }  # fmt: skip
    assert not {vieux.chrono, ferme.chrono} & proposes(session, attend).keys()


@pytest.mark.usefixtures("mairie")
def test_an_answer_to_what_we_sent_finds_its_courrier(session: Session) -> None:
    notre = inscrire(session, vient(session, "1", AUTRE))
    session.add(Envoi(courrier_id=notre.id, genre="reponse", canal="courriel", destinataire="l@exemple.fr", sujet="s", texte="t",
                      message_id="reponse-17", demande_le=NOW, etat="envoye"))  # fmt: skip
    session.commit()
    recu = vient(session, "2", "Merci", mime="message/rfc822", entetes={"references": "<x@y> <reponse-17@mairie.example>"})
    assert proposes(session, recu) == {notre.chrono: ("même échange de courriels", "", True)}


@pytest.mark.usefixtures("mairie")
def test_a_link_is_seen_from_both_sides_and_undone_by_a_line_more(session: Session) -> None:
    un, deux = inscrire(session, vient(session, "1", "Un")), inscrire(session, vient(session, "2", "Deux"))
    liens.lier(session, moi(session), un.id, deux.chrono.lower(), "même permis", now=NOW)
    assert [lien.courrier for lien in liens.lies(session, moi(session), un)] == [deux]
    assert [(lien.courrier, lien.motif) for lien in liens.lies(session, moi(session), deux)] == [(un, "même permis")]
    with pytest.raises(SaisieRefusee):
        liens.lier(session, moi(session), deux.id, un.chrono, "", now=NOW)
    liens.delier(session, moi(session), deux.id, un.id, now=NOW)
    assert liens.lies(session, moi(session), un) == liens.lies(session, moi(session), deux) == []
    liens.lier_coches(session, moi(session), un, [deux.id, un.id, 999], now=NOW)
    assert [lien.courrier for lien in liens.lies(session, moi(session), un)] == [deux]
    session.commit()
    assert session.scalars(select(LigneLien.geste).order_by(LigneLien.id)).all() == ["lier", "delier", "lier"]
    assert [ligne.acte for ligne in journal.lire(session, f"courrier:{deux.id}")][-3:] == ["lier", "delier", "lier"]


@pytest.mark.usefixtures("mairie")
def test_links_stay_within_rights(session: Session) -> None:
    un = inscrire(session, vient(session, "1", "Un"), par="claire", confidentialite="personnel")
    deux, bruno, claire = inscrire(session, vient(session, "2", "Deux")), moi(session), moi(session, "claire")
    with pytest.raises(SaisieRefusee, match="autre courrier"):
        liens.lier(session, bruno, deux.id, un.chrono, "", now=NOW)
    with pytest.raises(Introuvable):
        liens.delier(session, bruno, deux.id, un.id, now=NOW)
    liens.lier_coches(session, bruno, deux, [un.id], now=NOW)
    assert session.scalars(select(LigneLien)).all() == []
    # Who sees it without registering mail nor having one of its steps links nothing.
    with pytest.raises(Interdit):
        liens.lier(session, claire, un.id, "A-2026-00001", "", now=NOW)
    assert session.get_one(Courrier, un.id).confidentialite == "personnel"
