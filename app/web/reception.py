"""What usagers and programs send, taken in once: files in the vault first, then the rows, then the orders to the workers."""

import re
import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.config import MEGABYTE
from app.courrier import demandes
from app.courrier.demandes import Fichier, Missive
from app.courrier.errors import DejaFait, Illisible, SaisieRefusee
from app.courrier.tables import Demande
from app.db import db, transaction
from app.web.context import jobs, now, parts

FICHIERS_MAX = 10
_CLE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def nouvelle_cle() -> str:
    """A key of sending for a form: the same form sent twice is one demand."""
    return secrets.token_urlsafe(18)


def cle_de(typee: str) -> str:
    """The form's own key; a new one when it is none of ours."""
    return typee if _CLE.fullmatch(typee) else nouvelle_cle()


def controler(fichiers: Sequence[tuple[str, int]], *, taille_max: int) -> None:
    """Names and sizes in bytes of what came along; `SaisieRefusee` names the files at fault."""
    vides = [nom for nom, taille in fichiers if taille == 0]
    if len(fichiers) > FICHIERS_MAX:
        raise SaisieRefusee({"fichiers": f"Joignez au plus {FICHIERS_MAX} fichiers."})
    if vides:
        noms = ", ".join(vides)
        raise SaisieRefusee({"fichiers": _("Ce fichier est vide : %(noms)s. Choisissez-le de nouveau.", noms=noms)})
    if sum(taille for _nom, taille in fichiers) > taille_max:
        permis = taille_max // MEGABYTE
        raise SaisieRefusee({"fichiers": _("Vos fichiers dépassent %(n)d Mo ensemble. Joignez-en moins.", n=permis)})


def poids(fichier: FileStorage) -> int:
    """The size in bytes of a file that was sent, left at its beginning."""
    taille = fichier.stream.seek(0, 2)
    fichier.stream.seek(0)
    return taille


def ranger(nom: str, contenu: bytes) -> Fichier:
    """A file in the vault, its kind told by what it holds."""
    place = parts().coffre.put(contenu)
    try:
        mime = parts().lecteur.sniff(contenu)
    except Illisible:
        mime = "application/octet-stream"
    return Fichier(nom=nom, mime=mime, place=place)


def recevoir(
    missive: Missive, fichiers: Sequence[Fichier], *, cle: str, canal: str, origine: str, par: str, accuser: bool,
    bureau_id: int | None = None,
) -> tuple[Demande, bool]:
    """Receive a demand that was found fine; it, and whether what is kept under this key is the very same sending."""
    contenu = demandes.releve(missive, fichiers)
    preuve = parts().coffre.put(contenu)
    try:
        with transaction() as session:
            recue = demandes.recevoir(
                session, missive, fichiers, preuve=preuve, cle=cle, canal=canal, origine=origine, par=par, now=now(),
                accuser=accuser, bureau_id=bureau_id,
            )  # fmt: skip
    except DejaFait:
        deja = demandes.par_cle(db.session(), cle)
        if deja is None:
            raise
        recue = deja
    jobs().lire(recue.depot_id)
    if recue.accuse == "a_envoyer":
        jobs().accuser(recue.id)
    return recue, recue.empreinte == preuve.sha256
