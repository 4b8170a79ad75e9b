"""Commands around sensors."""

from __future__ import annotations

import click
from ckanext.dresdensmartcity.city.current import city

from ..demo.server import demo_sources, make_server
from ..records import HarvesterError
from .aggregate.command import sensors

__all__ = ["commands"]


@click.command(name="demo-sources")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=5020, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
def demo_sources_command(host: str, port: int) -> None:
    """Serve the city's made-up sources for a demo until interrupted.

    The files of the city's demo folder at /NAME, and openSenseMap's interface with made-up sensors at /opensensemap.
    """
    try:
        server = make_server(demo_sources(city()), host, port)
    except HarvesterError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        ) from error
    click.echo(f"Demo sources at http://{host}:{server.server_address[1]}/")
    with server:
        server.serve_forever()


commands: list[click.Command] = [demo_sources_command, sensors]
