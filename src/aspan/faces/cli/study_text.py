"""The answer of a study in a few lines, as `aspan study` prints it."""

from pathlib import Path
from typing import Any, Final

from aspan.faces.cli.figures import NAME_WIDTH
from aspan.faces.cli.words import WIDTH

VERDICTS: Final = {
    "pays_its_way": "fares pay for everything within the horizon",
    "covers_operations": "fares pay for operations, not for what is built and bought",
    "needs_subsidy": "fares do not pay for operations: every year needs a subsidy",
    "nothing_flies": "nobody flies",
}


def format_answer(answer: dict[str, Any], folder: Path) -> str:
    """Return the answer as a page of text for a person."""
    page, days = answer["first_page"], answer["days"]
    rate = answer["finance"]["kzt_per_usd"]["value"]
    city = answer["city_names"]["en"]
    lines = [f"{city}: {answer['study']['question']['en']}"]
    lines += _row("verdict", VERDICTS.get(page["verdict"], page["verdict"]))
    lines += _row(
        "buys",
        f"{page['fleet']} aircraft ({page['fleet_first']} in {page['from_year']}) at "
        f"{len(page['site_ids'])} sites: {', '.join(page['site_ids'])}",
    )
    lines += _row(
        "carries",
        f"{_figure(page['passengers_per_day'], 1)} passengers a day, "
        f"{_figure(page['minutes_saved_per_passenger'], 1)} minutes saved each; most from "
        f"{', '.join(page['top_district_ids']) or 'nowhere'}",
    )
    lines += _row(
        "fare",
        f"{_tenge(page['fare_tiyn'])} a seat as flown, {page['fare_low_tiyn'] / 100:,.0f} to "
        f"{page['fare_high_tiyn'] / 100:,.0f} KZT by pair before the factors of hour and demand",
    )
    lines += _row(
        "money",
        f"capital {_usd(page['capital_tiyn'], rate)}; net present cost "
        f"{_usd(page['net_present_cost_tiyn'], rate)}; deficit a year "
        f"{_usd(page['deficit_per_year_tiyn'], rate)}",
    )
    lines += _row(
        "weather", f"{_figure(page['days_lost_per_year'], 0)} days a year lost at the busiest site"
    )
    lines += _row("sure", _tell_sure(page))
    lines += _row(
        "alone",
        f"the whole budget in aircraft would buy {page['alone']['fleet']}, which carry "
        f"{_figure(page['alone']['passengers_per_day'], 1)} passengers a day",
    )
    lines += _format_variants(answer)
    lines += _row(
        "behind it",
        f"{days['simulated']:,} simulated days, {days['sorties']:,} sorties; "
        f"{answer['method']['plans_weighed']:,} plans weighed",
    )
    lines += _row("files", f"{folder}/answer.json and tables; report {folder}/report.html")
    lines += _row("next", f"aspan study audit {folder}")
    return "\n".join(lines)


def _format_variants(answer: dict[str, Any]) -> list[str]:
    """Return a line for each variant beside the first."""
    lines: list[str] = []
    for each in answer["comparisons"]:
        told = _figure(each["figures"]["passengers_flown"], 1)
        apart = each["differences"].get("passengers_flown")
        more = "" if apart is None else f", {_signed(apart)} against the first"
        lines += _row(each["variant_id"], f"{told} passengers a day{more}")
    return lines


def _tell_sure(page: dict[str, Any]) -> str:
    """Return how sure the choice is."""
    share = f"{page['confidence'] * 100:.0f} %"
    alike = f"{page['indifference'] * 100:g} %"
    if page["is_told_apart"]:
        return f"the best of the plans compared, or within {alike} of it, with {share} confidence"
    return f"not told apart in the days allowed: within {alike} of the best with {share} confidence"


def _row(name: str, text: str) -> list[str]:
    """Return a text under its name, broken between words where a terminal ends."""
    from textwrap import wrap

    width = max(NAME_WIDTH, len(name) + 1)
    return wrap(
        text, WIDTH, initial_indent=name.ljust(width), subsequent_indent=" " * width
    ) or [name]  # fmt: skip


def _figure(figure: dict[str, Any], digits: int) -> str:
    """Return a number with its interval."""
    value = f"{figure['value']:,.{digits}f}"
    if figure["low"] is None or figure["high"] is None:
        return value
    return f"{value} ({figure['low']:,.{digits}f} to {figure['high']:,.{digits}f})"


def _signed(figure: dict[str, Any]) -> str:
    """Return a difference with its interval."""
    value = f"{figure['value']:+,.2f}"
    if figure["low"] is None or figure["high"] is None:
        return value
    return f"{value} ({figure['low']:+,.2f} to {figure['high']:+,.2f})"


def _tenge(figure: dict[str, Any]) -> str:
    """Return tiyn as tenge."""
    return f"{figure['value'] / 100:,.0f} KZT"


def _usd(figure: dict[str, Any], kzt_per_usd: float) -> str:
    """Return tiyn as millions of US dollars, with the interval."""
    scale = 1.0 / 100.0 / kzt_per_usd / 1e6
    value = f"{figure['value'] * scale:,.1f}"
    if figure["low"] is None or figure["high"] is None:
        return f"{value} M USD"
    return f"{value} M USD ({figure['low'] * scale:,.1f} to {figure['high'] * scale:,.1f})"
