"""The collector: what stays is left alone, and cycles of young things are still found."""

import gc
from collections.abc import Iterator

import pytest

from aspan.live.collector import MIDDLE, OLD, YOUNG, calm_collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the collector back as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_is_not_looked_at_again() -> None:
    """All that lives is set aside, and looks at everything become rare."""
    calm_collector()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold() == (YOUNG, MIDDLE, OLD)


def test_young_cycles_are_still_let_go_of() -> None:
    """Things that hold each other and nobody else holds are gone before long."""
    calm_collector()
    seen: list[int] = []

    class Link:
        other: "Link"

        def __del__(self) -> None:
            seen.append(1)

    for _ in range(2 * YOUNG):
        one, two = Link(), Link()
        one.other, two.other = two, one
    assert len(seen) > YOUNG
