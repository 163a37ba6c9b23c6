"""A small test site for tests: people with keys, a card, and everything a run of it needs."""

from functools import cache
from typing import Any, Final

import msgspec

from aspan.evidence import orders
from aspan.evidence.card import (
    Bounds,
    Card,
    CardId,
    Check,
    CheckId,
    Crew,
    EnvelopePoint,
    Hazard,
    Limit,
    Minima,
    RequirementId,
    Risk,
)
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.orders import Evidence
from aspan.evidence.people import Person, PersonId, Role, SignedOrder
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import NO_CEILING_M, AirHour, Place, ReportTelemetry, ReportWeather
from aspan.evidence.signing import KeyPair, draw_site_id, make_key, sign
from aspan.evidence.site import SiteRefused, TestSite
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_state import find_manifest
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.range import Range
from aspan.world.readers import load_city
from aspan.world.readers.range import load_range

REQUIREMENTS: Final = frozenset({RequirementId("R1"), RequirementId("R2")})

MORNING_MS: Final = 1_775_001_600_000
"""2026-04-01T00:00Z, five in the morning by Almaty."""

FROM_MS: Final = MORNING_MS + 4 * MS_PER_H
"""Of the slot that `Town.prepare` books, by day."""

CREW: Final[dict[str, tuple[Role, ...]]] = {
    "dana": ("test_director",),
    "lena": ("lead_engineer",),
    "sanzhar": ("safety_officer",),
    "aigul": ("accountable_manager",),
    "farid": ("flight_test_engineer",),
    "fatima": ("flight_test_engineer",),
    "pavel": ("pilot",),
    "petra": ("pilot", "safety_pilot"),
    "rustam": ("range_officer",),
}


@cache
def small_range() -> Range:
    """Return the range of the small city, read once."""
    return load_range(load_city("tiny"))


@cache
def key_of(name: str) -> KeyPair:
    """Return the key of a person of the tests."""
    return make_key()


def person(name: str, roles: tuple[Role, ...] | None = None) -> Person:
    """Return a person of the tests as the site enrols them."""
    return Person(
        person_id=PersonId(name),
        name=name.capitalize(),
        roles=CREW[name] if roles is None else roles,
        public_key=key_of(name).public_key,
    )


def version_of(letter: str) -> str:
    """Return a version made of one hexadecimal digit."""
    return letter * 64


def make_card(card_id: str = "C1", *, risk: Risk = "low", **changes: Any) -> Card:  # noqa: ANN401  fields of any type
    """Return a card that can be filed, with changes."""
    card = Card(
        card_id=CardId(card_id),
        title="Hover at 10 m",
        objective="Power in the hover",
        kind="hover",
        step=1,
        requirement_ids=(RequirementId("R1"),),
        configuration="as delivered",
        load=LoadState(mass_kg=2_100.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=0.0, high=5.0),
            height_agl_m=Bounds(low=5.0, high=20.0),
            density_altitude_m=Bounds(low=-1_000.0, high=2_500.0),
            wind_mps=Bounds(high=5.0),
        ),
        profile=(Segment(label="hover", manoeuvre="hover", duration_s=60.0, height_agl_m=10.0),),
        steps=("hover for a minute",),
        limits=(
            Limit(limit_id="hot", channel="pack_temperature", high=333.15),
            Limit(limit_id="link", channel="link", high=5.0),
        ),
        record=("pack1_voltage_v",),
        checks=(
            Check(
                check_id=CheckId("K1"),
                requirement_id=RequirementId("R2"),
                severity="must",
                criterion="less than 500 kW",
            ),
        ),
        hazards=(
            Hazard(
                hazard_id="H1", title="Loss of a unit", cause="a fault", effect="a hard landing",
                mitigations=("low height",), emergency_procedures=("land",),
                risk_before="high", risk_after=risk,
            ),
        ),
        abort_actions=("land",),
        minima=Minima(visibility_m=5_000.0, ceiling_agl_m=300.0, wind_mps=8.0, gust_mps=11.0),
        crew=Crew(),
        volume_ids=("PAD",),
    )  # fmt: skip
    return msgspec.structs.replace(card, **changes)


