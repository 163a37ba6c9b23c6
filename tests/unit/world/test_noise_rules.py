"""The table of noise limits in `city.toml`: read, left out, wrong."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city

TINY = Path(__file__).resolve().parents[3] / "cities" / "tiny"


def spoil(folder: Path, change: Callable[[str], str]) -> str:
    """Return a copy of the small city whose `city.toml` was changed."""
    copied = copytree(TINY, folder / "spoilt")
    path = copied / "city.toml"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return str(copied)


@pytest.mark.parametrize("name", ["alatau", "bench", "tiny"])
def test_limits_are_those_of_the_facts(name: str) -> None:
    """55 and 45 dBA by day and night, 70 and 60 dBA at most, 45 s a movement (facts 4.27, 4.28)."""
    noise = load_city(name).rules.noise
    assert noise is not None
    assert (noise.laeq_day_dba_max, noise.laeq_night_dba_max) == (55, 45)
    assert (noise.lamax_day_dba_max, noise.lamax_night_dba_max) == (70, 60)
    assert (noise.night_from_local, noise.night_until_local) == ("23:00", "07:00")
    assert noise.movement_s == 45


def test_a_city_may_state_no_limits(tmp_path: Path) -> None:
    """Without the table the city loads and judges no noise."""
    city = spoil(
        tmp_path, lambda text: text[: text.index("[noise]")] + text[text.index("[hours]") :]
    )
    assert load_city(city).rules.noise is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('night_from_local = "23:00"', 'night_from_local = "23:30"', "night_from_local"),
        ('night_until_local = "07:00"', 'night_until_local = "7 o\'clock"', "night_until_local"),
        ('night_until_local = "07:00"', 'night_until_local = "23:00"', "night_until_local"),
        ("movement_s = { value = 45", "movement_s = { value = 0", "movement_s"),
        ("laeq_day_dba_max = { value = 55", "laeq_day_dba_max = { value = 70", "laeq_day_dba_max"),
    ],
)
def test_wrong_limits_are_refused(tmp_path: Path, old: str, new: str, named: str) -> None:
    """A night that is none, a duration of nothing, a value out of its own range: named."""
    city = spoil(tmp_path, lambda text: text.replace(old, new))
    with pytest.raises(InvalidInput) as caught:
        load_city(city)
    assert f"noise.{named}" in caught.value.field
