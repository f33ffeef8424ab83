"""Decision tables by machine: evaluate, explain, draft, test, rehearse, submit, publish by a second person."""

import pytest

from yiwang.data.decisions import in_force

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
TABLE = "/decisions/matters/birth_certificate"
BORN = {"born_on": "2026-01-02", "today": "2026-02-01", "hospital_code": "H1", "mother_id": "9" * 18, "child_name": "云晓禾"}


@pytest.fixture(autouse=True)
def _fresh_memory():
    in_force.memory.__init__()
    yield
    in_force.memory.__init__()


def test_a_table_is_asked_and_explains(sign_in):
    caller = sign_in("health.reviewer")
    told = caller.post(f"{TABLE}/evaluate", {"facts": BORN})
    assert told["result"] == "yes" and told["rows"] and told["conditions"] == [] and told["number"] == 0
    told = caller.post(f"{TABLE}/explain", {"facts": BORN | {"child_name": ""}})
    assert told["result"] == "undetermined" and told["missing"] == ["child_name"] and told["conditions"]
    assert caller.post(f"{TABLE}/evaluate", {"facts": {"born_on": "前天"}})["problems"]["born_on"]
    assert any(one["key"] == "matters/birth_certificate" for one in caller.get("/decisions"))


def test_the_whole_way_by_two_programs(sign_in):
    author = sign_in("health.reviewer")
    draft = author.get(f"{TABLE}/draft")
    body = {"lock": draft["lock"], "sheet": draft["sheet"], "cases": [{"name": "出生", "facts": BORN, "expected": {"result": "yes"}}]}
    draft = author.put(f"{TABLE}/draft", body)
    assert "uncovered" in {one["kind"] for one in draft["findings"]}
    assert author.post(f"{TABLE}/submit", {"lock": draft["lock"], "reason": "x"}, 422)["code"] == "table_has_findings"
    assert author.put(f"{TABLE}/draft", body, 409)["code"] == "stale_table"
    told = author.post(f"{TABLE}/test")
    assert told["runs"][0]["passed"] and sum(one["fired"] for one in told["coverage"]) == 1
    assert author.post(f"{TABLE}/rehearse", {"limit": 10})["recorded"]["cases"] == 0
    assert author.post(f"{TABLE}/publish", {"lock": draft["lock"]}, 403)
    second = sign_in("health.approver")
    assert second.post(f"{TABLE}/publish", {"lock": draft["lock"]}, 409)["code"] == "wrong_table_step"
    author.post(f"{TABLE}/draft?lock={draft['lock']}", status=204, method="DELETE")
    assert [one["state"] for one in author.get(f"{TABLE}/versions")] == ["discarded", "file"]
    assert author.get(f"{TABLE}/diff?old=0&new=1") == []
    assert author.get(f"{TABLE}/dmn").content.startswith(b"<?xml")


@pytest.mark.parametrize("sheet", [{}, {"name": "x"}, {"name": "x", "decisions": [{"name": 1}]}])
def test_another_shape_is_refused(sign_in, sheet):
    assert sign_in("health.reviewer").put(f"{TABLE}/draft", {"lock": 0, "sheet": sheet}, 422)["code"] == "unreadable_table"


@pytest.mark.parametrize("who", ["police.reviewer", "health.clerk", "retiree"])
def test_nobody_else_is_answered(sign_in, who):
    caller = sign_in(who)
    for path in ("", "/versions", "/draft", "/dmn", "/diff?old=0&new=0"):
        caller.get(TABLE + path, 403)
    for path in ("evaluate", "explain", "rehearse", "test"):
        caller.post(f"{TABLE}/{path}", {}, 403)
    for path in ("submit", "return", "publish"):
        caller.post(f"{TABLE}/{path}", {"lock": 1}, 403)
    caller.put(f"{TABLE}/draft", {"lock": 0, "sheet": {}}, 403)
