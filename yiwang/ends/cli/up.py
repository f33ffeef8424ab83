"""`yiwang up`: the database, the web server and the worker, started in order, watched, stopped in order."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import time

from yiwang.base.runtime import api as runtime
from yiwang.ends.cli import install
from yiwang.ends.cli.gateway import broker_port
from yiwang.ends.cli.migrate import Schema
from yiwang.standards.errors import InvalidInput

OLD = "The database has an old schema ({count} migrations are missing). Make a backup (`yiwang backup FILE`), then run `yiwang migrate`."


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the command."""
    parser.add_argument("--host", default=os.environ.get("YIWANG_HOST") or "127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("YIWANG_PORT") or 8000), help="port to listen on (default 8000)")
    parser.add_argument("--workers", type=int, default=int(os.environ.get("YIWANG_WORKERS") or 2), help="web server processes (default 2)")
    parser.add_argument("--city", action="store_true", help="load the demonstration city if the database is empty")
    parser.add_argument("--people", type=int, default=20_000, help="size of the demonstration city (default 20000)")
    parser.add_argument("--gateway", type=int, default=0, metavar="PORT", help="start an exchange gateway on this port too (default: none)")
    parser.add_argument("--broker", default="", metavar="ADDRESS", help="with --gateway: publish changes too, at nats://HOST:PORT")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Start everything and stay until Ctrl-C."""
    begin = time.monotonic()
    var = install.var_folder()
    lock = runtime.hold(var)
    if options.broker and not options.gateway:
        raise InvalidInput("--broker 须与 --gateway 一起使用:变化由交换网关发布。", field="broker")
    for port in {options.port, options.gateway, broker_port(options.broker) if options.broker else 0} - {0}:
        _check_port(options.host, port)
    parts = []
    if install.external_url():
        install.reach(install.external_url())
    else:
        cluster = install.cluster()
        server = runtime.Part("database", lambda: runtime.start(cluster), finish=runtime.stop)
        say("starting the database …")
        server.process = server.begin()
        runtime.ensure_database(cluster, "yiwang")
        parts.append(server)
    try:
        _prepare(options)
        supervisor = runtime.Supervisor([*parts, *_own_parts(options)], say)
        for part in supervisor.parts[len(parts) :]:
            part.process = part.begin()
        _wait_until_serving(options.host, options.port, supervisor)
        _welcome(options, time.monotonic() - begin)
        supervisor.watch()
        say("stopping …")
        supervisor.shut_down()
    except BaseException:
        for part in parts:
            if part.process is not None:
                part.finish(part.process)
        raise
    lock.close()
    return 0


def say(line: str) -> None:
    """A line for the operator."""
    print(f"yiwang: {line}", file=sys.stderr, flush=True)


def _prepare(options: argparse.Namespace) -> None:
    """Schema, texts and static files, the demonstration city: each in a process of its own, as the owner."""
    words = ["city", "--prepare", *(["--people", str(options.people)] if options.city else ["--no-city"])]
    done = install.command(*words, owner=True)
    if done.returncode:
        raise runtime.InstallationError("The platform was not started; the line above says why.")
    if options.gateway and install.command("gateway", "policy").returncode:
        raise runtime.InstallationError("The exchange gateway has no policy; the line above says why.")


def refuse_old_schema(state: Schema, names: list[str]) -> None:
    """An old schema is never changed by a mere start: the operator makes a backup first."""
    if state is Schema.OLD:
        raise runtime.InstallationError(OLD.format(count=len(names)))


def _own_parts(options: argparse.Namespace) -> list[runtime.Part]:
    env = install.environment(YIWANG_DB_OWNER="0", PYTHONUNBUFFERED="1")
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host, "--port", str(options.port)),
        *("--workers", str(options.workers), "--blocking-threads", "4", "--backlog", "1024", "--no-ws", "--respawn-failed-workers"),
        *("--log-level", "warning", "yiwang.config.wsgi:application"),
    ]
    worker = [sys.executable, "-m", "yiwang.ends.cli.main", "worker"]
    parts = [runtime.Part("worker", runtime.program(worker, env=env)), runtime.Part("web server", runtime.program(web, env=env))]
    if options.gateway:
        words = ["gateway", "serve", "--host", options.host, "--port", str(options.gateway)]
        words += ["--broker", options.broker] if options.broker else []
        gateway = [sys.executable, "-m", "yiwang.ends.cli.main", *words]
        parts.append(runtime.Part("gateway", runtime.program(gateway, env=env)))
    return parts


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise runtime.InstallationError(
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port or YIWANG_PORT."
            ) from error


def _wait_until_serving(host: str, port: int, supervisor: runtime.Supervisor, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    target = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104 - compared, not bound
    while time.monotonic() < until:
        if any(part.process is not None and part.process.poll() is not None for part in supervisor.parts):
            break
        try:
            socket.create_connection((target, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    supervisor.shut_down()
    raise runtime.InstallationError("The web server did not come up; the lines above say why. `yiwang doctor` checks the installation.")


def _welcome(options: argparse.Namespace, seconds: float) -> None:
    address = f"http://{'127.0.0.1' if options.host == '0.0.0.0' else options.host}:{options.port}"  # noqa: S104 - compared, not bound
    print(f"\n一网 yiwang serves (started in {seconds:.1f} s; Ctrl-C stops it)")
    print(f"  citizens   {address}/")
    print(f"  officials  {address}/office/")
    print(f"  machines   {address}/api/v1/docs")
    if options.gateway:
        print(f"  gateway    http://{options.host}:{options.gateway}/v1/")
    if options.broker:
        print(f"  changes    {options.broker}")
    listing = install.var_folder() / "accounts.json"
    if listing.exists():
        known = json.loads(listing.read_text("utf8"))
        print(f"  demonstration accounts (all of them invented; one password: {known['password']})")
        for account in [*known["citizens"], *known["staff"]]:
            company = account.get("company", "")
            print(f"    {account['username']:<22} {account['name']}" + (f" (company {company})" if company else ""))
    sys.stdout.flush()
