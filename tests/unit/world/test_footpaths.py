"""Changes on foot: what feeds tell, pathways of stations, nearness, and their joining."""

from datetime import date

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import footpaths
from aspan.world.readers.gtfs import read_feed
from aspan.world.readers.timetable import build_timetable
from aspan.world.timetable import Footpaths, Timetable
from feed_texts import SMALL, small, zipped

HEAD = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
FAR = HEAD + "P,P,43.20,76.9,0,,1\nQ,Q,43.21,76.9,0,,1\nR,R,43.22,76.9,0,,1\n"
"""Three stops 1.1 km apart: none is near another."""
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n"
WAYS = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,"
    "stair_count\n"
)


def paths(**changed: str | None) -> dict[tuple[str, str], list[tuple[int, int, int]]]:
    """Return for each pair of stops its ways: seconds, metres, step-free."""
    feed = read_feed(zipped(small(**changed)), feed_id="f")
    made = build_timetable([feed], date(2026, 9, 4), "Asia/Almaty", price_defaults={})
    return ways_of(made)


def ways_of(made: Timetable) -> dict[tuple[str, str], list[tuple[int, int, int]]]:
    """Return the footpaths of a timetable by pair of plain stop ids."""
    foot = made.footpaths
    found: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    names = [stop.stop_id.removeprefix("f:") for stop in made.stops]
    for a in range(len(names)):
        for k in range(foot.first[a], foot.first[a + 1]):
            way = (
                int(foot.duration_ms[k]) // 1000,
                round(foot.walk_m[k]),
                int(foot.is_step_free[k]),
            )
            found.setdefault((names[a], names[foot.to[k]]), []).append(way)
    return found


def test_nearness_is_the_straight_line_with_a_detour() -> None:
    """0.003 degrees of latitude are 333.6 m: 433.7 m walked, 334 s at 1.3 m/s."""
    stops = FAR.replace("43.21,", "43.203,")
    assert paths(stops=stops) == {("P", "Q"): [(334, 434, 1)], ("Q", "P"): [(334, 434, 1)]}
    assert paths(stops=FAR) == {}


def test_a_stop_closed_to_wheelchairs_has_no_step_free_way() -> None:
    """Unknown is not closed; closed is."""
    stops = FAR.replace("43.21,", "43.203,")
    for flag, free in (("0", 1), ("1", 1), ("2", 0)):
        found = paths(stops=stops.replace("Q,43.203,76.9,0,,1", f"Q,43.203,76.9,0,,{flag}"))
        assert found["P", "Q"][0][2] == free


def test_transfers_are_believed() -> None:
    """A minimum time holds however far; a recommended change is walked; a barred one is not."""
    assert paths(stops=FAR, transfers=TRANSFERS + "P,Q,2,90\n")["P", "Q"] == [(90, 1446, 1)]
    assert paths(stops=FAR, transfers=TRANSFERS + "P,Q,0,\n")["P", "Q"] == [(1112, 1446, 1)]
    near = FAR.replace("43.21,", "43.203,")
    assert ("P", "Q") not in paths(stops=near, transfers=TRANSFERS + "P,Q,3,\n")
    assert ("Q", "P") in paths(stops=near, transfers=TRANSFERS + "P,Q,3,\n")
    assert paths(stops=FAR, transfers=TRANSFERS + "P,Q,4,5\n") == {}


def _change_ms(**changed: str | None) -> list[int]:
    feed = read_feed(zipped(small(**changed)), feed_id="f")
    made = build_timetable([feed], date(2026, 9, 4), "Asia/Almaty", price_defaults={})
    return [int(ms) for ms in made.footpaths.change_ms]


def test_a_change_at_one_stop_takes_its_minimum_time() -> None:
    """Type 2 from a stop to itself; a rule for the stop goes before one for its station."""
    assert _change_ms(transfers=TRANSFERS + "P,P,2,120\nQ,Q,0,\n") == [120_000, 0, 0]
    stops = FAR.replace("43.20,76.9,0,,1", "43.20,76.9,0,S,1") + "S,S,43.2,76.9,1,,\n"
    rules = (TRANSFERS + "S,S,2,300\nP,P,2,60\n", TRANSFERS + "P,P,2,60\nS,S,2,300\n")
    assert [_change_ms(stops=stops, transfers=text)[0] for text in rules] == [60_000, 60_000]
    assert _change_ms(stops=stops, transfers=TRANSFERS + "S,S,2,300\n")[0] == 300_000


def test_platforms_of_a_station_are_a_minute_apart_at_least() -> None:
    """A common parent links platforms at one point, in the least time of a change."""
    stops = HEAD + "P,P,43.2,76.9,0,S,\nQ,Q,43.2,76.9,0,S,\nR,R,43.3,76.9,0,,\nS,S,43.2,76.9,1,,\n"
    near = paths(stops=stops)
    assert near["P", "Q"][0][0] in (0, 60)
    assert paths(stops=stops, transfers=TRANSFERS + "S,S,2,75\n")["P", "Q"] == [(75, 0, 1)]


