"""A flown card: its energy is that of physics, its bytes are the seed's, its channels are all."""

from typing import Any

import msgspec
import numpy as np
import pytest

from aspan.physics.flight import aux_power_kw, transition_power_kw
from aspan.physics.sortie import FlightPhase, FlownPhase, flown_energy
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_box import Box
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air, Sensors
from aspan.twin.card_profile import LoadState, Manoeuvre, Segment
from aspan.world.atmosphere import air_density_kg_m3, pressure_at_height_pa
from aspan.world.telemetry import CHANNELS, EVENT_MARK, PACKS, UNITS
from flown_cards import AIR, EVERYTHING, LOAD, PLACE, everything, the_aircraft

WIDE = msgspec.structs.replace(PLACE, boxes=(Box(east_m=40e3, west_m=-40e3, north_m=40e3),))
CALM = Air(temperature_k=288.15, pressure_pa=95_000.0)


def _fly(
    *segments: Segment,
    load: LoadState = LOAD,
    sensors: Sensors = Sensors(),  # noqa: B008  frozen
    rate_hz: float = 10.0,
) -> Recording:
    return fly_card(
        segments, load, the_aircraft(), air=CALM, place=WIDE, sensors=sensors, seed=3,
        rate_hz=rate_hz,
    )  # fmt: skip


def _given_kw(run: Recording) -> np.ndarray[Any, Any]:
    """Return the power that the packs give, by voltage and current."""
    packs = [
        run.truth[f"pack{n}_voltage_v"] * run.truth[f"pack{n}_current_a"]
        for n in range(1, PACKS + 1)
    ]
    return np.asarray(np.sum(packs, axis=0)) / 1e3


def _density(height_m: float) -> float:
    pressure_pa = pressure_at_height_pa(
        CALM.pressure_pa,
        from_amsl_m=PLACE.elevation_amsl_m,
        to_amsl_m=PLACE.elevation_amsl_m + height_m,
    )
    return air_density_kg_m3(pressure_pa, CALM.temperature_k - 0.0065 * height_m)


@pytest.mark.parametrize("phase", [FlightPhase.HOVER, FlightPhase.CRUISE])
def test_energy_of_a_held_segment_is_that_of_physics(phase: FlightPhase) -> None:
    """Hover and cruise in calm air spend what `flown_energy` says, to one in ten thousand."""
    kind, height_m = the_aircraft().kind, 200.0
    manoeuvre: Manoeuvre = "hover" if phase is FlightPhase.HOVER else "cruise"
    run = _fly(
        Segment(
            label="held", manoeuvre=manoeuvre, duration_s=60.0, height_agl_m=height_m,
            airspeed_mps=0.0 if manoeuvre == "hover" else 65.0,
        )
    )  # fmt: skip
    aux_kw = aux_power_kw(kind, CALM.temperature_k)
    piece = FlownPhase(phase, 60.0, _density(height_m), airspeed_mps=65.0)
    said = flown_energy(kind, mass_kg=LOAD.mass_kg, aux_kw=aux_kw, phases=[piece])
    flown_kwh = _given_kw(run)[run.segments["held"]].sum() / run.rate_hz / 3600.0
    assert flown_kwh == pytest.approx(said.total_kwh, rel=1e-4)


@pytest.mark.parametrize("rise_m", [240.0, -240.0])
def test_climb_and_descent_count_as_physics_counts_them(rise_m: float) -> None:
    """A held climb adds its potential energy, a descent is credited a share of it."""
    kind = the_aircraft().kind
    end_m = 100.0 + max(rise_m, 0.0)
    run = _fly(
        Segment(
            label="level", manoeuvre="cruise", duration_s=1.0, airspeed_mps=60.0,
            height_agl_m=end_m - rise_m,
        ),
        Segment(
            label="held", manoeuvre="climb" if rise_m > 0 else "descent", duration_s=60.0,
            airspeed_mps=60.0, height_agl_m=end_m,
        ),
    )  # fmt: skip
    held = run.segments["held"]
    heights = run.truth["height_agl_m"][held]
    gain_m = float(heights[-1] - heights[0]) * len(heights) / (len(heights) - 1)
    piece = FlownPhase(
        FlightPhase.CRUISE, 60.0, _density(float(heights.mean())), gain_m, airspeed_mps=60.0
    )
    aux_kw = aux_power_kw(kind, CALM.temperature_k)
    said = flown_energy(kind, mass_kg=LOAD.mass_kg, aux_kw=aux_kw, phases=[piece])
    flown_kwh = _given_kw(run)[held].sum() / run.rate_hz / 3600.0
    assert abs(gain_m) > 200.0
    assert flown_kwh == pytest.approx(said.total_kwh, rel=1e-3)


