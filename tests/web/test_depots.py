"""What arrives: dropped, read, shown twice when it came twice, registered by a clerk or set aside."""

import html
import io
import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import travaux
from app.courrier import organisation
from app.courrier.tables import Acces, Confirmation, Correspondant, Courrier, Depot, Nature
from app.db import db
from app.web.context import parts
from tests.letters import imprimer
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, shown, value


def drop(clerk: Visitor, *names: str, canal: str = "papier") -> None:
    """Letters of the project, dropped together."""
    fichiers = [(io.BytesIO(imprimer.pdf(name)), f"{name}.pdf") for name in names]
    clerk.get("/depots")
    fine(clerk.post("/depots", {"canal": canal, "fichiers": fichiers}, content_type="multipart/form-data"), 302)


def read(app: Flask) -> None:
    """What the worker does."""
    with app.app_context():
        for number in db.session().scalars(select(Depot.id).where(Depot.etat == "a_lire")).all():
            travaux.lire(parts(), number)
        db.session.remove()


def depot(app: Flask, name: str) -> Depot:
    """The last depot of this file."""
    with guichet.looking(app) as session:
        return session.scalars(select(Depot).where(Depot.origine == f"{name}.pdf").order_by(Depot.id.desc())).first()  # type: ignore[return-value]


def nature(app: Flask, cle: str) -> str:
    """The id of a nature, as the form posts it."""
    with guichet.looking(app) as session:
        return str(session.scalars(select(Nature.id).where(Nature.cle == cle)).one())


def test_nothing_waits_then_files_are_dropped_and_read(office: Flask) -> None:
    odile = visitor(office, "odile")
    assert shown(odile.get("/depots"), "Rien n’attend")
    fine(odile.post("/depots", {"canal": "papier"}), 302)
    assert shown(odile.get("/depots"), "Aucun fichier n’a été choisi")
    drop(odile, "place_creche", "petition", canal="une fusée à trois étages")
    waiting = odile.get("/depots")
    assert shown(waiting, "2 fichiers déposés, en lecture", "2 en lecture", "place_creche.pdf")
    assert 'hx-get="/depots/etat"' in waiting.text
    read(office)
    part = odile.get("/depots/etat")
    assert "<html" not in part.text
    assert shown(part, "2 à enregistrer")
    assert 'id="nombre-depots" hx-swap-oob="true">2<' in part.text  # the menu counts them too
    assert "en lecture" not in plain(part)
    assert "hx-get" not in part.text
    assert depot(office, "petition").canal == "papier"
    odile.post("/langue", {"lang": "en"})
    assert "à enregistrer" not in plain(odile.get("/depots"))


