"""Laws of asking less: a party that asks only for what it could choose chooses no worse."""

import pytest

from aspan.journeys.frame import Label
from aspan.journeys.legs import sum_up, tell_itinerary
from aspan.journeys.ranking import Taste, cost_kzt
from aspan.journeys.search import Answer, search
from aspan.primitives.dice import draw, draw_between
from aspan.world.city import City
from aspan.world.readers import load_city
from property.journey_worlds import World, draw_world

WORLDS = 40


@pytest.fixture(scope="session")
def city() -> City:
    """Return the tiny city, whose rules and vertiports the worlds borrow."""
    return load_city("tiny")


def draw_taste(seed: int) -> Taste:
    """Return a party of the dice: from one that hardly minds time to one that minds little else."""
    return Taste(
        value_of_time_kzt_h=10.0 ** draw_between(2.0, 7.0, seed, "value"),
        out_of_vehicle_weight=draw_between(1.0, 2.5, seed, "weight"),
        transfer_penalty_s=draw_between(0.0, 900.0, seed, "penalty"),
        air_kzt=draw_between(-100_000.0, 600_000.0, seed, "air") * draw(seed, "much"),
    )


def least_kzt(world: World, answer: Answer, taste: Taste) -> float:
    """Return the cost of what the party would choose; infinite if nothing was found."""

    def cost(label: Label) -> float:
        told = tell_itinerary(world.network, world.transit, world.query, label)
        return cost_kzt(told, taste, party=world.query.party)

    return min((cost(label) for label in answer.labels), default=float("inf"))


def test_who_asks_less_chooses_no_worse(city: City) -> None:
    """The best of what is found is as good as the best of all; fewer flights were asked for."""
    asked, spared, flown = 0, 0, 0
    for seed in range(WORLDS):
        world = draw_world(city, seed, is_arrive_by=False)
        every = search(world.network, world.transit, world.query, world.flights)
        for number in range(3):
            taste = draw_taste(seed * 3 + number)
            few = search(world.network, world.transit, world.query, world.flights, taste)
            best_kzt = least_kzt(world, few, taste)
            assert best_kzt <= least_kzt(world, every, taste) + 1e-6, f"world {seed}, {taste}"
            asked, spared = asked + few.asks, spared + every.asks - few.asks
            flown += any(type(p).__name__ == "AirPart" for _, parts in few.labels for p in parts)
    assert asked > WORLDS
    assert spared > WORLDS
    assert flown > WORLDS // 4


def test_a_way_adds_up_to_its_legs(city: City) -> None:
    """What a way is weighed by is the same whether its legs are told or not."""
    modes = set()
    for seed in range(WORLDS):
        world = draw_world(city, seed, is_arrive_by=False)
        for label in search(world.network, world.transit, world.query, world.flights).labels:
            told = tell_itinerary(world.network, world.transit, world.query, label)
            sums = sum_up(world.network, world.transit, world.query, label)
            for name in sums.__struct_fields__:
                assert getattr(sums, name) == getattr(told, name), f"world {seed}, {name}"
            modes.add(told.mode)
    assert modes >= {"air", "car", "transit"}


def test_a_party_that_hates_to_fly_asks_for_nothing(city: City) -> None:
    """A dislike larger than any cost leaves the service alone."""
    taste = Taste(
        value_of_time_kzt_h=1000.0,
        out_of_vehicle_weight=1.5,
        transfer_penalty_s=300.0,
        air_kzt=-1e9,
    )
    grounded = 0
    for seed in range(WORLDS):
        world = draw_world(city, seed, is_arrive_by=False)
        answer = search(world.network, world.transit, world.query, world.flights, taste)
        has_ground = any(
            all(type(p).__name__ != "AirPart" for p in parts) for _, parts in answer.labels
        )
        if has_ground:
            grounded += 1
            assert answer.asks == 0
    assert grounded > WORLDS // 2
