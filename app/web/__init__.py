"""The pages: parse, one verb of the trade, render."""

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from app.web import assets_manifest, auth, context, corbeille, errors, headers, identity

PAGES = (auth.bp, corbeille.bp)


def install(app: Flask) -> None:
    """Give the application its pages, and round each of them its seal, its doorkeeper, its language, its headers."""
    headers.install(app, secure=context.config_of(app).secure)
    CSRFProtect(app)
    app.before_request(identity.gate)
    Babel(app, locale_selector=identity.language, default_translation_directories="translations")
    assets_manifest.install(app)
    app.context_processor(identity.common)
    errors.install(app)
    for pages in PAGES:
        app.register_blueprint(pages)
