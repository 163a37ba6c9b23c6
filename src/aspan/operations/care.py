"""Care carried out: what parties get whose sortie does not go as promised, whatever the cause.

Who cancels a sortie, diverts it or refuses a party leaves the party stranded (`Turn.stranded`);
before the turn ends each is looked after: `booking/care.py` decides, here is found out what there
would be, and done what was decided. A party that still has a sortie, but a later one, keeps it and
may choose among what is open to it until it boards.
"""

import msgspec

from aspan.booking.care import AirOption, CareProblem, Remedy, late_refund_tiyn, list_remedies
from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.ahead import find_departure
from aspan.operations.bookings import OPEN_PHASES, DepartureOffer, SeatWish, off_block_of
from aspan.operations.holds import drop_unwanted, get_booking, secure, tell_refused
from aspan.operations.legs import LegRefused
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.operations.planning import LEAD_MS, Planner, Refused
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.rides import Ride, find_ride
from aspan.operations.state import State
from aspan.operations.turn import Stranded, Turn
from aspan.primitives.errors import ensure
from aspan.primitives.ids import SortieId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.tariff import Care

STRANDED_MAX = 10_000
"""Most parties looked after in one turn; more would be a loop of ours."""

DEPARTURES_MAX = 8
"""Most departures that are there already among which a party's best is chosen. Assumed."""

TRY_STEP_MS = 15 * MS_PER_MIN
TRIES_MAX = 8
"""A sortie on demand is tried for from when the party is ready, in such steps, so many times; not
once a taxi would be sooner. Assumed."""

LATE_MS_MIN = 10 * MS_PER_MIN
"""A sortie that brings a party so much later than it was promised opens the choice. Assumed."""

NOT_ANEW = ("desk", "no_stand")
"""Causes after which no new sortie is made in place of the old one: somebody did not want it, or it
would find the same stands taken. For a party moved once already none is made either: what broke
twice may break again, and each time it would have waited."""

LIVE = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN)


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """What a party may choose from, best first, and until when."""

    remedies: tuple[Remedy, ...]
    until_ms: int


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """A party's problem, with what is needed to carry out each answer."""

    problem: CareProblem
    ride: Ride | None
    new: tuple[SeatWish, DepartureOffer] | None


def get_care(state: State) -> Care:
    """Return the city's rules; where it states none: its longest delay, and no taxi."""
    rules = state.index.rules
    if rules.tariff is not None:
        return rules.tariff.care
    return Care(air_late_ms_max=rules.service.delay_ms_max, offers_ground=False)


def first_promise_ms(booking: BookingRecord) -> int:
    """Return the arrival a party was promised when it booked; 0 for one refused."""
    asked = booking.asked
    return 0 if isinstance(asked, ev.BookingRefused) else asked.promised_arrival_at_ms


def look_after(turn: Turn) -> None:
    """Give each party that is stranded in this turn the best it can have, in order."""
    for _ in range(STRANDED_MAX):
        if not turn.stranded:
            return
        _look_after(turn, turn.stranded.pop(0))
    ensure(False, f"more than {STRANDED_MAX} parties stranded at {turn.at_ms}")


def _look_after(turn: Turn, stranded: Stranded) -> None:
    booking = turn.state.live_bookings.get(stranded.booking_id)
    if booking is None:
        return
    case = _pose(
        turn.planner,
        booking,
        now_ms=turn.at_ms,
        ready_ms=stranded.ready_ms,
        may_be_new=stranded.cause not in NOT_ANEW and booking.serial == 1,
    )
    if not stranded.may_fly:
        case = msgspec.structs.replace(
            case, problem=msgspec.structs.replace(case.problem, air=()), new=None
        )
    left_id = booking.sortie_id
    for remedy in list_remedies(case.problem):
        if _carry_out(turn, booking, case, remedy, stranded.cause):
            break
    if not stranded.may_fly:  # its sortie goes, without it
        drop_unwanted(turn, left_id)


