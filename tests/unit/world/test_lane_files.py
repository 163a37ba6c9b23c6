"""Lanes as files: choices, lines to follow, unlinked pairs, and what is refused."""

import json
import shutil
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city

TINY = Path(__file__).parents[3] / "cities" / "tiny"
LINE = [[77.06, 43.51], [77.11, 43.53], [77.16, 43.51]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small city that a test may change."""
    return Path(shutil.copytree(TINY, tmp_path / "copy"))


def edit(folder: Path, top: str = "", bottom: str = "", old: str = "", new: str = "") -> None:
    """Add text before and after `lanes.toml`, and replace some in it."""
    path = folder / "lanes.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(f"{top}\n{text.replace(old, new, 1)}\n{bottom}\n", encoding="utf-8")


def lane(lane_id: str, **keys: object) -> str:
    """Return a table of a lane from EAST to WEST."""
    stated = {"origin": "EAST", "destination": "WEST", "layer": 1, "is_landable_everywhere": True}
    rows = [f"{key} = {json.dumps(value)}" for key, value in (stated | keys).items()]
    return "\n".join([f"[lanes.{lane_id}]", *rows])


def write_lines(folder: Path, *named: tuple[object, object]) -> None:
    """Write a file of lines and name it in `lanes.toml`."""
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in named
    ]  # fmt: skip
    (folder / "lines.geojson").write_text(json.dumps({"features": features}))


def test_a_lane_follows_a_line_both_ways(folder: Path) -> None:
    """`NAME` gives the points of the line in order, `NAME reversed` the other way round."""
    write_lines(folder, ("RIVER", LINE))
    edit(folder, 'line_files = ["lines.geojson"]',
         lane("SECOND", choice=2, via=["RIVER reversed"])
         + "\n" + lane("THIRD", choice=3, via=["RIVER"], origin="WEST", destination="EAST")
         + "\n" + lane("FOURTH", choice=2, via=[], origin="WEST", destination="EAST"))  # fmt: skip
    lanes = {str(spec.lane_id): spec for spec in load_city(str(folder)).lanes.lanes}
    assert lanes["THIRD"].via == tuple((a, b) for a, b in LINE)
    assert lanes["SECOND"].via == lanes["THIRD"].via[::-1]
    assert [lanes[name].choice for name in ("SECOND", "THIRD", "FOURTH")] == [2, 3, 2]


def test_two_lanes_of_one_choice_are_refused(folder: Path) -> None:
    """Each lane of a pair has a place of its own among the choices."""
    edit(folder, bottom=lane("ZZ"))
    with pytest.raises(InvalidInput, match=r"lanes\.ZZ\.choice: 1 .* than that of lane"):
        load_city(str(folder))


@pytest.mark.parametrize("choice", [0, 4, True, "1"])
def test_a_choice_is_1_to_3(folder: Path, choice: object) -> None:
    """Other numbers are refused by name."""
    edit(folder, bottom=lane("ZZ", choice=choice))
    with pytest.raises(InvalidInput, match=r"lanes\.ZZ\.choice: .* from 1 to 3"):
        load_city(str(folder))


def test_a_pair_with_only_a_second_choice_is_refused(folder: Path) -> None:
    """There is no default without choice 1."""
    path = folder / "lanes.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index("[lanes.EAST-WEST]")
    path.write_text(text[:at] + text[at:].replace("layer =", "choice = 2\nlayer =", 1))
    with pytest.raises(InvalidInput, match=r"lanes\.EAST-WEST\.choice: 2 .* choice 1"):
        load_city(str(folder))


def test_a_lane_file_that_crosses_itself_is_refused_naming_lane_and_place(folder: Path) -> None:
    """The drawn line is checked when the city is read: one line, with lane and position."""
    city = load_city(str(folder))
    ends = [city.get_vertiport(name) for name in ("EAST", "WEST")]
    (ax, ay), (bx, by) = ((v.lon_deg, v.lat_deg) for v in ends)
    loop = [(0.6, 0.0), (0.6, 0.08), (0.4, 0.08), (0.4, -0.05)]
    line = [[ax + s * (bx - ax), ay + s * (by - ay) + up] for s, up in (*loop, (0.7, -0.05))]
    line.append([ax + 0.7 * (bx - ax), ay + 0.7 * (by - ay) + 0.12])
    write_lines(folder, ("LOOP", line))
    edit(folder, 'line_files = ["lines.geojson"]', lane("ZZ", choice=2, via=["LOOP"]))
    with pytest.raises(InvalidInput) as caught:
        load_city(str(folder))
    said = str(caught.value)
    assert said.startswith("copy/lanes.toml: lanes.ZZ.via: 'crosses itself at 77.")
    assert "\n" not in said


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"features": []}', '{"features": [1]}', '{"features": {"a": 1}}', "[" * 9999,
     '{"features": [{"properties": {"name": "A"}, "geometry": null}]}',
     '{"features": [{"properties": {"name": ""}, "geometry": {"type": "LineString", '
     '"coordinates": [[77, 43], [78, 43]]}}]}',
     '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "LineString", '
     '"coordinates": [[77, 43]]}}]}',
     '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "LineString", '
     '"coordinates": [[77, 43], [NaN, 43]]}}]}',
     '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "Point", '
     '"coordinates": [[77, 43], [78, 43]]}}]}'],
)  # fmt: skip
def test_a_spoilt_file_of_lines_is_named(folder: Path, content: str) -> None:
    """Whatever stands in it, the error names the file."""
    (folder / "lines.geojson").write_text(content)
    edit(folder, 'line_files = ["lines.geojson"]')
    with pytest.raises(InvalidInput, match=r"copy/lines\.geojson") as caught:
        load_city(str(folder))
    assert "\n" not in str(caught.value)


def test_a_file_of_lines_outside_the_folder_or_absent_is_refused(folder: Path) -> None:
    """Lines are the city's own files; one that is missing is named."""
    edit(folder, 'line_files = ["../lines.geojson"]')
    with pytest.raises(InvalidInput, match="line_files"):
        load_city(str(folder))
    edit(folder, old='line_files = ["../lines.geojson"]', new='line_files = ["none.geojson"]')
    with pytest.raises(InvalidInput, match=r"copy/none\.geojson"):
        load_city(str(folder))


def test_an_unlinked_pair_says_why_and_has_no_lane(folder: Path) -> None:
    """A reason for a pair that a lane links is a contradiction, and refused."""
    row = '[[unlinked]]\norigin = "EAST"\ndestination = "WEST"\nreason = "a ridge"'
    edit(folder, bottom=row)
    with pytest.raises(InvalidInput, match=r"unlinked\[0\]\.destination: 'WEST'"):
        load_city(str(folder))


def test_equipment_of_a_later_phase_stays_out_of_an_earlier(folder: Path) -> None:
    """A stand and a charger of phase 2 are there from phase 2; a contingency place is not late."""
    path = folder / "vertiports.toml"
    text = path.read_text(encoding="utf-8")
    more = '\n[stands.EAST-S90]\nvertiport_id = "EAST"\nphase = 2\n'
    path.write_text(text + more, encoding="utf-8")
    stands = [s.stand_id for s in load_city(str(folder)).get_vertiport("EAST").stands]
    assert "EAST-S90" not in stands
    path.write_text(text + more + "is_contingency = true\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"EAST-S90\.phase: 2 .* for a contingency place"):
        load_city(str(folder))
