"""What an answer to a trip rests on: assumptions and estimates with their marks and sources."""

from aspan.compose.trip_network import LentDay
from aspan.compose.trips import TripAnswer, TripDesk, TripOption
from aspan.faces.http.journey_words import tell, tell_source
from aspan.faces.http.wire_journeys import Assumption, Estimated
from aspan.faces.report.words import Words
from aspan.journeys.itinerary import Leg
from aspan.primitives.units import MPS_PER_KMH, S_PER_MIN
from aspan.world.city import City
from aspan.world.feed import Feed
from aspan.world.quantity import Mark, Quantity
from aspan.world.reference import Reference
from aspan.world.timetable import Line

MARKS: tuple[Mark, ...] = ("assumed", "modelled", "derived", "recalled", "found", "measured")
"""The least trustworthy first: what several numbers lead to is trusted no more than the least."""

EMISSION_OF_MODE = {
    "car": "car_g_per_km",
    "bus": "bus_g_per_km",
    "ferry": "bus_g_per_km",
    "metro": "rail_g_per_km",
    "rail": "rail_g_per_km",
    "tram": "rail_g_per_km",
    "cable": "rail_g_per_km",
    "air": "grid_g_per_kwh",
}


def tell_carbon(city: City, option: TripOption) -> Estimated | None:
    """Return the carbon dioxide of an itinerary with the sources of what it was made from."""
    carbon = option.carbon
    if carbon is None:
        return None
    names = {EMISSION_OF_MODE.get(leg.mode) for leg in option.itinerary.legs}
    stated = [
        city.quantities[f"emissions.{name}"]
        for name in sorted(name for name in names if name is not None)
        if f"emissions.{name}" in city.quantities
    ]
    return Estimated(
        value=round(carbon.value_g, 1),
        low=round(carbon.low_g, 1),
        high=round(carbon.high_g, 1),
        mark=_least(stated),
        source="; ".join(quantity.source for quantity in stated),
    )


def list_assumptions(
    desk: TripDesk, answer: TripAnswer, lang: str, references: dict[str, Reference]
) -> list[Assumption]:
    """Return what the options rest on, in one language; nothing that none of them uses."""
    legs = [leg for option in answer.options for leg in option.itinerary.legs]
    modes = {leg.mode for leg in legs}
    city, found = desk.city, list[Assumption]()
    if "air" in modes and any(approval.is_assumed for approval in city.approvals):
        text = tell(lang, "rests.approval")
        found.append(Assumption(text=text, mark="assumed", source=_cite("4.33", references)))
    lines = _list_ridden(answer, legs)
    ridden = {line.feed_id for line in lines}
    found += [
        _tell_lent(lent, lang)
        for lent in desk.network.list_lent_days(answer.request.at_ms)
        if lent.feed.feed_id in ridden
    ]
    found += [
        _tell_no_price(feed, lang)
        for feed in desk.network.feeds
        if any(_is_without_price(line, feed) for line in lines)
    ]
    if any(leg.is_estimate for leg in legs):
        found += _tell_bus(city, lang)
    if "car" in modes:
        if city.streets is not None:
            found += _tell_from(city, lang, "rests.car", ["speed_mps.primary_mps"], references)
        else:
            found += _tell_from(city, lang, "rests.car_straight", ["car.detour"], references)
        found += _tell_from(city, lang, "rests.taxi", ["car.base_kzt"], references)
    if any(option.chances is not None for option in answer.options):
        names = ["reliability.ride_spread", "reliability.timetable_delay_s"]
        if "air" in modes:
            names += ["reliability.soon_late_share", "reliability.air_late_share"]
        departures = [option.itinerary.departure for option in answer.options]
        if any(departure is not None and departure.is_unsettled for departure in departures):
            names.append("reliability.unsettled_late_share")
        found += _tell_from(city, lang, "rests.chances", names, references)
    return found


def _list_ridden(answer: TripAnswer, legs: list[Leg]) -> list[Line]:
    """Return the lines of timetables that some way rides."""
    if answer.timetable is None:
        return []
    line_of = answer.timetable.patterns.line
    numbers = {int(line_of[leg.ride.pattern]) for leg in legs if leg.ride is not None}
    return [answer.timetable.lines[number] for number in sorted(numbers)]


def _is_without_price(line: Line, feed: Feed) -> bool:
    """Say whether a line counts as free only because neither its feed nor the city tells a fare."""
    if line.price_tiyn or line.feed_id != feed.feed_id:
        return False
    route_id = line.line_id.removeprefix(f"{feed.feed_id}:")
    return any(r.route_id == route_id and r.price_tiyn is None for r in feed.routes)


def _tell_no_price(feed: Feed, lang: str) -> Assumption:
    agency = feed.agencies[0]
    text = tell(lang, "rests.no_price", agency=agency.name)
    return Assumption(text=text, mark="assumed", source=f"{agency.name}, {agency.url}")


def _tell_lent(lent: LentDay, lang: str) -> Assumption:
    words = Words(lang, lent.feed.time_zone)
    agency = lent.feed.agencies[0]
    days = {
        "first": words.date(lent.first.isoformat()),
        "last": words.date(lent.last.isoformat()),
        "day": words.date(lent.day.isoformat()),
        "used": words.date(lent.used.isoformat()),
    }
    text = tell(lang, "rests.timetable", agency=agency.name, **days)
    publisher = agency.url if lent.feed.info is None else lent.feed.info.publisher
    return Assumption(text=text, mark="assumed", source=f"{agency.name}, {publisher}")


def _tell_bus(city: City, lang: str) -> list[Assumption]:
    bus = city.transit.bus
    if bus is None:
        return []
    words = Words(lang, city.time_zone)
    text = tell(
        lang,
        "rests.bus",
        headway=words.number(bus.headway_s / S_PER_MIN),
        speed=words.number(bus.speed_mps / MPS_PER_KMH, 1),
    )
    stated = [q for name in ("headway_s", "walk_m") if (q := bus.stated.get(name)) is not None]
    source = "; ".join(quantity.source for quantity in stated)
    return [Assumption(text=text, mark=_least(stated), source=source)]


def _tell_from(
    city: City, lang: str, key: str, names: list[str], references: dict[str, Reference]
) -> list[Assumption]:
    """Return a text with the marks and sources of stated numbers; nothing if none is stated."""
    stated = [city.quantities[name] for name in names if name in city.quantities]
    if not stated:
        return []
    source = "; ".join(dict.fromkeys(tell_source(q.source, references) for q in stated))
    return [Assumption(text=tell(lang, key), mark=_least(stated), source=source)]


def _least(stated: list[Quantity]) -> Mark:
    marks = [quantity.mark for quantity in stated]
    return min(marks, key=MARKS.index, default="assumed")


def _cite(row: str, references: dict[str, Reference]) -> str:
    return tell_source(f"facts {row}", references)
