"""A small classifier of our own, the officers of the register, and people who have no business there."""

import csv
import io

import pytest

from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models
from yiwang.support.models import keys, loading

KEY = "hotline.category"
TEXTS = {
    "city.light.lamp": ["路灯不亮已经三天", "门口路灯坏了晚上很黑", "整条巷子的路灯都灭了", "路灯一闪一闪请来修", "照明灯杆歪了灯也不亮",
                        "小区外面路灯罩掉了", "晚上没有路灯走路怕摔", "路灯开关时间不对", "新装的路灯没有通电"],
    "water.supply.cut": ["家里突然停水了", "停水两天没有通知", "水龙头一滴水也没有", "高层水压低等于停水", "修水管停水什么时候恢复",
                         "整栋楼断水老人没法做饭", "早上又停水上班洗不了脸", "停水公告说昨天恢复还没来水", "自来水断了请抢修"],
    "work.wage.unpaid": ["老板拖欠三个月工资", "工地不发工资农民工讨薪", "公司欠薪不给结算", "离职后工资一直没发", "包工头跑了工钱没着落",
                         "加班费和工资都拖着", "工厂倒闭工资还没给", "试用期的工资不肯付", "年底了血汗钱要不回来"],
}  # fmt: skip
BEFORE = ("您好,", "麻烦反映一下,", "请问找谁,", "我住文昌苑,")


def staff(role, *, department="data", region="990100", number=1):
    name = f"{department}.{role}.{number}"
    return Actor("staff", name, f"{role}{number}", department=department, region=region, roles=frozenset([role]))


OFFICER, APPROVER = staff("model_officer"), staff("model_approver")
BOTH = Actor("staff", "data.both", "两职一人", department="data", region="990100", roles=frozenset(["model_officer", "model_approver"]))
OTHER_OFFICE, OTHER_REGION = staff("model_officer", department="police"), staff("model_officer", region="990102")
CITIZEN = Actor("citizen", "c-1", "市民", Subject("person", "990103199001010019"))


def examples(*, times=2):
    """(texts, labels): every sentence under several openings."""
    rows = [(f"{before}{text}。", label) for label, said in TEXTS.items() for text in said for before in BEFORE[:times]]
    return [text for text, _label in rows], [label for _text, label in rows]


def train(tmp_path, *, more=(), labels=None):
    texts, given = examples()
    renamed = [(labels or {}).get(one, one) for one in given]
    model = ai.train_classifier([*texts, *(text for text, _ in more)], labels=[*renamed, *(label for _, label in more)])
    model.save(tmp_path / "m.npz")
    return (tmp_path / "m.npz").read_bytes()


@pytest.fixture(scope="session")
def file(tmp_path_factory):
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def another(tmp_path_factory):
    return train(
        tmp_path_factory.mktemp("another"), more=[("水表后面漏水但没停水", "water.supply.cut"), ("路灯井盖丢了", "city.light.lamp")]
    )


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path, monkeypatch):
    """Files of a test go into its own folder, no process remembers a version of another test; so few rows calibrate badly."""
    monkeypatch.setitem(keys.model(KEY).floors, "calibration_error", ("most", 1.0))
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    yield
    loading.forget()


def table(rows=None, *, heading=("row_id", "text", "label", "region", "group")):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    if rows is None:
        texts, labels = examples(times=4)
        rows = [
            (f"r{n}", text, label, ("990102", "990103", "")[n % 3], "老年人" if n % 9 == 0 else "其他")
            for n, (text, label) in enumerate(zip(texts, labels, strict=True))
        ]
    writer.writerows(rows)
    return out.getvalue().encode()


def registered(data, *, actor=OFFICER):
    return models.register(KEY, data, source="测试自编来件", actor=actor)


def evaluated(data, *, actor=OFFICER):
    made = registered(data, actor=actor)
    models.evaluate(KEY, made.number, name="自编评测集", table=table(), actor=OFFICER)
    return models.version(KEY, made.number, actor=OFFICER)


def put_live(data):
    made = evaluated(data)
    models.step(KEY, made.number, act="approve", actor=APPROVER)
    loading.forget()
    return models.step(KEY, made.number, act="activate", actor=APPROVER)
