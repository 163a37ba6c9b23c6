"""Tables of paths: tracks cut and split, intents version by version."""

import json

from hypothesis import given
from hypothesis import strategies as st

from aspan.compose.table_paths import VERTEX_MS_MAX, cut_track, make_intents, split_track
from aspan.operations import events as ev
from aspan.twin.flight import Track

from .conftest import Flown


def _track(at_ms: list[int]) -> Track:
    """Return a track that climbs a metre and goes a thousandth of a degree each second."""
    seconds = [t / 1000 for t in at_ms]
    return Track(
        at_ms=at_ms,
        lon_deg=[77.0 + s / 1000 for s in seconds],
        lat_deg=[43.0 + s / 1000 for s in seconds],
        altitude_amsl_m=[700.0 + s for s in seconds],
        ground_speed_mps=[60.0] * (len(at_ms) - 1) + [0.0],
        phases=["cruise"] * (len(at_ms) - 1) + ["taxi_in"],
        soc=[0.9 - s / 1e5 for s in seconds],
    )


def test_track_is_cut_where_the_aircraft_is() -> None:
    """A cut track ends at the instant, on the straight line it was flying."""
    cut = cut_track(_track([0, 10_000, 20_000]), 15_000)
    assert cut.at_ms == [0, 10_000, 15_000]
    assert (cut.lon_deg[-1], cut.altitude_amsl_m[-1]) == (77.015, 715.0)
    assert cut.phases[-1] == "cruise"


def test_track_is_cut_on_a_vertex_without_doubling_it() -> None:
    """A cut at the instant of a vertex leaves that vertex last, once."""
    assert cut_track(_track([0, 10_000, 20_000]), 10_000).at_ms == [0, 10_000]


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=8))
def test_split_track_is_the_same_path(gaps_ms: list[int]) -> None:
    """Vertices are at most 30 s apart, those given are kept, and nothing moves."""
    at_ms = [0]
    for gap_ms in gaps_ms:
        at_ms.append(at_ms[-1] + gap_ms)
    split = split_track(_track(at_ms))
    assert max(b - a for a, b in zip(split.at_ms, split.at_ms[1:], strict=False)) <= VERTEX_MS_MAX
    assert set(at_ms) <= set(split.at_ms)
    for t, z in zip(split.at_ms, split.altitude_amsl_m, strict=True):
        assert abs(z - (700.0 + t / 1000)) <= 0.051
    assert len(split.phases) == len(split.ground_speed_mps) == len(split.at_ms)


def test_tracks_run_from_lift_off_to_touchdown(day: Flown) -> None:
    """The first and last vertex of each landed sortie are its lift-off and touchdown."""
    ends: dict[str, list[int]] = {}
    for row in day.tables["tracks"].rows():
        ends.setdefault(row["sortie_id"], []).append(row["at_ms"])
    landed = [r for r in day.tables["sorties"].rows() if r["status"] == "flown"]
    assert len(ends) == len(landed)
    for row in landed:
        at_ms = ends[row["sortie_id"]]
        assert (at_ms[0], at_ms[-1]) == (row["lift_off_at_ms"], row["touchdown_at_ms"])


def test_no_track_goes_beyond_the_end(midday: Flown) -> None:
    """In a run that ends at midday no vertex is later, and a sortie in the air ends there."""
    last = max(midday.tables["tracks"].columns["at_ms"])
    assert last == midday.folded.end_ms


def test_intents_live_as_the_standard_says(day: Flown) -> None:
    """Every flown sortie's intent is accepted, activated, ended, in rising versions."""
    rows: dict[str, list[tuple[int, str]]] = {}
    for row in day.tables["intents"].rows():
        rows.setdefault(row["sortie_id"], []).append((row["version"], row["state"]))
    for line in day.folded.sorties.list_landed():
        mine = rows[line.sortie_id]
        assert [version for version, _ in mine] == list(range(1, len(mine) + 1))
        states = [state for _, state in mine]
        assert states[0] == "accepted"
        assert states[-2:] == ["activated", "ended"]


def test_activated_intent_claims_what_it_will_fly(day: Flown) -> None:
    """The volumes of an activated intent are there, in order of time, and cover the flight."""
    sorties = day.folded.sorties.by_id
    rows = [r for r in day.tables["intents"].rows() if r["state"] == "activated"]
    assert rows
    for row in rows[:5]:
        volumes = json.loads(row["volumes"])
        line = sorties[row["sortie_id"]]
        assert line.lift_off is not None
        assert line.touchdown is not None
        assert volumes[0]["start"] <= line.lift_off.at_ms
        assert volumes[-1]["end"] >= line.touchdown.at_ms
        assert all(v["lower"] < v["upper"] and v["start"] < v["end"] for v in volumes)


def test_held_sortie_gives_its_volumes_back(day: Flown) -> None:
    """A hold after an assignment leaves the intent accepted with no volumes; a cancel ends it."""
    assigned = next(e for e in day.log.events if isinstance(e, ev.SortieAssigned))
    held = ev.SortieHeld(
        at_ms=assigned.at_ms, sortie_id=assigned.sortie_id, reason="x", retry_at_ms=0
    )
    over = ev.SortieCancelled(at_ms=assigned.at_ms, sortie_id=assigned.sortie_id, cause="x")
    rows = make_intents([assigned, held, over], day.run.index.network).rows()
    assert [row["state"] for row in rows] == ["accepted", "accepted", "ended"]
    assert rows[0]["volumes"] != "[]"
    assert rows[1]["volumes"] == rows[2]["volumes"] == "[]"


def test_sortie_never_planned_has_no_intent(day: Flown) -> None:
    """A cancel before any plan writes no intent."""
    never = next(line for line in day.folded.sorties.by_id.values() if not line.lanes)
    assert never.sortie_id not in day.tables["intents"].columns["sortie_id"]
