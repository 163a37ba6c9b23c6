"""How a plan reads on a terminal: figures, months at a glance, runs, and what never comes."""

from collections import Counter

from aspan.evidence.plan.plan_file import FiledCard, FiledPlan, FiledRun
from aspan.evidence.plan.years import YearsOfPlan
from aspan.primitives.instants import ms_to_local

_STATES = {
    "no_window": "its weather never comes: {blame}",
    "waits": "waits for a card that cannot be done",
    "no_room": "could be done, has no place in this plan",
}


def format_plan(plan: FiledPlan, zone: str) -> str:
    """Return a plan as text."""
    done = [card for card in plan.cards if card.state == "done"]
    lines = [
        f"Campaign of {len(plan.cards)} cards over {plan.days} days from {plan.first_date}",
        _weather(plan),
        f"Priority-weighted days until each card is done: {plan.objective:,.0f}",
        f"  no plan under these rules is below       {plan.bound:,.0f}   gap {plan.gap:.1%}",
        f"  first come, first served                 {plan.first_come_objective:,.0f}"
        f"   {_worse(plan)}",
        f"Done: {len(done)} of {len(plan.cards)} cards, {len(plan.runs)} runs; "
        f"the last on day {plan.last_day}"
        f" (first come, first served: day {plan.first_come_last_day})",
        "",
        *_months(plan),
        "",
        *_table(plan, zone),
    ]
    missing = [card for card in plan.cards if card.state != "done"]
    if missing:
        lines += ["", "Not done:"]
        lines += [f"  {card.card_id:<8} {_why(card)}" for card in missing]
    return "\n".join(lines)


def _weather(plan: FiledPlan) -> str:
    borrowed = plan.days - plan.weather_real_days
    text = f"Weather: {plan.weather_real_days} days of real reanalysis"
    if borrowed:
        text += f", {borrowed} borrowed from other years"
    return f"{text}; hours {plan.hours_measured:.0%} measured, the rest modelled (seed {plan.seed})"


def _worse(plan: FiledPlan) -> str:
    if not plan.objective:
        return ""
    return f"{plan.first_come_objective / plan.objective - 1.0:+.1%} against the plan"


def _why(card: FiledCard) -> str:
    return _STATES[card.state].format(blame=card.blame.replace("_", " "))


def _months(plan: FiledPlan) -> list[str]:
    """Return runs by kind of card and month of the calendar."""
    kinds = {str(card.card_id): card.kind for card in plan.cards}
    months = sorted({run.date[:7] for run in plan.runs})
    count = Counter((kinds[str(run.card_id)], run.date[:7]) for run in plan.runs)
    lines = ["Runs by month   " + "".join(f"{month[2:]:>7}" for month in months)]
    for kind in dict.fromkeys(kinds.values()):
        cells = [count[kind, month] for month in months]
        if any(cells):
            lines.append(f"  {kind:<14}" + "".join(f"{n or '.':>7}" for n in cells))
    return lines


def _table(plan: FiledPlan, zone: str) -> list[str]:
    """Return every run, in order of time."""
    lines = ["Date        Time          Card      Aircraft  Crew"]
    lines += [_row(run, zone) for run in plan.runs]
    return lines


def _row(run: FiledRun, zone: str) -> str:
    begin, end = (ms_to_local(at_ms, zone) for at_ms in (run.from_ms, run.until_ms))
    crew = ", ".join(str(person) for person, _ in run.crew)
    return f"{run.date}  {begin:%H:%M}-{end:%H:%M}   {run.card_id:<8}  {run.aircraft_id:<8}  {crew}"


def format_years(found: YearsOfPlan) -> str:
    """Return the years beside each other as text."""
    lines = [
        "The campaign begun on 1 January of each year, planned without proof; daily weather is a",
        "real reanalysis, hours are modelled.",
        "",
        "Year   cards done   last day   weighted days   at least   first come, first served",
    ]
    for row in found.years:
        lines.append(
            f"{row.year}   {row.done:>4} of {row.cards:<4} {row.last_day:>8}"
            f" {row.objective:>15,.0f} {row.bound:>10,.0f} {row.first_come_objective:>15,.0f}"
        )
    lines += ["", "Points that may never meet their weather:" if found.never_met else ""]
    for card in found.never_met:
        lines.append(
            f"  {card.card_id:<8} no window in {card.share:.0%} of years"
            f" {_list(card.years)}{'; ' + card.blame.replace('_', ' ') if card.blame else ''}"
            f"{'; not in time in ' + _list(card.short_years) if card.short_years else ''}"
        )
    return "\n".join(lines)


def _list(years: tuple[int, ...]) -> str:
    return f"({', '.join(str(year) for year in years)})" if years else ""
