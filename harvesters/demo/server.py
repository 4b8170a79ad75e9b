"""Serves the demo sources: the files of a city's demo folder, openSenseMap's interface under /opensensemap, a layer of
climate stations (OGC API Features) under /climate/items, and another city's atlas under /atlas.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from ckanext.dresdensmartcity.city.model import City

from ..records import HarvesterError
from .answer import Answer, text_answer
from .atlas import read_neighbour
from .climate import ClimateLayer
from .files import file_answer
from .opensensemap import OpenSenseMap
from .scenario import read_scenario

PREFIX = "/opensensemap"
CLIMATE = "/climate/items"
ATLAS = "/atlas"


class DemoSources:
    """Answers a request without knowing of sockets."""

    def __init__(self, folder: Path, sensors: OpenSenseMap) -> None:
        self.folder = folder
        self.sensors = sensors
        self.climate = ClimateLayer(sensors)
        self.neighbour = read_neighbour(folder)

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        """The answer to GET `target` (path and query); header names in lower case."""
        address = urlsplit(target)
        path = unquote(address.path)
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return self.sensors.answer(path.removeprefix(PREFIX), dict(parse_qsl(address.query)))
        if path == CLIMATE:
            return self.climate.answer(dict(parse_qsl(address.query)))
        if self.neighbour and (path == ATLAS or path.startswith(f"{ATLAS}/")):
            return self.neighbour.answer(path.removeprefix(ATLAS), address.query, headers.get("host", "127.0.0.1"))
        if path == "/":
            names = sorted(one.name for one in self.folder.iterdir() if one.is_file())
            listing = "".join(
                f"/{name}\n"
                for name in [*names, f"{PREFIX[1:]}/boxes", CLIMATE[1:], *([ATLAS[1:]] if self.neighbour else [])]
            )
            return text_answer(f"Made-up sources for a demo:\n{listing}", "text/plain; charset=utf-8")
        return file_answer(self.folder, path[1:], headers)


def demo_sources(city: City) -> DemoSources:
    """The demo sources of a city.

    Raises HarvesterError where the city's file names no demo folder, or the folder's sensors.yaml cannot be used.
    """
    if city.demo_folder is None or not city.demo_folder.is_dir():
        raise HarvesterError(f"there are no demo sources: `demo` names no folder ({city.demo_folder})", city.id)
    return DemoSources(city.demo_folder, OpenSenseMap(city, read_scenario(city.demo_folder)))


def make_server(sources: DemoSources, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is bound, but does not serve yet; port 0 takes a free one (`server_address` says which)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept: a harvest makes some hundred requests
        server_version = "DemoSources"

        def do_GET(self) -> None:
            self._send(body=True)

        def do_HEAD(self) -> None:
            self._send(body=False)

        def _send(self, body: bool) -> None:
            answer = sources.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if body:
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are the harvester's to report."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server
