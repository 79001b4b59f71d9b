"""The answer to a question: what the reader may see, with counts and facets of nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.courrier.errors import IndexIndisponible
from app.courrier.habilitations import Moi, visible
from app.courrier.ports import Index, Question
from app.courrier.recherche.conditions import COLONNES, EXACTS, Filtres, champs, coches, sans_index
from app.courrier.recherche.lecture import ecrire
from app.courrier.tables import Bureau, Correspondant, Courrier, MotCle, Nature
from engine import Phrase

PAR_PAGE = 20
MOTS = 12
"""Keywords offered as a filter."""
LIMITE = 2000
"""Hits of the index that are joined to the rights; beyond, the question is too wide and the page says so."""

INDISPONIBLE = (
    "La recherche dans le texte des pages est momentanément indisponible : seuls l’objet, les numéros et les correspondants"
    " ont été consultés."
)
TROP_LARGE = "Plus de {limite} courriers contiennent ces mots : seuls les plus proches sont montrés. Précisez votre recherche."


@dataclass(frozen=True, kw_only=True)
class Resultat:
    """One courrier found; `extrait` is HTML, escaped, with `<mark>`."""

    courrier: Courrier
    correspondant: Correspondant | None
    nature: Nature
    bureau: Bureau | None
    extrait: str = ""


@dataclass(frozen=True, kw_only=True)
class Facette:
    """How many of those found have this value; `cle` is what the filter takes."""

    cle: str
    nom: str
    nombre: int


@dataclass(frozen=True, kw_only=True)
class Resultats:
    """A page of what was found; `note` is what the reader should know of it, `suggestion` a question that finds something."""

    resultats: Sequence[Resultat]
    total: int
    page: int
    pages: int
    facettes: Mapping[str, Sequence[Facette]]
    note: str = ""
    suggestion: str = ""


@dataclass(frozen=True, kw_only=True)
class _Trouves:
    """Where the answer is: a condition in SQL, the index's order when it was asked, a notice."""

    condition: ColumnElement[bool]
    ordre: Mapping[int, int] | None = None
    note: str = ""


