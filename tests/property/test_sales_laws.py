"""Laws of sales: whatever is asked in whatever order, no seat, kilogram or tiyn is sold twice.

A machine asks for all that passengers, partners, gate agents, controllers and a provider can ask
for, sensible or not, while time passes and the twin flies. After every command each invariant of
the state and a model of its own, made from the events alone, are checked; at the end the log folds
to the same state, and the laws of a day flown are asked of the whole.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aspan.booking.party import NEEDS, Traveller, count_seats
from aspan.compose.runs import RunSettings, open_twin, pair
from aspan.operations import actions as act
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations import sales
from aspan.operations import sales_events as sale
from aspan.operations.digest import state_digest
from aspan.operations.invariants import check_all
from aspan.operations.lifecycles import PaymentState
from aspan.operations.log import MemoryLog
from aspan.operations.payments import PaymentTask, list_payment_tasks
from aspan.operations.replay import fold_log
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, PaymentId, TripId, VertiportId
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from property.sales_books import Books
from simulation.checkers import find_faults
from simulation.days import index

SELLERS = ("aspan", "partner")
OPENS_MS = 8 * MS_PER_H
NAMES = (*(0,) * 4, *range(8), 97)
"""Taken among those there are: the newest at 0, and so on; strangers are met as well."""

ADULT = Traveller(mass_kg=82.5, bag_kg=7.0)
CHILD = Traveller(mass_kg=30.0, kind="child")
INFANT = Traveller(mass_kg=8.0, kind="infant")
PARTIES = (
    *((ADULT,) * n for n in (1, 1, 1, 1, 2, 2, 3, 4, 5)),
    (ADULT, CHILD),
    (ADULT, INFANT),
    (ADULT, INFANT, INFANT),
    (CHILD,),
    (),
    (Traveller(mass_kg=140.0, bag_kg=40.0),) * 2,
    *((Traveller(mass_kg=82.5, needs=(need,)),) for need in NEEDS),
)


steps: list[tuple[str, dict[str, Sequence[Any]]]] = []
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., None])


def step(weight: int, **arguments: Sequence[Any]) -> Callable[[F], F]:
    """Make a method something that may be asked, so often among all, with one of each argument."""

    def enter(method: F) -> F:
        steps.extend([(method.__name__, arguments)] * weight)
        return method

    return enter


class Sales(RuleBasedStateMachine):
    """The engine of a small city with everybody who may command it."""

    FLIES_ON_MS = MS_PER_H

    @initialize(demand=st.sampled_from([0.0, 0.0, 10.0]), seed=st.integers(1, 3))
    def open(self, demand: float, seed: int) -> None:
        """Open a day at eight in the morning."""
        city = index("tiny")
        day = RunSettings(day=date(2025, 4, 15), demand=demand, seed=seed, start_ms=OPENS_MS)
        self.run = open_twin(city.city, day, index=city)
        self.log, self.seen, self.asked, self.rolls = MemoryLog(), 0, 0, 0
        self.alerts = AlertList()
        clock = LeapingClock(self.run.start_ms)
        self.loop = pair(self.run, self.log, clock=clock, notices=self.alerts)
        self.state = self.run.engine.state
        kind = city.city.aircraft_type
        self.books = Books(kind.seats, kind.payload_kg_max)
        self.told: list[PaymentTask] = []
        self.now_ms = self.run.start_ms + 1
        self.loop.run(self.now_ms)

    def _take(self, command: cmd.Command) -> list[ev.Event]:
        """Have a command handled now; what makes no sense changes nothing."""
        self.asked += 1
        before = self.state.events
        try:
            return self.loop.take(f"book/{self.asked}", command, at_ms=self._at_ms())
        except InvalidInput:
            assert self.state.events == before
            return []

    def _at_ms(self) -> int:
        return max(self.now_ms - 1, self.state.now_ms)

    def _booking(self, name: int) -> BookingId:
        """Return one of the bookings there are, the newest first; a stranger if there is none."""
        held = [b for b, r in self.state.bookings.items() if r.held is not None]
        return held[-1 - name % len(held)] if held else BookingId("B0")

    def _any(self, name: int, letter: str) -> BookingId:
        return self._booking(name) if letter == "B" else BookingId(f"R{name % 12}")

    def _seller(self, name: int) -> str:
        return SELLERS[name % len(SELLERS)]

    @step(
        8,
        seller=range(0, 2),
        pair_no=range(0, 6),
        minutes=(-5, 3, 10, 25, 25, 60, 60, 200),
        days=(0, 0, 0, 0, 1, 1, 29, 31),
        party=PARTIES,
        fare_tiyn=(*(None,) * 9, 1, 5_000_000_00),
        is_promised=(False, True),
        replaces=(None, None, None, None, 0, 1, 5),
        is_again=(False, False, False, False, True),
        is_bought=(True, True, False),
    )
    def hold(
        self,
        seller: int,
        pair_no: int,
        minutes: int,
        days: int,
        party: tuple[Traveller, ...],
        fare_tiyn: int | None,
        is_promised: bool,
        replaces: int | None,
        is_again: bool,
        is_bought: bool,
    ) -> None:
        """Ask to keep seats: today or on a coming date, shown a fare or not, for any party."""
        pairs = sorted(self.run.index.lanes)
        origin, destination = pairs[pair_no % len(pairs)]
        booking_id = self._booking(0) if is_again else BookingId(f"B{self.asked}")
        if fare_tiyn is not None and booking_id not in self.state.bookings:
            self.books.shown[booking_id] = fare_tiyn
        events = self._take(
            sales.HoldSeats(
                booking_id=booking_id,
                trip_id=TripId(f"T{booking_id}"),
                origin=origin,
                destination=destination,
                ready_at_ms=self.now_ms + minutes * MS_PER_MIN + days * MS_PER_DAY,
                travellers=party,
                seller=SELLERS[seller],
                origin_lon_deg=76.9,
                origin_lat_deg=43.2,
                destination_lon_deg=77.0,
                destination_lat_deg=43.3,
                fare_tiyn=fare_tiyn,
                is_fare_promised=is_promised,
                digest=f"{len(party)}/{minutes}",
                replaces=BookingId("") if replaces is None else self._booking(replaces),
            )
        )
        held = [e for e in events if isinstance(e, sale.BookingHeld)]
        assert is_again or all(e.party == count_seats(party) for e in held)
        if is_bought and held:
            self._buy(booking_id)

    @step(2, name=NAMES, pair_no=range(0, 6), minutes=range(3, 91), size=range(1, 5))
    def book_at_once(self, name: int, pair_no: int, minutes: int, size: int) -> None:
        """Ask for a booking as the twin's travellers do."""
        pairs = sorted(self.run.index.lanes)
        origin, destination = pairs[pair_no % len(pairs)]
        self._take(
            cmd.RequestBooking(
                booking_id=BookingId(f"R{name % 12}"),
                trip_id=TripId(f"R{name}"),
                origin=origin,
                destination=destination,
                ready_at_ms=self.now_ms + minutes * MS_PER_MIN,
                party=size,
                payload_kg=90.0 * size,
                egress_ms=0,
                origin_lon_deg=76.9,
                origin_lat_deg=43.2,
                destination_lon_deg=77.0,
                destination_lat_deg=43.3,
            )
        )

    @step(1, name=NAMES, amount_tiyn=(0, 1, 5_000_000_00, 10**12))
    def pay(self, name: int, amount_tiyn: int) -> None:
        """Ask the provider for money: too little, enough, or more than anybody pays."""
        self._take(
            sales.RequestPayment(
                payment_id=PaymentId(f"P{name % 12}"),
                seller=self._seller(name),
                amount_tiyn=amount_tiyn,
                method="token",
                digest=f"{amount_tiyn}",
            )
        )

    @step(1, name=NAMES, payment=NAMES)
    def confirm(self, name: int, payment: int) -> None:
        """Pay a hold with some payment, its own or not."""
        self._take(
            sales.ConfirmBooking(
                booking_id=self._booking(name), payment_id=PaymentId(f"P{payment % 12}")
            )
        )

    @step(1, name=NAMES)
    def buy(self, name: int) -> None:
        """Pay a hold as people do: ask, be authorised, confirm."""
        self._buy(self._booking(name))

    def _buy(self, booking_id: BookingId) -> None:
        booking = self.state.bookings.get(booking_id)
        if booking is None or booking.held is None:
            return
        payment_id = PaymentId(f"Q{booking.booking_id}")
        self._take(
            sales.RequestPayment(
                payment_id=payment_id,
                seller=booking.held.seller,
                amount_tiyn=max(1, booking.fare_tiyn),
                method="token",
            )
        )
        for task in list_payment_tasks(self.state):
            if task.payment_id == payment_id and task.kind == "authorise":
                self._report(task, "authorised", task.amount_tiyn)
        self._take(sales.ConfirmBooking(booking_id=booking.booking_id, payment_id=payment_id))

    def _report(self, task: PaymentTask, state: sales.PaymentReport, amount_tiyn: int) -> None:
        self._take(
            sales.ReportPayment(
                payment_id=task.payment_id,
                state=state,
                amount_tiyn=amount_tiyn,
                key=task.key,
                provider_ref=f"ref-{task.payment_id}",
                reason="no_funds" if state == "declined" else "",
            )
        )

    @step(4, which=range(0, 8), is_declined=(False, True), times=range(1, 3))
    def answer(self, which: int, is_declined: bool, times: int) -> None:
        """Let the provider do one of its tasks, and tell it once or twice."""
        tasks = list_payment_tasks(self.state)
        if not tasks:
            return
        task = tasks[which % len(tasks)]
        self.told.append(task)
        done: dict[str, sales.PaymentReport] = {
            "authorise": "declined" if is_declined else "authorised",
            "capture": "captured",
            "void": "voided",
            "refund": "refunded",
        }
        for _ in range(times):
            self._report(task, done[task.kind], task.amount_tiyn)

    @step(
        1,
        which=range(0, 21),
        state=("authorised", "declined", "captured", "voided", "refunded"),
        amount_tiyn=(0, 1, 5_000_000_00, 10**12),
    )
    def lie(self, which: int, state: sales.PaymentReport, amount_tiyn: int) -> None:
        """Let the provider tell something else under a key it knows: late, wrong, or too much."""
        if not self.told:
            return
        task = self.told[which % len(self.told)]
        payment = self.state.payments[task.payment_id]
        if payment.state is PaymentState.AUTHORISED and state in ("captured", "voided"):
            return  # what a provider did with its own money is no lie of its
        if payment.state is PaymentState.CAPTURED and state == "refunded":
            return
        self._report(task, state, amount_tiyn)

    @step(1, name=NAMES)
    def withdraw(self, name: int) -> None:
        """Let a passenger give a hold back, or cancel."""
        self._take(sales.WithdrawBooking(booking_id=self._booking(name)))

    @step(2, name=NAMES, letter="BBR")
    def check_in(self, name: int, letter: str) -> None:
        """Check a party in."""
        self._take(cmd.CheckIn(booking_id=self._any(name, letter)))

    @step(1, name=NAMES, payload_kg=(0.0, 50.0, 90.0, 180.0, 400.0, 2_000.0))
    def weigh(self, name: int, payload_kg: float) -> None:
        """Weigh a party."""
        self._take(sales.WeighParty(booking_id=self._booking(name), payload_kg=payload_kg))

    @step(2, name=NAMES, letter="BBR")
    def board(self, name: int, letter: str) -> None:
        """Let a party aboard."""
        self._take(sales.BoardParty(booking_id=self._any(name, letter)))

    @step(1, name=NAMES)
    def turn_away(self, name: int) -> None:
        """Refuse to carry a party."""
        self._take(sales.RefuseBoarding(booking_id=self._booking(name), reason="unfit"))

    def _act(self, action: act.AnyAction) -> None:
        key = f"key-{self.asked:06d}"
        self._take(cmd.TakeAction(key=key, who="desk", why="drill", action=action))

    def _site(self, which: int) -> VertiportId:
        return self.run.index.site_ids[which % len(self.run.index.site_ids)]

    @step(1, which=range(0, 6), fato=range(0, 4), is_closed=(False, True))
    def close_fato(self, which: int, fato: int, is_closed: bool) -> None:
        """Close a FATO, or open it again."""
        site = self.state.sites[self._site(which)]
        fatos = sorted(site.fatos)
        fato_id = fatos[fato % len(fatos)]
        kind = act.CloseFato if is_closed else act.OpenFato
        self._act(kind(vertiport_id=site.vertiport_id, fato_id=fato_id))

    @step(1, which=range(0, 10), is_grounded=(False, True))
    def ground_aircraft(self, which: int, is_grounded: bool) -> None:
        """Ground an aircraft, or let it fly again."""
        fleet = sorted(self.state.aircraft)
        aircraft_id = fleet[which % len(fleet)]
        if is_grounded:
            self._act(act.GroundAircraft(aircraft_id=aircraft_id))
        else:
            self._act(act.ReturnAircraft(aircraft_id=aircraft_id))

    @step(1, which=range(0, 21))
    def cancel_sortie(self, which: int) -> None:
        """Cancel a sortie that is not over."""
        live = sorted(self.state.live_sorties)
        if live:
            self._act(act.CancelSortie(sortie_id=live[which % len(live)]))

    @step(1, which=range(0, 6), is_fog=(False, True))
    def report_weather(self, which: int, is_fog: bool) -> None:
        """Report fog at a site, or that it has gone, between the hourly reports."""
        report = self.state.sites[self._site(which)].report
        if report is not None:
            told = report.__class__(
                **{
                    **{f: getattr(report, f) for f in report.__struct_fields__},
                    "at_ms": self._at_ms(),
                    "visibility_m": 200.0 if is_fog else 9_999.0,
                }
            )
            self._take(cmd.ReportWeather(weather=told, forecasts=()))

    @step(6, minutes=(1, 1, 1, 2, 2, 5, 10, 30))
    def wait(self, minutes: int) -> None:
        """Let time pass: holds run out, payments fall due, aircraft fly."""
        self.now_ms = min(self.now_ms + minutes * MS_PER_MIN, self.run.end_ms)
        self.loop.run(self.now_ms)

    @rule(dice=st.integers(0, 2**31))
    def ask(self, dice: int) -> None:
        """Ask one thing of the service, drawn by dice."""
        self.rolls += 1
        name, arguments = self._pick(dice, "what", steps)
        given = {key: self._pick(dice, key, choices) for key, choices in arguments.items()}
        note(f"{name} {given}")
        getattr(self, name)(**given)

    def _pick(self, dice: int, what: str, things: Sequence[T]) -> T:
        return things[int(draw(dice, what, self.rolls) * len(things))]

    @invariant()
    def nothing_is_sold_twice(self) -> None:
        """Each event of the last command keeps the laws of seats and money; so does the state."""
        if not hasattr(self, "log"):
            return
        for event in self.log.events[self.seen :]:
            self.books.apply(event)
        self.seen = len(self.log.events)
        check_all(self.state)
        assert not self.alerts.messages
        self._check_payments()

    def _check_payments(self) -> None:
        """See that what is owed to or by the provider is a task, and nothing else is owed."""
        tasks = {task.payment_id: task for task in list_payment_tasks(self.state)}
        assert len({t.key for t in tasks.values()}) == len(tasks)
        for payment in self.state.payments.values():
            task = tasks.get(payment.payment_id)
            booking = self.state.bookings.get(payment.booking_id)
            kept_tiyn = 0
            if booking is not None:
                kept_tiyn = booking.fare_tiyn - self.books.back[booking.booking_id]
            assert payment.kept_tiyn == kept_tiyn
            owed_tiyn = payment.captured_tiyn - payment.refunded_tiyn - kept_tiyn
            if payment.state is PaymentState.CAPTURED:
                assert owed_tiyn == 0 or (task is not None and task.amount_tiyn == owed_tiyn)
            if task is not None and task.kind == "capture":
                assert task.amount_tiyn == kept_tiyn > 0

    def teardown(self) -> None:
        """Let more time pass; the log folds to the same state, and no law of days is broken."""
        if not hasattr(self, "log"):
            return
        until_ms = min(self.now_ms + self.FLIES_ON_MS, self.run.end_ms)
        self.loop.run(until_ms)
        self.nothing_is_sold_twice()
        folded = fold_log(self.run.index, self.log.read())
        assert state_digest(folded) == state_digest(self.state)
        if until_ms < self.run.end_ms:
            return
        ahead = {s for s, r in self.state.live_sorties.items() if r.slotted is not None}
        parties = {b for s in ahead for b in self.state.sorties[s].bookings}
        expected = {f"sortie {s} never ended" for s in ahead}
        expected |= {f"booking {b} never ended" for b in parties}
        faults = set(find_faults(self.run, self.log)) - expected
        assert not faults, faults


class ManySales(Sales):
    """The same, thousands of times."""


class SalesOfADay(Sales):
    """The same, each day flown to its end and judged as a day."""

    FLIES_ON_MS = MS_PER_DAY


Sales.TestCase.settings = settings(max_examples=25, stateful_step_count=40)
TestSales = Sales.TestCase
ManySales.TestCase.settings = settings(max_examples=2_200, stateful_step_count=40)
TestManySales = pytest.mark.long(ManySales.TestCase)
SalesOfADay.TestCase.settings = settings(max_examples=300, stateful_step_count=60)
TestSalesOfADay = pytest.mark.long(SalesOfADay.TestCase)
