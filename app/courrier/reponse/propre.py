"""The words of a letter as safe HTML, whether they were typed as text or made in an editor, and back as text."""

import html
import re

import nh3

_BALISES = {
    "p", "br", "strong", "b", "em", "i", "u", "s", "sub", "sup", "ul", "ol", "li", "h2", "h3", "blockquote", "table", "thead",
    "tbody", "tr", "th", "td",
}
_ATTRIBUTS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}}
_EST_HTML = re.compile(rf"</?(?:{'|'.join(sorted(_BALISES))}|div|span|a|img|script|style)\b[^<>]*>", re.IGNORECASE)
_LIGNE = re.compile(r"<br\s*/?>|</(?:tr|h2|h3)>|<(?=li)")
_PARAGRAPHE = re.compile(r"</(?:p|ul|ol|blockquote|table)>")
_TIRET = re.compile(r"[-–•*]\s+")


def nettoyer(texte: str) -> str:
    """Safe HTML of what was typed: text by paragraphs and lists with dashes, or the HTML of an editor, cleaned."""
    source = texte if _EST_HTML.search(texte) else en_html(texte)
    return nh3.clean(source, tags=_BALISES, attributes=_ATTRIBUTS, link_rel=None).strip()


def en_html(texte: str) -> str:
    """Plain text as HTML: a blank line parts paragraphs, lines that begin with a dash make a list."""
    blocs = re.split(r"\n\s*\n", texte.replace("\r\n", "\n").strip())
    return "\n".join(
        _bloc([" ".join(ligne.split()) for ligne in bloc.split("\n") if ligne.strip()]) for bloc in blocs if bloc.strip())


def en_texte(corps: str) -> str:
    """The HTML of a letter as plain text that `en_html` reads back."""
    texte = re.sub(r"\s*\n\s*", " ", corps)
    texte = _LIGNE.sub(lambda trouve: "\n- <" if trouve[0] == "<" else "\n", texte)
    texte = nh3.clean(_PARAGRAPHE.sub("\n\n", texte), tags=set())
    lignes = [" ".join(ligne.split()) for ligne in html.unescape(texte).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip()


def _bloc(lignes: list[str]) -> str:
    if all(_TIRET.match(ligne) for ligne in lignes):
        return "<ul>" + "".join(f"<li>{html.escape(_TIRET.sub('', ligne, count=1))}</li>" for ligne in lignes) + "</ul>"
    return f"<p>{'<br>'.join(map(html.escape, lignes))}</p>"
