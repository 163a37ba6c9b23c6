"""Law 5, load: no sortie above seats, payload or mass; what it carried is what was booked."""

from aspan.audit import tolerances
from aspan.audit.energy import take_off_mass_kg
from aspan.audit.findings import Check
from aspan.audit.rows import Booking
from aspan.audit.run import Run

ABOARD = ("boarded", "flown", "settled")
"""Booking statuses of parties that sat in the aircraft."""

SET_DOWN = "refunded"
"""Status of a party aboard a diverted sortie, paid back where it was set down."""


def check_load(run: Run) -> list[Check]:
    """Return the clauses of law 5 about what a sortie carries, exercised."""
    craft = run.city.craft
    mass_kg, payload_kg = mass_case(run)
    seats = run.begin("5", "seats", f"at most {craft.seats} passengers", "sorties")
    payload = run.begin("5", "payload", f"at most {payload_kg:g} kg of passengers and bags",
                        "sorties")  # fmt: skip
    mass = run.begin("5", "mass", f"empty mass, pilot and payload at most {mass_kg:g} kg",
                     "sorties", "aircraft")  # fmt: skip
    for sortie in run.flown:
        name = f"sortie {sortie.sortie_id}"
        at_ms = sortie.off_block_at_ms
        seats.expect(
            0 <= sortie.passengers <= craft.seats,
            f"{name}: {sortie.passengers} passengers, 0 to {craft.seats} seats",
            sortie_id=sortie.sortie_id, at_ms=at_ms,
        )  # fmt: skip
        payload.expect(
            0.0 <= sortie.payload_kg <= payload_kg + tolerances.PAYLOAD_KG,
            f"{name}: payload {sortie.payload_kg:.1f} kg exceeds {payload_kg:g} kg",
            sortie_id=sortie.sortie_id, at_ms=at_ms,
        )  # fmt: skip
        if mass.is_ready:
            total_kg = take_off_mass_kg(run, sortie)
            mass.expect(
                total_kg <= mass_kg + tolerances.MASS_KG,
                f"{name}: take-off mass {total_kg:.1f} kg exceeds {mass_kg:g} kg",
                sortie_id=sortie.sortie_id, at_ms=at_ms,
            )  # fmt: skip
    return [seats, payload, mass, *_check_manifest(run)]


def mass_case(run: Run) -> tuple[float, float]:
    """Return take-off mass and payload limits [kg] of the mass case that `city.json` names.

    The default case of the city's file where the run names none of the two; that `city.json` then
    disagrees is found elsewhere.
    """
    craft = run.city.craft
    stated = (run.tables.city or {}).get("mass_case_kg")
    if stated == craft.alternative_mass_kg:
        return craft.alternative_mass_kg, craft.alternative_payload_kg_max
    return craft.mass_kg, craft.payload_kg_max


def is_aboard(booking: Booking) -> bool:
    """Return whether the party sat in an aircraft."""
    return booking.status in ABOARD or booking.arrived_at_ms is not None


def _check_manifest(run: Run) -> list[Check]:
    """Check passengers and payload of each sortie against the bookings that flew on it."""
    persons = run.begin("5", "passengers-booked", "passengers are the parties booked and aboard",
                        "sorties", "bookings")  # fmt: skip
    payload = run.begin("5", "payload-booked", "payload is that of the parties aboard, within "
                        f"{tolerances.PAYLOAD_KG:g} kg", "sorties", "bookings")  # fmt: skip
    if not persons.is_ready:
        return [persons, payload]
    for sortie in run.flown:
        set_down = sortie.status == "diverted"
        aboard = [
            b
            for b in run.bookings_by_sortie.get(sortie.sortie_id, [])
            if is_aboard(b) or (set_down and b.status == SET_DOWN)
        ]
        if sortie.lift_off_at_ms is None:
            continue
        booked = sum(booking.party for booking in aboard)
        booked_kg = sum(booking.payload_kg for booking in aboard)
        persons.expect(
            booked == sortie.passengers,
            f"sortie {sortie.sortie_id}: {sortie.passengers} passengers, {booked} booked aboard",
            sortie_id=sortie.sortie_id, at_ms=sortie.off_block_at_ms,
        )  # fmt: skip
        payload.expect(
            abs(booked_kg - sortie.payload_kg) <= tolerances.PAYLOAD_KG,
            f"sortie {sortie.sortie_id}: payload {sortie.payload_kg:.1f} kg, booked aboard "
            f"{booked_kg:.1f} kg",
            sortie_id=sortie.sortie_id, at_ms=sortie.off_block_at_ms,
        )  # fmt: skip
    return [persons, payload]
