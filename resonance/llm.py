"""The language model that a user names in `[llm]`: one question, one answer.

By the standard library alone: an optional step is to bring no dependency.
"""

from __future__ import annotations

import json
import os
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from resonance.config import LanguageModel
from resonance.errors import LlmError

ANSWER_TIMEOUT_S = 300.0  # a laptop's own model takes minutes for a batch, and is silent till then
REACH_TIMEOUT_S = 5.0
MOST_BYTES = 4_000_000  # of an answer
ONE_QUESTION_ONLY = {400, 413, 422}  # what a server says of one question, not of all


class _NoRedirects(HTTPRedirectHandler):
    """What is sent goes to the URL that the user set, not where its server points."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


def complete(llm: LanguageModel, system: str, question: str, *, max_tokens: int) -> str:
    """The answer to one question, at temperature 0.

    Raises LlmError when there is no answer; its `lasting` tells that the next question will
    fare no better.
    """
    asked = {
        "model": llm.model,
        "temperature": 0,
        "max_tokens": max_tokens,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": question},
        ],
    }
    request = _request(llm, "chat/completions", json.dumps(asked).encode())
    answer = _send(llm, request, ANSWER_TIMEOUT_S)
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        remedy = "check that the url in [llm] is that of an OpenAI-compatible server"
        raise LlmError(f"{llm.url} gave no chat completion; {remedy}.") from None
    if not isinstance(content, str):
        remedy = "the next run asks again, and another model may do better"
        raise LlmError(f"{llm.url} gave a completion without words; {remedy}.", lasting=False)
    return content


def reach(llm: LanguageModel) -> str:
    """A line that says the server answers; sends nothing but the key. Raises LlmError."""
    try:
        _send(llm, _request(llm, "models"), REACH_TIMEOUT_S)
    except LlmError as error:
        if error.status not in (404, 405):  # it answers, and keeps no list of models
            raise
    return f"{llm.url} answers; to be asked for {llm.model}"


def _request(llm: LanguageModel, path: str, body: bytes | None = None) -> Request:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if llm.api_key_env:
        headers["Authorization"] = f"Bearer {_key(llm.api_key_env)}"
    return Request(f"{llm.url.rstrip('/')}/{path}", body, headers)


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        found = "holds no key" if key else "is not set"
        raise LlmError(f"the environment variable {variable} {found}; set it to the API key.")
    return key


def _send(llm: LanguageModel, request: Request, timeout: float) -> bytes:
    try:
        with _opener(llm).open(request, timeout=timeout) as reply:
            return reply.read(MOST_BYTES)
    except HTTPError as error:
        error.close()
        raise LlmError(
            f"{llm.url} answered with HTTP {error.code}; {_remedy(error.code)}.",
            status=error.code,
            lasting=error.code not in ONE_QUESTION_ONLY,
        ) from None
    except (OSError, HTTPException, UnicodeError) as error:
        raise LlmError(
            f"{llm.url} cannot be reached ({_reason(error)}); start the server there, "
            "or take [llm] out of resonance.toml."
        ) from None


def _opener(llm: LanguageModel) -> OpenerDirector:
    """No proxy stands between this machine and itself, whatever the environment says."""
    proxies = [ProxyHandler({})] if _is_here(urlsplit(llm.url).hostname or "") else []
    return build_opener(_NoRedirects, *proxies)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: Any) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return getattr(reason, "strerror", None) or type(reason).__name__


def _remedy(status: int) -> str:
    if 300 <= status < 400:
        return "it points elsewhere, which is not followed: set the url in [llm] to the place meant"
    if status in (401, 403):
        return "it wants an API key: name its environment variable as api_key_env in [llm]"
    if status == 404:
        return "check the url and the model in [llm]"
    if status == 429 or status >= 500:
        return "run again later, and what is done stays done"
    return "a smaller batch in [llm] may help"
