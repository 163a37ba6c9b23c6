"""The drill of knock-it-off: runs with planted breaches, and runs that ride along their limits.

A breach is planted in a card in rough air, with readings and rows missing and spikes on what is
watched, and the watch is fed as a station would be: in batches of half a second, with its clock
running. A clean run has every limit laid three standard deviations of its sensor beside the truth.
"""

from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.card import Limit
from aspan.evidence.fence import Fence, FenceVolume
from aspan.evidence.limit_watch import Breach, LimitWatch, list_channels
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_faults import (
    AnyFault,
    CellSpread,
    Geofence,
    LinkLoss,
    OverSpeed,
    OverTemperature,
    RowsLost,
    Spikes,
)
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air, Sensors
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.telemetry import CHANNEL_BY_NAME, CHANNELS, PACKS, UNITS
from flown_cards import EVERYTHING, PLACE, the_aircraft

Floats = NDArray[np.float64]
Kind = Literal["over_temperature", "link_loss", "over_speed", "cell_spread", "geofence"]
KINDS: tuple[Kind, ...] = (
    "over_temperature", "link_loss", "over_speed", "cell_spread", "geofence",
)  # fmt: skip

POSITION_M = 1.11
"""Standard deviation of a position: 1e-5 degrees of latitude."""


class DrillCard(NamedTuple):
    """What the drill flies of a card."""

    name: str
    profile: tuple[Segment, ...]
    load: LoadState


def _card(name: str, *segments: Segment) -> DrillCard:
    return DrillCard(name, segments, LoadState(mass_kg=2_300.0))


def _hover(seconds: float, height_m: float = 30.0) -> Segment:
    return Segment(label="hover", manoeuvre="hover", duration_s=seconds, height_agl_m=height_m)


def _cruise(seconds: float, speed_mps: float, label: str = "cruise") -> Segment:
    return Segment(
        label=label, manoeuvre="cruise", duration_s=seconds, airspeed_mps=speed_mps,
        height_agl_m=200.0, course_deg=90.0,
    )  # fmt: skip


OWN_CARDS = (
    _card("hover", _hover(150.0)),
    _card("high hover", _hover(120.0, 120.0)),
    _card("cruise", _cruise(240.0, 65.0)),
    _card("two speeds", _cruise(120.0, 50.0), _cruise(120.0, 75.0, "fast")),
    DrillCard("everything", EVERYTHING, LoadState(mass_kg=2_300.0)),
)
"""Until a campaign is at hand, and beside it."""


class Outcome(NamedTuple):
    """Of one planted breach: when the truth neared and had passed the limit, when it was called."""

    card: str
    kind: Kind
    neared_at_ms: int
    passed_at_ms: int
    called_at_ms: int | None

    @property
    def delay_ms(self) -> float:
        """From the one to the other; infinite if never called."""
        return float("inf") if self.called_at_ms is None else self.called_at_ms - self.passed_at_ms


def plant(number: int, kind: Kind, card: DrillCard) -> Outcome:
    """Fly one run with one planted breach and say what became of it."""
    air, sensors, rate_hz = _circumstances(number)
    clean = _fly(card, air, Sensors(), (), number, rate_hz)
    limit, fence = _limit(kind, clean)
    fault = _fault(kind, number, clean, limit)
    rough = (RowsLost(onset_s=0.0, share=draw_between(0.0, 0.04, number, "rows")),)
    spikes = tuple(
        Spikes(onset_s=0.0, channel=name, share=0.001, size=100.0)
        for name in list_channels(limit)
        if name in CHANNEL_BY_NAME
    )
    # Nobody flies on with a speed that runs away: its energy would not last.
    recover_at_s = fault.onset_s + 60.0 if isinstance(fault, OverSpeed) else None
    faults = (fault, *rough, *spikes)
    run = _fly(card, air, sensors, faults, number, rate_hz, recover_at_s)
    watch = LimitWatch([limit], rate_hz=rate_hz, fence=fence)
    neared_at_ms, passed_at_ms = _passed_at_ms(kind, run, limit, fence, fault)
    return Outcome(card.name, kind, neared_at_ms, passed_at_ms, called(watch, run))


def called(watch: LimitWatch, run: Recording) -> int | None:
    """Feed the watch as a station would; return when it first called, None if it never did."""
    at_ms = run.columns["at_ms"]
    row = 0
    for now_ms in range(int(at_ms[0]) + 500, int(run.truth["at_ms"][-1]) + 500, 500):
        until = int(np.searchsorted(at_ms, now_ms))
        if until > row:
            rows = {name: column[row:until] for name, column in run.columns.items()}
            breaches = watch.feed(rows)
            row = until
        else:
            breaches = watch.tick(now_ms)
        if breaches:
            first = breaches[0]
            return now_ms if first.cause == "link" else first.at_ms
    return None


