"""Why a token server says no to an application, in the words of whoever declared it; what its tokens lack."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_SERVER_FAULT = 500

_EXPIRED = "le secret de l’application a expiré ; créez-en un autre chez Microsoft, et saisissez sa valeur ici"
_TENANT = "le locataire (tenant) est inconnu de Microsoft ; vérifiez l’adresse des jetons"
_UNKNOWN = "l’application est inconnue ; vérifiez son identifiant, et l’adresse des jetons"
_VALUE = "le secret de l’application est refusé ; saisissez sa valeur, et non son identifiant"
_SCOPE = "la portée demandée est refusée ; vérifiez-la"
_CONSENT = "le consentement de l’administrateur manque ; donnez-le à l’application chez Microsoft"
_REFRESH = "le jeton de rafraîchissement n’est plus valable ; autorisez de nouveau l’application, et saisissez le nouveau jeton"
_DISABLED = "l’application est désactivée chez Microsoft ; réactivez-la"
_CLIENT = "l’identifiant ou le secret de l’application est refusé ; vérifiez-les"
_WAY = "l’application n’a pas le droit de demander un jeton de cette façon ; vérifiez sa déclaration"
_OTHERS = "l’application n’est ouverte qu’à une autre organisation ; vérifiez sa déclaration"

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_MICROSOFT = {
    7000222: _EXPIRED, 7000215: _VALUE, 7000216: _VALUE, 7000218: _VALUE, 90002: _TENANT, 900023: _TENANT, 900021: _TENANT,
    700016: _UNKNOWN, 700038: _UNKNOWN, 7000112: _DISABLED, 70011: _SCOPE, 1002012: _SCOPE, 500011: _SCOPE, 65001: _CONSENT,
    70008: _REFRESH, 700082: _REFRESH, 50173: _REFRESH,
}  # fmt: skip

# RFC 6749, 5.2; the last two are Google's.
_STANDARD = {
    "invalid_client": _CLIENT, "unauthorized_client": _WAY, "invalid_grant": _REFRESH, "invalid_scope": _SCOPE,
    "deleted_client": _UNKNOWN, "org_internal": _OTHERS,
}  # fmt: skip


class TokenRefused(Exception):
    """No token is to be had, for this reason in the user's words."""

    def __init__(self, *, motif: str) -> None:
        """`motif`: what went wrong, and what to do."""
        super().__init__(motif)
        self.motif = motif


def by_tokens(status: int, answer: Mapping[str, Any]) -> TokenRefused:
    """A token server's refusal: its `status`, the object that it answered."""
    codes = answer.get("error_codes")
    for code in codes if isinstance(codes, list) else ():
        if isinstance(code, int) and code in _MICROSOFT:
            return TokenRefused(motif=_MICROSOFT[code])
    error = str(answer.get("error", ""))
    if error in _STANDARD:
        return TokenRefused(motif=_STANDARD[error])
    words = " ".join(str(answer.get("error_description") or error).split())[:200]
    if words:
        return TokenRefused(motif=f"le serveur de jetons répond : {words}")
    if status >= _SERVER_FAULT:
        return TokenRefused(motif="le serveur de jetons est en panne ; un nouvel essai sera fait")
    return TokenRefused(motif="le serveur de jetons refuse la demande ; vérifiez l’adresse des jetons")


def lacks(token: str, right: str) -> bool:
    """Whether a token says of itself that it has not this right of applications, given at Microsoft."""
    claims = _claims(token)
    roles = claims.get("roles")
    # Only Microsoft's tokens have a tenant; they list the rights of an application, and have no list when it has none.
    return "tid" in claims and "scp" not in claims and right not in (roles if isinstance(roles, list) else ())


def _claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself when it is a JWT (RFC 7519); only to tell a refusal better, nothing is believed of it."""
    with suppress(ValueError, RecursionError):
        _head, payload, _signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if isinstance(claims, dict):
            return claims
    return {}
