"""What a letter says of itself: proposals for the form, each with where it was read; the clerk confirms."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.courrier.indexation import contacts, dates, objet
from app.courrier.indexation.courriel import des_entetes
from app.courrier.indexation.delai import delai
from app.courrier.indexation.destinataire import destinataire
from app.courrier.indexation.expediteur import expediteur
from app.courrier.indexation.fil import chrono
from app.courrier.indexation.lignes import Ligne, blocs, lignes
from app.courrier.indexation.phrase import demandee
from app.courrier.indexation.proposition import CHAMPS, Proposition, ensemble
from app.courrier.indexation.urgence import priorite
from app.courrier.ports import PageLue

__all__ = ["CHAMPS", "Proposition", "proposer"]

_PARIS = ZoneInfo("Europe/Paris")


def proposer(
    pages: Sequence[PageLue],
    *,
    now: datetime,
    entetes: Mapping[str, str] | None = None,
    nous: Sequence[str] = (),
) -> tuple[Proposition, ...]:
    """The best proposal for each field, with what else it may be, in the form's order; fields without a trace are left out.

    `entetes`: headers of an e-mail, which count before its text. `nous`: the body's own names, streets, e-mails and
    telephones, which are never the sender's.
    """
    toutes = lignes(pages)
    aujourdhui = now.astimezone(_PARIS).date()
    trouvees = [*des_entetes(entetes or {}, tuple(nous)), *_du_texte(toutes, aujourdhui, nous)]
    par_champ = ensemble(trouvees)
    return tuple(par_champ[champ] for champ in CHAMPS if champ in par_champ)


def _du_texte(toutes: Sequence[Ligne], aujourdhui: date, nous: Sequence[str]) -> Iterator[Proposition]:
    trouves = list(expediteur(toutes, nous))
    yield from trouves
    qui = list(ensemble(trouves).values())
    tete = {id(ligne) for bloc in blocs(toutes) if _est_le_leur(bloc, qui) for ligne in bloc}

    def dans_la_tete(ligne: Ligne) -> bool:
        return id(ligne) in tete

    jours = list(dates.dates_du_courrier(toutes, aujourdhui))
    # A day without its year is one that was to come for who wrote.
    alors = date.fromisoformat(jours[0].valeur) if jours else aujourdhui
    yield from contacts.courriel(toutes, dans_la_tete, nous)
    yield from contacts.telephone(toutes, dans_la_tete, nous)
    yield from jours
    seules = (
        objet.objet(toutes) or demandee(toutes), contacts.recommande(toutes), contacts.siret(toutes),
        destinataire(toutes, qui, nous), chrono(toutes), delai(toutes, alors), priorite(toutes),
    )  # fmt: skip
    yield from (proposition for proposition in seules if proposition)
    yield from objet.references(toutes)


def _est_le_leur(bloc: Sequence[Ligne], qui: Sequence[Proposition]) -> bool:
    return any(proposition.extrait.startswith(ligne.texte) for proposition in qui for ligne in bloc)
