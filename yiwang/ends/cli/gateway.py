"""`yiwang gateway …`: the lean process that answers signed calls for shared data, and the check of its receipts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from yiwang.standards.errors import InvalidInput


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The acts of the group; nothing of the framework is loaded."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    serve = acts.add_parser("serve", help="answer calls until it is stopped")
    serve.add_argument("--folder", type=Path, help="folder of policy, resources and journals (default: gateway/ of the installation)")
    serve.add_argument("--name", default="gateway", help="the gateway's name, which callers sign (default: gateway)")
    serve.add_argument("--policy", default="", help="file or address of the policy (default: policy.json of the folder)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8010)
    serve.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    serve.add_argument("--broker", default="", metavar="ADDRESS", help="publish changes too: nats://HOST:PORT as subscribers reach it")
    serve.set_defaults(run=run_serve)
    stream = acts.add_parser("stream", help="only publish changes at a message server of our own (serve --broker does it by itself)")
    stream.add_argument("--folder", type=Path, required=True)
    stream.add_argument("--name", default="gateway")
    stream.add_argument("--policy", default="")
    stream.add_argument("--host", default="127.0.0.1")
    stream.add_argument("--port", type=int, required=True, help="of the message server")
    stream.set_defaults(run=run_stream)
    _declare_follow(acts.add_parser("follow", help="write the changes of a resource to a file as they come, each row once"))
    policy = acts.add_parser("policy", help="write the signed policy and the files that gateways need beside it, now")
    policy.set_defaults(run=run_policy)
    check = acts.add_parser("check-receipt", help="whether a receipt is the gateway's (exit code 1 when not)")
    check.add_argument("file", type=Path, help="the JSON of an answer, or of its member receipt")
    check.add_argument("--key", type=Path, required=True, help="the gateway's signing.pem")
    check.set_defaults(run=run_check)
    parser.epilog = "example: yiwang gateway serve --name gateway-1 --port 8010"


def _declare_follow(follow: argparse.ArgumentParser) -> None:
    follow.add_argument("address", help="the gateway, for instance http://127.0.0.1:8010")
    follow.add_argument("resource")
    follow.add_argument("--name", default="gateway", help="the gateway's name, which is signed (default: gateway)")
    follow.add_argument("--key", required=True, help="the key's code")
    follow.add_argument("--secret", type=Path, required=True, help="file: 64 hex digits (hmac-sm3), or the private key in DER (sm2)")
    follow.add_argument("--algorithm", choices=("hmac-sm3", "sm2"), default="hmac-sm3")
    follow.add_argument("--purpose", required=True)
    follow.add_argument("--case", default="", help="case id, where the grant asks for one")
    follow.add_argument("--fields", default="", help="separated by commas (default: all granted)")
    follow.add_argument("--into", type=Path, required=True, help="file of the rows, one JSON line each; the place is kept beside it")
    follow.add_argument("--after", type=int, help="begin behind this version: the X-Version of a download")
    follow.add_argument("--gateway-key", type=Path, help="the gateway's signing.pem: the receipt of every piece is checked")
    follow.add_argument("--idle", action="store_true", help="end as soon as nothing waits")
    follow.set_defaults(run=run_follow)


def run_follow(options: argparse.Namespace) -> int:
    """Follow until Ctrl-C, or with --idle until nothing waits."""
    from yiwang.data.gateway import api as gateway

    try:
        raw = options.secret.read_bytes()
        secret = raw if options.algorithm == "sm2" else bytes.fromhex(raw.decode("ascii").strip())
    except (OSError, ValueError) as error:
        raise InvalidInput(f"读不出密钥文件 {options.secret}({error}):应为 64 位十六进制数,SM2 为 DER 私钥。") from error
    fields = tuple(name for name in options.fields.split(",") if name)
    whose = (options.address, options.name, options.resource, options.key, options.algorithm, secret)
    pem = options.gateway_key.read_text() if options.gateway_key else ""
    followed = gateway.Followed(*whose, options.purpose, options.case, fields, pem)
    try:
        print(f"{gateway.follow(followed, into=options.into, after=options.after, idle=options.idle)} rows in {options.into}")
    except KeyboardInterrupt:
        return 130
    return 0


def run_stream(options: argparse.Namespace) -> int:
    """Publish changes until SIGTERM or Ctrl-C."""
    from yiwang.data.gateway import api as gateway

    place = gateway.Place.below(options.folder.resolve(), name=options.name, policy=options.policy)
    gateway.stream(place, host=options.host, port=options.port)
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    from yiwang.data.gateway import api as gateway
    from yiwang.ends.cli import install

    folder = (options.folder or install.var_folder() / "gateway").resolve()
    place = gateway.Place.below(folder, name=options.name, policy=options.policy)
    print(f"gateway {options.name} on http://{options.host}:{options.port}/v1/", flush=True)
    publisher = _publisher(options, folder) if options.broker else ()
    gateway.serve(place, host=options.host, port=options.port, workers=options.workers, broker=options.broker, publisher=publisher)
    return 0


def broker_port(address: str) -> int:
    """The port of a message server's address; InvalidInput where it is none."""
    try:
        port = urlsplit(address).port
    except ValueError:  # a port that is no number, or too large
        port = None
    if not address.startswith(("nats://", "tls://")) or not port:
        raise InvalidInput("消息服务地址应写成 nats://主机:端口。", field="broker")
    return port


def _publisher(options: argparse.Namespace, folder: Path) -> Sequence[str]:
    """The command that publishes beside the workers."""
    port = broker_port(options.broker)
    words = ("gateway", "stream", "--folder", str(folder), "--name", options.name, "--host", options.host, "--port", str(port))
    return (sys.executable, "-m", "yiwang.ends.cli.main", *words, *(("--policy", options.policy) if options.policy else ()))


def run_policy(options: argparse.Namespace) -> int:
    """Write policy.json, issuer.pem and shared.key into the installation's gateway folder; the running platform keeps them true."""
    from yiwang.ends.cli import install

    install.setup_django()
    from yiwang.data.exchange import api as exchange

    number = exchange.publish_policy()
    print(f"policy {number} in {install.var_folder() / 'gateway'}")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Print the entry that a receipt proves."""
    from yiwang.data.gateway import api as gateway

    try:
        told = json.loads(options.file.read_text())
        key = options.key.read_text()
    except (OSError, ValueError) as error:
        raise InvalidInput(f"读不出 {options.file} 或 {options.key}:{error}。请给出应答的 JSON 和网关的 signing.pem。") from error
    try:
        entry = gateway.check_receipt(told.get("receipt", told), public_key=key)
    except gateway.BadReceipt as error:
        print(error.message)
        return 1
    print(json.dumps(entry, ensure_ascii=False, indent=2))
    return 0
