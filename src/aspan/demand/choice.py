"""The choice of a party among the ways it is offered: a logit in money, one draw of taste a party.

Each alternative has a utility per person, in tenge:

    −price / party − value of time · (in vehicle + w · out of vehicle + changes · penalty)
    + for air: air_constant · logit_scale + taste

`taste` is the difference of the unobserved parts of air and the ground, drawn once for the party as
a logistic number times `logit_scale`. Of two alternatives the better one is then chosen with the
shares of the binary logit (D. McFadden, *Conditional logit analysis of qualitative choice
behavior*, 1974). All air alternatives share the taste, all ground alternatives have none: within
each group a party takes what suits it best, which is the limit of a nested logit.

A party decides on what each person pays and loses: price over party size, time of one person.
Nothing raises air: `air_constant` above 0 is refused.
"""

from typing import Literal, Protocol

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H, MS_PER_S
from aspan.world.zones import DemandModel, Segment

Mode = Literal["air", "car", "transit", "walk"]


class Alternative(msgspec.Struct, frozen=True):
    """One way to travel, as the party weighs it.

    Parameters
    ----------
    price_kzt
        For the whole party.
    out_of_vehicle_ms
        Waiting, walking, checking in.
    transfers
        Changes between vehicles.
    """

    mode: Mode
    price_kzt: float
    in_vehicle_ms: int
    out_of_vehicle_ms: int
    transfers: int


class ChoiceProblem(msgspec.Struct, frozen=True):
    """A party with its tastes and what it may choose from, at least one alternative."""

    alternatives: tuple[Alternative, ...]
    party: int
    value_of_time_kzt_h: float
    out_of_vehicle_weight: float
    transfer_penalty_ms: float
    air_constant: float
    logit_scale_kzt: float
    taste_kzt: float

    def __post_init__(self) -> None:
        """Refuse a problem without alternatives, or one that raises air."""
        if not self.alternatives:
            raise InvalidInput("choice: alternatives", 0, "at least one")
        if self.air_constant > 0.0:
            raise InvalidInput(
                "choice: air_constant", self.air_constant, "0 or less; nothing raises air"
            )
        if self.party < 1:
            raise InvalidInput("choice: party", self.party, "1 or more")


class Choice(msgspec.Struct, frozen=True):
    """What was chosen: the alternative's number, its mode, and every utility [KZT a person]."""

    index: int
    mode: Mode
    utilities_kzt: tuple[float, ...]


class Traveller(Protocol):
    """What a party tells of itself; a `Wish` does."""

    @property
    def party(self) -> int:
        """Persons in the party."""

    @property
    def value_of_time_kzt_h(self) -> float:
        """Of an hour in a vehicle, per person."""

    @property
    def taste_kzt(self) -> float:
        """Unobserved liking of air over the ground, per person."""


def plan_choice(
    demand: DemandModel,
    segment: Segment,
    traveller: Traveller,
    alternatives: tuple[Alternative, ...],
) -> ChoiceProblem:
    """Return the problem of one party of `segment` before `alternatives`."""
    return ChoiceProblem(
        alternatives,
        traveller.party,
        traveller.value_of_time_kzt_h,
        segment.out_of_vehicle_weight,
        demand.transfer_penalty_s * MS_PER_S,
        segment.air_constant,
        segment.logit_scale_kzt,
        traveller.taste_kzt,
    )


def choose(problem: ChoiceProblem) -> Choice:
    """Return the alternative of greatest utility; of equals, the first."""
    air_kzt = problem.air_constant * problem.logit_scale_kzt + problem.taste_kzt
    per_ms = problem.value_of_time_kzt_h / MS_PER_H
    best, utilities = 0, []
    for index, way in enumerate(problem.alternatives):
        weighted_ms = (
            way.in_vehicle_ms
            + problem.out_of_vehicle_weight * way.out_of_vehicle_ms
            + way.transfers * problem.transfer_penalty_ms
        )
        utility_kzt = -way.price_kzt / problem.party - per_ms * weighted_ms
        if way.mode == "air":
            utility_kzt += air_kzt
        utilities.append(utility_kzt)
        if utility_kzt > utilities[best]:
            best = index
    return Choice(best, problem.alternatives[best].mode, tuple(utilities))
