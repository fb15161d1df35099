"""Pages from the web, politely and within bounds: robots.txt, a pause between requests to one host, limits of size and time."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpcore2
import httpx2
import msgspec

from onrecord import __version__
from onrecord.errors import InputError
from onrecord.ingest.addresses import Network, Resolve, check_url, public_addresses
from onrecord.ingest.documents import Facts
from onrecord.ingest.sources import MAX_BYTES

AGENT = f"onrecord/{__version__}"
MAX_REDIRECTS = 5
MAX_ROBOTS_BYTES = 500_000  # RFC 9309: at least 500 kibibytes must be read
MAX_CRAWL_DELAY_S = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How to fetch. ``networks``: private ones that may be fetched from. ``delay_s``: between two requests to one host."""

    agent: str = AGENT
    delay_s: float = 1.0
    timeout_s: float = 20.0
    total_s: float = 60.0
    max_wait_s: float = 30.0
    max_bytes: int = MAX_BYTES
    networks: tuple[Network, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """What came back. ``url``: after redirects. ``content``: decompressed; empty when nothing is new (status 304)."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    facts: Facts = Facts()


class Web:
    """Fetches pages; remembers each host's robots.txt and when it was last asked.

    resolve, sleep, clock, now: how names are looked up and what time it is, for tests.
    """

    def __init__(
        self,
        policy: Policy = Policy(),  # noqa: B008 - frozen
        *,
        resolve: Resolve | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.policy = policy
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._backend = _CheckedBackend(policy.networks, resolve, clock)
        self._client = httpx2.Client(
            transport=_Transport(self._backend),
            timeout=policy.timeout_s,
            follow_redirects=False,
            trust_env=False,  # a proxy would resolve names itself, beyond our check
            headers={"User-Agent": policy.agent, "Accept": "text/html,application/xhtml+xml,*/*;q=0.5", "Accept-Encoding": "gzip"},
        )
        self._robots: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        """The page behind an address, through at most five redirects, each checked like the first.

        Raises: InputError when it may not be fetched, is not there, or is too long or too slow.
        """
        url = urldefrag(url).url
        for _ in range(MAX_REDIRECTS + 1):
            check_url(url, self.policy.networks)
            robots = self._robots_of(url)
            if not robots.can_fetch(self.policy.agent, url):
                raise InputError(f"{url}: its site asks programs not to fetch it (robots.txt); save the page yourself and give the file")
            page = self._ask_twice(url, headers or {}, robots)
            if page.status not in REDIRECTS:
                return self._accepted(page)
            url = urldefrag(urljoin(url, page.headers.get("location", ""))).url
        raise InputError(f"{url}: more than {MAX_REDIRECTS} redirects; give the address that they lead to")

    def _accepted(self, page: Page) -> Page:
        if page.status >= 400:
            raise InputError(f"{page.url}: the site answers {page.status}; check the address, or save the page yourself and give the file")
        retrieved = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        facts = Facts(url=page.url, retrieved=retrieved, encoding=charset_of(page.headers.get("content-type", "")))
        return msgspec.structs.replace(page, facts=facts)

    def _ask_twice(self, url: str, headers: Mapping[str, str], robots: RobotFileParser) -> Page:
        """One request; a second one where the site is busy and says for how short a while."""
        page = self._ask(url, headers, self.policy.max_bytes, _delay(robots, self.policy))
        if page.status not in BUSY:
            return page
        wait = retry_after(page.headers.get("retry-after"), self._now())
        if wait is None or wait > self.policy.max_wait_s:
            raise InputError(f"{url}: the site is busy ({page.status}); try again later")
        self._sleep(wait)
        return self._ask(url, headers, self.policy.max_bytes, _delay(robots, self.policy))

    def _robots_of(self, url: str) -> RobotFileParser:
        """The rules of a site (RFC 9309): none where it has no file, everything forbidden where it cannot say."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        return self._robots[origin]

    def _read_robots(self, origin: str) -> RobotFileParser:
        rules = RobotFileParser()
        url = f"{origin}/robots.txt"
        page = self._ask(url, {}, MAX_ROBOTS_BYTES, self.policy.delay_s, cut=True)
        for _ in range(MAX_REDIRECTS):
            if page.status not in REDIRECTS:
                break
            url = urljoin(url, page.headers.get("location", ""))
            check_url(url, self.policy.networks)
            page = self._ask(url, {}, MAX_ROBOTS_BYTES, self.policy.delay_s, cut=True)
        if page.status >= 500:
            rules.disallow_all = True  # type: ignore[attr-defined]
        else:
            rules.parse(page.content.decode("utf-8", "replace").splitlines() if page.status == 200 else [])
        return rules

    def _ask(self, url: str, headers: Mapping[str, str], max_bytes: int, delay_s: float, *, cut: bool = False) -> Page:
        """One request and its answer, after the pause that its host is due. ``cut``: what is too long is cut, not refused."""
        host = urlsplit(url).netloc
        if host in self._asked and (wait := self._asked[host] + delay_s - self._clock()) > 0:
            self._sleep(wait)
        self._asked[host] = self._clock()
        self._backend.deadline = self._clock() + self.policy.total_s
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                content = _bounded(response, url, max_bytes, cut=cut) if response.status_code == 200 else b""
                return Page(url, response.status_code, {key.lower(): value for key, value in response.headers.items()}, content)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            reason = str(error) or type(error).__name__
            raise InputError(f"{url}: cannot be fetched ({reason}); check the address and the connection") from None
        finally:
            self._asked[host] = self._clock()


def charset_of(content_type: str) -> str | None:
    """The encoding that a Content-Type header declares."""
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds of a Retry-After header, whether it counts or names a date; None without one."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp())


def _delay(robots: RobotFileParser, policy: Policy) -> float:
    asked = robots.crawl_delay(policy.agent)
    return min(max(policy.delay_s, float(asked or 0)), MAX_CRAWL_DELAY_S)


def _bounded(response: Any, url: str, max_bytes: int, *, cut: bool) -> bytes:
    """The body, unpacked, never more of it than the limit and one piece."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise InputError(f"{url}: sent packed as '{encoding[:20]}', which was not asked for; save the page yourself and give the file")
    unpacker = None if encoding in ("identity", "") else zlib.decompressobj(wbits=47 if "gzip" in encoding else 15)
    parts, length = [], 0
    for piece in response.iter_raw(1 << 16):
        try:
            out = unpacker.decompress(piece, max_bytes + 1 - length) if unpacker else piece
        except zlib.error as error:
            raise InputError(f"{url}: its packed content is damaged ({error}); try again") from None
        parts.append(out)
        length += len(out)
        if length > max_bytes:
            if cut:
                break
            raise InputError(f"{url}: longer than {max_bytes // 1_000_000} MB, too long for a page; save the part that you need")
    return b"".join(parts)[:max_bytes]


# ── The connection ────────────────────────────────────────────────────────────────────────────────────────────────────


class _CheckedBackend(httpcore2.NetworkBackend):
    """Looks a host up, checks all its addresses and connects to these; every read and write ends at the deadline."""

    def __init__(self, networks: Sequence[Network], resolve: Resolve | None, clock: Callable[[], float]) -> None:
        self.deadline = 0.0
        self._networks = networks
        self._resolve = resolve
        self._clock = clock
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore2.NetworkStream:
        addresses = public_addresses(host, port, self._networks, self._resolve)
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._plain.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
                return _TimedStream(stream, self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise httpcore2.ConnectError(f"{host} has no address")

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)

    def left(self, timeout: float | None) -> float:
        """The time-out of one step: no longer than what is left of the whole."""
        left = self.deadline - self._clock()
        if left <= 0:
            raise httpcore2.ReadTimeout("it took too long as a whole")
        return min(left, timeout) if timeout else left


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, backend: _CheckedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> httpcore2.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._backend.left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Transport(httpx2.BaseTransport):
    """A pool of connections that are all made by the checked backend."""

    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=httpx2.create_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        target = httpcore2.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        asked = httpcore2.Request(request.method, target, headers=request.headers.raw, content=b"", extensions=request.extensions)
        answer = self._pool.handle_request(asked)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
