"""The built bundles: `asset('app.css')` in a template becomes the hashed address that the build wrote."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

DIST = Path(__file__).parent / "static" / "dist"


class BundleMissing(RuntimeError):
    """Le fichier «{name}» de l’interface n’a pas été construit."""

    def __init__(self, name: str, *, built: bool) -> None:
        cause = "il ne figure pas dans le manifeste" if built else "le dossier app/web/static/dist n’existe pas encore"
        super().__init__(
            f"Le fichier «{name}» de l’interface n’a pas été construit : {cause}. "
            "Lancez «npm ci && node build.mjs» dans app/web/assets, puis rechargez la page."
        )


@lru_cache(maxsize=4)
def _names(manifest: Path, _changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return names


def names(dist: Path = DIST) -> dict[str, str]:
    """Plain name -> hashed name, empty when nothing was built; read again when a build replaced the manifest."""
    manifest = dist / "manifest.json"
    try:
        return _names(manifest, manifest.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def built() -> bool:
    """Whether the bundles are there; the pages stay usable without them and say so."""
    return bool(names())


def asset(name: str) -> str:
    """The address of a bundle, such as `app.css` or `modeler.js`; raises BundleMissing when it was not built."""
    known = names()
    if name not in known:
        raise BundleMissing(name, built=bool(known))
    return url_for("static", filename=f"dist/{known[name]}")


def page(endpoint: str, **values: object) -> str | None:
    """The address of a page, or None when this installation does not have it: the menus leave it out."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]


def install(app: Flask) -> None:
    """Gives the templates `asset(name)`, `assets_built()` and `page(endpoint)`."""
    app.jinja_env.globals.update(asset=asset, assets_built=built, page=page)
