"""The engine: stamped commands in, events out; the one that plans the twin flies the real fleet.

    events = engine.handle(command, at_ms=...)   # decide, then fold each event into the state
    wake_at_ms = engine.next_wake_at_ms()        # the outside sleeps until then, or leaps there

Here is only who handles what. The flow of sorties is in `flow.py`, the last look before off-block
in `release.py`, seats in `bookings.py`, plans in `planning.py`. No input and output, no clock, no
dice.
"""

from aspan.dispatch.empties import EmptiesProblem, SiteBalance, list_pairs, plan_empties
from aspan.dispatch.policies import get_policy
from aspan.dispatch.problem import Assignment
from aspan.operations import bookings as book
from aspan.operations import commands as cmd
from aspan.operations import desk, flow
from aspan.operations import events as ev
from aspan.operations.ahead import find_departure
from aspan.operations.care import look_after, set_down
from aspan.operations.check_in import is_to_check_in_anew
from aspan.operations.city_index import CityIndex
from aspan.operations.crews import ROUND_MS
from aspan.operations.diversion import divert_inbound
from aspan.operations.holds import expire, secure
from aspan.operations.invariants import check_all
from aspan.operations.legs import LegRefused, Legs
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.opening import crews_due, open_day, open_service
from aspan.operations.payments import payment_due
from aspan.operations.planning import LEAD_MS, Planner, Refused
from aspan.operations.sales import SalesCommand
from aspan.operations.selling import sell
from aspan.operations.sky import hour_of, planned_height_agl_m, report_obstacle
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.ids import AircraftId, BookingId, PaymentId, SortieId, VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

EMPTIES_HORIZON_MS = 60 * MS_PER_MIN
"""Rides expected within this are worth an empty sortie now. Assumed."""

EMPTIES_A_ROUND_MAX = 4
"""Most empty sorties sent in one round."""

TIMERS_A_WAKE_MAX = 10_000
"""Most timers one wake may work off; more would be a loop of ours."""


