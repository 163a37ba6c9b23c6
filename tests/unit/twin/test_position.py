"""Where an aircraft of the twin is between the vertices of its track."""

import pytest

from aspan.primitives.ids import SortieId
from aspan.twin.flight import FlownSortie, Track
from aspan.twin.position import locate

FLOWN = FlownSortie(
    sortie_id=SortieId("S1"),
    off_block_at_ms=0,
    lift_off_at_ms=1000,
    touchdown_at_ms=5000,
    on_block_at_ms=7000,
    soc_off_block=0.9,
    soc_lift_off=0.88,
    soc_touchdown=0.6,
    soc_on_block=0.58,
    pack_k_on_block=300.0,
    energy_kwh=40.0,
    late_ms=0,
    track=Track(
        at_ms=[1000, 2000, 4000, 5000],
        lon_deg=[77.0, 77.0, 77.2, 77.2],
        lat_deg=[43.0, 43.0, 43.0, 43.0],
        altitude_amsl_m=[700.0, 760.0, 900.0, 800.0],
        ground_speed_mps=[0.0, 60.0, 0.0, 0.0],
        phases=["hover_take_off", "cruise", "hover_landing", "taxi_in"],
        soc=[0.88, 0.85, 0.65, 0.6],
    ),
)


@pytest.mark.parametrize(
    ("at_ms", "lon_deg", "altitude_amsl_m", "soc", "speed_mps"),
    [
        (0, 77.0, 700.0, 0.9, 0.0),
        (500, 77.0, 700.0, 0.89, 0.0),
        (1000, 77.0, 700.0, 0.88, 0.0),
        (1500, 77.0, 730.0, 0.865, 0.0),
        (3000, 77.1, 830.0, 0.75, 60.0),
        (4999, 77.2, 800.1, 0.60005, 0.0),
        (5000, 77.2, 800.0, 0.6, 0.0),
        (6000, 77.2, 800.0, 0.59, 0.0),
        (99_000, 77.2, 800.0, 0.58, 0.0),
    ],
)
def test_place_height_and_charge_are_linear_between_vertices(
    at_ms: int, lon_deg: float, altitude_amsl_m: float, soc: float, speed_mps: float
) -> None:
    """Between two vertices everything is in proportion to time; outside it stays at the pads."""
    where = locate(FLOWN, at_ms)
    assert where.lon_deg == pytest.approx(lon_deg)
    assert where.altitude_amsl_m == pytest.approx(altitude_amsl_m)
    assert where.soc == pytest.approx(soc)
    assert where.ground_speed_mps == speed_mps


@pytest.mark.parametrize("at_ms", [0, 1500, 3000, 4500, 6000])
def test_heading_of_vertical_pieces_is_that_of_their_neighbour(at_ms: int) -> None:
    """Rising, cruising, settling and on the pads it points where it flies: east."""
    assert locate(FLOWN, at_ms).heading_deg == pytest.approx(90.0)
