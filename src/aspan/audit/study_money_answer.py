"""What an answer says of money, compared with what its tables come to.

Reads `answer.json` with types of its own that know nothing but money. Yearly figures are of a mean
year of the last stage; what is paid before service stands in the first year of service.
"""

from fractions import Fraction
from pathlib import Path

import msgspec

from aspan.audit.study_money_rules import Inputs, Lines, Totals, make_frame, present_of_kind
from aspan.primitives.errors import InvalidInput

Numbers = dict[tuple[int | None, str], int | None]


class _Figure(msgspec.Struct, frozen=True):
    value: float


class _Line(msgspec.Struct, frozen=True):
    group: str
    kind: str
    amounts_tiyn: tuple[int, ...]
    present_tiyn: int


class _Finance(msgspec.Struct, frozen=True, kw_only=True):
    price_year: int
    lines: tuple[_Line, ...]
    net_present_cost_tiyn: _Figure
    capital_tiyn: _Figure
    operations_per_year_tiyn: _Figure
    fares_per_year_tiyn: _Figure
    deficit_per_year_tiyn: _Figure
    break_even_fare_tiyn: _Figure | None
    subsidy_per_passenger_tiyn: _Figure | None
    cost_per_minute_tiyn: _Figure | None


class _Year(msgspec.Struct, frozen=True, kw_only=True):
    year: int
    fleet: int
    delivered: int
    pilots: int
    capital_tiyn: int
    operations_tiyn: int
    fares_tiyn: int
    vat_tiyn: int
    deficit_tiyn: int


class _FirstPage(msgspec.Struct, frozen=True, kw_only=True):
    capital_tiyn: _Figure
    deficit_per_year_tiyn: _Figure
    net_present_cost_tiyn: _Figure
    break_even_fare_tiyn: _Figure | None
    subsidy_per_passenger_tiyn: _Figure | None


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    first_page: _FirstPage
    finance: _Finance
    years: tuple[_Year, ...]


def read_answer(path: Path, given: Inputs, lines: Lines, totals: Totals) -> tuple[Numbers, Numbers]:
    """Return the numbers of money that an answer tells, and what they come to, by year and name."""
    try:
        answer = msgspec.json.decode(path.read_bytes(), type=_Answer)
    except (msgspec.DecodeError, OSError) as fault:
        raise InvalidInput(path.name, str(fault), "the answer of a study") from None
    told: Numbers = {}
    found: Numbers = {}
    _take_lines(answer.finance, given, lines, totals, told, found)
    _take_years(answer.years, given, totals, told, found)
    _take_sums(answer, given, totals, told, found)
    return told, found


def _years_of(totals: Totals) -> list[int]:
    return sorted({year for year, _ in totals if year is not None})


def _take_lines(
    finance: _Finance, given: Inputs, lines: Lines, totals: Totals, told: Numbers, found: Numbers
) -> None:
    """Gather amounts by kind and year, and the present sum of each kind."""
    years = _years_of(totals)
    frame = make_frame(given)
    for line in finance.lines:
        kind = f"{line.group}.{line.kind}"
        for i, amount in enumerate(line.amounts_tiyn):
            year = years[i] if i < len(years) else years[-1] + 1 + i - len(years)
            told[year, kind] = amount
        told[None, f"{kind} present"] = line.present_tiyn
    for kind in sorted({key[1] for key, amount in lines.items() if amount}):
        for year in years:
            found[year, kind] = sum(a for (y, k, _), a in lines.items() if (y, k) == (year, kind))
        found[None, f"{kind} present"] = present_of_kind(frame, lines, kind)


def _take_years(
    rows: tuple[_Year, ...], given: Inputs, totals: Totals, told: Numbers, found: Numbers
) -> None:
    """Gather the years of service; the first one holds what was paid before."""
    first = make_frame(given).first_year
    names = _Year.__struct_fields__[1:]
    for row in rows:
        told.update({(row.year, name): getattr(row, name) for name in names})
    for year in _years_of(totals):
        if year < first:
            continue
        of = {name: totals[year, name] or 0 for name in names}
        of["deficit_tiyn"] += of["capital_tiyn"]
        if year == first:
            early = [y for y in _years_of(totals) if y < first]
            before = sum(totals[y, "capital_tiyn"] or 0 for y in early)
            of["capital_tiyn"] += before
            of["deficit_tiyn"] += before
        found.update({(year, name): value for name, value in of.items()})


def _take_sums(
    answer: _Answer, given: Inputs, totals: Totals, told: Numbers, found: Numbers
) -> None:
    """Gather sums over all years, and those of a mean year of the last stage."""
    finance, page = answer.finance, answer.first_page
    last = make_frame(given).stages[-1].first_year
    mean_years = [year for year in _years_of(totals) if year >= last]

    def mean(name: str) -> int:
        """Return the mean of a total over the years of the last stage."""
        return round(Fraction(sum(totals[year, name] or 0 for year in mean_years), len(mean_years)))

    told[None, "price_year"], found[None, "price_year"] = (
        finance.price_year, totals[None, "price_year"],
    )  # fmt: skip
    for name in ("net_present_cost_tiyn", "capital_tiyn", "break_even_fare_tiyn",
                 "subsidy_per_passenger_tiyn", "cost_per_minute_tiyn"):  # fmt: skip
        told[None, name] = _whole(getattr(finance, name))
        found[None, name] = totals[None, name]
        if name in _FirstPage.__struct_fields__:
            told[None, f"first page: {name}"] = _whole(getattr(page, name))
            found[None, f"first page: {name}"] = totals[None, name]
    for name in ("operations", "fares", "deficit"):
        told[None, f"{name}_per_year_tiyn"] = _whole(getattr(finance, f"{name}_per_year_tiyn"))
        found[None, f"{name}_per_year_tiyn"] = mean(f"{name}_tiyn")
    told[None, "first page: deficit_per_year_tiyn"] = _whole(page.deficit_per_year_tiyn)
    found[None, "first page: deficit_per_year_tiyn"] = mean("deficit_tiyn")


def _whole(figure: _Figure | None) -> int | None:
    """Return a figure in whole tiyn, half to even; None of none."""
    return None if figure is None else round(figure.value)
