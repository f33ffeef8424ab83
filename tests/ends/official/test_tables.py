"""Decision tables at the desk: read, edited, tested, published by a second person, rehearsed; nothing typed is lost."""

import re

import pytest

from tests.business.cases.conftest import certificate
from tests.ends.installation import actor
from yiwang.business.cases import api as cases
from yiwang.data.decisions import api as decisions
from yiwang.data.decisions import in_force

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
KEY = "matters/birth_certificate"
PAGE = f"/office/tables/{KEY}"


@pytest.fixture(autouse=True)
def _fresh_memory():
    in_force.memory.__init__()
    yield
    in_force.memory.__init__()


@pytest.fixture
def author(people):
    return actor("health.reviewer")


def text(answer, status=200):
    assert answer.status_code == status, (answer.status_code, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:600])
    return answer.content.decode()


def form(page):
    """What a browser would post: every named field of the page's main form with what it shows."""
    body = max(re.findall(r"<form.*?</form>", page, re.S), key=len)
    fields = {
        name: value
        for name, value in re.findall(r'<input(?=[^>]*\bname="([^"]+)")(?=[^>]*\bvalue="([^"]*)")[^>]*>', body)
        if name != "csrfmiddlewaretoken"
    }
    fields |= dict(re.findall(r'<textarea[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', body, re.S))
    for name, options in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen.group(1)
    from html import unescape

    return {name: unescape(value) for name, value in fields.items()}


def draft_of(author, sheet=None, tests=None):
    sheet = sheet or decisions.version(KEY, actor=author).sheet
    first = decisions.draft(KEY, actor=author)
    if tests is None:
        proposed = decisions.suggest(KEY, sheet=sheet, cases=(), actor=author)
        _, tested = decisions.examine(KEY, sheet=sheet, cases=proposed, actor=author)
        tests = [decisions.TestCase(run.case.name, run.case.facts, run.actual) for run in tested.runs]
    return decisions.save(KEY, sheet=sheet, cases=tests, actor=author, lock=first.lock)


def test_the_list_holds_the_own_departments_tables(people, sign_in):
    page = text(sign_in("health.reviewer").get("/office/tables"))
    assert "matters/birth_certificate" in page and "matters/household_registration" not in page
    assert sign_in("health.clerk").get("/office/tables").status_code == 403


@pytest.mark.parametrize("who", ["police.reviewer", "health.clerk", "retiree"])
@pytest.mark.parametrize("place", ["", "/edit", "/tests", "/compare", "/rehearsal", "/dmn"])
def test_others_see_nothing(people, sign_in, who, place):
    assert sign_in(who).get(PAGE + place).status_code in (403, 404)


def test_a_table_reads_as_sentences_and_answers_what_if(people, sign_in):
    client = sign_in("health.reviewer")
    page = text(client.get(PAGE))
    assert "条款" in page and '<ul class="plain"><li>' in page
    told = text(client.post(PAGE, {"w0": "2026-02-30", "w1": "H1"}))
    assert "应为日期" in told and "还差" in told
    told = text(client.post(PAGE + "?version=0", {"w0": "2026-01-01", "w1": "H1", "w2": "99", "w3": "云晓禾", "w4": "2026-02-01"}))
    assert "准予" in told and "逐个条件" in told


def test_every_cell_stays_as_typed_and_faults_stand_beside_their_row(people, sign_in, author):
    client = sign_in("health.reviewer")
    fields = form(text(client.get(PAGE + "/edit")))
    fields["t0-0"] = "<b>八十岁以上"
    assert client.post(PAGE + "/edit", fields).status_code == 302
    page = text(client.get(PAGE + "/edit"))
    assert "&lt;b&gt;八十岁以上" in page and "不是正确的 FEEL" in page and 'id="row1" class="faulty"' in page


def test_rows_and_columns_are_edited_without_javascript(people, sign_in, author):
    client = sign_in("health.reviewer")

    def press(act, **more):
        fields = form(text(client.get(PAGE + "/edit"))) | more
        assert client.post(PAGE + "/edit", fields | {"act": act}).status_code == 302
        return decisions.edited_table(KEY, sheet=decisions.draft(KEY, actor=author).sheet)

    before = decisions.edited_table(KEY, sheet=decisions.version(KEY, actor=author).sheet)
    rows = len(before.rules)
    assert len(press(f"add_row:{rows}").rules) == rows + 1
    assert len(press("delete_row:0").rules) == rows
    assert press("up:1").rules[0] == before.rules[2]
    assert len(press("add_input").inputs) == len(before.inputs) + 1
    assert press("", policy="UNIQUE+").hit_policy == "UNIQUE"
    assert press("", **{"ci0-label": "出生日"}).inputs[0].label == "出生日"
    assert len(press(f"delete_input:{len(before.inputs)}").inputs) == len(before.inputs)


