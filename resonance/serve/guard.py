"""Who may look, and what a browser may do with what it is shown.

One key opens the page: it comes in the printed address, becomes a cookie, and leaves the address.
From it come the cookie's value and the word that every form sends back, so neither is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Callable
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_TOKEN = 16  # characters, where others than this machine can ask
MAX_BODY = 64 * 2**20  # bytes of a request, its files together
TOO_MUCH = f"That is more than {MAX_BODY >> 20} MB; send less at once."
SAFE = ("GET", "HEAD")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class Key:
    """The secret of one run of the page.

    Parameters
    ----------
    token : what opens the page; a new one of 192 bits where None
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(24)

    @cached_property
    def csrf(self) -> str:
        """What a form must send back; another site cannot read it."""
        return self._derived("csrf")

    @cached_property
    def session(self) -> str:
        """The value of the cookie."""
        return self._derived("session")

    @cached_property
    def cookie(self) -> str:
        """The name of the cookie: cookies of one host's ports are not kept apart."""
        return f"resonance-{self._derived('cookie')[:8]}"

    def opens(self, token: str) -> bool:
        return _same(token, self.token)

    def knows(self, session: str) -> bool:
        return _same(session, self.session)

    def wrote(self, csrf: str) -> bool:
        return _same(csrf, self.csrf)

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.token.encode(), purpose.encode(), hashlib.sha256).hexdigest()


class Guard:
    """Stands before the app: host, key, origin and size, and the headers of every answer.

    Parameters
    ----------
    host   : where the page listens; an address that is not this machine's own lets the names and
             numbers of the network in
    locked : answers a request that has no key
    """

    def __init__(
        self, app: ASGIApp, key: Key, host: str, locked: Callable[[Request], Response]
    ) -> None:
        self.app = app
        self.key = key
        self.host = host
        self.locked = locked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        told = self._refusal(request) or self._entrance(request)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        if told is None:
            await self.app(scope, _limited(receive), send_guarded)
        else:
            await told(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        """Why this is no request of ours."""
        if not _is_ours(request.headers.get("host", ""), self.host):
            return _plain("This page is not served under that name.", 421)
        if request.method not in SAFE and not _same_origin(request.headers):
            return _plain("That came from another site.", 403)
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return _plain(TOO_MUCH, 413)
        return None

    def _entrance(self, request: Request) -> Response | None:
        """The way in with the key in the address, or the locked door."""
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        tokens = [value for name, value in pairs if name == "token"]
        if request.method in SAFE and any(map(self.key.opens, tokens)):
            rest = urlencode([pair for pair in pairs if pair[0] != "token"])
            path = "/" + request.url.path.lstrip("/")
            response = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
            response.set_cookie(
                self.key.cookie, self.key.session, httponly=True, samesite="strict", path="/"
            )
            return response
        if request.url.path.startswith("/static/") or self.key.knows(self._cookie(request)):
            return None
        return self.locked(request)

    def _cookie(self, request: Request) -> str:
        try:
            jar = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return ""
        return jar[self.key.cookie].value if self.key.cookie in jar else ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _limited(receive: Receive) -> Receive:
    """A body that ends at MAX_BODY, however long it says that it is."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise HTTPException(413, TOO_MUCH)
        return message

    return receive_some


def _is_ours(asked: str, host: str) -> bool:
    """Whether a Host header names this machine: another's name may point here (DNS rebinding)."""
    try:
        name = urlsplit(f"//{asked}").hostname or ""
    except ValueError:
        return False
    if is_loopback(name):
        return True
    if is_loopback(host):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower()
        return name in {host.lower(), own, f"{own}.local"}
    return True


def _same_origin(headers: Headers) -> bool:
    """Whether a browser says that our own page sent this; what is no browser says nothing."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _plain(text: str, status: int) -> Response:
    return Response(text + "\n", status, media_type="text/plain")
