"""A form sent after its session ended is not lost: it is shown again, to be sent once more by its author."""

import json
from urllib.parse import urlsplit

from flask import Request, Response, g, make_response, render_template, request

from app.web.urls import local


def ours(asked: Request) -> bool:
    """Whether one of our own pages sent this form; another site's page can forge neither of these headers."""
    if asked.headers.get("HX-Request"):
        return False
    site = asked.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else urlsplit(asked.headers.get("Origin", "")).netloc == asked.host


def offer(status: int) -> Response:
    """The page to log in again, or to send again, with what was typed; files have to be chosen again."""
    vers, typed = local(request.full_path), kept()
    if g.get("moi") or request.blueprint == "usager":
        return make_response(render_template("auth/reprendre.html", vers=vers, champs=typed), status)
    return make_response(render_template("auth/entrer.html", suite=vers, saisie=json.dumps(typed)), status)


def reread(typed: str) -> list[tuple[str, str]]:
    """What `offer` had written into its page; nothing when it is not that any more."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(typed)]
    except (TypeError, ValueError):
        return []


def kept() -> list[tuple[str, str]]:
    """The fields that were typed, secrets and seals left out."""
    return [(name, value) for name, value in request.form.items(multi=True)
            if not name.startswith("mot_de_passe") and name != "csrf_token"]