def _circumstances(number: int) -> tuple[Air, Sensors, float]:
    """Draw weather, sensors and rate of a run."""
    wind = draw_between(0.0, 9.0, number, "wind")
    air = Air(
        temperature_k=draw_between(258.0, 308.0, number, "temperature"),
        pressure_pa=95_000.0,
        wind_mps=wind,
        wind_from_deg=draw_between(0.0, 360.0, number, "from"),
        gust_mps=wind + draw_between(0.0, 5.0, number, "gust"),
    )
    sensors = Sensors(drop_share=draw_between(0.0, 0.04, number, "drop"))
    return air, sensors, 10.0 if draw(number, "rate") < 0.8 else 50.0


def _fly(
    card: DrillCard,
    air: Air,
    sensors: Sensors,
    faults: tuple[AnyFault, ...],
    seed: int,
    rate_hz: float,
    recover_at_s: float | None = None,
) -> Recording:
    return fly_card(
        card.profile, card.load, the_aircraft(), air=air, place=PLACE, sensors=sensors,
        faults=faults, seed=seed, rate_hz=rate_hz, start_at_ms=1_790_000_000_000,
        recover_at_s=recover_at_s,
    )  # fmt: skip


def fence_about(
    west_m: float, south_m: float, east_m: float, north_m: float, top_m: float
) -> Fence:
    """Return a fence of four walls and a ceiling, in metres from the pad."""
    east, north = np.array([west_m, east_m]), np.array([south_m, north_m])
    (west, right), (low, up) = PLACE.to_lonlat(east, north)
    corners = ((west, low), (right, low), (right, up), (west, up))
    return Fence([FenceVolume(corners=corners, upper_amsl_m=PLACE.elevation_amsl_m + top_m)])


def _limit(kind: Kind, clean: Recording) -> tuple[Limit, Fence | None]:
    """Return a limit that the clean run keeps, by ten standard deviations or more."""
    if kind == "over_temperature":
        top = max(clean.truth[f"pack{n}_temperature_k"].max() for n in range(1, PACKS + 1))
        return Limit(limit_id=kind, channel="pack_temperature", high=max(333.15, top + 3.0)), None
    if kind == "link_loss":
        return Limit(limit_id=kind, channel="link", high=5.0), None
    if kind == "over_speed":
        top = clean.truth["airspeed_mps"].max() + 5.0
        return Limit(limit_id=kind, channel="airspeed_mps", high=float(top)), None
    if kind == "cell_spread":
        return Limit(limit_id=kind, channel="cell_spread", high=0.08), None
    edge = float(np.abs(_east_north(clean)).max()) + 30.0
    top = float(clean.truth["height_agl_m"].max()) + 50.0
    return Limit(limit_id=kind, channel="fence", high=0.0), fence_about(
        -edge, -edge, edge, edge, top
    )


def _fault(kind: Kind, number: int, clean: Recording, limit: Limit) -> AnyFault:
    """Draw a fault that passes its limit 3 to 40 s after its onset, while the card is flown."""
    flies = np.flatnonzero(clean.truth["height_agl_m"] > 1.0) / clean.rate_hz
    begin, end = float(flies[0]), float(flies[-1])
    onset_s = draw_between(begin, begin + 0.5 * (end - begin), number, "onset")
    takes_s = draw_between(3.0, min(40.0, 0.4 * (end - begin)), number, "takes")
    pack = 1 + int(4 * draw(number, "pack"))
    row = round(onset_s * clean.rate_hz)
    high = limit.high or 0.0
    if kind == "over_temperature":
        rise = high + 1.0 - clean.truth[f"pack{pack}_temperature_k"][row]
        return OverTemperature(onset_s=onset_s, pack=pack, rate_k_per_s=float(rise) / takes_s)
    if kind == "link_loss":
        return LinkLoss(onset_s=onset_s, duration_s=draw_between(5.5, 20.0, number, "lost"))
    if kind == "over_speed":
        rise = high + 2.0 - float(clean.truth["airspeed_mps"][row:].min())
        return OverSpeed(onset_s=onset_s, rate_mps2=rise / takes_s, excess_mps_max=rise + 3.0)
    if kind == "cell_spread":
        rise = high + 0.01 - clean.truth[f"pack{pack}_cell_spread_v"][row]
        return CellSpread(onset_s=onset_s, pack=pack, rate_v_per_s=float(rise) / takes_s)
    course = draw_between(0.0, 360.0, number, "course")
    reach_m = 2.5 * float(np.abs(_east_north(clean)).max()) + 60.0
    return Geofence(onset_s=onset_s, course_deg=course, speed_mps=reach_m / takes_s)


