"""How well the surrogate ranks plans as simulated days do: Spearman's correlation, with a plot.

    python benchmarks/surrogate_ranks.py --out DIR [--plans 50] [--days 6] [--workers 2]

Two kinds of plans are drawn by keyed dice: of *any* size (sites, fleet, stands, chargers, fare from
a quarter to one and a half of the city's), and such that each *spends* 80 to 100 % of the budget.
Every plan flies the same days with the same luck; what is flown is kept in DIR, so a run that was
stopped goes on. Writes `ranks.json` and one SVG for each kind into DIR, and prints a table.

References
----------
.. [1] D. G. Bonett, T. A. Wright, *Sample size requirements for estimating Pearson, Kendall and
   Spearman correlations*, Psychometrika 65, 2000: the interval.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from math import atanh, log, sqrt, tanh
from pathlib import Path

import msgspec
from scipy.stats import spearmanr

from aspan.primitives.dice import draw, draw_between
from aspan.primitives.ids import VertiportId
from aspan.studies.choose_days import draw_days
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask, make_task
from aspan.studies.executors import InProcess, Processes
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.plan_city import own_design
from aspan.studies.results import DayStore, run_all
from aspan.studies.setting import Setting
from aspan.studies.study import Budget, Study
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.weighing import Weigher
from aspan.world.city import City
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs
from aspan.world.vertiport import Names

KINDS = ("any", "spends")
FIGURES = ("passengers_flown", "minutes_saved")
BUDGET_USD = 300e6
SPENT = (0.8, 1.0)
CHARGER_KW = (150.0, 300.0, 450.0)
TRIED_MAX = 400
SEED = 5


class PlanRank(msgspec.Struct, frozen=True, kw_only=True):
    """One plan as both see it; means of a day."""

    kind: str
    plan: Plan
    reckoned: dict[str, float]
    flown: dict[str, float]
    days: int


def draw_plan(city: City, kind: str, number: int) -> Plan:
    """Return a random plan; it may have sites that no lane leads to."""

    def roll(*name: str | int) -> float:
        return draw(SEED, "ranks", kind, number, *name)

    ids = sorted(site.vertiport_id for site in city.vertiports)
    count = 2 + int(roll("sites") * (len(ids) - 1))
    chosen = sorted(sorted(ids, key=lambda site_id: roll("site", site_id))[:count])
    size = roll("size") ** 2
    charger_kw = CHARGER_KW[int(roll("charger") * len(CHARGER_KW))]
    sites = tuple(
        _draw_site(city, VertiportId(s), size, charger_kw, (kind, number)) for s in chosen
    )
    room = sum(site.stands - 1 for site in sites)
    fleet = max(1, min(room, round(room * (0.15 + 0.85 * roll("fleet")))))
    factor = 0.25 * 6.0 ** roll("fare")
    return Plan(sites=sites, fleet=fleet, pilots=3 * fleet, fare_factor=round(factor, 2))


def _draw_site(
    city: City, site_id: VertiportId, size: float, charger_kw: float, name: tuple[str, int]
) -> SiteDesign:
    def between(what: str, low: float, high: float) -> float:
        return draw_between(low, high, SEED, "ranks", *name, what, site_id)

    stands = max(2, round(2.0 + 14.0 * size * between("stands", 0.3, 1.2)))
    own = own_design(city.get_vertiport(site_id))
    return msgspec.structs.replace(
        own,
        stands=stands,
        chargers=max(1, round(stands * between("chargers", 0.15, 1.0))),
        charger_kw=charger_kw,
    )


def list_plans(weigher: Weigher, kind: str, count: int) -> list[Plan]:
    """Return so many random plans of a kind that can be flown."""
    pairs, found = weigher.surrogate.pairs, []
    for number in range(TRIED_MAX):
        plan = draw_plan(weigher.city, kind, number)
        linked = [pair for pair in pairs if set(pair) <= set(plan.site_ids)]
        if {a for a, _ in linked} != set(plan.site_ids) != {b for _, b in linked}:
            continue
        made = plan if kind == "any" else spend(weigher, plan, number)
        if made is not None:
            found.append(made)
        if len(found) == count:
            break
    return found


def spend(weigher: Weigher, plan: Plan, number: int) -> Plan | None:
    """Return the plan with a fleet that takes a random part of the budget; None if none does."""
    part = draw_between(*SPENT, SEED, "ranks", "spent", number)
    low, high = 1, 80
    while high - low > 1:
        middle = (low + high) // 2
        if spent_share(weigher, with_fleet(plan, middle)) <= part:
            low = middle
        else:
            high = middle
    made = with_fleet(plan, low)
    return made if SPENT[0] <= spent_share(weigher, made) <= SPENT[1] else None


def spent_share(weigher: Weigher, plan: Plan) -> float:
    """Return what part of the budget a plan takes."""
    return weigher.weigh(plan).told.net_present_cost_tiyn / weigher.budget_tiyn


def with_fleet(plan: Plan, fleet: int) -> Plan:
    """Return a plan with another fleet, and stands for it."""
    stands = [site.stands for site in plan.sites]
    while sum(stands) - len(stands) < fleet:
        stands[min(range(len(stands)), key=lambda n: (stands[n], n))] += 1
    sites = tuple(
        msgspec.structs.replace(site, stands=many)
        for site, many in zip(plan.sites, stands, strict=True)
    )
    return msgspec.structs.replace(plan, sites=sites, fleet=fleet, pilots=3 * fleet)


def list_tasks(city: City, plans: Sequence[Plan], days: int) -> list[DayTask]:
    """Return the days of all plans, the same ones for each, spread over the year."""
    months = [1 + round(12 * (n + 0.5) / days - 0.5) for n in range(days)]
    drawn = draw_days(
        per_month=1,
        seed=SEED,
        first=date(2020, 1, 1),
        until=date(2026, 1, 1),
        months=tuple(sorted(set(months))),
    )
    return [
        make_task(city, plan, Setting(), day=one.day, seed=one.seed)
        for plan in plans
        for one in drawn
    ]


def compare(
    weigher: Weigher, kind: str, plans: Sequence[Plan], days: Sequence[DayFigures]
) -> list[PlanRank]:
    """Return what both say of every plan that has flown."""
    by_plan: dict[str, list[DayFigures]] = {}
    for day in days:
        by_plan.setdefault(day.plan_id, []).append(day)
    found = []
    for plan in plans:
        mine = by_plan.get(plan.plan_id, [])
        if not mine:
            continue
        months = tuple(sorted({day.month for day in mine}))
        told = weigher.surrogate.estimate(plan, Setting(months=months))
        found.append(
            PlanRank(
                kind=kind,
                plan=plan,
                reckoned={name: float(getattr(told, name)) for name in FIGURES},
                flown={name: sum(getattr(d, name) for d in mine) / len(mine) for name in FIGURES},
                days=len(mine),
            )
        )
    return found


def correlate(ranks: Sequence[PlanRank], name: str) -> tuple[float, float, float]:
    """Return Spearman's correlation of a figure and its 95 % interval [1]."""
    if len(ranks) < 4:
        return float("nan"), float("nan"), float("nan")
    pairs = [(one.reckoned[name], one.flown[name]) for one in ranks]
    rho = float(spearmanr([a for a, _ in pairs], [b for _, b in pairs]).statistic)
    inside = max(-0.999999, min(0.999999, rho))
    half = 1.96 * sqrt((1.0 + rho * rho / 2.0) / (len(ranks) - 3))
    return rho, tanh(atanh(inside) - half), tanh(atanh(inside) + half)


