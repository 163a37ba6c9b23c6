"""Feeds as they come: packed by hand, in another encoding, with names that would harm a screen."""

import tracemalloc
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers.gtfs import check_feed, read_feed
from aspan.world.readers.gtfs_rows import COLUMNS_MAX, clean, parse_number
from aspan.world.vertiport import Names
from feed_texts import SMALL, small, zipped

STOPS = SMALL["stops.txt"]
BYTES = {name: text.encode() for name, text in SMALL.items()}


def _packed(folder: str) -> dict[str, bytes]:
    return {f"{folder}{name}": data for name, data in BYTES.items()}


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        (_packed("gtfs/") | {"__MACOSX/gtfs/._stops.txt": b"\0\5\x16"}, "gtfs/"),
        (_packed("GTFS/") | {"__MACOSX/GTFS/._stops.txt": b"\0\5\x16"}, "GTFS/"),
        (_packed("gtfs/") | {"README.txt": b"Thank you", ".DS_Store": b"\0"}, "gtfs/"),
        (_packed("gtfs\\"), "gtfs/"),
        (_packed("") | {"old/notes.txt": b"x", "__MACOSX/._stops.txt": b"\0"}, ""),
    ],
    ids=["mac", "mac, capitals", "read me", "windows", "beside"],
)
def test_what_a_file_manager_packs_is_read(files: dict[str, bytes], folder: str) -> None:
    """Files that nobody sees, a note beside the folder, a backslash: the feed is found."""
    feed = read_feed(zipped(files))
    assert len(feed.stops) == 3
    assert [str(notice) for notice in feed.notices] == (
        [f": the files stand in a folder of the zip, {folder}"] if folder else []
    )


def test_two_feeds_in_one_zip_are_refused() -> None:
    """Nobody says which is meant, so neither is taken."""
    with pytest.raises(InvalidInput, match=r"'feeds in north and south' is not .* one feed"):
        read_feed(zipped(_packed("south/") | _packed("north/")))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.encode("utf-16"), r"byte 0xFF.*UTF-8 \(it begins as UTF-16 does\)"),
        (lambda text: text.encode("utf-16-le"), r"'zeros of UTF-16 in the header'.*in UTF-8"),
        (lambda text: text.replace(",", ";").encode(), r"'semicolons in the header'.*commas"),
        (lambda text: text.replace(",", "\t").encode(), r"'tabs in the header'.*commas"),
        (lambda text: b"\xef\xbb\xbf" * 2 + text.encode(), r"'two byte order marks in the h"),
        (lambda text: text.replace("stop_lat,", "").encode(), r"row 2: location_type: '76"),
        (lambda text: text.replace("stop_id", "parent_stop_id").encode(), r"stop_id: 'nothing'"),
    ],
    ids=["utf-16", "utf-16 bare", "semicolons", "tabs", "two marks", "no latitude", "longer name"],
)  # fmt: skip
def test_a_file_that_is_no_table_says_what_it_is(change: object, expected: str) -> None:
    """The line says what the file seems to be, so that whoever made it can make it again."""
    assert callable(change)
    with pytest.raises(InvalidInput, match=expected):
        read_feed(BYTES | {"stops.txt": change(STOPS)})


def test_a_very_wide_row_is_refused_before_it_fills_memory() -> None:
    """A few thousand rows of a million empty cells, packed to nothing, would need gigabytes."""
    wide = STOPS.encode() + (b"," * 900_000 + b"\n") * 100
    data = zipped(BYTES | {"stops.txt": wide})
    assert len(data) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput, match=rf"'900001 cells'.*at most {COLUMNS_MAX} in a row"):
            read_feed(data)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("place", ["0,0", "0.0004,-0.9", "90,180", "-89.5,12"])
def test_stops_nowhere_are_refused(place: str) -> None:
    """A stop at 0, 0 or at a pole was never looked up: nobody could be sent to it."""
    with pytest.raises(InvalidInput, match=r"stops.txt: row 2: stop_lat: .*where it stands"):
        read_feed(small_bytes(STOPS.replace("43.2000,76.9000", place)))


def small_bytes(stops: str) -> dict[str, bytes]:
    """Return the small feed with other stops."""
    return {name: text.encode() for name, text in small(stops=stops).items()}


@pytest.mark.parametrize("number", ["4_3.2", "٤٣.٢", "nan", "inf", "1e400", "0x2b", "43,2"])
def test_only_plain_numbers_are_numbers(number: str) -> None:
    """What Python takes for a number besides is a typing error in a feed."""
    with pytest.raises(InvalidInput, match="row 2: stop_lat"):
        read_feed(small_bytes(STOPS.replace("43.2000", f'"{number}"')))


@pytest.mark.parametrize(
    ("text", "value"), [(" 43.2 ", 43.2), ("-.5", -0.5), ("+7.", 7.0), ("4.3e1", 43.0)]
)
def test_numbers_as_people_write_them_are_read(text: str, value: float) -> None:
    """A sign, spaces about it, a bare point and an exponent are all right."""
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Park\nNorth", "Park North"),
        ("\x1b[31mPark\x07", "[31mPark"),
        ("Pa\u202erk", "Park"),
        ("Pa\u2028rk", "Pa rk"),
        ("\x00", ""),
        ("Әл-Фараби – 15 🚉", "Әл-Фараби – 15 🚉"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_names_are_fit_for_one_line(written: str, shown: str) -> None:
    """Line breaks become spaces, what would steer a screen is left out, letters all stay."""
    assert clean(written) == shown


def test_names_of_a_feed_are_cleaned_and_never_empty() -> None:
    """Stops, lines and headsigns are shown cleaned; a name of nothing is the stop's id."""
    files = small(
        stops=STOPS.replace("Park", '"Park\n\x1b[2J"').replace("Quay", "\u200b"),
        routes=SMALL["routes.txt"].replace("Line", "Li\u202ene"),
        trips=SMALL["trips.txt"].replace("Rink", "Ri\x07nk"),
    )
    feed = read_feed({name: text.encode() for name, text in files.items()})
    assert feed.stops[0].names == Names(kk="Park [2J", ru="Park [2J", en="Park [2J")
    assert feed.stops[1].names.en == "Q"
    assert feed.routes[0].names.kk == "Line"
    assert {trip.headsign for trip in feed.trips} == {"Rink"}


def test_a_colour_that_is_none_is_not_used() -> None:
    """A route's colour goes into a page's style: six digits, or none and a notice."""
    routes = "route_id,agency_id,route_short_name,route_type,route_color\n1,A,1,3,{}\n"
    for text, colour in (("00a1De", "00A1DE"), ("red;}", ""), ("", "")):
        feed = read_feed({n: t.encode() for n, t in small(routes=routes.format(text)).items()})
        assert feed.routes[0].colour == colour
        assert len(feed.notices) == (1 if text == "red;}" else 0)


def test_a_check_names_what_a_feed_on_disk_is(tmp_path: Path) -> None:
    """The check of a file tells the same as reading it, once."""
    path = tmp_path / "feed.zip"
    path.write_bytes(zipped(_packed("a/") | _packed("b/")))
    problems = check_feed(path, label="feed.zip")
    assert [problem.is_fatal for problem in problems] == [True]
    assert "feeds in a and b" in str(problems[0])
