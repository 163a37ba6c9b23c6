"""An invented search for trips, so that the passengers' page can be tried without an engine.

It answers `/v1/itineraries` in the shape the page expects. Its `mood` says what happens: usual,
none (no way), no_air, refused, broken, slow (until it is another). No number here means anything.
"""

import asyncio
from typing import Any, Literal

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from web.scripted_day import BEGIN_MS

Mood = Literal["usual", "none", "no_air", "refused", "broken", "slow"]
MIN_MS = 60_000
STEP_S, SLOW_STEPS = 0.05, 600
"""A slow answer waits until the mood is another, looked at so often and so many times at most."""
TEXTS = {
    "en": ("The taxi is estimated from streets of 2012.", "Fog at Republic Square until 11:00."),
    "ru": ("Такси оценено по улицам 2012 года.", "Туман на площади Республики до 11:00."),
    "kk": (
        "Такси 2012 жылғы көшелер бойынша бағаланған.",
        "Республика алаңында 11:00 дейін тұман.",
    ),
}
NAMES = {
    "en": ("Almaty Airport", "Republic Square", "Almaly", "Raiymbek batyr"),
    "ru": ("Аэропорт Алматы", "Площадь Республики", "Алмалы", "Райымбек батыра"),
    "kk": ("Алматы әуежайы", "Республика алаңы", "Алмалы", "Райымбек батыр"),
}
AIRPORT, SQUARE = (77.0078, 43.3478), (76.9553, 43.2489)
ALMALY, RAIYMBEK = (76.9471, 43.2520), (76.9447, 43.2711)


