"""Changes over the message server: each subscriber his own stream, every row once whoever is killed, nothing after a revocation."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest
from nats.errors import Error

from tests.data.gateway.conftest import CASE, Running, grant
from tests.data.gateway.test_changes import altered
from yiwang.data.gateway import api as gateway
from yiwang.data.gateway import serving, streaming, subscribing

LONG = 60  # seconds: an upper limit, never waited for
PURPOSE = "newborn.birth_certificate"


class Streaming(Running):
    """A gateway with a message server and three subscribers: K1 masked, K3 with the key in clear, K2 by SM2."""

    def __init__(self, folder):
        super().__init__(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.broker = free.getsockname()[1]
        self.keys["K1"]["grants"] = [grant(operations=["subscribe", "download"])]
        self.keys["K2"]["grants"] = [grant("G2", fields={"name": {}}, operations=["subscribe"])]
        self.keys["K3"]["grants"] = [grant("G3", fields={"id_number": {}, "name": {}}, operations=["subscribe"])]
        self.publish_policy()
        self.turn = 0

    def start(self, workers=1):
        words = ("gateway", "serve", "--folder", str(self.folder), "--name", "g1", "--port", str(self.port), "--workers", str(workers))
        broker = ("--broker", f"nats://127.0.0.1:{self.broker}")
        self.process = subprocess.Popen([sys.executable, "-m", "yiwang.ends.cli.main", *words, *broker], start_new_session=True)
        wait(self.answers)
        return self

    def followed(self, key="K3", **more):
        algorithm, secret = ("sm2", self.pair.secret) if key == "K2" else ("hmac-sm3", self.secret)
        told = {"purpose": PURPOSE, "case": CASE, "public_key": (self.folder / "g1" / "signing.pem").read_text()}
        return gateway.Followed(f"http://127.0.0.1:{self.port}", "g1", "people", key, algorithm, secret, **(told | more))

    def opened(self, key="K3", **more):
        body = json.dumps({"fields": [], "purpose": PURPOSE, "case_id": CASE, **more}).encode()
        target = "/v1/resources/people/subscription"
        status, data, _ = self.send(target, body, self.headers(target, body, key=key))
        return status, json.loads(data)

    def change(self, count=500):
        """Another name for every tenth person."""
        self.turn += 1
        table = altered(count, name=(10, f"第{self.turn}次"))
        gateway.publish(self.folder / "resources", "people", table, key="id_number", as_of=datetime.now(UTC))
        return self.turn

    def server(self):
        """The process id of the message server."""
        settings = str(self.folder / "g1" / "broker" / "nats.conf")
        for one in os.listdir("/proc"):
            try:
                words = Path(f"/proc/{one}/cmdline").read_text().split("\0") if one.isdigit() else ()
            except OSError:
                continue
            if settings in words:
                return int(one)
        return None


def wait(true):
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {LONG} s")


@pytest.fixture(scope="module")
def streamed(tmp_path_factory):
    made = Streaming(tmp_path_factory.mktemp("stream")).start()
    yield made
    made.kill()


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


class Following:
    """A subscriber's process, until it is killed."""

    def __init__(self, made, key, into):
        self.into = into
        secret = into.with_name(f"{into.name}.secret")
        secret.write_bytes(made.pair.secret) if key == "K2" else secret.write_text(made.secret.hex())
        words = ("gateway", "follow", f"http://127.0.0.1:{made.port}", "people", "--name", "g1", "--key", key, "--secret", str(secret))
        words += ("--algorithm", "sm2" if key == "K2" else "hmac-sm3", "--purpose", PURPOSE, "--case", CASE, "--into", str(into))
        words += ("--gateway-key", str(made.folder / "g1" / "signing.pem"))
        self.process = subprocess.Popen([sys.executable, "-m", "yiwang.ends.cli.main", *words], stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *told):
        self.process.kill()
        self.process.communicate()

    def names(self):
        return [one["values"]["name"] for one in lines(self.into) if not one["gone"]]


