"""The drill of knock-it-off: runs with planted breaches, and runs that ride along their limits.

A breach is planted in a card in rough air, with readings and rows missing and spikes on what is
watched. Rows go the way of anybody's telemetry, in batches of a fifth of a second, with the clock
running; a breach counts from when it is known, waiting for missing rows included. A clean run has
every limit laid three standard deviations of its sensor beside the truth.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.evidence.card import Limit
from aspan.evidence.fence import Fence, FenceVolume
from aspan.evidence.limit_watch import LimitWatch, list_channels
from aspan.evidence.scenarios import load_campaign
from aspan.evidence.telemetry.course import Course, LimitBreach
from aspan.evidence.telemetry.layout import twin_layout
from aspan.evidence.telemetry.rows import make_rows
from aspan.evidence.twin_site import place_of
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.errors import ensure
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
from aspan.twin.card_place import Air, Place, Sensors
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.readers.city import load_city
from aspan.world.readers.range import load_range
from aspan.world.telemetry import CHANNEL_BY_NAME, CHANNELS, UNITS
from flown_cards import EVERYTHING, LOAD, PLACE, the_aircraft

Floats = NDArray[np.float64]
Kind = Literal["over_temperature", "link_loss", "over_speed", "cell_spread", "geofence"]
KINDS: tuple[Kind, ...] = (
    "over_temperature", "link_loss", "over_speed", "cell_spread", "geofence",
)  # fmt: skip
NEEDS_FLIGHT = ("over_speed", "geofence")

START_MS = 1_790_000_000_000
BATCH_MS = 200
REORDER_MS = 200
"""For which telemetry keeps rows back for one that is missing: so much sooner the link is lost."""

POSITION_M = 1.11
"""Standard deviation of a position: 1e-5 degrees of latitude."""


class DrillCard(NamedTuple):
    """What the drill flies of a card, and where."""

    name: str
    profile: tuple[Segment, ...]
    load: LoadState
    place: Place = PLACE
    limits: tuple[Limit, ...] = ()

    @property
    def is_flown(self) -> bool:
        """Whether the aircraft leaves the ground."""
        return any(segment.height_agl_m > 0.0 for segment in self.profile)


HOVER = DrillCard(
    "hover", (Segment(label="h", manoeuvre="hover", duration_s=90.0, height_agl_m=30.0),), LOAD
)
OWN_CARDS = (HOVER, DrillCard("everything", EVERYTHING, LOAD))


def list_cards() -> list[DrillCard]:
    """Return the cards of the Alatau campaign, as the twin flies them there."""
    site = load_range(load_city("alatau"))
    return [
        DrillCard(
            str(card.card_id), card.profile, card.load, place_of(site, card.volume_ids), card.limits
        )
        for card in load_campaign("alatau").cards.values()
    ]


class Outcome(NamedTuple):
    """Of one planted breach: when the truth neared and had passed the limit, when it was called."""

    card: str
    kind: Kind
    neared_at_ms: int
    passed_at_ms: int
    called_at_ms: int | None

    @property
    def delay_ms(self) -> float:
        """From the truth's passing to the call; infinite if never called."""
        return float("inf") if self.called_at_ms is None else self.called_at_ms - self.passed_at_ms


def plant(number: int, kind: Kind, card: DrillCard) -> Outcome:
    """Fly one run with one planted breach and say what became of it."""
    clean = fly(card, number)
    limit, fence = _limit(kind, card, clean)
    fault = _fault(kind, number, clean, limit)
    names = [name for name in list_channels(limit) if name in CHANNEL_BY_NAME]
    spikes = [Spikes(onset_s=0.0, channel=name, share=0.001, size=100.0) for name in names]
    recover_at_s = None
    if isinstance(fault, OverSpeed):  # nobody flies on: the energy would not last
        recover_at_s = fault.onset_s + fault.excess_mps_max / fault.rate_mps2 + 3.0
    run = fly(card, number, fault, *spikes, is_rough=True, recover_at_s=recover_at_s)
    watch = LimitWatch([limit], rate_hz=run.rate_hz, fence=fence)
    neared_at_ms, passed_at_ms = _passed_at_ms(kind, run, limit, fence, fault)
    called_at_ms = find_call(watch, run, neared_at_ms - 10 * BATCH_MS)
    return Outcome(card.name, kind, neared_at_ms, passed_at_ms, called_at_ms)


def fly(
    card: DrillCard,
    number: int,
    *faults: AnyFault,
    is_rough: bool = False,
    recover_at_s: float | None = None,
) -> Recording:
    """Fly a card in weather drawn for it; with losses of rows and readings if it is rough."""
    wind = draw_between(0.0, 6.0, number, "wind")
    air = Air(
        temperature_k=draw_between(268.0, 303.0, number, "temperature"),
        pressure_pa=95_000.0,
        wind_mps=wind,
        wind_from_deg=draw_between(0.0, 360.0, number, "from"),
        gust_mps=wind + draw_between(0.0, 5.0, number, "gust"),
    )
    lost = RowsLost(onset_s=0.0, share=draw_between(0.0, 0.04, number, "rows"))
    drop_share = draw_between(0.0, 0.04, number, "drop") if is_rough else 0.0
    return fly_card(
        card.profile,
        card.load,
        the_aircraft(),
        air=air,
        place=card.place,
        sensors=Sensors(drop_share=drop_share),
        faults=(*faults, lost) if is_rough else faults,
        seed=number,
        rate_hz=10.0 if draw(number, "rate") < 0.9 else 50.0,
        start_at_ms=START_MS,
        recover_at_s=recover_at_s,
    )


