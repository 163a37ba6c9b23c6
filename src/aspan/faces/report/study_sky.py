"""Weather by month and hour, power at the grid meter, noise where people live."""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.study_charts import draw_hours, find_shade
from aspan.faces.report.study_places import list_chosen
from aspan.faces.report.study_words import StudyWords, Told
from aspan.faces.report.words import NONE
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Availability, SiteAnswer

NETWORK: Final = "network"

SOMEBODY: Final = 0.5
"""From half a person on, people are said to live above a limit."""

NEAR_LIMIT: Final = 0.9
"""Above this share of a site's power limit its peak is marked."""


class HeatRow(msgspec.Struct, frozen=True, kw_only=True):
    """Availability of one month: of each hour its shade, empty where nothing flies, and text."""

    month: str
    cells: tuple[tuple[str, str], ...]


class Heat(msgspec.Struct, frozen=True, kw_only=True):
    """Availability of one place, as a table whose cells are shaded."""

    name: str
    lost: str
    head: tuple[str, ...]
    rows: tuple[HeatRow, ...]


class SitePower(msgspec.Struct, frozen=True, kw_only=True):
    """The grid power of one site; its length is the share of its limit, at most 1."""

    name: str
    length: float
    peak: Told
    share: str
    is_near: bool
    energy: Told
    picture: Markup | None


class SiteNoise(msgspec.Struct, frozen=True, kw_only=True):
    """People above the limit of noise by one site."""

    name: str
    people: Told
    is_any: bool


class Sky(msgspec.Struct, frozen=True, kw_only=True):
    """The sections on weather, energy and noise."""

    heats: tuple[Heat, ...]
    shades: tuple[tuple[int, str], ...]
    is_modelled: bool
    record: str
    power: tuple[SitePower, ...]
    power_note: str
    noise: tuple[SiteNoise, ...]
    noise_network: str
    is_quiet: bool


def make_sky(answer: Answer, words: StudyWords) -> Sky:
    """Return weather, energy and noise in words."""
    places = sorted(
        answer.availability,
        key=lambda a: (a.place_id != NETWORK, -a.days_lost_per_year, a.place_id),
    )
    years = sorted({year for place in places for year in place.years})
    noise = tuple(
        SiteNoise(
            name=words.place(site.vertiport_id),
            people=words.tell(site.people_above_day_limit),
            is_any=site.people_above_day_limit.value >= SOMEBODY,
        )
        for site in list_chosen(answer)
        if site.people_above_day_limit is not None
    )
    whole = next((r.figure for r in answer.risks if r.code == "noise" and not r.subject), None)
    return Sky(
        heats=tuple(_make_heat(place, words) for place in places),
        shades=tuple(list_shades(words)),
        is_modelled=any(place.is_modelled for place in places),
        record=words.span(str(years[0]), str(years[-1])) if years else "",
        power=tuple(_tell_power(site, words) for site in list_chosen(answer)),
        power_note=_tell_power_note(answer, words),
        noise=noise,
        noise_network=""
        if whole is None or whole.value < SOMEBODY
        else words.t("study.noise.network", n=words.figure(whole)),
        is_quiet=(bool(noise) or whole is not None)
        and not any(site.is_any for site in noise)
        and (whole is None or whole.value < SOMEBODY),
    )


def _make_heat(place: Availability, words: StudyWords) -> Heat:
    """Return the shaded table over the hours in which any month flies."""
    hours = [h for h in range(24) if any(month[h] > 0 for month in place.share)] or list(range(24))
    span = range(hours[0], hours[-1] + 1)
    is_network = place.place_id == NETWORK
    return Heat(
        name=words.t("study.weather.network") if is_network else words.place(place.place_id),
        lost=words.count("study.weather.lost", round(place.days_lost_per_year)),
        head=tuple(f"{hour:02d}" for hour in span),
        rows=tuple(
            HeatRow(
                month=words.t(f"study.month.{number}"),
                cells=tuple(_tell_cell(month[hour], words) for hour in span),
            )
            for number, month in enumerate(place.share, start=1)
        ),
    )


def _tell_cell(share: float, words: StudyWords) -> tuple[str, str]:
    """Return the shade of an hour and its percent of days; a dash where nothing flies."""
    if share <= 0:
        return "", NONE
    return f"s{find_shade(1.0 - share)}", words.number(share * 100)


def _tell_power_note(answer: Answer, words: StudyWords) -> str:
    by_hour = any(site.hour_peak_kw for site in list_chosen(answer))
    told = words.t("study.energy.note" if by_hour else "study.energy.note.peak")
    return f"{told} {words.t('study.energy.limit')}"


def list_shades(words: StudyWords) -> list[tuple[int, str]]:
    """Return the key of the heat map: each shade and the shares it stands for."""
    bounds = ("≥ 98", "90–98", "80–90", "65–80", "50–65", "< 50")
    shares = (0.99, 0.95, 0.85, 0.7, 0.6, 0.3)
    gap = "" if words.language == "en" else "\N{NO-BREAK SPACE}"
    return [(find_shade(1 - s), f"{b}{gap}%") for b, s in zip(bounds, shares, strict=True)]


def _tell_power(site: SiteAnswer, words: StudyWords) -> SitePower:
    limit_kw = site.site_power_limit_kw
    peak = site.peak_kw
    share = peak.value / limit_kw if peak is not None and limit_kw > 0 else 0.0
    name = words.place(site.vertiport_id)
    limit = words.t("power.limit", limit=words.with_unit(limit_kw, "kw"))
    return SitePower(
        name=name,
        length=min(share, 1.0),
        peak=words.tell(peak),
        share=words.percent(share),
        is_near=share > NEAR_LIMIT,
        energy=words.tell(site.grid_kwh_per_day),
        picture=draw_hours(
            site.hour_peak_kw, limit_kw, limit, f"{name}: {words.t('study.energy.title')}"
        )
        if site.hour_peak_kw
        else None,
    )
