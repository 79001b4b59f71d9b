"""What leaves is asked for once, leaves once, and its proof is filed; what cannot leave is shown to people."""

import email
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import envoi, habilitations, journal, organisation, reponse
from app.courrier.errors import DejaFait, EnvoiImpossible, Introuvable, SaisieRefusee
from app.courrier.ports import Range
from app.courrier.registre import Contact
from app.courrier.tables import Agent, Courrier, Envoi, Nature, Piece, Reponse
from app.outside.mailer import mailer
from app.outside.vault import Vault
from tests.courrier.atelier import atelier
from tests.courrier.lettres import arrivee, decrire_bureaux, rediger

NOUS = "Mairie <mairie@saint-aubin.example>"
PREUVE = Range(sha256="e" * 64, taille=12)


@pytest.fixture
def coffre(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "coffre").as_uri())


@pytest.fixture
def courrier(session: Session, mairie: dict[str, Agent], now: datetime) -> Courrier:
    reponse.semer(session)
    decrire_bureaux(session)
    session.commit()
    return arrivee(session, now=now)


@pytest.fixture
def signee(session: Session, courrier: Courrier, coffre: Vault, now: datetime) -> Reponse:
    """A letter that is signed, as far as dispatch is concerned."""
    projet = rediger(session, courrier, now=now)
    depart = reponse.preparer_depart(session, courrier, projet, par="claire", now=now)
    kept = coffre.put(b"%PDF-1.7 signed")
    piece = Piece(courrier_id=courrier.id, genre="reponse", nom=f"{depart.chrono}.pdf", sha256=kept.sha256, taille=kept.taille,
                  mime="application/pdf", ajoutee_le=now, ajoutee_par="marin")
    session.add(piece)
    session.flush()
    projet.etat, projet.piece_id = "signee", piece.id
    session.commit()
    return projet


def expedier(session: Session, projet: Reponse, *, now: datetime, **options: str) -> Envoi:
    courrier = session.get_one(Courrier, projet.courrier_id)
    fait = {"canal": "courriel", "destinataire": "y.caradec@example.org", "preuve": "", **options}
    row = envoi.expedier(session, courrier, projet, now=now, **fait)
    session.commit()
    return row


def actes(session: Session, courrier: Courrier) -> list[str]:
    return [ligne.acte for ligne in journal.lire(session, f"courrier:{courrier.id}")]


