"""The door of the register of models 模型登记: versions, evaluations, approval, the version in use, drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from yiwang.security.access.api import Actor
from yiwang.support.models import counting, drifting, keys, kinds, loading, queries, registering, rules, shipping, tables
from yiwang.support.models import stored as stored_file
from yiwang.support.models.errors import (
    BadFiling,
    BadTestSet,
    ModelKnown,
    ModelLacksCard,
    ModelNeedsReason,
    ModelNotGoodEnough,
    NoSuchFinding,
    NoSuchModel,
    NoSuchModelVersion,
    NotAModel,
    NothingToStart,
    RulesNotRunning,
    SameModelMaker,
    StaleModel,
    WrongModelLabels,
    WrongModelStep,
)
from yiwang.support.models.measuring import MEASURES
from yiwang.support.models.states import STATES, STEP_NAMES
from yiwang.support.models.tables import TestRow, TestSet
from yiwang.support.models.values import (
    Answered,
    DriftMeasure,
    DriftView,
    EvaluationView,
    FilingView,
    FindingView,
    Judged,
    Judgement,
    Live,
    ModelLine,
    ModelView,
    Outcome,
    OutcomePart,
    Owner,
    Part,
    Shipped,
    VersionView,
)

__all__ = [
    "MEASURES",
    "STATES",
    "STEP_NAMES",
    "Answered",
    "BadFiling",
    "BadTestSet",
    "DriftMeasure",
    "DriftView",
    "EvaluationView",
    "FilingView",
    "FindingView",
    "Judged",
    "Judgement",
    "Live",
    "ModelKnown",
    "ModelLacksCard",
    "ModelLine",
    "ModelNeedsReason",
    "ModelNotGoodEnough",
    "ModelView",
    "NoSuchFinding",
    "NoSuchModel",
    "NoSuchModelVersion",
    "NotAModel",
    "NothingToStart",
    "Outcome",
    "OutcomePart",
    "Owner",
    "Part",
    "RulesNotRunning",
    "SameModelMaker",
    "Shipped",
    "StaleModel",
    "TestRow",
    "TestSet",
    "VersionView",
    "WrongModelLabels",
    "WrongModelStep",
    "add_trained",
    "bring_all_live",
    "corrected",
    "declare",
    "desk_rows",
    "drift",
    "evaluate",
    "filing_kinds",
    "judge_answers",
    "judge_file",
    "judge_resolution",
    "judge_said",
    "known",
    "live",
    "loose",
    "model",
    "models",
    "predicted",
    "record_filing",
    "register",
    "running",
    "settle",
    "start",
    "step",
    "store",
    "stored",
    "test_set",
    "version",
    "waiting",
    "watch",
]


def declare(key: str, *, owner: Owner) -> None:
    """Tell the register what the room that uses a model knows of it; from AppConfig.ready. NoSuchModel for a key not in ``keys.json``."""
    keys.declare(key, owner)


def live(key: str) -> Live | None:
    """The version in use with its model, the same object until another goes live (seen within a second); None where none can be used.

    Raises:
        NoSuchModel: no such key.
    """
    return loading.live(key)


def predicted(key: str, *, number: int, label: str, probability: float, pieces: int = -1, of: Sequence[str] = ()) -> None:
    """Count one answer of a version, in the caller's transaction: one INSERT. ``pieces``: known pieces of the text, -1 unknown.

    ``of``: the region's code ('' unknown), then the groups of whom it is about (an age band, a gender); counted apart, never a person.
    """
    counting.predicted(key, number=number, label=label, probability=probability, pieces=pieces, of=of)


def corrected(key: str, *, number: int, of: Sequence[str] = ()) -> None:
    """Count one answer of a version that a person has corrected, in the caller's transaction: one INSERT. ``of`` as in ``predicted``."""
    counting.corrected(key, number=number, of=of)


def models(actor: Actor) -> list[ModelLine]:
    """The models of the actor's department and region; PermissionDenied without ``model.view``."""
    return queries.models(actor)


def model(key: str, *, actor: Actor) -> ModelView:
    """One model with versions, filing records, findings, drift; NoSuchModel outside the actor's department or region."""
    return queries.model(key, actor)


