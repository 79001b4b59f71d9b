"""OAuth 2.0 and SASL XOAUTH2: what opens mail servers that refuse passwords."""

from collections.abc import Callable

from app.outside.oauth.refusals import TokenRefused, lacks
from app.outside.oauth.tokens import Tokens

__all__ = ["TokenRefused", "Tokens", "lacks", "xoauth2"]


def xoauth2(user: str, token: str) -> Callable[..., str]:
    """What is answered to a server's challenges, as smtplib and imaplib ask for it.

    Ours first; a server that does not like it says why, and waits for an empty line before it says no.
    """
    def answer(challenge: bytes | None = None) -> str:
        return "" if challenge else f"user={user}\1auth=Bearer {token}\1\1"

    return answer