def air(at_ms: int, **changes: float) -> AirHour:
    """Return an hour of fair air, with changes."""
    hour = AirHour(
        at_ms=at_ms, visibility_m=10_000.0, ceiling_agl_m=NO_CEILING_M, wind_mps=2.0,
        gust_mps=4.0, temperature_k=288.15, pressure_pa=94_000.0,
    )  # fmt: skip
    return msgspec.structs.replace(hour, **changes)


def weather(place: Place, at_ms: int, *, hours: int, **changes: float) -> ReportWeather:
    """Return a report of fair weather for some hours, with the same changes in each."""
    return ReportWeather(
        place=place,
        source="station",
        observed_at_ms=at_ms,
        hours=tuple(air(at_ms + i * MS_PER_H, **changes) for i in range(hours)),
    )


def evidence(at_ms: int, **changes: Evidence | None) -> tuple[Evidence, ...]:
    """Return evidence by which every line is go; a line may be changed, or left out by None."""
    values = {
        "open_items": 0.0, "telemetry_link": 0.997, "battery_soc": 0.95,
        "battery_coldest": 292.0, "battery_hottest": 294.0, "cell_spread": 0.01,
    }  # fmt: skip
    found: dict[str, Evidence | None] = {
        name: Evidence(line=name, source="instrument", observed_at_ms=at_ms, value=value)
        for name, value in values.items()
    }
    yes_no = ("conformity", "rescue", "fire", "range_clear", "line_traffic", "airspace_notice")
    for name in yes_no:
        found[name] = Evidence(line=name, source="rustam", observed_at_ms=at_ms, is_ok=True)
    found["software_baseline"] = Evidence(
        line="software_baseline", source="bus", observed_at_ms=at_ms, text="assumed-baseline-1"
    )
    found.update(changes)
    return tuple(item for item in found.values() if item is not None)


def reason_of(answer: Any) -> Reason:  # noqa: ANN401  events or a refusal
    """Return why the site said no."""
    assert isinstance(answer, SiteRefused), answer
    return answer.reason