def _passed_at_ms(
    kind: Kind, run: Recording, limit: Limit, fence: Fence | None, fault: AnyFault
) -> tuple[int, int]:
    """Return when the truth came within three standard deviations of the limit, and passed by them.

    Of a lost link both are the end of its time.
    """
    at_ms, high = run.truth["at_ms"], limit.high or 0.0
    if kind == "link_loss":
        lost = run.columns["at_ms"] < at_ms[0] + round(fault.onset_s * 1000.0)
        lost_at_ms = int(run.columns["at_ms"][lost][-1]) + 5_000
        return lost_at_ms, lost_at_ms
    truth, sigma = watched_truth(run, limit, fence)
    neared, passed = truth >= high - 3.0 * sigma, truth >= high + 3.0 * sigma
    if not passed.any():
        raise InvalidInput(kind, float(truth.max()), f"a truth that passes {high}")
    return int(at_ms[neared.argmax()]), int(at_ms[passed.argmax()])


def watched_truth(run: Recording, limit: Limit, fence: Fence | None) -> tuple[Floats, float]:
    """Return the worst truth of what a limit watches, and the standard deviation of its sensor."""
    if fence is not None and limit.channel == "fence":
        names = ("lon_deg", "lat_deg", "altitude_amsl_m")
        return fence.outside_m(*(run.truth[name] for name in names)), POSITION_M
    if limit.channel == "unit_power":
        torque = np.max([run.truth[f"unit{n}_torque_nm"] for n in range(1, UNITS + 1)], axis=0)
        speed = run.truth["unit1_speed_rad_per_s"]
        sigma = float(np.hypot(8.0 * speed.max(), 0.2 * torque.max())) / 1e3
        return np.asarray(torque * speed / 1e3), sigma
    names_of = list_channels(limit)
    truth = np.max([run.truth[name] for name in names_of], axis=0)
    return np.asarray(truth), CHANNEL_BY_NAME[names_of[0]].noise


def _east_north(run: Recording) -> Floats:
    lon, lat = run.truth["lon_deg"] - PLACE.lon_deg, run.truth["lat_deg"] - PLACE.lat_deg
    one, other = PLACE.to_lonlat(np.array([1.0]), np.array([1.0]))
    return np.array([lon / (one[0] - PLACE.lon_deg), lat / (other[0] - PLACE.lat_deg)])


class Ride(NamedTuple):
    """Of one clean run: false alarms, and how long its truth was within a tenth of 3 s, summed."""

    card: str
    alarms: list[Breach]
    limits: int
    riding_s: float


def ride(number: int, card: DrillCard) -> Ride:
    """Fly a clean run with every limit three standard deviations beside its truth."""
    air, sensors, rate_hz = _circumstances(number)
    rough = (RowsLost(onset_s=0.0, share=draw_between(0.0, 0.04, number, "rows")),)
    spike = Spikes(onset_s=0.0, channel=_any_channel(number), share=0.001, size=100.0)
    run = _fly(card, air, sensors, (*rough, spike), number, rate_hz)
    limits, riding_s = [], 0.0
    for channel in CHANNELS:
        if channel.name == "heading_deg":  # a circle has no limit
            continue
        truth, margin = run.truth[channel.name], 3.0 * channel.noise
        limit = Limit(
            limit_id=channel.name,
            channel=channel.name,
            low=float(truth.min()) - margin,
            high=float(truth.max()) + margin,
        )
        limits.append(limit)
        is_near = (truth - truth.min() < 0.1 * margin) | (truth.max() - truth < 0.1 * margin)
        riding_s += float(is_near.sum()) / rate_hz
    east, north = _east_north(run)
    by_m = 3.0 * POSITION_M
    fence = fence_about(
        east.min() - by_m, north.min() - by_m, east.max() + by_m, north.max() + by_m,
        float(run.truth["height_agl_m"].max()) + 3.0,
    )  # fmt: skip
    limits.append(Limit(limit_id="fence", channel="fence", high=0.0))
    limits.append(Limit(limit_id="link", channel="link", high=5.0))
    power = Limit(limit_id="unit_power", channel="unit_power", high=1.0)
    truth, sigma = watched_truth(run, power, None)
    limits.append(msgspec.structs.replace(power, high=float(truth.max()) + 3.0 * sigma))
    for group, name in (("cell_spread", "cell_spread_v"), ("pack_temperature", "temperature_k")):
        channel = CHANNEL_BY_NAME[f"pack1_{name}"]
        top = max(run.truth[f"pack{n}_{name}"].max() for n in range(1, PACKS + 1))
        limits.append(Limit(limit_id=group, channel=group, high=float(top) + 3.0 * channel.noise))
    watch = LimitWatch(limits, rate_hz=rate_hz, fence=fence)
    return Ride(card.name, watch.feed(run.columns), len(limits), riding_s)


def _any_channel(number: int) -> str:
    return CHANNELS[int(len(CHANNELS) * draw(number, "spiked"))].name