def version(key: str, number: int, *, actor: Actor) -> VersionView:
    """One version with its evaluations; NoSuchModel, NoSuchModelVersion."""
    return queries.version(key, number, actor)


def waiting(actor: Actor) -> tuple[int, int]:
    """How many versions wait for approval or activation and how many findings are open, of the models this actor sees."""
    return queries.waiting(actor)


def register(key: str, data: bytes, *, source: str, actor: Actor, parent: int | None = None) -> VersionView:
    """A file (at most 64 MB) as the next version, a draft; ``source`` says where its data is from; ``parent``: else the live one.

    Raises:
        NotAModel, ModelLacksCard, WrongModelLabels: the file. ModelKnown: registered already.
        NoSuchModel, PermissionDenied (``model.edit``).
    """
    row = registering.register(key, data, source=source, actor=actor, parent=parent)
    return queries.version_view(row, keys.model(key), actor)


def evaluate(key: str, number: int, *, name: str, table: bytes, corpus: bytes = b"", most: int = 0, actor: Actor) -> EvaluationView:
    """Measure a version on a named test set; nothing of the set is kept but its fingerprint and the ids of failing rows.

    ``table``: CSV with row_id, text, label (classifier) or row_id, question, docid, answer (answers; docid and answer empty where there
    is none), both with optional region and group; ``corpus``: docid, text (answers only). ``most``: refuse more rows. Bad rows are
    named in the result, the good ones count.

    Raises:
        BadTestSet, NoSuchModel, NoSuchModelVersion, PermissionDenied (``model.edit``).
    """
    return queries.evaluation_view(registering.evaluate(key, number, name=name, table=table, corpus=corpus, most=most, actor=actor))


def step(key: str, number: int, *, act: str, actor: Actor, lock: int | None = None, reason: str = "") -> VersionView:
    """``approve``, ``activate`` (another person than the maker, a fresh evaluation at the floors), ``retire`` or ``roll_back`` (reason).

    Rolling back puts a version live that was live before, in one act; whatever is live gives way. ``lock`` as it was read.

    Raises:
        WrongModelStep, StaleModel, SameModelMaker, ModelNotGoodEnough, ModelNeedsReason, NoSuchModel, NoSuchModelVersion,
        PermissionDenied (``model.approve``).
    """
    row = registering.step(key, number, act=act, lock=lock, reason=reason, actor=actor)
    return queries.version_view(row, keys.model(key), actor)


def record_filing(
    key: str, *, kind: str, number: str, on: date | None, responsible: str, link: str = "", note: str = "", actor: Actor
) -> FilingView:
    """Write down what was reported to the authority; the newest record counts, older ones stay.

    Raises:
        BadFiling: naming the field. NoSuchModel, PermissionDenied (``model.edit``).
    """
    row = registering.record_filing(key, kind=kind, number=number, on=on, responsible=responsible, link=link, note=note, actor=actor)
    return queries.filing_view(row)


def filing_kinds() -> dict[str, tuple[str, str]]:
    """Kinds of filing records: code → (Chinese, English)."""
    return dict(keys.filing_kinds())


def settle(finding_id: UUID, *, note: str, actor: Actor) -> FindingView:
    """Say what was done about drift; NoSuchFinding, ModelNeedsReason, NoSuchModel, PermissionDenied (``model.edit``)."""
    return queries.finding_view(drifting.settle(finding_id, note=note, actor=actor))


def drift(key: str, *, actor: Actor) -> DriftView | None:
    """The watch over the live version, None where none is live. NoSuchModel."""
    return drifting.view(keys.for_actor(key, actor, "model.view"))


def watch() -> list[FindingView]:
    """Count, compare and raise findings now, as the job does each hour."""
    return [queries.finding_view(one) for one in drifting.watch()]


def start(key: str) -> VersionView:
    """Register what the room of a model ships, with its own evaluation, as a version that waits for approval.

    Raises:
        NothingToStart, ModelKnown: it stands already. NoSuchModel.
    """
    from yiwang.security.access.api import SYSTEM

    return queries.version_view(shipping.start(key, actor=SYSTEM), keys.model(key), SYSTEM)