class ScriptedTrips:
    """The routes of an invented search, and what was asked of it."""

    def __init__(self) -> None:
        self.mood: Mood = "usual"
        self.asked: list[dict[str, str]] = []

    def routes(self) -> list[ControllerRouterHandler]:
        """Return the route of itineraries."""

        @get("/v1/itineraries")
        async def itineraries(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
            told = {name: str(value) for name, value in request.query_params.items()}
            self.asked.append(told)
            for _ in range(SLOW_STEPS):
                if self.mood != "slow":
                    break
                await asyncio.sleep(STEP_S)
            if self.mood == "refused":
                detail = "depart_at: '2031-01-01T08:00' is not accepted; expected a day within 7"
                return Response({"detail": detail}, status_code=400)
            if self.mood == "broken":
                return Response({"detail": "no"}, status_code=503)
            party = int(told["party"])
            found = answer(self.mood, told["from"], told["to"], party, told["lang"])
            return Response(found)

        return [itineraries]


def place(kind: str, name: str, at: tuple[float, float]) -> dict[str, Any]:
    """Return an end of a leg."""
    return {"kind": kind, "id": name, "name": name, "lon": at[0], "lat": at[1]}


def leg(
    mode: str, start: dict[str, Any], end: dict[str, Any], at_min: float, took_min: float,
    **more: object,
) -> dict[str, Any]:  # fmt: skip
    """Return a leg that begins minutes after the day's begin."""
    return {
        "mode": mode, "from": start, "to": end,
        "depart_at_ms": BEGIN_MS + int(at_min * MIN_MS),
        "arrive_at_ms": BEGIN_MS + int((at_min + took_min) * MIN_MS),
        "price_tiyn": 0, "distance_m": 0, "is_estimate": False, "line": None, "stops": [],
        "path": [[start["lon"], start["lat"]], [end["lon"], end["lat"]]], "connection_chance": None,
        **more,
    }  # fmt: skip


def itinerary(mode: str, legs: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    """Return an itinerary of legs."""
    walk_ms = sum(
        part["arrive_at_ms"] - part["depart_at_ms"] for part in legs if part["mode"] == "walk"
    )
    told = {"value": 2100.0, "low": 1500.0, "high": 3200.0, "mark": "assumed", "source": "A test"}
    return {
        "id": mode, "mode": mode, "legs": legs,
        "depart_at_ms": legs[0]["depart_at_ms"], "arrive_at_ms": legs[-1]["arrive_at_ms"],
        "price_tiyn": sum(part["price_tiyn"] for part in legs), "transfers": 0,
        "walk_ms": walk_ms, "walk_m": walk_ms // 750, "co2_g": told, "saves_ms": None,
        "promised_arrival_at_ms": None, "on_time_chance": None, "rank_reason": "other",
        "offer": None, **more,
    }  # fmt: skip


def answer(mood: Mood, start: str, end: str, party: int, lang: str) -> dict[str, Any]:
    """Return a whole answer."""
    estimate, fog = TEXTS[lang]
    ends = [point(text) for text in (start, end)]
    door, goal = (place("door", f"{text}", at) for text, at in zip((start, end), ends, strict=True))
    found = [
        by_air(door, goal, party, lang),
        by_car(door, goal),
        by_transit(door, goal, party, lang),
    ]
    if mood == "no_air":
        found = [
            it | {"rank_reason": "best" if it["mode"] == "car" else it["rank_reason"]}
            for it in found[1:]
        ]
    if mood == "none":
        found = []
    no_flight = mood in ("none", "no_air")
    return {
        "now_ms": BEGIN_MS, "time_zone": "Asia/Almaty", "query": {"from": start, "to": end},
        "from": {"name": door["name"], "lat": door["lat"], "lon": door["lon"]},
        "to": {"name": goal["name"], "lat": goal["lat"], "lon": goal["lon"]},
        "itineraries": found, "car": "car" if found else None,
        "not_flown": [{"reason": "fog", "text": fog}] if no_flight else [],
        "assumptions": [{"text": estimate, "mark": "assumed", "source": "OSM 2012"}],
    }  # fmt: skip


def point(text: str) -> tuple[float, float]:
    """Return longitude and latitude of a query's `lat,lon`."""
    lat, lon = text.split(",")
    return float(lon), float(lat)


def by_air(door: dict[str, Any], goal: dict[str, Any], party: int, lang: str) -> dict[str, Any]:
    """Return a trip with a flight; it saves 31 minutes, and is promised for 10:44."""
    airport, square = (
        place("vertiport", NAMES[lang][0], AIRPORT),
        place("vertiport", NAMES[lang][1], SQUARE),
    )
    fare = 1_200_000 * party
    legs = [
        leg("walk", door, airport, 2, 5, distance_m=400),
        leg("process", airport, airport, 7, 10),
        leg("wait", airport, airport, 17, 4),
        leg("air", airport, square, 21, 9, price_tiyn=fare, distance_m=15_300),
        leg("leave", square, square, 30, 2),
        leg(
            "car", square, goal, 32, 8, price_tiyn=220_000, distance_m=3_400, connection_chance=0.96
        ),
    ]
    offer = {
        "origin": "AIRPORT", "destination": "CENTRE", "off_block_at_ms": legs[3]["depart_at_ms"],
        "on_block_at_ms": legs[3]["arrive_at_ms"], "fare_tiyn": fare, "sortie_id": None,
        "valid_until_ms": BEGIN_MS + 6 * MIN_MS, "token": "o1.first",
    }  # fmt: skip
    return itinerary(
        "air", legs, saves_ms=31 * MIN_MS, promised_arrival_at_ms=BEGIN_MS + 44 * MIN_MS,
        on_time_chance=0.93, rank_reason="best", offer=offer,
    )  # fmt: skip


def by_car(door: dict[str, Any], goal: dict[str, Any]) -> dict[str, Any]:
    """Return the car's trip, 69 minutes."""
    legs = [
        leg("wait", door, door, 0, 5),
        leg("car", door, goal, 5, 66, price_tiyn=480_000, distance_m=21_000),
    ]
    return itinerary("car", legs, on_time_chance=0.71, saves_ms=0)


def by_transit(door: dict[str, Any], goal: dict[str, Any], party: int, lang: str) -> dict[str, Any]:
    """Return a trip by an estimated bus and the metro, the cheapest."""
    almaly, raiymbek = (
        place("stop", NAMES[lang][2], ALMALY),
        place("stop", NAMES[lang][3], RAIYMBEK),
    )
    metro = {"short_name": "M1", "name": "M1", "colour": "D7263D", "headsign": NAMES[lang][2]}
    legs = [
        leg("walk", door, door, 1, 6, distance_m=480),
        leg("bus", door, raiymbek, 9, 55, price_tiyn=12_000 * party, distance_m=19_000,
            is_estimate=True),
        leg("metro", raiymbek, almaly, 68, 4, price_tiyn=12_000 * party, distance_m=2_200,
            line=metro, connection_chance=0.8,
            stops=[{"name": NAMES[lang][2], "arrive_at_ms": BEGIN_MS + 72 * MIN_MS}]),
        leg("walk", almaly, goal, 72, 19, distance_m=1_460),
    ]  # fmt: skip
    return itinerary(
        "transit",
        legs,
        transfers=1,
        saves_ms=-20 * MIN_MS,
        rank_reason="cheapest",
        on_time_chance=0.6,
    )
