"""A folder in place of a mail server, so that the demo shows what would leave."""

import hashlib
import os
import tempfile
from pathlib import Path

from app.courrier.ports import Message
from app.outside.mailer.composing import compose, impossible


class FolderMailer:
    """Files each message as a `.eml`; the same Message-ID replaces its own file, so a second sending is no second letter."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made, closed to others, at the first message."""
        self._folder = folder

    def send(self, message: Message) -> bytes:
        """File the message and return it; raises `EnvoiImpossible`."""
        raw = compose(message)
        name = hashlib.sha256(message.message_id.encode()).hexdigest()[:32] + ".eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(prefix=".envoi-", dir=self._folder)
            with os.fdopen(handle, "wb") as target:
                target.write(raw)
                target.flush()
                os.fsync(target.fileno())
            Path(temporary).replace(self._folder / name)
        except OSError as error:
            raise impossible(message, f"le dossier d’envoi n’est pas accessible ({error.strerror})") from error
        return raw
