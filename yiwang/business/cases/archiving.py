"""The archive package 一件一包 (GB/T 42727, 国办发〔2023〕26号): one ZIP with a signed manifest, and the four checks on it.

The name and the place of every file are fixed, times inside the ZIP are those of the case, so the same case gives the same
package byte for byte until something is added to it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID
from xml.etree import ElementTree

from yiwang.base.clock.api import now
from yiwang.base.storage import api as storage
from yiwang.business.cases import queries, rights
from yiwang.business.cases.clockwork import moment
from yiwang.business.cases.errors import NotYours, WrongState
from yiwang.business.cases.states import FINAL, STATES
from yiwang.business.cases.values import PackageCheck
from yiwang.business.cases.writing import File
from yiwang.business.matters.api import MatterVersion, version_of
from yiwang.security.access.api import Actor, may
from yiwang.security.audit.api import of_case
from yiwang.security.keys.api import ensure, public_pem, sign, verify
from yiwang.standards import canonical
from yiwang.standards.errors import YiwangError

KEY: Final = "archive"
_NEEDED: Final = ("metadata.xml", "application.json", "facts.json", "process.json", "decisions.json", "log.json")
_MOST_BYTES: Final = 64 * 1024 * 1024


def package(case_id: UUID, *, actor: Actor) -> bytes:
    """See ``api.archive_package``: the sealed package of an archived case, a fresh one of an ended case."""
    file = queries.file_for(case_id, actor)
    as_part = rights.visible(file.case, actor)
    if as_part not in ("applicant", "system") and not may(actor, "case.archive", department=file.case["department"]):
        raise NotYours("归档信息包由档案员或申请人取用,请联系本部门档案员。")
    if file.case["state"] not in FINAL:
        raise WrongState(case_no=file.case["no"], state=STATES[file.case["state"]].name, action="取归档信息包")
    if file.case["package"]:
        return storage.read(file.case["package"])
    return build(file, version_of(file.case["matter_version"]))


def seal(file: File, version: MatterVersion) -> str:
    """Build the package, keep it, and give its digest."""
    return storage.put(build(file, version), media_type="application/zip").digest


def build(file: File, version: MatterVersion) -> bytes:
    """The package of a file."""
    members = _members(file, version)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(members.items())}
    ensure(KEY)
    manifest = canonical.dumps(
        {
            "case_no": file.case["no"],
            "matter_code": file.case["matter_code"],
            "files": digests,
            "sealed_at": moment(file.case["closed_at"] or file.case["submitted_at"]).isoformat(),
        }
    )
    members |= {"manifest.json": manifest, "manifest.sig": sign(KEY, manifest), "signer.pem": public_pem(KEY).encode()}
    at = moment(file.case["closed_at"]) if file.case["closed_at"] else now()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second)), data)
    return out.getvalue()


def _members(file: File, version: MatterVersion) -> dict[str, bytes]:
    case = file.case
    members = {
        "metadata.xml": _metadata(file, version),
        "application.json": _json(
            {"fields": case["fields"], "answers": case["answers"], "keys": case["keys"], "materials": file.materials}
        ),
        "facts.json": _json(case["facts"]),
        "process.json": _json({"steps": file.steps, "special_procedures": file.specials}),
        "decisions.json": _json(file.decisions),
        "licences.json": _json(case["licences"]),
        "log.json": _json([_record(one) for one in of_case(file.id)]),
    }
    members |= {f"documents/{row['no']}.txt": row["body"].encode() for row in file.documents}
    for row in file.materials:
        if row["given_as"] == "file" and storage.exists(row["ref"]):
            members[f"materials/{row['ref']}"] = storage.read(row["ref"])
    return members


def _metadata(file: File, version: MatterVersion) -> bytes:
    """The elements of one case (GB/T 39046) as XML, named in Chinese as the archive rules name them."""
    case = file.case
    root = ElementTree.Element("办件元数据")
    entries = {
        "办件编号": case["no"],
        "实施编码": case["matter_code"],
        "事项名称": case["matter_name"],
        "事项版本": str(version.version),
        "办件类型": "即办件" if case["kind"] == "instant" else "承诺件",
        "申请人名称": case["applicant_name"],
        "申请人类型": "自然人" if case["applicant"].startswith("person:") else "法人",
        "申请人证件号码": case["applicant"].partition(":")[2],
        "代理人证件号码": case["agent"].partition(":")[2],
        "申报来源": case["channel"],
        "申请时间": case["submitted_at"],
        "受理部门": version.department_name,
        "受理部门编码": version.department_credit_code,
        "受理时间": case["accepted_at"],
        "承诺办结时间": case["due_on"],
        "决定时间": case["decided_at"],
        "办结时间": case["closed_at"],
        "办结结果": {"yes": "出证" if case["licences"] else "办结", "no": "退回"}.get(case["outcome"], STATES[case["state"]].name),
        "区划": case["region"],
        "保管期限": "30年" if case["outcome"] == "yes" and case["kind"] == "promised" else "10年",
    }
    for name, value in entries.items():
        ElementTree.SubElement(root, name).text = value or ""
    for licence in case["licences"]:
        ElementTree.SubElement(root, "结果证照", {"名称": licence["name"]}).text = licence["number"]
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _record(record: Any) -> dict[str, object]:
    return {"id": str(record.id), "at": record.at.isoformat(), "act": record.act, "actor": record.actor_name, "detail": record.detail}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def check(data: bytes) -> list[PackageCheck]:
    """See ``api.check_package``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                return [PackageCheck(name, False, "信息包解开后过大") for name in _CHECKS]
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        return [PackageCheck(name, False, f"信息包不能打开:{type(error).__name__}") for name in _CHECKS]
    return [PackageCheck(name, not (why := one(members)), why or "通过") for name, one in _CHECKS.items()]


