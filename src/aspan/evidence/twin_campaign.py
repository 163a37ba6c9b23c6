"""A campaign flown by the twin through the doors of the site, order by signed order.

Nothing is passed by: cards are filed by an author and approved by others, slots are booked, lists
are signed and evaluated, runs begin only where the site lets them, and each is reviewed before the
next card opens. What is made up are the persons (`twin_people`), what they find on the aircraft
(its state as the card asks for it) and the weather (`twin_weather`), and all of it says so. Of the
cards that may open, the one whose weather comes first is flown next.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Final

import msgspec

from aspan.evidence import orders
from aspan.evidence.approval_rule import list_open
from aspan.evidence.card import Card, CardId, card_risk
from aspan.evidence.go_no_go_list import LINES
from aspan.evidence.orders import Evidence
from aspan.evidence.package.contents import RunVerdicts
from aspan.evidence.package.judgement import find_off_prediction, find_trend_fault, judge_one
from aspan.evidence.package.twin_files import keep_twin_files
from aspan.evidence.people import PersonId, Role
from aspan.evidence.scenarios import Campaign
from aspan.evidence.signing import KeyFile, sign
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_store import SiteStore
from aspan.evidence.twin_people import MADE_UP, make_crew, make_desk
from aspan.evidence.twin_run import FlownRun, fly_run
from aspan.evidence.twin_weather import TwinWeather
from aspan.evidence.twin_windows import list_windows
from aspan.primitives.dice import stream_key
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.card_faults import AnyFault
from aspan.world.city import City

WINDOWS_TRIED: Final = 60
"""Slots asked for one run before it is left: crews rest, another test has the air."""

RUNS_PER_CARD: Final = 2
"""Times a run is tried again where it was not accepted."""

_CREW: Final[tuple[tuple[Role, str], ...]] = (
    ("pilot", "pilots"),
    ("safety_pilot", "safety_pilots"),
    ("flight_test_engineer", "flight_test_engineers"),
)


class CardLeft(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was not flown to its end, and why."""

    card_id: CardId
    why: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was flown: told while the campaign goes on."""

    run_id: str
    card_id: CardId
    at_ms: int
    is_accepted: bool
    stops: tuple[str, ...]


class TwinCampaign:
    """Flies the cards of a campaign on a new site.

    Parameters
    ----------
    faults
        Planted in every run of a card, by its id.
    """

    def __init__(
        self,
        store: SiteStore,
        city: City,
        campaign: Campaign,
        *,
        seed: int,
        start_ms: int,
        software: str,
        faults: dict[CardId, tuple[AnyFault, ...]] | None = None,
    ) -> None:
        self._store = store
        self._city = city
        self._campaign = campaign
        self._seed = seed
        self._now_ms = start_ms
        self._software = software
        self._faults = faults or {}
        self._weather = TwinWeather(city, store.site.range, seed)
        self._desk = make_desk(seed)
        people = store.site.range.people
        self._crew = {role: make_crew(seed, role, getattr(people, field)) for role, field in _CREW}
        self._keys = 0

    def fly(self, wanted: Collection[CardId]) -> Iterator[Progress | CardLeft]:
        """Enrol people, file and approve the cards, and fly them; yields what happens."""
        cards = self._choose(wanted)
        self._enrol()
        for card in cards:
            self._file(card)
        waiting = {card.card_id: card for card in cards}
        done: set[CardId] = set()
        windows: dict[CardId, tuple[int, int] | None] = {}
        while waiting:
            ready = [c for c in waiting.values() if not set(c.after) & set(waiting)]
            if not ready:
                break
            chosen = self._choose_next(ready, windows)
            if chosen is None:
                break
            del waiting[chosen.card_id]
            last: Progress | CardLeft | None = None
            for last in self._fly_card(chosen, done):
                yield last
            if isinstance(last, Progress):
                done.add(chosen.card_id)
        for card in waiting.values():
            yield CardLeft(card_id=card.card_id, why="its weather does not come within the year")

    def _choose(self, wanted: Collection[CardId]) -> list[Card]:
        """Return the wanted cards with all that must be flown before them, in build-up order."""
        known = self._campaign.cards
        chosen: set[CardId] = set()
        pending = list(wanted) or list(known)
        while pending:
            card_id = pending.pop()
            if card_id not in known:
                raise InvalidInput("--cards", str(card_id), f"cards of {', '.join(known)}")
            if card_id not in chosen:
                chosen.add(card_id)
                pending += known[card_id].after
        return [card for card in known.values() if card.card_id in chosen]

    def _choose_next(
        self, ready: Sequence[Card], windows: dict[CardId, tuple[int, int] | None]
    ) -> Card | None:
        """Return the card whose weather comes first; None where that of none ever comes."""
        for card in ready:
            known = windows.get(card.card_id, (-1, -1))
            if known is not None and known[0] < self._now_ms:
                windows[card.card_id] = next(self._list_windows(card), None)
        coming = [card for card in ready if windows[card.card_id] is not None]
        return min(coming, key=lambda c: (windows[c.card_id] or (0, 0), c.card_id), default=None)

    def _list_windows(self, card: Card) -> Iterator[tuple[int, int]]:
        first_ms = self._now_ms + 30 * MS_PER_MIN
        return list_windows(card, self._store.site.range, self._weather, first_ms)

    def _enrol(self) -> None:
        crew = [person for people in self._crew.values() for person in people]
        director = self._desk["twin-director"]
        self._ask(
            "twin-director",
            partial(
                orders.FoundSite,
                site_id=self._store.site_id,
                person=director.person,
                is_training=True,
            ),
        )
        for who in [*self._desk.values(), *crew]:
            if who is not director:
                self._ask("twin-director", partial(orders.Enrol, person=who.person))

    def _file(self, card: Card) -> None:
        """File a card and let as many approve it as its risk asks for, none of them its author."""
        version = self._campaign.versions[card.card_id]
        self._ask("twin-author", partial(orders.FileCard, card=card, version=version))
        keep_twin_files(self._store.path, self._campaign, card.card_id)
        while places := self._list_open(card):
            name = next(
                name
                for name, who in self._desk.items()
                if set(who.roles) & set(places[0]) and name not in self._approvers(card)
            )
            self._ask(
                name,
                partial(orders.ApproveCard, card_id=card.card_id, version=version),
            )

    def _approvers(self, card: Card) -> list[str]:
        return self._store.look(lambda state: [str(n) for n in state.cards[card.card_id].approvals])

    def _list_open(self, card: Card) -> tuple[tuple[Role, ...], ...]:
        return self._store.look(
            lambda state: list_open(card_risk(card), state.approvers(state.cards[card.card_id]))
        )

    def _fly_card(self, card: Card, done: set[CardId]) -> Iterator[Progress | CardLeft]:
        """Fly the runs of a card, each again where it was not accepted."""
        missing = [name for name in card.after if name not in done]
        if missing:
            yield CardLeft(card_id=card.card_id, why=f"{missing[0]} was not accepted")
            return
        accepted = 0
        for number in range(1, card.repeats * RUNS_PER_CARD + 1):
            slot = self._book(card, f"{card.card_id}-S{number}")
            if slot is None:
                yield CardLeft(card_id=card.card_id, why="no slot was free in its weather")
                return
            told = self._fly_once(card, f"{card.card_id}-{number}", *slot)
            if isinstance(told, CardLeft):
                yield told
                return
            yield told
            accepted += told.is_accepted
            if accepted == card.repeats:
                return
        yield CardLeft(card_id=card.card_id, why=f"{accepted} of {card.repeats} runs are accepted")

    def _book(self, card: Card, slot_id: str) -> tuple[str, int, int] | None:
        """Book the next slot that weather, air, aircraft and crews allow."""
        aircraft = self._store.site.range.aircraft
        for number, (from_ms, until_ms) in enumerate(self._list_windows(card)):
            if number >= WINDOWS_TRIED:
                return None
            self._now_ms = max(self._now_ms, from_ms - 30 * MS_PER_MIN)
            answer = self._ask_if(
                "twin-range",
                partial(
                    orders.BookSlot,
                    slot_id=slot_id,
                    card_id=card.card_id,
                    volume_ids=card.volume_ids,
                    from_ms=from_ms,
                    until_ms=until_ms,
                    aircraft_id=aircraft[0].aircraft_id,
                    crew=self._pick_crew(card, number),
                ),
            )
            if not isinstance(answer, SiteRefused):
                return slot_id, from_ms, until_ms
        return None

    def _pick_crew(self, card: Card, turn: int) -> tuple[tuple[PersonId, str], ...]:
        """Return a crew for a card, another at each turn."""
        crew: list[tuple[PersonId, str]] = []
        for role, field in _CREW:
            people = self._crew[role]
            for place in range(getattr(card.crew, field)):
                crew.append((people[(turn + place) % len(people)].person_id, role))
        return tuple(crew)

    def _fly_once(
        self, card: Card, run_id: str, slot_id: str, from_ms: int, until_ms: int
    ) -> Progress | CardLeft:
        """Take one run through list, release, beginning, flight, end and review."""
        self._now_ms = max(self._now_ms, from_ms)
        for place in ("pad", "alternate"):
            self._store.report(self._weather.report(place, self._now_ms), self._now_ms)
        released = self._ask_if(
            "twin-director",
            partial(
                orders.ReleaseRun,
                run_id=run_id,
                card_id=card.card_id,
                version=self._campaign.versions[card.card_id],
                slot_id=slot_id,
                evidence=self._find_evidence(card),
            ),
        )
        if isinstance(released, SiteRefused):
            return CardLeft(card_id=card.card_id, why=f"no go: {released.detail}")
        self._ask("twin-director", partial(orders.BeginRun, run_id=run_id))
        flown = fly_run(
            self._store,
            self._city,
            run_id,
            software=self._software,
            seed=stream_key(self._seed, "run", run_id),
            faults=self._faults.get(card.card_id, ()),
        )
        self._now_ms = max(self._now_ms, flown.until_ms) + MS_PER_MIN
        self._ask("twin-director", partial(orders.EndRun, run_id=run_id))
        return self._review(card, flown)

    def _find_evidence(self, card: Card) -> tuple[Evidence, ...]:
        """Return what the made-up persons find: an aircraft as the card asks for it."""
        aircraft = self._store.site.range.aircraft[0]
        values = {
            "open_items": 0.0,
            "telemetry_link": 0.998,
            "battery_soc": card.load.soc,
            "battery_coldest": card.load.pack_k - 0.5,
            "battery_hottest": card.load.pack_k + 0.5,
            "cell_spread": 0.015,
        }
        return tuple(
            Evidence(
                line=kind.name,
                source=MADE_UP,
                observed_at_ms=self._now_ms,
                value=values.get(kind.name),
                is_ok=True if kind.how == "yes_no" else None,
                text=aircraft.software_baseline if kind.how == "text" else "",
            )
            for kind in LINES
            if kind.how != "site"
        )

    def _review(self, card: Card, flown: FlownRun) -> Progress:
        """Accept a run that kept its limits and failed no check that must be passed."""
        found = judge_one(self._store, self._city, self._campaign, flown.run_id)
        off = find_off_prediction(found, card.prediction_band)
        note = tell_review(card, flown, found) or find_trend_fault(found, card.prediction_band, off)
        is_accepted = not note
        self._ask(
            "twin-lead",
            partial(
                orders.ReviewRun,
                run_id=flown.run_id,
                manifest_sha256=flown.manifest.sha256,
                is_accepted=is_accepted,
                note=note or "limits kept, no check failed",
                off_prediction=off,
            ),
        )
        return Progress(
            run_id=flown.run_id,
            card_id=card.card_id,
            at_ms=self._now_ms,
            is_accepted=is_accepted,
            stops=tuple(breach.limit_id for breach in flown.breaches),
        )

    def _ask(self, name: str, make: Callable[..., orders.Order]) -> list[SiteEvent]:
        answer = self._ask_if(name, make)
        if isinstance(answer, SiteRefused):
            raise InvalidInput("campaign", answer.detail, f"an order not refused ({answer.reason})")
        return answer

    def _ask_if(
        self, name: str, make: Callable[..., orders.Order]
    ) -> list[SiteEvent] | SiteRefused:
        who: KeyFile = self._desk[name]
        self._keys += 1
        order = make(key=f"twin-{self._keys}")
        signed = sign(order, self._store.site_id, who.person_id, who.private_key)
        return self._store.order(signed, self._now_ms)


def tell_review(card: Card, flown: FlownRun, found: RunVerdicts) -> str:
    """Return why a run is rejected; "" where nothing speaks against it."""
    if flown.breaches:
        return f"knocked off by {flown.breaches[0].limit_id}"
    must = {check.check_id for check in card.checks if check.severity == "must"}
    failed = [v.check_id for v in found.verdicts if v.outcome == "fail" and v.check_id in must]
    return f"{failed[0]} failed" if failed else ""