def bring_all_live(*, officer: Actor, approver: Actor) -> list[str]:
    """Whatever is shipped and not yet live: registered and evaluated as ``officer``, approved and activated as ``approver``.

    One query and a few digests where nothing is to be done. Returns the refusals' sentences; whatever is refused waits at the desk.
    """
    return shipping.bring_all_live(officer=officer, approver=approver)


def loose(*, read: bool = False) -> list[tuple[str, str, str]]:
    """(key, Chinese name, why) of models whose live version is not what is used or shipped.

    ``why``: 'unregistered' (used, none is live), 'changed' (other rules run), 'newer' (the software ships another file), with ``read``
    also 'unreadable' (the live file is gone or broken, so it is not used).
    """
    return [(model.key, model.name, why) for model, why in shipping.loose(read=read)]


def judge_resolution(found: Mapping[str, Any]) -> Judgement:
    """What ``data.resolution.api.measure`` says, as an evaluation."""
    from yiwang.support.models import lower

    return lower.resolved(found)


def running(key: str) -> bytes:
    """The manifest of rules that run in this installation, the file of their version: files and packages by SHA-256. NoSuchModel."""
    return rules.running(key)


def judge_said(name: str, test: TestSet, *, answers: Sequence[str]) -> Judgement:
    """Labels of rules against a test set, in its order."""
    return kinds.said(name, "held_out", test.fingerprint, test.rows, answers)


def test_set(data: bytes) -> TestSet:
    """A shipped test set: CSV with row_id, text, label, optional region and group. BadTestSet."""
    return tables.read(data, needed=("text", "label"), filled=("text", "label"))


def stored(path: Path, *, of: bytes) -> Judgement | None:
    """An evaluation that comes with the platform, if it is of just this file."""
    return stored_file.read(path, of=of)


def store(path: Path, *, of: bytes, judged: Judgement, command: str, day: str) -> None:
    """Write an evaluation that comes with the platform, bound to the file ``of``; ``command`` says how to measure it again."""
    stored_file.write(path, of=of, judged=judged, command=command, day=day)


def add_trained(key: str, data: bytes, *, source: str, judged: Judgement) -> VersionView:
    """A version that a job trained, with its evaluation; it waits for approval in place of earlier ones that still wait.

    Raises as ``register``.
    """
    from yiwang.security.access.api import SYSTEM

    return queries.version_view(registering.trained(key, data, source=source, judged=judged), keys.model(key), SYSTEM)


def known(key: str, *, fingerprint: str) -> bool:
    """Whether a version learned from just this data."""
    from yiwang.support.models.models import Version

    return Version.objects.filter(key=key, fingerprint=fingerprint).exists()


def judge_answers(
    name: str,
    answers: Sequence[Answered],
    *,
    how: str,
    fingerprint: str,
    truth: Sequence[str],
    ids: Sequence[str],
    regions: Sequence[str] = (),
    groups: Sequence[str] = (),
    baseline: Sequence[str] = (),
) -> Judgement:
    """A classifier's answers against the truth, as an evaluation keeps it; ``baseline``: what would be said without the model."""
    found = kinds.classified(name, how, fingerprint, answers, truth=truth, ids=ids, regions=regions, groups=groups)
    if not baseline:
        return found
    plain = sum(said == right for said, right in zip(baseline, truth, strict=True)) / max(len(truth), 1)
    scores = {**found.scores, "gain": round(found.scores["accuracy"] - plain, 4)}
    return Judgement(found.name, found.how, found.fingerprint, scores, found.rows, found.labels, found.left_out)


def judge_file(kind: str, data: bytes, *, name: str, table: bytes, corpus: bytes = b"") -> Judgement:
    """A file of a kind of ``keys.json`` on a test set, for what a room ships. NotAModel, BadTestSet."""
    reader = kinds.KINDS[kind]
    test = tables.read(table, needed=reader.columns, filled=reader.filled)
    return reader.judge(reader.read(data, name), test, tables.documents(corpus) if corpus else (), name)


def desk_rows(key: str) -> int:
    """The largest test set that is measured while a page waits; more with the command."""
    return kinds.KINDS[keys.model(key).kind].desk_rows
