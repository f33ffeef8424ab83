"""One call from its bytes to an answer that waits for the journal: shape, signature, clock, grant, pace, rows, masks; in this order."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import orjson

from yiwang.data.gateway import changing, pieces, signing, subscribing
from yiwang.data.gateway.errors import (
    BadRequest,
    BadSignature,
    NoBroker,
    NoSuchResource,
    NotGranted,
    QuotaUsed,
    Replayed,
    TooLarge,
    WrongTime,
)
from yiwang.data.gateway.pace import Pace
from yiwang.data.gateway.policy import Grant, Key, Policy
from yiwang.data.gateway.quota import QuotaTable
from yiwang.data.gateway.replay import NonceTable
from yiwang.data.gateway.snapshots import Shelf, Snapshot
from yiwang.standards.errors import YiwangError

_DAY = 86_400_000
WINDOW = 60_000  # milliseconds a caller's clock may differ
MOST_KEYS = 1_000
LARGEST = 1 << 20
_PATH = re.compile(r"/v1/resources/([^/]{1,64})/(rows|download|changes|subscription)\Z")
_OPERATIONS = {"rows": "rows", "download": "download", "changes": "subscribe", "subscription": "subscribe"}
_POSTED = ("rows", "subscription")
_CASE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_FORMATS = ("arrow", "parquet")


@dataclass(slots=True)
class Call:
    """A request as it came: ``target`` is path and query; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Callable[[str], str]
    body: bytes
    client: str

    @property
    def target(self) -> str:
        """Path and query as they were signed."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(slots=True)
class Download:
    """A whole resource on its way out: which snapshot, which fields how, in which format."""

    snapshot: Snapshot
    grant: Grant
    fields: Sequence[str]
    format: str


@dataclass(slots=True)
class Answer:
    """What goes out once ``entry`` lies in the journal: a status and JSON bytes, or a download."""

    status: int
    data: bytes
    entry: dict[str, object]
    keys: Sequence[str] = ()
    download: Download | None = None
    wait_ms: int = 0


@dataclass(slots=True)
class Asked:
    """What a call wants, read from its body or query."""

    fields: Sequence[str]
    purpose: str
    case: str
    keys: Sequence[str] = ()
    format: str = ""
    after: changing.Cursor | None = None
    limit: int = 0


@dataclass(slots=True)
class Counter:
    """Answers calls under the newest policy; one per worker.

    Attributes:
        gateway: the name that callers sign. shared: secret whose use "subjects" makes pseudonyms of the asked keys.
        policy: gives the policy in force.
        streams: folder of the standing subscriptions. broker: the message server's address as subscribers reach it, '' without one.
    """

    gateway: str
    shared: bytes
    policy: Callable[[], Policy]
    shelf: Shelf
    nonces: NonceTable
    quotas: QuotaTable
    streams: Path = Path()
    broker: str = ""
    _paces: dict[tuple[str, str], Pace] = field(default_factory=dict)

    def answer(self, call: Call) -> Answer:
        """The answer, or the refusal, with the entry that must be written before it leaves."""
        now = time.time_ns() // 1_000_000
        policy = self.policy()
        entry: dict[str, object] = {"at": now, "client": call.client, "gateway": self.gateway, "policy": policy.number}
        entry["took"] = time.perf_counter_ns()  # the journal turns it into microseconds when it writes
        asked: list[str] = []  # whose rows a refused caller wanted stands in the sealed line too
        try:
            return self._answer(call, policy, entry, now, asked)
        except YiwangError as error:
            entry |= {"outcome": "refused", "reason": error.code}
            told = {"code": error.code, "message": error.message, "field": error.field}
            wait = error.details.get("wait_ms", 0)
            return Answer(error.status, orjson.dumps(told), entry, keys=asked, wait_ms=wait if isinstance(wait, int) else 0)

    def _answer(self, call: Call, policy: Policy, entry: dict[str, object], now: int, keys: list[str]) -> Answer:
        place = _PATH.match(call.path)
        if place is None or call.method != ("POST" if place[2] in _POSTED else "GET"):
            raise NoSuchResource("没有这个接口:可用 POST /v1/resources/<代码>/rows 和 …/subscription、GET …/download 和 …/changes。")
        resource, operation = place[1], _OPERATIONS[place[2]]
        entry |= {"operation": operation, "resource": resource}
        if len(call.body) > LARGEST:
            raise TooLarge()
        key = self._caller(call, policy, entry, now)
        asked = _body_asked(call.body, keyed=operation == "rows") if place[2] in _POSTED else _query_asked(call.query)
        keys += asked.keys
        entry |= {"case": asked.case, "fields": list(asked.fields), "purpose": asked.purpose, "asked": len(asked.keys)}
        grant = covering(key, resource, operation, asked, now)
        entry |= {"fields": list(asked.fields), "grant": grant.code}
        pace = self._paces.get((key.code, resource))
        if pace is None:
            pace = self._paces[key.code, resource] = Pace()
        pace.admit(calls=grant.calls, now=now)
        self._spend(key, grant, max(len(asked.keys), 1), now, policy.utc_offset)
        snapshot = self.shelf.get(resource)
        missing = [name for name in asked.fields if name not in snapshot.columns]
        if missing:
            raise BadRequest(f"数据资源「{resource}」当前没有字段「{'」「'.join(missing)}」。", field="fields")
        if place[2] == "subscription":
            return self._subscription(key, grant, asked, entry)
        entry |= {"as_of": snapshot.as_of, "outcome": "answered"}
        if operation == "subscribe":
            return self._changes(snapshot, grant, asked, entry)
        if operation == "download":
            entry |= {"found": snapshot.rows.num_rows, "version": snapshot.number}
            return Answer(200, b"", entry, download=Download(snapshot, grant, asked.fields, asked.format))
        data, found = _rows(snapshot, grant, asked)
        entry |= {
            "answer": hashlib.new("sm3", data).hexdigest(),
            "found": sum(found),
            "subjects": pieces.pseudonym(self.shared, asked.keys),
        }
        if any([pace.note(one, found=hit, now=now) for one, hit in zip(asked.keys, found, strict=True)] if len(found) == 1 else ()):
            entry["suspicion"] = "scraping"
        return Answer(200, data, entry, keys=asked.keys)

    def _spend(self, key: Key, grant: Grant, amount: int, now: int, offset: int) -> None:
        """Use a share of the grant's day; QuotaUsed with the time until the next one."""
        day, since = divmod(now + offset * 1000, _DAY)
        if now < grant.spent_until or (
            grant.daily and not self.quotas.take(key.code, grant.code, day=day, amount=amount, limit=grant.daily)
        ):
            raise QuotaUsed(wait_ms=_DAY - since)

    def _changes(self, snapshot: Snapshot, grant: Grant, asked: Asked, entry: dict[str, object]) -> Answer:
        """The next piece of changes behind the caller's place; the place is part of the entry, so that a gap or a repeat can be seen."""
        if asked.after is None:
            raise BadRequest("after 应为上次应答的 next(首次为整体下载应答头 X-Version 的版本号),limit 应为 1 至 1000。", field="after")
        limit = min(asked.limit, MOST_KEYS)
        data, told, piece = pieces.told(snapshot, grant, asked.fields, after=asked.after, limit=limit, shared=self.shared)
        entry |= told
        return Answer(200, data, entry, keys=piece.keys)

    def _subscription(self, key: Key, grant: Grant, asked: Asked, entry: dict[str, object]) -> Answer:
        """A standing subscription; its changes come over the message server, and this tells where and as whom to read them."""
        if not self.broker:
            raise NoBroker()
        made = subscribing.Subscription.of(key, grant, asked.fields, purpose=asked.purpose, case=asked.case)
        subscribing.keep(self.streams, made)
        told = {"address": self.broker, "user": made.name, "password": made.password(self.shared), **subscribing.NAMES}
        entry |= {"stream": made.name, "found": 0, "outcome": "answered"}
        return Answer(200, orjson.dumps(told), entry)

    def _caller(self, call: Call, policy: Policy, entry: dict[str, object], now: int) -> Key:
        """Who calls, proven; the entry names him even when he is refused later."""
        code, at, nonce, signature = (call.headers(name) for name in ("x-key", "x-time", "x-nonce", "x-signature"))
        entry["key"] = code[:64]
        if not (code and at and 8 <= len(nonce) <= 64 and signature):
            raise BadSignature("缺少签名请求头:须有 X-Key、X-Time(毫秒)、X-Nonce(8 至 64 个字符)和 X-Signature。")
        key = policy.keys.get(code)
        text = signing.canonical(call.method, call.target, key=code, at=at, nonce=nonce, gateway=self.gateway, body=call.body)
        if key is None or not signing.holds(key.algorithm, key.secret, text, signature):
            raise BadSignature()
        entry["department"] = key.department
        if not at.isdigit() or abs(int(at) - now) > WINDOW:
            raise WrongTime()
        if key.valid_until <= now:
            raise NotGranted("密钥已过期或已撤销,请在共享平台续期。")
        if not self.nonces.is_new(code, nonce, now=now, keep=2 * WINDOW):
            raise Replayed()
        return key


