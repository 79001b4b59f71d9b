"""Depots: what comes in is never lost, read by one worker at a time, sorted by one clerk at a time."""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.courrier import depot, journal, texte
from app.courrier.errors import CourrierError, DejaFait, DejaPris, Introuvable, SaisieRefusee
from app.courrier.ports import Lecture, PageLue, Range
from app.courrier.tables import Agent, Depot
from tests.courrier.atelier import atelier

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DEUX_PAGES = [PageLue(numero=n, largeur=595, hauteur=842, texte="un", mots=(), source="couche") for n in (1, 2)]
LECTURE = Lecture(
    mime="application/pdf",
    pages=[PageLue(numero=1, largeur=595, hauteur=842, texte="Objet : recours", mots=(), source="couche")],
)
Mairie = dict[str, Agent]


@dataclass(frozen=True, kw_only=True)
class Vue:
    champ: str
    valeur: object
    boite: tuple[float, ...]


def arrive(session: Session, *, nom: str = "lettre.pdf", contenu: str = "a", now: datetime = LUNDI) -> Depot:
    return depot.deposer(
        session, coffre_range=Range(sha256=contenu * 64, taille=12), nom=nom, mime="application/pdf", canal="papier",
        par="bruno", now=now,
    )


def lire(session: Session, arrivee: Depot, now: datetime = LUNDI) -> Depot:
    assert depot.reserver(session, arrivee.id, now=now) is not None
    return depot.lu(session, arrivee.id, LECTURE, [], now=now)


def test_what_comes_in_is_filed_and_due_to_be_read(session: Session) -> None:
    lettre = arrive(session)
    [piece] = depot.pieces(session, lettre.id)
    assert (piece.genre, piece.nom, piece.sha256, piece.taille) == ("original", "lettre.pdf", "a" * 64, 12)
    assert depot.a_lire(session, now=LUNDI) == [lettre.id]
    assert [ligne.acte for ligne in journal.lire(session, f"depot:{lettre.id}")] == ["deposer"]


def test_the_same_bytes_twice_are_shown_not_lost(session: Session) -> None:
    premier, autre, second, tiers = (arrive(session, contenu=contenu) for contenu in "abaa")
    assert [d.doublon_de for d in (premier, autre, second, tiers)] == [None, None, premier.id, premier.id]
    assert depot.jumeaux(session, second) == [premier, tiers]
    assert depot.compter(session)["a_lire"] == 4


def test_doubles_that_came_at_the_same_moment_are_told_when_read(session: Session) -> None:
    arrive(session)
    aveugle = arrive(session)
    aveugle.doublon_de = None
    session.flush()
    assert lire(session, aveugle).doublon_de == aveugle.id - 1


@pytest.mark.parametrize(("nom", "propre"), [
    ("lettre.pdf", "lettre.pdf"), ("../../etc/passwd", "passwd"), ("C:\\Scans\\n° 12.PDF", "n° 12.PDF"),
    ("a\x00b\r\n\u202ec.pdf", "abc.pdf"), ("", "sans-nom"), ("..", "sans-nom"), ("dossier/", "dossier"), (" . ", "sans-nom"),
    ("e\u0301te\u0301.eml", "été.eml"), ("x" * 400 + ".tiff", "x" * 195 + ".tiff"),
])
def test_a_name_is_only_a_name(nom: str, propre: str) -> None:
    assert depot.nom_propre(nom) == propre


def test_one_worker_reads_at_a_time_and_a_dead_one_is_relieved(session: Session) -> None:
    lettre = arrive(session)
    assert depot.reserver(session, lettre.id, now=LUNDI, bail=5 * MINUTE) is not None
    assert depot.a_lire(session, now=LUNDI + 4 * MINUTE) == []
    assert depot.reserver(session, lettre.id, now=LUNDI + 4 * MINUTE) is None
    depot.avancer(session, lettre.id, DEUX_PAGES, 9, now=LUNDI + 4 * MINUTE, bail=5 * MINUTE)
    assert depot.depot(session, lettre.id).page_lue == 2
    session.expire_all()
    assert depot.pieces(session, lettre.id)[0].pages == 9
    assert depot.reserver(session, lettre.id, now=LUNDI + 8 * MINUTE) is None
    assert depot.a_lire(session, now=LUNDI + 9 * MINUTE) == [lettre.id]
    assert depot.reserver(session, lettre.id, now=LUNDI + 9 * MINUTE) is not None
    assert depot.depot(session, lettre.id).page_lue == 0
    assert dict(texte.connues(session, lettre.sha256)) == {page.numero: page for page in DEUX_PAGES}


