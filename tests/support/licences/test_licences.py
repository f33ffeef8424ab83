"""Licences from issue to revocation, by the people who may and those who may not."""

import base64
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.security.conftest import HOLDER, STRANGER, citizen, staff
from tests.security.conftest import statements as statements
from yiwang.base.clock.api import frozen, now, today
from yiwang.base.ids.api import new_id
from yiwang.security.access.api import ANONYMOUS, SYSTEM, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.security.keys import api as keys
from yiwang.standards.identifiers import credit_code, licence_id
from yiwang.standards.subjects import Subject
from yiwang.support.licences import api as licences
from yiwang.support.licences.api import NewLicence

pytestmark = pytest.mark.django_db
COMPANY = Subject("company", credit_code.make("9", "1", "990102", "MAYYYY77"))


def birth(**changes):
    data = {"姓名": "李小满", "性别": "女", "出生日期": "2026-11-16", "母亲姓名": "李晓"}
    return NewLicence(
        **(
            {
                "kind": "birth_certificate",
                "holder": HOLDER,
                "holder_name": "李晓",
                "data": data,
                "department": "health",
                "valid_from": today(),
            }
            | changes
        )
    )


def business(**changes):
    data = {"名称": "云汀江畔小馆", "统一社会信用代码": COMPANY.key, "法定代表人": "周知味"}
    return NewLicence(
        **(
            {
                "kind": "business_licence",
                "holder": COMPANY,
                "holder_name": "云汀江畔小馆",
                "data": data,
                "department": "market",
                "valid_from": today(),
            }
            | changes
        )
    )


def issue(*new, case_id=None, actor=SYSTEM):
    return licences.issue_many(case_id, licences=list(new), actor=actor)


@pytest.fixture
def licence():
    return issue(birth(), case_id=new_id())[0]


def test_a_licence_is_numbered_signed_and_recorded(licence):
    parts = licence_id.parse(licence.number)
    assert parts.issuer == "11990100MB99000131" and parts.version == "001"
    assert (licence.state, licence.version, licence.issuer) == ("valid", 1, "市卫生健康委员会")
    bundle = licences.offline_bundle(licence.id)
    assert keys.verify("department:health", bundle["document"].encode(), base64.b64decode(bundle["signature"]["value"]))
    acts = audit.of_case(licence.case_id)
    assert [act.act for act in acts] == ["licence.issue"] and acts[0].row_digest
    with connection.cursor() as cursor:
        cursor.execute("SELECT document, holder, holder_name FROM licence WHERE id = %s", [licence.id])
        document, holder, name = cursor.fetchone()
    assert "李小满".encode() not in bytes(document) and HOLDER.key not in holder and name == "李*"


def test_many_at_once_by_several_departments_keep_their_order():
    made = issue(birth(), business(), birth(data={"姓名": "李小雪"}), case_id=new_id())
    assert [one.kind for one in made] == ["birth_certificate", "business_licence", "birth_certificate"]
    assert made[2].data["姓名"] == "李小雪"
    assert len({one.number for one in made}) == 3
    for one in made:
        assert not licences.check_bundle(licences.offline_bundle(one.id))


def test_records_can_be_collected_by_the_caller():
    records = []
    made = licences.issue_many(new_id(), licences=[birth()], actor=SYSTEM, collect=records)
    assert [record.ref for record in records] == [str(made[0].id)]
    assert audit.of_case(made[0].case_id) == []


def test_what_cannot_be_issued():
    with pytest.raises(licences.UnknownKind, match="金牌"):
        issue(birth(kind="金牌"))
    with pytest.raises(licences.WrongHolder, match="企业"):
        issue(NewLicence("food_permit", HOLDER, "李晓", {}, "market", today()))


@pytest.mark.parametrize("who", [citizen(), ANONYMOUS, staff("clerk", department="health"), staff("approver", department="civil")])
def test_nobody_issues_without_a_case_or_the_permission(who):
    with pytest.raises(PermissionDenied):
        issue(birth(), actor=who)