def _body_asked(body: bytes, *, keyed: bool) -> Asked:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"请求内容不是 JSON(第 {error.lineno} 行第 {error.colno} 列):请检查后重试。") from error
    if not isinstance(told, dict):
        raise BadRequest("请求内容应为 JSON 对象:{keys, fields, purpose, case_id}。")
    keys = told.get("keys") if keyed else []
    if not isinstance(keys, list) or (keyed and not keys) or not all(isinstance(key, str) and 0 < len(key) <= 128 for key in keys):
        raise BadRequest("keys 应为 1 至 1000 个文字键(每个不超过 128 字)。", field="keys")
    if len(keys) > MOST_KEYS:
        raise TooLarge(f"keys 有 {len(keys)} 个,一次最多 {MOST_KEYS} 个,请分批调用。", field="keys")
    return Asked(_names(told.get("fields", [])), _text(told, "purpose"), _text(told, "case_id"), keys)


def _query_asked(query: str) -> Asked:
    told = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    form = told.get("format", "arrow")
    if form not in _FORMATS:
        raise BadRequest("format 应为 arrow 或 parquet。", field="format")
    names = [name for name in told.get("fields", "").split(",") if name]
    limit = told.get("limit", str(MOST_KEYS))
    after = changing.Cursor.parse(told.get("after", "")) if limit.isascii() and limit.isdigit() and int(limit[:9]) > 0 else None
    return Asked(
        _names(names), _text(told, "purpose"), _text(told, "case_id"), format=form, after=after, limit=int(limit[:9]) if after else 0
    )


