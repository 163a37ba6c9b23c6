"""What parties get whose sortie does not go as promised, whatever the cause."""

import msgspec

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.care import find_open, get_care
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.operations.records import BookingRecord
from aspan.primitives.ids import SortieId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, seconds_to_ms
from stories.story import Day
from unit.operations.scenes import A1, FIRST, PAIR, before_release

HARBOUR = VertiportId("Harbour")
TWICE = f"{PAIR}  A2 at Harbour\n 08:00 trip Harbour -> Airport, 2 passengers"


def _take(day: Day, action: act.AnyAction, key: str = "key-0001") -> list[ev.Event]:
    command = TakeAction(key=key, who="Aigerim", why="drill", action=action)
    return day.loop.take(f"action/{key}", command, at_ms=day.state.now_ms)


def _choose(day: Day, booking: BookingRecord, kind: cmd.RemedyKind) -> list[ev.Event]:
    command = cmd.ChooseRemedy(booking_id=booking.booking_id, remedy=kind)
    return day.loop.take(f"book/{kind}", command, at_ms=day.state.now_ms)


def _first(day: Day) -> BookingRecord:
    return next(iter(day.state.bookings.values()))


def _held(until: str = "08:05") -> Day:
    """Return a day on which the first sortie waits, as the desk holds its site."""
    day = before_release(until="07:40")
    _take(day, act.HoldDepartures(vertiport_id=HARBOUR))
    day.run(until)
    return day


def test_who_stands_at_the_vertiport_is_driven_from_there() -> None:
    """Past the longest delay a taxi comes to the site, paid by us, and the whole fare goes back."""
    day = _held("09:30")
    (ride,) = [e for e in day.log.events if isinstance(e, sale.RideProvided)]
    booking = _first(day)
    pick_up_ms = seconds_to_ms(day.state.index.city.demand.car.pick_up_s)
    assert booking.status is BookingStatus.REFUNDED
    assert ride.vertiport_id == HARBOUR
    assert ride.leaves_at_ms == ride.at_ms + pick_up_ms
    assert ride.arrives_at_ms > ride.leaves_at_ms
    assert (ride.refund_tiyn, ride.reason) == (booking.fare_tiyn, "departures_held")
    assert ride.cost_tiyn > 0
    assert day.state.sorties[FIRST].phase is SortiePhase.CANCELLED
    assert [note.kind for note in booking.care] == ["ground"]


def test_who_has_not_left_home_is_met_there() -> None:
    """A sortie cancelled before its party sets out: the taxi comes to the party's own door."""
    day = before_release(until="07:32")
    booking = _first(day)
    assert booking.status is BookingStatus.CONFIRMED
    assert isinstance(booking.asked, ev.BookingConfirmed)
    site = day.state.index.sites[HARBOUR]
    booking.asked = msgspec.structs.replace(
        booking.asked, origin_lon_deg=site.lon_deg + 0.01, origin_lat_deg=site.lat_deg
    )
    _take(day, act.CancelSortie(sortie_id=FIRST))
    (ride,) = [e for e in day.log.events if isinstance(e, sale.RideProvided)]
    assert ride.vertiport_id == ""
    assert ride.leaves_at_ms >= ride.at_ms


def test_nothing_is_open_while_the_day_is_as_promised() -> None:
    """Who has a sortie on time can choose nothing; asking is refused on the log."""
    day = before_release(until="07:40")
    booking = _first(day)
    assert find_open(day.engine.planner, booking, day.state.now_ms) is None
    (refused,) = _choose(day, booking, "ground")
    assert isinstance(refused, sale.SaleRefused)
    assert (refused.asked, refused.reason) == ("remedy", "remedy_not_open")
    assert booking.status is not BookingStatus.REFUNDED


def test_a_party_whose_sortie_waits_can_take_a_taxi() -> None:
    """While a sortie waits its party may choose; its sortie, wanted by nobody, is dropped."""
    day = _held()
    booking = _first(day)
    told = find_open(day.engine.planner, booking, day.state.now_ms)
    assert told is not None
    assert told.remedies[0].kind == "air"
    assert {r.kind for r in told.remedies} == {"air", "ground", "refund"}
    chosen, ride, *rest = _choose(day, booking, "ground")
    assert isinstance(chosen, sale.RemedyChosen)
    assert isinstance(ride, sale.RideProvided)
    assert any(isinstance(e, ev.SortieCancelled) for e in rest)
    assert [note.kind for note in booking.care] == ["chosen", "ground"]


def test_a_party_whose_sortie_waits_can_have_its_money_or_stay() -> None:
    """Staying changes nothing but says so; money back ends the booking with the whole fare."""
    day = _held()
    booking = _first(day)
    stay = cmd.ChooseRemedy(booking_id=booking.booking_id, remedy="air", sortie_id=FIRST)
    (chosen,) = day.loop.take("book/stay", stay, at_ms=day.state.now_ms)
    assert isinstance(chosen, sale.RemedyChosen)
    assert booking.status is BookingStatus.CHECKED_IN
    told = _choose(day, booking, "refund")
    cancelled = [e for e in told if isinstance(e, ev.BookingCancelled)]
    assert [e.refund_tiyn for e in cancelled] == [booking.fare_tiyn]


def test_another_aircraft_is_found_on_demand() -> None:
    """A cancelled sortie's party flies with an aircraft made ready for it, if that is sooner."""
    day = Day(TWICE).run("07:40")
    booking = _first(day)
    sortie = day.state.sorties[booking.sortie_id]
    _take(day, act.GroundAircraft(aircraft_id=sortie.aircraft_id or "A1"))  # type: ignore[arg-type]
    day.run("09:00")
    assert booking.status is BookingStatus.FLOWN
    assert not [e for e in day.log.events if isinstance(e, sale.RideProvided)]


