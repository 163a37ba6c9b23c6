"""A flown card takes what the model says, and a judge tells an aircraft that does not."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from aspan.evidence.card import Card, CardId
from aspan.evidence.prediction import power_kw
from aspan.evidence.run_data import RunData, density_kg_m3, electrical_kw
from aspan.evidence.scenarios import judge_run
from aspan.evidence.twin_site import place_of
from aspan.evidence.verdict import Verdict
from aspan.physics.flight import aux_power_kw, climb_energy_kwh, cruise_power_kw
from aspan.primitives.units import S_PER_H
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_flight import fly_card
from aspan.twin.card_place import Air, Sensors
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import standard_pressure_pa
from aspan.world.readers.range import load_range
from shipped import read_shipped, read_shipped_campaign

EXACT = Sensors(noise_scale=0.0)
Change = Callable[[AircraftType], AircraftType]


def _fly(
    card_id: str,
    *,
    air_k: float,
    sensors: Sensors = EXACT,
    change: Change = lambda kind: kind,
    seed: int = 1,
) -> RunData:
    """Return a run of a shipped card in calm air by an aircraft that may differ from the type."""
    city = read_shipped("alatau")
    site = load_range(city)
    card: Card = read_shipped_campaign("alatau").cards[CardId(card_id)]
    recording = fly_card(
        card.profile,
        card.load,
        TestAircraft(kind=change(city.aircraft_type)),
        air=Air(temperature_k=air_k, pressure_pa=standard_pressure_pa(site.site.elevation_amsl_m)),
        place=place_of(site, card.volume_ids),
        sensors=sensors,
        seed=seed,
    )
    return RunData(
        run_id="R1",
        card=card,
        aircraft=city.aircraft_type,
        columns={name: np.asarray(v, dtype=np.float64) for name, v in recording.columns.items()},
        segments=recording.segments,
        site=site,
    )


def _judge_power(run: RunData) -> Verdict:
    verdicts = judge_run(read_shipped_campaign("alatau"), run)
    return next(v for v in verdicts if v.check_id == f"{run.card.card_id}.power")


@pytest.mark.parametrize(
    ("card_id", "labels"),
    [("CL2", ("before", "climb")), ("CL3", ("top", "gently", "steeply"))],
)
@pytest.mark.parametrize("air_k", [274.2, 288.0, 304.5])
def test_climb_and_descent_take_what_physics_says(
    card_id: str, labels: tuple[str, ...], air_k: float
) -> None:
    """Twin, physics and prediction agree to 3 %, also where auxiliaries change with height."""
    run = _fly(card_id, air_k=air_k)
    kind, mass_kg = run.aircraft, run.card.load.mass_kg
    for label in labels:
        rise_m = float(np.ptp(run.of(label, "height_agl_m")))
        hours = run.seconds(label)[-1] / S_PER_H
        share = 1.0 if label == "climb" else -kind.descent_credit
        physics = (
            cruise_power_kw(
                kind,
                mass_kg=mass_kg,
                density_kg_m3=density_kg_m3(run, label),
                airspeed_mps=60.0,
            )
            + np.mean([aux_power_kw(kind, k) for k in run.of(label, "air_temperature_k")[::10]])
            + share * climb_energy_kwh(kind, mass_kg=mass_kg, climb_m=rise_m) / hours
        )
        flown = float(np.mean(electrical_kw(run)[run.rows(label)]))
        assert flown == pytest.approx(physics, rel=0.03)
        assert power_kw(run, label).value == pytest.approx(physics, rel=0.03)


def test_descent_is_told_through_the_instruments() -> None:
    """With the offsets and noise of usual instruments a descent as modelled passes."""
    verdicts = [
        _judge_power(_fly("CL3", air_k=304.5, sensors=Sensors(), seed=seed)) for seed in range(4)
    ]
    assert [v.words for v in verdicts if v.outcome != "pass"] == []


def _give(**numbers: float) -> Change:
    return lambda kind: msgspec.structs.replace(kind, **numbers)


@pytest.mark.parametrize(
    ("card_id", "change"),
    [("CL3", _give(descent_credit=0.65)), ("GA1", _give(aux_kw=4.0)), ("GA1", _give(aux_kw=2.0))],
)
def test_another_aircraft_fails(card_id: str, change: Change) -> None:
    """A descent that gives back five points less, or a kilowatt at rest, is found by one run."""
    run = _fly(card_id, air_k=288.0, sensors=Sensors(), change=change)
    assert _judge_power(run).outcome == "fail"
