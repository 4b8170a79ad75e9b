"""Where the harvesters may connect to: the check of addresses at the moment of the connection.

A name is resolved once and the connection goes to the very address that was checked, so a name that changes its address
between check and use (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Collection
from typing import Any

from .records import HarvesterError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
# All that IANA has given out for the open internet in IPv6; what lies outside (site-local fec0::/10 for one) is none.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
DOCUMENTATION = ipaddress.ip_network("3fff::/20")  # RFC 9637, newer than some Pythons


class AddressRefusedError(HarvesterError):
    """The source leads to a place that the portal must not read: this machine, its network, a reserved range."""


def embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 address that only wraps one (mapped, 6to4, NAT64); else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def is_public(address: Address) -> bool:
    """Whether the address is one of the open internet (IANA special-purpose registries, as `ipaddress` knows them)."""
    inner = embedded(address)
    if isinstance(inner, ipaddress.IPv6Address) and (inner not in GLOBAL_UNICAST or inner in DOCUMENTATION):
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def connect(host: str, port: int, until: float, allowed: Collection[str]) -> socket.socket:
    """A connected socket to the first address of `host` that may be used and answers.

    `until` is a moment of the monotonic clock, for finding the addresses and trying all of them; `allowed` holds hosts
    ("127.0.0.1", "intern.example:8080") that may lie anywhere. Raises AddressRefusedError where an address may not be
    used, OSError where none answers.
    """
    trusted = host.lower() in allowed or f"{host.lower()}:{port}" in allowed
    failure: OSError | None = None
    found = resolve(host, port, until - time.monotonic())
    for number, (family, kind, protocol, _, target) in enumerate(found):
        address = ipaddress.ip_address(str(target[0]).split("%")[0])
        if not trusted and not is_public(address):
            raise AddressRefusedError(
                f"{host} leads to {address}, which is no public address. If the portal shall read it, add "
                f"{host}:{port} to ckanext.dresdensmartcity.harvest.allowed_hosts."
            )
        left = until - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(left / (len(found) - number))  # so that a silent one leaves time for the others
        try:
            connection.connect(target)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure or TimeoutError(f"{host} did not answer in time")


def resolve(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a name as `getaddrinfo` gives them; TimeoutError where the name servers take too long.

    In a thread, as the system's resolver has no limit of time of its own that could be set.
    """
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(seconds, 0.01))
    if not found:
        raise TimeoutError(f"the address of {host} was not found in {seconds:.0f} s")
    if isinstance(found[0], UnicodeError):
        raise OSError(f"{host} is no name that can be looked up") from found[0]
    if isinstance(found[0], OSError):
        raise found[0]
    answers: list[Any] = found[0]
    return answers
