"""Reads the words people write in boxes: which act a step is, and whether a condition is one."""

import re
import unicodedata

from engine.errors import ExpressionError
from engine.expressions import parse

_ACTS = {
    "qualifier": "qualifier qualification trier tri classify sort triage einordnen klassifizieren sortieren",
    "annoter": "annoter annotation commenter annotate comment kommentieren annotieren",
    "rediger": "rediger redaction ecrire draft write verfassen schreiben entwerfen formulieren",
    "avis": "avis opinion advise stellungnahme begutachten",
    "viser": "viser visa parapher initial endorse abzeichnen paraphieren mitzeichnen",
    "valider": "valider validation approuver approbation approve validate genehmigen freigeben freigabe",
    "signer": "signer signature sign unterschreiben unterzeichnen signieren unterschrift",
    "expedier": "expedier expedition envoyer envoi poster send dispatch mail versenden senden abschicken verschicken",
}
_ACT_OF = {word: act for act, words in _ACTS.items() for word in words.split()}
_ANSWER = re.compile(r"\b(reponse|courrier|projet|lettre|reply|answer|letter|antwort|brief|schreiben)\b")
_PREPARE = frozenset(["preparer", "prepare", "vorbereiten", "erstellen", "repondre", "answer", "reply", "beantworten"])
_FILLERS = frozenset(
    ["faire", "donner", "demander", "un", "une", "le", "la", "l", "to", "please", "bitte", "do", "give", "an", "a", "the"]
)


def fold(text: str) -> str:
    """Lower case without accents, apostrophes as spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.,:/+\-]+", " ", plain.casefold().replace("'", " ")).strip()


def act(label: str) -> str:
    """The act that a step's name tells, "" when it tells none: «Signer la réponse» is `signer`.

    French and English put the verb first, German puts it last.
    """
    text = fold(label)
    said = [word for word in re.split(r"[^a-z0-9]+", text) if word]
    while said and said[0] in _FILLERS:
        said = said[1:]
    if not said:
        return ""
    for word in (said[0], said[-1]):
        if word in _ACT_OF:
            return _ACT_OF[word]
        if word in _PREPARE and _ANSWER.search(text):
            return "rediger"
    return ""


def wrapped(text: str) -> bool:
    """Whether the designer marked `text` as an expression: `${…}`, `#{…}` or a leading `=`."""
    return bool(re.fullmatch(r"[$#]\{.*\}", text, re.DOTALL)) or text.startswith("=")


def is_expression(text: str) -> bool:
    """Whether `text` is an expression rather than words; «oui», «montant élevé» and «> 1000 €» are words."""
    if wrapped(text):
        return True
    if not re.search(r"[<>=!\[\]]|\w\(|\b(and|or|true|false|in|between)\b", text):
        return False
    try:
        parse(text)
    except ExpressionError:
        return False
    return True
