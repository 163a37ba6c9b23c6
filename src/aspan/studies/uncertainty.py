"""Sampled uncertainty: how far outputs may lie, which unknowns move them, and by how much.

The model is given: a function of a table of factor values, one row a case, that returns each output
for all rows (surrogate and money, calibrated by simulated days). First every unknown alone is put
to both ends of its range (the tornado). Those that move some output enough are then sampled all
together; the others keep their value, and are told. Sampling costs `samples` x (unknowns + 2) runs;
`emulator` stands in for a model that is too slow for so many.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import Floats
from aspan.studies.factors import Factor, spread_out
from aspan.studies.sobol import Design, Index, make_design, sobol_indices

Model = Callable[[Floats], Mapping[str, Floats]]
"""Outputs by name for a table of factor values, a column each in the order of the factors."""

SCREEN_SHARE = 0.01
"""An unknown whose swing is below this share of the widest of every output is held at its value:
of a sum, it would add a ten-thousandth of that one's variance."""

FACTORS_KEPT = 16
"""Most unknowns that are sampled together, those with the widest swings."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One output with one factor at both ends of its range, the others at their value."""

    output: str
    factor: str
    at_low: float
    base: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far the two ends and the base lie apart."""
        ends = (self.at_low, self.base, self.at_high)
        return max(ends) - min(ends)


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Where an output lies when all unknowns are sampled.

    Parameters
    ----------
    low, high
        Between which it lies in 95 % of cases.
    base
        With every factor at its value.
    """

    output: str
    base: float
    mean: float
    median: float
    low: float
    high: float


class OutputIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Sobol indices of one output for one factor."""

    output: str
    factor: str
    index: Index


class Sampled(msgspec.Struct, frozen=True, kw_only=True):
    """All that sampling tells.

    Parameters
    ----------
    kept, held
        Factors sampled together, and those whose swing is too small to be.
    bars
        Of all factors, by output, the widest first.
    values
        Cases behind `spreads`, one row each, of `kept`: even over all unknowns.
    outputs
        Of those cases, by name.
    """

    kept: tuple[Factor, ...]
    held: tuple[Factor, ...]
    bars: tuple[Bar, ...]
    spreads: tuple[Spread, ...]
    indices: tuple[OutputIndex, ...]
    design: Design
    values: Floats
    outputs: dict[str, Floats]


def draw_tornado(factors: Sequence[Factor], model: Model) -> tuple[Bar, ...]:
    """Return every output with every factor at both ends, the widest bar of each output first."""
    base = np.array([factor.value for factor in factors])
    rows = [base]
    for number, factor in enumerate(factors):
        for end in (factor.low, factor.high):
            row = base.copy()
            row[number] = end
            rows.append(row)
    bars = []
    for output, values in run_model(model, np.stack(rows)).items():
        bars += [
            Bar(
                output=output,
                factor=factor.name,
                at_low=float(values[1 + 2 * number]),
                base=float(values[0]),
                at_high=float(values[2 + 2 * number]),
            )
            for number, factor in enumerate(factors)
        ]
    return tuple(sorted(bars, key=lambda bar: (bar.output, -bar.swing, bar.factor)))


def screen(factors: Sequence[Factor], bars: Sequence[Bar]) -> tuple[Factor, ...]:
    """Return the factors that move some output enough to be sampled, in their order."""
    widest: dict[str, float] = {}
    for bar in bars:
        widest[bar.output] = max(widest.get(bar.output, 0.0), bar.swing)
    share = {factor.name: 0.0 for factor in factors}
    for bar in bars:
        if widest[bar.output] > 0.0:
            share[bar.factor] = max(share[bar.factor], bar.swing / widest[bar.output])
    moving = [f for f in factors if share[f.name] >= SCREEN_SHARE]
    moving.sort(key=lambda factor: (-share[factor.name], factor.name))
    names = {factor.name for factor in moving[:FACTORS_KEPT]}
    return tuple(factor for factor in factors if factor.name in names)


def sample_outputs(factors: Sequence[Factor], model: Model, *, samples: int, seed: int) -> Sampled:
    """Return tornado, spread and Sobol indices of every output.

    Parameters
    ----------
    model
        Told all factors, in order; those that are held have their value in every row.
    samples
        Points of each set of the design, a power of two.
    """
    if not factors:
        raise InvalidInput("sampling: factors", 0, "at least one unknown with a range")
    bars = draw_tornado(factors, model)
    kept = screen(factors, bars) or tuple(factors[:1])
    places = [factors.index(factor) for factor in kept]
    design = make_design(len(kept), samples, seed)
    table = np.tile([factor.value for factor in factors], (len(design.rows), 1))
    table[:, places] = spread_out(kept, design.rows)
    outputs = run_model(model, table)
    even = 2 * samples
    base = {bar.output: bar.base for bar in bars}
    return Sampled(
        kept=kept,
        held=tuple(factor for factor in factors if factor not in kept),
        bars=bars,
        spreads=tuple(_spread(name, base[name], outputs[name][:even]) for name in sorted(outputs)),
        indices=tuple(
            OutputIndex(output=name, factor=factor.name, index=index)
            for name in sorted(outputs)
            for factor, index in zip(kept, sobol_indices(design, outputs[name]), strict=True)
        ),
        design=design,
        values=table[:even][:, places],
        outputs={name: found[:even] for name, found in sorted(outputs.items())},
    )


def run_model(model: Model, rows: Floats) -> dict[str, Floats]:
    """Return the outputs of a model; `InvalidInput` where one is no finite number for each row."""
    found = {name: np.asarray(values, dtype=np.float64) for name, values in model(rows).items()}
    for name, values in found.items():
        if values.shape != (len(rows),) or not np.isfinite(values).all():
            raise InvalidInput(f"sampling: output {name}", values.shape, "a number for each row")
    return found


def _spread(output: str, base: float, values: Floats) -> Spread:
    low, median, high = np.quantile(values, (0.025, 0.5, 0.975)).tolist()
    return Spread(
        output=output,
        base=base,
        mean=float(values.mean()),
        median=median,
        low=low,
        high=high,
    )