def find_call(watch: LimitWatch, run: Recording, from_ms: int) -> int | None:
    """Return when the first breach was known on the way of telemetry; None if none ever was."""
    layout = twin_layout("drill", "drill", rate_hz=run.rate_hz)
    course = Course(None, "DRILL", layout, watch=watch)
    values = np.stack([run.columns[column.channel] for column in layout.channels])
    at_ms, sequence = run.columns["at_ms"], run.columns["sequence"]
    row = 0
    for now_ms in range(from_ms, int(run.truth["at_ms"][-1]) + BATCH_MS, BATCH_MS):
        part = slice(row, int(np.searchsorted(at_ms, now_ms)))
        row = part.stop
        breaches = course.feed(make_rows(sequence[part], at_ms[part], values[:, part]))
        if [*breaches, *watch.tick(now_ms)]:
            return now_ms
    return None


def fence_about(place: Place, low: Floats, high: Floats, top_m: float) -> Fence:
    """Return a fence of four walls and a ceiling, by its corners in metres from the pad."""
    ends = np.stack([low, high])
    (west, east), (south, north) = place.to_lonlat(ends[:, 0], ends[:, 1])
    corners = ((west, south), (east, south), (east, north), (west, north))
    return Fence([FenceVolume(corners=corners, upper_amsl_m=place.elevation_amsl_m + top_m)])


def _limit(kind: Kind, card: DrillCard, clean: Recording) -> tuple[Limit, Fence | None]:
    """Return the card's own limit where it has one that the clean run keeps, or one laid beside."""
    channel = {
        "over_temperature": "pack_temperature", "link_loss": "link", "over_speed": "airspeed_mps",
        "cell_spread": "cell_spread", "geofence": "fence",
    }[kind]  # fmt: skip
    if kind == "geofence":
        places = _east_north(card.place, clean)
        top_m = float(clean.truth["height_agl_m"].max()) + 50.0
        fence = fence_about(card.place, places.min(axis=1) - 30.0, places.max(axis=1) + 30.0, top_m)
        return Limit(limit_id=kind, channel=channel, high=0.0), fence
    own = [limit for limit in card.limits if limit.channel == channel and limit.high is not None]
    if kind == "link_loss":
        return own[0] if own else Limit(limit_id=kind, channel=channel, high=5.0), None
    beside = Limit(limit_id=kind, channel=channel, high=1.0)
    truth, sigma = watched_truth(clean, beside, None)
    top = float(truth.max())
    if own and (own[0].high or 0.0) > top + 10.0 * sigma:
        return own[0], None
    return Limit(limit_id=kind, channel=channel, high=top + 10.0 * sigma), None


def _fault(kind: Kind, number: int, clean: Recording, limit: Limit) -> AnyFault:
    """Draw a fault that passes its limit 3 to 40 s after its onset, while the card is flown."""
    height_m = clean.truth["height_agl_m"]
    begin_s, end_s = (row / clean.rate_hz for row in _longest(height_m > 1.0))
    onset_s = draw_between(begin_s + 1.0, 0.5 * (begin_s + end_s), number, "onset")
    takes_s = draw_between(3.0, min(40.0, 0.4 * (end_s - begin_s)), number, "takes")
    row = round(onset_s * clean.rate_hz)
    pack = 1 + int(4 * draw(number, "pack"))
    high = limit.high or 0.0
    truth = clean.truth
    if kind == "over_temperature":
        rise = high + 1.0 - float(truth[f"pack{pack}_temperature_k"][row])
        return OverTemperature(onset_s=onset_s, pack=pack, rate_k_per_s=rise / takes_s)
    if kind == "link_loss":
        return LinkLoss(onset_s=onset_s, duration_s=draw_between(5.5, 20.0, number, "lost"))
    if kind == "over_speed":
        ahead = slice(row, row + round((takes_s + 3.0) * clean.rate_hz))
        rise = high + 2.0 - float(truth["airspeed_mps"][ahead].min())
        return OverSpeed(onset_s=onset_s, rate_mps2=rise / takes_s, excess_mps_max=rise + 3.0)
    if kind == "cell_spread":
        rise = high + 0.01 - float(truth[f"pack{pack}_cell_spread_v"][row])
        return CellSpread(onset_s=onset_s, pack=pack, rate_v_per_s=rise / takes_s)
    # From wherever it is, straight out of the nearest wall.
    course = draw_between(0.0, 360.0, number, "course")
    return Geofence(onset_s=onset_s, course_deg=course, speed_mps=draw_between(10, 60, number, "v"))