def test_charge_falls_by_the_energy_given() -> None:
    """Over a whole card the charge of the packs falls by the energy at their terminals."""
    run = everything()
    before_charging = slice(0, run.segments["charge"].start)
    given_kwh = _given_kw(run)[before_charging].sum() / run.rate_hz / 3600.0
    socs = [run.truth[f"pack{n}_soc"][before_charging.stop - 1] for n in range(1, PACKS + 1)]
    capacity_kwh = the_aircraft().capacity_kwh
    assert (LOAD.soc - np.mean(socs)) * capacity_kwh == pytest.approx(given_kwh, rel=1e-3)
    assert given_kwh > 30.0


def test_shaft_power_is_torque_times_speed() -> None:
    """Shaft over electrical power of a unit is the drivetrain's efficiency wherever it turns."""
    run = everything()
    for n in range(1, UNITS + 1):
        speed = run.truth[f"unit{n}_speed_rad_per_s"]
        turning = speed > 50.0
        shaft_kw = run.truth[f"unit{n}_torque_nm"][turning] * speed[turning] / 1e3
        share = shaft_kw / run.truth[f"unit{n}_electrical_kw"][turning]
        assert share == pytest.approx(the_aircraft().kind.drivetrain_efficiency)


def test_transition_takes_its_share_of_hover_power() -> None:
    """In the middle of a transition the units draw the model's share of hover power."""
    run = everything()
    held = run.segments["out"]
    middle = (held.start + held.stop) // 2
    drawn_kw = sum(run.truth[f"unit{n}_electrical_kw"][middle] for n in range(1, UNITS + 1))
    density = run.truth["pressure_pa"][middle] / (287.05 * run.truth["air_temperature_k"][middle])
    said_kw = transition_power_kw(
        the_aircraft().kind, mass_kg=LOAD.mass_kg, density_kg_m3=float(density)
    )
    assert drawn_kw == pytest.approx(said_kw, rel=1e-6)


def test_every_channel_is_there_within_its_range() -> None:
    """A card that does everything fills every channel, each within what its sensor can read."""
    run = everything()
    assert list(run.columns) == ["at_ms", "sequence", *(channel.name for channel in CHANNELS)]
    for channel in CHANNELS:
        column = run.columns[channel.name]
        assert channel.low <= column.min() <= column.max() <= channel.high, channel.name
        assert len(column) == len(run.columns["at_ms"])


def test_noise_is_that_of_the_sensors() -> None:
    """Readings differ from the truth by each channel's own standard deviation, and by no more."""
    run = everything()
    for channel in CHANNELS:
        if channel.name in ("heading_deg", "ground_speed_mps", EVENT_MARK):
            continue
        error = (run.columns[channel.name] - run.truth[channel.name]) / channel.noise
        assert error.std() == pytest.approx(1.0, abs=0.03), channel.name
        assert abs(error.mean()) < 1.5, channel.name


def test_same_seed_same_bytes_and_another_seed_another_noise() -> None:
    """The same arguments give the same bytes; another seed changes readings but not the truth."""
    again = fly_card(EVERYTHING, LOAD, the_aircraft(), air=AIR, place=PLACE, seed=1)
    other = fly_card(EVERYTHING, LOAD, the_aircraft(), air=AIR, place=PLACE, seed=2)
    for name, column in everything().columns.items():
        assert column.tobytes() == again.columns[name].tobytes(), name
    assert np.array_equal(everything().truth["pack1_soc"], other.truth["pack1_soc"])
    assert not np.array_equal(everything().columns["pack1_soc"], other.columns["pack1_soc"])


def test_a_recovered_run_begins_with_the_same_bytes_and_lands_at_the_pad() -> None:
    """Left on the wing after 200 s, the card is the same up to there and ends over the pad."""
    air = msgspec.structs.replace(AIR, gust_mps=8.0)
    whole = fly_card(EVERYTHING, LOAD, the_aircraft(), air=air, place=PLACE, seed=1)
    left = fly_card(
        EVERYTHING, LOAD, the_aircraft(), air=air, place=PLACE, seed=1, recover_at_s=200.0
    )
    for name, column in left.columns.items():
        assert column[:2000].tobytes() == whole.columns[name][:2000].tobytes(), name
    assert left.truth["height_agl_m"][-1] == 0.0
    assert left.truth["lon_deg"][-1] == pytest.approx(PLACE.lon_deg, abs=5e-5)
    assert left.truth["lat_deg"][-1] == pytest.approx(PLACE.lat_deg, abs=5e-5)
    assert "descent" not in left.segments


