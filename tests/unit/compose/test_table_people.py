"""Tables of people: what a booking ends as, its money, its arrival, its trip."""

from aspan.compose.table_people import BookingLines, make_bookings, make_money
from aspan.compose.table_sorties import SortieLines
from aspan.operations import events as ev
from aspan.primitives.ids import BookingId, SortieId, TripId, VertiportId

from .conftest import Flown

B1 = BookingId("B1")


def _confirmed() -> ev.BookingConfirmed:
    return ev.BookingConfirmed(
        at_ms=10,
        booking_id=B1,
        trip_id=TripId("T1"),
        party=2,
        payload_kg=180.0,
        origin_lon_deg=77.0,
        origin_lat_deg=43.0,
        destination_lon_deg=77.1,
        destination_lat_deg=43.1,
        sortie_id=SortieId("S1"),
        fare_tiyn=5000,
        off_block_at_ms=100,
        promised_arrival_at_ms=900,
        ready_at_ms=90,
        egress_ms=300,
    )


def test_cancelled_booking_is_refunded_and_holds_no_seat() -> None:
    """The operator's cancellation gives back all that was charged, and says why."""
    lines = BookingLines(
        [
            _confirmed(),
            ev.BookingCancelled(at_ms=50, booking_id=B1, reason="weather_wind", refund_tiyn=5000),
        ]
    )
    row = make_bookings(lines, SortieLines([])).rows()[0]
    assert (row["status"], row["reason"]) == ("cancelled", "weather_wind")
    assert (row["seats_held"], row["refund_tiyn"], row["arrived_at_ms"]) == (0, 5000, None)
    assert [(m["kind"], m["amount_tiyn"]) for m in make_money(lines).rows()] == [
        ("charge", 5000),
        ("refund", -5000),
    ]


def test_party_set_down_elsewhere_is_refunded() -> None:
    """A party that was diverted gets its money back; its seat was used."""
    lines = BookingLines(
        [
            _confirmed(),
            ev.BookingCheckedIn(at_ms=60, booking_id=B1),
            ev.BookingBoarded(at_ms=100, booking_id=B1),
            ev.BookingRefunded(
                at_ms=800,
                booking_id=B1,
                reason="diverted",
                refund_tiyn=5000,
                vertiport_id=VertiportId("C"),
            ),
        ]
    )
    row = make_bookings(lines, SortieLines([])).rows()[0]
    assert (row["status"], row["seats_held"], row["refund_tiyn"]) == ("refunded", 2, 5000)
    assert sum(m["amount_tiyn"] for m in make_money(lines).rows()) == 0


def test_refused_booking_is_in_the_table_without_money() -> None:
    """A refusal has its reason, no sortie, no seat and no charge."""
    asked = _confirmed()
    refused = ev.BookingRefused(
        at_ms=10,
        booking_id=B1,
        trip_id=asked.trip_id,
        party=2,
        payload_kg=180.0,
        origin_lon_deg=77.0,
        origin_lat_deg=43.0,
        destination_lon_deg=77.1,
        destination_lat_deg=43.1,
        reason="no_slot",
    )
    lines = BookingLines([refused])
    row = make_bookings(lines, SortieLines([])).rows()[0]
    assert (row["status"], row["reason"], row["sortie_ids"]) == ("refused", "no_slot", [])
    assert (row["fare_tiyn"], row["seats_held"], row["promised_arrival_at_ms"]) == (0, 0, None)
    assert make_money(lines).height == 0


def test_a_rebooked_party_names_the_sortie_it_left() -> None:
    """Its new sortie stands in `sortie_ids`, those before it in `left_sortie_ids`, oldest first."""
    asked = _confirmed()
    moves = [
        ev.BookingRebooked(
            at_ms=20 + n,
            booking_id=B1,
            sortie_id=SortieId(to),
            reason="desk",
            off_block_at_ms=900,
            promised_arrival_at_ms=1000,
        )
        for n, to in enumerate(("S8", "S9"))
    ]
    row = make_bookings(BookingLines([asked, *moves]), SortieLines([])).rows()[0]
    assert (row["sortie_ids"], row["left_sortie_ids"]) == (["S9"], [asked.sortie_id, "S8"])
    assert row["reason"] == "rebooked_desk"


def test_flown_parties_arrive_after_on_block(day: Flown) -> None:
    """A flown party is at its door after on-block by the way on it had told."""
    sorties = day.folded.sorties.by_id
    flown = [b for b in day.tables["bookings"].rows() if b["status"] == "flown"]
    assert len(flown) > 20
    for row in flown:
        on_block = sorties[row["sortie_ids"][0]].on_block
        assert on_block is not None
        assert row["arrived_at_ms"] > on_block.at_ms
        asked = day.folded.bookings.by_id[row["booking_id"]].asked
        assert isinstance(asked, ev.BookingConfirmed)
        assert row["arrived_at_ms"] == on_block.at_ms + asked.egress_ms


def test_nobody_arrives_who_did_not_fly(midday: Flown) -> None:
    """Parties still waiting or aboard at the end have no arrival."""
    waiting = [b for b in midday.tables["bookings"].rows() if b["status"] != "flown"]
    assert waiting
    assert all(row["arrived_at_ms"] is None for row in waiting)


def test_ledger_is_what_the_bookings_say(day: Flown) -> None:
    """Charges less refunds of each booking are its fare less its refund."""
    paid: dict[str, int] = {}
    for line in day.tables["money"].rows():
        paid[line["booking_id"]] = paid.get(line["booking_id"], 0) + line["amount_tiyn"]
    for row in day.tables["bookings"].rows():
        assert paid.get(row["booking_id"], 0) == row["fare_tiyn"] - row["refund_tiyn"]


def test_trips_that_flew_had_an_offer(day: Flown) -> None:
    """Whoever chose air had been offered it, with a time; here there is nothing to ride in."""
    trips = day.tables["trips"].rows()
    chosen = [row for row in trips if row["chosen_mode"] == "air"]
    assert chosen
    assert all(row["has_air_offer"] and row["air_ms"] > 0 for row in chosen)
    assert all(row["transit_ms"] is None for row in trips)
