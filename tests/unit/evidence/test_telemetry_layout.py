"""Layouts of recorders: units are known or refused, and doubted when values belie them."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from aspan.evidence.telemetry.layout import (
    Column,
    Layout,
    TimeColumn,
    check_layout,
    parse_layout,
    read_layout,
)
from aspan.evidence.telemetry.rows import make_rows
from aspan.evidence.telemetry.unit import list_units
from aspan.evidence.telemetry.unit_doubt import UnitLook
from aspan.primitives.errors import InvalidInput
from aspan.world.atmosphere import standard_pressure_pa
from aspan.world.telemetry import CHANNELS
from unit.evidence.telemetry_rows import START_AT_MS, make_layout

TEXT = """
recorder_id = "R1"
source = "aircraft"
software = "baseline 7"
rate_hz = 50.0
sequence = "n"
[time]
column = "t"
kind = "gps_s"
[[channels]]
column = "ALT"
channel = "altitude_amsl_m"
unit = "ft"
noise = 10.0
[[channels]]
column = "OAT"
channel = "air_temperature_k"
unit = "degC"
"""


def test_a_layout_is_read(tmp_path: Path) -> None:
    """Noise stated in feet is in metres here; what is not stated is the channel's own."""
    path = tmp_path / "layout.toml"
    path.write_text(TEXT)
    layout = read_layout(path)
    altitude, temperature = layout.known
    assert altitude.noise == pytest.approx(3.048)
    assert temperature.noise == 0.3
    assert layout.window_rows == 10
    (tmp_path / "layout.json").write_bytes(msgspec.json.encode(layout))
    assert read_layout(tmp_path / "layout.json") == layout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "ft"', 'unit = "kg"', r"channels\[0\].unit: 'kg' .* one of m, ft, km"),
        ('unit = "ft"', 'unit = "degC"', r"channels\[0\].unit: 'degC'"),
        ('"altitude_amsl_m"', '"altitude"', r"channels\[0\].channel: 'altitude'"),
        ('"air_temperature_k"\nunit = "degC"', '"altitude_amsl_m"', "each one once"),
        ('column = "OAT"', 'column = "ALT"', "each one once"),
        ("rate_hz = 50.0", "rate_hz = 0.0", "rate_hz: 0.0"),
        ("rate_hz = 50.0", "rate_hz = nan", "rate_hz: nan"),
        ("rate_hz = 50.0", "rate_hz = '50'", "rate_hz"),
        ("noise = 10.0", "noise = -1.0", r"channels\[0\].noise"),
        ('kind = "gps_s"', 'kind = "local"', "kind"),
        ("[time]", "colour = 1\n[time]", "colour"),
        ("[time]", "separator = ';;'\n[time]", "separator: ';;'"),
        ("[time]", "decimal = ','\n[time]", "decimal: ','"),
        ('"baseline 7"', '" "', "software"),
        ("[time]", "[time", "layout of a recorder"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(old: str, new: str, said: str) -> None:
    """The place, the value and what was expected are in one line."""
    with pytest.raises(InvalidInput, match=said) as refused:
        parse_layout(TEXT.replace(old, new).encode(), name="L", is_json=False)
    assert str(refused.value).startswith("L")


def test_every_unit_leads_to_a_channel() -> None:
    """Every channel has its own unit among those known, without a change of value."""
    for channel in CHANNELS:
        own = list_units(channel.unit)[0]
        assert (own.name, own.scale, own.offset) == (channel.unit, 1.0, 0.0)


NAMES = (
    "altitude_amsl_m",
    "height_agl_m",
    "pressure_pa",
    "vertical_speed_mps",
    "airspeed_mps",
    "ground_speed_mps",
    "lon_deg",
    "lat_deg",
    "air_temperature_k",
    "pack1_soc",
    "pack1_cell_spread_v",
    "unit1_speed_rad_per_s",
)


def fly_to_and_fro() -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return two minutes at 10 Hz: climbs and descends at 4 m/s, flies north at 60 m/s."""
    second = np.arange(1_200) / 10.0
    climb = np.where(second % 60.0 < 30.0, 4.0, -4.0)
    height = 50.0 + np.cumsum(climb) / 10.0
    return {
        "altitude_amsl_m": 680.0 + height,
        "height_agl_m": height,
        "pressure_pa": np.array([standard_pressure_pa(600.0 + h) for h in height.tolist()]),
        "vertical_speed_mps": climb,
        "airspeed_mps": np.full(1_200, 66.0),
        "ground_speed_mps": np.full(1_200, 60.0),
        "lon_deg": np.full(1_200, 77.0),
        "lat_deg": 43.8 + 60.0 * second / 111_195.0,
        "air_temperature_k": np.full(1_200, 293.0),
        "pack1_soc": np.full(1_200, 0.8),
        "pack1_cell_spread_v": np.full(1_200, 0.02),
        "unit1_speed_rad_per_s": np.full(1_200, 90.0),
    }


def look(flown: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]) -> dict[str, str]:
    """Return channel and likely unit of those in doubt, when all are stated in ours."""
    layout: Layout = make_layout(channels=tuple(Column(column=n, channel=n) for n in NAMES))
    sequence = np.arange(1_200, dtype=np.int64)
    unit_look = UnitLook(check_layout(layout))
    values = np.stack([flown[name] for name in NAMES])
    unit_look.see(make_rows(sequence, START_AT_MS + 100 * sequence, values))
    return {doubt.channel: doubt.looks_like for doubt in unit_look.tell()}


def test_right_units_are_not_doubted() -> None:
    """Wind of 6 m/s and an atmosphere 80 m off the standard are no doubt."""
    assert look(fly_to_and_fro()) == {}


@pytest.mark.parametrize(
    ("channel", "scale", "offset", "likely"),
    [
        ("altitude_amsl_m", 1.0 / 0.3048, 0.0, "ft"),
        ("height_agl_m", 1.0 / 0.3048, 0.0, "ft"),
        ("vertical_speed_mps", 60.0 / 0.3048, 0.0, "ft/min"),
        ("airspeed_mps", 3600.0 / 1852.0, 0.0, "kt"),
        ("ground_speed_mps", 3600.0 / 1852.0, 0.0, "kt"),
        ("ground_speed_mps", 3.6, 0.0, "km/h"),
        ("air_temperature_k", 1.0, -273.15, "degC or degF"),
        ("pressure_pa", 0.01, 0.0, "hPa"),
        ("pack1_soc", 100.0, 0.0, "%"),
        ("pack1_cell_spread_v", 1000.0, 0.0, "mV"),
        ("unit1_speed_rad_per_s", 30.0 / np.pi, 0.0, "rpm"),
    ],
)
def test_a_wrong_unit_is_named(channel: str, scale: float, offset: float, likely: str) -> None:
    """One channel in another unit than stated: it alone is doubted, and its unit told."""
    flown = fly_to_and_fro()
    flown[channel] = flown[channel] * scale + offset
    assert look(flown) == {channel: likely}


def test_time_columns_are_named() -> None:
    """A layout needs a column of time; its leap seconds may not be absurd."""
    with pytest.raises(InvalidInput, match="gps_minus_utc_s"):
        check_layout(
            make_layout(time=TimeColumn(column="t", kind="gps_s", gps_minus_utc_s=1_000.0))
        )


def test_the_layout_in_the_documents_is_one() -> None:
    """What the page of the test site shows can be read."""
    page = (Path(__file__).parents[3] / "docs" / "test-site.md").read_text("utf-8")
    text = page.partition("## Real telemetry")[2].partition("```toml\n")[2].partition("```")[0]
    layout = parse_layout(text.encode(), name="page", is_json=False)
    assert [unit.name for unit in layout.units] == ["ft", "degC"]
