"""Sites, fleet and whom they serve: what stands where, which pairs fly, how evenly."""

import msgspec

from aspan.faces.report.study_words import StudyWords, Told
from aspan.primitives.units import M_PER_KM, S_PER_MIN
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Figure, PairService, SiteAnswer


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One chosen site in words."""

    name: str
    opened: str
    layout: str
    chargers: str
    people: Told
    movements: Told
    hours_open: Told
    capital: str
    is_published: bool


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """One site that was not chosen, and why."""

    name: str
    reason: str


class PairRow(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of sites in words, both ways."""

    name: str
    distance: str
    block: str
    people: str
    fare: str
    service: str


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of a list: its name, value and length in [0, 1]."""

    name: str
    value: str
    note: str
    length: float


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The sections on sites, fleet and service."""

    sites: tuple[SiteRow, ...]
    left_out: tuple[LeftOut, ...]
    pairs: tuple[PairRow, ...]
    pairs_more: str
    districts: tuple[Share, ...]
    unserved: str
    fairness: str
    segments: tuple[Share, ...]


def make_places(answer: Answer, words: StudyWords) -> Places:
    """Return sites, pairs, districts and segments in words."""
    both = list_pairs(answer)
    flying = [pair for pair in both if _flown(pair) > 0]
    idle = len(both) - len(flying)
    return Places(
        sites=tuple(
            _tell_site(site, _find_open(site, answer), words) for site in list_chosen(answer)
        ),
        left_out=tuple(
            LeftOut(
                name=words.place(site.vertiport_id),
                reason=words.word("study.reason", site.reason),
            )
            for site in answer.sites
            if site.first_year is None
        ),
        pairs=tuple(_tell_pair(pair, words) for pair in flying),
        pairs_more=words.count("study.pair.more", idle) if idle else "",
        districts=_list_districts(answer, words),
        unserved=_tell_unserved(answer, words),
        fairness=_tell_fairness(answer, words),
        segments=tuple(
            Share(
                name=words.word("study.segment", segment.segment_id),
                value=words.percent(segment.share),
                note=words.t("study.people_a_day", n=words.figure(segment.passengers_per_day)),
                length=segment.share,
            )
            for segment in sorted(answer.segments, key=lambda s: (-s.share, s.segment_id))
        ),
    )


def list_chosen(answer: Answer) -> list[SiteAnswer]:
    """Return the sites of the network when built, the busiest first."""
    return sorted(
        (site for site in answer.sites if site.first_year is not None),
        key=lambda s: (
            -(s.passengers_per_day.value if s.passengers_per_day else 0.0),
            s.vertiport_id,
        ),
    )


def _find_open(site: SiteAnswer, answer: Answer) -> Figure | None:
    """Return the share of hours of service that weather allows: of the record, or of days flown."""
    for place in answer.availability:
        shares = [share for month in place.share for share in month if share > 0]
        if place.place_id == site.vertiport_id and shares:
            return Figure(value=sum(shares) / len(shares), unit="1", basis="computed")
    return site.hours_open


def _tell_site(site: SiteAnswer, hours_open: Figure | None, words: StudyWords) -> SiteRow:
    design = site.design
    layout = chargers = ""
    if design is not None:
        layout = words.t("study.site.layout", fatos=design.fatos, stands=design.stands)
        chargers = f"{design.chargers} × {words.with_unit(design.charger_kw, 'kw')}"
    return SiteRow(
        name=words.place(site.vertiport_id),
        opened=str(site.first_year),
        layout=layout,
        chargers=chargers,
        people=words.tell(site.passengers_per_day),
        movements=words.tell(site.movements_per_day),
        hours_open=words.tell(hours_open, is_share=True),
        capital=words.usd(site.capital_tiyn),
        is_published=site.is_position_published,
    )


def list_pairs(answer: Answer) -> list[tuple[PairService, PairService | None]]:
    """Return pairs with their way back where it is flown, the busiest first."""
    known = {(p.origin, p.destination): p for p in answer.pairs}
    both = [
        (pair, known.get((pair.destination, pair.origin)))
        for pair in answer.pairs
        if pair.origin < pair.destination or (pair.destination, pair.origin) not in known
    ]
    return sorted(both, key=lambda b: (-_flown(b), b[0].origin, b[0].destination))


def _flown(both: tuple[PairService, PairService | None]) -> float:
    return sum(pair.passengers_per_day.value for pair in both if pair is not None)


def _tell_pair(both: tuple[PairService, PairService | None], words: StudyWords) -> PairRow:
    pair, back = both
    sign = "→" if back is None else "↔"
    return PairRow(
        name=f"{words.place(pair.origin)} {sign} {words.place(pair.destination)}",
        distance=words.with_unit(pair.distance_m / M_PER_KM, "km"),
        block=words.minutes(pair.block_ms),
        people=words.few(_flown(both)),
        fare=words.tenge(pair.fare_tiyn),
        service=words.t("study.pair.demand")
        if pair.headway_s is None
        else words.t("study.pair.every", minutes=words.near(pair.headway_s / S_PER_MIN)),
    )


def _list_districts(answer: Answer, words: StudyWords) -> tuple[Share, ...]:
    """Return the districts that are served, as bars of their passengers."""
    served = [d for d in answer.districts if d.passengers_per_day.value > 0]
    served.sort(key=lambda d: (-d.passengers_per_day.value, d.zone_id))
    most = max((d.passengers_per_day.value for d in served), default=1.0)
    rows = []
    for district in served:
        notes = []
        if district.population > 0:
            a_year = words.near(district.passengers_per_1000_residents_year)
            notes.append(words.t("study.district.thousand", n=a_year))
        if district.access_min is not None and district.nearest_site_id is not None:
            notes.append(
                words.t("study.district.access", site=words.place(district.nearest_site_id),
                        minutes=words.near(district.access_min))
            )  # fmt: skip
        rows.append(
            Share(
                name=words.name(district.names),
                value=words.few(district.passengers_per_day.value),
                note=" · ".join(notes),
                length=district.passengers_per_day.value / most,
            )
        )
    return tuple(rows)


def _tell_unserved(answer: Answer, words: StudyWords) -> str:
    """Return which districts nobody flies from or to; empty if there is none."""
    names = [words.name(d.names) for d in answer.districts if d.passengers_per_day.value <= 0]
    return words.t("study.district.none", names=words.listed(names)) if names else ""


def _tell_fairness(answer: Answer, words: StudyWords) -> str:
    """Return how the busiest district and the middle of all residents compare."""
    lived = [d for d in answer.districts if d.population > 0]
    whole = sum(d.passengers_per_day.value for d in lived)
    people = sum(d.population for d in lived)
    if whole <= 0 or len(lived) < 2:
        return ""
    reached, flown = 0.0, 0.0
    best = sorted(lived, key=lambda d: (-d.passengers_per_1000_residents_year, d.zone_id))
    for district in best:
        if reached + district.population > 0.2 * people and reached > 0:
            break
        reached += district.population
        flown += district.passengers_per_day.value
    return words.t(
        "study.district.fair",
        people=words.percent(reached / people),
        flown=words.percent(flown / whole),
    )