def test_a_letter_is_registered_from_what_was_read(office: Flask) -> None:
    odile, truth = visitor(office, "odile"), imprimer.expected("place_creche")
    drop(odile, "place_creche")
    read(office)
    row = depot(office, "place_creche")
    page = odile.get(f"/depots/{row.id}")
    names = ("expediteur", "objet", "date_courrier", "recu_le", "code_postal", "ville", "adresse", "courriel", "telephone")
    typed = {name: value(page.text, name) for name in names}
    assert typed["expediteur"] == truth["expediteur"]
    assert '<details class="plie"><summary>Références, priorité, copies' in page.text
    assert typed["date_courrier"] == truth["date_courrier"]
    form = {**typed, "nature_id": nature(office, "scolaire"), "canal": "papier", "priorite": "urgente"}
    sent = fine(odile.post(f"/depots/{row.id}", {**form, "suite": "voir"}), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    assert shown(odile.get(sent.location), "Enregistré sous le numéro A-2026-00001", typed["objet"], "Scolaire", "urgent")
    assert guichet.steps(office, number) == ["qualifier"]
    assert shown(visitor(office, "emma").get("/corbeille"), typed["objet"])
    with guichet.looking(office) as session:
        fiche = session.scalars(select(Correspondant)).one()
        assert fiche.code_postal == typed["code_postal"]
    assert fine(odile.post(f"/depots/{row.id}", form), 409)


def test_the_circuit_is_told_before_and_the_answer_asked_for_and_the_keywords_are_kept(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "bruit_chantier")
    read(office)
    row = depot(office, "bruit_chantier")
    page = odile.get(f"/depots/{row.id}")
    assert value(page.text, "reponse_voulue") == "2026-11-19"
    assert shown(page, "parce que : sous quinze jours", "Le circuit sera dit dès que la nature est choisie")
    trajet = odile.get(f"/depots/{row.id}/circuit?objet=Bruit&nature_id={nature(office, 'invitation')}")
    assert shown(trajet, "nature distribuée pour information")
    assert "<html" not in trajet.text
    assert 'value="information"' in trajet.text
    assert 'value="depart"' not in trajet.text
    assert "selected" not in trajet.text  # what is proposed is not a choice: another nature may lead elsewhere
    form = {"expediteur": "Mme Faure", "objet": "Bruit", "nature_id": nature(office, "demande"), "canal": "papier",
            "reponse_voulue": "2026-11-19", "date_courrier": "2026-11-04", "mots": "bruit, Chantier ; bruit"}  # fmt: skip
    assert shown(fine(odile.post(f"/depots/{row.id}", {**form, "circuit": "depart"}), 422), "Choisissez un circuit de la liste")
    wrong = fine(odile.post(f"/depots/{row.id}", {**form, "mots": "x" * 61, "reponse_voulue": "2026-11-01"}), 422)
    assert shown(wrong, "Un mot-clé a au plus 60 signes", "pour un jour d’avant le courrier")
    sent = fine(odile.post(f"/depots/{row.id}", {**form, "circuit": "information"}), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    kept = guichet.courrier(office, number)
    assert (kept.circuit, kept.orientation) == ("information", "choisi à l’enregistrement")
    assert (str(kept.reponse_voulue), kept.reponse_mots) == ("2026-11-19", "sous quinze jours")
    seen = odile.get(sent.location)
    assert shown(seen, "À répondre avant le 19 nov. 2026, comme la lettre le demande (« sous quinze jours »)",
                 "L’échéance légale reste le", "Mots-clés bruit , Chantier", "a choisi un autre circuit que celui")
    assert shown(odile.get("/recherche?q=mot:chantier"), "1 courrier trouvé", kept.chrono)
    fix = {"objet": "Bruit", "nature_id": form["nature_id"], "bureau_id": str(kept.bureau_id), "correspondant": "Mme Faure",
           "date_courrier": "2026-11-04", "mots": "travaux", "reponse_voulue": "", "raison": "Précision"}  # fmt: skip
    fine(odile.post(f"/courriers/{number}/inscription", fix), 302)
    after = odile.get(sent.location)
    assert shown(after, "Mots-clés : bruit, Chantier → travaux", "Réponse demandée pour le : 19/11/2026 → –")
    assert "À répondre avant" not in plain(after)


def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche")
    read(office)
    row = depot(office, "place_creche")
    tomorrow = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    typed = {
        "objet": "", "nature_id": "999", "bureau_id": "999", "recu_le": tomorrow, "courriel": "pas une adresse",
        "ville": "Saint-Aubin", "expediteur": "Mme Rose Faure", "canal": "pigeon", "copies": ["1", "abc", "9" * 20],
    }  # fmt: skip
    refused = fine(odile.post(f"/depots/{row.id}", typed), 422)
    for words in ("Écrivez l’objet", "Choisissez une nature", "Choisissez un bureau", "dans l’avenir", "adresse électronique"):
        assert shown(refused, words), words
    assert value(refused.text, "ville") == "Saint-Aubin"
    assert value(refused.text, "expediteur") == "Mme Rose Faure"
    assert value(refused.text, "recu_le") == tomorrow
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Courrier.id))) == 0
        assert session.scalar(select(func.count(Correspondant.id))) == 0
    long_ago = {"expediteur": "Mme Faure", "objet": "x", "nature_id": nature(office, "demande"), "recu_le": "0001-01-01"}
    fine(odile.post(f"/depots/{row.id}", long_ago), 302, 422)


