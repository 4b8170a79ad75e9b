"""The command that carries out harvests."""

from __future__ import annotations

import click


@click.command("harvest-worker", short_help="Carry out harvests: the process that does the work.")
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(1, 64),
    help="How many work side by side  [default: ckanext.dresdensmartcity.harvest.workers]",
)
@click.option("--once", is_flag=True, help="One process; do all that there is to do, and end.")
@click.option("--no-schedule", is_flag=True, help="Make no jobs that are due; another machine does.")
@click.pass_context
def harvest_worker(ctx: click.Context, processes: int | None, once: bool, no_schedule: bool) -> None:
    """Gather, fetch and import what is to be harvested, make the jobs that are due by the sources' frequencies, and
    finish those that are over.

    Start it as a service, once on each machine that shall take part; it stands in for ckanext-harvest's
    gather-consumer, fetch-consumer and run. All share the databases and one Redis.
    """
    # CKAN is there only once a command runs; `--help` and commands on files go without it.
    import ckan.model as model
    from ckanext.dresdensmartcity import config

    from .claims import Claims
    from .manager import Manager, serve, tick
    from .worker import Settings, Worker

    settings = Settings(config.harvest_unit_timeout(), config.harvest_gather_timeout(), config.harvest_break_after())
    with ctx.meta["flask_app"].test_request_context():
        if once:
            claims = Claims(model.meta.engine.url, "harvest-schedule")
            if not no_schedule:
                tick(claims)
            serve(Worker(settings, once=True))
            tick(claims)
            return
        Manager(settings, processes or config.harvest_workers(), schedule=not no_schedule).run()


commands: list[click.Command] = [harvest_worker]
