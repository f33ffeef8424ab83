"""`yiwang models …`: the register of models: versions, their evaluations, approval, the one in use, roll-back, drift."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput

if TYPE_CHECKING:
    from yiwang.security.access.api import Actor
    from yiwang.support.models.api import EvaluationView, ModelView, Outcome, VersionView

TABLES = "CSV columns: row_id, text, label (classifier) or row_id, question, docid, answer (answers); optional region, group"
STEPS = {"approve": "approve", "activate": "activate", "retire": "retire", "rollback": "roll_back"}
SUMMARIES = {
    "approve": "approve a version: another person than its maker, a fresh evaluation at the floors",
    "activate": "put an approved version live; the one in use is retired",
    "retire": "take a version out of use or off the list (--reason)",
    "rollback": "put an earlier version live again in one act (--reason)",
}


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="the models, the version in use, what waits")
    show = acts.add_parser("show", help="one model with its versions, or one version with its evaluations")
    show.add_argument("key")
    show.add_argument("number", nargs="?", type=int)
    start = acts.add_parser("start", help="register what the platform ships as a first version, with its evaluation")
    start.add_argument("keys", nargs="*", metavar="KEY")
    register = acts.add_parser("register", help="register a trained file as the next version, a draft")
    register.add_argument("key")
    register.add_argument("file", type=Path)
    register.add_argument("--source", required=True, help="where the training data is from, in words")
    register.add_argument("--parent", type=int, help="the version it was made from (the one in use if not given)")
    evaluate = acts.add_parser("evaluate", help="measure a version on a named test set", epilog=TABLES)
    evaluate.add_argument("key")
    evaluate.add_argument("number", type=int)
    evaluate.add_argument("--name", required=True, help="the name of the test set")
    evaluate.add_argument("--table", type=Path, required=True, metavar="CSV")
    evaluate.add_argument("--corpus", type=Path, metavar="CSV", help="docid, text (answers only)")
    drift = acts.add_parser("drift", help="count, compare with the evaluation, raise findings; exit 1 when something crossed its limit")
    drift.add_argument("keys", nargs="*", metavar="KEY")
    people = [register]
    for word, summary in SUMMARIES.items():
        step = acts.add_parser(word, help=summary)
        step.add_argument("key")
        step.add_argument("number", type=int)
        step.add_argument("--reason", default="")
        step.set_defaults(run=run_step)
        people.append(step)
    for one in people:
        one.add_argument("--as", dest="who", required=True, metavar="ACCOUNT", help="who acts; the password is asked, or $YIWANG_PASSWORD")
    for one in (listing, show, start, register, evaluate, drift, *people[1:]):
        one.add_argument("--json", action="store_true", help="for machines")
    for one, run in ((listing, run_list), (show, run_show), (start, run_start), (register, run_register), (evaluate, run_evaluate)):
        one.set_defaults(run=run)
    drift.set_defaults(run=run_drift)
    parser.epilog = "example: yiwang models start && yiwang models approve hotline.category 1 --as model.approver"


def _actor(options: argparse.Namespace) -> Actor:
    """Whoever signs in with the account of ``--as``: two people are two passwords here too."""
    from yiwang.support.identity import api as identity

    password = os.environ.get("YIWANG_PASSWORD") or getpass.getpass(f"Password of {options.who}: ")
    return identity.authenticate(options.who, password, request_facts={"agent": "yiwang models"})


def _bytes(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"文件「{path}」读不出来:{error.strerror}。请检查路径。") from error


def _said(found: Any, options: argparse.Namespace, text: str) -> None:
    shown = [dataclasses.asdict(one) for one in found] if isinstance(found, list) else dataclasses.asdict(found)
    print(json.dumps(shown, ensure_ascii=False, default=str) if options.json else text)


def run_list(options: argparse.Namespace) -> int:
    """List the models."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.models import api as models

        found = models.models(SYSTEM)
    lines = [
        f"{one.key:20} {one.name}  {f'v{one.live}' if one.live else 'none'} live of {one.versions}"
        f"{f' ({one.use.upper()})' if one.use else ''}, {one.waiting} waiting, "
        f"{one.findings} findings, filing: {one.filed or (f'due {one.filing_due}' if one.filing_due else '-')}"
        for one in found
    ]
    _said(found, options, "\n".join(lines))
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Show a model or a version."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.models import api as models

        if options.number is None:
            whole = models.model(options.key, actor=SYSTEM)
            _said(whole, options, _model(whole))
        else:
            one = models.version(options.key, options.number, actor=SYSTEM)
            _said(one, options, "\n".join([_version(one), *map(_evaluation, one.evaluations)]))
    return 0