def test_the_same_file_twice_is_shown_not_lost(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche")
    read(office)
    first = depot(office, "place_creche")
    sender = value(odile.get(f"/depots/{first.id}").text, "expediteur")
    form = {"expediteur": sender, "objet": "Crèche", "nature_id": nature(office, "scolaire"), "canal": "papier"}
    fine(odile.post(f"/depots/{first.id}", form), 302)
    drop(odile, "place_creche")
    read(office)
    second = depot(office, "place_creche")
    assert shown(odile.get("/depots"), "déjà déposé", "le même fichier est arrivé le")
    assert shown(odile.get(f"/depots/{second.id}"), "Doublon possible", "enregistré sous A-2026-00001", "même nom")
    assert shown(fine(odile.post(f"/depots/{second.id}/ecart", {"motif": ""}), 422), "Dites pourquoi ce dépôt est écarté")
    fine(odile.post(f"/depots/{second.id}/ecart", {"motif": "Doublon."}), 302)
    assert shown(odile.get("/depots"), "Rien n’attend", "1 dépôt écarté", "Doublon.", "Reprendre")
    fine(odile.post(f"/depots/{second.id}/relecture"), 302)
    read(office)
    assert depot(office, "place_creche").etat == "a_enregistrer"


def test_a_known_correspondant_is_chosen_again(office: Flask) -> None:
    odile = visitor(office, "odile")
    guichet.register(office, nom="Association du lavoir", courriel="lavoir@example.org")
    drop(odile, "petition")
    read(office)
    row = depot(office, "petition")
    with guichet.looking(office) as session:
        known = session.scalars(select(Correspondant.id)).one()
    form = {"correspondant_id": str(known), "expediteur": "autre chose", "objet": "Pétition", "canal": "papier"}
    form["nature_id"] = nature(office, "demande")
    sent = fine(odile.post(f"/depots/{row.id}", form), 302)
    assert guichet.courrier(office, int(sent.location.rsplit("/", 1)[1])).correspondant_id == known


def test_the_clerk_goes_on_to_the_next(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche", "petition")
    read(office)
    first, second = depot(office, "place_creche"), depot(office, "petition")
    form = {"expediteur": "Mme Faure", "objet": "Crèche", "nature_id": nature(office, "scolaire"), "suite": "suivant"}
    assert fine(odile.post(f"/depots/{first.id}", form), 302).location == f"/depots/{second.id}"
    assert fine(odile.post(f"/depots/{second.id}", {**form, "objet": "Pétition"}), 302).location == "/depots"
    fine(odile.post(f"/depots/{second.id}/rendu"), 302)


def test_a_letter_for_information_goes_to_several_bureaux(office: Flask) -> None:
    """Copies open the courrier to each bureau, which reads it; it closes when all have."""
    odile = visitor(office, "odile")
    drop(odile, "invitation")
    read(office)
    row = depot(office, "invitation")
    with guichet.looking(office) as session:
        ids = {cle: str(node.id) for cle, node in organisation.arbre(session).items()}
    form = {"expediteur": "Le Comité", "objet": "Fête de la halle", "nature_id": nature(office, "invitation"), "canal": "papier",
            "bureau_id": ids["voirie"], "copies": [ids["scolaire"], ids["voirie"], ids["finances"]]}  # fmt: skip
    sent = fine(odile.post(f"/depots/{row.id}", form), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    assert guichet.steps(office, number) == ["lire", "lire", "lire"]
    for who in ("yanis", "lucas", "thomas"):
        assert shown(visitor(office, who).get("/bureau"), "Fête de la halle")
        assert shown(visitor(office, who).get("/corbeille"), "Un courrier vous est adressé pour information : Fête de la halle")
    assert visitor(office, "claire").get(f"/courriers/{number}").status_code == 404
    for who in ("yanis", "lucas", "thomas"):
        someone = visitor(office, who)
        task = re.search(r"/taches/(\d+)", someone.get("/bureau").text)
        assert task
        assert guichet.courrier(office, number).etat == "en_cours"
        fine(someone.post(f"/taches/{task[1]}", {}), 302)
    assert guichet.courrier(office, number).etat == "clos"
    with guichet.looking(office) as session:
        groups = set(session.scalars(select(Acces.groupe).where(Acces.courrier_id == number)))
    assert {"voirie", "scolaire", "finances"} <= groups


def test_a_depot_left_on_the_table_can_be_taken_over(office: Flask) -> None:
    guichet.place(office, "yanis", "bureau-ordre")
    odile, yanis = visitor(office, "odile"), visitor(office, "yanis")
    drop(odile, "place_creche")
    read(office)
    row = depot(office, "place_creche")
    fine(odile.post(f"/depots/{row.id}/prise"), 204)
    fine(yanis.get(f"/depots/{row.id}"), 409)
    fine(odile.post(f"/depots/{row.id}/rendu"), 302)
    fine(yanis.get(f"/depots/{row.id}"), 200)
    fine(odile.post(f"/depots/{row.id}/prise"), 204)
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    guichet.write(office, lambda session: setattr(session.get_one(Depot, row.id), "signe_le", long_ago))
    fine(yanis.get(f"/depots/{row.id}"), 200)
    fine(yanis.post(f"/depots/{row.id}/prise"), 204)
    assert depot(office, "place_creche").pris_par == "yanis"


def test_what_is_unsure_is_offered_accepted_by_a_click_and_counted(office: Flask) -> None:
    """Without any script: the form comes back with the candidate in its field, and what was typed."""
    odile = visitor(office, "odile")
    known = guichet.courrier(office, guichet.register(office, objet="Première demande"))
    drop(odile, "petition")
    read(office)
    row = depot(office, "petition")

    def doubt(session: Session) -> None:
        told = session.get_one(Depot, row.id)
        unsure = {"valeur": "urgente", "confiance": 0.7, "page": 1, "boite": None, "extrait": ""}
        unsure["raison"] = "la lettre se dit urgente"
        thread = {**unsure, "valeur": known.chrono, "confiance": 0.95, "raison": "cite un numéro de notre registre"}
        told.propositions = [
            {**lue, "confiance": 0.3} if lue["champ"] == "objet" else lue for lue in told.propositions
        ] + [{**unsure, "champ": "priorite"}, {**thread, "champ": "chrono"}]

    guichet.write(office, doubt)
    page = odile.get(f"/depots/{row.id}")
    assert value(page.text, "objet") == ""
    assert '<details class="plie" open><summary>Références, priorité, copies' in page.text
    assert shown(page, "3 champs ont une proposition à confirmer", "30 %", "La lettre se dit urgente", "urgente 70 %")
    assert known.chrono in page.text
    offered = re.search(r'name="accepter" value="(objet=[^"]+)"', page.text)
    assert offered
    typed = {"expediteur": "Mme Rose Faure", "priorite": "normale", "canal": "papier"}
    again = fine(odile.post(f"/depots/{row.id}/propositions", {**typed, "accepter": html.unescape(offered[1])}), 200)
    assert "objet=" + value(again.text, "objet") == html.unescape(offered[1])
    assert value(again.text, "expediteur") == "Mme Rose Faure"
    everything = fine(odile.post(f"/depots/{row.id}/propositions", {**typed, "accepter": "*"}), 200)
    assert value(everything.text, "objet") == value(again.text, "objet")
    assert value(everything.text, "expediteur") == "Mme Rose Faure"
    form = {**typed, "objet": value(again.text, "objet"), "nature_id": nature(office, "scolaire"), "repond_a": known.chrono}
    refused = odile.post(f"/depots/{row.id}", {**form, "repond_a": "A-2026-99999"})
    assert shown(fine(refused, 422), "Le courrier auquel celui-ci répond n’existe pas")
    sent = fine(odile.post(f"/depots/{row.id}", {**form, "suite": "voir"}), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    assert guichet.courrier(office, number).repond_a == known.id
    with guichet.looking(office) as session:
        kept = {line.champ: line for line in session.scalars(select(Confirmation).where(Confirmation.courrier_id == number))}
    assert (kept["objet"].rang, kept["objet"].confiance) == (1, 0.3)
    assert (kept["repond_a"].rang, kept["expediteur"].rang, kept["priorite"].rang) == (1, 0, 0)