def _names(told: object) -> Sequence[str]:
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told) or len(told) != len(set(told)):
        raise BadRequest("fields 应为不重复的字段名列表;不写则为授权的全部字段。", field="fields")
    return told


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > 128:
        raise BadRequest(f"{name} 应为文字。", field=name)
    return value


def covering(key: Key, resource: str, operation: str, asked: Asked, now: int) -> Grant:
    """The grant that covers the call; the refusal says what is missing of the nearest one. Fields left out become all granted ones."""
    grants = key.grants.get(resource, ())
    if not grants:
        raise NotGranted()
    refusal: NotGranted | None = None
    for grant in grants:
        excess = [name for name in asked.fields if name not in grant.fields]
        if not grant.valid_from <= now < grant.valid_until:
            refusal = NotGranted("授权不在有效期内,请在共享平台续期。")
        elif operation not in grant.operations:
            refusal = NotGranted("授权不含这种调用方式(逐条查询、整体下载或变更订阅),请在共享平台变更申请。")
        elif asked.purpose not in grant.purposes:
            refusal = NotGranted("用途不在授权之内:请按申请时写明的用途调用。", field="purpose")
        elif excess:
            refusal = NotGranted(f"字段「{'」「'.join(excess[:5])}」未授权,请去掉后重试或补充申请。", field="fields")
        elif grant.needs_case and not _CASE.match(asked.case):
            refusal = NotGranted("这项授权要求写明办件编号(case_id,UUID)。", field="case_id")
        else:
            asked.fields = asked.fields or list(grant.fields)
            return grant
    raise refusal or NotGranted()


def _rows(snapshot: Snapshot, grant: Grant, asked: Asked) -> tuple[bytes, list[bool]]:
    """The rows as JSON in the order of the keys, and which were found."""
    places = snapshot.places(asked.keys)
    hits = [place for place in places if place >= 0]
    columns = snapshot.values(asked.fields, hits) if hits else [[] for _ in asked.fields]
    columns = [pieces.masked(grant, name, values) for name, values in zip(asked.fields, columns, strict=True)]
    rows = iter(zip(*columns, strict=True)) if asked.fields else iter(() for _ in hits)
    told = [
        {"key": key, "found": True, "values": dict(zip(asked.fields, next(rows), strict=True))}
        if place >= 0
        else {"key": key, "found": False}
        for key, place in zip(asked.keys, places, strict=True)
    ]
    return orjson.dumps({"as_of": snapshot.as_of, "rows": told}, default=str), [place >= 0 for place in places]
