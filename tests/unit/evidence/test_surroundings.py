"""What a card means for the ground about the site: safety zone, noise at the fence, the notice."""

from math import sqrt

import numpy as np
import pytest

from aspan.evidence.airspace_notice import HEADING, write_notice
from aspan.evidence.fence_noise import FenceNoise, find_fence_noise
from aspan.evidence.safety_zone import (
    WING_SPEED_MPS_MIN,
    SafetyZone,
    fall_reach_m,
    find_safety_zone,
    glide_reach_m,
    reach_m,
)
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.world.geodesy import metres_per_degree
from aspan.world.geozones import Ring
from aspan.world.range import RangeVolume
from aspan.world.readers import load_city
from aspan.world.vertiport import Names

PAD = (77.2, 43.7)
LON_M, LAT_M = metres_per_degree(PAD[1])
KIND = load_city("tiny").aircraft_type


def square(half_m: float) -> Ring:
    """Return a square about the pad."""
    east, north = half_m / LON_M, half_m / LAT_M
    corners = [
        (PAD[0] + x * east, PAD[1] + y * north) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    return (*corners, corners[0])


def zone(
    east_m: float,
    height_m: float,
    airspeed_mps: float,
    *,
    fence_m: float = 500.0,
    wind_mps: float = 0.0,
) -> SafetyZone:
    """Return the safety zone of one place."""
    return find_safety_zone(
        mass_kg=2_000.0,
        lift_to_drag=10.0,
        wind_mps=wind_mps,
        pad_lonlat=PAD,
        fence=square(fence_m),
        east_m=np.array([east_m]),
        north_m=np.array([0.0]),
        height_agl_m=np.array([height_m]),
        airspeed_mps=np.array([airspeed_mps]),
    )


def noise(east_m: float, height_m: float, tilt_deg: float) -> FenceNoise:
    """Return the noise of one place at a fence 500 m from the pad, 60 dBA allowed."""
    return find_fence_noise(
        KIND,
        pad_lonlat=PAD,
        fence=square(500.0),
        limit_dba=60.0,
        east_m=np.array([east_m]),
        north_m=np.array([0.0]),
        height_agl_m=np.array([height_m]),
        tilt_deg=np.array([tilt_deg]),
    )


def test_a_stone_falls_as_in_the_textbook() -> None:
    """From 78.5 m, four seconds of fall at 30 m/s are 120 m (h = g t² / 2)."""
    assert fall_reach_m(speed_mps=30.0, height_agl_m=78.4532) == pytest.approx(120.0, abs=0.01)


def test_only_a_wing_glides() -> None:
    """Just below the least speed nothing; at it height times the ratio; faster some more."""
    below = glide_reach_m(
        airspeed_mps=WING_SPEED_MPS_MIN - 1e-9, height_agl_m=300.0, wind_mps=0.0, lift_to_drag=13.0
    )
    least = glide_reach_m(
        airspeed_mps=WING_SPEED_MPS_MIN, height_agl_m=300.0, wind_mps=0.0, lift_to_drag=13.0
    )
    fast = glide_reach_m(airspeed_mps=72.0, height_agl_m=300.0, wind_mps=0.0, lift_to_drag=13.0)
    assert below == 0.0
    assert least == pytest.approx(3_900.0)
    assert fast - least == pytest.approx(13.0 * (72.0**2 - 40.6**2) / (2.0 * 9.80665))


@pytest.mark.parametrize(
    ("airspeed_mps", "height_m", "wind_mps", "expected_m"),
    [
        (0.0, 0.0, 10.0, 0.0),
        (0.0, 120.0, 0.0, 120.0),
        (0.0, 20.0, 15.0, 15.0 * sqrt(40.0 / 9.80665)),
        (40.6, 100.0, 0.0, 1_000.0),
    ],
)
def test_the_farthest_way_down_counts(
    airspeed_mps: float, height_m: float, wind_mps: float, expected_m: float
) -> None:
    """On the ground nowhere; then the height, the fall with the wind, or the glide."""
    found = reach_m(
        airspeed_mps=airspeed_mps, height_agl_m=height_m, wind_mps=wind_mps, lift_to_drag=10.0
    )
    assert found == pytest.approx(expected_m)


def test_the_zone_is_told_against_the_fence() -> None:
    """120 m over the pad stays inside a fence at 500 m; 450 m aside it reaches 70 m beyond."""
    inside, aside = zone(0.0, 120.0, 0.0), zone(450.0, 120.0, 0.0)
    assert inside.beyond_fence_m == 0.0
    assert aside.beyond_fence_m == pytest.approx(70.0, abs=1.0)
    assert zone(600.0, 120.0, 0.0).beyond_fence_m == pytest.approx(220.0, abs=1.0)
    east_m = max((lon - PAD[0]) * LON_M for lon, _ in inside.ring)
    assert 120.0 <= east_m < 121.0
    assert zone(0.0, 100.0, 30.0, wind_mps=10.0).kinetic_energy_kj == pytest.approx(1_600.0)


def test_noise_falls_with_distance_to_the_fence() -> None:
    """A hover 500 m away: 65 dBA at 100 m less 14 dB; over the fence itself, its height counts."""
    level = KIND.noise_terminal_dba_at_100_m
    assert noise(0.0, 1e-6, 90.0).level_dba == pytest.approx(level - 13.98, abs=0.01)
    over = noise(800.0, 100.0, 90.0)
    assert over.level_dba == pytest.approx(level)
    assert over.distance_m == pytest.approx(100.0)
    assert over.is_within == (level <= 60.0)
    assert noise(0.0, 0.0, 90.0).level_dba == 0.0


def test_the_wing_is_quieter_than_the_hover() -> None:
    """On the wing the level of cruise, from 500 m; half way the mean of the two energies."""
    wing, half, hover = (noise(800.0, 500.0, tilt) for tilt in (0.0, 45.0, 90.0))
    assert wing.level_dba == pytest.approx(KIND.noise_cruise_dba_at_500_m)
    assert wing.level_dba < half.level_dba < hover.level_dba


VOLUME = RangeVolume(
    volume_id="EAST",
    names=Names(kk="Шығыс", ru="Восток", en="East"),
    ring=((77.0, 43.5), (77.5, 43.5), (77.5, 43.75), (77.0, 43.75), (77.0, 43.5)),
    lower_amsl_m=500.0,
    upper_amsl_m=1_000.0,
    geozone_id=GeozoneId("TSEAST"),
)


def test_the_notice_is_a_draft_in_the_form_of_a_notam() -> None:
    """Heights round outwards to 100 ft, times are UTC, corners are in seconds of arc."""
    text = write_notice(
        [VOLUME], from_ms=1_777_863_600_000, until_ms=1_777_870_800_000, purpose="tests"
    )
    assert text.splitlines() == [
        HEADING,
        "Q) UAAA/QRTCA/IV/BO/W/016/033/4338N07715E014",
        "A) UAAA B) 2605040300 C) 2605040500",
        "E) TEMPO RESTRICTED AREA ACT FOR TESTS WI LATERAL LIMITS",
        "   EAST: 433000N0770000E - 433000N0773000E - 434500N0773000E - 434500N0770000E"
        " - 433000N0770000E",
        "F) 1600FT AMSL G) 3300FT AMSL",
    ]


@pytest.mark.parametrize(
    ("volumes", "until_ms", "purpose"),
    [([], 2, "tests"), ([VOLUME], 1, "tests"), ([VOLUME], 2, "сынақ"), ([VOLUME], 2, " ")],
)
def test_a_notice_needs_air_time_and_words(
    volumes: list[RangeVolume], until_ms: int, purpose: str
) -> None:
    """Nothing to close, no time that passes, words that no teleprinter has: bad input."""
    with pytest.raises(InvalidInput):
        write_notice(volumes, from_ms=1, until_ms=until_ms, purpose=purpose)
