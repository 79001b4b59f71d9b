"""Whom the letter is for: «À l’attention de Mme Montel», «Service urbanisme» in the block of the address."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from app.courrier.indexation.coupures import recollees
from app.courrier.indexation.lignes import Ligne, Passage, blocs, passages, plier
from app.courrier.indexation.proposition import Proposition, lue

_ATTENTION = re.compile(
    r"(?:\ba\s+l'att(?:ention|\.|n\.?)?(?:\s+(?:de|du|des|d')|\s*:)|\battn\s*:)\s*(?:la\s+|le\s+|l')?(?P<qui>[a-z][^,;:]{2,70})"
)
_SERVICE = re.compile(
    r"^(?P<qui>(?:service|bureau|direction|pole|departement|cellule)s?\s+(?:(?:de|du|des|d')\s*(?:la\s+|l')?)?"
    r"[a-z][^,;:]{2,50})$"
)
_PERSONNE = re.compile(
    r"^(?:.{3,40}\s[-–—]\s)?(?P<qui>(?:(?:a l'attention de |a )?(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle))\s+"
    r"(?!(?:le|la|les)\b|l'|ou\b|et\b)[a-z][^;:]{2,50})$"
)
# «Madame le Maire», «Monsieur ou Madame le Maire», «Monsieur l'officier de l'état civil»: who they are by what they do.
_FONCTION = re.compile(
    r"^(?:a |a l'attention de )?(?P<qui>(?:m\.|mme|monsieur|madame|mesdames|messieurs)"
    r"(?: (?:ou|et) (?:m\.|mme|madame|monsieur|messieurs))?\s+(?:le |la |les |l')[a-z][^;:]{2,70})$"
)
_NU = re.compile(r"^[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+){1,2}$")
# «Compta mairie St-Aubin», «Mesdames et Messieurs les maires du département»: ours, without our name.
_NOTRE_LIGNE = re.compile(
    r"^(?:[\w'.-]+ ){0,3}mairie\b|^(?:hotel de ville|commune|ville)\b"
    r"|^(?:a )?(?:mesdames|messieurs)\b.{0,30}\bles maires\b(?!.*,$)"
)
_TOUTE = re.compile(r"^.+$")
_HAUT = 0.6
_FENETRE = 0.4
_ADRESSE = 0.45


def destinataire(toutes: Sequence[Ligne], qui: Sequence[Proposition], nous: Sequence[str] = ()) -> Proposition | None:
    """The person or bureau named as the recipient, as it is written; never the sender's own service."""
    # Their town may be ours: who they are and where they live tells their lines, its name does not.
    leurs = {proposition.extrait for proposition in qui if proposition.champ in ("expediteur", "adresse")}
    haut = [ligne for ligne in toutes if ligne.page == 1 and (ligne.boite is None or ligne.boite[1] < _HAUT)]
    # Line by line: what stands below is another line of the address.
    for passage in _seules(haut, _ATTENTION):
        return lue("destinataire", _valeur(passage.texte, passage.trouve), 0.92, passage, "nommé après «à l’attention de»")
    nos_blocs = [
        recollees(bloc) for bloc in blocs(haut) if _le_notre(bloc, nous) and not any(_dans(ligne, leurs) for ligne in bloc)
    ]
    for bloc in nos_blocs:
        if nommee := next(_seules(bloc[:4], _PERSONNE), None):
            return lue("destinataire", _valeur(nommee.texte, nommee.trouve), 0.88, nommee, "nommé dans l’adresse")
    for passage in _seules([ligne for ligne in haut if not _dans(ligne, leurs)], _SERVICE):
        boite = passage.ligne.boite
        if boite and boite[0] > _FENETRE and boite[1] < _ADRESSE:
            return lue("destinataire", passage.texte, 0.9, passage, "service nommé dans l’adresse")
    for bloc in nos_blocs:
        if nommee := next(_seules(bloc[:2], _FONCTION), None):
            return lue("destinataire", _valeur(nommee.texte, nommee.trouve), 0.85, nommee, "nommé dans l’adresse")
        if _NU.match(bloc[0].texte) and bloc[0].texte[0].isupper() and not _NOTRE_LIGNE.match(bloc[0].plie):
            nom = next(_seules(bloc[:1], _TOUTE))
            return lue("destinataire", nom.texte, 0.7, nom, "nommé dans l’adresse")
    return None


def _dans(ligne: Ligne, leurs: set[str]) -> bool:
    """Whether a line is one of theirs, or the beginning of one that a narrow column cut."""
    return any(leur.startswith(ligne.texte) for leur in leurs)


def _le_notre(bloc: Sequence[Ligne], nous: Sequence[str]) -> bool:
    """Whether a block is our address, also when it says no more than «Mairie»."""
    notres = [plier(texte) for texte in nous]
    # «Madame le Maire de Saint-Aubin»: the town of our address, with its mayor.
    communes = [notre[6:] for notre in notres if re.match(r"\d{5} \w", notre)]
    return any(
        _NOTRE_LIGNE.match(ligne.plie) or any(notre and notre in ligne.plie for notre in notres)
        or any(f"maire de {commune}" in ligne.plie for commune in communes)
        for ligne in bloc
    )  # fmt: skip


def _seules(toutes: Sequence[Ligne], motif: re.Pattern[str]) -> Iterator[Passage]:
    return chain.from_iterable(passages([ligne], motif) for ligne in toutes)


def _valeur(texte: str, trouve: re.Match[str]) -> str:
    return texte[trouve.start("qui") - trouve.start() :].strip(" .")
