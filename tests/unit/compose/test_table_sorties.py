"""Tables of sorties: status, nulls, what is still in the air, diversions, emergencies."""

import pytest

from aspan.compose.table_sorties import SORTIES, SortieLines, make_fato_uses, make_sorties
from aspan.operations import events as ev
from aspan.primitives.ids import (
    AircraftId,
    FatoId,
    LaneId,
    PilotId,
    SortieId,
    StandId,
    VertiportId,
)

from .conftest import Flown

S1 = SortieId("S1")


def test_landed_sorties_have_every_instant(day: Flown) -> None:
    """A flown sortie has all four instants in order, and the charge at each."""
    flown = [row for row in day.tables["sorties"].rows() if row["status"] == "flown"]
    assert len(flown) > 20
    for row in flown:
        instants = [row[f"{n}_at_ms"] for n in ("off_block", "lift_off", "touchdown", "on_block")]
        assert instants == sorted(instants)
        assert row["soc_off_block"] > row["soc_lift_off"] > row["soc_touchdown"]
        assert row["energy_above_reserve_kwh"] > 0.0


def test_cancelled_sorties_were_never_anywhere(day: Flown) -> None:
    """A cancelled sortie says why and has no instant, charge or passenger."""
    cancelled = [row for row in day.tables["sorties"].rows() if row["status"] == "cancelled"]
    assert cancelled
    for row in cancelled:
        assert row["cause"]
        assert row["off_block_at_ms"] is row["soc_on_block"] is row["energy_kwh"] is None
        assert row["passengers"] == 0


def test_sortie_in_the_air_at_the_end_has_no_landing(midday: Flown) -> None:
    """A run that ends at noon leaves sorties in the air, with what they have reached."""
    rows = [r for r in midday.tables["sorties"].rows() if r["status"] == "airborne_at_end"]
    assert rows
    for row in rows:
        assert row["off_block_at_ms"] < midday.folded.end_ms
        assert row["on_block_at_ms"] is row["soc_on_block"] is row["energy_kwh"] is None


def test_sorties_still_to_come_are_told_apart(midday: Flown) -> None:
    """What has not gone off-block by noon is neither cancelled nor in the air."""
    rows = [r for r in midday.tables["sorties"].rows() if r["status"] == "planned_at_end"]
    assert rows
    assert all(row["off_block_at_ms"] is None and row["cause"] is None for row in rows)


def _plan() -> list[ev.Event]:
    """Return a sortie from A to B that is scheduled and assigned."""
    a, b = VertiportId("A"), VertiportId("B")
    return [
        ev.SortieScheduled(
            at_ms=0,
            sortie_id=S1,
            origin=a,
            destination=b,
            service="on_demand",
            off_block_at_ms=100,
            assign_at_ms=0,
        ),
        ev.SortieAssigned(
            at_ms=0,
            sortie_id=S1,
            aircraft_id=AircraftId("X"),
            pilot_id=PilotId("P"),
            lane_id=LaneId("A-B"),
            origin_fato_id=FatoId("A1"),
            destination_fato_id=FatoId("B1"),
            off_block_at_ms=120,
            lift_off_at_ms=200,
            touchdown_at_ms=900,
            on_block_at_ms=950,
            version=1,
            payload_kg_max=363.0,
            vertex_offsets_ms=(0, 700),
        ),
    ]


def _diverted() -> list[ev.Event]:
    return [
        *_plan(),
        ev.SortieOffBlock(at_ms=120, sortie_id=S1, soc=0.9, pack_temperature_k=293.15),
        ev.SortieLiftedOff(at_ms=200, sortie_id=S1, soc=0.89, fato_from_ms=180, fato_until_ms=255),
        ev.SortieDiverted(
            at_ms=500,
            sortie_id=S1,
            cause="weather_visibility",
            destination=VertiportId("C"),
            lane_id=LaneId("B-C"),
            destination_fato_id=FatoId("C1"),
            stand_id=StandId("C-S9"),
            virtual_lift_off_at_ms=800,
            touchdown_at_ms=1500,
            on_block_at_ms=1550,
            version=2,
            vertex_offsets_ms=(0, 700),
        ),
        ev.EmergencyDeclared(at_ms=600, sortie_id=S1, reason="minimum_energy"),
        ev.SortieTouchedDown(
            at_ms=1500, sortie_id=S1, soc=0.4, fato_from_ms=1455, fato_until_ms=1530
        ),
        ev.SortieOnBlock(
            at_ms=1550,
            sortie_id=S1,
            stand_id=StandId("C-S9"),
            soc=0.39,
            pack_temperature_k=300.0,
            energy_kwh=76.0,
        ),
    ]


def test_diverted_sortie_ends_where_it_landed(day: Flown) -> None:
    """A diversion keeps the planned destination, names both lanes, the cause and the emergency."""
    lines = SortieLines(_diverted())
    row = make_sorties(lines, day.run.city.aircraft_type, {AircraftId("X"): 1.0}).rows()[0]
    assert (row["status"], row["cause"]) == ("diverted", "weather_visibility")
    assert (row["planned_destination"], row["destination"]) == ("B", "C")
    assert row["lane_route"] == "A-B B-C"
    assert row["emergency_at_ms"] == 600


def test_diverted_sortie_uses_the_fato_where_it_landed() -> None:
    """The landing of a diverted sortie is on the FATO of the other site."""
    uses = make_fato_uses(SortieLines(_diverted())).rows()
    assert [(u["vertiport_id"], u["fato_id"], u["kind"]) for u in uses] == [
        ("A", "A1", "take_off"),
        ("C", "C1", "landing"),
    ]


@pytest.mark.parametrize(("service", "planned_ms"), [("on_demand", 120), ("timetable", 100)])
def test_planned_off_block_is_what_was_promised(service: str, planned_ms: int) -> None:
    """On demand the first plan counts, on a timetable the timetable."""
    lines = SortieLines(_plan())
    line = lines.by_id[S1]
    line.service = service
    assert line.planned_off_block_ms == planned_ms


def test_sortie_that_lost_its_aircraft_names_none(day: Flown) -> None:
    """Unassigned and then cancelled, a sortie has neither aircraft, pilot nor lane."""
    lines = SortieLines(
        [
            *_plan(),
            ev.SortieUnassigned(at_ms=50, sortie_id=S1, reason="aircraft_late", retry_at_ms=60),
            ev.SortieCancelled(at_ms=60, sortie_id=S1, cause="too_late"),
        ]
    )
    row = make_sorties(lines, day.run.city.aircraft_type, {}).rows()[0]
    assert (row["status"], row["aircraft_id"], row["pilot_id"], row["lane_route"]) == (
        "cancelled",
        "",
        None,
        None,
    )
    assert set(row) == set(SORTIES)