def test_a_colleague_who_saved_in_between_costs_nothing_typed(people, sign_in, author):
    client = sign_in("health.reviewer")
    fields = form(text(client.get(PAGE + "/edit")))
    draft_of(author)
    page = text(client.post(PAGE + "/edit", fields | {"t0-0": "我填的内容"}), 409)
    assert "我填的内容" in page and "刚刚被" in page and "与现在保存的草稿的差别" in page


def test_test_cases_are_kept_run_and_proposed(people, sign_in, author):
    client = sign_in("health.reviewer")
    fields = form(text(client.get(PAGE + "/tests")))
    assert client.post(PAGE + "/tests", fields | {"act": "suggest"}).status_code == 302
    page = text(client.get(PAGE + "/tests"))
    assert "没有写明预期结果" in page and "每一行都有用例" in page
    fields = form(page) | {"k0-e0": "yes", "k0-f0": "不是日期"}
    client.post(PAGE + "/tests", fields)
    page = text(client.get(PAGE + "/tests"))
    assert 'value="不是日期"' in page and "应为日期" in page


def test_two_persons_publish_and_the_next_case_is_decided_by_it(people, sign_in, author):
    sheet = decisions.version(KEY, actor=author).sheet
    table = decisions.edited_table(KEY, sheet=sheet)
    last = len(table.rules) - 1
    changed = table.rules[last].__class__(table.rules[last].tests, ('"yes"', '"材料齐全,准予签发(新版)"'), table.rules[last].annotations)
    rules = (*table.rules[:last], changed)
    draft = draft_of(author, decisions.edit_table(KEY, sheet=sheet, table=table.__class__(**_parts(table) | {"rules": rules})))
    client = sign_in("health.reviewer")
    client.post(PAGE + "/steps/submit", {"lock": draft.lock})
    assert decisions.draft(KEY, actor=author).state == "draft"  # warnings want a reason
    client.post(PAGE + "/steps/submit", {"lock": draft.lock, "reason": "依据已核对"})
    sent = decisions.draft(KEY, actor=author)
    assert sent.state == "submitted"
    assert client.post(PAGE + "/steps/publish", {"lock": sent.lock}).status_code == 302
    assert decisions.draft(KEY, actor=author).state == "submitted"  # an editor may not publish
    client = sign_in("health.approver")
    assert "退回" in text(client.get(PAGE))
    client.post(PAGE + "/steps/publish", {"lock": sent.lock})
    assert decisions.version(KEY, actor=author).number == 1
    case = cases.submit(certificate(people["newborn_mother"]), actor=actor("newborn_mother"))
    told = cases.explanation(case.id, actor=actor("newborn_mother"))
    assert told.table_digest == decisions.model(KEY).digest and "新版" in told.text
    assert cases.replay(case.id, actor=actor("newborn_mother"))
    for place in ("?version=0", "?version=1", "/compare?old=0&new=1"):
        text(client.get(PAGE + place))


def _parts(table):
    return {name: getattr(table, name) for name in ("inputs", "outputs", "rules", "hit_policy", "aggregation", "annotations")}


def test_a_draft_is_rehearsed_over_what_was_decided(people, sign_in, author):
    cases.submit(certificate(people["newborn_mother"]), actor=actor("newborn_mother"))
    sheet = decisions.version(KEY, actor=author).sheet
    table = decisions.edited_table(KEY, sheet=sheet)
    rules = tuple(one.__class__(one.tests, ('"no"', *one.outputs[1:]), one.annotations) for one in table.rules)
    draft_of(author, decisions.edit_table(KEY, sheet=sheet, table=table.__class__(**_parts(table) | {"rules": rules})))
    page = text(sign_in("health.reviewer").post(PAGE + "/rehearsal", {"limit": "10"}))
    assert "准予 → 不予" in page and "例子" in page
    assert people["newborn_mother"].id_number not in page and "林晓雨" not in page


def test_dmn_goes_out_and_comes_in(people, sign_in, author):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = sign_in("health.reviewer")
    data = client.get(PAGE + "/dmn").content
    assert decisions.read_dmn(data) == decisions.version(KEY, actor=author).sheet
    client.post(PAGE + "/import", {"lock": "0", "file": SimpleUploadedFile("a.dmn", b"<x/>")})
    assert decisions.draft(KEY, actor=author).lock == 0
    client.post(PAGE + "/import", {"lock": "0", "file": SimpleUploadedFile("a.dmn", data)})
    assert decisions.draft(KEY, actor=author).lock == 1
