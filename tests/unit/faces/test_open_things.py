"""How much may be open at once: counted by who asks, given back at the end or in time."""

import pytest

from aspan.faces.http.open_things import KNOWN_MAX, OpenThings
from aspan.faces.http.problem import Problem


def _begin(things: OpenThings, who: str, thing: str, now_s: float) -> None:
    things.begin(who, thing, most=2, now_s=now_s, until_s=now_s + 120.0)


def test_one_too_many_is_refused_until_another_ends_or_its_time_is_over() -> None:
    """Of each address apart; what is asked twice counts once, and the wait told is the true one."""
    things = OpenThings("too_many_holds")
    _begin(things, "a", "B1", 0.0)
    _begin(things, "a", "B2", 30.0)
    _begin(things, "b", "B3", 30.0)
    with pytest.raises(Problem, match="too_many_holds") as refused:
        _begin(things, "a", "B4", 50.5)
    assert refused.value.headers == {"Retry-After": "70"}
    _begin(things, "a", "B2", 60.0)
    things.end("B1")
    things.end("B1")
    _begin(things, "a", "B4", 61.0)
    with pytest.raises(Problem):
        _begin(things, "a", "B5", 62.0)
    _begin(things, "a", "B5", 180.0)
    assert len(things) == 3


def test_only_so_many_addresses_are_remembered() -> None:
    """The one seen longest ago goes, with all that was open of it."""
    things = OpenThings("too_many_holds")
    for n in range(KNOWN_MAX + 5):
        _begin(things, f"a{n}", f"B{n}", 0.0)
    assert len(things) == KNOWN_MAX
    things.end("B0")
    things.end(f"B{KNOWN_MAX}")
    assert len(things) == KNOWN_MAX - 1
