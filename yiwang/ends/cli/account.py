"""`yiwang account open …`: the first administrator of an installation, by whoever holds the machine; the rest is opened by him."""

from __future__ import annotations

import argparse
import secrets

from yiwang.ends.cli import install


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    opened = acts.add_parser("open", help="open an official's account; prints a password that opens nothing but the change to an own one")
    opened.add_argument("username")
    opened.add_argument("--name", required=True, help="the official's name")
    opened.add_argument("--department", required=True, help="short code of the department")
    opened.add_argument("--role", action="append", required=True, help="repeatable; admin manages accounts")
    opened.set_defaults(run=run_open)
    parser.epilog = "example: yiwang account open li.qiang --name 李强 --department data --role admin"


def run_open(options: argparse.Namespace) -> int:
    """Open it as the system; the record says so."""
    with install.ready_database():
        install.setup_django(owner=True)
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.identity import api as identity

        password = f"{secrets.token_urlsafe(9)}-Aa1"
        told = identity.create_staff(
            options.username, password, name=options.name, department_code=options.department, posts=[], roles=options.role, actor=SYSTEM
        )
    print(f"{told.username} {password}")
    return 0
