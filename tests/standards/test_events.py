"""Events: every one travels to JSON and back, names are versioned, damaged messages are refused with their place."""

import dataclasses
from datetime import UTC, date, datetime
from typing import get_type_hints

import pytest

from yiwang.standards import events
from yiwang.standards.canonical import dumps

AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
SAMPLES = {
    str: "文字",
    int: 3,
    bool: True,
    date: date(2026, 1, 2),
    datetime: AT,
    tuple[str, ...]: ("一", "二"),
    date | None: None,
    int | None: 5,
    float: 0.5,
    datetime | None: AT,
}


def sample(kind):
    hints = get_type_hints(kind)
    return kind(
        at=AT, **{field.name: SAMPLES[hints[field.name]] for field in dataclasses.fields(kind) if field.name not in ("at", "event_id")}
    )


@pytest.mark.parametrize("kind", events.REGISTRY.values(), ids=lambda kind: kind.name)
def test_every_event_travels_and_returns(kind):
    event = sample(kind)
    message = event.to_json()
    assert events.from_json(message) == event
    assert message["subject"] == getattr(event, kind.about)
    assert dumps(message)
    assert kind.__doc__
    assert kind.name.rpartition(".")[2].startswith("v")


def test_the_thread_is_complete():
    names = {kind.__name__ for kind in events.REGISTRY.values()}
    assert names >= {
        "CaseSubmitted", "CaseReceived", "CaseAccepted", "SupplementRequested", "CaseSupplemented", "CaseNotAccepted", "CaseDecided",
        "CaseStopped", "CaseResumed", "CaseExtended", "CaseWithdrawn", "CaseTerminated", "LicenceIssued", "LicenceRevoked",
        "CaseDelivered", "CaseClosed", "CaseArchived", "CaseRated", "BadRatingOpened", "CorrectionOpened", "CorrectionClosed",
        "LifeEventSubmitted", "LifeEventCompleted", "MatterPublished", "MatterSuspended", "MatterCancelled", "FactsAccessed",
    }  # fmt: skip


def test_an_event_is_frozen_and_its_time_has_a_zone():
    event = sample(events.CaseAccepted)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.case_id = "other"
    with pytest.raises(events.UnreadableEvent, match="时区"):
        events.CaseClosed(at=datetime(2026, 1, 1), case_id="1", matter="m", department="d", applicant="a")


def test_two_events_have_two_ids():
    assert sample(events.CaseClosed).event_id != sample(events.CaseClosed).event_id


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "case.dreamt.v1"}, "case.dreamt.v1"),
        ({"at": 5}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"event_id": None}, "event_id"),
        ({"data": {}}, "case_id"),
        ({"data": {"case_id": 7}}, "case_id"),
    ],
)
def test_a_damaged_message_is_refused(change, says):
    message = {**sample(events.CaseAccepted).to_json(), **change}
    if "event_id" in change:
        del message["event_id"]
    with pytest.raises(events.UnreadableEvent, match=says):
        events.from_json(message)


def test_added_members_of_a_newer_sender_are_ignored():
    event = sample(events.CaseAccepted)
    message = event.to_json()
    message["data"]["colour"] = "red"
    assert events.from_json(message) == event
    del message["data"]["deemed"]
    assert events.from_json(message).deemed is False
