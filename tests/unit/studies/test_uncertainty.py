"""Sampled uncertainty: tornado, screening, spread, the value of knowing, the emulator."""

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.emulator import Emulator, list_cases
from aspan.studies.estimates import Floats
from aspan.studies.factors import Factor, spread_out
from aspan.studies.knowing import name_first_measured, value_of_knowing
from aspan.studies.sobol import make_design
from aspan.studies.uncertainty import draw_tornado, run_model, sample_outputs


def _factor(name: str, low: float, value: float, high: float, **more: object) -> Factor:
    made = {"unit": "1", "source": "s", "mark": "assumed", "kind": "setting"} | more
    return Factor(name=name, low=low, value=value, high=high, **made)  # type: ignore[arg-type]


TWO = (_factor("a", 0.0, 1.0, 4.0), _factor("b", -1.0, 0.0, 1.0))


def _sum(rows: Floats) -> dict[str, Floats]:
    return {"sum": 2.0 * rows[:, 0] + rows[:, 1], "a": rows[:, 0]}


def test_triangular_values() -> None:
    """Values are triangular: mean a third of low, value and high; the value's own rank holds."""
    unit = (np.arange(100_000) + 0.5) / 100_000
    found = TWO[0].spread_out(unit)
    assert found.mean() == pytest.approx(5.0 / 3.0, abs=1e-3)
    assert np.mean(found < 1.0) == pytest.approx(0.25, abs=1e-3)
    assert 0.0 <= found.min() < found.max() <= 4.0


def test_levels_are_alike_likely() -> None:
    """A factor of two values has each in half the cases."""
    factor = _factor("r", 1200.0, 1200.0, 1800.0, levels=(1200.0, 1800.0))
    found = factor.spread_out(np.array([0.0, 0.25, 0.5, 0.999]))
    assert found.tolist() == [1200.0, 1200.0, 1800.0, 1800.0]


@pytest.mark.parametrize(("low", "value", "high"), [(1.0, 0.0, 2.0), (1.0, 1.0, 1.0)])
def test_range_holds_its_value(low: float, value: float, high: float) -> None:
    """A value outside its range, and a range of a point, are refused by name."""
    with pytest.raises(InvalidInput, match="factor a"):
        _factor("a", low, value, high)


def test_tornado_by_hand() -> None:
    """Each bar is the output at both ends; the widest stands first."""
    bars = [bar for bar in draw_tornado(TWO, _sum) if bar.output == "sum"]
    assert [(b.factor, b.at_low, b.base, b.at_high) for b in bars] == [
        ("a", 0.0, 2.0, 8.0),
        ("b", 1.0, 2.0, 3.0),
    ]


def test_sampling_tells_spread_and_shares() -> None:
    """Mean and shares of a sum are those of its triangular parts; what moves nothing is held."""
    factors = (*TWO, _factor("still", 0.0, 0.5, 1.0))
    found = sample_outputs(factors, _sum, samples=1024, seed=1)
    assert [f.name for f in found.held] == ["still"]
    spread = next(s for s in found.spreads if s.output == "sum")
    assert spread.base == 2.0
    assert spread.mean == pytest.approx(10.0 / 3.0, abs=0.01)
    assert spread.low < spread.median < spread.high
    of_a = 4.0 * (16.0 + 1.0 - 4.0) / 18.0
    of_b = (1.0 + 1.0 + 1.0) / 18.0
    shares = {i.factor: i.index.total for i in found.indices if i.output == "sum"}
    assert shares["a"] == pytest.approx(of_a / (of_a + of_b), abs=0.02)
    assert found.values.shape == (2048, 2)
    assert np.allclose(found.outputs["sum"], _sum(found.values)["sum"])


def test_bad_output_is_refused() -> None:
    """An output that is no number for some case is refused by its name."""
    with pytest.raises(InvalidInput, match="output sum"):
        run_model(lambda rows: {"sum": rows[:, 0] * np.nan}, np.ones((2, 1)))
    with pytest.raises(InvalidInput, match="factors"):
        sample_outputs((), _sum, samples=16, seed=1)


def test_value_of_knowing_a_coin() -> None:
    """To know x, uniform over [-1, 1], before taking x or nothing is worth 1/4; y nothing."""
    design = make_design(2, 1024, seed=3)
    values = 2.0 * design.base - 1.0
    factors = (
        _factor("x", -1.0, 0.0, 1.0, card="level_flight"),
        _factor("y", -1.0, 0.0, 1.0, card="usable_energy"),
    )
    benefits = {"take": values[:, 0] + 0.5 * values[:, 1], "leave": np.zeros(len(values))}
    everything, first, second = value_of_knowing(factors, values, benefits)
    assert (first.factor, second.factor) == ("x", "y")
    assert first.value == pytest.approx(0.25, abs=0.01)
    assert second.value == pytest.approx(0.125, abs=0.01)
    assert everything.value == pytest.approx(0.5 * (0.5 + 1.0 / 24.0), abs=0.01)
    assert first.low <= 0.25 <= first.high
    assert first.changes == pytest.approx(0.5, abs=0.05)
    named = name_first_measured((everything, first, second))
    assert named is not None
    assert named.factor == "x"


def test_knowing_what_turns_no_decision_is_worth_nothing() -> None:
    """Noise alone promises no gain, and the test site has nothing to measure first."""
    design = make_design(3, 256, seed=5)
    values = design.base
    factors = tuple(_factor(n, 0.0, 0.5, 1.0, card="cold") for n in "xyz")
    benefits = {"one": 5.0 + values.sum(axis=1), "other": values.sum(axis=1)}
    found = value_of_knowing(factors, values, benefits)
    assert {(one.value, one.changes) for one in found} == {(0.0, 0.0)}
    assert name_first_measured(found) is None


def test_knowing_a_factor_of_two_values() -> None:
    """Two decisions, each right at one of two values, gain the difference in half the cases."""
    design = make_design(1, 64, seed=5)
    factor = _factor("r", 0.0, 0.0, 1.0, levels=(0.0, 1.0))
    values = spread_out([factor], design.base)
    low, high = values[:, 0] == 0.0, values[:, 0] == 1.0
    found = value_of_knowing([factor], values, {"a": 4.0 * low, "b": 4.0 * high})
    assert found[1].value == pytest.approx(2.0, abs=0.05)


def test_emulator_follows_a_smooth_model() -> None:
    """A product with a curve is predicted within 0.02 of up to 5, and the emulator knows it."""
    factors = (*TWO, _factor("r", 0.0, 0.0, 1.0, levels=(0.0, 1.0)))

    def model(rows: Floats) -> dict[str, Floats]:
        return {"out": rows[:, 0] * np.exp(0.3 * rows[:, 1]) * (1.0 - 0.2 * rows[:, 2])}

    cases = list_cases(factors, 64, seed=1)
    emulator = Emulator(factors, cases, model(cases))
    fresh = list_cases(factors, 128, seed=2)
    assert emulator.is_trusted
    assert emulator.predict(fresh)["out"] == pytest.approx(model(fresh)["out"], abs=0.02)


def test_emulator_knows_when_it_does_not() -> None:
    """A model that jumps about is not trusted to the emulator."""
    cases = list_cases(TWO, 64, seed=1)
    noise = np.random.default_rng(1).normal(size=64)
    emulator = Emulator(TWO, cases, {"out": noise, "flat": np.ones(64)})
    assert emulator.explained["flat"] == 1.0
    assert not emulator.is_trusted
    with pytest.raises(InvalidInput, match="cases"):
        Emulator(TWO, cases[:2], {"out": noise[:2]})
