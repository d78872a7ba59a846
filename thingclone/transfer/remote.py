"""The HTTP client for a channel on ThingSpeak, or on a server that works like it.

Refusals and unexpected answers raise a Refusal that says what to do. Failures that may pass are
retried after pauses that double each time.
"""

import json
import zlib
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from ssl import SSLCertVerificationError
from time import sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from thingclone import __version__
from thingclone.errors import BadRequest, NoSuchThing, ReadDenied, StorageFailed

TRIES = 6
TIMEOUT = 60.0  # seconds, because 8000 entries can take long
LONGEST_WAIT = 300.0  # seconds, whatever Retry-After says
MOST_BYTES = 64_000_000
_GZIP = 16 + zlib.MAX_WBITS
_LATER = {408, 425, 429, 500, 502, 503, 504}  # worth a retry

# Numbers stay as they are written, because a value is text.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)


class _BadMoment(Exception):
    """A failure that may pass."""


class _NoOtherHost(HTTPRedirectHandler):
    """Follows redirects to https, but not to another server, which must not get the key."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if old.hostname != new.hostname or new.scheme != "https":
            raise BadRequest(f"the server redirects to {newurl[:100]}: pull from there")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Remote:
    """Channel `number` at `url`, with a `pause` in seconds between requests."""

    def __init__(
        self,
        url: str,
        number: int,
        api_key: str | None = None,
        pause: float = 1.0,
        wait: Callable[[float], None] = sleep,
    ):
        self.url = _base(url)
        self.number = number
        self._api_key = api_key
        self._pause = pause
        self._wait = wait
        self._is_first = True
        self._opener = build_opener(_NoOtherHost)

    @property
    def is_open(self) -> bool:
        """True if the channel can be read without a key."""
        return not self._api_key

    def feed(self, **params: object) -> dict:
        """Returns `{"channel": {...}, "feeds": [...]}` with all values of each entry."""
        wanted = {"location": "true", "status": "true", "metadata": "true", **params}
        found = self._read(f"/channels/{self.number}/feeds.json?{urlencode(wanted)}")
        if not isinstance(found, dict) or not isinstance(found.get("feeds"), list):
            raise self._denied(found)
        if not isinstance(found.get("channel"), dict):
            raise BadRequest(
                f"{self.url} does not describe the channel: is it a ThingSpeak server?"
            )
        return found

    def entry(self, entry_id: int) -> dict | None:
        """Returns one entry, or None if it does not exist."""
        options = urlencode({"location": "true", "status": "true"})
        try:
            found = self._read(f"/channels/{self.number}/feeds/{entry_id}.json?{options}")
        except (NoSuchThing, ReadDenied):
            return None
        return found if isinstance(found, dict) else None

    def settings(self) -> dict:
        """Returns the channel as the REST API shows it, or {} if it does not."""
        try:
            found = self._read(f"/channels/{self.number}.json")
        except (NoSuchThing, ReadDenied, BadRequest):
            return {}
        return found if isinstance(found, dict) else {}

    # --- asking -----------------------------------------------------------------------------------

    def _read(self, path: str) -> object:
        """Returns the JSON answer."""
        for attempt in range(TRIES):
            if not self._is_first:
                self._wait(self._pause * 2**attempt)
            self._is_first = False
            try:
                return self._understood(self._answer(path))
            except _BadMoment as moment:
                reason = str(moment)
        raise StorageFailed(
            f"{self.url} failed {TRIES} times ({reason}): run the same command again later to"
            " continue where it stopped"
        )

    def _answer(self, path: str) -> bytes:
        headers = {"Accept-Encoding": "gzip", "User-Agent": f"ThingClone/{__version__}"}
        if self._api_key:
            headers["X-THINGSPEAKAPIKEY"] = self._api_key
        try:
            request = Request(self.url + path, headers=headers)
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _unzipped(_whole(answer), answer.headers.get("Content-Encoding", ""))
        except HTTPError as error:
            with error:
                raise self._refused(error) from error
        except URLError as error:
            if isinstance(error.reason, SSLCertVerificationError):
                raise BadRequest(
                    f"the certificate of {self.url} is not valid: {error.reason.verify_message}"
                ) from error
            raise _BadMoment(str(error.reason)) from error
        except (OSError, HTTPException, zlib.error) as error:
            raise _BadMoment(str(error) or type(error).__name__) from error

    def _refused(self, error: HTTPError) -> Exception:
        if error.code in _LATER:
            self._heed(error.headers.get("Retry-After", ""))
            return _BadMoment(f"status {error.code}")
        if error.code == 404:
            return NoSuchThing(
                f"there is no channel {self.number} at {self.url}: check the ID and the URL"
            )
        if error.code in (400, 401, 403):
            return self._denied(None)
        return BadRequest(
            f"{self.url} answers with status {error.code}: is it a ThingSpeak server?"
        )

    def _heed(self, seconds: str):
        if seconds.isascii() and seconds.isdigit():
            self._wait(min(float(seconds), LONGEST_WAIT))

    def _understood(self, body: bytes) -> object:
        text = body.decode("utf-8", "replace").strip()
        try:
            return _DECODER.decode(text)
        except (ValueError, RecursionError) as error:
            if text.startswith("<"):
                raise BadRequest(
                    f"{self.url} answers with a web page: give the URL of the API, such as"
                    " https://api.thingspeak.com"
                ) from error
            raise _BadMoment("the answer is not JSON") from error

    def _denied(self, found: object) -> Exception:
        if found not in (None, "-1"):
            return BadRequest(f"{self.url} does not answer with a feed")
        if self._api_key:
            return ReadDenied(
                f"{self.url} does not accept this key for channel {self.number}: use a read key"
                " of that channel"
            )
        return ReadDenied(
            f"channel {self.number} is private at {self.url}: give one of its read keys with"
            " --api-key"
        )


def _base(url: str) -> str:
    """Returns the URL of the server from a URL that people copy."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest(f"{url[:100]!r} is not a URL: write it like https://api.thingspeak.com")
    path = parts.path.partition("/channels")[0].rstrip("/")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def _whole(answer: HTTPResponse) -> bytes:
    body = answer.read(MOST_BYTES)
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and len(body) < min(int(length), MOST_BYTES):
        raise _BadMoment("the answer is incomplete")
    return body


def _unzipped(body: bytes, encoding: str) -> bytes:
    if encoding.lower() != "gzip":
        return body
    unzip = zlib.decompressobj(_GZIP)
    text = unzip.decompress(body, MOST_BYTES)
    if not unzip.eof:
        raise _BadMoment("the answer is incomplete")
    return text