def _genuine(members: dict[str, bytes]) -> str:
    """真实性: the manifest is signed by the archive key of this installation."""
    try:
        right = verify(KEY, members["manifest.json"], members["manifest.sig"])
    except (KeyError, ValueError, YiwangError):
        return "清单没有有效签名"
    return "" if right else "清单的签名不对"


def _complete(members: dict[str, bytes]) -> str:
    """完整性: every file of the manifest is there, unchanged, and nothing else; every needed file is named."""
    try:
        listed = dict(json.loads(members["manifest.json"])["files"])
    except (KeyError, ValueError, TypeError):
        return "没有可读的清单"
    present = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in members.items()
        if name not in ("manifest.json", "manifest.sig", "signer.pem")
    }
    if missing := [name for name in _NEEDED if name not in listed]:
        return f"缺少{'、'.join(missing)}"
    differing = sorted(name for name in listed.keys() | present.keys() if listed.get(name) != present.get(name))
    return f"文件与清单不符:{'、'.join(differing[:5])}" if differing else ""


def _usable(members: dict[str, bytes]) -> str:
    """可用性: every file of ours can be read as what it is."""
    for name, data in members.items():
        try:
            if name.endswith(".json"):
                json.loads(data)
            elif name.endswith(".xml"):
                if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                    return f"{name} 含有不允许的声明"
                ElementTree.fromstring(data)  # noqa: S314 - a document type is refused the line before
            elif name.startswith("documents/"):
                data.decode()
        except (ValueError, ElementTree.ParseError):
            return f"{name} 不能读取"
    return ""


def _safe(members: dict[str, bytes]) -> str:
    """安全性: plain places only, and no material that is a program."""
    for name, data in members.items():
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            return f"{name[:60]} 的位置不安全"
        if data[:2] == b"MZ" or data[:4] == b"\x7fELF" or data[:2] == b"#!":
            return f"{name[:60]} 是可执行程序"
    return ""


_CHECKS: Final[dict[str, Callable[[dict[str, bytes]], str]]] = {
    "真实性": _genuine,
    "完整性": _complete,
    "可用性": _usable,
    "安全性": _safe,
}
