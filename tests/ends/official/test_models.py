"""模型登记 on the desk: who sees it, the whole way of a version by pages, refusals that keep what was typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yiwang.business.hotline import starting
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models
from yiwang.support.models import keys, loading

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
KEY = "hotline.category"
CODES = ("city.light.lamp", "water.supply.cut", "noise.noise.site")


def text_of(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path, monkeypatch):
    monkeypatch.setitem(keys.model(KEY).floors, "calibration_error", ("most", 1.0))  # so few rows calibrate badly
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    yield
    loading.forget()


@pytest.fixture(scope="module")
def file():
    rows = [row for row in starting.concerns() if row[2] in CODES]
    texts = [f"{before}{text}" for before in ("您好,", "我要反映:") for _id, text, _code in rows]
    return starting.written(ai.train_classifier(texts, labels=[code for _id, _text, code in rows] * 2))


def test_set():
    rows = [row for row in starting.concerns() if row[2] in CODES]
    lines = [f"{ident},{text.replace(',', ';')},{code},{('990102', '990103')[n % 2]},网页" for n, (ident, text, code) in enumerate(rows)]
    return SimpleUploadedFile("t.csv", "\n".join(["编号,内容,类别,地区,人群", *lines]).encode())


test_set.__test__ = False


def test_the_whole_way_by_pages(sign_in, file):
    client = sign_in("model.officer")
    assert "没有使用中的版本" in text_of(client.get("/office/models"))
    page = f"/office/models/{KEY}"
    given = {"act": "register", "file": SimpleUploadedFile("m.npz", file), "source": "自编来件"}
    assert client.post(page, given).status_code == 302
    one = f"{page}/versions/1"
    assert "没有评测不能审批" in text_of(client.get(one))
    done = client.post(one, {"act": "evaluate", "name": "自编评测", "table": test_set()})
    assert done.status_code == 302, text_of(done)
    shown = text_of(client.get(one))
    assert "宏平均 F1" in shown and "按地区" in shown and "<svg" in shown and "审批通过" not in shown

    client = sign_in("model.approver")
    assert "1 版待审批或上线" in text_of(client.get("/office/"))
    lock = models.version(KEY, 1, actor=actor("model.approver")).lock
    stale = client.post(one, {"act": "approve", "lock": lock - 1})
    assert stale.status_code == 422 and "刚刚被别人办理过" in text_of(stale)
    assert client.post(one, {"act": "approve", "lock": lock}).status_code == 302
    assert client.post(one, {"act": "activate", "lock": lock + 1}).status_code == 302
    refused = client.post(one, {"act": "retire", "lock": lock + 2, "reason": ""})
    assert refused.status_code == 422 and "请写明停用的理由" in text_of(refused)
    assert "使用第 1 版" in text_of(client.get("/office/models"))
    assert "偏移监测" in text_of(client.get(page))


def actor(username):
    from yiwang.support.identity.api import actor_of
    from yiwang.support.identity.models import Account

    return actor_of(Account.objects.get(username=username))


def test_filing_and_findings_by_pages(sign_in, file):
    made = models.register(KEY, file, source="x", actor=actor("model.officer"))
    models.evaluate(KEY, made.number, name="x", table=test_set().read(), actor=actor("model.officer"))
    for act in ("approve", "activate"):
        models.step(KEY, 1, act=act, actor=actor("model.approver"))
    for n in range(120):
        models.predicted(KEY, number=1, label=CODES[0], probability=0.3, pieces=n % 3, of=("990102", "35至59岁"))
    raised = models.watch()
    client = sign_in("model.officer")
    page = f"/office/models/{KEY}"
    shown = text_of(client.get(page))
    assert "前填报" in shown and "类别偏移" in shown and "已超过限值" in shown
    assert "实际结果" in shown and "河东区" in shown and "0.0%(0.0–3.1)" in shown
    todo = text_of(client.get("/office/"))
    assert "条偏移提示" in todo and "还没有备案信息" in todo
    wrong = client.post(page, {"act": "filing", "kind": "algorithm", "responsible": "李主任", "on": "2026-13-01"})
    assert wrong.status_code == 422 and 'value="李主任"' in text_of(wrong)
    typed = {"act": "filing", "kind": "algorithm", "number": "网信算备1号", "responsible": "李主任", "on": "2026-01-05"}
    assert client.post(page, typed).status_code == 302
    assert client.post(page, {"act": "settle", "finding": str(raised[0].id), "note": "补充训练"}).status_code == 302
    assert client.post(page, {"act": "settle", "finding": "x", "note": "y"}).status_code == 422
    assert client.post(page, {"act": "none"}).status_code == 422
    client.cookies["yiwang_language"] = "en"
    shown = text_of(client.get(page))
    assert (
        "35 to 59" in shown
        and "What came of it" in shown
        and "Drift watch" in shown
        and "Algorithm filing" in shown
        and "Hotline category" in shown
    )


def test_rules_that_run_are_registered_from_the_page(sign_in):
    """No file is asked for: what runs is what is registered; an older release is not brought back by a button."""
    page = "/office/models/hotline.urgency"
    client = sign_in("model.officer")
    assert "正在使用,尚未审批" in text_of(client.get("/office/models"))
    assert "登记现在运行的规则" in text_of(client.get(page))
    refused = client.post(page, {"act": "register", "source": " "})
    assert refused.status_code == 422 and "数据来源说明" in text_of(refused)
    assert client.post(page, {"act": "register", "source": "随 2026 年版软件安装"}).status_code == 302
    rows = SimpleUploadedFile("t.csv", "编号,内容,类别,地区\n1,楼里着火了,3,990102\n2,图书馆几点关门,0,990103\n".encode())
    assert client.post(f"{page}/versions/1", {"act": "evaluate", "name": "自编", "table": rows}).status_code == 302
    client = sign_in("model.approver")
    for act in ("approve", "activate"):
        lock = models.version("hotline.urgency", 1, actor=actor("model.approver")).lock
        assert client.post(f"{page}/versions/1", {"act": act, "lock": lock}).status_code == 302
    shown = text_of(client.get("/office/models"))
    assert "准确率 <span" in shown and models.model("hotline.urgency", actor=actor("model.approver")).line.use == ""
    assert "开始评测" not in text_of(sign_in("model.officer").get("/office/models/guide.choosing"))


@pytest.mark.parametrize("who", ["police.clerk", "hotline.supervisor", "city.admin", "retiree"])
def test_nobody_else_opens_it(sign_in, who):
    client = sign_in(who)
    for path in ("/office/models", f"/office/models/{KEY}", f"/office/models/{KEY}/versions/1"):
        assert client.get(path).status_code in (403, 404)
        assert client.post(path, {"act": "approve"}).status_code in (403, 404, 405)


def test_what_is_no_model_is_refused_on_the_page(sign_in):
    client = sign_in("model.officer")
    page = f"/office/models/{KEY}"
    given = {"act": "register", "file": SimpleUploadedFile("m.npz", b"<script>"), "source": "某来源"}
    refused = client.post(page, given)
    assert refused.status_code == 422 and "某来源" in text_of(refused) and "<script>" not in text_of(refused).split("<main")[1]
    assert client.get("/office/models/no.such").status_code == 404
    assert client.get(f"/office/models/{KEY}/versions/9").status_code == 404