def _pose(
    planner: Planner, booking: BookingRecord, *, now_ms: int, ready_ms: int, may_be_new: bool
) -> _Case:
    """Return what there would be for a party instead of its sortie; changes nothing."""
    state = planner.state
    sortie = state.sorties[booking.sortie_id]
    care = get_care(state)
    ride = None
    if booking.status is not BookingStatus.HELD:
        ride = find_ride_from(state, booking, sortie, now_ms=now_ms)
    promised_ms = first_promise_ms(booking)
    latest_ms = promised_ms + care.air_late_ms_max
    found = _list_departures(planner, booking, sortie, ready_ms=ready_ms, latest_ms=latest_ms)
    new = None
    if may_be_new:
        soonest = [option.arrives_at_ms for option in found]
        if ride is not None:
            soonest.append(ride.option.arrives_at_ms)
        before_ms = min((latest_ms + 1, *soonest))
        new = _find_new(
            planner, booking, sortie, ready_ms=ready_ms, before_ms=before_ms, now_ms=now_ms
        )
    if new is not None:
        arrives_ms = new[1].on_block_at_ms + booking.egress_ms
        found.append(
            AirOption(
                sortie_id=SortieId(""),
                off_block_at_ms=new[1].off_block_at_ms,
                arrives_at_ms=arrives_ms,
            )
        )
    problem = CareProblem(
        fare_tiyn=0 if booking.status is BookingStatus.HELD else booking.fare_tiyn,
        promised_at_ms=promised_ms,
        care=care,
        air=tuple(found),
        ground=None if ride is None else ride.option,
    )
    return _Case(problem=problem, ride=ride, new=new)


def _list_departures(
    planner: Planner,
    booking: BookingRecord,
    sortie: SortieRecord,
    *,
    ready_ms: int,
    latest_ms: int,
) -> list[AirOption]:
    """Return the other departures of the pair that take the party and arrive in time."""
    state = planner.state
    seats = state.index.city.aircraft_type.seats
    found = []
    for other in state.live_sorties.list_pair(
        sortie.origin, sortie.planned_destination, from_ms=ready_ms, until_ms=latest_ms
    ):
        off_ms = off_block_of(other)
        if (
            other is sortie
            or other.phase not in OPEN_PHASES
            or other.service == "empty"
            or other.is_boarding
            or off_ms < ready_ms
            or other.seats_taken + booking.party > seats
            or other.payload_kg + booking.payload_kg > other.payload_kg_max
        ):
            continue
        block_ms = find_block_ms(planner, other)
        if block_ms is None or off_ms + block_ms + booking.egress_ms > latest_ms:
            continue
        found.append(
            AirOption(
                sortie_id=other.sortie_id,
                off_block_at_ms=off_ms,
                arrives_at_ms=off_ms + block_ms + booking.egress_ms,
            )
        )
    found.sort(key=lambda option: (option.arrives_at_ms, option.sortie_id))
    return found[:DEPARTURES_MAX]


def find_block_ms(planner: Planner, sortie: SortieRecord) -> int | None:
    """Return the block time planned, or else expected; None if the pair cannot be flown now."""
    plan = sortie.assignment
    if plan is not None:
        return plan.on_block_at_ms - plan.off_block_at_ms
    found = planner.legs.find_block_ms(planner.state, sortie.origin, sortie.planned_destination)
    return None if isinstance(found, LegRefused) else found


def _find_new(
    planner: Planner,
    booking: BookingRecord,
    sortie: SortieRecord,
    *,
    ready_ms: int,
    before_ms: int,
    now_ms: int,
) -> tuple[SeatWish, DepartureOffer] | None:
    """Return a sortie that could be made for the party and arrives before an instant."""
    block_ms = find_block_ms(planner, sortie)
    if block_ms is None:
        return None
    for step in range(TRIES_MAX):
        at_ms = ready_ms + step * TRY_STEP_MS
        if at_ms + block_ms + booking.egress_ms >= before_ms:
            return None
        wish = SeatWish(
            origin=sortie.origin,
            destination=sortie.planned_destination,
            ready_at_ms=at_ms,
            party=booking.party,
            payload_kg=booking.payload_kg,
        )
        offer = find_departure(planner, wish, now_ms=now_ms)
        if isinstance(offer, Refused):
            continue
        if offer.on_block_at_ms + booking.egress_ms >= before_ms:
            return None
        return wish, offer
    return None


