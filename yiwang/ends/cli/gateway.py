"""`yiwang gateway …`: the lean process that answers signed calls for shared data, and the check of its receipts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

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
    serve.set_defaults(run=run_serve)
    policy = acts.add_parser("policy", help="write the signed policy and the files that gateways need beside it, now")
    policy.set_defaults(run=run_policy)
    check = acts.add_parser("check-receipt", help="whether a receipt is the gateway's (exit code 1 when not)")
    check.add_argument("file", type=Path, help="the JSON of an answer, or of its member receipt")
    check.add_argument("--key", type=Path, required=True, help="the gateway's signing.pem")
    check.set_defaults(run=run_check)
    parser.epilog = "example: yiwang gateway serve --name gateway-1 --port 8010"


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    from yiwang.data.gateway import api as gateway
    from yiwang.ends.cli import install

    folder = (options.folder or install.var_folder() / "gateway").resolve()
    place = gateway.Place.below(folder, name=options.name, policy=options.policy)
    print(f"gateway {options.name} on http://{options.host}:{options.port}/v1/", flush=True)
    gateway.serve(place, host=options.host, port=options.port, workers=options.workers)
    return 0


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