STATION = (
    HEAD + "P,P,43.2,76.9,0,S,\nQ,Q,43.2,76.9,0,S,\nR,R,43.2005,76.9,0,,\nS,S,43.2,76.9,1,,\n"
    "E,Door,43.2003,76.9,2,S,\nN,Hall,,,3,S,\n"
)


def test_pathways_lead_between_platforms_and_out_of_doors() -> None:
    """Down by stairs in 40 s or by lift in 100 s: both ways are told, one is step-free."""
    ways = WAYS + "1,P,N,2,1,,40,\n2,P,N,5,1,,100,\n3,N,Q,1,1,13,,\n4,N,E,1,1,26,,\n"
    found = paths(stops=STATION, pathways=ways)
    assert sorted(found["P", "Q"]) == [(50, 65, 0), (110, 13, 1)]
    outside_s = 1.3 * 0.0002 * 111_195 / 1.3
    seconds, metres, is_free = found["Q", "R"][0]
    assert seconds == pytest.approx(30 + outside_s, abs=1)
    assert metres == pytest.approx(68, abs=1)
    assert is_free == 1


def test_pathways_may_be_one_way() -> None:
    """What leads in only does not lead out."""
    found = paths(stops=STATION, pathways=WAYS + "1,E,P,1,0,10,,\n2,E,Q,1,0,10,,\n")
    assert ("R", "P") in found
    assert ("P", "R") not in found


def test_unstated_times_of_pathways_follow_from_steps_and_length() -> None:
    """Thirteen metres at 1.3 m/s and ten steps at 0.6 s; a lift takes a minute."""
    found = paths(stops=STATION, pathways=WAYS + "1,P,Q,2,1,13,,10\n")
    assert found["P", "Q"] == [(16, 13, 0)]
    assert paths(stops=STATION, pathways=WAYS + "1,P,Q,5,1,,,\n")["P", "Q"] == [(60, 0, 1)]


def test_ways_are_closed_within_the_limit() -> None:
    """From P to Q by transfer and on to R on foot, as one way; not beyond the limit."""
    stops = HEAD + "P,P,43.2,76.9,0,,1\nQ,Q,43.203,76.9,0,,1\nR,R,43.2042,76.9,0,,1\n"
    found = paths(stops=stops, transfers=TRANSFERS + "P,Q,2,20\n")
    assert found["P", "Q"] == [(20, 434, 1)]
    assert ("P", "R") not in found  # 607 m
    closer = paths(stops=stops.replace("43.2042", "43.2035"), transfers=TRANSFERS + "P,Q,2,20\n")
    assert closer["P", "R"][0][0] == 20 + 56


def test_boarding_areas_stand_for_their_platform() -> None:
    """A pathway to a boarding area leads to the platform it is part of."""
    stops = STATION + "B,Mark,,,4,P,\n"
    assert paths(stops=stops, pathways=WAYS + "1,B,Q,1,1,13,,\n")["P", "Q"] == [(10, 13, 1)]


def test_footpaths_are_sorted_and_lead_elsewhere() -> None:
    """Of each stop by target, never to itself."""
    feed = read_feed(zipped(SMALL), feed_id="f")
    foot: Footpaths = build_timetable(
        [feed], date(2026, 9, 4), "Asia/Almaty", price_defaults={}, walk_m_max=5000.0
    ).footpaths
    assert foot.first.tolist() == [0, 2, 4, 6]
    assert foot.to.tolist() == [1, 2, 0, 2, 0, 1]


def test_stops_all_in_one_spot_are_refused() -> None:
    """One more stop in a heap than may be changed to is refused, naming stop and number."""
    many = footpaths.CHANGES_MAX + 2
    heap = HEAD + "".join(f"S{n},S,43.2,76.9,0,,1\n" for n in range(many))
    times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(
        f"T1,08:00:00,08:00:00,S{n},{n}\n" for n in range(many)
    )
    with pytest.raises(InvalidInput, match=rf"stop S0 at 43.2,76.9: '{many - 1} stops to change"):
        paths(stops=heap, stop_times=times)


@pytest.mark.parametrize("way", ["parent", "transfer", "pathways"])
def test_a_station_of_too_many_platforms_is_refused(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds for what feeds tell too: platforms, transfers and pathways."""
    monkeypatch.setattr(footpaths, "CHANGES_MAX", 3)
    spots = "".join(f"S{n},S,43.{200 + 10 * n},76.9,0,ST,1\n" for n in range(6))
    stops = HEAD + "ST,ST,43.2,76.9,1,,1\nE,Door,43.2,76.9,2,ST,1\n" + spots
    times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(
        f"T1,08:00:00,08:00:00,S{n},{n}\n" for n in range(6)
    )
    told = {
        "parent": {"stops": stops},
        "transfer": {"stops": stops, "transfers": TRANSFERS + "ST,ST,2,60\n"},
        "pathways": {
            "stops": stops,
            "pathways": WAYS + "".join(f"{n},E,S{n},1,1,10,,\n" for n in range(6)),
        },
    }[way]
    with pytest.raises(InvalidInput, match=r"stops to change to on foot' is not .* at most 3"):
        paths(stop_times=times, **told)