def _carry_out(turn: Turn, booking: BookingRecord, case: _Case, remedy: Remedy, cause: str) -> bool:
    """Do what was decided for a party; False if it turns out that it cannot be done."""
    if remedy.kind == "air":
        return _rebook(turn, booking, case, remedy, cause)
    if remedy.kind == "ground" and case.ride is not None:
        turn.tell(provide_ride(booking, case.ride, cause, remedy.refund_tiyn, turn.at_ms))
        return True
    turn.tell(
        ev.BookingCancelled(
            at_ms=turn.at_ms,
            booking_id=booking.booking_id,
            reason=cause,
            refund_tiyn=remedy.refund_tiyn,
        )
    )
    return True


def provide_ride(
    booking: BookingRecord, ride: Ride, cause: str, refund_tiyn: int, at_ms: int
) -> sale.RideProvided:
    """Return the taxi that brings a party home."""
    return sale.RideProvided(
        at_ms=at_ms,
        booking_id=booking.booking_id,
        reason=cause,
        vertiport_id=ride.vertiport_id,
        leaves_at_ms=ride.option.leaves_at_ms,
        arrives_at_ms=ride.option.arrives_at_ms,
        cost_tiyn=ride.option.cost_tiyn,
        refund_tiyn=refund_tiyn,
    )


def _rebook(turn: Turn, booking: BookingRecord, case: _Case, remedy: Remedy, cause: str) -> bool:
    sortie_id = remedy.sortie_id
    if not sortie_id:
        if case.new is None:
            return False
        secured = secure(turn, *case.new)
        if isinstance(secured, Refused):
            return False
        sortie_id = secured.sortie_id
    sortie = turn.state.sorties[sortie_id]
    off_ms, block_ms = off_block_of(sortie), find_block_ms(turn.planner, sortie)
    if block_ms is None:
        return False
    arrives_ms = off_ms + block_ms + booking.egress_ms
    turn.tell(
        ev.BookingRebooked(
            at_ms=turn.at_ms,
            booking_id=booking.booking_id,
            sortie_id=sortie_id,
            reason=cause,
            off_block_at_ms=off_ms,
            promised_arrival_at_ms=arrives_ms + booking.cushion_ms,
        )
    )
    return True


def is_open(planner: Planner, booking: BookingRecord, now_ms: int) -> bool:
    """Say whether a party may choose now: not while its day is as promised, nor once it boards.

    Open to who was moved to another sortie, whose sortie waits for a reason, or comes late. Plans
    nothing, so it can be asked of many.
    """
    if booking.status not in LIVE:
        return False
    sortie = planner.state.sorties[booking.sortie_id]
    waiting = (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)
    if sortie.phase not in waiting or sortie.is_boarding:
        return False
    if booking.serial > 1 or sortie.hold_reason:
        return True
    arrives_ms = _expect_arrival_ms(planner, booking, sortie, now_ms)
    return arrives_ms is None or arrives_ms >= first_promise_ms(booking) + LATE_MS_MIN


def _expect_arrival_ms(
    planner: Planner, booking: BookingRecord, sortie: SortieRecord, now_ms: int
) -> int | None:
    """Return when a party arrives on its sortie; None if that cannot be flown now."""
    block_ms = find_block_ms(planner, sortie)
    if block_ms is None:
        return None
    return expected_off_block_ms(sortie, now_ms) + block_ms + booking.egress_ms


def find_open(planner: Planner, booking: BookingRecord, now_ms: int) -> Open | None:
    """Return what a party may choose from now; None while its day is as promised, or it is over.

    First stands what it has: its sortie, as that is planned now.
    """
    if not is_open(planner, booking, now_ms):
        return None
    sortie = planner.state.sorties[booking.sortie_id]
    off_ms = expected_off_block_ms(sortie, now_ms)
    arrives_ms = _expect_arrival_ms(planner, booking, sortie, now_ms)
    ready_ms = max(now_ms + LEAD_MS, sortie.wanted_off_block_ms)
    case = _pose(planner, booking, now_ms=now_ms, ready_ms=ready_ms, may_be_new=True)
    own: tuple[Remedy, ...] = ()
    if arrives_ms is not None:
        own = (
            Remedy(
                kind="air",
                sortie_id=booking.sortie_id,
                leaves_at_ms=off_ms,
                arrives_at_ms=arrives_ms,
            ),
        )
    return Open(remedies=(*own, *list_remedies(case.problem)), until_ms=off_ms)


