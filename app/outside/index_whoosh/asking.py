"""A question of the trade becomes a query of Whoosh; whatever was typed, there is a query or nothing to look for."""

from collections.abc import Callable, Sequence
from datetime import date

from whoosh import query

from app.courrier.ports import Question, Terme
from app.outside.index_whoosh.analysis import STOP, number, roots, words

_POIDS = {"objet": 3.0, "correspondant": 3.0, "texte": 1.0, "cles": 4.0, "chrono": 6.0, "references": 6.0}
_EXACTS = {"nature", "bureau", "sens", "etat"}
_MOTS_MAX = 40


def build(question: Question) -> query.Query | None:
    """The query, or None when the question holds no word worth looking for."""
    wanted = [built for terme in question.termes[:_MOTS_MAX] if not terme.exclu and (built := _terme(terme))]
    unwanted = [built for terme in question.termes[:_MOTS_MAX] if terme.exclu and (built := _terme(terme))]
    if question.apres or question.avant:
        wanted.append(_days(question.apres, question.avant))
    if not wanted and not unwanted:
        return None
    found = query.And(wanted) if wanted else query.Every("id")
    return query.AndNot(found, query.Or(unwanted)) if unwanted else found


def marked(question: Question) -> Callable[[str, str], bool]:
    """Tells of a word, folded and as its root, whether the question asks for it: those are marked in extracts."""
    kept = [terme for terme in question.termes if not terme.exclu and terme.champ in {"", "objet", "texte", "de"}]
    asked = {root for terme in kept if not terme.prefixe for root in roots(terme.texte)}
    begun = tuple(start for terme in kept if terme.prefixe for start in words(terme.texte)[-1:])
    return lambda folded, root: root in asked or (bool(begun) and folded.startswith(begun))


def _days(first: date | None, before: date | None) -> query.Query:
    start = first.toordinal() if first else None
    end = before.toordinal() - 1 if before else None
    return query.NumericRange("date", start, end)


def _terme(terme: Terme) -> query.Query | None:
    if terme.champ == "chrono":
        return query.Or([_number("chrono", terme.texte), _number("references", terme.texte)])
    if terme.champ == "de":
        return _names(terme)
    if terme.champ in _EXACTS:
        return _all([query.Term(terme.champ, word) for word in words(terme.texte)])
    if terme.prefixe:
        return _beginning(terme)
    alone = {"objet": ("objet",), "texte": ("texte",), "mot": ("cles",)}
    fields = alone.get(terme.champ, ("objet", "texte", "cles"))
    sentence = _sentence(fields, terme)
    if terme.champ:
        return sentence
    numbered = any(c.isdigit() for c in terme.texte)
    return _any([
        sentence, _names(terme), *(_number(field, terme.texte) for field in ("chrono", "references") if numbered)])


def _sentence(fields: Sequence[str], terme: Terme) -> query.Query | None:
    found = roots(terme.texte)
    if terme.phrase and len(found) > 1:
        return _any([query.Phrase(field, found, boost=_POIDS[field]) for field in fields])
    return _all([_any([query.Term(field, root, boost=_POIDS[field]) for field in fields]) for root in found])


def _names(terme: Terme) -> query.Query | None:
    """A name has no root, and its small words count: «de», «Le»; alone and without field they are no name."""
    found = words(terme.texte)
    if not terme.champ and all(word in STOP for word in found):
        return None
    if terme.prefixe and found:
        *whole, start = found
        return _all([*(query.Term("correspondant", word) for word in whole), query.Prefix("correspondant", start)])
    if terme.phrase and len(found) > 1:
        return query.Phrase("correspondant", found, boost=_POIDS["correspondant"])
    return _all([query.Term("correspondant", word, boost=_POIDS["correspondant"]) for word in found])


def _beginning(terme: Terme) -> query.Query | None:
    """Roots have lost their ends: beginnings are looked for among the words as they were written."""
    *whole, start = words(terme.texte) or [""]
    if not start:
        return None
    field = "objet_mots" if terme.champ == "objet" else "mots"
    return _all([*(query.Term(field, word) for word in whole), query.Prefix(field, start)])


def _number(field: str, text: str) -> query.Query:
    return query.Term(field, number(text), boost=_POIDS[field])


def _all(queries: Sequence[query.Query | None]) -> query.Query | None:
    kept = [one for one in queries if one is not None]
    return query.And(kept) if kept else None


def _any(queries: Sequence[query.Query | None]) -> query.Query | None:
    kept = [one for one in queries if one is not None]
    return query.Or(kept) if kept else None
