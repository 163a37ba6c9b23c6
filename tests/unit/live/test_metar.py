"""Live METAR: what is handed over, what is not, and what is said when it fails."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from aspan.live.metar import BYTES_MAX, MetarFeed, Watched, read_source
from aspan.live.service import NotAnswered
from aspan.operations.commands import ReportWeather
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import MS_PER_MIN
from aspan.world.weather import Forecast, Weather
from aspan.world.weather_archive import Station

A, B = PlaceId("A"), PlaceId("B")
NOON_MS = datetime_to_ms(datetime(2025, 4, 15, 7, 5, tzinfo=UTC))
FAIR = "UAAA 150700Z 09003MPS CAVOK 12/03 Q1018 NOSIG="
FOG = "UAAA 150730Z 09001MPS 0300 FG VV001 08/08 Q1018 NOSIG="
WATCHED = Watched(
    stations=(
        Station(
            station_id="UAAA", lon_deg=77.0, lat_deg=43.3, elevation_amsl_m=682.0, places=(A, B)
        ),
    ),
    elevation_amsl_m={A: 675.0, B: 882.0},
    gust_factor=1.45,
    report_age_ms_max=60 * MS_PER_MIN,
)


class Desk:
    """A feed over one file, with a clock that is set and a service that remembers."""

    def __init__(self, path: Path, heard_ms: dict[PlaceId, int] | None = None) -> None:
        self.path = path
        self.now_ms = NOON_MS
        self.taken: list[tuple[str, Weather]] = []
        self.said: list[str] = []
        self.is_busy = False
        self.feed = MetarFeed(
            str(path), WATCHED, submit=self._submit, now_ms=lambda: self.now_ms,
            forecast=self._forecast, tell=self.said.append, heard_ms=heard_ms or {},
        )  # fmt: skip

    def _submit(self, cause: str, command: ReportWeather) -> None:
        if self.is_busy:
            raise NotAnswered("no time")
        self.taken.append((cause, command.weather))

    def _forecast(self, report: Weather, at_ms: int) -> tuple[Forecast, ...]:
        assert report.at_ms <= at_ms
        return ()

    def poll(self, text: str, minutes: int = 0) -> None:
        """Write a text, let time pass, look."""
        self.path.write_text(text, encoding="utf-8")
        self.now_ms += minutes * MS_PER_MIN
        self.feed.poll()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a feed over a file that is not there yet."""
    return Desk(tmp_path / "uaaa.txt")


def test_a_report_reaches_every_place_of_its_station_once(desk: Desk) -> None:
    """Each place has it at its own height, stamped when observed; it is sent once."""
    desk.poll(FAIR)
    desk.poll(FAIR, minutes=1)
    assert [weather.place_id for _, weather in desk.taken] == [A, B]
    low, high = (weather for _, weather in desk.taken)
    assert low.at_ms == datetime_to_ms(datetime(2025, 4, 15, 7, tzinfo=UTC))
    assert low.temperature_k - high.temperature_k == pytest.approx(0.0065 * 207.0, abs=0.02)
    assert low.ceiling_agl_m - high.ceiling_agl_m == pytest.approx(207.0)
    assert low.pressure_pa > high.pressure_pa
    assert not low.is_modelled
    assert len({cause for cause, _ in desk.taken}) == 2
    assert desk.said == []


def test_the_newest_report_that_is_not_ahead_counts(desk: Desk) -> None:
    """Of two lines the later one counts once its time has come."""
    both = FAIR + "\n" + FOG + "\n"
    desk.poll(both)
    assert [weather.present_weather for _, weather in desk.taken] == ["", ""]
    desk.poll(both, minutes=25)
    assert [weather.present_weather for _, weather in desk.taken[2:]] == ["FG", "FG"]


def test_a_correction_of_the_same_time_is_taken(desk: Desk) -> None:
    """COR with the same instant replaces what was told, under a cause of its own."""
    desk.poll(FAIR)
    desk.poll("METAR COR " + FAIR.replace("CAVOK", "0300 FG VV001"))
    assert [weather.visibility_m for _, weather in desk.taken] == [1e4, 1e4, 300.0, 300.0]
    assert len({cause for cause, _ in desk.taken}) == 4


def test_when_it_vanishes_it_is_said_once_and_once_when_too_old(desk: Desk) -> None:
    """The last report is kept; the file's loss, its age, and the recovery are each told once."""
    desk.poll(FAIR)
    desk.path.unlink()
    for _ in range(3):
        desk.feed.poll()
    assert len(desk.said) == 1
    assert "cannot be read" in desk.said[0]
    desk.now_ms += 55 * MS_PER_MIN
    desk.feed.poll()
    assert len(desk.said) == 1
    for _ in range(3):
        desk.now_ms += MS_PER_MIN
        desk.feed.poll()
    assert len(desk.said) == 2
    assert "no-go at A, B" in desk.said[1]
    desk.poll(FAIR.replace("150700Z", "150800Z"))
    assert len(desk.taken) == 4
    assert [message for message in desk.said[2:] if "in order again" not in message] == []


@pytest.mark.parametrize(
    "garbage",
    [
        "\x00\xff rubbish",
        "UAAA 150730Z //// nonsense",
        "UAAA 150730Z AUTO 09003MPS //// // ////// 12/03 Q1018",
        "UAAA 150730Z NIL=",
        "<html>busy</html>",
    ],
)
def test_garbage_never_replaces_what_is_known(desk: Desk, garbage: str) -> None:
    """A text that cannot be used is told once and nothing is handed over."""
    desk.poll(FAIR)
    desk.poll(garbage, minutes=26)
    desk.poll(garbage)
    assert len(desk.taken) == 2
    assert len(desk.said) == 1
    assert "UAAA" in desk.said[0]


def test_what_the_service_could_not_take_is_tried_again(desk: Desk) -> None:
    """A busy service gets the report at the next look."""
    desk.is_busy = True
    desk.poll(FAIR)
    assert desk.taken == []
    desk.is_busy = False
    desk.poll(FAIR)
    assert len(desk.taken) == 2


def test_what_the_log_has_is_not_told_again(tmp_path: Path) -> None:
    """After a restart on a log that has the report, it is not handed over twice."""
    at_ms = datetime_to_ms(datetime(2025, 4, 15, 7, tzinfo=UTC))
    desk = Desk(tmp_path / "uaaa.txt", {A: at_ms, B: at_ms})
    desk.poll(FAIR)
    assert desk.taken == []


def test_back_off_doubles_up_to_a_quarter_of_an_hour(desk: Desk) -> None:
    """Failures wait longer and longer; a success polls as before."""
    waits = [desk.feed.poll() for _ in range(12)]
    assert waits[:2] == [10.0, 20.0]
    assert waits[-1] == 900.0
    desk.path.write_text(FAIR, encoding="utf-8")
    assert desk.feed.poll() == 5.0


def test_an_endless_text_is_refused(tmp_path: Path) -> None:
    """A file beyond the limit is not read to its end."""
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * (BYTES_MAX + 10))
    with pytest.raises(ValueError, match="longer than"):
        read_source(str(path))


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with a report, or with an error."""
        if self.path != "/metar":
            self.send_error(503)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FAIR.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_address_is_read_and_its_error_is_an_os_error() -> None:
    """HTTP 200 gives the text; HTTP 503 is an error that the feed counts as a failure."""
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        assert read_source(f"{address}/metar") == FAIR.encode()
        with pytest.raises(OSError, match="503"):
            read_source(f"{address}/busy")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
