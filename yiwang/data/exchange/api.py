"""The door of the exchange: verified facts for a stated purpose, results written back to their owner, and data sharing between
departments: requests, keys, the policy of the gateways, what their journals tell.

Sharing acts name the official who acts; permissions ``sharing.view``, ``.request``, ``.approve``, ``.answer``, ``.rule``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from yiwang.data.exchange import (
    agreeing,
    downloading,
    importing,
    policies,
    publishing,
    reporting,
    requesting,
    resources,
    scanning,
    seeing,
    standing,
    verifying,
)
from yiwang.data.exchange.errors import (
    BadPublicKey,
    GroundMissing,
    NoSuchKey,
    NoSuchRequest,
    NoSuchSharedResource,
    NotShared,
    RequestIncomplete,
    SameOfficial,
    StaleRequest,
    WrongRequestStep,
)
from yiwang.data.exchange.requests import (
    ALGORITHMS,
    OPERATIONS,
    SIGNALS,
    Condition,
    Download,
    ImportReport,
    IssuedKey,
    JournalState,
    KeyView,
    Mask,
    PolicyState,
    RequestAction,
    RequestGiven,
    RequestStepView,
    RequestView,
    Resource,
    ResourceField,
    Signal,
    StepGiven,
    Terms,
    Traffic,
    UsageView,
)
from yiwang.data.exchange.states import STATES as REQUEST_STATES
from yiwang.data.exchange.values import Agreement, Claim, ClaimInvalid, Fact, RecordChoice, ReportRefused, ScanRefused, ScanRow, Status
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Key, Value, Written
from yiwang.security.access.api import Actor
from yiwang.standards.events import SharingStepped, from_json
from yiwang.standards.subjects import Subject

__all__ = [
    "ALGORITHMS", "OPERATIONS", "REQUEST_STATES", "SIGNALS", "Agreement", "BadPublicKey", "Claim", "ClaimInvalid", "Condition",
    "Download", "Fact", "GroundMissing", "ImportReport", "IssuedKey", "JournalState", "Key", "KeyView", "Mask", "NoSuchKey",
    "NoSuchRequest", "NoSuchSharedResource", "NotShared", "PolicyState", "RecordChoice", "ReportRefused", "RequestAction", "RequestGiven",
    "RequestIncomplete", "RequestStepView", "RequestView", "Resource", "ResourceField", "SameOfficial", "ScanRefused", "ScanRow",
    "Signal", "StaleRequest", "Status", "StepGiven", "Terms", "Traffic", "UsageView", "Written", "WrongRequestStep", "agree",
    "agreements", "changed", "concerns", "cross_values", "downloads", "draft_request", "edit_request", "end_agreement", "issue_key",
    "journals", "know_cases", "on_sharing_step", "policy_document", "policy_state", "publish_policy", "publish_resources",
    "read_journals", "records_of", "report_back", "request", "requests", "revoke_key", "rotate_key", "scan", "settle_signal",
    "shared_resource", "shared_resources", "sharing_terms", "signals", "size", "step_request", "traffic", "verify",
]  # fmt: skip


def verify(case_id: UUID | None, *, claims: Sequence[Claim], purpose: str, legal_basis: str, actor: Actor) -> list[Fact]:
    """The facts of the claims, in their order, fetched from their authoritative registers.

    A fact is 'denied' when no agreement for (purpose, element) is in force, when an official asks for a purpose of another
    department, or when a citizen asks about somebody who is neither himself, his principal nor related to him by a record.
    Every access, allowed or not, is recorded in the transaction of the caller before this returns.

    Args:
        case_id: the case it is for; None for a preview before submission.
        claims: elements and whose they are.
        purpose: the matter's code or short key, as in the agreement.
        legal_basis: the clause that allows it, for the person's diary.
        actor: who asks.

    Raises:
        UnknownElement: an element that the catalogue does not have.
        ClaimInvalid: a key the element's register cannot be found by.
    """
    return verifying.verify(case_id, claims=claims, purpose=purpose, legal_basis=legal_basis, actor=actor)


def size(register: str) -> int:
    """How many rows a register has, for saying how far a scan is; no row is read. Raises NoSuchRegister, RegistersUnavailable."""
    return registers.size(register)


def scan(
    purpose: str,
    *,
    register: str,
    elements: Sequence[str],
    legal_basis: str,
    actor: Actor,
    keys: Sequence[str] | None = None,
    by: str = "person",
    chunk: int = 2000,
) -> Iterator[tuple[ScanRow, ...]]:
    """Rows of one register for a population, chunk by chunk, under the agreements of a purpose.

    For acts that concern everybody (finding who is entitled, rechecking payments). Each chunk writes one audit record
    ``exchange.scan`` with purpose, basis, elements and the number of rows, in the caller's transaction: not one per person, for
    nobody's row is shown to anybody. Whoever acts on what was found about a person uses ``verify``, which writes that person's diary.
    One SELECT by key range per chunk: cost and memory grow with the rows read and with the chunk, not with the register.

    Args:
        purpose: as in the agreements.
        register: whose rows.
        elements: what is read; all of this register and all agreed for the purpose.
        legal_basis: the clause that allows it.
        actor: the system, a machine, or staff of the department of the agreement.
        keys: only rows found by these keys (one reading, several rows per key possible); all rows when left out.
        by: kind of the keys: 'person', 'birth' …
        chunk: rows per chunk.

    Raises:
        ScanRefused: no agreement for an element, another department, or a citizen; the refusal is recorded.
        UnknownElement, NoSuchRegister, RegistersUnavailable.
    """
    return scanning.scan(purpose, register=register, elements=elements, legal_basis=legal_basis, actor=actor, keys=keys, by=by, chunk=chunk)


def changed(
    purpose: str, *, register: str, since: datetime, legal_basis: str, actor: Actor, by: str = "company", limit: int = 5000
) -> tuple[list[str], datetime]:
    """Keys of the rows of a register that were written after ``since`` (oldest first), and when the register was last loaded as a whole.

    For who must look again at what has changed: keys only, no value. One audit record where something has changed.

    Args:
        purpose: one whose agreements share an element of this register.
        register: whose rows.
        since: a moment; rows written at it do not count.
        legal_basis: the clause that allows it.
        actor: the system, a machine, or staff of the department of the agreement.
        by: kind of the keys.
        limit: the most keys at once.

    Raises:
        ScanRefused: no agreement, another department, or a citizen; the refusal is recorded.
        NoSuchRegister, RegistersUnavailable.
    """
    return scanning.changed(purpose, register=register, since=since, legal_basis=legal_basis, actor=actor, by=by, limit=limit)


def cross_values(purpose: str, *, element: str, legal_basis: str, actor: Actor, keys: Sequence[str]) -> dict[str, Value]:
    """What other registers hold for an element (the catalogue's ``cross``), by key: for comparing a population, under its agreement.

    One SELECT and one audit record per other register. Keys that no other register knows are left out.

    Raises:
        ScanRefused: as for ``scan``.
    """
    return scanning.cross_values(purpose, element=element, legal_basis=legal_basis, actor=actor, keys=keys)


def records_of(
    case_id: UUID | None, *, subject: Subject, kinds: Sequence[str], purpose: str, legal_basis: str, actor: Actor
) -> list[RecordChoice]:
    """Records that belong to a subject, for a form to choose from; the look is recorded. Nothing for a stranger.

    Args:
        case_id: the case or None.
        subject: whose records.
        kinds: 'birth', 'property', 'household', 'person' (spouse, children), 'company'.
        purpose: matter code or short key.
        legal_basis: the clause.
        actor: who asks.
    """
    return verifying.records_of(case_id, subject=subject, kinds=kinds, purpose=purpose, legal_basis=legal_basis, actor=actor)


def concerns(actor: Actor, key: Subject | Key) -> bool:
    """Whether an actor has to do with a subject or record: his own, his principal's, or tied to them by a register.

    True for officials, machines and the system, whom permission and agreement hold instead; False for the anonymous.
    """
    return not standing.strangers(actor, [key])


def agree(
    purpose: str, *, elements: Sequence[str], consumer_department: str, legal_basis: str, valid_until: date | None = None
) -> list[Agreement]:
    """Let a purpose see elements from today on; agreeing again renews basis and end. UnknownElement for a wrong code."""
    return agreeing.agree(
        purpose, elements=elements, consumer_department=consumer_department, legal_basis=legal_basis, valid_until=valid_until
    )


def end_agreement(purpose: str, *, elements: Sequence[str] | None = None) -> int:
    """End agreements today (all of the purpose, or those elements); they stay readable. Returns how many."""
    return agreeing.end(purpose, elements=elements)


def agreements(purpose: str = "", *, element: str = "", department: str = "", ended: bool = False) -> list[Agreement]:
    """Agreements in force (with ``ended`` also past ones), filtered by purpose, element or consumer department."""
    return agreeing.listing(purpose, element=element, department=department, ended=ended)


def report_back(case_id: UUID, *, register: str, key: Subject | Key, values: Mapping[str, Value], department: str, actor: Actor) -> Written:
    """Write a case's result into its owner's register: version + 1, the old value stays readable; in the caller's transaction.

    ``person`` with ``Key('birth', record_no)`` registers a newborn and gives it an identity number (``Written.key``).

    Args:
        case_id: the case that decided it; the same case writing again changes nothing.
        register: name of the register.
        key: subject or record.
        values: by column or by element code (``person.name`` = ``name``).
        department: short code of the deciding department; it must own the register or be one of its contributors.
        actor: who decided.

    Raises:
        ReportRefused: the department neither owns the register nor contributes to it.
        NoSuchRegister, NoSuchRow, InvalidInput, AlreadyRegistered: see ``registers.api.write``.
    """
    return reporting.report_back(case_id, register=register, key=key, values=values, department=department, actor=actor)


def shared_resources() -> list[Resource]:
    """What may be asked for, by title: every register that can be shared row by row, with its fields and how it is shared."""
    return resources.listing()


def shared_resource(code: str) -> Resource:
    """One resource. Raises NoSuchSharedResource."""
    return resources.resource(code)


def sharing_terms(share: str) -> Terms:
    """The terms of 'unconditional' or 'conditional' sharing, as the operator has set them."""
    return resources.terms(share)


def draft_request(given: RequestGiven, *, actor: Actor) -> RequestView:
    """A new draft of the actor's department.

    Raises:
        NotShared: of the negative list; the ground is cited. RequestIncomplete: names the field that is wrong; a legal basis must read.
        NoSuchSharedResource; PermissionDenied without ``sharing.request``.
    """
    return seeing.view(requesting.draft(given, actor=actor), actor, whole=True)


def edit_request(request_id: UUID, *, given: RequestGiven, actor: Actor, lock: int) -> RequestView:
    """The draft with other content; ``lock`` is the one last seen.

    Raises:
        NoSuchRequest, StaleRequest, WrongRequestStep; and as ``draft_request``.
    """
    return seeing.view(requesting.edit(request_id, given, actor=actor, lock=lock), actor, whole=True)


def step_request(request_id: UUID, *, step: str, actor: Actor, lock: int, given: StepGiven | None = None) -> RequestView:
    """Take a step of ``states.STEP``; what was live and ends, or is renewed, stands in the gateways' policy within a second.

    Raises:
        WrongRequestStep: not in this state. SameOfficial: signing off one's own. GroundMissing: a refusal without a condition of the
        catalogue or a clause. RequestIncomplete: a reason or day is missing. StaleRequest, NoSuchRequest, PermissionDenied.
    """
    return seeing.view(requesting.take(request_id, step, actor=actor, lock=lock, given=given or StepGiven()), actor, whole=True)


def request(request_id: UUID, *, actor: Actor) -> RequestView:
    """One request with steps and, for the asking department, keys. NoSuchRequest for everybody whom it does not concern."""
    return seeing.one(request_id, actor=actor)


def requests(actor: Actor, *, box: str = "mine", page: int = 1) -> list[RequestView]:
    """Requests: 'mine', to 'approve', to 'answer', to 'rule', 'live', 'all'; newest first, 50 a page. PermissionDenied."""
    return seeing.listing(actor, box=box, page=page)


def issue_key(request_id: UUID, *, algorithm: str, public_key: str = "", actor: Actor, lock: int) -> IssuedKey:
    """A key of an agreed request: 'hmac-sm3' (the secret is told this once) or 'sm2' (with the department's own public key, PEM).

    Raises:
        BadPublicKey, WrongRequestStep, StaleRequest, NoSuchRequest, PermissionDenied.
    """
    return seeing.issue_key(request_id, algorithm=algorithm, public_key=public_key, actor=actor, lock=lock)


def rotate_key(code: str, *, public_key: str = "", actor: Actor) -> IssuedKey:
    """A successor of a key; the old one stays valid for a day. Raises NoSuchKey, BadPublicKey, WrongRequestStep."""
    return seeing.rotate_key(code, public_key=public_key, actor=actor)


def revoke_key(code: str, *, reason: str, actor: Actor) -> KeyView:
    """End one key at once, for a reason. Raises NoSuchKey, InvalidInput."""
    return seeing.revoke_key(code, actor=actor, reason=reason)


def traffic(actor: Actor, *, days: int = 30) -> Traffic:
    """Calls of the last days (1–400) made or answered by the actor's department; all for who rules. PermissionDenied."""
    return seeing.traffic(actor, days=days)


def downloads(actor: Actor) -> list[Download]:
    """Whole resources handed out that held a row about the citizen (for an agent: about his principal), newest first, of the last 100.

    Told from the gateways' publications, not from lists of persons: ``contained`` is None where the changes since are no longer kept.
    Cost: one look-up per download and per publication since.
    """
    return downloading.of(actor)


def signals(actor: Actor, *, settled: bool = False) -> list[Signal]:
    """What should be looked at (or has been), of the actor's department; at most 200. PermissionDenied."""
    return seeing.signals(actor, settled=settled)


def settle_signal(signal_id: UUID, *, note: str, actor: Actor) -> Signal:
    """Say what came of a signal: the provider's department, or who rules. NotFound for others; InvalidInput without a note."""
    return seeing.settle(signal_id, note=note, actor=actor)


def journals(actor: Actor) -> list[JournalState]:
    """How far the journals of the gateways have been read. PermissionDenied."""
    return seeing.journals(actor)


def policy_state(actor: Actor) -> PolicyState:
    """Number and size of the policy in force. PermissionDenied."""
    return seeing.policy_state(actor)


def publish_policy(*, anew: bool = False) -> int:
    """Sign and write the gateways' policy if it changed (or ``anew``), with the files that they need beside it; returns its number."""
    return policies.publish(anew=anew)


def policy_document(token: str, *, seen: int = 0) -> tuple[int, str]:
    """Number and signed document of the policy ('' where it is the ``seen`` one), for a gateway that shows the token which only holders
    of the shared secret can make.

    Raises:
        NoSuchKey: another token.
    """
    if not hmac.compare_digest(token.encode(), policies.reader_token().encode()):
        raise NoSuchKey("读取共享策略须持有与控制端共享的口令,请检查网关的 shared.key。")
    return policies.envelope(seen)


def publish_resources() -> list[str]:
    """Publish granted resources that are missing, have changed or are a day old; returns their codes."""
    return publishing.publish_due()


def read_journals() -> ImportReport:
    """Read the gateways' journals on from where they were left; each entry once, however often a reader is killed."""
    return importing.read_all()


def know_cases(check: Callable[[Sequence[UUID]], set[UUID]]) -> None:
    """Name the function that says which case ids exist; called by the cases' ``AppConfig.ready``."""
    importing.know_cases(check)


def on_sharing_step(event: Mapping[str, object]) -> None:
    """Handler of the outbox: a request that was opened has its resource published and its policy written."""
    told = from_json(event)
    if isinstance(told, SharingStepped) and told.step == "issue":
        publishing.ensure(told.resource)
    policies.publish()
