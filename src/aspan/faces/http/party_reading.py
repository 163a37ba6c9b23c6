"""A party as it is asked for, read into the travellers the engine counts with."""

from typing import Final

from aspan.booking.party import Traveller, count_seats, find_party_fault
from aspan.faces.http.fare_page import QUARTER_MS, date_of_quarter
from aspan.faces.http.problem import Problem
from aspan.faces.http.wire_sales import TravellerAsked
from aspan.world.city import City

CHILD_KG: Final = 35.0
"""Mean mass of a child of 2 to 12 years (EASA, *Easy Access Rules for Air Operations*, AMC1
CAT.POL.MAB.100(e), table 1)."""

INFANT_KG: Final = 12.0
"""Assumed: a child under two on a lap; the table counts it with its adult."""


def read_party(
    city: City, asked: tuple[TravellerAsked, ...], *, at_ms: int
) -> tuple[Traveller, ...]:
    """Return the travellers, means put in where no mass is told; a `Problem` if nobody can go."""
    month = int(date_of_quarter(at_ms // QUARTER_MS, city.time_zone)[5:7])
    mean_kg = city.rules.service.mean_payload_kg(month)
    travellers = tuple(
        Traveller(
            mass_kg=_mass_kg(one, mean_kg),
            bag_kg=_bag_kg(one, city.rules.service.bag_mass_kg),
            kind=one.kind,
            needs=one.needs,
        )
        for one in asked
    )
    fault = find_party_fault(travellers)
    if fault:
        raise Problem(fault, field="travellers")
    return travellers


def check_seats(travellers: tuple[Traveller, ...], seats: int) -> None:
    """Refuse travellers who are not those an offer was made for."""
    taken = count_seats(travellers)
    if taken != seats:
        raise Problem("wrong_party", field="travellers", party=seats, seats=taken)


def _mass_kg(one: TravellerAsked, mean_kg: float) -> float:
    """Return what somebody weighs, the mean of its kind if it does not say.

    The mean of an adult holds a mean bag; one that is told comes on top, which errs to be heavy.
    """
    if one.mass_kg is not None:
        return one.mass_kg
    return {"adult": mean_kg, "child": CHILD_KG, "infant": INFANT_KG}[one.kind]


def _bag_kg(one: TravellerAsked, mean_kg: float) -> float:
    """Return what somebody's bags weigh; a mean one of an adult who tells of itself alone."""
    if one.bag_kg is not None:
        return one.bag_kg
    return mean_kg if one.kind == "adult" and one.mass_kg is not None else 0.0