def plot(ranks: Sequence[PlanRank], name: str, title: str) -> str:
    """Return an SVG of what is reckoned against what is flown, both on scales of logarithms."""
    size, edge = 460.0, 56.0
    values = [max(0.1, one[name]) for r in ranks for one in (r.reckoned, r.flown)]
    low, high = min(values) * 0.8, max(values) * 1.25

    def at(value: float) -> float:
        return (log(max(0.1, value)) - log(low)) / (log(high) - log(low)) * (size - 2 * edge)

    def tell(value: float) -> str:
        return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"

    ticks = [one for e in range(-1, 6) for one in (10.0**e, 3.0 * 10.0**e) if low <= one <= high]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size:g} {size:g}"'
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{size:g}" height="{size:g}" fill="#fff"/>',
        f'<text x="{edge:g}" y="24" font-size="13">{title}</text>',
        f'<line x1="{edge:g}" y1="{size - edge:g}" x2="{size - edge:g}" y2="{edge:g}"'
        ' stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for tick in ticks:
        x, y = edge + at(tick), size - edge - at(tick)
        lines.append(
            f'<text x="{x:.1f}" y="{size - edge + 16:g}" text-anchor="middle">{tell(tick)}</text>'
        )
        lines.append(
            f'<text x="{edge - 6:g}" y="{y + 4:.1f}" text-anchor="end">{tell(tick)}</text>'
        )
    lines += [
        f'<circle cx="{edge + at(one.reckoned[name]):.1f}"'
        f' cy="{size - edge - at(one.flown[name]):.1f}" r="4" fill="#0b5c8a" fill-opacity="0.7"/>'
        for one in ranks
    ]
    lines.append(f'<text x="{size / 2:g}" y="{size - 12:g}" text-anchor="middle">reckoned</text>')
    lines.append(
        f'<text x="14" y="{size / 2:g}" text-anchor="middle"'
        f' transform="rotate(-90 14 {size / 2:g})">flown</text></svg>'
    )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw plans, fly them, tell how ranks agree."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--city", default="alatau")
    parser.add_argument("--phase", type=int, default=2)
    parser.add_argument("--plans", type=int, default=50, help="of each kind")
    parser.add_argument("--days", type=int, default=6, help="of each plan, over the year")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    asked = parser.parse_args()
    city = load_city(asked.city, phase=asked.phase)
    names = Names(kk="", ru="", en="")
    study = Study(study_id="ranks", names=names, question=names, budget=Budget(usd=BUDGET_USD))
    weigher = Weigher(study, city, Surrogate(city), load_costs(city))
    asked.out.mkdir(parents=True, exist_ok=True)
    store = DayStore(asked.out / "days")
    executor = InProcess() if asked.workers == 1 else Processes(asked.workers)
    answer = {}
    try:
        for kind in asked.kinds:
            plans = list_plans(weigher, kind, asked.plans)
            tasks = list_tasks(city, plans, asked.days)
            sys.stderr.write(f"{kind}: {len(plans)} plans, {len(tasks)} days\n")
            run_all(store, executor, tasks)
            keys = {task.key for task in tasks}
            flown = [day for day in store.list_days() if day.key in keys]
            answer[kind] = tell(asked.out, kind, compare(weigher, kind, plans, flown))
    finally:
        executor.close()
    (asked.out / "ranks.json").write_text(json.dumps(answer, indent=1) + "\n", "utf-8")


def tell(out: Path, kind: str, ranks: Sequence[PlanRank]) -> dict[str, object]:
    """Print and write what was found of one kind of plans."""
    told: dict[str, object] = {"plans": [msgspec.to_builtins(one) for one in ranks]}
    for name in FIGURES:
        rho, low, high = correlate(ranks, name)
        told[name] = {"spearman": rho, "low": low, "high": high}
        line = f"{kind}, {name}: Spearman {rho:.3f} ({low:.3f} to {high:.3f}), {len(ranks)} plans"
        sys.stdout.write(line + "\n")
        (out / f"{kind}-{name}.svg").write_text(plot(ranks, name, line), "utf-8")
    return told


if __name__ == "__main__":
    main()