def test_a_party_too_heavy_for_its_sortie_is_driven() -> None:
    """Not carried for its mass, a party gets a taxi and its money; for other reasons its money."""
    day = before_release(until="07:55")
    booking = _first(day)
    heavy = cmd.RefuseBoarding(booking_id=booking.booking_id, reason="too_heavy")
    told = day.loop.take("book/heavy", heavy, at_ms=day.state.now_ms)
    assert [type(e) for e in told][:1] == [sale.RideProvided]
    other = before_release(until="07:55")
    unfit = cmd.RefuseBoarding(booking_id=booking.booking_id, reason="unfit")
    told = other.loop.take("book/unfit", unfit, at_ms=other.state.now_ms)
    assert [type(e) for e in told][:1] == [sale.BoardingRefused]


def test_who_comes_an_hour_late_has_part_of_the_fare_back() -> None:
    """By the city's steps, once, as the party is set down; who is on time has nothing back."""
    for late_ms, is_paid in ((0, False), (MS_PER_H, True)):
        day = before_release(until="07:55")
        booking = _first(day)
        asked = booking.asked
        assert isinstance(asked, ev.BookingConfirmed)
        promised_ms = asked.promised_arrival_at_ms - late_ms - 2 * MS_PER_MIN
        booking.asked = msgspec.structs.replace(asked, promised_arrival_at_ms=promised_ms)
        day.run("09:00")
        back = [e for e in day.log.events if isinstance(e, sale.DelayRefunded)]
        assert bool(back) is is_paid
        if back:
            share = get_care(day.state).late[0].back_share
            assert back[0].refund_tiyn == -(-booking.fare_tiyn * round(share * 1000) // 1000)


def test_a_diverted_party_is_driven_on_from_where_it_is_set_down() -> None:
    """Fog closes the destination in flight: the party is driven to its door from the other site."""
    day = Day(
        """
        Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    Refuge: 1 fato, 3 stands
        block 9 min, turnaround 6 min    A1 at Harbour
        08:57 trip Harbour -> Airport, 2 passengers
        09:00 fog at Airport until 11:00
        """
    ).run("09:30")
    diverted = [e for e in day.log.events if isinstance(e, ev.SortieDiverted)]
    rides = [e for e in day.log.events if isinstance(e, sale.RideProvided)]
    assert [r.vertiport_id for r in rides] == [d.destination for d in diverted]
    assert rides
    assert rides[0].reason.startswith("diverted_")


def test_a_second_break_is_cared_for_as_the_first() -> None:
    """Who was moved to a sortie that is cancelled in turn is looked after again."""
    day = Day(
        f"{PAIR}  A2 at Harbour\n 08:00 trip Harbour -> Airport, 2 passengers\n"
        "08:20 trip Harbour -> Airport, 1 passenger"
    ).run("07:52")
    booking = _first(day)
    _take(day, act.CancelSortie(sortie_id=booking.sortie_id))
    assert [note.kind for note in booking.care] == ["air"]
    second: SortieId = booking.sortie_id
    _take(day, act.CancelSortie(sortie_id=second), key="key-0002")
    assert [note.kind for note in booking.care] == ["air", "ground"]


def test_the_desk_can_give_a_party_what_is_open_and_sees_it_first() -> None:
    """An agent sends a waiting party home by taxi; shown before, refused once nothing is open."""
    day = _held()
    booking = _first(day)
    action = act.CareForParty(booking_id=booking.booking_id, remedy="ground")
    shown = preview(day.engine.planner, action, day.state.now_ms)
    assert [(p.booking_id, p.outcome) for p in shown.parties] == [(booking.booking_id, "driven")]
    told = _take(day, action, key="key-0002")
    (ride,) = [e for e in told if isinstance(e, sale.RideProvided)]
    assert ride.cost_tiyn == shown.parties[0].ride_tiyn
    refused = preview(day.engine.planner, action, day.state.now_ms)
    assert (refused.is_possible, refused.reason) == (False, "remedy_not_open")


def test_the_desk_is_told_that_nobody_is_left_on_a_sortie() -> None:
    """A timetabled one without an aircraft is left empty, and cancelled when it is to get one."""
    day = before_release(until="07:40")
    sortie = day.state.sorties[FIRST]
    sortie.service = "timetable"
    _take(day, act.GroundAircraft(aircraft_id=A1))
    day.run("07:45")
    action = act.CareForParty(booking_id=_first(day).booking_id, remedy="ground")
    shown = preview(day.engine.planner, action, day.state.now_ms)
    assert [(s.sortie_id, s.effect) for s in shown.sorties] == [(FIRST, "emptied")]
    _take(day, action, key="key-0002")
    assert sortie.phase is not SortiePhase.CANCELLED
    day.run("08:00")
    assert (sortie.phase, sortie.cause) == (SortiePhase.CANCELLED, "unbooked")


def test_the_desk_is_told_that_a_sortie_goes_on_with_whom_it_still_has() -> None:
    """With another party on it, it stays as it is; made for the one alone, it is cancelled."""
    one = f"{PAIR}  08:00 trip Harbour -> Airport, 1 passenger\n"
    for more, effect in (
        ("", "cancelled"),
        ("08:00 trip Harbour -> Airport, 1 passenger", "keeps"),
    ):
        day = before_release(f"{one}{more}", until="07:40")
        _take(day, act.HoldDepartures(vertiport_id=HARBOUR))
        day.run("08:05")
        action = act.CareForParty(booking_id=_first(day).booking_id, remedy="ground")
        shown = preview(day.engine.planner, action, day.state.now_ms)
        assert [s.effect for s in shown.sorties] == [effect]
