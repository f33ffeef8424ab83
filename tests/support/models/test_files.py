"""Files from strangers, odd test sets: refused with the reason, nothing of them kept."""

import io
import json
import zipfile

import numpy as np
import pytest

from tests.support.models.conftest import KEY, OFFICER, put_live, registered, table, train
from yiwang.base.storage import api as storage
from yiwang.support.models import api as models
from yiwang.support.models import loading, tables
from yiwang.support.models.models import Version

pytestmark = pytest.mark.django_db


def npz(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def header(shape, kind="<f4"):
    """An array file whose header promises ``shape`` and that holds nothing."""
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": kind, "fortran_order": False, "shape": shape})
    return out.getvalue()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in files.items():
            held.writestr(name.replace("__", "."), data)
    return out.getvalue()


def changed(data, **arrays):
    """A model file with some arrays replaced."""
    with np.load(io.BytesIO(data)) as held:
        return npz(**{**dict(held.items()), **arrays})


def card_of(data):
    with np.load(io.BytesIO(data)) as held:
        return json.loads(held["card"].tobytes())


def as_card(card):
    return np.frombuffer(json.dumps(card).encode(), np.uint8)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "不是完整"),
        (b"just words", "不是完整"),
        (b"PK\x03\x04 broken", "不是完整"),
        (zipped(readme__txt=b"x"), "不是数组"),
        (zipped(card__npy=b"no array"), "不是完整"),
        (zipped(card__npy=header((10**12,))), "大小与它的说明不符"),
        (zipped(card__npy=header((-5,))), "大小与它的说明不符"),
        (zipped(**{f"a{n}__npy": b"" for n in range(65)}), "65 个数组"),
        (npz(card=np.array([{"a": 1}], dtype=object)), "程序对象"),
        (npz(card=np.zeros(3)), "不能登记为"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_model(data, why):
    with pytest.raises(models.NotAModel, match=why):
        registered(data)
    assert not Version.objects.exists()


def test_a_bomb_is_not_unpacked():
    bomb = zipped(card__npy=header((2**28,)) + b"\0" * 4 * 2**28)
    assert len(bomb) < 4 * 1024 * 1024
    with pytest.raises(models.NotAModel, match="1 GB"):
        registered(bomb)


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(models.NotAModel, match="最多 64 MB"):
        registered(b"PK" + b"\0" * (64 * 1024 * 1024))


def test_arrays_that_do_not_fit_each_other(file):
    card = card_of(file)
    for wrong in (
        {"weights": np.zeros((3, 3), np.float16)},
        {"biases": np.zeros(7, np.float32)},
        {"card": as_card({**card, "labels": ["a", "a", "b"]})},
        {"card": as_card({**card, "labels": [1, 2, 3]})},
        {"card": as_card({**card, "view_weights": []})},
        {"card": as_card({**card, "format": "other"})},
        {"card": as_card([1, 2])},
        {"card": as_card({**card, "threshold": None})},
    ):
        with pytest.raises((models.NotAModel, models.ModelLacksCard)):
            registered(changed(file, **wrong))
    assert not Version.objects.exists()


def test_a_model_without_its_card(file):
    card = card_of(file)
    card.pop("fingerprint")
    with pytest.raises(models.ModelLacksCard, match="指纹"):
        registered(changed(file, card=as_card(card)))
    with pytest.raises(models.ModelLacksCard, match="来源"):
        models.register(KEY, file, source="  ", actor=OFFICER)


def test_labels_of_another_tree(tmp_path):
    foreign = train(tmp_path, labels={"city.light.lamp": "城乡建设"})
    with pytest.raises(models.WrongModelLabels, match="城乡建设"):
        registered(foreign)


def test_a_live_file_that_was_changed_is_not_used(file, another):
    put_live(file)
    path = storage._path(Version.objects.get().digest)
    path.write_bytes(another)
    loading.forget()
    assert models.live(KEY) is None
    path.unlink()
    loading.forget()
    assert models.live(KEY) is None
    path.write_bytes(file)
    loading.forget()
    assert models.live(KEY).number == 1


def test_bad_rows_are_named_and_good_ones_count(file):
    registered(file)
    rows = [
        ("1", "路灯不亮", "city.light.lamp"),
        ("2", "", "city.light.lamp"),
        ("3", "停水了", ""),
        ("1", "停水两天", "water.supply.cut"),
        ("", "欠工资", "work.wage.unpaid"),
    ]
    seen = models.evaluate(KEY, 1, name="夹杂坏行", table=table(rows, heading=("编号", "内容", "类别")), actor=OFFICER)
    assert seen.rows == 2 and seen.left_out == ((3, "没有内容"), (4, "没有类别"), (5, "编号重复"))
    assert seen.regions == () and seen.smallest == ""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "空的"), (b"\n\n", "空的"), (b"\x00\x01\x02", "不是文本"), (b"a,b\n1,2\n", "表头"), (b"text,label\n", "没有一行"),
        (b"text,label\n,x\n", "没有一行"), ("text,label\n" + "长" * 100_001 + ",x\n", "没有一行"),
    ],
)  # fmt: skip
def test_an_odd_test_set_is_refused(file, data, why):
    registered(file)
    with pytest.raises(models.BadTestSet, match=why):
        models.evaluate(KEY, 1, name="x", table=data.encode() if isinstance(data, str) else data, actor=OFFICER)
    with pytest.raises(models.BadTestSet, match="名字"):
        models.evaluate(KEY, 1, name=" ", table=table(), actor=OFFICER)


def test_a_test_set_in_gb18030_and_with_tabs(file):
    registered(file)
    given = "编号\t内容\t分类\n1\t路灯不亮了\tcity.light.lamp\n".encode("gb18030")
    assert models.evaluate(KEY, 1, name="国标编码", table=given, actor=OFFICER).scores["accuracy"] == 1


def test_a_page_measures_only_so_much(file):
    registered(file)
    with pytest.raises(models.BadTestSet, match="yiwang models evaluate"):
        models.evaluate(KEY, 1, name="x", table=table(), most=5, actor=OFFICER)


def test_the_fingerprint_of_a_test_set_does_not_depend_on_order():
    rows = [tables.TestRow("1", "甲", "a"), tables.TestRow("2", "乙", "b")]
    assert tables.fingerprint(rows) == tables.fingerprint(rows[::-1]) != tables.fingerprint(rows[:1])


def test_a_file_of_another_format_version(file):
    with pytest.raises(models.NotAModel):
        registered(changed(file, card=as_card({**card_of(file), "format": "yiwang-text-99"})))
