"""What `aspan city check` says of pairs: which cannot be served, and how many passengers when."""

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aspan.faces.cli.words import WIDTH, list_refusals, tell_conditions, tell_planning

if TYPE_CHECKING:
    from aspan.compose.serviceability import Conditions, Verdict
    from aspan.operations.city_index import CityIndex

PAIRS_SHOWN: Final = 6
"""Pairs with fewer passengers than seats in the short answer; `--all` has every one."""


class Judged(NamedTuple):
    """Conditions that pairs are judged in, beside planning: their name in the JSON, what they are.

    The battery is a new one, or that of the fleet with the least health.
    """

    name: str
    temp_c: float
    headwind_mps: float
    is_oldest_pack: bool = False


OLDEST_PACK: Final = "15 C, still air, oldest pack of the fleet"

CONDITIONS: Final = (
    Judged("15 C, still air", 15.0, 0.0),
    Judged("38 C, still air", 38.0, 0.0),
    Judged("38 C, 10 m/s headwind", 38.0, 10.0),
    Judged("-15 C, 5 m/s headwind", -15.0, 5.0),
    Judged(OLDEST_PACK, 15.0, 0.0, is_oldest_pack=True),
    Judged("38 C, still air, oldest pack of the fleet", 38.0, 0.0, is_oldest_pack=True),
)
"""The conditions of facts 2.4 and 2.5; the first are those of planning."""


def _make_conditions(index: "CityIndex", judged: Judged) -> "Conditions":
    from aspan.compose.serviceability import Conditions
    from aspan.primitives.units import celsius_to_kelvin

    return Conditions(
        temperature_k=celsius_to_kelvin(judged.temp_c),
        headwind_mps=judged.headwind_mps,
        soh=min(a.soh for a in index.city.airframes) if judged.is_oldest_pack else 1.0,
    )


def list_limited(index: "CityIndex") -> list[dict[str, Any]]:
    """Return each pair and condition in which not every seat can be filled, with the reason."""
    from aspan.compose.serviceability import judge_pair
    from aspan.operations.legs import Legs

    legs = Legs(index)
    found = []
    for pair in index.lanes:
        for judged in CONDITIONS:
            verdict = judge_pair(legs, pair, _make_conditions(index, judged))
            if verdict.refused_full is not None:
                found.append(_describe(judged, verdict))
    return found


def _describe(judged: Judged, verdict: "Verdict") -> dict[str, Any]:
    full = verdict.refused_full
    return {
        "origin": verdict.origin,
        "destination": verdict.destination,
        "condition": judged.name,
        "passengers_max": verdict.passengers_max,
        "is_serviceable": verdict.is_serviceable,
        **({} if full is None else full.describe()),
    }


def describe_conditions(index: "CityIndex") -> dict[str, str]:
    """Return what is said of each of the conditions, by its name."""
    told = {}
    for judged in CONDITIONS:
        conditions = _make_conditions(index, judged)
        battery = f"oldest battery ({conditions.soh:.0%} health)" if judged.is_oldest_pack else ""
        told[judged.name] = tell_conditions(conditions, battery)
    return told


def format_pairs(answer: dict[str, Any], *, is_all: bool) -> list[str]:
    """Return lines for people: pairs not served in planning, then the seats by conditions."""
    refused, pairs = answer["planning_not_serviceable"], answer["lane_choices"]["pairs"]
    seats, party_kg = answer["seats"], answer["passenger_kg"]
    told = f"with one passenger and bags ({party_kg:.0f} kg) in {tell_planning()}"
    head = "Cannot be served even" if refused else "Every pair can be served"
    lines = ["", *wrap(f"{head} {told}", WIDTH)]
    for line in list_refusals(refused):
        lines += wrap(f"  {line}", WIDTH, subsequent_indent="    ")
    rows = _group(answer["not_serviceable"], seats)
    lines += ["", f"Most passengers of {seats} (- : not even empty), where not {seats} throughout"]
    if not rows:
        return [*lines, f"  nowhere: {pairs} pairs take {seats} in all conditions judged"]
    columns = answer["conditions"]
    for number, told in enumerate(columns.values(), start=1):
        lines.append(f"  {number}: {told}")
    width = max(len(name) for name in rows)
    heads = "".join(f"{number:>4}" for number in range(1, len(columns) + 1))
    lines.append(f"  {'':<{width}}{heads}")
    shown = rows if is_all else dict(list(rows.items())[:PAIRS_SHOWN])
    for name, most in shown.items():
        cells = "".join(f"{'-' if n is None else n:>4}" for n in most)
        lines.append(f"  {name:<{width}}{cells}")
    if len(shown) < len(rows):
        lines.append(f"  {len(rows) - len(shown)} more pairs of {pairs}: --all")
    return lines


def _group(rows: list[dict[str, Any]], seats: int) -> dict[str, list[int | None]]:
    """Return the most passengers by pair and condition, the pairs that can carry least first."""
    names = [judged.name for judged in CONDITIONS]
    found: dict[str, list[int | None]] = {}
    for row in rows:
        name = f"{row['origin']} to {row['destination']}"
        most = found.setdefault(name, [seats] * len(names))
        most[names.index(row["condition"])] = row["passengers_max"]
    return dict(sorted(found.items(), key=lambda item: (_weigh(item[1]), item[0])))


def _weigh(most: list[int | None]) -> list[int]:
    return [-1 if n is None else n for n in most]


def tell_verdict(answer: dict[str, Any]) -> str:
    """Return the first line's verdict on service."""
    rows = answer["planning_not_serviceable"]
    no_lane = sum(row["code"] == "no_lane" for row in rows)
    pairs = len(answer["pairs_without_lane"]) + answer["lane_choices"]["pairs"]
    aged = sum(
        row["condition"] == OLDEST_PACK and not row["is_serviceable"]
        for row in answer["not_serviceable"]
    )
    served = (
        f"{pairs - len(rows)} of {pairs} pairs can be served with a new battery,"
        f" {answer['lane_choices']['pairs'] - aged} with the oldest of the fleet"
        f" ({answer['oldest_soh']:.0%})"
    )
    return f"{served}, {no_lane} have no lane" if no_lane else served
