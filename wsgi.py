"""The WSGI entrance: `gunicorn wsgi:app`."""

import logging
import os
from datetime import UTC, datetime

from app import create_app
from app.config import Config
from app.wiring import avertissements

config = Config.from_env()
app = create_app(config)
# The commands say it themselves, where it matters.
if "FLASK_RUN_FROM_CLI" not in os.environ:
    for phrase in avertissements(config, now=datetime.now(UTC)):
        logging.getLogger("vaguemestre").warning(phrase)
