"""A twin's service fed with METAR: told, kept by its log, resumed, and no-go when it is too old."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.compose.service import Asked, TwinService, open_service
from aspan.operations.events import WeatherReported
from aspan.operations.sky import find_obstacle
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

AIRPORT, CENTRE = VertiportId("AIRPORT"), VertiportId("CENTRE")
FAIR = "UAAA 150655Z 09003MPS CAVOK 12/03 Q1018 NOSIG=\n"
STORM = "UAAA 150659Z 09003MPS 9999 VCTS SCT030CB BKN060 12/03 Q1018 NOSIG=\n"


def _ask(metar: Path | None, **more: object) -> Asked:
    asked: dict[str, object] = {
        "city": "alatau", "day": parse_date("2025-04-15"), "start_ms": 12 * MS_PER_H, "fleet": 3,
    }  # fmt: skip
    return Asked(metar=None if metar is None else str(metar), **(asked | more))  # type: ignore[arg-type]


def _told(service: TwinService, site_id: VertiportId) -> list[tuple[str, WeatherReported]]:
    return [
        (cause, event)
        for cause, event in service.log.read()
        if isinstance(event, WeatherReported) and str(event.weather.place_id) == site_id
    ]


@pytest.fixture
def metar(tmp_path: Path) -> Path:
    """Return a file with one fair report of five minutes before the service begins."""
    path = tmp_path / "uaaa.txt"
    path.write_text(FAIR, encoding="utf-8")
    return path


@pytest.fixture
def service(tmp_path: Path, metar: Path) -> Iterator[TwinService]:
    """Return a service begun at noon, that has looked at its METAR once."""
    twin = open_service(_ask(metar), tmp_path / "s.sqlite")
    twin.service.start()
    assert twin.metar is not None
    twin.metar.poll()
    yield twin
    twin.service.stop(5.0)
    twin.log.close()


def test_covered_places_are_told_by_metar_and_the_others_by_the_model(
    service: TwinService,
) -> None:
    """The airport has the report of METAR alone, the centre that of the twin; the twin flies it."""
    (cause, told), *more = _told(service, AIRPORT)
    assert cause.startswith("metar/UAAA/AIRPORT/")
    assert more == []
    assert not told.weather.is_modelled
    assert all(cause.startswith("weather/") for cause, _ in _told(service, CENTRE))
    now_ms = service.clock.now_ms()
    assert service.run.truth.at(told.weather.place_id, now_ms) == told.weather


def test_it_is_no_go_when_too_old_and_in_thunder(service: TwinService, metar: Path) -> None:
    """An hour after the report nothing goes; a fresh report with thunder about forbids, too."""
    state = service.run.engine.state

    def obstacle(at_ms: int) -> str:
        return find_obstacle(state, AIRPORT, layer=0, now_ms=at_ms, at_ms=at_ms)

    observed_ms = _told(service, AIRPORT)[0][1].weather.at_ms
    assert obstacle(observed_ms + 60 * MS_PER_MIN) == ""
    assert obstacle(observed_ms + 60 * MS_PER_MIN + 1) == "weather_report_too_old"
    metar.write_text(FAIR + STORM, encoding="utf-8")
    assert service.metar is not None
    service.metar.poll()
    assert obstacle(service.clock.now_ms()) == "weather_thunderstorm"
    assert len(_told(service, AIRPORT)) == 2


def test_a_resumed_service_stays_on_metar_and_is_not_told_twice(
    service: TwinService, metar: Path, tmp_path: Path
) -> None:
    """The log folds back; the same text adds nothing; without --metar it is said what is lost."""
    service.service.stop(5.0)
    service.log.close()
    again = open_service(_ask(metar), tmp_path / "s.sqlite")
    try:
        assert again.is_resumed
        again.service.start()
        assert again.metar is not None
        again.metar.poll()
        assert len(_told(again, AIRPORT)) == 1
    finally:
        again.service.stop(5.0)
        again.log.close()
    without = open_service(_ask(None), tmp_path / "s.sqlite")
    try:
        assert without.metar is None
        assert any("no --metar given: AIRPORT" in note for note in without.notes)
        assert str(AIRPORT) not in map(str, without.run.truth.fed_place_ids)
    finally:
        without.log.close()


def test_a_store_without_metar_keeps_the_model(tmp_path: Path, metar: Path) -> None:
    """A store begun on the model says that --metar was asked in vain."""
    for asked in (_ask(None), _ask(metar)):
        twin = open_service(asked, tmp_path / "m.sqlite")
        assert twin.metar is None
        twin.log.close()
    assert any("--metar none" in note for note in twin.notes)


def test_a_wrong_source_or_city_is_bad_input(tmp_path: Path, metar: Path) -> None:
    """A file that is not there, and a city without stations, are refused before anything begins."""
    with pytest.raises(InvalidInput, match="--metar"):
        open_service(_ask(tmp_path / "none.txt"), tmp_path / "a.sqlite")
    with pytest.raises(InvalidInput, match="stations"):
        open_service(_ask(metar, city="tiny", day=None), tmp_path / "b.sqlite")