@pytest.fixture
def recus() -> Iterator[tuple[int, list[Envelope]]]:
    """A mail server on loopback: its port, and what it received."""
    received: list[Envelope] = []

    class Boite:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
            received.append(envelope)
            return "250 OK"

    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        port = int(ours.getsockname()[1])
    controller = Controller(Boite(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, received
    controller.stop()


def test_the_letter_leaves_by_email_with_its_proof(
    session: Session, courrier: Courrier, signee: Reponse, coffre: Vault, recus: tuple[int, list[Envelope]], now: datetime
) -> None:
    port, received = recus
    row = expedier(session, signee, now=now)
    assert envoi.a_envoyer(session, now=now) == [row.id]
    pris = envoi.reserver(session, row.id, now=now)
    assert pris is not None
    message = envoi.message(session, pris, coffre, expediteur=NOUS)
    session.commit()
    raw = mailer(f"smtp://127.0.0.1:{port}").send(message)
    envoi.parti(session, row.id, coffre.put(raw), now=now)
    session.commit()
    read = email.message_from_bytes(received[0].content or b"", policy=default)
    assert read["To"] == "y.caradec@example.org"
    assert read["Subject"] == "Réponse à votre courrier : Bruit du chantier"
    [piece] = read.iter_attachments()
    assert (piece.get_filename(), piece.get_content()) == ("D-2026-00001.pdf", b"%PDF-1.7 signed")
    proof = session.get_one(Piece, row.preuve_id)
    assert (row.etat, row.fait_le, proof.genre, coffre.get(proof.sha256)) == ("envoye", now, "preuve", raw)
    depart = session.get_one(Courrier, signee.depart_id)
    assert (signee.etat, depart.etat, depart.clos_le) == ("envoyee", "clos", now)
    assert envoi.a_envoyer(session, now=now + timedelta(days=1)) == []
    envoi.parti(session, row.id, PREUVE, now=now)
    assert actes(session, courrier).count("envoi-parti") == 1


def test_asking_twice_gives_the_same_row(session: Session, signee: Reponse, coffre: Vault, now: datetime) -> None:
    first = expedier(session, signee, now=now)
    second = expedier(session, signee, now=now, destinataire="autre@example.org")
    assert (first.id, second.destinataire) == (second.id, "y.caradec@example.org")
    assert session.scalar(select(func.count()).select_from(Envoi)) == 1
    ids = {envoi.message(session, row, coffre, expediteur=NOUS).message_id for row in (first, second)}
    assert len(ids) == 1
    assert ids.pop().endswith("@saint-aubin.example>")


def test_one_worker_holds_it_until_its_lease_ends(
    session: Session, signee: Reponse, database_url: str, now: datetime
) -> None:
    row = expedier(session, signee, now=now)
    with atelier(database_url) as autre:
        assert envoi.reserver(autre, row.id, now=now) is not None
        autre.commit()
    assert envoi.reserver(session, row.id, now=now) is None
    assert envoi.a_envoyer(session, now=now) == []
    session.commit()
    later = now + timedelta(minutes=11)
    assert envoi.a_envoyer(session, now=later) == [row.id]
    session.commit()
    taken = envoi.reserver(session, row.id, now=later)
    assert taken is not None
    assert taken.essais == 2


def test_a_passing_failure_is_tried_later_and_later_then_shown(
    session: Session, courrier: Courrier, signee: Reponse, mairie: dict[str, Agent], now: datetime
) -> None:
    row, moment, waits = expedier(session, signee, now=now), now, []
    while envoi.reserver(session, row.id, now=moment):
        envoi.echoue(session, row.id, "le serveur ne répond pas", definitif=False, now=moment)
        session.commit()
        if row.reprise_le is None:
            break
        waits.append(row.reprise_le - moment)
        assert envoi.a_envoyer(session, now=row.reprise_le - timedelta(seconds=1)) == []
        moment = row.reprise_le
    assert waits == sorted(waits)
    assert (waits[0], waits[-1], len(waits)) == (timedelta(minutes=1), timedelta(hours=6), 7)
    assert (row.etat, row.erreur) == ("echec", "le serveur ne répond pas")
    assert actes(session, courrier).count("envoi-echoue") == 1
    [attente] = envoi.en_attente(session, habilitations.moi(session, mairie["bruno"]))
    assert (attente.envoi.id, attente.courrier.id) == (row.id, courrier.id)
    assert envoi.en_attente(session, habilitations.moi(session, mairie["paul"])) == []


def test_one_whose_workers_all_died_is_given_up(session: Session, courrier: Courrier, signee: Reponse, now: datetime) -> None:
    row = expedier(session, signee, now=now)
    taken = [envoi.reserver(session, row.id, now=now + timedelta(hours=hour)) for hour in range(10)]
    assert taken == [row] * 8 + [None] * 2
    assert (row.etat, row.reprise_le) == ("echec", None)
    assert "peut-être parti" in row.erreur
    assert actes(session, courrier).count("envoi-echoue") == 1


def test_a_final_refusal_is_shown_at_once_and_set_right(session: Session, signee: Reponse, now: datetime) -> None:
    row = expedier(session, signee, now=now)
    envoi.reserver(session, row.id, now=now)
    envoi.echoue(session, row.id, "boîte inconnue", definitif=True, now=now)
    session.commit()
    assert (row.etat, envoi.a_envoyer(session, now=now + timedelta(days=9))) == ("echec", [])
    with pytest.raises(SaisieRefusee):
        envoi.reprendre(session, row.id, canal="courriel", destinataire=" ", par="bruno", now=now)
    envoi.reprendre(session, row.id, canal="courriel", destinataire="yolande@example.org", par="bruno", now=now)
    session.commit()
    assert (row.etat, row.destinataire, row.essais, envoi.a_envoyer(session, now=now)) == (
        "a_envoyer", "yolande@example.org", 0, [row.id])
    with pytest.raises(DejaFait):
        envoi.reprendre(session, row.id, canal="courriel", destinataire="x@example.org", par="bruno", now=now)


@pytest.mark.parametrize("canal", ["postal", "recommande", "remise"])
def test_a_letter_posted_or_handed_over_has_its_proof_in_words(
    session: Session, courrier: Courrier, signee: Reponse, now: datetime, canal: str
) -> None:
    with pytest.raises(SaisieRefusee) as refus:
        expedier(session, signee, now=now, canal=canal, destinataire="")
    assert list(refus.value.erreurs) == ["preuve"]
    session.rollback()
    row = expedier(session, signee, now=now, canal=canal, destinataire="", preuve="RAR 1A 234 567 8901 2, le 17/11")
    assert (row.etat, row.preuve, row.fait_le) == ("remis", "RAR 1A 234 567 8901 2, le 17/11", now)
    assert row.destinataire == "3 rue de l’Église, Bâtiment B, 49999 Saint-Aubin-des-Prés"
    assert (signee.etat, envoi.a_envoyer(session, now=now)) == ("envoyee", [])
    with pytest.raises(DejaFait):
        envoi.confirmer(session, row.id, "encore", par="bruno", now=now)


def test_an_unsigned_letter_does_not_leave(session: Session, courrier: Courrier, now: datetime) -> None:
    projet = rediger(session, courrier, now=now)
    with pytest.raises(SaisieRefusee, match="1 champ"):
        expedier(session, projet, now=now)
    assert session.scalar(select(func.count()).select_from(Envoi)) == 0
    with pytest.raises(Introuvable):
        envoi.confirmer(session, 999, "preuve", par="bruno", now=now)


def test_a_demand_gets_its_receipt_once(
    session: Session, courrier: Courrier, coffre: Vault, tmp_path: Path, now: datetime
) -> None:
    nature = session.get_one(Nature, courrier.nature_id)
    row = envoi.accuser(session, courrier, nature, now=now)
    again = envoi.accuser(session, courrier, nature, now=now)
    session.commit()
    assert row is not None
    assert again is row
    assert (row.genre, row.canal, row.etat) == ("accuse", "courriel", "a_envoyer")
    pris = envoi.reserver(session, row.id, now=now)
    assert pris is not None
    raw = mailer((tmp_path / "outbox").as_uri()).send(envoi.message(session, pris, coffre, expediteur=NOUS))
    envoi.parti(session, row.id, coffre.put(raw), now=now)
    session.commit()
    body = email.message_from_bytes(raw, policy=default).get_body()
    assert body is not None
    assert "arrivé le 16 novembre 2026" in body.get_content()
    assert session.scalars(select(Piece.genre).where(Piece.courrier_id == courrier.id)).all() == ["accuse"]
    assert courrier.etat == "en_cours"
    assert session.scalar(select(func.count()).select_from(Envoi)) == 1


def test_a_receipt_that_cannot_be_issued_is_shown_and_issued_once_set_right(
    session: Session, courrier: Courrier, mairie: dict[str, Agent], now: datetime
) -> None:
    nature, bureau = session.get_one(Nature, courrier.nature_id), organisation.bureau(session, "urbanisme")
    telephone, bureau.telephone = bureau.telephone, ""
    row = envoi.accuser(session, courrier, nature, now=now)
    session.commit()
    assert row is not None
    assert (row.etat, row.erreur) == ("echec", "Il manque : son téléphone.")
    assert envoi.a_envoyer(session, now=now) == []
    assert "accuse-refuse" in actes(session, courrier)
    with pytest.raises(SaisieRefusee, match="1 champ"):
        envoi.reprendre(session, row.id, canal="courriel", destinataire="x@example.org", par="bruno", now=now)
    bureau.telephone = telephone
    assert envoi.accuser(session, courrier, nature, now=now) is row
    session.commit()
    assert (row.etat, row.erreur, envoi.a_envoyer(session, now=now)) == ("a_envoyer", "", [row.id])


def test_a_missing_template_holds_nothing_back(session: Session, mairie: dict[str, Agent], now: datetime) -> None:
    courrier = arrivee(session, now=now)
    row = envoi.accuser(session, courrier, session.get_one(Nature, courrier.nature_id), now=now)
    assert row is not None
    assert (row.etat, "«accuse-simple»" in row.erreur) == ("echec", True)


def test_who_gets_no_receipt(session: Session, courrier: Courrier, now: datetime) -> None:
    nature = session.get_one(Nature, courrier.nature_id)
    assert envoi.accuser(session, arrivee(session, now=now, contact=None), nature, now=now) is None
    nature.accuse = False
    assert envoi.accuser(session, courrier, nature, now=now) is None
    nature.accuse = True
    sans_adresse = arrivee(session, now=now, contact=Contact(nom="Inconnu"))
    row = envoi.accuser(session, sans_adresse, nature, now=now)
    assert row is not None
    assert (row.etat, "adresse" in row.erreur) == ("echec", True)
    martin = Contact(nom="Martin", adresse="2 rue Basse", code_postal="49999", ville="Ici")
    par_la_poste = arrivee(session, now=now, contact=martin)
    row = envoi.accuser(session, par_la_poste, nature, now=now)
    assert row is not None
    assert (row.canal, row.etat, row.destinataire) == ("postal", "a_envoyer", "2 rue Basse, 49999 Ici")
    assert envoi.a_envoyer(session, now=now) == []
    envoi.confirmer(session, row.id, "posté le 17/11", par="bruno", now=now)
    assert row.etat == "remis"


def test_a_refusal_of_the_server_is_what_people_read(session: Session, signee: Reponse, coffre: Vault, now: datetime) -> None:
    row = expedier(session, signee, now=now, destinataire="pas une adresse")
    pris = envoi.reserver(session, row.id, now=now)
    assert pris is not None
    with pytest.raises(EnvoiImpossible) as refus:
        mailer("smtp://127.0.0.1:9").send(envoi.message(session, pris, coffre, expediteur=NOUS))
    envoi.echoue(session, row.id, str(refus.value), definitif=refus.value.definitif, now=now)
    assert (row.etat, "n’est pas une adresse électronique" in row.erreur) == ("echec", True)
