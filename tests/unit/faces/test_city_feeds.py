"""`aspan city check` on public transport: what feeds hold, and what of it cannot be meant."""

from pathlib import Path

import msgspec
import pytest

from aspan.faces.cli.city_feeds import FAR_KM, format_feeds, list_feeds
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.readers import footpaths, load_city
from aspan.world.transit import Transit
from feed_texts import SMALL, small, zipped


def with_feed(folder: Path, **changed: str) -> City:
    """Return the small city with a feed dropped in."""
    (folder / "bus.zip").write_bytes(zipped(small(**changed)))
    city = load_city("tiny")
    return msgspec.structs.replace(
        city, folder=str(folder), transit=Transit(feeds=("bus.zip",), bus=None)
    )


def test_stops_that_cannot_be_meant_are_counted(tmp_path: Path) -> None:
    """One stop of three with its coordinates exchanged is told; the feed as it is tells nothing."""
    told = list_feeds(with_feed(tmp_path))
    assert told["feeds"][0]["stops_far"] == 0
    assert not any("every vertiport" in line for line in format_feeds(told))
    changed = SMALL["stops.txt"].replace("43.2000,76.9000", "76.9000,43.2000")
    told = list_feeds(with_feed(tmp_path, stops=changed))
    assert told["feeds"][0]["stops_far"] == 1
    said = f"    1 of 3 stops are more than {FAR_KM} km from every vertiport"
    assert said in format_feeds(told)


def test_a_feed_too_much_for_a_search_is_refused_by_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would stop a service at its first search stops the check."""
    monkeypatch.setattr(footpaths, "CHANGES_MAX", 1)
    close = SMALL["stops.txt"].replace("43.2100", "43.2001").replace("43.2200", "43.2002")
    with pytest.raises(InvalidInput, match="2 stops to change to on foot"):
        list_feeds(with_feed(tmp_path, stops=close))
