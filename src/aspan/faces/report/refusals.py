"""What was refused and why, as counts by reason; and what cannot be served at all."""

import re
from typing import Final

import msgspec

from aspan.faces.report.run_folder import RunFolder
from aspan.faces.report.words import Words
from aspan.primitives.units import MS_PER_S

PAIRS_SHOWN: Final = 40

_ENERGY: Final = re.compile(
    r"^energy: needs a charge of (?P<needed>\d+\.\d+) with (?P<seats>\d+) aboard, "
    r"the ceiling is (?P<ceiling>\d+\.\d+)"
)


class Bar(msgspec.Struct, frozen=True):
    """One reason and how often; `share` in [0, 1] of the commonest one."""

    name: str
    count: str
    share: float


class Group(msgspec.Struct, frozen=True):
    """Reasons of one kind, the commonest first."""

    title: str
    total: str
    bars: tuple[Bar, ...]
    empty: str


class Unserved(msgspec.Struct, frozen=True):
    """A pair that cannot be served: why, and the rest as the run wrote it."""

    pair: str
    reason: str
    quoted: str


def list_groups(run: RunFolder, words: Words) -> list[Group]:
    """Return every kind of no that the run gave."""
    kpis = run.kpis
    kinds = (
        ("bookings_refused", kpis.bookings_refused),
        ("bookings_cancelled", kpis.bookings_cancelled),
        ("sorties_cancelled", kpis.sorties_cancelled),
        ("sorties_diverted", kpis.sorties_diverted),
        ("sorties_held", kpis.sorties_held),
        ("departures_held", kpis.departures_held),
    )
    return [_make_group(words, name, counts) for name, counts in kinds]


def _make_group(words: Words, name: str, counts: dict[str, int]) -> Group:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    most = max(counts.values(), default=0) or 1
    bars = tuple(
        Bar(tell_cause(words, cause), words.number(count), count / most) for cause, count in ordered
    )
    empty = words.t(f"refused.{name}.none")
    return Group(words.t(f"refused.{name}"), words.number(sum(counts.values())), bars, empty)


def split_not_flown(counts: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Return sorties that did not fly by cause: those that nobody wanted, and the cancelled ones.

    As the desk counts them: a departure that nobody booked is not cancelled.
    """
    from aspan.live.board import UNWANTED

    unwanted = {cause: count for cause, count in counts.items() if cause in UNWANTED}
    return unwanted, {cause: n for cause, n in counts.items() if cause not in UNWANTED}


def tell_cause(words: Words, cause: str) -> str:
    """Return a cause in words; one the catalogue does not know stays as the run wrote it."""
    if not cause:
        return words.t("cause.unstated")
    known = words.find_word("cause", cause)
    if known is None:
        known = words.find_word("cause", cause.removeprefix("weather_"))
    return known or cause


def list_unserved(run: RunFolder, words: Words) -> list[Unserved]:
    """Return the pairs that cannot be served, the first `PAIRS_SHOWN`."""
    return [
        Unserved(words.pair(pair.origin, pair.destination), *_tell_reason(words, pair.reason))
        for pair in run.kpis.not_serviceable[:PAIRS_SHOWN]
    ]


def list_reserves(run: RunFolder, words: Words) -> list[str]:
    """Return by which clauses the reserves of those pairs were set, each once."""
    told: dict[str, None] = {}
    for pair in run.kpis.not_serviceable[:PAIRS_SHOWN]:
        key = f"reserve.{pair.reserve_rule}"
        if pair.reserve_s is not None and words.has(key):
            minutes = words.minutes(pair.reserve_s * MS_PER_S)
            site = words.place(pair.diversion_site_id)
            told[words.t(key, minutes=minutes, site=site)] = None
    return list(told)


def _tell_reason(words: Words, reason: str) -> tuple[str, str]:
    """Return a reason in the page's language, and what of it stays in the run's own words."""
    energy = _ENERGY.match(reason)
    if energy is not None:
        needed, ceiling = float(energy["needed"]), float(energy["ceiling"])
        key = "unserved.energy" if needed > ceiling else "unserved.energy_just"
        told = words.count(
            key,
            int(energy["seats"]),
            needed=words.percent(needed, 1),
            ceiling=words.percent(ceiling),
        )
        return told, ""
    if reason.startswith("no lane joins them"):
        return words.t("unserved.no_lane"), ""
    code, _, detail = reason.partition(":")
    known = words.find_word("cause", code.strip())
    return (known, detail.strip()) if known is not None else (words.t("unserved.other"), reason)
