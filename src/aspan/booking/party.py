"""Party: who travels together, what they weigh, what they need, and what that takes of a sortie."""

from typing import Final, Literal

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_MIN

TravellerKind = Literal["adult", "child", "infant"]
"""A child sits in a seat of its own; an infant, under two, on an adult's lap (ICAO Annex 6 part I,
6.2.2 c: a seat for each person over an age the State says)."""

Need = Literal["wheelchair", "assistance", "visual", "hearing"]
"""What somebody needs of us; never why (facts 8.15)."""

NEEDS: tuple[Need, ...] = ("wheelchair", "assistance", "visual", "hearing")

MASS_KG_MAX = 250.0
"""Heaviest person, and heaviest bags of one, that are taken for meant."""

EXTRA_BOARDING_MS = {"wheelchair": 4 * MS_PER_MIN, "assistance": 2 * MS_PER_MIN}
"""Longer at the stand for who is helped aboard. Assumed: boarding takes up to 4 min (facts 8.3)
where it takes 2 in the mean, and a chair is stowed besides."""

WHEELCHAIR_KG = 15.0
"""A folding wheelchair, carried as baggage by mass. Assumed: 12 to 18 kg by makers' sheets."""


CHILD_KG: Final = 35.0
"""Mean mass of a child of 2 to 12 years (EASA, *Easy Access Rules for Air Operations*, AMC1
CAT.POL.MAB.100(e), table 1)."""

INFANT_KG: Final = 12.0
"""Assumed: a child under two on a lap; the table counts it with its adult."""


class Traveller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One person of a party, without a name.

    Parameters
    ----------
    mass_kg
        With clothes.
    bag_kg
        All bags.
    """

    mass_kg: float
    bag_kg: float = 0.0
    kind: TravellerKind = "adult"
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what nobody weighs."""
        if not 0.0 < self.mass_kg <= MASS_KG_MAX:
            raise InvalidInput("mass_kg", self.mass_kg, f"above 0, to {MASS_KG_MAX:g} kg")
        if not 0.0 <= self.bag_kg <= MASS_KG_MAX:
            raise InvalidInput("bag_kg", self.bag_kg, f"0 to {MASS_KG_MAX:g} kg")


def assume_mass_kg(kind: TravellerKind, *, adult_kg: float) -> float:
    """Return what somebody weighs who does not say: the mean of its kind.

    The mean of an adult holds a mean bag; one that is told comes on top, which errs to be heavy.
    """
    return {"adult": adult_kg, "child": CHILD_KG, "infant": INFANT_KG}[kind]


def assume_bag_kg(kind: TravellerKind, *, is_mass_told: bool, mean_kg: float) -> float:
    """Return what somebody's bags weigh who does not say: a mean one if it told of itself alone.

    An adult whose mass is assumed has a mean bag in it; children and infants have none.
    """
    return mean_kg if kind == "adult" and is_mass_told else 0.0


def count_seats(travellers: tuple[Traveller, ...]) -> int:
    """Return the seats a party takes: one for each who is no infant."""
    return sum(one.kind != "infant" for one in travellers)


def weigh_party(travellers: tuple[Traveller, ...]) -> float:
    """Return what a party adds to the payload, bags and wheelchairs included [kg]."""
    chairs_kg = sum(WHEELCHAIR_KG for one in travellers if "wheelchair" in one.needs)
    return round(sum(one.mass_kg + one.bag_kg for one in travellers) + chairs_kg, 1)


def extra_boarding_ms(travellers: tuple[Traveller, ...]) -> int:
    """Return how much longer than others a party takes to board; one after the other."""
    return sum(EXTRA_BOARDING_MS.get(need, 0) for one in travellers for need in one.needs)


def find_party_fault(travellers: tuple[Traveller, ...]) -> str:
    """Return why a party cannot be carried as it is, whatever the sortie; empty if it can."""
    adults = sum(one.kind == "adult" for one in travellers)
    infants = sum(one.kind == "infant" for one in travellers)
    if not travellers or count_seats(travellers) < 1:
        return "no_traveller"
    if adults == 0:
        return "child_alone"
    return "infants_exceed_adults" if infants > adults else ""