def test_a_reading_that_advances_may_be_cut_short_any_number_of_times(session: Session) -> None:
    lettre, heure = arrive(session), LUNDI
    for numero in range(1, 9):
        assert depot.reserver(session, lettre.id, now=heure, bail=MINUTE) is not None
        page = PageLue(numero=numero, largeur=595, hauteur=842, texte="", mots=(), source="vide")
        depot.avancer(session, lettre.id, [page], 60, now=heure, bail=MINUTE)
        heure += 2 * MINUTE
    assert len(texte.connues(session, lettre.sha256)) == 8
    depot.reserver(session, lettre.id, now=heure)
    depot.lu(session, lettre.id, LECTURE, [], now=heure)
    session.commit()
    # What was kept on the way is let go; the text of the piece takes its place.
    assert dict(texte.connues(session, lettre.sha256)) == {1: LECTURE.pages[0]}


def test_old_letters_wait_behind_the_mail_of_the_day(session: Session) -> None:
    ancien = arrive(session)
    ancien.differe = True
    du_jour = arrive(session)
    session.flush()
    assert depot.a_lire(session, now=LUNDI + MINUTE) == [du_jour.id, ancien.id]
    assert [d.id for d in depot.liste(session, "a_lire")] == [du_jour.id, ancien.id]


def test_reading_gives_text_propositions_and_attachments(session: Session) -> None:
    message = arrive(session, nom="message.eml")
    depot.reserver(session, message.id, now=LUNDI)
    plan = depot.Jointe(nom="plan.pdf", coffre_range=Range(sha256="c" * 64, taille=7), mime="application/pdf", lecture=LECTURE)
    tableur = depot.Jointe(nom="dir/comptes.ods", coffre_range=Range(sha256="d" * 64, taille=9), mime="application/ods")
    vues = [Vue(champ="date", valeur=date(2026, 11, 13), boite=(0.1, 0.2)), {"champ": "objet", "valeur": "recours\x00"}]
    lu = depot.lu(session, message.id, LECTURE, vues, jointes=[plan, tableur], now=LUNDI)
    session.commit()
    assert (lu.etat, lu.page_lue, lu.reprise_le) == ("a_enregistrer", 1, None)
    assert lu.propositions == [
        {"champ": "date", "valeur": "2026-11-13", "boite": [0.1, 0.2]}, {"champ": "objet", "valeur": "recours"},
    ]
    pieces = depot.pieces(session, message.id)
    assert [(p.genre, p.nom, p.mime) for p in pieces] == [
        ("original", "message.eml", "application/pdf"), ("annexe", "plan.pdf", "application/pdf"),
        ("annexe", "comptes.ods", "application/ods"),
    ]
    assert [len(texte.pages(session, piece.id)) for piece in pieces] == [1, 1, 0]
    with pytest.raises(DejaFait):
        depot.lu(session, message.id, LECTURE, [], now=LUNDI)


