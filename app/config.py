"""The settings: read once from the environment, frozen, every missing or wrong one named at the same time."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.courrier.errors import ConfigurationRefusee
from app.settings import Settings, choice, database, languages, mail, number, secret_key, store, switch, web

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Organisme:
    """The public body whose mail this is, as its letters print it; `adresse` holds its postal lines."""

    nom: str
    adresse: tuple[str, ...] = ()
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    courriel: str = ""
    site: str = ""


DEMO = Organisme(
    nom="Mairie de Saint-Aubin-des-Prés", adresse=("1 place de la Mairie",), code_postal="49999", ville="Saint-Aubin-des-Prés",
    telephone="02 61 91 00 00", courriel="mairie@saint-aubin-des-pres.example", site="saint-aubin-des-pres.example",
)


@dataclass(frozen=True, kw_only=True)
class Config:
    """All that may differ from one installation to the next."""

    instance: Path
    database_url: str = field(repr=False)
    documents_url: str
    secret_key: str = field(repr=False)
    smtp_url: str = field(repr=False)
    index_path: Path
    organisme: Organisme
    expediteur: str  # the address our messages come from
    base_url: str = "http://127.0.0.1:5000"
    holidays: str = ""  # a part of France with holidays of its own, by its code: "57" Moselle, "6AE" Alsace, "974"…
    tsa_url: str | None = None
    certificats: Path | None = None  # PKCS#12, one a signatory; the demonstration has an authority of its own
    mot_de_passe: str = field(default="", repr=False)  # of the certificates that have no file of their own for it
    demo: bool = False
    max_upload: int = 100 * MEGABYTE  # bytes
    max_public: int = 25 * MEGABYTE  # bytes that an usager may send at once, files included
    proxies: int = 0  # how many of our own proxies a request passes: only what they add to X-Forwarded-For is believed
    workers: int = 2
    libreoffice: str = ""  # its `soffice`; looked for on the machine when it is not told
    langues: tuple[str, ...] = ("fra",)  # of the letters that come in, by tesseract's codes
    arretes: bool = False  # whether each day of the registers is closed by the clock once it is over
    watched: Path | None = None  # the folder within which folders may be watched; None: `dossiers`, in the instance

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the environment; `ConfigurationRefusee` names every setting to put right."""
        settings = Settings(os.environ if environ is None else environ)
        instance = Path(settings.text("VAGUEMESTRE_INSTANCE", str(ROOT / "instance"))).absolute()
        demo = settings.read("VAGUEMESTRE_DEMO", switch, default=False)
        secret = settings.text("VAGUEMESTRE_CERTIFICATS_MOT_DE_PASSE", "")
        # A letter filed in a folder has not left: only the demonstration may take it for sent without being told to.
        settings.text("SMTP_URL", "" if demo else None)
        config = cls(
            instance=instance, demo=demo, organisme=_organisme(settings, demo=demo),
            secret_key=settings.read("SECRET_KEY", secret_key, default=""),
            database_url=settings.read("DATABASE_URL", database, default=f"sqlite:///{instance / 'vaguemestre.db'}"),
            documents_url=settings.read("DOCUMENTS_URL", store, default=(instance / "documents").as_uri()),
            smtp_url=settings.read("SMTP_URL", mail, default=(instance / "outbox").as_uri()),
            index_path=Path(settings.text("VAGUEMESTRE_INDEX_PATH", str(instance / "index"))).absolute(),
            expediteur=settings.text("VAGUEMESTRE_ADRESSE_EXPEDITEUR", DEMO.courriel if demo else None),
            base_url=settings.read("VAGUEMESTRE_BASE_URL", web, default=cls.base_url),
            holidays=settings.read("VAGUEMESTRE_HOLIDAYS", _part_of_france, default=cls.holidays),
            tsa_url=settings.read("VAGUEMESTRE_TSA_URL", web, default=None),
            certificats=settings.read("VAGUEMESTRE_CERTIFICATS", _certificats(secret, demo=demo), default=None),
            mot_de_passe=secret,
            max_upload=MEGABYTE * settings.read("VAGUEMESTRE_MAX_UPLOAD", number, default=cls.max_upload // MEGABYTE),
            arretes=settings.read("VAGUEMESTRE_ARRETES", switch, default=cls.arretes),
            watched=settings.read("VAGUEMESTRE_WATCHED", lambda text: Path(text).absolute(), default=None),
            libreoffice=settings.text("VAGUEMESTRE_LIBREOFFICE", ""),
            langues=settings.read("VAGUEMESTRE_LANGUES", languages, default=cls.langues),
            max_public=MEGABYTE * settings.read("VAGUEMESTRE_MAX_PUBLIC", number, default=cls.max_public // MEGABYTE),
            proxies=settings.read("VAGUEMESTRE_PROXIES", number, default=cls.proxies),
            workers=settings.read("VAGUEMESTRE_WORKERS", number, default=min(os.cpu_count() or 2, 8)),
        )
        settings.finish("VAGUEMESTRE_", ConfigurationRefusee)
        return config if config.secret_key else replace(config, secret_key=own_secret(instance))

    @property
    def folders(self) -> Path:
        """Where the folders to watch are: a page's user can have none watched elsewhere on this machine."""
        return self.watched or self.instance / "dossiers"

    @property
    def disques(self) -> tuple[Path, ...]:
        """Folders of this machine that what we keep fills: one on each disk that it may be on."""
        adresse = urlsplit(self.documents_url)
        return (self.instance, *([Path(unquote(adresse.path))] if adresse.scheme == "file" else []))

    @property
    def secure(self) -> bool:
        """Whether people reach us by TLS."""
        return self.base_url.startswith("https:")

    def flask(self) -> dict[str, object]:
        """These settings under the names that Flask and its extensions know."""
        return {
            "SECRET_KEY": self.secret_key, "SQLALCHEMY_DATABASE_URI": self.database_url, "MAX_CONTENT_LENGTH": self.max_upload,
            "SESSION_COOKIE_NAME": "__Host-vaguemestre" if self.secure else "vaguemestre", "SESSION_COOKIE_SECURE": self.secure,
            "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax", "SESSION_REFRESH_EACH_REQUEST": False,
            "WTF_CSRF_TIME_LIMIT": None, "BABEL_DEFAULT_LOCALE": "fr", "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
        }


def _organisme(settings: Settings, *, demo: bool) -> Organisme:
    """The body from VAGUEMESTRE_ORGANISME…; the demonstration has its own town hall."""
    default = DEMO if demo else Organisme(nom="")
    return Organisme(
        nom=settings.text("VAGUEMESTRE_ORGANISME", default.nom or None),
        adresse=tuple(settings.text("VAGUEMESTRE_ORGANISME_ADRESSE", "|".join(default.adresse)).split("|")),
        code_postal=settings.text("VAGUEMESTRE_ORGANISME_CODE_POSTAL", default.code_postal),
        ville=settings.text("VAGUEMESTRE_ORGANISME_VILLE", default.ville),
        telephone=settings.text("VAGUEMESTRE_ORGANISME_TELEPHONE", default.telephone),
        courriel=settings.text("VAGUEMESTRE_ORGANISME_COURRIEL", default.courriel),
        site=settings.text("VAGUEMESTRE_ORGANISME_SITE", default.site),
    )


def _certificats(mot_de_passe: str, *, demo: bool) -> Callable[[str], Path]:
    """A folder of certificates that can all sign, unless they have run out."""
    def parse(text: str) -> Path:
        from app.wiring import examiner_certificats  # read only when the setting is given: the wiring reads the settings

        dossier = Path(text).absolute()
        if demo:
            raise ValueError("la démonstration signe avec sa propre autorité ; retirez ce réglage")
        if not dossier.is_dir():
            raise ValueError(f"le dossier {dossier} n’existe pas")
        examiner_certificats(dossier, mot_de_passe, now=datetime.now(UTC))
        return dossier
    return parse


def _part_of_france(text: str) -> str:
    from holidays.countries.france import France  # read only when the setting is given: it costs half a start

    return choice(*(code for code in France.subdivisions if not code.startswith("Zone")))(text)


def own_secret(instance: Path) -> str:
    """The key that the first start made for itself, readable by its owner alone."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    draft = instance / f".secret_key-{os.getpid()}"
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as target:
            target.write(os.urandom(32).hex())
        try:
            os.link(draft, path)  # two processes that start together keep the key of the first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("ascii").strip()