def expected_off_block_ms(sortie: SortieRecord, now_ms: int) -> int:
    """Return when a sortie is planned off-block; without a plan, when it may leave at the soonest.

    Not modelled: how long what it waits for will last.
    """
    if sortie.assignment is not None:
        return sortie.assignment.off_block_at_ms
    return max(sortie.wanted_off_block_ms, sortie.retry_at_ms, now_ms + LEAD_MS)


def choose(turn: Turn, command: cmd.ChooseRemedy) -> None:
    """Give a party what it chose of what is open to it; refused if that is not, or no more."""
    booking = get_booking(turn.state, command.booking_id)
    reason = give(turn, booking, command.remedy, command.sortie_id)
    if reason:
        tell_refused(turn, booking, "remedy", reason)


def give(turn: Turn, booking: BookingRecord, kind: cmd.RemedyKind, sortie_id: SortieId) -> str:
    """Give a party one of the remedies open to it; return why not, empty if it was given."""
    chosen = find_choice(turn.planner, booking, kind, sortie_id, turn.at_ms)
    if chosen is None:
        return "remedy_not_open"
    state = turn.state
    turn.tell(sale.RemedyChosen(at_ms=turn.at_ms, booking_id=booking.booking_id, remedy=kind))
    if chosen.kind == "air" and chosen.sortie_id == booking.sortie_id:
        return ""
    left_id = booking.sortie_id
    cause = state.sorties[left_id].hold_reason or "late"
    ready_ms = max(turn.at_ms + LEAD_MS, state.sorties[left_id].wanted_off_block_ms)
    case = _pose(turn.planner, booking, now_ms=turn.at_ms, ready_ms=ready_ms, may_be_new=True)
    if not _carry_out(turn, booking, case, chosen, cause):
        return "no_aircraft"
    drop_unwanted(turn, left_id)
    return ""


def find_choice(
    planner: Planner, booking: BookingRecord, kind: cmd.RemedyKind, sortie_id: SortieId, now_ms: int
) -> Remedy | None:
    """Return the open remedy that is meant: of several by air the one named, else the first.

    Who names no sortie means another than its own.
    """
    told = find_open(planner, booking, now_ms)
    for remedy in () if told is None else told.remedies:
        if remedy.kind != kind:
            continue
        if kind != "air" or remedy.sortie_id == sortie_id:
            return remedy
        if not sortie_id and remedy.sortie_id != booking.sortie_id:
            return remedy
    return None


def find_ride_from(
    state: State, booking: BookingRecord, sortie: SortieRecord, *, now_ms: int
) -> Ride | None:
    """Return the taxi that the city's rules give a party set down elsewhere; None if none."""
    if not get_care(state).offers_ground:
        return None
    return find_ride(state, booking, sortie, now_ms=now_ms)


def set_down(turn: Turn, sortie: SortieRecord, booking: BookingRecord) -> None:
    """End a party's sortie: at its own destination, or elsewhere and driven on to its door.

    Who was brought much later than first promised has part of its fare back, by the city's rules.
    """
    state, at_ms = turn.state, turn.at_ms
    care = get_care(state)
    if not sortie.is_diverted:
        late_ms = at_ms + booking.egress_ms - first_promise_ms(booking)
        refund_tiyn = late_refund_tiyn(care, booking.fare_tiyn, late_ms)
        if refund_tiyn:
            turn.tell(
                sale.DelayRefunded(
                    at_ms=at_ms,
                    booking_id=booking.booking_id,
                    late_ms=late_ms,
                    refund_tiyn=refund_tiyn,
                )
            )
        flown = ev.BookingFlown(
            at_ms=at_ms, booking_id=booking.booking_id, vertiport_id=sortie.destination
        )
        turn.tell(flown)
        return
    cause = f"diverted_{sortie.cause}"
    ride = find_ride_from(state, booking, sortie, now_ms=at_ms)
    if ride is not None:
        turn.tell(provide_ride(booking, ride, cause, booking.fare_tiyn, at_ms))
        return
    turn.tell(
        ev.BookingRefunded(
            at_ms=at_ms,
            booking_id=booking.booking_id,
            reason=cause,
            refund_tiyn=booking.fare_tiyn,
            vertiport_id=VertiportId(sortie.destination),
        )
    )