@pytest.mark.parametrize("recover_at_s", [90.0, 150.0, 230.0, 320.0])
def test_a_run_called_off_anywhere_comes_home_in_the_booked_air(recover_at_s: float) -> None:
    """From wherever it is, it is on the ground within ten minutes and stays in a pad and a circuit.

    The pad's own volume is too small for the wing, the circuit begins at 54 m.
    """
    pad = Box(west_m=-180.0, south_m=-180.0, east_m=180.0, north_m=180.0, upper_agl_m=145.0)
    circuit = Box(west_m=-3_900.0, south_m=-2_900.0, east_m=3_900.0, north_m=2_900.0,
                  lower_agl_m=54.0)  # fmt: skip
    run = fly_card(
        EVERYTHING, LOAD, the_aircraft(), air=AIR, seed=1, recover_at_s=recover_at_s,
        place=msgspec.structs.replace(PLACE, boxes=(pad, circuit)),
    )  # fmt: skip
    truth = run.truth
    assert truth["height_agl_m"][-1] == 0.0
    assert len(truth["at_ms"]) / run.rate_hz - recover_at_s < 600.0
    east_m = (truth["lon_deg"] - PLACE.lon_deg) * 80_367.0
    north_m = (truth["lat_deg"] - PLACE.lat_deg) * 111_106.0
    assert max(np.abs(east_m).max() - 3_900.0, np.abs(north_m).max() - 2_900.0) < 100.0


def test_the_path_is_smooth_and_stays_in_the_box() -> None:
    """No acceleration beyond a pilot's limits, no place outside the box."""
    truth = everything().truth
    assert np.abs(np.diff(truth["ground_speed_mps"])).max() * 10.0 < 4.0
    assert np.abs(np.diff(truth["vertical_speed_mps"])).max() * 10.0 < 4.0
    assert np.abs(np.diff(truth["tilt_deg"])).max() * 10.0 < 8.0
    east_m = (truth["lon_deg"] - PLACE.lon_deg) * 80_500.0
    north_m = (truth["lat_deg"] - PLACE.lat_deg) * 111_100.0
    assert np.abs(east_m).max() < 8_100.0
    assert np.abs(north_m).max() < 8_100.0


def test_the_load_bank_draws_until_the_usable_energy_is_out() -> None:
    """Cold packs give their cold share of what lies above the floor, then cut off."""
    aircraft = the_aircraft()
    load = LoadState(mass_kg=2_300.0, soc=0.30, pack_k=273.15)
    run = _fly(
        Segment(label="empty", manoeuvre="discharge", duration_s=900.0, power_kw=120.0), load=load
    )
    given = _given_kw(run)
    given_kwh = given[run.segments["empty"]].sum() / run.rate_hz / 3600.0
    assert given_kwh == pytest.approx(aircraft.usable_kwh(soc=0.30, pack_k=273.15), rel=1e-6)
    assert given_kwh == pytest.approx(0.20 * 150.0 * 0.90, rel=1e-6)
    assert given[run.segments["empty"].stop - 1] == pytest.approx(0.0, abs=1e-9)


def test_the_charger_follows_the_taper() -> None:
    """Above 60 % the charging power falls with the taper of the type, and not above its request."""
    load = LoadState(mass_kg=2_300.0, soc=0.55, pack_k=298.15)
    run = _fly(
        Segment(label="full", manoeuvre="charge", duration_s=1500.0, power_kw=250.0), load=load
    )
    held = run.segments["full"]
    power_kw, soc = -_given_kw(run)[held], run.truth["pack1_soc"][held]
    assert power_kw.max() == pytest.approx(250.0)
    at_80 = power_kw[np.argmin(np.abs(soc - 0.80))]
    assert at_80 == pytest.approx(150.0, rel=0.02)
    assert run.truth["charger_kw"][held].max() == pytest.approx(250.0 / 0.95)


@pytest.mark.parametrize(
    ("segments", "field"),
    [
        ((), "profile"),
        ((Segment(label="a", manoeuvre="ground", duration_s=0.0),), "a.duration_s"),
        ((Segment(label="a", manoeuvre="hover", duration_s=9.0),), "a.height_agl_m"),
        ((Segment(label="a", manoeuvre="hover", duration_s=9e3, height_agl_m=9.0),), "profile"),
    ],
)
def test_what_nobody_could_fly_is_refused(segments: tuple[Segment, ...], field: str) -> None:
    """No segment, no time, a hover in the ground, more energy than the packs hold."""
    with pytest.raises(InvalidInput) as refused:
        _fly(*segments)
    assert refused.value.field == field


def test_a_rate_below_ten_is_refused() -> None:
    """Safety does not rest on slower telemetry."""
    with pytest.raises(InvalidInput):
        _fly(Segment(label="a", manoeuvre="ground", duration_s=1.0), rate_hz=9.0)


def test_missing_readings_are_nan() -> None:
    """A share of readings is missing where the sensors drop them."""
    stand = Segment(label="a", manoeuvre="ground", duration_s=60.0)
    run = _fly(stand, sensors=Sensors(drop_share=0.05))
    shares = [np.isnan(run.columns[channel.name]).mean() for channel in CHANNELS]
    assert np.mean(shares) == pytest.approx(0.05, abs=0.005)