class Town:
    """A test site in memory with its people, asked by name; time goes on by itself."""

    def __init__(self, *, enrol: bool = True) -> None:
        self.site = TestSite(small_range(), REQUIREMENTS, draw_site_id())
        self.now_ms = MORNING_MS
        self.events: list[SiteEvent] = []
        self._keys = 0
        if enrol:
            self.found()

    def found(self, *, is_training: bool = True) -> None:
        """Found the site by the word of its director, who enrols everybody else."""
        self.ask("dana", self.founding(is_training=is_training))
        for name in CREW:
            if name != "dana":
                self.ask("dana", orders.Enrol(key=self.key(), person=person(name)))

    def founding(self, name: str = "dana", *, is_training: bool = True) -> orders.FoundSite:
        """Return the order by which a person founds the site."""
        return orders.FoundSite(
            key=self.key(),
            site_id=self.site.site_id,
            person=person(name),
            is_training=is_training,
        )

    def phase(self, card_id: str = "C1") -> CardPhase:
        """Return where a card stands."""
        return self.site.state.cards[CardId(card_id)].phase

    def key(self) -> str:
        """Return a key that was not used."""
        self._keys += 1
        return f"k{self._keys}"

    def hand(self, item: Any) -> list[SiteEvent] | SiteRefused:  # noqa: ANN401  orders and reports
        """Hand in a signed order or a report now, and keep what is recorded."""
        is_new = not self.site.is_answered(item)
        answer = self.site.handle(item, self.now_ms)
        if is_new:
            self.events += answer.recorded if isinstance(answer, SiteRefused) else answer
        return answer

    def ask(self, name: str, order: orders.Order) -> list[SiteEvent] | SiteRefused:
        """Let a person sign an order, and hand it in."""
        return self.hand(self.signed(name, order))

    def signed(self, name: str, order: orders.Order) -> SignedOrder:
        """Return an order signed by a person of the tests."""
        return sign(order, self.site.site_id, PersonId(name), key_of(name).private_key)

    def file(self, card: Card, version: str = version_of("a"), by: str = "farid") -> Any:  # noqa: ANN401
        """File a card."""
        return self.ask(by, orders.FileCard(key=self.key(), card=card, version=version))

    def approve(self, *names: str, card_id: str = "C1", version: str = version_of("a")) -> Any:  # noqa: ANN401
        """Let people approve a card; the answer to the last."""
        answer: Any = []
        for name in names:
            order = orders.ApproveCard(key=self.key(), card_id=CardId(card_id), version=version)
            answer = self.ask(name, order)
        return answer

    def book(self, slot_id: str = "S1", *, by: str = "rustam", **changes: Any) -> Any:  # noqa: ANN401
        """Book a slot of two hours for the card C1."""
        order = orders.BookSlot(
            key=self.key(),
            slot_id=slot_id,
            card_id=CardId("C1"),
            volume_ids=("PAD",),
            from_ms=FROM_MS,
            until_ms=FROM_MS + 2 * MS_PER_H,
            aircraft_id=AircraftId("AT01"),
            crew=((PersonId("pavel"), "pilot"), (PersonId("farid"), "flight_test_engineer")),
        )
        return self.ask(by, msgspec.structs.replace(order, **changes))

    def observe(self, **changes: float) -> None:
        """Report fair weather of pad and alternate now, with changes."""
        self.hand(weather("pad", self.now_ms, hours=6, **changes))
        self.hand(weather("alternate", self.now_ms, hours=6, **changes))

    def release(self, run_id: str = "RUN1", *, by: str = "dana", **changes: Any) -> Any:  # noqa: ANN401
        """Release a run of C1 in S1 with evidence of now."""
        order = orders.ReleaseRun(
            key=self.key(),
            run_id=run_id,
            card_id=CardId("C1"),
            version=version_of("a"),
            slot_id="S1",
            evidence=evidence(self.now_ms),
        )
        return self.ask(by, msgspec.structs.replace(order, **changes))

    def begin(self, run_id: str = "RUN1", by: str = "dana") -> Any:  # noqa: ANN401
        """Begin a run."""
        return self.ask(by, orders.BeginRun(key=self.key(), run_id=run_id))

    def end(self, run_id: str = "RUN1") -> Any:  # noqa: ANN401
        """End a run."""
        return self.ask("dana", orders.EndRun(key=self.key(), run_id=run_id))

    def keep_telemetry(self, run_id: str = "RUN1") -> Any:  # noqa: ANN401
        """Report that telemetry of a run is kept."""
        report = ReportTelemetry(run_id=run_id, manifest_sha256=version_of("e"), rows=600)
        return self.hand(report)

    def review(self, run_id: str = "RUN1", *, by: str = "lena", **changes: Any) -> Any:  # noqa: ANN401
        """Accept the data of a run."""
        order = orders.ReviewRun(
            key=self.key(),
            run_id=run_id,
            manifest_sha256=find_manifest(self.site.state, run_id),
            is_accepted=True,
            note="good",
        )
        return self.ask(by, msgspec.structs.replace(order, **changes))

    def prepare(self) -> None:
        """File, approve and book the card C1, and go to five minutes before its slot."""
        self.file(make_card())
        self.approve("lena", "sanzhar")
        self.book()
        self.now_ms = FROM_MS - 5 * MS_PER_MIN
        self.observe()

    def fly(self, run_id: str = "RUN1") -> None:
        """Release, begin and end a run of the card, with its telemetry."""
        self.release(run_id)
        self.now_ms = max(self.now_ms, FROM_MS)
        self.begin(run_id)
        self.now_ms += MS_PER_MIN
        self.end(run_id)
        self.keep_telemetry(run_id)