class Engine:
    """One city's service: a state, and the rules by which commands become events.

    Parameters
    ----------
    state
        The fold of a log to go on from; empty if None.
    woken_ms
        Until when, inclusive, everything due is done; the state's present instant if None.
    """

    def __init__(
        self, index: CityIndex, state: State | None = None, *, woken_ms: int | None = None
    ) -> None:
        self.index = index
        self.state = State(index) if state is None else state
        self.planner = Planner(self.state, Legs(index))
        self._round_done_ms = self.state.now_ms if woken_ms is None else woken_ms
        self._scanned_ms = self.state.now_ms

    def next_wake_at_ms(self) -> int | None:
        """Return the instant of the next thing due; None before the service is open."""
        if not self.state.is_open:
            return None
        due_ms = self.state.find_due_ms()
        round_ms = self._next_round_ms()
        return round_ms if due_ms is None else min(due_ms, round_ms)

    def _next_round_ms(self) -> int:
        last_ms = max(self._round_done_ms, self.state.now_ms - ROUND_MS)
        return last_ms - last_ms % ROUND_MS + ROUND_MS

    def handle(self, command: cmd.Command, *, at_ms: int) -> list[ev.Event]:
        """Decide what a command means now; return the events, which are folded already.

        Raises `InvalidInput` for a command that makes no sense; then nothing has changed.
        """
        if at_ms < self.state.now_ms:
            raise InvalidInput("at_ms", at_ms, f"{self.state.now_ms} or later")
        turn = Turn(self.state, self.planner, at_ms)
        match command:
            case cmd.Wake():
                self._wake(turn)
            case cmd.OpenService():
                if self.state.is_open:
                    raise InvalidInput("service", "open", "a service that is not open yet")
                get_policy(command.policy)
                open_service(turn, command)
                self._round_done_ms = at_ms
                self._scanned_ms = at_ms
            case cmd.OpenDay():
                open_day(turn, command)
            case cmd.ReportWeather():
                self._report_weather(turn, command)
            case cmd.RequestBooking():
                self._request_booking(turn, command)
            case cmd.CheckIn():
                self._check_in(turn, command)
            case cmd.TakeAction():
                desk.take(turn, command)
            case SalesCommand():
                sell(turn, command)
            case _:
                self._report(turn, command)
        look_after(turn)
        if at_ms - self._scanned_ms >= MS_PER_H:
            self._scanned_ms = at_ms
            check_all(self.state)
        return turn.events

    def _report(self, turn: Turn, command: cmd.Command) -> None:
        """Take a report from an aircraft."""
        at_ms = turn.at_ms
        match command:
            case cmd.ReportOffBlock():
                turn.tell(
                    ev.SortieOffBlock(
                        at_ms=at_ms,
                        sortie_id=self._known(command.sortie_id),
                        soc=command.soc,
                        pack_temperature_k=command.pack_temperature_k,
                    )
                )
            case cmd.ReportLiftOff():
                turn.tell(
                    ev.SortieLiftedOff(
                        at_ms=at_ms,
                        sortie_id=self._known(command.sortie_id),
                        soc=command.soc,
                        fato_from_ms=command.fato_from_ms,
                        fato_until_ms=command.fato_until_ms,
                    )
                )
            case cmd.ReportDeviation():
                turn.tell(
                    ev.SortieDeviated(
                        at_ms=at_ms,
                        sortie_id=self._known(command.sortie_id),
                        kind=command.kind,
                        amount=command.amount,
                    )
                )
            case cmd.DeclareEmergency():
                turn.tell(
                    ev.EmergencyDeclared(
                        at_ms=at_ms,
                        sortie_id=self._known(command.sortie_id),
                        reason=command.reason,
                    )
                )
            case cmd.ReportTouchdown():
                turn.tell(
                    ev.SortieTouchedDown(
                        at_ms=at_ms,
                        sortie_id=self._known(command.sortie_id),
                        soc=command.soc,
                        fato_from_ms=command.fato_from_ms,
                        fato_until_ms=command.fato_until_ms,
                    )
                )
            case cmd.ReportOnBlock():
                self._known(command.sortie_id)
                flow.on_block(turn, command, set_down)
            case _:
                raise InvalidInput("command", type(command).__name__, "a command of the engine")

    def _known(self, sortie_id: SortieId) -> SortieId:
        if sortie_id not in self.state.sorties:
            raise InvalidInput("sortie_id", sortie_id, "a sortie of this service")
        return sortie_id

    def _wake(self, turn: Turn) -> None:
        """Work off what is due, in order of instant, kind and owner."""
        for _ in range(TIMERS_A_WAKE_MAX):
            timer = self.state.pop_due(turn.at_ms)
            if timer is None:
                break
            _, kind, owner = timer
            match kind:
                case "assign":
                    flow.assign_due(turn, SortieId(owner))
                case "board":
                    flow.board_due(turn, SortieId(owner))
                case "release":
                    flow.release_due(turn, SortieId(owner))
                case "hold":
                    expire(turn, BookingId(owner))
                case "payment":
                    payment_due(turn, PaymentId(owner))
                case "charged":
                    flow.charged(turn, AircraftId(owner))
                case _:
                    ensure(False, f"timer of unknown kind {kind}")
        else:
            ensure(False, f"more than {TIMERS_A_WAKE_MAX} timers due at {turn.at_ms}")
        if self._next_round_ms() <= turn.at_ms:
            self._round_done_ms = turn.at_ms
            crews_due(turn)
            if self.state.service_from_ms <= turn.at_ms < self.state.service_until_ms:
                self._send_empties(turn)

    def _report_weather(self, turn: Turn, command: cmd.ReportWeather) -> None:
        weather = command.weather
        site_id = VertiportId(weather.place_id)
        site = self.state.sites.get(site_id)
        if site is None:
            raise InvalidInput("place_id", weather.place_id, "a vertiport of the city")
        if weather.at_ms > turn.at_ms:
            expected = f"{turn.at_ms} or earlier: what was observed before it is told"
            raise InvalidInput("weather.at_ms", weather.at_ms, expected)
        turn.tell(ev.WeatherReported(at_ms=turn.at_ms, weather=weather))
        if command.forecasts:
            turn.tell(ev.ForecastIssued(at_ms=turn.at_ms, forecasts=command.forecasts))
        obstacle = report_obstacle(
            self.state, site, planned_height_agl_m(self.state, 0), turn.at_ms
        )
        if obstacle:
            divert_inbound(turn, site_id, obstacle)
        if obstacle and obstacle != site.hold_reason:
            turn.tell(ev.DeparturesHeld(at_ms=turn.at_ms, vertiport_id=site_id, reason=obstacle))
        elif site.hold_reason and not obstacle:
            turn.tell(ev.DeparturesResumed(at_ms=turn.at_ms, vertiport_id=site_id))

    def _request_booking(self, turn: Turn, command: cmd.RequestBooking) -> None:
        if command.booking_id in self.state.bookings:
            return
        if command.party < 1 or command.payload_kg < 0:
            raise InvalidInput("booking", (command.party, command.payload_kg), "a party with mass")
        wish = book.SeatWish(
            origin=command.origin,
            destination=command.destination,
            ready_at_ms=command.ready_at_ms,
            party=command.party,
            payload_kg=command.payload_kg,
        )
        offer = find_departure(self.planner, wish, now_ms=turn.at_ms)
        secured = offer if isinstance(offer, Refused) else secure(turn, wish, offer)
        if isinstance(offer, Refused) or isinstance(secured, Refused):
            reason = secured.reason if isinstance(secured, Refused) else "no_aircraft"
            turn.tell(book.refuse(command, reason, turn.at_ms))
            return
        turn.tell(book.confirm(self.state, command, secured, offer, turn.at_ms))

    def _check_in(self, turn: Turn, command: cmd.CheckIn) -> None:
        booking = self.state.bookings.get(command.booking_id)
        if booking is None:
            raise InvalidInput("booking_id", command.booking_id, "a booking of this service")
        is_shown_anew = command.by not in ("", booking.checked_in_by)
        if booking.status is BookingStatus.CONFIRMED or (
            is_shown_anew and is_to_check_in_anew(booking)
        ):
            turn.tell(
                ev.BookingCheckedIn(at_ms=turn.at_ms, booking_id=command.booking_id, by=command.by)
            )

    def _send_empties(self, turn: Turn) -> None:
        """Send idle aircraft where rides are expected (dispatch/empties)."""
        state, at_ms = self.state, turn.at_ms
        until_ms = at_ms + EMPTIES_HORIZON_MS
        if until_ms >= state.service_until_ms:
            return
        idle: dict[VertiportId, list[AircraftId]] = {s: [] for s in self.index.site_ids}
        inbound: dict[VertiportId, int] = dict.fromkeys(self.index.site_ids, 0)
        for aircraft_id in sorted(state.aircraft):
            aircraft = state.aircraft[aircraft_id]
            site_id = aircraft.vertiport_id
            if aircraft.grounded:
                continue
            if not aircraft.chain and site_id is not None and aircraft.pilot is not None:
                if at_ms - aircraft.since_ms >= self.index.turnaround_ms:
                    idle[site_id].append(aircraft_id)
                else:
                    inbound[site_id] += 1
            elif aircraft.chain:
                inbound[state.sorties[aircraft.chain[-1]].destination] += 1
        sites = tuple(
            SiteBalance(
                vertiport_id=s,
                idle=tuple(idle[s]),
                inbound=inbound[s],
                expected=self._expected(turn, s, at_ms, until_ms),
                free_stands=len(self.index.planned_stands[s])
                - len(state.sites[s].occupants)
                - len(state.sites[s].inbound),
            )
            for s in self.index.site_ids
            if not state.sites[s].hold_reason
        )
        problem = EmptiesProblem(
            sites=sites, block_ms=self._find_blocks_ms(sites), sorties_max=EMPTIES_A_ROUND_MAX
        )
        for aircraft_id, origin, to in plan_empties(problem):
            choice = self.planner.choose_this(
                state.aircraft[aircraft_id], origin, to, earliest_ms=at_ms + LEAD_MS, now_ms=at_ms
            )
            weather = self.planner.find_obstacle(
                origin, to, now_ms=at_ms, off_block_ms=at_ms + LEAD_MS
            )
            if isinstance(choice, Assignment) and not weather:
                flow.send_empty(turn, aircraft_id, origin, to)

    def _expected(self, turn: Turn, site_id: VertiportId, from_ms: int, until_ms: int) -> float:
        """Return the sorties expected to want to leave a site in the horizon (facts 8.14)."""
        state, zone = self.state, self.index.city.time_zone
        hour_ms = hour_of(from_ms)
        local_hour = ms_to_local(hour_ms, zone).hour
        share = (from_ms - hour_ms) / MS_PER_H
        parties = sum(
            rates[local_hour] * (1.0 - share) + rates[(local_hour + 1) % 24] * share
            for (origin, _), rates in state.expected_rates.items()
            if origin == site_id
        )
        return parties / PARTIES_A_SORTIE + flow.expected_departures(turn, site_id, until_ms)

    def _find_blocks_ms(
        self, sites: tuple[SiteBalance, ...]
    ) -> dict[tuple[VertiportId, VertiportId], int]:
        """Return the block times of the pairs that empty sorties may be flown on now."""
        flyable: dict[tuple[VertiportId, VertiportId], int] = {}
        for pair in list_pairs(sites):
            block_ms = self.planner.legs.find_block_ms(self.state, *pair, 0)
            if not isinstance(block_ms, LegRefused):
                flyable[pair] = block_ms
        return flyable


PARTIES_A_SORTIE = 1.5
"""Expected parties that share a sortie. Assumed: load factor 2.3 (facts 8.14), parties of 1.5."""
