"""A party as it is asked for, read into the travellers the engine counts with."""

from aspan.booking.party import (
    Traveller,
    assume_bag_kg,
    assume_mass_kg,
    count_seats,
    find_party_fault,
)
from aspan.faces.http.fare_page import QUARTER_MS, date_of_quarter
from aspan.faces.http.problem import Problem
from aspan.faces.http.wire_sales import TravellerAsked
from aspan.world.city import City


def read_party(
    city: City, asked: tuple[TravellerAsked, ...], *, at_ms: int
) -> tuple[Traveller, ...]:
    """Return the travellers, means put in where no mass is told; a `Problem` if nobody can go."""
    month = int(date_of_quarter(at_ms // QUARTER_MS, city.time_zone)[5:7])
    service = city.rules.service
    adult_kg = service.mean_payload_kg(month)
    travellers = tuple(_read(one, adult_kg, service.bag_mass_kg) for one in asked)
    fault = find_party_fault(travellers)
    if fault:
        raise Problem(fault, field="travellers")
    return travellers


def check_seats(travellers: tuple[Traveller, ...], seats: int) -> None:
    """Refuse travellers who are not those an offer was made for."""
    taken = count_seats(travellers)
    if taken != seats:
        raise Problem("wrong_party", field="travellers", party=seats, seats=taken)


def _read(one: TravellerAsked, adult_kg: float, bag_mean_kg: float) -> Traveller:
    mass_kg, bag_kg = one.mass_kg, one.bag_kg
    if bag_kg is None:
        bag_kg = assume_bag_kg(one.kind, is_mass_told=mass_kg is not None, mean_kg=bag_mean_kg)
    if mass_kg is None:
        mass_kg = assume_mass_kg(one.kind, adult_kg=adult_kg)
    return Traveller(mass_kg=mass_kg, bag_kg=bag_kg, kind=one.kind, needs=one.needs)
