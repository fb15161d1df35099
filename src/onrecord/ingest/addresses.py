"""Which addresses may be fetched from: public ones, and those networks that the user allows.

A page may name any host, and a name may point anywhere: to this machine, to a neighbour, to a cloud's metadata service. So the check is
made on the addresses that a name resolves to, all of them, and the connection goes to one of these and no other.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from onrecord.errors import InputError, UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443}
# Networks of IPv6 that carry an IPv4 address in their last bits: translation (RFC 6052).
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# Public by their number, yet of protocols and of a cloud's own services: older Pythons do not know all of them.
RESERVED = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16", "64:ff9b:1::/48", "2001::/23", "3fff::/20")))
MAX_URL = 2000


def parse_networks(written: Sequence[str]) -> tuple[Network, ...]:
    """The networks in CIDR form ("10.0.0.0/8", "127.0.0.1"). Raises UsageError."""
    try:
        return tuple(ipaddress.ip_network(one, strict=False) for one in written)
    except ValueError as error:
        raise UsageError(f"--allow-network: {error}; write a network like 10.0.0.0/8 or an address like 127.0.0.1") from None


def check_url(url: str, networks: Sequence[Network] = ()) -> None:
    """Raises InputError for an address that is no web page's: another scheme, a password in it, an unusual port."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise InputError(f"{url[:200]}: no address of a page ({error})") from None
    if parts.scheme not in PORTS or not host or len(url) > MAX_URL:
        raise InputError(f"{url[:200]}: no address of a page; it begins with https:// or http:// and has at most {MAX_URL} characters")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{_without_user(url)}: a name or password in the address; take it out")
    if port not in (None, *PORTS.values()) and not networks:
        raise InputError(f"{url[:200]}: port {port}; pages are fetched from ports 80 and 443, others only with --allow-network")


def public_addresses(host: str, port: int, networks: Sequence[Network], resolve: Resolve | None = None) -> list[str]:
    """The addresses of a host, all of which may be connected to.

    Raises: InputError when the name is unknown or any of its addresses is private, local, reserved or multicast.
    """
    found = list((resolve or resolve_host)(host, port))
    if not found:
        raise InputError(f"{host}: no such host; check the address")
    refused = [address for address in found if not is_allowed(ipaddress.ip_address(address.partition("%")[0]), port, networks)]
    if refused:
        raise InputError(
            f"{host}: at {refused[0]}, which is not on the public internet; allow a network of your own with --allow-network {refused[0]}"
        )
    return found


def is_allowed(address: Address, port: int, networks: Sequence[Network] = ()) -> bool:
    """Whether an address is public (or of an allowed network, on any port)."""
    if any(address in network for network in networks if network.version == address.version):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if carried is None and address in TRANSLATED:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return is_allowed(carried, port, networks)
        if address.is_site_local:
            return False
    if any(address in network for network in RESERVED):
        return False
    public = address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return public and port in PORTS.values()


def resolve_host(host: str, port: int) -> list[str]:
    """The addresses that the system knows for a name, in its order."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _without_user(url: str) -> str:
    before, _, after = url.partition("://")
    return f"{before}://…@{after.rpartition('@')[2]}"[:200]
