"""Passwords that must be given again to other servers: hidden with a key drawn from the application's own secret key."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.courrier.errors import ReleveImpossible

_USE = b"vaguemestre: passwords of boxes, v1"


class SecretCachette:
    """Authenticated encryption (Fernet) under a key that serves nothing else: whoever has the database alone has no password."""

    def __init__(self, secret_key: str) -> None:
        """`secret_key`: that of the settings; another one makes what was hidden unreadable."""
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE).derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def cacher(self, clair: str) -> str:
        """The password, hidden: never twice the same."""
        return self._fernet.encrypt(clair.encode()).decode("ascii")

    def montrer(self, cache: str) -> str:
        """The password; `ReleveImpossible` when it was hidden with another key, or spoiled."""
        try:
            return self._fernet.decrypt(cache.encode()).decode()
        except InvalidToken:
            raise ReleveImpossible(
                motif="le mot de passe ou le secret de cette boîte ne se lit plus, car la clé secrète a changé ; "
                "saisissez-le de nouveau") from None
