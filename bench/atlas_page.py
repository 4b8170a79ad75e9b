"""What the first view of /atlas costs a browser, beside the list of datasets of stock CKAN.

    CKAN_INI=… PORTAL_TEST_URL=… python bench/atlas_page.py [--rounds 5] [--entries 25]

Chromium opens each page with an empty cache, in turns: once as fast as this machine is, once over a line of 1.6 Mbit/s
with 150 ms to the server and back, as a phone has it in bad reception. Bytes are those that come over the line, headers
included, with what the web server packs; the engine of the map and its data are counted apart, as they come after the
list. "Readable" is the moment at which the first title of the list stands in a drawn window, in milliseconds from the
click. Stock CKAN runs in its own process under the same web server, with the plugins that come with it and as many
datasets on its page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
STOCK_PLUGINS = "activity datastore datatables_view text_view"
NAME = "bench-atlas-page"
# A line of 1.6 Mbit/s: Chromium's own figures for "slow 4G".
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
LINES = ("this machine", "1.6 Mbit/s, 150 ms")
# What comes after the list: the engine, its worker and style, and what it draws.
LATER = re.compile(r"/vendor/maplibre|\.geojson|/atlas/tiles/")
READABLE = """
(selector) => new Promise((done) => {
  const look = () => {
    const title = document.querySelector(selector);
    const box = title?.getBoundingClientRect();
    const drawn = performance.getEntriesByName("first-contentful-paint").length;
    if (drawn && box && box.height > 0) requestAnimationFrame(() => done(performance.now()));
    else setTimeout(look, 4);
  };
  look();
})
"""


@dataclass
class Views:
    """What the views of one page cost."""

    readable_ms: list[float] = field(default_factory=list)
    bytes: int = 0
    later: int = 0
    requests: int = 0


@dataclass(frozen=True)
class Page:
    name: str
    address: str
    title: str  # selector of a title in the list


def main() -> None:
    options = arguments()
    ini = Path(os.environ["CKAN_INI"])
    portal = os.environ["PORTAL_TEST_URL"].rstrip("/")
    with tempfile.TemporaryDirectory() as folder:
        stock_ini = Path(folder) / "stock.ini"
        text = re.sub(r"(?m)^ckan\.plugins *=.*$", f"ckan.plugins = {STOCK_PLUGINS}", ini.read_text(encoding="utf-8"))
        stock_ini.write_text(text, encoding="utf-8")
        try:
            fill(stock_ini, options.entries, "create")
            with server(stock_ini) as stock, sync_playwright() as playwright:
                executable = shutil.which("chromium") or shutil.which("chromium-browser")
                browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
                pages = (
                    Page("/atlas", f"{portal}/atlas", ".atlas-card h3"),
                    Page("stock CKAN, /dataset", f"{stock}/dataset/?q={NAME}", ".dataset-heading"),
                )
                found = {(page.name, line): Views() for page in pages for line in LINES}
                for _ in range(options.rounds):
                    for page in pages:
                        for line in LINES:
                            view(browser, page, line, found[page.name, line])
                browser.close()
        finally:
            fill(stock_ini, options.entries, "remove")
    print(table(found, pages))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--entries", type=int, default=25, help="datasets of stock CKAN; its page shows 20 of them")
    return parser.parse_args()


def view(browser: Browser, page: Page, line: str, views: Views) -> None:
    """One view with an empty cache; the bytes are those of the last one."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    if line != LINES[0]:
        session.send("Network.emulateNetworkConditions", SLOW)
    tab.goto(page.address, wait_until="commit")
    views.readable_ms.append(tab.evaluate(READABLE, page.title))
    tab.wait_for_load_state("networkidle")
    views.bytes = sum(size for request, size in sizes.items() if not LATER.search(addresses.get(request, "")))
    views.later = sum(sizes.values()) - views.bytes
    views.requests = sum(not LATER.search(addresses.get(request, "")) for request in sizes)
    context.close()


def table(found: dict[tuple[str, str], Views], pages: tuple[Page, ...]) -> str:
    ours, stock = pages
    rows = ["| | /atlas | stock CKAN, /dataset | ratio |", "| --- | ---: | ---: | ---: |"]

    def row(label: str, here: float, there: float, unit: str) -> None:
        rows.append(f"| {label} | {here:,.0f} {unit} | {there:,.0f} {unit} | {here / there:.2f} |")

    first = {page.name: found[page.name, LINES[0]] for page in pages}
    row("bytes until the list stands", first[ours.name].bytes / 1000, first[stock.name].bytes / 1000, "kB")
    rows.append(f"| requests for it | {first[ours.name].requests} | {first[stock.name].requests} | |")
    rows.append(f"| engine and data of the map, after the list | {first[ours.name].later / 1000:,.0f} kB | – | |")
    for line in LINES:
        here, there = (statistics.median(found[page.name, line].readable_ms) for page in pages)
        row(f"list readable, {line}", here, there, "ms")
        slowest = max(found[ours.name, line].readable_ms)
        rows.append(f"| slowest of {len(found[ours.name, line].readable_ms)} | {slowest:,.0f} ms | | |")
    return "\n".join(rows)


@contextmanager
def server(ini: Path) -> Iterator[str]:
    """The portal's web server with stock CKAN: its address."""
    port = 5400 + os.getpid() % 1000
    command = [str(Path(sys.executable).parent / "gunicorn"), "--chdir", str(ROOT / "docker" / "ckan")]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    command += ["--timeout", "120", "--no-control-socket", "wsgi:application"]
    process = subprocess.Popen(command, env={**os.environ, "CKAN_INI": str(ini)}, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None, "the web server ended"
            try:
                with urlopen(f"{address}/dataset/") as answer:  # noqa: S310 (our own)
                    answer.read()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def fill(ini: Path, entries: int, what: str) -> None:
    """Creates or removes the datasets of stock CKAN, in a process of its own: there is one CKAN in each."""
    code = f"""
import os
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit as tk
app = make_app(load_config({str(ini)!r}))
with app._wsgi_app.test_request_context("/"):
    site = {{"ignore_auth": True, "user": tk.get_action("get_site_user")({{"ignore_auth": True}}, {{}})["name"]}}
    if {what!r} == "create":
        org = tk.get_action("organization_create")(dict(site), {{"name": "{NAME}"}})["id"]
        for number in range({entries}):
            tk.get_action("package_create")(dict(site), {{
                "name": f"{NAME}-{{number}}", "title": f"{NAME} {{number}}", "owner_org": org,
                "notes": "Ein Institut, das seit Jahren misst, was in der Stadt geschieht, und davon berichtet. " * 2,
                "tags": [{{"name": "luft"}}, {{"name": "sensor"}}],
                "resources": [{{"url": "https://www.example.org/a.csv", "format": "CSV"}}],
            }})
    else:
        for number in range({entries}):
            try:
                tk.get_action("dataset_purge")(dict(site), {{"id": f"{NAME}-{{number}}"}})
            except tk.ObjectNotFound:
                pass
        try:
            tk.get_action("organization_purge")(dict(site), {{"id": "{NAME}"}})
        except tk.ObjectNotFound:
            pass
"""
    subprocess.run([sys.executable, "-c", code], check=what == "create", stdout=sys.stderr, stderr=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    main()
