"""The pages: parse, one verb of the trade, render."""

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    acces,
    accueil,
    administration,
    api,
    arrivees,
    assets_manifest,
    auth,
    boites,
    cachet,
    calendrier,
    circuits,
    complements,
    connus,
    context,
    corbeille,
    correspondants,
    courriers,
    deviations,
    doublons,
    envois,
    errors,
    etiquettes,
    exemplaires,
    filters,
    fusions,
    groupes,
    headers,
    identity,
    imports,
    justesse,
    liens,
    lots,
    migrations,
    nouveau,
    organismes,
    personnes,
    pieces,
    pilotage,
    recherche,
    registres,
    saisies,
    separations,
    taches,
    tenue,
    typographie,
    urls,
    usager,
)

PAGES = (
    auth.bp, corbeille.bp, taches.bp, deviations.bp, arrivees.bp, courriers.bp, nouveau.bp, pieces.bp, envois.bp, recherche.bp,
    complements.bp, connus.bp, correspondants.bp, groupes.bp, fusions.bp, imports.bp, personnes.bp, registres.bp, lots.bp,
    separations.bp, doublons.bp, liens.bp,
    etiquettes.bp, exemplaires.bp, tenue.bp, cachet.bp,
    pilotage.bp, circuits.bp, migrations.bp, administration.bp, boites.bp, calendrier.bp, organismes.bp, justesse.bp,
    usager.bp, api.bp, acces.bp, accueil.bp,
)  # fmt: skip


def install(app: Flask) -> None:
    """Give the application its pages, and round each of them its seal, its doorkeeper, its language, its headers."""
    headers.install(app, secure=context.config_of(app).secure)
    app.url_map.converters["int"] = urls.Numero
    if proxies := context.config_of(app).proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    app.before_request(usager.borner)
    app.before_request(api.entrer)
    # A program shows its token with each request, of which no page of another site can make a browser send one.
    CSRFProtect(app).exempt(api.bp)
    app.before_request(identity.gate)
    app.before_request(saisies.lisible)
    typographie.install(Babel(app, locale_selector=identity.language, default_translation_directories="translations"))
    assets_manifest.install(app)
    filters.install(app)
    app.context_processor(identity.common)
    errors.install(app)
    for pages in PAGES:
        app.register_blueprint(pages)