def _model(found: ModelView) -> str:
    floors = ", ".join(f"{name} {'>=' if side == 'least' else '<='} {value}" for name, side, value in found.floors)
    head = [f"{found.line.key}  {found.line.name}: {found.line.decides}", f"limits: {found.line.limits}", f"floors: {floors}"]
    head += [f"IN USE BUT {found.line.use.upper()}"] if found.line.use else []
    return "\n".join([*head, *map(_version, found.versions), *(_outcome(found.outcome) if found.outcome else [])])


def _outcome(seen: Outcome) -> list[str]:
    parts = [
        f"     {part.name:16} {part.answers:6} answers  {part.share:.4f} corrected ({part.low:.4f}-{part.high:.4f}){'  WORSE' * part.worse}"
        for part in (*seen.regions, *seen.groups)
    ]
    return [f"what came of v{seen.number}: {seen.answers} answers, {seen.share:.4f} corrected, {seen.hidden} small parts hidden", *parts]


def _version(one: VersionView) -> str:
    from django.utils.timezone import localtime

    told = f"v{one.number} {one.state_name}  {one.origin_name}, {one.made_by_name} {localtime(one.made_at):%Y-%m-%d %H:%M}; {one.source}"
    people = f"\n   approved by {one.approved_by_name} {localtime(one.approved_at):%Y-%m-%d %H:%M}" if one.approved_at else ""
    return told + people + "".join(f"\n   ! {reason}" for reason in one.missing)


def _evaluation(one: EvaluationView) -> str:
    scores = "  ".join(f"{name} {value:.4f}" for name, value in one.scores.items())
    parts = [
        f"     {part.name:16} {part.rows:6} rows  {part.score:.4f}  {part.difference:+.4f}{'  few' if part.few else ''}"
        for part in (*one.regions, *one.groups)
    ]
    bad = [f"     line {line}: {why}" for line, why in one.left_out[:20]]
    head = f"   {one.name} ({one.how}), {one.rows} rows, {one.failed} failed, {len(one.left_out)} left out\n     {scores}"
    return "\n".join([head, *parts, *bad])


def run_start(options: argparse.Namespace) -> int:
    """Register what is shipped; what stands already is said and left."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.models import api as models

        made = []
        for key in options.keys or [one.key for one in models.models(SYSTEM)]:
            try:
                made.append(models.start(key))
            except (models.ModelKnown, models.NothingToStart, models.WrongModelLabels) as refused:  # the others are registered all the same
                if not options.json:
                    print(refused.message)
        _said(made, options, "\n".join(_version(one) for one in made))
    return 0


def run_register(options: argparse.Namespace) -> int:
    """Register a file."""
    with install.ready_database():
        install.setup_django()
        from yiwang.support.models import api as models

        actor = _actor(options)
        made = models.register(options.key, _bytes(options.file), source=options.source, parent=options.parent, actor=actor)
        _said(made, options, _version(made))
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Measure; exit 1 when rows had to be left out."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.models import api as models

        table, corpus = _bytes(options.table), _bytes(options.corpus)
        found = models.evaluate(options.key, options.number, name=options.name, table=table, corpus=corpus, actor=SYSTEM)
    _said(found, options, _evaluation(found))
    return 1 if found.left_out else 0


def run_step(options: argparse.Namespace) -> int:
    """Approve, activate, retire or roll back."""
    with install.ready_database():
        install.setup_django()
        from yiwang.support.models import api as models

        found = models.step(options.key, options.number, act=STEPS[options.act], reason=options.reason, actor=_actor(options))
        _said(found, options, _version(found))
    return 0


def run_drift(options: argparse.Namespace) -> int:
    """Count and compare now."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.access.api import SYSTEM
        from yiwang.support.models import api as models

        models.watch()
        keys = options.keys or [one.key for one in models.models(SYSTEM)]
        found = {key: models.drift(key, actor=SYSTEM) for key in keys}
    crossed = [one for seen in found.values() if seen and seen.enough for one in seen.measures if one.crossed]
    if options.json:
        told = {key: dataclasses.asdict(seen) if seen else None for key, seen in found.items()}
        print(json.dumps(told, ensure_ascii=False, default=str))
        return 1 if crossed else 0
    for key, seen in found.items():
        if seen is None:
            print(f"{key:20} no version in use")
            continue
        enough = "" if seen.enough else f" (under {seen.least}: not judged)"
        print(f"{key:20} v{seen.number}: {seen.answers} answers, {seen.corrections} corrected in {seen.window_days} days{enough}")
        for one in seen.measures:
            print(f"   {one.measure:12} {one.value:.4f}, limit {one.limit:.4f}{'  CROSSED' if one.crossed and seen.enough else ''}")
    return 1 if crossed else 0
