"""Slot calendars: half-open intervals that never overlap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.airspace.slots import SlotCalendar
from aspan.primitives.errors import InvalidInput, InvariantError


def calendar(*intervals: tuple[int, int]) -> SlotCalendar:
    """Return a calendar with these intervals held by A, B, C and so on."""
    slots = SlotCalendar()
    for n, (start, end) in enumerate(intervals):
        slots.reserve("ABCDEFGHIJ"[n], start, end)
    return slots


def test_touching_is_free() -> None:
    """An interval may end where another begins, and begin where one ends."""
    slots = calendar((10, 20))
    assert slots.shift_ms(0, 10) == 0
    assert slots.shift_ms(20, 30) == 0


@pytest.mark.parametrize(("start", "end"), [(5, 11), (19, 25), (12, 13), (0, 40), (10, 20)])
def test_overlap_waits_for_the_end(start: int, end: int) -> None:
    """Whatever overlaps waits until the held interval ends."""
    assert calendar((10, 20)).shift_ms(start, end) == 20 - start


def test_gaps_too_short_are_passed_over() -> None:
    """The next start leaves room for the whole interval."""
    slots = calendar((10, 20), (25, 40), (50, 60))
    assert slots.shift_ms(12, 18) == 40 - 12
    assert slots.shift_ms(12, 17) == 20 - 12
    assert slots.shift_ms(12, 40) == 60 - 12


def test_reserving_what_is_held_is_an_invariant_broken() -> None:
    """Two holders at once can never be; nor an interval without length."""
    slots = calendar((10, 20))
    for start, end in ((5, 11), (19, 21), (12, 15)):
        with pytest.raises(InvariantError, match="overlaps"):
            slots.reserve("B", start, end)
    with pytest.raises(InvalidInput):
        slots.reserve("B", 30, 30)
    assert slots.list_held() == [(10, 20, "A")]


def test_release_and_prune_forget() -> None:
    """Release frees all of a holder, prune what is past; others stay."""
    slots = calendar((10, 20), (20, 30))
    slots.reserve("A", 40, 50)
    slots.release("A")
    slots.release("nobody")
    assert slots.list_held() == [(20, 30, "B")]
    slots.prune(29)
    assert len(slots) == 1
    slots.prune(30)
    assert len(slots) == 0


def test_holder_at_an_instant() -> None:
    """The start belongs to the interval, the end does not."""
    slots = calendar((10, 20))
    assert [slots.find_holder(t) for t in (9, 10, 19, 20)] == [None, "A", "A", None]


@given(
    wishes=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=20),
    ask=st.tuples(st.integers(0, 200), st.integers(1, 40)),
)
def test_shift_is_the_least_that_is_free(
    wishes: list[tuple[int, int]], ask: tuple[int, int]
) -> None:
    """The delay answered is free, and no shorter one is: against a plain search."""
    slots = SlotCalendar()
    for n, (start, length) in enumerate(wishes):
        if slots.shift_ms(start, start + length) == 0:
            slots.reserve(f"{n}", start, start + length)
    held = slots.list_held()
    start, length = ask

    def is_free(at: int) -> bool:
        return all(at + length <= a or b <= at for a, b, _ in held)

    least = next(wait for wait in range(1000) if is_free(start + wait))
    assert slots.shift_ms(start, start + length) == least


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["reserve", "release", "prune"]), st.integers(0, 60), st.integers(0, 4)
        ),
        max_size=40,
    )
)
def test_what_is_held_is_what_a_plain_list_holds(steps: list[tuple[str, int, int]]) -> None:
    """Reserved, released and pruned in any order, it holds what a list of intervals would."""
    slots = SlotCalendar()
    held: list[tuple[int, int, str]] = []
    for step, at, who in steps:
        if step == "reserve" and slots.shift_ms(at, at + 5) == 0:
            slots.reserve(f"{who}", at, at + 5)
            held.append((at, at + 5, f"{who}"))
        elif step == "release":
            slots.release(f"{who}")
            held = [h for h in held if h[2] != f"{who}"]
        elif step == "prune":
            slots.prune(at)
            held = [h for h in held if h[1] > at]
        assert slots.list_held() == sorted(held)