def _longest(is_flown: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the ends of the longest flight of a run, or of the run if it stays on the ground."""
    if not is_flown.any():
        return 0, len(is_flown) - 1
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_flown, [False]]).astype(np.int8)))
    flights = edges.reshape(-1, 2)
    first, last = flights[int(np.argmax(flights[:, 1] - flights[:, 0]))]
    return int(first), int(last) - 1


def _passed_at_ms(
    kind: Kind, run: Recording, limit: Limit, fence: Fence | None, fault: AnyFault
) -> tuple[int, int]:
    """Return when the truth came within three standard deviations of the limit, and passed by them.

    Of a lost link it is the end of its time, and by what rows may wait before it for a missing one.
    """
    at_ms, high = run.truth["at_ms"], limit.high or 0.0
    if kind == "link_loss":
        before = run.columns["at_ms"] < START_MS + round(1e3 * fault.onset_s)
        lost_at_ms = int(run.columns["at_ms"][before][-1]) + round(1e3 * high)
        return lost_at_ms - REORDER_MS, lost_at_ms
    truth, sigma = watched_truth(run, limit, fence)
    neared, passed = truth >= high - 3.0 * sigma, truth >= high + 3.0 * sigma
    ensure(bool(passed.any()), f"{kind}: the truth comes to {truth.max()}, the limit is {high}")
    return int(at_ms[neared.argmax()]), int(at_ms[passed.argmax()])


def watched_truth(run: Recording, limit: Limit, fence: Fence | None) -> tuple[Floats, float]:
    """Return the worst truth of what a limit watches, and the standard deviation of its sensor."""
    truth: Any
    if fence is not None:
        names = ("lon_deg", "lat_deg", "altitude_amsl_m")
        return fence.outside_m(*(run.truth[name] for name in names)), POSITION_M
    if limit.channel == "unit_power":
        torque = np.max([run.truth[f"unit{n}_torque_nm"] for n in range(1, UNITS + 1)], axis=0)
        speed = run.truth["unit1_speed_rad_per_s"]
        parts = 8.0 * speed.max(), 0.2 * torque.max(), 8.0 * 0.2
        return torque * speed / 1e3, float(np.linalg.norm(parts)) / 1e3
    names_of = list_channels(limit)
    truth = np.max([run.truth[name] for name in names_of], axis=0)
    return truth, CHANNEL_BY_NAME[names_of[0]].noise


def _east_north(place: Place, run: Recording) -> Floats:
    lon, lat = run.truth["lon_deg"] - place.lon_deg, run.truth["lat_deg"] - place.lat_deg
    one, other = place.to_lonlat(np.array([1.0]), np.array([1.0]))
    return np.array([lon / (one[0] - place.lon_deg), lat / (other[0] - place.lat_deg)])


class Ride(NamedTuple):
    """Of one clean run: false alarms, and how long its truth was along its limits, summed."""

    card: str
    alarms: list[LimitBreach]
    limits: int
    riding_s: float


def ride(number: int, card: DrillCard) -> Ride:
    """Fly a clean run with every limit three standard deviations beside its truth."""
    spiked = CHANNELS[int(len(CHANNELS) * draw(number, "spiked"))].name
    spikes = Spikes(onset_s=0.0, channel=spiked, share=0.001, size=100.0)
    run = fly(card, number, spikes, is_rough=True)
    limits = [Limit(limit_id="link", channel="link", high=5.0)]
    riding_s = 0.0
    for channel in CHANNELS:
        if channel.name == "heading_deg" or channel.noise == 0.0:  # a circle, a mark: no limit
            continue
        truth, margin = run.truth[channel.name], 3.0 * channel.noise
        low, high = float(truth.min()), float(truth.max())
        limits.append(
            Limit(limit_id=channel.name, channel=channel.name, low=low - margin, high=high + margin)
        )
        is_near = (truth - low < 0.1 * margin) | (high - truth < 0.1 * margin)
        riding_s += float(is_near.sum()) / run.rate_hz
    for group in ("cell_spread", "pack_temperature", "unit_power"):
        limit = Limit(limit_id=group, channel=group, high=1.0)
        truth, sigma = watched_truth(run, limit, None)
        high = float(truth.max()) + 3.0 * sigma
        limits.append(Limit(limit_id=group, channel=group, high=high))
    places, by_m = _east_north(card.place, run), 3.0 * POSITION_M
    top_m = float(run.truth["height_agl_m"].max()) + 3.0
    fence = fence_about(card.place, places.min(axis=1) - by_m, places.max(axis=1) + by_m, top_m)
    limits.append(Limit(limit_id="fence", channel="fence", high=0.0))
    watch = LimitWatch(limits, rate_hz=run.rate_hz, fence=fence)
    alarms: list[LimitBreach] = [*watch.feed(run.columns)]
    return Ride(card.name, alarms, len(limits), riding_s)
