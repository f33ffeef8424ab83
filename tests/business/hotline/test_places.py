"""Where it is: points, streets from the list, the sea; and what places officials see."""

import pytest

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import tree
from yiwang.business.hotline.models import TicketRow
from yiwang.security.access.api import ANONYMOUS, PermissionDenied

from .conftest import AGENT, LIGHT, POLICE, WATER, file, sent, staff


def test_every_known_place_lies_in_its_street():
    for one in tree.spots().values():
        assert tree.area_at(one.lat, one.lon).region == one.region, one.name
    assert {one.region for one in hotline.areas()} == {one.region for one in tree.spots().values()}


@pytest.mark.parametrize(("lat", "lon"), [(30.13, 118.35), (5.0, 160.0), (30.06, 118.143), (-30.13, 118.2)])
def test_sea_river_and_elsewhere_are_no_place_of_the_city(duties, lat, lon):
    assert tree.area_at(lat, lon) is None
    view = hotline.get(file(LIGHT, lat=lat, lon=lon).id, actor=AGENT)
    assert "坐标不在本市范围内,请核实地点" in view.notes
    assert view.line.state == "filed", "a person looks"


def test_a_point_names_the_place_that_nobody_wrote(duties):
    spot = tree.spots()["白沙花园"]
    made = file("路灯不亮,照明全靠手机,请派人维修路灯。", lat=spot.lat + 0.0005, lon=spot.lon)
    row = TicketRow.objects.get(id=made.id)
    assert (row.place, row.region) == ("白沙花园", spot.region)
    assert (row.lat, row.lon) == (spot.lat + 0.0005, spot.lon)


def test_a_point_goes_before_a_place_that_the_text_only_mentions(duties):
    spot = tree.spots()["白沙花园"]
    row = TicketRow.objects.get(id=file("我住文昌苑,上班路上路灯不亮", lat=spot.lat, lon=spot.lon).id)
    assert (row.place, row.region) == ("白沙花园", spot.region)


def test_without_a_point_a_street_from_the_list_is_enough(duties):
    street = next(one for one in hotline.areas() if one.street == "盐田镇")
    row = TicketRow.objects.get(id=file("路口的路灯不亮", region=street.region).id)
    assert (row.place, row.region) == ("盐田镇", street.region)
    kept = TicketRow.objects.get(id=file("路口的路灯不亮", region=street.region, place="老码头大榕树下").id)
    assert (kept.place, kept.region) == ("老码头大榕树下", street.region)
    known = TicketRow.objects.get(id=file(LIGHT, region=street.region).id)
    assert known.place == "文昌苑", "a place known by its name is surer than the list"
    with pytest.raises(hotline.BadTicket) as refused:
        file(LIGHT, region="110000000")
    assert refused.value.field == "region"


def test_places_are_counted_for_who_sees_the_tickets(duties):
    sent()
    file("砚山小区路灯不亮,照明坏了")
    found = {one.place: one for one in hotline.by_place(AGENT)}
    assert found["文昌苑"].tickets == found["文昌苑"].open == 1
    assert found["文昌苑"].street == "书院街道"
    assert tree.area_at(found["文昌苑"].lat, found["文昌苑"].lon).street == "书院街道"
    assert [one.place for one in hotline.by_place(POLICE)] == []
    assert hotline.by_place(WATER) == []
    assert hotline.by_place(staff("hotline_agent", region="990102")) == []
    with pytest.raises(PermissionDenied):
        hotline.by_place(ANONYMOUS)


def test_a_queue_of_one_street(duties):
    file("砚山小区路灯不亮,照明坏了")
    file("白沙花园路灯不亮,照明坏了")
    rows, total = hotline.tickets(AGENT, queue="all", region=tree.spots()["白沙花园"].region)
    assert (total, [one.place for one in rows]) == (1, ["白沙花园"])