def test_an_approver_issues_for_his_own_department():
    assert issue(birth(), actor=staff("approver", department="health"))


def test_find_gives_what_is_in_force(licence):
    assert [one.id for one in licences.find(HOLDER, kinds=["birth_certificate", "id_card"])] == [licence.id]
    assert licences.find(HOLDER, kinds=["id_card"]) == [] == licences.find(HOLDER, kinds=[])
    assert licences.find(STRANGER, kinds=["birth_certificate"]) == []
    licences.suspend(licence.id, reason="核查", actor=SYSTEM)
    assert licences.find(HOLDER, kinds=["birth_certificate"]) == []


def test_find_is_one_select(licence, statements):
    licences.find(HOLDER, kinds=["birth_certificate"])
    with statements(at_most=2):  # the licences; the field key, which a test's open transaction keeps from being remembered
        licences.find(HOLDER, kinds=["birth_certificate"])


def test_everybody_sees_his_own_list_only(licence):
    assert [one.id for one in licences.held(citizen())] == [licence.id]
    assert licences.held(citizen(STRANGER)) == [] == licences.held(staff("approver")) == licences.held(ANONYMOUS)


def test_reading_one(licence):
    assert licences.get(licence.id, actor=citizen()).data["姓名"] == "李小满"
    assert licences.get(licence.id, actor=staff("approver", department="health"))
    case = new_id()
    assert licences.get(licence.id, actor=staff("clerk", department="police"), case_id=case)
    diary = audit.diary(HOLDER).rows
    assert [row.reason for row in diary] == ["凭办件查阅证照", "查阅本部门颁发的证照"] and diary[0].case_id == case


@pytest.mark.parametrize(
    "who",
    [
        citizen(STRANGER),
        ANONYMOUS,
        staff("clerk", department="police"),
        staff("approver", department="civil"),
        staff("leader", department="health"),
    ],
)
def test_to_others_it_does_not_exist(licence, who):
    with pytest.raises(licences.NoLicence):
        licences.get(licence.id, actor=who)
    with pytest.raises(licences.NoLicence):
        licences.offline_bundle(licence.id, actor=who)
    with pytest.raises(licences.NoLicence):
        licences.present(licence.id, actor=who)
    with pytest.raises(licences.NoLicence):
        licences.get(new_id(), actor=who)


def test_only_officials_with_the_permission_list_their_department(licence):
    rows = licences.listing(staff("approver", department="health"))
    assert [(row["id"], row["holder"]) for row in rows] == [(licence.id, "李*")]
    assert licences.listing(staff("approver", department="civil")) == []
    for who in (citizen(), ANONYMOUS, staff("clerk", department="health")):
        with pytest.raises(licences.NoLicence):
            licences.listing(who)


def test_presenting_shows_what_the_holder_chose(licence):
    shown = licences.present(licence.id, actor=citizen(), fields=["姓名"], base_url="https://city.example")
    assert shown.url_path.endswith(shown.token) and shown.qr_svg.startswith("<svg")
    first, second = licences.check_presented(shown.token), licences.check_presented(shown.token)
    assert first.fields == {"姓名": "李小满"} and (first.uses, second.uses) == (1, 2)
    assert first.in_force and first.signature == "right" and first.evidence == "waiting" and first.holder == "李*"
    evidence.sequence()
    assert licences.check_presented(shown.token).evidence == "sequenced"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM licence_presentation WHERE token_hash = %s", [shown.token.encode()])
        assert cursor.fetchone()[0] == 0, "the token itself is kept nowhere"


