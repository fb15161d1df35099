"""Fetching: only from public addresses unless allowed, politely, within bounds; feeds from where they stopped."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onrecord.errors import InputError, UsageError
from onrecord.ingest import read_documents, watch_feeds
from onrecord.ingest.addresses import check_url, is_allowed, parse_networks, public_addresses
from onrecord.ingest.fetch import Policy, Web, retry_after
from onrecord.ingest.watch import back_off
from onrecord.records import Capture, Failure, PublishedBasis
from tests.local_site import Site, local_site

LOOPBACK = parse_networks(["127.0.0.0/8"])
NOW = datetime(2022, 6, 8, 12, 0, tzinfo=UTC)
REPORT = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
TEXT = "At least twelve people were killed on Tuesday when shells hit a market in the town, the office of the governor said."


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site() as found:
        yield found


def web(**policy: Any) -> Web:
    return Web(Policy(networks=LOOPBACK, delay_s=0.0, **policy), now=lambda: NOW)


def page(title: str, text: str = TEXT) -> str:
    return REPORT.format(title=title, text=text)


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PRIVATE = """
127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7
203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12:3456::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1:: 2001:db8::1 2001::1 fec0::1 100::1
192.0.0.192 192.88.99.1 168.63.129.16 64:ff9b:1::a00:1 2001:2::1 3fff::1
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_at_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="not on the public internet"):
        public_addresses("report.example", 443, (), lambda host, port: ["93.184.215.14", address])


def test_public_addresses_are_allowed_and_allowed_networks_on_any_port() -> None:
    assert public_addresses("e.org", 443, (), lambda host, port: ["93.184.215.14", "2606:2800:21f::1"]) == [
        "93.184.215.14",
        "2606:2800:21f::1",
    ]
    from ipaddress import ip_address

    assert is_allowed(ip_address("127.0.0.1"), 8080, LOOPBACK)
    assert not is_allowed(ip_address("93.184.215.14"), 8080)


