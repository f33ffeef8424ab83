"""Changes of a resource as a subscriber takes them: only granted fields, every change once, resumed from any place, logged each time."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pyarrow as pa
import pytest

from tests.data.gateway.conftest import CASE, Running, grant, people, wait_for
from yiwang.data.gateway import api as gateway
from yiwang.data.gateway import changing


@pytest.fixture(scope="module")
def subscribed(tmp_path_factory):
    made = Running(tmp_path_factory.mktemp("changes"))
    made.keys["K1"]["grants"] = [grant(operations=["subscribe", "download"])]
    made.keys["K3"]["grants"] = [grant("G3", fields={"id_number": {}, "name": {}}, operations=["subscribe"])]
    made.publish_policy()
    made.start()
    yield made
    made.kill()


def republish(made, table):
    moment = datetime.now(UTC)
    gateway.publish(made.folder / "resources", "people", table, key="id_number", as_of=moment)
    return moment.isoformat()


def changes(made, after, *, key="K1", fields="", limit=1000):
    asked = {"after": after, "limit": limit, "purpose": "newborn.birth_certificate", "case_id": CASE}
    target = "/v1/resources/people/changes?" + urlencode(asked | ({"fields": fields} if fields else {}))
    status, data, _ = made.send(target, None, made.headers(target, method="GET", key=key))
    return status, json.loads(data)


def altered(count, **columns):
    table = people(count)
    for name, (every, value) in columns.items():
        values = [value if at % every == 0 else old for at, old in enumerate(table.column(name).to_pylist())]
        table = table.set_column(table.column_names.index(name), name, pa.array(values, type=table.column(name).type))
    return table


def test_every_change_comes_once_masked_and_from_any_place(subscribed):
    target = f"/v1/resources/people/download?purpose=newborn.birth_certificate&case_id={CASE}"
    status, _, head = subscribed.send(target, None, subscribed.headers(target, method="GET"))
    assert (status, head["x-version"]) == (200, "1")
    assert changes(subscribed, "1")[1]["data"]["rows"] == []
    republish(subscribed, altered(500, name=(10, "改名"), secret=(2, "新秘密")))  # 50 names; 250 of a field nobody was granted
    newest = republish(subscribed, altered(400, name=(10, "改名"), secret=(2, "新秘密")))  # the last 100 are gone
    wait_for(lambda: changes(subscribed, "1", key="K3", limit=20)[1]["data"]["as_of"] == newest)
    place, seen = "1", []
    while True:
        status, told = changes(subscribed, place, key="K3", limit=20)
        assert status == 200 and len(told["data"]["rows"]) <= 20
        seen += told["data"]["rows"]
        place = told["data"]["next"]
        if told["data"]["last"]:
            break
    put, gone = [one for one in seen if not one["gone"]], [one for one in seen if one["gone"]]
    assert len(put) == 50 and len(gone) == 100 and len({one["key"] for one in put}) == 50
    assert all(one["values"]["name"] == "改名" and one["values"]["id_number"] == one["key"] for one in put)
    assert changes(subscribed, place, key="K3")[1]["data"]["rows"] == []
    masked = changes(subscribed, "1", fields="name")[1]["data"]["rows"]
    assert {one["values"]["name"] for one in masked} == {"改*"} and {one["key"] for one in put}.isdisjoint(one["key"] for one in masked)
    assert len({one["key"] for one in masked}) == 50
    entry = subscribed.batches()[-1].entries[-1]
    assert (entry["operation"], entry["after"], entry["found"], entry["outcome"]) == ("subscribe", "1", 50, "answered")


@pytest.mark.parametrize(
    ("after", "status", "code"),
    [
        ("", 400, "bad_request"),
        ("x", 400, "bad_request"),
        ("1;2", 400, "bad_request"),
        ("99", 410, "changes_gone"),
        ("77.5", 410, "changes_gone"),
    ],
)
def test_wrong_places_are_refused_with_a_remedy(subscribed, after, status, code):
    answered, told = changes(subscribed, after)
    assert (answered, told["refusal"]["code"]) == (status, code)
    assert subscribed.batches()[-1].entries[-1]["reason"] == code


def test_who_may_only_ask_for_rows_may_not_subscribe(running):
    assert changes(running, "1")[0] == 403


def test_revocation_ends_a_subscription(tmp_path):
    made = Running(tmp_path)
    made.keys["K1"]["grants"] = [grant(operations=["subscribe"])]
    made.publish_policy()
    made.start()
    try:
        assert changes(made, "1")[0] == 200
        made.keys["K1"]["grants"] = []
        made.publish_policy()
        wait_for(lambda: changes(made, "1")[0] == 403)
    finally:
        made.kill()


def test_difference_tells_nulls_new_columns_and_other_types():
    old = pa.table({"k": ["a", "b", "c", "d"], "v": [1, None, 3, 4], "w": ["x"] * 4})
    new = pa.table({"k": ["b", "a", "d", "e"], "v": [None, 1, None, 5], "w": ["x"] * 4, "n": [[1]] * 4})
    told = changing.difference(old, new, key="k").to_pydict()
    bits = dict(zip(told["k"], told["_altered"], strict=True))
    assert bits == {"a": 8, "b": 8, "d": 10, "e": -1, "c": -1}  # n is new; of d, v became empty
    assert dict(zip(told["k"], told["_gone"], strict=True))["c"] is True
    same = changing.difference(new, new, key="k")
    assert same.num_rows == 0


def test_only_so_many_publications_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(changing, "KEPT", 2)
    for turn in range(5):
        gateway.publish(tmp_path, "people", altered(20, name=(1, f"第{turn}次")), key="id_number", as_of=datetime.now(UTC))
    assert sorted(file.stem for file in (tmp_path / "people" / "changes").glob("*.arrow")) == ["4", "5"]


def test_whether_a_row_was_in_an_earlier_publication(tmp_path):
    def publish(*rows):
        table = pa.table({"k": [one[0] for one in rows], "v": [one[1] for one in rows]})
        gateway.publish(tmp_path, "people", table, key="k", as_of=datetime.now(UTC))

    publish(("a", 1), ("b", 1))
    publish(("a", 2), ("c", 1))  # a changed, b went, c came
    publish(("a", 2), ("b", 1), ("c", 1))
    told = {key: [gateway.contained(tmp_path, "people", [key], number=one) for one in (1, 2, 3)] for key in "abcd"}
    assert told == {"a": [True] * 3, "b": [True, False, True], "c": [False, True, True], "d": [False] * 3}
    assert gateway.contained(tmp_path, "people", ["d", "b"], number=1) and gateway.contained(tmp_path, "nothing", ["a"], number=1) is None
    (tmp_path / "people" / "changes" / "2.arrow").unlink()
    assert (
        gateway.contained(tmp_path, "people", ["a"], number=1) is None and gateway.contained(tmp_path, "people", ["b"], number=2) is False
    )
