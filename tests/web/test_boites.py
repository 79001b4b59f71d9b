"""The administrator's boxes: added, tried, collected, paused; faults said in words, passwords never shown again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import releve
from app.courrier import collecte
from app.db import db
from app.web.context import parts
from tests.conftest import _application, _config
from tests.support.visitors import visitor
from tests.web.guichet import fine, shown

PASSWORD = "secret-de-la-boite"


@pytest.fixture
def office(sqlite_office: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(sqlite_office, tmp_path / "mairie.db")
    yield from _application(_config(f"sqlite:///{tmp_path / 'mairie.db'}", tmp_path / "instance"))


def test_a_watched_folder_from_its_first_word_to_its_pause(office: Flask) -> None:
    ines = visitor(office, "ines")
    assert shown(ines.get("/administration/boites"), "Aucune boîte")
    ines.get("/administration/boites/nouvelle")
    refused = ines.post("/administration/boites", {"nom": "", "adresse": "ftp://x"})
    assert shown(fine(refused, 422), "Donnez un nom à cette boîte", "Attendu : imaps://serveur")
    with office.app_context():
        folder = parts().config.folders / "scans"
    typed = {
        "nom": "Numériseur", "adresse": folder.as_uri(), "champ-0": "fichier", "contient-0": "permis", "bureau-0": "urbanisme",
        "champ-1": "objet", "contient-1": "",
    }
    fine(ines.post("/administration/boites", typed), 302)
    assert shown(ines.get("/administration/boites"), "Numériseur", "en attente")
    fine(ines.post("/administration/boites/1/essai"), 302)
    assert shown(ines.get("/administration/boites"), "ne s’ouvre pas", "n’existe pas")
    with office.app_context():
        assert releve.dues(parts(), fichiers=True) == 1
        assert collecte.boite(db.session(), 1).regles == [
            {"champ": "fichier", "contient": "permis", "nature": "", "bureau": "urbanisme"},
        ]
    assert shown(ines.get("/administration/boites"), "ne s’ouvre pas", "Nouvel essai")
    folder.mkdir(parents=True)
    (folder / "permis.pdf").write_bytes(b"%PDF-1.4")
    fine(ines.post("/administration/boites/1/releve"), 302)
    fine(ines.post("/administration/boites/1/etat", {"etat": "pause"}), 302)
    with office.app_context():
        assert releve.dues(parts(), fichiers=True) == 0
    fine(ines.post("/administration/boites/1/etat", {"etat": "active"}), 302)
    assert "permis" in ines.get("/administration/boites/1").text
    assert shown(ines.get("/administration/journal?sujet=boite:1"), "a mis une boîte en pause", "La relève d’une boîte a échoué")


def test_a_password_is_never_shown_again(office: Flask) -> None:
    ines = visitor(office, "ines")
    ines.get("/administration/boites/nouvelle")
    typed = {"nom": "Accueil", "adresse": "imaps://courriel.example", "utilisateur": "accueil", "mot_de_passe": PASSWORD}
    assert PASSWORD not in fine(ines.post("/administration/boites", {**typed, "nom": ""}), 422).text
    fine(ines.post("/administration/boites", typed), 302)
    for path in ("/administration/boites", "/administration/boites/1", "/administration/journal"):
        assert PASSWORD not in ines.get(path).text
    elsewhere = {**typed, "adresse": "imaps://ailleurs.example", "mot_de_passe": ""}
    assert shown(fine(ines.post("/administration/boites/1", elsewhere), 422), "Saisissez le mot de passe")
    fine(ines.post("/administration/boites/1", {**typed, "mot_de_passe": "", "destination": "Pris"}), 302)
    with office.app_context():
        kept = collecte.boite(db.session(), 1)
        assert collecte.ouverture(kept, parts().cachette).mot_de_passe == PASSWORD


def test_an_application_s_secrets_are_never_shown_again(office: Flask) -> None:
    ines = visitor(office, "ines")
    ines.get("/administration/boites/nouvelle")
    typed = {"nom": "Accueil", "adresse": "imaps://imap.example", "utilisateur": "accueil@mairie.example",
             "connexion": "rafraichissement", "jetons": "http://jetons.example"}  # fmt: skip
    refused = fine(ines.post("/administration/boites", {**typed, "secret": PASSWORD}), 422)
    assert shown(refused, "l’adresse en https://", "l’identifiant de l’application", "le jeton de rafraîchissement remis")
    hidden = {"secret": PASSWORD, "jeton": "jeton-remis"}
    given = {**typed, "jetons": "https://jetons.example/token", "application": "vaguemestre", "source": "INBOX"}
    fine(ines.post("/administration/boites", {**given, **hidden}), 302)
    fine(ines.post("/administration/boites/1", {**given, "destination": "Pris"}), 302)
    pages = [refused.text, *(ines.get(f"/administration/{page}").text for page in ("boites", "boites/1", "journal"))]
    assert not any(one in page for one in hidden.values() for page in pages)
    assert shown(ines.get("/administration/boites/1"), "Laissez vide pour garder")
    with office.app_context():
        given_to = collecte.ouverture(collecte.boite(db.session(), 1), parts().cachette).autorisation
        assert given_to is not None
        assert (given_to.secret, given_to.rafraichissement) == (PASSWORD, "jeton-remis")