def chercher(
    session: Session, moi: Moi, index: Index, question: Question, filtres: Filtres | None = None, page: int = 1
) -> Resultats:
    """What the reader may see of what answers the question; without any word, the latest courriers first."""
    filtres = filtres or Filtres()
    trouves = _trouver(session, index, question)
    condition = visible(moi) & trouves.condition & coches(filtres)
    total = session.scalar(select(func.count()).select_from(Courrier).where(condition)) or 0
    pages = max(1, -(-total // PAR_PAGE))
    page = min(max(page, 1), pages)
    ids = _page(session, condition, trouves, filtres, page)
    return Resultats(
        resultats=_resultats(session, index, question, ids, trouves), total=total, page=page, pages=pages,
        facettes=_facettes(session, visible(moi) & trouves.condition, filtres),
        note=trouves.note, suggestion="" if total else _suggestion(session, moi, index, question),
    )


def _trouver(session: Session, index: Index, question: Question) -> _Trouves:
    condition = champs(session, question)
    libres = tuple(terme for terme in question.termes if terme.champ not in EXACTS)
    if not libres:
        return _Trouves(condition=condition)
    try:
        hits = index.search(Question(termes=libres), limit=LIMITE + 1)
        if len(hits) > LIMITE:
            # Too many for these words alone: let the index apply the fields too, though it may lag a moment behind.
            hits = index.search(question, limit=LIMITE + 1)
    except IndexIndisponible:
        return _Trouves(condition=condition & sans_index(libres), note=Phrase(INDISPONIBLE))
    ordre = {hit.courrier_id: rang for rang, hit in enumerate(hits[:LIMITE])}
    note = Phrase(TROP_LARGE, limite=LIMITE) if len(hits) > LIMITE else ""
    return _Trouves(condition=condition & Courrier.id.in_(ordre), ordre=ordre, note=note)


def _page(
    session: Session, condition: ColumnElement[bool], trouves: _Trouves, filtres: Filtres, page: int
) -> list[int]:
    debut = (page - 1) * PAR_PAGE
    if trouves.ordre is not None and filtres.tri != "date":
        ordre = trouves.ordre
        ids = sorted(session.scalars(select(Courrier.id).where(condition)), key=lambda cle: ordre[cle])
        return ids[debut : debut + PAR_PAGE]
    recents = select(Courrier.id).where(condition).order_by(Courrier.recu_le.desc(), Courrier.id.desc())
    return list(session.scalars(recents.limit(PAR_PAGE).offset(debut)))


def _resultats(
    session: Session, index: Index, question: Question, ids: Sequence[int], trouves: _Trouves
) -> list[Resultat]:
    lignes = session.execute(
        select(Courrier, Correspondant, Nature, Bureau).join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id).where(Courrier.id.in_(ids))
    )
    par_id = {ligne[0].id: ligne for ligne in lignes}
    try:
        extraits = index.extraits(question, ids) if trouves.ordre is not None and ids else {}
    except IndexIndisponible:
        extraits = {}
    return [
        Resultat(courrier=courrier, correspondant=correspondant, nature=nature, bureau=bureau, extrait=extraits.get(cle, ""))
        for cle, (courrier, correspondant, nature, bureau) in ((cle, par_id[cle]) for cle in ids)
    ]


def _facettes(session: Session, condition: ColumnElement[bool], filtres: Filtres) -> Mapping[str, Sequence[Facette]]:
    """Counts by value; a facet leaves its own filter out, so that another value may be chosen."""
    noms: dict[str, Mapping[object, tuple[str, str]]] = {
        "bureau": {ligne.id: (ligne.cle, ligne.nom) for ligne in session.scalars(select(Bureau))},
        "nature": {ligne.id: (ligne.cle, ligne.nom) for ligne in session.scalars(select(Nature))},
    }
    facettes = {
        champ: _facette(session, colonne, condition & coches(filtres, sauf=champ), noms.get(champ))
        for champ, colonne in COLONNES.items()
    }
    return {**facettes, "mot": _mots(session, condition & coches(filtres, sauf="mot"))}


def _mots(session: Session, condition: ColumnElement[bool]) -> list[Facette]:
    """The keywords that most of them have."""
    nombre = func.count().label("nombre")
    comptes = (
        select(MotCle.cle, func.min(MotCle.mot), nombre).join(Courrier, Courrier.id == MotCle.courrier_id).where(condition)
        .group_by(MotCle.cle).order_by(nombre.desc(), MotCle.cle).limit(MOTS)
    )
    return [Facette(cle=cle, nom=mot, nombre=combien) for cle, mot, combien in session.execute(comptes)]


def _facette(
    session: Session, colonne: InstrumentedAttribute[Any], condition: ColumnElement[bool],
    noms: Mapping[object, tuple[str, str]] | None,
) -> list[Facette]:
    comptes = session.execute(select(colonne, func.count()).where(condition, colonne.is_not(None)).group_by(colonne))
    facettes = []
    for valeur, nombre in comptes:
        cle, nom = noms[valeur] if noms is not None else (str(valeur), str(valeur))
        facettes.append(Facette(cle=cle, nom=nom, nombre=nombre))
    return sorted(facettes, key=lambda facette: (-facette.nombre, facette.nom))


def _suggestion(session: Session, moi: Moi, index: Index, question: Question) -> str:
    """The question with its unknown words set right, only when the reader may see something that answers it."""
    mots = [mot for terme in question.termes if not terme.exclu for mot in terme.texte.split()]
    try:
        proches = index.suggest(mots)
    except IndexIndisponible:
        return ""
    if not proches:
        return ""
    termes = tuple(
        replace(terme, texte=" ".join(proches.get(mot, mot) for mot in terme.texte.split())) for terme in question.termes)
    corrigee = replace(question, termes=termes)
    vus = select(Courrier.id).where(visible(moi), _trouver(session, index, corrigee).condition).limit(1)
    return ecrire(corrigee) if session.scalar(vus) is not None else ""
