"""What every call has in common: keys, retries that are safe, problems as errors, lists that go on. Needs nothing but Python."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
MAY_PASS = (408, 429, 502, 503, 504)


class BillingError(Exception):
    """The server's answer is not a success. `code` names the problem for a program, str() tells a person what to do."""

    def __init__(self, status: int, headers: Mapping[str, str], problem: dict[str, Any] | None) -> None:
        super().__init__(problem["detail"] if problem else f"billing answered {status}")
        self.status = status
        self.headers = headers
        self.problem = problem
        self.code: str = problem["type"].removeprefix("/docs#") if problem else ""

    @property
    def errors(self) -> list[dict[str, str]]:
        """The members that were refused, each with why."""
        return cast("list[dict[str, str]]", (self.problem or {}).get("errors", []))

    @property
    def request_id(self) -> str | None:
        """What to ask the server's operator about."""
        return self.headers.get("x-request-id")


class BillingUnreachable(Exception):
    """No answer came, in any attempt: what was asked for may have been done or not. The same idempotency key finds out."""


def quote(part: str) -> str:
    return urllib.parse.quote(part, safe="")


def query_text(query: Mapping[str, object] | None) -> str:
    def word(value: object) -> str:
        if isinstance(value, list):
            return ",".join(quote(str(each)) for each in value)
        return quote(str(value).lower() if isinstance(value, bool) else str(value))

    pairs = [f"{name}={word(value)}" for name, value in (query or {}).items() if value is not None]
    return "?" + "&".join(pairs) if pairs else ""


class Core:
    """`base_url` is where billing answers, such as http://127.0.0.1:8080; `api_key` was made with `billing keys create`.

    A request that failed in a way that may pass is repeated up to `retries` times when it is safe to repeat; with `idempotency_keys` every POST is,
    since it gets a key of its own. One attempt may take `timeout` seconds. Connections are kept, one a thread.
    """

    def __init__(self, base_url: str, api_key: str | None = None, *, retries: int = 3, timeout: float = 30, idempotency_keys: bool = True) -> None:
        at = urllib.parse.urlsplit(base_url)
        if at.scheme not in ("http", "https") or not at.hostname:
            raise ValueError(f"base_url must be a whole URL such as http://127.0.0.1:8080, not {base_url!r}")
        self._at, self._api_key, self._retries, self._timeout, self._idempotency_keys = at, api_key, retries, timeout, idempotency_keys
        self._local = threading.local()

    def call(self, method: str, path: str, *, query: Mapping[str, object] | None = None, body: object = None, idempotency_key: str | None = None) -> object:
        """Any request: the answer's body. For what this client has no method for."""
        return self.send(method, path + query_text(query), body, idempotency_key)[0]

    def send(self, method: str, target: str, body: object = None, idempotency_key: str | None = None) -> tuple[object, Mapping[str, str]]:
        """One request, repeated as long as that is safe and may help: the answer's body and its headers, their names in lower case."""
        headers = {"Accept": "application/json"}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if payload is not None:
            headers["Content-Type"] = "application/json"
        if method == "POST" and idempotency_key is None and self._idempotency_keys:
            idempotency_key = str(uuid.uuid4())
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        repeatable = method != "POST" or idempotency_key is not None
        attempt = 0
        while True:
            last = attempt >= self._retries
            wait = 0.5 * 2**attempt * (1 + random.random() / 2)  # so that many clients do not come back at once
            try:
                status, answered, text = self._exchange(method, target, payload, headers)
            except (OSError, http.client.HTTPException) as cause:
                if last or not repeatable:
                    raise BillingUnreachable(f"{method} {target}: no answer from {self._at.netloc}") from cause
            else:
                if 200 <= status < 300:
                    return self._read(answered, text), answered
                error = BillingError(status, answered, self._problem(answered, text))
                passing = error.code == "idempotency_running" or status == 429 or (repeatable and status in MAY_PASS)
                if last or not passing:
                    raise error
                after = answered.get("retry-after", "0")
                wait = max(wait, min(int(after) if after.isdigit() else 0, 60))
            time.sleep(wait)
            attempt += 1

    def _exchange(self, method: str, target: str, payload: bytes | None, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            kind = http.client.HTTPSConnection if self._at.scheme == "https" else http.client.HTTPConnection
            connection = self._local.connection = kind(cast(str, self._at.hostname), self._at.port, timeout=self._timeout)
        try:
            connection.request(method, self._at.path.rstrip("/") + target, payload, dict(headers))
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except BaseException:
            connection.close()  # half an exchange is no place to begin the next
            raise

    @staticmethod
    def _read(headers: Mapping[str, str], text: bytes) -> object:
        if re.match(r"application/(.+\+)?json\b", headers.get("content-type", "")):
            return cast(object, json.loads(text))
        return text.decode()

    @classmethod
    def _problem(cls, headers: Mapping[str, str], text: bytes) -> dict[str, Any] | None:
        try:
            problem = cls._read(headers, text)
        except ValueError:
            return None
        return problem if isinstance(problem, dict) and "type" in problem and "detail" in problem else None  # else a proxy's own words


class Paged(Generic[T]):
    """A list: iterating goes through all of it, a page at a time; `first()` is its first page."""

    def __init__(self, core: Core, path: str, query: Mapping[str, object] | None = None) -> None:
        self._core, self._target = core, path + query_text(query)

    def pages(self) -> Iterator[list[T]]:
        target: str | None = self._target
        while target is not None:
            items, headers = self._core.send("GET", target)
            yield cast("list[T]", items)
            more = re.search(r'<([^>]+)>; rel="next"', headers.get("link", ""))
            target = more[1] if more else None

    def first(self) -> list[T]:
        return next(self.pages())

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page