def begun(file):
    return file.with_name(f"{file.name}.place").exists()


def test_each_subscriber_gets_his_fields_of_every_change_once(streamed, tmp_path):
    with contextlib.ExitStack() as stack:
        check_three(streamed, *(stack.enter_context(Following(streamed, key, tmp_path / key)) for key in ("K3", "K1", "K2")))


def check_three(streamed, clear, masked, sm2):
    wait(lambda: all(begun(one.into) for one in (clear, masked, sm2)))
    turn = streamed.change()
    wait(lambda: all(len(lines(one.into)) >= 50 for one in (clear, masked, sm2)))
    assert clear.names() == [f"第{turn}次"] * 50 == sm2.names() and set(masked.names()) == {"第**"}
    keys = {one["key"] for one in lines(clear.into)}
    assert len(keys) == 50 and all(one["values"]["id_number"] == one["key"] for one in lines(clear.into))
    pseudonyms = {one["key"] for one in lines(masked.into)}
    assert len(pseudonyms) == 50 and pseudonyms.isdisjoint(keys)
    assert set(lines(masked.into)[0]["values"]) == {"name", "born_on", "phone"} and lines(masked.into)[0]["values"]["phone"] != ""
    streamed.change(400)  # a hundred are gone, forty have another name
    wait(lambda: len(lines(clear.into)) >= 190)
    assert sum(one["gone"] for one in lines(clear.into)) == 100 and len(lines(clear.into)) == 190
    entries = [entry for batch in streamed.batches() for entry in batch.entries if entry.get("piece") and entry["key"] == "K3"]
    assert [entry["piece"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(one["after"] == before["next"] for before, one in itertools.pairwise(entries))
    assert sum(entry["found"] for entry in entries) == 190 and {entry["purpose"] for entry in entries} == {PURPOSE}


@pytest.mark.parametrize(
    ("key", "change", "status"),
    [
        ("K3", {"purpose": "marketing"}, 403),
        ("K3", {"fields": ["phone"]}, 403),
        ("K3", {"case_id": ""}, 403),
        ("K3", {"fields": "name"}, 400),
        ("K4", {}, 401),
    ],
)
def test_what_was_not_granted_cannot_be_subscribed(streamed, key, change, status):
    assert streamed.opened(key, **change)[0] == status


def test_a_gateway_without_server_says_so(running):
    running.keys["K1"]["grants"] = [grant(operations=["rows", "download", "subscribe"])]
    running.publish_policy()
    body = json.dumps({"purpose": PURPOSE, "case_id": CASE}).encode()
    target = "/v1/resources/people/subscription"

    def refused():
        status, data, _ = running.send(target, body, running.headers(target, body))
        return status == 409 and json.loads(data)["refusal"]["code"] == "no_broker"

    wait(refused)


def test_a_key_reads_its_own_stream_and_does_nothing_else(streamed):
    mine, other = streamed.opened("K3")[1]["data"], streamed.opened("K1")[1]["data"]
    wait(lambda: all(asyncio.run(entered(one["address"], one["user"], one["password"])) for one in (mine, other)))
    assert not asyncio.run(entered(mine["address"], other["user"], mine["password"]))
    assert not asyncio.run(entered(mine["address"], None, None)) and not asyncio.run(entered(mine["address"], "gateway", "x"))
    wait(lambda: asyncio.run(read(mine)))
    assert json.loads(asyncio.run(read(mine)))["receipt"]["entry"]["key"] == "K3"
    assert json.loads(wait(lambda: asyncio.run(read(other))))["receipt"]["entry"]["key"] == "K1"
    for subject in (
        "rows",
        "$JS.API.STREAM.DELETE.rows",
        "$JS.API.STREAM.PURGE.rows",
        "$JS.API.CONSUMER.CREATE.rows",
        "$JS.API.STREAM.LIST",
    ):
        assert asyncio.run(refused(mine, subject)), subject
    assert asyncio.run(refused(mine, ">", listen=True))


async def entered(address, user, password):
    async def silent(error):
        pass

    try:
        link = await nats.connect(address, user=user, password=password, allow_reconnect=False, error_cb=silent)
    except (Error, OSError):
        return False
    await link.close()
    return True


async def read(told):
    """The first piece of a stream, or nothing."""
    link = await nats.connect(told["address"], user=told["user"], password=told["password"], allow_reconnect=False)
    try:
        return (await link.jetstream().get_msg("rows", seq=1)).data
    except Error:
        return None
    finally:
        await link.close()


async def refused(told, subject, *, listen=False):
    """Whether the server forbids writing to a subject, or listening to it."""
    errors = []

    async def note(error):
        errors.append(str(error).lower())

    link = await nats.connect(told["address"], user=told["user"], password=told["password"], allow_reconnect=False, error_cb=note)
    if listen:
        await link.subscribe(subject)
    else:
        await link.publish(subject, b"{}")
    for _ in range(LONG * 20):
        await link.flush()
        if errors:
            break
        await asyncio.sleep(0.05)
    await link.close()
    return any("permissions violation" in one for one in errors)


def test_revocation_ends_it_and_leaves_nothing_to_read(streamed, tmp_path):
    streamed.keys["K6"] = {**streamed.keys["K3"], "secret": streamed.seal("K6")}
    streamed.publish_policy()
    wait(lambda: streamed.opened("K6")[0] == 200)
    told = streamed.opened("K6")[1]["data"]
    with Following(streamed, "K6", tmp_path / "rows") as following:
        wait(lambda: begun(following.into))
        streamed.change()
        wait(lambda: lines(following.into))
        streamed.keys["K6"]["grants"] = []
        streamed.publish_policy()
        wait(lambda: not asyncio.run(entered(told["address"], told["user"], told["password"])))
        seen = len(lines(following.into))
        streamed.change()
        assert following.process.wait(LONG) and "授权" in following.process.stderr.read()
        assert len(lines(following.into)) == seen
    wait(lambda: told["user"] not in (streamed.folder / "g1" / "broker" / "nats.conf").read_text())  # the account itself
    assert not list((streamed.folder / "g1" / "broker" / "store").glob(f"jetstream/{told['user']}/streams/rows"))


def test_what_a_worker_opened_under_a_newer_policy_is_not_ended(tmp_path):
    made = Running(tmp_path)
    place = serving.Place.below(made.folder, name="g1")
    place.home.mkdir(parents=True, exist_ok=True)
    made.keys["K1"]["grants"] = []
    made.publish_policy()

    async def end():
        desk = streaming.Desk(place, asyncio.get_running_loop())
        desk.watch.stop()  # as if it had not looked for a while
        made.keys["K1"]["grants"] = [grant(operations=["subscribe"])]
        made.publish_policy()
        one = subscribing.Subscription("S1", "K1", "people", "G1", ("name",), PURPOSE, CASE)
        subscribing.keep(place.streams, one)
        before = desk.policy.number
        await streaming.Publisher(desk, "127.0.0.1", 1)._end_of(one)()
        desk.close()
        return before, desk.policy.number, bool(desk.granted(one)), subscribing.kept(place.streams) == [one]

    before, after, granted, stands = asyncio.run(end())
    assert after > before and granted and stands


def test_a_mask_that_changed_leaves_nothing_of_the_old_one(streamed, tmp_path):
    streamed.keys["K7"] = {**streamed.keys["K3"], "secret": streamed.seal("K7"), "grants": [grant("G7", operations=["subscribe"])]}
    streamed.publish_policy()
    wait(lambda: streamed.opened("K7")[0] == 200)
    told = streamed.opened("K7")[1]["data"]
    file = tmp_path / "rows"
    wait(lambda: asyncio.run(entered(told["address"], told["user"], told["password"])))
    wait(lambda: asyncio.run(read(told)))
    gateway.follow(streamed.followed("K7"), into=file, idle=True)
    old = json.loads(asyncio.run(read(told)))["series"]
    streamed.keys["K7"]["grants"][0]["fields"] = {"name": {"kind": "name", "level": "hidden"}, "born_on": {}, "phone": {"level": "hidden"}}
    streamed.publish_policy()
    wait(lambda: (first := asyncio.run(read(told))) and json.loads(first)["series"] != old)
    with pytest.raises(gateway.MustDownload):
        gateway.follow(streamed.followed("K7"), into=file, idle=True)


def test_a_subscriber_begins_behind_a_download_and_goes_on_behind_its_place(streamed, tmp_path):
    file, follower = tmp_path / "rows", streamed.followed("K1")
    gateway.follow(follower, into=tmp_path / "first", idle=True)  # the stream is there
    streamed.change()
    target = f"/v1/resources/people/download?purpose={PURPOSE}&case_id={CASE}"

    def version():
        return int(streamed.send(target, None, streamed.headers(target, method="GET"))[2]["x-version"])

    begin = published(streamed)
    wait(lambda: version() == begin)  # the workers have seen it
    streamed.change()
    wait(lambda: gateway.follow(follower, into=file, after=begin, idle=True) >= 0 and whole(file))
    assert len(lines(file)) == 50
    with file.open("a") as half:
        half.write('{"number": 99, "half')  # killed while it wrote
    assert gateway.follow(follower, into=file, idle=True) == 0 and len(lines(file)) == 50
    place = json.loads(file.with_name("rows.place").read_text())
    assert place["after"] == begin and place["number"] >= 2
    with pytest.raises(gateway.MustDownload):
        gateway.follow(follower, into=tmp_path / "late", after=0, idle=True)  # what lies between is not there


@pytest.mark.slow
def test_killed_gateways_servers_and_subscribers_lose_and_repeat_nothing(tmp_path):
    (tmp_path / "gateway").mkdir()
    made, file = Streaming(tmp_path / "gateway").start(), tmp_path / "rows"
    try:
        with Following(made, "K3", file):
            wait(lambda: begun(file))
        for turn in range(6):
            with Following(made, "K3", file):  # killed at the end of each turn, wherever it is
                made.change()
                if turn % 2:
                    made.kill()
                    made.start()
                else:
                    os.kill(wait(made.server), signal.SIGKILL)
                wait(lambda: whole(file) > 50 * turn)  # noqa: B023 called before the next turn
        made.change()
        wait(lambda: gateway.follow(made.followed("K3"), into=file, idle=True) >= 0 and whole(file) == 350)
        assert [one["values"]["name"] for one in lines(file)] == [f"第{turn}次" for turn in range(1, 8) for _ in range(50)]
        pieces = {}
        for batch in made.batches():
            for entry in batch.entries:
                if entry.get("piece"):
                    pieces.setdefault((entry["series"], entry["piece"]), set()).add((entry["after"], entry["next"]))
        numbers = sorted(number for _, number in pieces)
        assert numbers == list(range(1, len(numbers) + 1)) and all(len(one) == 1 for one in pieces.values())
    finally:
        made.kill()


def published(made):
    """The number of the newest publication."""
    home = made.folder / "resources" / "people"
    return json.loads((home / (home / "current").read_text() / "manifest.json").read_text())["number"]


def whole(file):
    """Whole lines; the last one may still be written."""
    return file.read_bytes().count(b"\n") if file.exists() else 0


def test_access_names_no_one_without_a_password():
    one = subscribing.Subscription("Sa", "K1", "people", "G1", ("name",), PURPOSE, CASE)
    text = streaming.access([one], [], b"s" * 32)
    assert text.count("password") == 3 and streaming.access([], [one], b"s" * 32).count("password") == 2
    assert '"GATEWAY"' not in text and "GATEWAY {" in text
    assert one.password(b"s" * 32) != one.password(b"t" * 32)
