"""A dataset published from estimates: its rows, its marks, and what it changes in the network."""

import shutil
from pathlib import Path

import msgspec
import pytest

from aspan.evidence.identify.dataset import FILE, publish_dataset
from aspan.evidence.identify.estimates import Estimate, Identification, NotIdentified
from aspan.evidence.identify.flight import PRODUCT
from aspan.evidence.identify.network_effect import draw_types, fly_days, list_changes
from aspan.evidence.identify.runs import Maker
from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city
from aspan.world.readers.folder import find_folder

CAMPAIGN = "campaign of small.range, log 0123456789ab"


def _estimate(name: str, value: float, half: float, unit: str = "1") -> Estimate:
    return Estimate(
        name=name,
        value=value,
        unit=unit,
        low=value - half,
        high=value + half,
        systematic=0.0,
        dof=5,
        runs=("R1", "R2", "R3"),
    )


def _found(maker: Maker = "twin") -> Identification:
    return Identification(
        maker=maker,
        estimates=(
            _estimate("figure_of_merit", 0.72, 0.01),
            _estimate(PRODUCT, 9.6, 0.16),
            _estimate("gross_kwh", 140.0, 1.0, "kWh"),
            _estimate("cold_factor_at_10", 0.99, 0.02),
            _estimate("fade_per_full_cycle", 1.2e-4, 1e-5),
        ),
        not_identified=(NotIdentified(name="aux_kw", missing="3 runs"),),
        runs={"R1": "a" * 64, "R2": "b" * 64, "R3": "c" * 64},
    )


def test_published_city_flies_with_the_new_numbers(tmp_path: Path) -> None:
    """What was identified stands in the copy with interval and source; all else is as it was."""
    out = tmp_path / "found"
    publish_dataset(_found(), "tiny", out, campaign=CAMPAIGN)
    old, new = load_city("tiny"), load_city(str(out))
    kind = new.aircraft_type
    assert (kind.figure_of_merit, kind.gross_kwh) == (0.72, 140.0)
    assert kind.lift_to_drag_max * kind.cruise_efficiency == pytest.approx(9.6)
    assert kind.cruise_efficiency == old.aircraft_type.cruise_efficiency
    kept = msgspec.structs.replace(
        kind,
        figure_of_merit=old.aircraft_type.figure_of_merit,
        gross_kwh=old.aircraft_type.gross_kwh,
        lift_to_drag_max=old.aircraft_type.lift_to_drag_max,
        cold_factor_at_10=old.aircraft_type.cold_factor_at_10,
    )
    assert kept == old.aircraft_type
    merit = new.quantities["aircraft_type.figure_of_merit"]
    assert merit.low == pytest.approx(0.71)
    assert merit.high == pytest.approx(0.73)
    assert merit.mark == "modelled"
    assert "flown by the twin, not by an aircraft" in merit.source
    assert "R2 (bbbbbbbbbbbb)" in merit.source
    assert CAMPAIGN in merit.source
    assert new.quantities["aircraft_type.cold_factor_at_10"].high == 1.0
    assert "only its product" in new.quantities["aircraft_type.lift_to_drag_max"].source
    told = msgspec.json.decode((out / FILE).read_bytes(), type=Identification)
    assert told == _found()
    assert FILE in (out / "SOURCES.md").read_text(encoding="utf-8")


def test_only_an_aircrafts_own_telemetry_is_measured(tmp_path: Path) -> None:
    """Runs of an aircraft's recorder make measured rows."""
    rows = publish_dataset(_found("aircraft"), "tiny", tmp_path / "found", campaign=CAMPAIGN)
    assert {row.mark for row in rows} == {"measured"}
    assert not any("twin" in row.source for row in rows)


def test_terrain_outside_the_folder_comes_along(tmp_path: Path) -> None:
    """A copy of a city that borrows its terrain stands by itself."""
    town = tmp_path / "town"
    shutil.copytree(find_folder("tiny"), town)
    (town / "terrain.npz").rename(tmp_path / "terrain.npz")
    head = (town / "city.toml").read_text(encoding="utf-8")
    head = head.replace('"terrain.npz"', '"../terrain.npz"')
    (town / "city.toml").write_text(head, encoding="utf-8")
    out = tmp_path / "elsewhere" / "found"
    publish_dataset(_found(), str(town), out, campaign=CAMPAIGN)
    assert load_city(str(out)).aircraft_type.gross_kwh == 140.0
    assert (out / "terrain.npz").is_file()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that holds something, and estimates of nothing, are refused."""
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InvalidInput, match="a new folder"):
        publish_dataset(_found(), "tiny", tmp_path, campaign=CAMPAIGN)
    nothing = msgspec.structs.replace(_found(), estimates=())
    with pytest.raises(InvalidInput, match="runs that identify something"):
        publish_dataset(nothing, "tiny", tmp_path / "none", campaign=CAMPAIGN)


def test_the_network_feels_a_smaller_battery(tmp_path: Path) -> None:
    """Less energy and a worse rotor shorten the range; intervals lie about the new figures."""
    out = tmp_path / "found"
    publish_dataset(_found(), "tiny", out, campaign=CAMPAIGN)
    old, new = load_city("tiny"), load_city(str(out))
    changes = {c.what: c for c in list_changes(old, new, _found(), draws=10)}
    reach = changes["greatest range with reserve, new pack, full cabin"]
    assert reach.new < reach.old
    assert reach.low is not None
    assert reach.high is not None
    assert reach.low < reach.new < reach.high
    assert changes["energy of a leg of 30 km"].old == pytest.approx(40.0, rel=0.01)
    assert "pairs of vertiports that can be served" in changes
    sorties, hours = fly_days(old, new)
    assert sorties.old > 0
    assert hours.old > 0.0


def test_draws_follow_the_estimates() -> None:
    """Aircraft drawn scatter as the interval says, the product through lift-to-drag."""
    kind = load_city("tiny").aircraft_type
    drawn = draw_types(kind, _found(), seed=2, draws=400)
    gross = [one.gross_kwh for one in drawn]
    inside = sum(139.0 <= one <= 141.0 for one in gross) / len(gross)
    assert 0.92 < inside < 0.98
    mean = sum(one.lift_to_drag_max for one in drawn) / len(drawn)
    assert mean * kind.cruise_efficiency == pytest.approx(9.6, rel=0.002)
