"""Where the harvesters may connect to: the check of addresses at the moment of the connection.

A name is resolved once and the connection goes to the very address that was checked, so a name that changes its address
between check and use (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from .records import HarvesterError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address


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
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def connect(host: str, port: int, timeout: float, allowed: Collection[str]) -> socket.socket:
    """A connected socket to the first address of `host` that may be used.

    `timeout` in seconds, for each address; `allowed` holds hosts ("127.0.0.1", "intern.example:8080") that may lie
    anywhere. Raises AddressRefusedError where no address may be used, OSError where none answers.
    """
    trusted = host.lower() in allowed or f"{host.lower()}:{port}" in allowed
    failure: OSError | None = None
    for family, kind, protocol, _, target in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = ipaddress.ip_address(str(target[0]).split("%")[0])
        if not trusted and not is_public(address):
            raise AddressRefusedError(
                f"{host} leads to {address}, which is no public address. If the portal shall read it, add "
                f"{host}:{port} to ckanext.dresdensmartcity.harvest.allowed_hosts."
            )
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout)
        try:
            connection.connect(target)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure or OSError(f"{host} has no address")
