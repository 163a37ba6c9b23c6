"""Go or no-go with every reason, on the rules of the smallest city."""

import pytest
from msgspec.structs import replace

from aspan.physics.assessment import (
    Assessment,
    SortieQuestion,
    assess_sortie,
    list_mass_cases,
)
from aspan.physics.reserve import DiversionSite
from aspan.primitives.units import celsius_to_kelvin
from aspan.world.aircraft import AircraftType
from aspan.world.readers import load_city
from aspan.world.rules import Rules

EASY = SortieQuestion(
    legs=((30_000.0, 0.0),),
    climb_m=400.0,
    descent_m=400.0,
    mass_kg=2404.0,
    density_kg_m3=1.0434,
    destination_density_kg_m3=1.0434,
    temperature_k=celsius_to_kelvin(38),
)


@pytest.fixture(scope="module")
def rules() -> Rules:
    """Return the rules of the smallest city."""
    return load_city("tiny").rules


def judge(
    aircraft: AircraftType, rules: Rules, question: SortieQuestion, *, case: int = 0
) -> Assessment:
    """Return the assessment in a mass case, 0 the default."""
    return assess_sortie(aircraft, rules, question, mass_case=list_mass_cases(aircraft)[case])


def test_an_easy_sortie_is_a_go(aircraft: AircraftType, rules: Rules) -> None:
    """30 km on a hot day with 5 kW of auxiliaries by the temperature: a go, with its figures."""
    found = judge(aircraft, rules, EASY)
    assert found.is_go
    assert found.energy is not None
    assert found.energy.total_kwh == pytest.approx(40.1 + 2.0 * 9.03 / 60, abs=0.06)
    assert found.required is not None
    assert found.required.reserve_kwh == pytest.approx(46.7, abs=0.05)
    assert found.soc_needed == pytest.approx(0.1 + found.required.required_kwh / 150.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"legs": ((80_000.0, 0.0),), "wind_mps": 10.0}, "exceeds the ceiling of 95%"),
        ({"wind_mps": 11.0}, "wind 11.0 m/s exceeds the limit"),
        ({"wind_mps": 37.0}, "ground speed 35.0 m/s is below the least 36.0 m/s"),
        ({"mass_kg": 2500.0}, "take-off mass 2500 kg exceeds 2404 kg"),
        ({"payload_kg": 364.0}, "payload 364 kg exceeds 363 kg"),
        ({"soh": 0.79}, "battery health 79% is below 80%"),
        ({"pack_k": celsius_to_kelvin(46)}, "cells at 46.0 C are outside 10 to 45 C"),
        ({"pack_k": celsius_to_kelvin(9)}, "cells at 9.0 C are outside 10 to 45 C"),
    ],
)
def test_each_bound_has_its_reason(
    aircraft: AircraftType, rules: Rules, change: dict[str, object], said: str
) -> None:
    """Every limit that is exceeded is named with its value and its bound."""
    found = judge(aircraft, rules, replace(EASY, **change))
    assert not found.is_go
    assert any(said in reason for reason in found.reasons)


def test_all_reasons_are_told(aircraft: AircraftType, rules: Rules) -> None:
    """A sortie that breaks five limits hears of five."""
    question = replace(EASY, mass_kg=2500.0, payload_kg=400.0, wind_mps=11.0, soh=0.5)
    assert len(judge(aircraft, rules, question, case=1).reasons) == 5


def test_exactly_at_the_bound_is_a_go(aircraft: AircraftType, rules: Rules) -> None:
    """The greatest mass, payload and wind are themselves allowed."""
    wind_mps = rules.weather_minima.wind_mps
    question = replace(EASY, payload_kg=363.0, wind_mps=wind_mps, wind_from_deg=180.0, soh=0.8)
    assert judge(aircraft, rules, question).is_go


def test_a_diversion_no_wind_allows_leaves_the_reserve_untold(
    aircraft: AircraftType, rules: Rules
) -> None:
    """With all safe sites up wind of a storm the energy is told and the reserve is not."""
    away = DiversionSite("AWAY", 20_000.0, 180.0, 0.0, 0.0)
    question = replace(EASY, wind_mps=40.0, wind_from_deg=180.0, diversions=(away,))
    found = judge(aircraft, rules, question)
    assert found.energy is not None
    assert found.required is None
    assert any("wind to diversion" in reason for reason in found.reasons)


def test_the_mass_cases_are_the_type_s(aircraft: AircraftType) -> None:
    """2,404 kg carries 363 kg, 2,177 kg carries 137 (facts 8.6a)."""
    cases = [(case.mass_kg_max, case.payload_kg_max) for case in list_mass_cases(aircraft)]
    assert cases == [(2404.0, 363.0), (2177.0, 137.0)]
