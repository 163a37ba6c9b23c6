"""Charging: the minutes of facts 2.5, and the closed form against small steps."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.physics.charging import (
    battery_power_kw,
    charge_limit_kw,
    charge_power_kw,
    dc_power_kw,
    grid_power_kw,
    list_power_steps,
    rate_factor,
    soc_after_s,
    time_to_soc_s,
)
from aspan.primitives.units import S_PER_H, S_PER_MIN, celsius_to_kelvin
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Charging

WARM_K = celsius_to_kelvin(25)


@pytest.mark.parametrize(
    ("energy_kwh", "minutes"),
    [
        (30, (12.6, 7.3, 6.6, 17.9)),
        (40, (16.9, 9.4, 8.0, 20.2)),
        (54, (22.8, 12.4, 10.0, 23.1)),
        (75, (31.6, 16.8, 12.9, 27.5)),
    ],
)
def test_charging_minutes(
    aircraft: AircraftType,
    efficiencies: Charging,
    energy_kwh: float,
    minutes: tuple[float, ...],
) -> None:
    """Every cell of the charging table of facts 2.5 within 0.5 % or its rounding."""
    cases = [(150.0, 0.80), (300.0, 0.80), (450.0, 0.80), (300.0, 0.95)]
    for (dc_kw, target_soc), printed in zip(cases, minutes, strict=True):
        found_s = time_to_soc_s(
            aircraft,
            soc=target_soc - energy_kwh / 150.0,
            target_soc=target_soc,
            soh=1.0,
            cap_kw=battery_power_kw(efficiencies, dc_kw=dc_kw),
            pack_k=WARM_K,
        )
        assert found_s / S_PER_MIN == pytest.approx(printed, abs=max(0.05, 0.005 * printed))


@pytest.mark.parametrize(
    ("soc", "c_rate"),
    [(0.0, 3.0), (0.6, 3.0), (0.7, 2.0), (0.8, 1.0), (0.875, 0.65), (0.9499, 0.3), (0.95, 0.0)],
)
def test_limit_by_state_of_charge(aircraft: AircraftType, soc: float, c_rate: float) -> None:
    """3 C, linear to 1 C at 80 %, linear to 0.3 C at 95 %, none at the ceiling (facts B.8)."""
    found = charge_limit_kw(aircraft, soc=soc, soh=0.9, pack_k=WARM_K)
    assert found == pytest.approx(c_rate * 150.0 * 0.9, rel=2e-3)


@pytest.mark.parametrize(
    ("pack_c", "factor"),
    [(5, 0.0), (10, 0.5), (15, 1.0), (45, 1.0), (47.5, 0.5), (50, 0.0), (-9, 0.0), (70, 0.0)],
)
def test_rate_outside_the_full_rate_temperatures(
    aircraft: AircraftType, pack_c: float, factor: float
) -> None:
    """Full from 15 to 45 degrees, linear to nothing at 5 and 50 (facts B.6)."""
    found = rate_factor(aircraft, celsius_to_kelvin(pack_c))
    assert found == pytest.approx(factor, abs=1e-9)


def test_power_is_the_smaller_of_cap_and_limit(aircraft: AircraftType) -> None:
    """At 70 % the battery takes 300 kW; a cap of 285 binds, one of 400 does not."""
    for cap_kw, expected_kw in ((285.0, 285.0), (400.0, 300.0)):
        found = charge_power_kw(aircraft, soc=0.7, soh=1.0, cap_kw=cap_kw, pack_k=WARM_K)
        assert found == pytest.approx(expected_kw)


charges = st.floats(-0.02, 0.949)
caps = st.floats(5.0, 600.0)
packs = st.floats(6.0, 49.0)


@given(soc=charges, target=charges, cap_kw=caps, soh=st.floats(0.7, 1.0), pack_c=packs)
def test_charge_after_the_time_to_a_target_is_the_target(
    aircraft: AircraftType, soc: float, target: float, cap_kw: float, soh: float, pack_c: float
) -> None:
    """Time-to-charge and charge-after-time are inverse to each other."""
    pack_k = celsius_to_kelvin(pack_c)
    wait_s = time_to_soc_s(
        aircraft, soc=soc, target_soc=target, soh=soh, cap_kw=cap_kw, pack_k=pack_k
    )
    after = soc_after_s(aircraft, soc=soc, duration_s=wait_s, soh=soh, cap_kw=cap_kw, pack_k=pack_k)
    assert after == pytest.approx(max(soc, target), abs=1e-9)


@given(soc=charges, cap_kw=caps, first_s=st.floats(0, 3000), second_s=st.floats(0, 3000))
def test_charging_can_be_cut_anywhere(
    aircraft: AircraftType, soc: float, cap_kw: float, first_s: float, second_s: float
) -> None:
    """Two sessions one after the other end where one long session ends."""

    def after(start: float, duration_s: float) -> float:
        return soc_after_s(
            aircraft, soc=start, duration_s=duration_s, soh=1.0, cap_kw=cap_kw, pack_k=WARM_K
        )

    assert after(after(soc, first_s), second_s) == pytest.approx(
        after(soc, first_s + second_s), abs=1e-9
    )


@given(soc=st.floats(0.0, 0.9), cap_kw=caps, pack_c=packs)
def test_closed_form_agrees_with_small_steps(
    aircraft: AircraftType, soc: float, cap_kw: float, pack_c: float
) -> None:
    """Integrating the power in steps of two seconds gives the closed form's charge."""
    pack_k = celsius_to_kelvin(pack_c)
    stepped = soc
    for _ in range(300):
        here_kw = charge_power_kw(aircraft, soc=stepped, soh=1.0, cap_kw=cap_kw, pack_k=pack_k)
        middle = stepped + here_kw / S_PER_H / 150.0
        middle_kw = charge_power_kw(aircraft, soc=middle, soh=1.0, cap_kw=cap_kw, pack_k=pack_k)
        stepped += 2.0 * middle_kw / S_PER_H / 150.0
    closed = soc_after_s(aircraft, soc=soc, duration_s=600.0, soh=1.0, cap_kw=cap_kw, pack_k=pack_k)
    assert closed == pytest.approx(stepped, abs=2e-4)