def test_what_cannot_be_read_is_tried_once_more_then_shown_with_its_reason(session: Session) -> None:
    lettre = arrive(session)
    depot.reserver(session, lettre.id, now=LUNDI)
    assert depot.illisible(session, lettre.id, "Ce PDF est protégé.", now=LUNDI).etat == "a_lire"
    assert depot.a_lire(session, now=LUNDI) == []
    assert depot.a_lire(session, now=LUNDI + MINUTE) == [lettre.id]
    depot.reserver(session, lettre.id, now=LUNDI + MINUTE)
    perdu = depot.illisible(session, lettre.id, "Ce PDF est protégé.", now=LUNDI + MINUTE)
    assert (perdu.etat, perdu.motif) == ("a_verifier", "Ce PDF est protégé.")
    assert depot.a_lire(session, now=LUNDI + timedelta(days=9)) == []
    repris = depot.reprendre(session, lettre.id, par="bruno", now=LUNDI)
    assert (repris.etat, repris.essais, depot.a_lire(session, now=LUNDI)) == ("a_lire", 0, [lettre.id])
    assert lire(session, lettre).motif == ""


def test_what_kills_its_readers_is_set_aside(session: Session) -> None:
    lettre = arrive(session)
    heure = LUNDI
    for _ in range(2):
        assert depot.reserver(session, lettre.id, now=heure) is not None
        heure += 10 * MINUTE
    assert depot.reserver(session, lettre.id, now=heure) is None
    tue = depot.depot(session, lettre.id)
    assert (tue.etat, "arrêtée plusieurs fois" in tue.motif) == ("a_verifier", True)


def test_two_clerks_never_take_the_same(session: Session, mairie: Mairie) -> None:
    lettre = arrive(session)
    with pytest.raises(DejaFait):
        depot.prendre(session, lettre.id, par="bruno", now=LUNDI)
    lire(session, lettre)
    assert depot.prendre(session, lettre.id, par="bruno", now=LUNDI).pris_par == "bruno"
    assert depot.prendre(session, lettre.id, par="bruno", now=LUNDI).pris_par == "bruno"
    with pytest.raises(DejaPris, match="déjà traité par Bruno Hamon"):
        depot.prendre(session, lettre.id, par="maud", now=LUNDI + 29 * MINUTE)
    with pytest.raises(DejaPris):
        depot.ecarter(session, lettre.id, motif="publicité", par="maud", now=LUNDI)
    assert depot.rendre(session, lettre.id, par="maud").pris_par == "bruno"
    assert depot.rendre(session, lettre.id, par="bruno").pris_par is None
    assert depot.prendre(session, lettre.id, par="maud", now=LUNDI).pris_par == "maud"
    assert depot.prendre(session, lettre.id, par="bruno", now=LUNDI + 30 * MINUTE).pris_par == "bruno"
    with pytest.raises(Introuvable):
        depot.prendre(session, 999, par="bruno", now=LUNDI)


def test_setting_aside_asks_a_reason_and_destroys_nothing(session: Session) -> None:
    lettre = lire(session, arrive(session))
    with pytest.raises(SaisieRefusee):
        depot.ecarter(session, lettre.id, motif="  ", par="bruno", now=LUNDI)
    assert depot.ecarter(session, lettre.id, motif="publicité", par="bruno", now=LUNDI).etat == "ecarte"
    with pytest.raises(DejaFait):
        depot.ecarter(session, lettre.id, motif="encore", par="bruno", now=LUNDI)
    assert len(depot.pieces(session, lettre.id)) == 1
    assert depot.reprendre(session, lettre.id, par="bruno", now=LUNDI).etat == "a_lire"
    assert [ligne.acte for ligne in journal.lire(session, f"depot:{lettre.id}")] == ["deposer", "ecarter", "relire"]


def test_a_depot_set_aside_while_it_was_read_stays_aside(session: Session) -> None:
    lettre = arrive(session)
    depot.reserver(session, lettre.id, now=LUNDI)
    depot.ecarter(session, lettre.id, motif="page blanche", par="bruno", now=LUNDI)
    with pytest.raises(DejaFait):
        depot.lu(session, lettre.id, LECTURE, [], now=LUNDI)
    depot.illisible(session, lettre.id, "Cette page est vide.", now=LUNDI)
    aside = depot.depot(session, lettre.id)
    assert (aside.etat, aside.motif) == ("ecarte", "page blanche")


