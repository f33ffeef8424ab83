"""`yiwang city`: the demonstration city — registers, departments, staff, matters, life events, licences, accounts."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from yiwang.ends.cli import install

UNUSED_ASSETS = ["*.js.map", "redoc*", "htmx-4*", "htmax*"]  # of libraries; our pages use one script of each
SHOWN_STAFF = (
    ("police.clerk", "公安局综合窗口"),
    ("medical.reviewer", "医疗保障局业务审查"),
    ("medical.approver", "医疗保障局审批决定"),
    ("data.approver", "数据局审批决定"),
    ("police.data", "公安局数据、好差评、档案"),
    ("city.leader", "市政府分管领导"),
    ("city.auditor", "安全审计员"),
    ("hotline.agent", "热线话务员"),
    ("hotline.dispatcher", "热线派单员"),
    ("hotline.supervisor", "热线督办员"),
    ("model.officer", "模型管理员"),
    ("model.approver", "模型审核员"),
)


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the command."""
    parser.add_argument("--people", type=int, default=20_000, help="how many people live there (default 20000)")
    parser.add_argument("--seed", type=int, default=20260101, help="the same seed makes the same city (default 20260101)")
    parser.add_argument("--no-city", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Load the city, or (for `yiwang up`) bring an installation to the point where it can serve."""
    from yiwang.ends.cli import migrate

    with install.running_database() as url:
        install.setup_django(owner=True)
        if options.prepare or migrate.schema_state()[0] is migrate.Schema.EMPTY:
            _prepare(url)
        if not options.no_city:
            _load_once(options.people, options.seed)
        elif options.prepare:
            _load_words()
    return 0


def _prepare(url: str) -> None:
    from django.core.management import call_command

    from yiwang.ends.cli import migrate, up

    state, names = migrate.schema_state()
    up.refuse_old_schema(state, names)
    if state is not migrate.Schema.CURRENT:
        migrate.bring_up_to_date(url)
    static = install.var_folder() / "static"
    stamp = static / ".stamp"
    newest = str(max(path.stat().st_mtime for path in Path(__file__).parents[2].rglob("static/**/*") if path.is_file()))
    if not stamp.exists() or stamp.read_text() != newest:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED_ASSETS)
        stamp.write_text(newest)


def _load_words() -> None:
    """Matters, and with them the agreements under which each may see the facts it declares."""
    from yiwang.business.benefits import api as benefits
    from yiwang.business.hotline import api as hotline
    from yiwang.business.life_events import api as life_events
    from yiwang.business.matters import api as matters
    from yiwang.business.policies import api as policies
    from yiwang.data.exchange import api as exchange
    from yiwang.support.identity import api as identity

    matters.load_builtin()
    identity.agree_sources()
    life_events.agree_sources()
    benefits.agree_sources()
    policies.agree_sources()
    hotline.ensure_duties()
    for matter in matters.library():
        elements = matters.elements_of(matter)
        if elements:
            basis = matter.legal_bases[0]
            exchange.agree(
                matter.short, elements=elements, consumer_department=matter.department, legal_basis=f"《{basis.law}》{basis.article}"
            )


def _load_once(people: int, seed: int) -> None:
    """Load the city unless it stands already; a load that was killed is started again from the beginning."""
    from yiwang.data.registers import api as registers
    from yiwang.support.identity import api as identity
    from yiwang.support.licences import api as licences

    listing = install.var_folder() / "accounts.json"
    if registers.city() is not None and listing.exists():
        _load_words()
        _open_models(json.loads(listing.read_text("utf-8"))["password"])
        print("yiwang: the demonstration city stands already and stays as it is", file=sys.stderr, flush=True)
        return
    begin = time.monotonic()
    print(f"yiwang: building the demonstration city 云汀市 with {people:,} people …", file=sys.stderr, flush=True)
    report = registers.build_city(people=people, seed=seed)
    password = f"yunting-{secrets.randbelow(900000) + 100000}"
    staff = identity.build_staff(password=password)
    _load_words()
    _open_data(staff)
    licences.seed_city(registers.personas())
    _write_accounts(listing, identity.build_accounts(registers.personas(), password=password), password)
    _open_models(password)
    print(f"yiwang: {sum(report.rows.values()):,} register rows in {time.monotonic() - begin:.1f} s", file=sys.stderr, flush=True)


def _open_data(staff: list[Any]) -> None:
    """Open the shipped data sets: each is made by its department's data officer and approved by its approver."""
    from yiwang.data.opening import api as opening
    from yiwang.security.access.api import Actor

    seats = {one.username: Actor("staff", str(one.id), one.name, None, one.department, one.region, frozenset(one.roles)) for one in staff}
    opening.open_shipped(lambda department: (seats[f"{department}.data"], seats[f"{department}.approver"]))


def _open_models(password: str) -> None:
    """Every model that is used stands in the register, evaluated, approved, live: by the two demonstration seats, signed in as people are.

    Nothing is done where all of it stands so; what is refused is said and waits at the desk.
    """
    from yiwang.base.clock.api import today
    from yiwang.security.access.api import SYSTEM
    from yiwang.standards.errors import YiwangError
    from yiwang.support.identity import api as identity
    from yiwang.support.models import api as models

    if not models.loose():
        return
    try:
        officer, approver = (identity.authenticate(name, password) for name in ("model.officer", "model.approver"))
    except YiwangError as refused:  # an account that was closed or given another password is not gone round
        print(f"yiwang: the register of models stays as it is: {refused.message}", file=sys.stderr, flush=True)
        return
    for told in models.bring_all_live(officer=officer, approver=approver):
        print(f"yiwang: {told}", file=sys.stderr, flush=True)
    for one in models.models(SYSTEM):
        if one.live and not one.filed:
            note = "演示城市,不向公众提供服务;正式使用前按规定判断是否须备案。"
            models.record_filing(
                one.key, kind="internal", number="演示-无备案号", on=today(), responsible=officer.name, note=note, actor=officer
            )


def _write_accounts(listing: Path, accounts: list[tuple[Any, Any]], password: str) -> None:
    """Keep the demonstration accounts for the start message, the sign-in page and `yiwang demo`."""
    people = [
        {"username": account.username, "name": account.name, "who": persona.key, "company": persona.keys.get("company", "")}
        for persona, account in accounts
    ]
    staff = [{"username": name, "name": title, "who": "staff"} for name, title in SHOWN_STAFF]
    listing.write_text(json.dumps({"password": password, "citizens": people, "staff": staff}, ensure_ascii=False, indent=1))
    listing.chmod(0o600)