def test_charging_stops_at_the_ceiling_and_needs_power(aircraft: AircraftType) -> None:
    """A day on the charger ends at 95 %; above it, without power or frozen, nothing happens."""

    def after(soc: float, cap_kw: float, pack_k: float) -> float:
        return soc_after_s(
            aircraft, soc=soc, duration_s=86_400.0, soh=1.0, cap_kw=cap_kw, pack_k=pack_k
        )

    assert after(0.2, 285.0, WARM_K) == 0.95
    assert after(0.97, 285.0, WARM_K) == 0.97
    assert after(0.2, 0.0, WARM_K) == 0.2
    assert after(0.2, 285.0, celsius_to_kelvin(0)) == 0.2


@pytest.mark.parametrize(
    ("target_soc", "cap_kw", "pack_c"), [(0.96, 285.0, 25), (0.8, 0.0, 25), (0.8, 285.0, 3)]
)
def test_a_charge_that_is_never_reached_takes_forever(
    aircraft: AircraftType, target_soc: float, cap_kw: float, pack_c: float
) -> None:
    """Beyond the ceiling, without power or frozen, the time is infinite."""
    found = time_to_soc_s(
        aircraft,
        soc=0.5,
        target_soc=target_soc,
        soh=1.0,
        cap_kw=cap_kw,
        pack_k=celsius_to_kelvin(pack_c),
    )
    assert found == inf


def test_power_steps_carry_the_energy_of_the_session(aircraft: AircraftType) -> None:
    """Steps adjoin, end with the session, never exceed the cap and sum to the energy stored."""
    steps = list_power_steps(
        aircraft, soc=0.5, duration_s=950.0, soh=0.9, cap_kw=285.0, pack_k=WARM_K, step_s=60.0
    )
    assert steps[0][0] == 0.0
    assert steps[-1][1] == 950.0
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    assert max(power_kw for _, _, power_kw in steps) <= 285.0 * (1 + 1e-12)
    stored = sum((end - start) * power_kw / S_PER_H for start, end, power_kw in steps)
    end_soc = soc_after_s(aircraft, soc=0.5, duration_s=950.0, soh=0.9, cap_kw=285.0, pack_k=WARM_K)
    assert stored == pytest.approx((end_soc - 0.5) * 135.0, rel=1e-9)


def test_power_at_charger_and_meter(efficiencies: Charging) -> None:
    """285 kW into the battery are 300 kW at the charger and 309.8 kW at the meter (facts B.9)."""
    assert dc_power_kw(efficiencies, 285.0) == pytest.approx(300.0)
    assert grid_power_kw(efficiencies, 285.0) == pytest.approx(309.8, abs=0.05)
    assert battery_power_kw(efficiencies, dc_kw=300.0) == pytest.approx(285.0)
    assert battery_power_kw(efficiencies, dc_kw=300.0, grid_kw=100.0) == pytest.approx(92.0)