# However a machine's own address is written, resolving it gives the address that is checked.
WRITTEN = """
http://127.0.0.1/ http://localhost/ http://2130706433/ http://0x7f000001/ http://0177.0.0.1/ http://127.1/ http://[::1]/ http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/ http://0/ http://0.0.0.0/ http://169.254.169.254/latest/meta-data/ http://localhost./ http://LOCALHOST/
http://127.0.0.1:80/ https://127.0.0.1/ http://ip6-localhost/ http://[fe80::1]/ http://10.0.0.1/ http://[0:0:0:0:0:ffff:127.0.0.1]/
http://0251.0376.0251.0376/ http://0xa9fea9fe/ http://2852039166/ http://169.16689662/ http://100.64.0.1/ http://[fd00:ec2::254]/
http://[64:ff9b::a9fe:a9fe]/ http://[2002:7f00:1::]/ http://１２７.０.０.１/ http://127.0.0.1%2f@e.org/ http://192.0.0.192/
http://168.63.129.16/ http://[::]/
""".split()  # fmt: skip
STRANGE = """
file:///etc/passwd ftp://e.org/a gopher://e.org/ http://user:secret@e.org/ http://e.org:22/ http://e.org:6379/ https:///nohost
data:text/html,a javascript:alert(1) http:// http://e.org:99999/ //e.org/a http://[::1 dict://e.org:11211/ http://user@e.org/ unix:///run/a.sock
""".split()  # fmt: skip


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where connections were asked for; none is made."""
    asked: list[Any] = []

    def connect(_socket: socket.socket, address: Any) -> None:
        asked.append(address)
        raise ConnectionRefusedError(address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return asked


@pytest.mark.parametrize("url", [*WRITTEN, *STRANGE])
def test_no_connection_is_made_to_what_is_not_a_public_page(url: str, connected: list[Any]) -> None:
    with pytest.raises(InputError):
        Web(Policy(delay_s=0.0)).get(url)
    assert connected == []


def test_a_connection_to_what_is_allowed_would_be_seen(connected: list[Any]) -> None:
    with pytest.raises(InputError):
        web().get("http://127.0.0.1/")
    assert connected[0][0] == "127.0.0.1"


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(InputError) as caught:
        check_url("https://user:secret@e.org/a")
    assert "secret" not in str(caught.value)


def test_a_name_that_changes_its_address_is_checked_when_it_is_connected_to(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    port = int(site.url.rpartition(":")[2])
    site.page("/robots.txt", "", status=200, Connection="close")
    site.page("/a", page("A"))
    rebinding = Web(Policy(networks=LOOPBACK, delay_s=0.0), resolve=lambda host, port: next(answers))
    with pytest.raises(InputError, match=r"10\.0\.0\.1"):
        rebinding.get(f"http://report.example:{port}/a")
    assert site.paths() == ["/robots.txt"]


def test_redirects_are_checked_like_the_first_address(site: Site) -> None:
    for number, target in enumerate(["http://169.254.169.254/latest/", "file:///etc/passwd", "http://10.0.0.1/", "//[::ffff:10.0.0.1]/"]):
        site.page(f"/{number}", "", status=302, Location=target)
        with pytest.raises(InputError):
            web().get(f"{site.url}/{number}")


def test_redirects_end(site: Site) -> None:
    site.page("/a", "", status=301, Location="/a")
    with pytest.raises(InputError, match="more than 5 redirects"):
        web().get(f"{site.url}/a")
    site.page("/b", "", status=307, Location="/c")
    site.page("/c", page("C"))
    assert web().get(f"{site.url}/b").url == f"{site.url}/c"


def test_networks_are_networks() -> None:
    with pytest.raises(UsageError, match="--allow-network"):
        parse_networks(["intranet"])


# ── Manners and bounds ────────────────────────────────────────────────────────────────────────────────────────────────


def test_robots_are_respected(site: Site) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 3\n", kind="text/plain")
    site.page("/private/a", page("A"))
    site.page("/b", page("B"))
    waited: list[float] = []
    fetcher = Web(Policy(networks=LOOPBACK, delay_s=0.0), sleep=waited.append, clock=lambda: 100.0)
    with pytest.raises(InputError, match=r"robots\.txt"):
        fetcher.get(f"{site.url}/private/a")
    assert fetcher.get(f"{site.url}/b").status == 200
    assert waited == [3.0]
    assert site.paths() == ["/robots.txt", "/b"]


def test_a_site_that_cannot_tell_its_rules_is_left_alone(site: Site) -> None:
    site.page("/robots.txt", "", status=503)
    with pytest.raises(InputError, match=r"robots\.txt"):
        web().get(f"{site.url}/a")


def test_a_busy_site_is_asked_again_when_it_says_so(site: Site) -> None:
    answers = iter([(429, {"Retry-After": "7"}, b""), (200, {"Content-Type": "text/html"}, b"<p>now</p>")])
    site.pages["/a"] = lambda headers: next(answers)
    waited: list[float] = []
    fetcher = Web(Policy(networks=LOOPBACK, delay_s=0.0), sleep=waited.append)
    assert fetcher.get(f"{site.url}/a").content == b"<p>now</p>"
    assert waited == [7.0]
    site.page("/b", "", status=503, Retry_After="3600")
    with pytest.raises(InputError, match="busy"):
        fetcher.get(f"{site.url}/b")
    assert retry_after("Wed, 08 Jun 2022 12:00:09 GMT", NOW) == 9.0


def test_pages_are_bounded(site: Site) -> None:
    site.page("/long", "x" * 5000)
    site.page("/bomb", gzip.compress(b"0" * 3_000_000), Content_Encoding="gzip")
    site.page("/packed", gzip.compress(b"<p>text</p>"), Content_Encoding="gzip")
    site.page("/odd", b"x", Content_Encoding="br")
    site.page("/gone", "", status=410)
    fetcher = web(max_bytes=1000)
    for path, words in {"/long": "longer than", "/bomb": "longer than", "/odd": "br", "/gone": "410"}.items():
        with pytest.raises(InputError, match=words):
            fetcher.get(site.url + path)
    assert fetcher.get(f"{site.url}/packed").content == b"<p>text</p>"


def test_a_slow_page_ends_at_the_deadline(site: Site) -> None:
    site.page("/a", b"x", Content_Length="1000")  # promises more than it sends
    with pytest.raises(InputError, match="cannot be fetched"):
        web(total_s=0.5, timeout_s=5.0).get(f"{site.url}/a")


def test_read_documents_fetches_an_address(site: Site) -> None:
    site.page("/2022/06/07/market", page("Shells hit market"))
    url = f"{site.url}/2022/06/07/market"
    (found,) = read_documents([url], web=web())
    assert isinstance(found, Capture)
    assert (found.document.url, found.document.published, found.document.published_basis) == (url, "2022-06-07", PublishedBasis.URL)
    assert found.document.retrieved == "2022-06-08T12:00:00Z"
    assert found.raw == page("Shells hit market").encode()


def test_rows_are_pointers_that_are_followed_only_when_asked(site: Site, tmp_path: Path) -> None:
    site.page("/a", page("Shells hit market"))
    table = tmp_path / "rows.csv"
    table.write_text(f"id,url,date\n1,{site.url}/a,2022-06-07\n2,{site.url}/a,2022-06-07\n3,{site.url}/no,2022-06-07\n")
    left = list(read_documents([table]))
    assert all(isinstance(one, Failure) and "--follow" in one.message for one in left)
    assert site.asked == []
    found = list(read_documents([table], follow=True, web=web()))
    assert [type(one) for one in found] == [Capture, Failure]


# ── Feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def feed(site: Site, numbers: range) -> str:
    items = "".join(
        f"<item><guid>g{n}</guid><title>Report {n}</title><link>{site.url}/{n}</link>"
        "<pubDate>Tue, 07 Jun 2022 23:30:00 +0300</pubDate></item>"
        for n in reversed(numbers)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Plains Wire</title>{items}</channel></rss>'


def watchlist(tmp_path: Path, site: Site, more: str = "") -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(f'allow_networks = ["127.0.0.0/8"]\ndelay_s = 0.0\n\n[[feed]]\nurl = "{site.url}/rss"\noutlet = "Plains Wire"\n{more}')
    return path


def test_watch_reads_each_report_once_and_asks_only_for_what_changed(site: Site, tmp_path: Path) -> None:
    for number in range(4):
        site.page(f"/{number}", page(f"Report {number}"))
    site.pages["/rss"] = lambda headers: (
        (304, {}, b"") if headers.get("if-none-match") == '"1"' else (200, {"ETag": '"1"'}, feed(site, range(3)).encode())
    )
    path = watchlist(tmp_path, site)
    found = list(watch_feeds(path).poll(lambda: 1000.0))
    assert [one.document.title for one in found] == ["Report 0", "Report 1", "Report 2"]
    assert list(watch_feeds(path).poll(lambda: 1500.0)) == [], "not due yet"
    assert list(watch_feeds(path).poll(lambda: 2000.0)) == []
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    site.page("/rss", feed(site, range(4)), kind="application/rss+xml")
    assert [one.document.title for one in watch_feeds(path).poll(lambda: 3000.0)] == ["Report 3"]


def test_watch_that_stops_goes_on_from_there(site: Site, tmp_path: Path) -> None:
    for number in range(3):
        site.page(f"/{number}", page(f"Report {number}"))
    site.page("/rss", feed(site, range(3)))
    path = watchlist(tmp_path, site)
    polling = watch_feeds(path).poll(lambda: 1000.0)
    assert [next(polling).document.title, next(polling).document.title] == ["Report 0", "Report 1"]  # type: ignore[union-attr]
    polling.close()  # the second was not acknowledged: it comes again, nothing is lost
    assert [one.document.title for one in watch_feeds(path).poll(lambda: 1000.0)] == ["Report 1", "Report 2"]  # type: ignore[union-attr]


def test_watch_backs_off_from_a_feed_that_fails(site: Site, tmp_path: Path) -> None:
    path = watchlist(tmp_path, site, "every = 100\n")
    watch = watch_feeds(path)
    (failed,) = watch.poll(lambda: 1000.0)
    assert "404" in failed.message  # type: ignore[union-attr]
    assert watch.next_due() == 1200.0
    list(watch.poll(lambda: 1200.0))
    assert watch.next_due() == 1600.0
    assert back_off(900, 50) == 86_400


def test_watch_tries_a_page_that_is_not_there_a_few_times(site: Site, tmp_path: Path) -> None:
    site.page("/rss", feed(site, range(1)))
    path = watchlist(tmp_path, site, "every = 60\n")
    times = iter([1000.0, 1000.0, 2000.0, 2000.0, 3000.0, 3000.0, 4000.0, 4000.0])
    assert [len(list(watch_feeds(path).poll(lambda: next(times)))) for _ in range(4)] == [1, 1, 1, 0]


def test_watch_takes_what_the_feed_carries_when_told_so(site: Site, tmp_path: Path) -> None:
    site.page("/rss", feed(site, range(1)).replace("</title><link>", f"</title><description>&lt;p&gt;{TEXT}&lt;/p&gt;</description><link>"))
    (found,) = watch_feeds(watchlist(tmp_path, site, "full = false\n")).poll(lambda: 1000.0)
    assert isinstance(found, Capture)
    assert found.document.text == f"Report 0\n\n{TEXT}"
    assert (found.document.published, found.document.published_at) == ("2022-06-07", "2022-06-07T23:30:00+03:00")
    assert site.paths() == ["/robots.txt", "/rss"]


@pytest.mark.parametrize(
    "written", ["", "[[feed]]\n", "[[feed]]\nurl = 1\n", 'x = 1\n[[feed]]\nurl = "a"\n', '[[feed]]\nurl = "a"\nevery = 5\n', "{"]
)
def test_a_wrong_watchlist_is_said_to_be_wrong(tmp_path: Path, written: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(written)
    with pytest.raises(UsageError, match=r"feeds\.toml"):
        watch_feeds(path)


def test_the_state_of_a_watch_is_plain_json(site: Site, tmp_path: Path) -> None:
    site.page("/rss", feed(site, range(1)))
    site.page("/0", page("Report 0"))
    list(watch_feeds(watchlist(tmp_path, site)).poll(lambda: 1000.0))
    (state,) = json.loads((tmp_path / "feeds.state.json").read_text()).values()
    assert (state["due"], state["failures"], len(state["seen"])) == (1900.0, 0, 1)
