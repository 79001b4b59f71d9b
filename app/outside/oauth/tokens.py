"""Access tokens (OAuth 2.0, RFC 6749): asked over TLS, kept in memory until a minute before their end, never written anywhere."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from app.courrier.ports import Autorisation
from app.outside.oauth.refusals import TokenRefused, by_tokens

LARGEST = 64 << 10
"""Bytes of an answer: tokens hold a few thousand."""

_MARGIN = 60.0
_SHORTEST = 300.0
"""Seconds that a token is believed to last when its server does not say (RFC 6749, 5.1, only recommends it)."""

_REFUSED = 400


class Tokens:
    """The tokens of this process: one is asked for when none is kept that lasts a minute more."""

    def __init__(self, *, timeout: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        """`timeout` of the token server and the times of `clock` in seconds."""
        self._timeout, self._clock = timeout, clock
        self._kept: dict[Autorisation, tuple[str, float]] = {}
        # What replaced the refresh token of who still shows the former one: read just before, or could not keep the new one.
        self._next: dict[Autorisation, str] = {}
        # Two at once would use the same refresh token, which some servers take for a theft.
        self._one_at_a_time = Lock()

    def access(self, given: Autorisation, renewed: Callable[[str], None]) -> str:
        """A token that opens what `given` allows; `renewed` gets the refresh token that replaces that of `given`, if one does.

        `TokenRefused` says in words why there is none.
        """
        with self._one_at_a_time:
            # Who shows the new one has kept it: the former is shown no more.
            self._next = {old: new for old, new in self._next.items() if replace(old, rafraichissement=new) != given}
            latest = replace(given, rafraichissement=self._next.get(given, given.rafraichissement))
            token, ends = self._kept.get(latest, ("", 0.0))
            if self._clock() >= ends:
                token, latest = self._new(given, latest)
        if latest != given:
            renewed(latest.rafraichissement)
        return token

    def forget(self, token: str) -> None:
        """Have another asked for next: this one was refused, and rights given since are not in it."""
        with self._one_at_a_time:
            self._kept = {given: kept for given, kept in self._kept.items() if kept[0] != token}

    def _new(self, given: Autorisation, latest: Autorisation) -> tuple[str, Autorisation]:
        """A token asked for by `latest`, which `given` has become; and what this has become in its turn."""
        answer = self._asked(latest)
        token, ends = _token(answer), self._clock() + _seconds(answer.get("expires_in")) - _MARGIN
        again = answer.get("refresh_token")
        if latest.rafraichissement and isinstance(again, str) and again not in ("", latest.rafraichissement):
            self._next[given], latest = again, replace(latest, rafraichissement=again)
        self._kept = {other: kept for other, kept in self._kept.items() if kept[1] > self._clock()}
        self._kept[latest] = token, ends
        return token, latest

    def _asked(self, given: Autorisation) -> Mapping[str, Any]:
        asked = {
            "grant_type": "refresh_token" if given.rafraichissement else "client_credentials",
            "refresh_token": given.rafraichissement, "client_id": given.application, "client_secret": given.secret,
            "scope": given.portee,
        }  # fmt: skip
        form = urlencode({name: value for name, value in asked.items() if value}).encode()
        try:
            return self._posted(urlsplit(given.adresse), form)
        except (OSError, http.client.HTTPException, ValueError) as fault:  # the last: no such address can be
            raise TokenRefused(motif=_reason(fault)) from None

    def _posted(self, address: SplitResult, form: bytes) -> Mapping[str, Any]:
        """What the server answers to a form, yes or no."""
        options = parse_qs(address.query)
        authority = options.pop("ca", [""])[-1]
        url = address._replace(query=urlencode(options, doseq=True), fragment="").geturl()
        request = Request(url, form, {"Accept": "application/json"})  # noqa: S310 - https, as who keeps it has made sure
        opener, end = build_opener(HTTPSHandler(context=_trusting(authority)), _Nowhere), self._clock() + self._timeout
        try:
            with opener.open(request, timeout=self._timeout) as given:
                return _object(self._read(given, end))
        except HTTPError as refusal:
            with refusal:
                answer = _object(self._read(refusal, end)) if refusal.code >= _REFUSED else {}
            raise by_tokens(refusal.code, answer) from None
        except URLError as fault:
            raise (fault.reason if isinstance(fault.reason, OSError) else fault) from None

    def _read(self, answer: Any, end: float) -> bytes:
        """All of it, within the time and the size that an answer may take."""
        data = b""
        while block := answer.read1(LARGEST + 1 - len(data)) if len(data) <= LARGEST else b"":
            data += block
            if self._clock() > end:
                raise TimeoutError
        return data if len(data) <= LARGEST else b""


class _Nowhere(HTTPRedirectHandler):
    """What we hand over is for the server that was named, and for no other."""

    def redirect_request(self, *_told: object) -> None:
        return None


def _trusting(authority: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority:
        try:
            context.load_verify_locations(authority)
        except OSError:
            raise TokenRefused(motif=f"l’autorité de certification {authority} ne se lit pas") from None
    return context


def _object(data: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        answer = json.loads(data)
        if isinstance(answer, dict):
            return answer
    return {}


def _token(answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token or not all("!" <= sign <= "~" for sign in token):
        raise TokenRefused(motif="le serveur de jetons ne répond pas comme prévu ; vérifiez l’adresse des jetons")
    return token


def _seconds(lasts: object) -> float:
    with suppress(TypeError, ValueError, OverflowError):
        return float(lasts)  # type: ignore[arg-type]
    return _SHORTEST


def _reason(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "le certificat du serveur de jetons n’est pas reconnu ; vérifiez l’adresse des jetons"
    if isinstance(fault, socket.gaierror):
        return "le nom du serveur de jetons est inconnu ; vérifiez l’adresse des jetons"
    if isinstance(fault, TimeoutError):
        return "le serveur de jetons ne répond pas à temps"
    return "le serveur de jetons ne répond pas ; vérifiez l’adresse des jetons, et que ce serveur peut la joindre"
