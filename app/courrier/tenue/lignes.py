"""The lines of a register over a period, as they were written, what was corrected after, and the digest of them all.

A line's canonical form is JSON with its keys in order, no space, its letters as they are (UTF-8); its digest is the sha256 of
that. The digest of a period is the sha256 of the digests of its lines, in hexadecimal, each followed by a line feed: it can be
reckoned again by whoever may not read every line.

The names of people, natures and bureaux are those of today as long as a day is open; once it is closed, those it was closed with.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, aliased

from app.courrier import delais
from app.courrier.habilitations import Moi, visible
from app.courrier.journal import details
from app.courrier.registre import nom_complet
from app.courrier.tables import Arrete, Bureau, Correction, Correspondant, Courrier, LigneJournal, Nature
from app.courrier.tenue.periode import Portion, inscrits, portions

_ANNULATIONS = ("annuler", "annuler-depart")
_NOMS = ("bureau", "correspondant", "nature")
"""What may be called otherwise later, without any correction of the register."""


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """One number of a register; `dit` is its canonical content, `texte` the same as text; `ouvert`: the reader may see it."""

    courrier: Courrier
    ouvert: bool
    dit: Mapping[str, object]
    texte: str
    empreinte: str
    reponses: Sequence[str] = ()

    @property
    def mots(self) -> Mapping[str, str]:
        """The words of its columns, as they were written."""
        return {cle: str(valeur) for cle, valeur in self.dit.items() if isinstance(valeur, str)}


def lignes(session: Session, registre: str, debut: date, fin: date, *, moi: Moi | None) -> list[Ligne]:
    """What was registered from `debut` to `fin`, both included, days of Europe/Paris, by number; `moi`: None sees all."""
    return [ligne for portion in par_portions(session, registre, debut, fin, moi=moi) for ligne in portion]


def par_portions(session: Session, registre: str, debut: date, fin: date, *, moi: Moi | None) -> Iterator[list[Ligne]]:
    """The same some at a time, for a period of any length."""
    for portion in portions(session, registre, debut, fin):
        yield de_portion(session, registre, debut, fin, portion, moi=moi)


def de_portion(session: Session, registre: str, debut: date, fin: date, portion: Portion, *, moi: Moi | None) -> list[Ligne]:
    """Those lines of a period whose numbers are of this portion."""
    siens = (Courrier.annee == portion.annee) & Courrier.numero.between(portion.premier, portion.dernier)
    periode = inscrits(registre, debut, fin) & siens
    rangs = session.execute(
        select(Courrier, visible(moi) if moi else true(), Correspondant, Nature.nom, Bureau.nom)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(periode).order_by(Courrier.annee, Courrier.numero)
    ).all()
    corrigees, annulees, reponses = _corrections(session, periode), _annulations(session, periode), _reponses(session, periode)
    gardes = _gardes(session, registre, [delais.jour(courrier.enregistre_le) for courrier, *_ in rangs])
    return [
        _ligne(courrier, bool(lisible),
               _dit(courrier, nom_complet(fiche), nature, bureau or "", corrigees[courrier.id]) | gardes.get(courrier.chrono, {}),
               annulees.get(courrier.id), reponses[courrier.id])
        for courrier, lisible, fiche, nature, bureau in rangs
    ]  # fmt: skip


def tout_ouvert(session: Session, registre: str, debut: date, fin: date, *, moi: Moi) -> bool:
    """Tell whether every line of a period is open to the reader."""
    fermee = select(Courrier.id).where(inscrits(registre, debut, fin), ~visible(moi)).limit(1)
    return session.scalar(fermee) is None


def empreinte(toutes: Sequence[Ligne]) -> str:
    """The digest of these lines."""
    return condense(ligne.empreinte for ligne in toutes)


def condense(empreintes: Iterable[str]) -> str:
    """The digest of digests: each on a line, as `cut` gives them."""
    return hashlib.sha256("".join(f"{une}\n" for une in empreintes).encode()).hexdigest()


def fichier(toutes: Sequence[Ligne]) -> str:
    """The canonical file: digest, tab, canonical JSON, one line a number; nothing behind the tab of what is not open."""
    return "".join(f"{ligne.empreinte}\t{ligne.texte if ligne.ouvert else ''}\n" for ligne in toutes)


def _ligne(courrier: Courrier, ouvert: bool, dit: dict[str, object], annulee: object, reponses: Sequence[str]) -> Ligne:
    if annulee:
        dit["annulation"] = annulee
    texte = json.dumps(dit, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    marque = hashlib.sha256(texte.encode()).hexdigest()
    return Ligne(courrier=courrier, ouvert=ouvert, dit=dit, texte=texte, empreinte=marque, reponses=reponses)


def _dit(courrier: Courrier, correspondant: str, nature: str, bureau: str, corrigees: Sequence[Correction]) -> dict[str, object]:
    """What the register says of it: the words first written, then each correction."""
    datee = f"{courrier.date_courrier:%d/%m/%Y}" if courrier.date_courrier else ""
    ecrit = {"objet": courrier.objet, "date_courrier": datee, "correspondant_id": correspondant, "nature_id": nature,
             "bureau_id": bureau, **{ligne.champ: ligne.ancien for ligne in reversed(corrigees)}}  # fmt: skip
    return {
        "bureau": ecrit["bureau_id"], "canal": courrier.canal, "chrono": courrier.chrono,
        "correspondant": ecrit["correspondant_id"], "date_courrier": ecrit["date_courrier"],
        "enregistre_le": _instant(courrier.enregistre_le), "enregistre_par": courrier.enregistre_par,
        "nature": ecrit["nature_id"], "objet": ecrit["objet"], "recommande": courrier.recommande,
        "recu_le": _instant(courrier.recu_le), "reference": courrier.reference,
        "rectifications": [
            {"ancien": ligne.ancien, "champ": ligne.champ, "le": _instant(ligne.faite_le), "motif": ligne.motif,
             "nouveau": ligne.nouveau, "par": ligne.par}
            for ligne in corrigees
        ],
    }  # fmt: skip


def _gardes(session: Session, registre: str, jours: Sequence[date]) -> Mapping[str, dict[str, object]]:
    """By number, the names that those of these days that are closed were closed with."""
    if not jours:
        return {}
    fermes = select(Arrete.lignes).where(Arrete.registre == registre, Arrete.jour.between(min(jours), max(jours)))
    dites = (json.loads(ligne.partition("\t")[2]) for fichier in session.scalars(fermes) for ligne in fichier.splitlines())
    # What a forger put there has no such names, and is told when the closings are verified.
    return {dite["chrono"]: {cle: dite[cle] for cle in _NOMS} for dite in dites if {"chrono", *_NOMS} <= dite.keys()}


def _corrections(session: Session, periode: ColumnElement[bool]) -> Mapping[int, list[Correction]]:
    faites: dict[int, list[Correction]] = defaultdict(list)
    siennes = select(Correction).where(Correction.courrier_id.in_(_numeros(periode))).order_by(Correction.id)
    for ligne in session.scalars(siennes):
        faites[ligne.courrier_id].append(ligne)
    return faites


def _annulations(session: Session, periode: ColumnElement[bool]) -> Mapping[int, object]:
    """Why each that was cancelled was, by whom and when, as the journal has it."""
    annules = {f"courrier:{numero}": numero for numero in session.scalars(_numeros(periode & (Courrier.etat == "annule")))}
    dites = select(LigneJournal).where(LigneJournal.acte.in_(_ANNULATIONS), LigneJournal.sujet.in_(annules))
    return {
        annules[une.sujet]: {"le": _instant(une.quand), "motif": str(details(une).get("motif", "")), "par": une.acteur}
        for une in (session.scalars(dites) if annules else ())
    }


def _reponses(session: Session, periode: ColumnElement[bool]) -> Mapping[int, list[str]]:
    """The numbers of the departures that answer them."""
    depart, faites = aliased(Courrier), defaultdict[int, list[str]](list)
    parties = select(depart.repond_a, depart.chrono).where(
        depart.repond_a.in_(_numeros(periode)), depart.sens == "depart", depart.etat != "annule").order_by(depart.id)
    for numero, chrono in session.execute(parties):
        faites[numero or 0].append(chrono)
    return faites


def _numeros(periode: ColumnElement[bool]) -> Select[int]:
    return select(Courrier.id).where(periode)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