def test_the_list_goes_on_where_it_stopped_oldest_first(session: Session) -> None:
    venus = [arrive(session, contenu=f"{rang:x}", now=LUNDI - (rang // 2) * MINUTE) for rang in range(6)]
    attendu = sorted(venus, key=lambda d: (d.recu_le, d.id))
    premiere = depot.liste(session, "a_lire", limite=4)
    assert premiere == attendu[:4]
    assert depot.liste(session, "a_lire", apres=(False, premiere[-1].recu_le, premiere[-1].id), limite=4) == attendu[4:]
    autres = ("a_enregistrer", "a_verifier", "enregistre", "joint", "ecarte", "reparti")
    assert depot.compter(session) == {**dict.fromkeys(autres, 0), "a_lire": 6}


def test_eight_clerks_at_one_table(database_url: str) -> None:
    with atelier(database_url) as session:
        lettres = [lire(session, arrive(session, contenu=f"{rang:x}")).id for rang in range(5)]
        session.commit()
    prises: list[tuple[int, str]] = []

    def trier(qui: str) -> None:
        with atelier(database_url) as session:
            for lettre in lettres:
                try:
                    depot.prendre(session, lettre, par=qui, now=LUNDI)
                    session.commit()
                    prises.append((lettre, qui))
                except CourrierError:
                    session.rollback()

    fils = [threading.Thread(target=trier, args=(f"agent{rang}",)) for rang in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(lettre for lettre, _ in prises) == lettres


def test_the_next_depot_is_free_and_in_the_order_of_the_list(session: Session, mairie: Mairie) -> None:
    un, deux, trois = (lire(session, arrive(session, contenu=sha, now=LUNDI + n * MINUTE)) for n, sha in enumerate("abc"))
    arrive(session, contenu="d")
    depot.prendre(session, deux.id, par="maud", now=LUNDI)
    assert depot.suivant(session, par="bruno", now=LUNDI) == un
    assert depot.suivant(session, par="bruno", now=LUNDI, apres=un) == trois
    assert depot.suivant(session, par="bruno", now=LUNDI, apres=trois) == un
    assert depot.suivant(session, par="bruno", now=LUNDI, apres=un, arriere=True) == trois
    assert depot.suivant(session, par="bruno", now=LUNDI + 30 * MINUTE, apres=trois, arriere=True) == deux
    for lettre in (un, trois):
        depot.rendre(session, lettre.id, par="bruno")
        depot.ecarter(session, lettre.id, motif="publicité", par="bruno", now=LUNDI)
    assert depot.suivant(session, par="bruno", now=LUNDI, apres=deux) is None


def test_a_page_in_use_says_so_and_keeps_its_depot(session: Session, mairie: Mairie) -> None:
    lettre = lire(session, arrive(session))
    for minute in (0, 25, 50):
        pris = depot.prendre(session, lettre.id, par="bruno", now=LUNDI + minute * MINUTE)
    assert (pris.pris_le, pris.signe_le) == (LUNDI, LUNDI + 50 * MINUTE)
    with pytest.raises(DejaPris):
        depot.prendre(session, lettre.id, par="maud", now=LUNDI + 60 * MINUTE)
    assert depot.suivant(session, par="maud", now=LUNDI + 80 * MINUTE) == lettre


def test_eight_clerks_ask_for_the_next_and_none_is_given_twice(database_url: str) -> None:
    with atelier(database_url) as session:
        lettres = [lire(session, arrive(session, contenu=f"{rang:x}")).id for rang in range(16)]
        session.commit()
    donnes: list[int] = []

    def suivre(qui: str) -> None:
        apres = None
        with atelier(database_url) as session:
            # Each keeps what they took: only what nobody has is given.
            while (apres := depot.suivant(session, par=qui, now=LUNDI, apres=apres)) and apres.id not in miens[qui]:
                session.commit()
                miens[qui].append(apres.id)
                donnes.append(apres.id)

    miens: dict[str, list[int]] = {f"agent{rang}": [] for rang in range(8)}
    fils = [threading.Thread(target=suivre, args=(qui,)) for qui in miens]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(donnes) == lettres
