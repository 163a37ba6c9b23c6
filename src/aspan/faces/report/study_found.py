"""What a page tells of an answer and the answer has only in parts: sums, shares, who is left out.

Pure numbers and codes; `study_front.py` and others word them.
"""

import tomllib
from typing import Final

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import District, FareLoad, OutputSpread, Sensitivity, YearAnswer
from aspan.world.readers.folder import find_folder

DAYS_A_YEAR: Final = 365

HARDLY: Final = 2.0
"""Below so many flights a year for 1,000 residents a district is said to be hardly served.

Assumed: one resident in a thousand there and back once a year is no service.
"""


def a_day(a_year: float) -> float:
    """Return the mean of a day of a year's sum."""
    return a_year / DAYS_A_YEAR


def find_built_year(answer: Answer) -> YearAnswer | None:
    """Return the first year of the network when built; None if no year is told."""
    last = answer.years[-1].stage if answer.years else 0
    return next((year for year in answer.years if year.stage == last), None)


def find_cover(answer: Answer) -> float | None:
    """Return the share of running costs that fares cover, tax taken off; None if nothing runs."""
    finance = answer.finance
    whole = finance.operations_per_year_tiyn.value
    return 1.0 - finance.deficit_per_year_tiyn.value / whole if whole > 0 else None


def find_widest(answer: Answer, output: str) -> Sensitivity | None:
    """Return the unknown that moves an output most; None if none was tried."""
    bars = [bar for bar in answer.sensitivities if bar.output == output]
    return max(bars, key=lambda b: (abs(b.at_high - b.at_low), b.factor), default=None)


def find_spread(answer: Answer, output: str) -> OutputSpread | None:
    """Return how far all unknowns together move an output; None if that was not sampled."""
    return next((spread for spread in answer.spreads if spread.output == output), None)


def find_busiest_pair(answer: Answer) -> tuple[VertiportId, VertiportId, float] | None:
    """Return the two sites most fly between and the share of passengers; None if nobody flies."""
    flown: dict[tuple[VertiportId, VertiportId], float] = {}
    for pair in answer.pairs:
        low, high = sorted((pair.origin, pair.destination))
        flown[low, high] = flown.get((low, high), 0.0) + pair.passengers_per_day.value
    total = sum(flown.values())
    if total <= 0:
        return None
    low, high = max(sorted(flown), key=lambda both: flown[both])
    return low, high, flown[low, high] / total


def find_paid_fares(answer: Answer) -> tuple[int, int]:
    """Return the fare of the cheapest and of the dearest pair that somebody flies, in tiyn."""
    paid = [pair.fare_tiyn for pair in answer.pairs if pair.passengers_per_day.value > 0]
    page = answer.first_page
    return (min(paid), max(paid)) if paid else (page.fare_low_tiyn, page.fare_high_tiyn)


def list_fares(answer: Answer) -> list[FareLoad]:
    """Return the fares that were tried, the cheapest first."""
    return sorted(answer.finance.fare_load, key=lambda point: (point.fare_factor, point.fare_tiyn))


def is_cheapest_fare(answer: Answer) -> bool:
    """Answer whether the plan asks the lowest of several fares that were tried."""
    tried = list_fares(answer)
    asked = answer.programme.final_plan.fare_factor
    return len(tried) > 1 and asked <= tried[0].fare_factor


def list_hardly_served(answer: Answer) -> list[District]:
    """Return districts from and to which hardly any resident flies, the most peopled first."""
    found = [
        d for d in answer.districts
        if d.population > 0 and d.passengers_per_1000_residents_year < HARDLY
    ]  # fmt: skip
    return sorted(found, key=lambda d: (-d.population, d.zone_id))


def list_grounded(answer: Answer) -> list[str]:
    """Return segments of the city's travellers of whom nobody flies, sorted.

    They are read from the city's own folder where that is at hand; an answer names those that fly.
    """
    flying = {s.segment_id for s in answer.segments if s.passengers_per_day.value > 0}
    known = {s.segment_id for s in answer.segments}
    try:
        folder = find_folder(answer.study.city_id or answer.provenance.city_id)
    except InvalidInput:
        return sorted(known - flying)
    path = folder / "demand.toml"
    if path.is_file():
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        known |= set(table.get("segments", {}))
    return sorted(known - flying)
