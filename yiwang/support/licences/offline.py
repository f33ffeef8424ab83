"""The off-line bundle: everything that lets a stranger check a licence without asking us, and the check itself (pure)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from yiwang.base.clock.api import now
from yiwang.security.audit.api import evidence_refs
from yiwang.security.evidence.api import NotYetSequenced, check_receipt, receipt
from yiwang.security.keys.api import public_key, verify
from yiwang.standards.errors import YiwangError
from yiwang.support.licences import queries

FORMAT = "yiwang-licence-bundle/1"


def make(found: queries.Stored) -> dict[str, Any]:
    """Document, signature, public key, state as of now, and the evidence receipt of the issue (None while it waits)."""
    licence = found.licence
    key = public_key(found.key_name, version=found.key_version)
    refs = evidence_refs("licence", str(licence.id))
    try:
        proof = receipt(refs[-1]).to_json() if refs else None
    except NotYetSequenced:
        proof = None
    return {
        "format": FORMAT,
        "document": found.document.decode(),
        "signature": {
            "algorithm": "SM2-with-SM3, user id 1234567812345678, DER",
            "value": base64.b64encode(found.signature).decode(),
            "key_name": key.name,
            "key_version": key.version,
            "public_key": key.pem,
        },
        "state": {"state": licence.state, "name": licence.state_name, "as_of": now().isoformat()},
        "evidence": proof,
    }


def check(bundle: dict[str, Any], trusted: Sequence[str]) -> list[str]:
    """What is wrong with a bundle (nothing: it holds); ``trusted`` PEMs, if given, must include the issuer's."""
    wrong = []
    try:
        document, signature = bundle["document"].encode(), base64.b64decode(bundle["signature"]["value"], validate=True)
        pem, proof = bundle["signature"]["public_key"], bundle["evidence"]
        if trusted and pem.split() not in [known.split() for known in trusted]:
            wrong.append("签名公钥不在信任名单中")
        if not verify(pem, document, signature):
            wrong.append("证照内容与签名不符")
        if proof is not None:
            wrong += check_receipt(proof)
            if json.loads(document)["number"] != json.loads(proof["record"])["detail"]["number"]:
                wrong.append("存证凭据属于另一本证照")
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error, YiwangError) as error:
        return [*wrong, f"离线验证包不完整或格式不对({type(error).__name__}),请重新下载"]
    return wrong
