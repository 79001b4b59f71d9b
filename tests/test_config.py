"""Settings: defaults that start at once, and every fault named together."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.config import Config, own_secret
from app.courrier.errors import ConfigurationRefusee
from app.wiring import avertissements, wire
from tests.support.certificats import emettre, pkcs


def _read(tmp_path: Path, **environ: str) -> Config:
    return Config.from_env({"VAGUEMESTRE_INSTANCE": str(tmp_path), **environ})


def test_the_demonstration_needs_no_setting(tmp_path: Path) -> None:
    config = _read(tmp_path, VAGUEMESTRE_DEMO="oui")
    assert config.database_url == f"sqlite:///{tmp_path}/vaguemestre.db"
    assert config.organisme.nom == "Mairie de Saint-Aubin-des-Prés"
    assert config.smtp_url.startswith("file:///")


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefusee) as refusal:
        _read(tmp_path, DATABASE_URL="mysql://x/y", SECRET_KEY="court", VAGUEMESTRE_WORKERS="zéro", SMTP_URL="mairie.example",
              VAGUEMESTRE_HOLYDAYS="57", VAGUEMESTRE_HOLIDAYS="Zone A", VAGUEMESTRE_LANGUES="français",
              DOCUMENTS_URL="documents", VAGUEMESTRE_BASE_URL="courrier")
    said = str(refusal.value)
    for name in ("DATABASE_URL", "SECRET_KEY", "VAGUEMESTRE_WORKERS", "SMTP_URL", "VAGUEMESTRE_HOLIDAYS",
                 "VAGUEMESTRE_LANGUES", "DOCUMENTS_URL", "VAGUEMESTRE_BASE_URL", "VAGUEMESTRE_ORGANISME manque",
                 "VAGUEMESTRE_ADRESSE_EXPEDITEUR manque"):
        assert name in said
    assert "VAGUEMESTRE_HOLYDAYS n’est pas un réglage connu (vouliez-vous dire VAGUEMESTRE_HOLIDAYS ?)" in said


def test_a_town_hall_says_where_its_mail_leaves(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefusee) as refusal:
        _read(tmp_path, VAGUEMESTRE_ORGANISME="Mairie de Ville", VAGUEMESTRE_ADRESSE_EXPEDITEUR="mairie@ville.example")
    assert str(refusal.value) == "La configuration n’est pas valable : SMTP_URL manque."


def test_a_language_without_its_data_is_named_at_the_start(tmp_path: Path) -> None:
    config = _read(tmp_path, VAGUEMESTRE_DEMO="1", VAGUEMESTRE_LANGUES="fra, zzz")
    assert config.langues == ("fra", "zzz")
    with pytest.raises(ConfigurationRefusee, match=r"les données de zzz \(paquet tesseract-ocr-zzz\)"):
        wire(config)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_known_by_all_its_names(tmp_path: Path, scheme: str) -> None:
    config = _read(tmp_path, VAGUEMESTRE_DEMO="1", DATABASE_URL=f"{scheme}://camille@db/courrier")
    assert config.database_url == "postgresql+psycopg://camille@db/courrier"


def test_the_first_start_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    first = own_secret(tmp_path)
    assert own_secret(tmp_path) == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    config = _read(tmp_path, VAGUEMESTRE_DEMO="1", SECRET_KEY="s" * 32, DATABASE_URL="postgresql://camille:motdepasse@db/courrier")
    assert "motdepasse" not in repr(config)
    assert "ssss" not in repr(config)


TOWN = {"VAGUEMESTRE_ORGANISME": "Mairie de Ville", "VAGUEMESTRE_ADRESSE_EXPEDITEUR": "mairie@ville.example",
        "SMTP_URL": "smtp://mairie.example"}


def test_certificates_are_examined_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "certificats"
    with pytest.raises(ConfigurationRefusee, match=r"VAGUEMESTRE_CERTIFICATS : le dossier .* n’existe pas"):
        _read(tmp_path, VAGUEMESTRE_CERTIFICATS=str(folder), **TOWN)
    folder.mkdir()
    (folder / "anne.p12").write_bytes(b"rien")
    (folder / "jean.p12").write_bytes(pkcs(emettre("Jean Prévost"), "secret"))
    with pytest.raises(ConfigurationRefusee) as refusal:
        _read(tmp_path, VAGUEMESTRE_CERTIFICATS=str(folder), **TOWN | {"SMTP_URL": "mairie.example"})
    for said in ("SMTP_URL :", "anne.p12 : n’est pas un fichier PKCS#12", "jean.p12 : mot de passe faux ou absent"):
        assert said in str(refusal.value)
    with pytest.raises(ConfigurationRefusee, match="la démonstration signe avec sa propre autorité"):
        _read(tmp_path, VAGUEMESTRE_DEMO="oui", VAGUEMESTRE_CERTIFICATS=str(folder))


def test_the_start_says_when_nobody_can_sign_or_soon_cannot(tmp_path: Path) -> None:
    now, folder = datetime.now(UTC), tmp_path / "certificats"
    assert list(avertissements(_read(tmp_path, VAGUEMESTRE_DEMO="oui"), now=now)) == []
    [said] = avertissements(_read(tmp_path, **TOWN), now=now)
    assert "rien ne peut être signé" in said
    folder.mkdir()
    autorite = emettre("Prestataire")
    for nom, jours in (("anne", 400), ("jean", 20), ("luc", -1)):
        (folder / f"{nom}.p12").write_bytes(pkcs(emettre(nom, autorite, fin=now + timedelta(days=jours)), "secret"))
    config = _read(tmp_path, VAGUEMESTRE_CERTIFICATS=str(folder), VAGUEMESTRE_CERTIFICATS_MOT_DE_PASSE="secret", **TOWN)
    assert "secret" not in repr(config)
    soon, over = avertissements(config, now=now)
    assert soon.startswith("Le certificat de signature jean.p12 expire le ")
    assert over.startswith("Le certificat de signature luc.p12 a expiré le ")
