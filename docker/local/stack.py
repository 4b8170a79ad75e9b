"""`./portal` from the moment on when Python and the programs are there: start, stop and ask the processes.

Called by docker/local/services.sh, as the account that the services run as.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import processes
from instance import DEFAULT_PORT, TEST_PROCESSES, Folder, Instance, new_instance, testing_variables
from ports import holder, is_free
from servers import Tools
from start import EXPECTED, PortalError, Start, environment, resolve_city
from supervision import Supervisor


def main() -> int:
    options = _options()
    folder = Folder(options.data_dir)
    commands = {
        "preflight": preflight,
        "up": up,
        "down": down,
        "status": status,
        "ckan": ckan,
        "test-environment": test_environment,
    }
    try:
        return commands[options.command](folder, options)
    except EXPECTED as error:
        print(f"portal: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # What runs by now goes on; the next `up` takes it from there.
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone; nothing is left to say, nor where.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="portal", add_help=False)
    parser.add_argument("command")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int)
    parser.add_argument("--city")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--with-tests", action="store_true")
    parser.add_argument("--postgres-bin", type=Path)
    parser.add_argument("--java", type=Path)
    parser.add_argument("--solr-lib", type=Path)
    # What follows -- belongs to another program and is none of argparse's business.
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:split])
    options.arguments = sys.argv[split + 1 :]
    return options


def preflight(folder: Folder, options: argparse.Namespace) -> int:
    """Is the web server's port ours to take? Runs with the caller's rights, who sees all processes."""
    known = folder.instance()
    port = options.port or (known.port if known else DEFAULT_PORT)
    if not 1024 <= port <= 65535:
        raise PortalError(
            f"--port {port}: choose one from 1024 to 65535; lower ones need rights the portal never takes"
        )
    if is_free(port):
        return 0
    found = holder(port)
    if known and found and processes.is_own(found.pid, known.id, folder.homes()):
        return 0
    if known and found is None and known.port == port and Supervisor(folder.run, folder.supervisor_conf).pid():
        return 0
    who = f"{found.name}, process {found.pid}" if found else "a process of another user"
    free = next((one for one in range(port + 1, 65535) if is_free(one)), port + 1)
    raise PortalError(f"port {port} is taken by {who}. Choose another: ./portal up --port {free}")


def up(folder: Folder, options: argparse.Namespace) -> int:
    instance = choose(folder, options)
    instance.programs = Tools(options.postgres_bin, options.java, options.solr_lib).to_remember()
    folder.remember(instance)
    Start(folder, instance, with_tests=options.with_tests).run()
    return 0


def choose(folder: Folder, options: argparse.Namespace) -> Instance:
    """What is remembered, with what the command line says now."""
    known = folder.instance()
    instance = known or new_instance()
    if options.port:
        instance.port = options.port
    if options.city:
        city = resolve_city(options.city)
        if city != instance.city and folder.stamp("load"):
            raise PortalError(
                f"{folder.path} already holds the city {instance.city}. Two cities do not share a portal: "
                f"./portal up --city {options.city} --data-dir ANOTHER --port ANOTHER"
            )
        instance.city, instance.empty = city, False
    if options.empty:
        instance.empty = True
    return instance


def down(folder: Folder, options: argparse.Namespace) -> int:
    instance = folder.instance()
    if instance is None:
        print(f"Nothing was ever started in {folder.path}.")
        return 0
    Supervisor(folder.run, folder.supervisor_conf).shut_down()
    processes.end(processes.own(instance.id, folder.homes()))
    left = processes.own(instance.id, folder.homes())
    if left:
        names = ", ".join(f"{one.name} ({one.pid})" for one in left)
        raise PortalError(f"these processes do not end: {names}")
    print("The portal is down.")
    return 0


def status(folder: Folder, options: argparse.Namespace) -> int:
    """Exit code 0: all is well; 1: something is not; 3: nothing runs."""
    instance = folder.instance()
    if instance is None:
        print(f"Nothing was ever started in {folder.path}: ./portal up")
        return 3
    supervisor = Supervisor(folder.run, folder.supervisor_conf)
    states = supervisor.states()
    if not states:
        left = processes.own(instance.id, folder.homes())
        if left:
            print(f"{len(left)} processes run, but nothing looks after them: ./portal up")
            return 1
        print("The portal is down: ./portal up")
        return 3
    start = Start(folder, instance)
    all_well = True
    print(f"{'service':<10} {'state':<10} {'health':<8} {'process':>8}  log")
    for name in sorted(states, key=start.rank):
        state = states[name]
        well = start.is_well(name)
        all_well &= well
        pid = state["pid"] or "-"
        health = "well" if well else "NOT WELL"
        print(f"{name:<10} {str(state['statename']).lower():<10} {health:<8} {pid:>8}  {folder.log / name}.log")
    print(f"\nhttp://127.0.0.1:{instance.port}  user: admin  password: {folder.secrets()['admin']}")
    print(f"city: {instance.city}{' (started empty)' if instance.empty else ''}  data: {folder.path}")
    return 0 if all_well else 1


def _known(folder: Folder) -> Instance:
    instance = folder.instance()
    if instance is None or not folder.ckan_ini.exists():
        raise PortalError(f"nothing was ever started in {folder.path}: ./portal up comes first")
    return instance


def ckan(folder: Folder, options: argparse.Namespace) -> int:
    """Become the ckan command, with this portal's settings."""
    values = environment(folder, _known(folder))
    # People's own commands are left alone when the portal's processes are ended.
    values.pop(processes.MARKER, None)
    program = Path(sys.executable).parent / "ckan"
    os.execve(program, ["ckan", "-c", str(folder.ckan_ini), *options.arguments], values)  # noqa: S606


def test_environment(folder: Folder, options: argparse.Namespace) -> int:
    """Run a command with the variables of the test databases and of the served portal.

    `./portal test` and `./portal bench` call this.

    PORTAL_TEST_URL is the served portal with the city's data; PORTAL_TEST_PASSWORD and PORTAL_TEST_TOKEN are its
    administrator's. CKAN's own variables name the databases that tests may empty.
    """
    values = environment(folder, _known(folder))
    token = (folder.path / "token").read_text(encoding="utf-8")
    served = {
        "PORTAL_TEST_URL": values["PORTAL_URL"],
        "PORTAL_TEST_PASSWORD": values["PORTAL_ADMIN_PASSWORD"],
        "PORTAL_TEST_TOKEN": token,
        # As many as there are databases for: what `auto` means to pytest-xdist.
        "PYTEST_XDIST_AUTO_NUM_WORKERS": str(TEST_PROCESSES),
    }
    values = dict(os.environ) | testing_variables(values, folder, 1) | served
    values.pop(processes.MARKER, None)
    return subprocess.run(options.arguments, env=values, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