def pixels(svg, scale=4):
    """The drawing of a QR code as an image: its dark path is a run of horizontal strokes, each one module high."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    image = [bytearray(b"\xff" * side * scale) for _ in range(side * scale)]
    x = y = 0.0
    for letter, numbers in re.findall(
        r"([Mmh])([-\d. ]+)", re.search(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', svg)[0]
    ):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            for row in range(int(y) * scale, (int(y) + 1) * scale):
                image[row][int(x) * scale : int(x + values[0]) * scale] = b"\0" * int(values[0] * scale)
            x += values[0]
    return memoryview(b"".join(image)).cast("B", (side * scale, side * scale))


def test_the_code_can_be_scanned(licence):
    zxing = pytest.importorskip("zxingcpp")
    shown = licences.present(licence.id, actor=citizen(), base_url="https://city.example")
    assert zxing.read_barcodes(pixels(shown.qr_svg))[0].text == f"https://city.example{shown.url_path}"


def test_a_presentation_ends(licence):
    shown = licences.present(licence.id, actor=citizen(), minutes=5)
    with frozen(now() + timedelta(minutes=6)), pytest.raises(licences.PresentationEnded):
        licences.check_presented(shown.token)
    with pytest.raises(licences.PresentationEnded):
        licences.check_presented("made-up")
    with pytest.raises(licences.UnknownField, match="血型"):
        licences.present(licence.id, actor=citizen(), fields=["血型"])


def test_checking_by_number_needs_the_name(licence):
    found = licences.check_number(licence.number, holder_name="李晓")
    assert found.in_force and found.fields == {}, "a person's licence tells strangers nothing"
    for number, name in ((licence.number, "李"), (licence.number, ""), (licence.number[:-1] + "?", "李晓")):
        with pytest.raises(licences.NoLicence):
            licences.check_number(number, holder_name=name)
    company = issue(business())[0]
    assert licences.check_number(company.number, holder_name="云汀江畔小馆").fields["法定代表人"] == "周知味"


def test_revoking(licence):
    approver = staff("approver", department="health")
    with pytest.raises(licences.ReasonNeeded):
        licences.revoke(licence.id, reason=" ", actor=approver)
    shown = licences.present(licence.id, actor=citizen())
    revoked = licences.revoke(licence.id, reason="材料虚假", actor=approver)
    assert (revoked.state, revoked.state_name, revoked.state_reason) == ("revoked", "撤销", "材料虚假")
    seen = licences.check_presented(shown.token)
    assert not seen.in_force and seen.state == "revoked" and seen.signature == "right"
    with pytest.raises(licences.NotInForce, match="撤销"):
        licences.cancel(licence.id, reason="死亡", actor=approver)
    with pytest.raises(licences.NotInForce, match="出示"):
        licences.present(licence.id, actor=citizen())
    assert [act.act for act in audit.of_case(licence.case_id)] == ["licence.issue", "licence.revoke"]


@pytest.mark.parametrize("act", [licences.revoke, licences.cancel, licences.suspend, licences.restore, licences.revoke_as_penalty])
@pytest.mark.parametrize(
    ("who", "error"),
    [
        (citizen(), licences.NoLicence),
        (citizen(STRANGER), licences.NoLicence),
        (ANONYMOUS, licences.NoLicence),
        (staff("clerk", department="health"), PermissionDenied),
        (staff("approver", department="police"), PermissionDenied),
        (staff("approver", department="health", region="990200"), licences.NoLicence),
    ],
)
def test_who_may_not_end_a_licence(licence, act, who, error):
    with pytest.raises(error):
        act(licence.id, reason="理由", actor=who)
    assert licences.get(licence.id, actor=SYSTEM).state == "valid"


def test_suspended_and_restored(licence):
    assert licences.suspend(licence.id, reason="调查", actor=SYSTEM).state == "suspended"
    assert licences.restore(licence.id, reason="调查结束", actor=SYSTEM).state == "valid"
    with pytest.raises(licences.NotInForce):
        licences.restore(licence.id, reason="再来", actor=SYSTEM)


def test_a_changed_company_gets_the_next_version_of_its_one_licence():
    old = issue(business())[0]
    new = issue(business(data={"名称": "云汀江畔大酒楼"}))[0]
    assert (new.version, new.replaces) == (2, old.number)
    assert licence_id.parse(new.number).serial == licence_id.parse(old.number).serial
    assert licences.get(old.id, actor=SYSTEM).state == "replaced"
    assert [one.id for one in licences.find(COMPANY, kinds=["business_licence"])] == [new.id]
    with pytest.raises(licences.NoLicence):
        issue(birth(replaces=new.number))


def test_expiry():
    short = issue(
        birth(valid_to=date(2026, 1, 31), valid_from=date(2025, 1, 1)), birth(valid_to=date(2026, 2, 1), valid_from=date(2025, 1, 1))
    )
    assert licences.expire_due(date(2026, 2, 1)) == 1
    assert [licences.get(one.id, actor=SYSTEM).state for one in short] == ["expired", "valid"]
    assert licences.expire_due(date(2026, 2, 1)) == 0


def test_a_term_of_years_is_the_kinds_own():
    food = issue(NewLicence("food_permit", COMPANY, "云汀江畔小馆", {}, "market", date(2024, 2, 29)))[0]
    assert food.valid_to == date(2029, 2, 28)


def test_the_bundle_verifies_without_us_and_any_change_shows(licence):
    evidence.sequence()
    bundle = json.loads(json.dumps(licences.offline_bundle(licence.id)))
    assert licences.check_bundle(bundle) == []
    assert licences.check_bundle(bundle, trusted=[keys.public_pem("department:health")]) == []
    assert licences.check_bundle(bundle, trusted=[keys.ensure("department:police").pem])
    changed = bundle | {"document": bundle["document"].replace("李小满", "李小瞒")}
    assert licences.check_bundle(changed) == ["证照内容与签名不符"]
    other = issue(birth())[0]
    evidence.sequence()
    foreign = bundle | {"evidence": licences.offline_bundle(other.id)["evidence"]}
    assert licences.check_bundle(foreign) == ["存证凭据属于另一本证照"]
    assert licences.check_bundle({}) and licences.check_bundle(bundle | {"evidence": {}})


def test_a_rotated_key_still_verifies(licence):
    keys.rotate("department:health", actor=staff("admin"))
    shown = licences.present(licence.id, actor=citizen())
    assert licences.check_presented(shown.token).signature == "right"
    assert issue(birth())[0] and not licences.check_bundle(licences.offline_bundle(licence.id))


def test_a_licence_changed_behind_our_back_is_found(licence):
    other = issue(birth())[0]
    evidence.sequence()
    assert evidence.verify_all().sound
    with connection.cursor() as cursor:
        cursor.execute("UPDATE licence SET state = 'cancelled' WHERE id = %s", [licence.id])
        cursor.execute("UPDATE licence SET signature = %s WHERE id = %s", [b"forged", other.id])
    found = evidence.verify_all().problems
    assert {(one.table, one.key) for one in found} == {("licence", str(licence.id)), ("licence", str(other.id))}
    shown = licences.check_number(other.number, holder_name="李晓")
    assert shown.signature == "wrong" and not shown.in_force


def test_every_kind_names_its_issuer_law_and_face():
    for kind in licences.kinds().values():
        assert kind.fields and kind.legal_basis and credit_code.is_valid(kind.type_code[:18]) and len(kind.type_code) == 21, kind
    assert len({kind.type_code for kind in licences.kinds().values()}) == len(licences.kinds()) >= 40


def test_seeding_in_bulk():
    made = licences.seed_licences([birth(data={"姓名": f"孩子{at}"}) for at in range(25)])
    assert made == 25 and len(licences.held(citizen())) == 25


def test_every_kind_that_a_matter_names_is_in_the_catalogue():
    library = Path(__file__).parents[3] / "yiwang" / "business" / "matters" / "library"
    named = {kind for file in library.glob("*.json") for kind in re.findall(r'"licence_kind": "([^"]+)"', file.read_text("utf-8"))}
    assert named - set(licences.kinds()) == set()
