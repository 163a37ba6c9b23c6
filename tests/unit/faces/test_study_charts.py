"""Charts, relief and numbers of a study's page: right where they can be checked by hand."""

import re
from itertools import pairwise
from math import hypot

import numpy as np
import pytest

from aspan.faces.report.map_frame import MapFrame
from aspan.faces.report.study_charts import (
    Bar,
    Column,
    draw_columns,
    draw_tornado,
    find_shade,
    list_ticks,
)
from aspan.faces.report.study_map import draw_network, make_frame
from aspan.faces.report.study_relief import list_rings
from aspan.faces.report.study_words import StudyWords
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.world.terrain import Terrain
from study_answers import make_answer

GAP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MILLION = 1_000_000 * 500 * TIYN_PER_TENGE


def make_cone(size: int = 101) -> Terrain:
    """Return a round hill of 1,000 m, 10 m lower with each cell from its middle."""
    middle = size // 2
    rows, columns = np.mgrid[0:size, 0:size]
    heights = 1000.0 - 10.0 * np.hypot(rows - middle, columns - middle)
    return Terrain(heights.astype(np.int16), west_deg=10.0, south_deg=40.0, step_deg=0.01)


def test_ring_runs_round_a_hill_at_its_height() -> None:
    """Round a cone the ring of a level is a circle of the radius the slope gives, and closes."""
    terrain = make_cone()
    (ring,) = list_rings(terrain, (10.0, 40.0, 11.01, 41.01), 800.0, cells_max=200)
    radii = [hypot(lon - 10.5, lat - 40.5) / 0.01 for lon, lat in ring]
    assert min(radii) == pytest.approx(20.0, abs=0.2)
    assert max(radii) == pytest.approx(20.0, abs=0.2)
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise([*ring, ring[0]])]
    assert max(steps) < 0.015


def test_ring_keeps_high_ground_on_its_right() -> None:
    """A ring round a hill runs with the clock, one round a hollow against it."""

    def area(ring: list[tuple[float, float]]) -> float:
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]])) / 2

    box = (10.0, 40.0, 11.01, 41.01)
    (hill,) = list_rings(make_cone(), box, 800.0, cells_max=200)
    assert area(hill) < 0
    hollow = Terrain(
        (2000 - make_cone().heights_amsl_m).astype(np.int16),
        west_deg=10.0, south_deg=40.0, step_deg=0.01,
    )  # fmt: skip
    rings = list_rings(hollow, box, 1200.0, cells_max=200)
    assert sorted(area(ring) > 0 for ring in rings) == [False, True]


def test_no_ring_where_nothing_is_higher() -> None:
    """A level above all ground, and a box beside the terrain, have no rings."""
    assert list_rings(make_cone(), (10.0, 40.0, 11.0, 41.0), 1500.0, cells_max=50) == []
    assert list_rings(make_cone(), (20.0, 40.0, 21.0, 41.0), 500.0, cells_max=50) == []


def test_frame_and_its_bounds_agree() -> None:
    """The corners of the canvas lie at the bounds the frame tells."""
    frame = MapFrame([(77.0, 43.0), (77.1, 43.8)], width=360, height_max=620, margin=(84, 46))
    west, south, east, north = frame.bounds
    assert frame(west, north) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert frame(east, south) == pytest.approx((360.0, frame.height), abs=1e-6)


def test_map_draws_each_pair_and_site() -> None:
    """The map has a line for each ordered pair and a ring for each site, named."""
    answer = make_answer()
    frame = make_frame(answer)
    assert frame is not None
    svg = str(draw_network(answer, StudyWords("ru", answer), frame, has_ground=False))
    assert svg.count('class="lane"') == len(answer.pairs)
    assert svg.count("<circle") == len(answer.sites) + sum(
        site.first_year is not None for site in answer.sites
    )
    assert "Аэропорт Алматы · 31" in svg


def test_columns_stand_on_zero() -> None:
    """A column's height is its share of the highest end, and its foot is at zero."""
    columns = [
        Column(name="a", value=50.0, label="50"),
        Column(name="b", value=80.0, label="80", low=60.0, high=100.0),
    ]
    svg = str(draw_columns(columns, "x", height=132.0))
    found = re.findall(
        r'class="column" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', svg
    )
    heights = [float(high) for _, high in found]
    assert heights[0] / heights[1] == pytest.approx(50 / 80, rel=0.01)
    assert [float(y) + float(high) for y, high in found] == [112.0, 112.0]


def test_tornado_labels_stand_on_both_sides() -> None:
    """The labels of a bar whose ends lie on one side of the base do not cover each other."""
    for at_low in (40.0, 36.0):
        bar = Bar(name="x", at_low=at_low, at_high=30.0, low_label="low", high_label="high")
        svg = str(draw_tornado([bar], 40.0, "base", "x", [(0.0, "0"), (50.0, "50")]))
        assert re.search(r'text-anchor="end">high<', svg)
        assert re.search(r'class="num halo">low<', svg)


def test_shades_step_at_the_bounds_of_their_key() -> None:
    """A share shut takes the shade of the band of the key in which it lies."""
    assert [find_shade(x) for x in (0.0, 0.019, 0.02, 0.1, 0.2, 0.35, 0.5, 1.0)] == [
        0, 0, 1, 2, 3, 4, 5, 5,
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(0.0, 43.0), (-9.7, 35.1), (118.9, 119.0), (0.0, 0.0)])
def test_ticks_hold_everything(low: float, high: float) -> None:
    """The first tick is not above the least value, the last not below the greatest."""
    ticks = list_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len(ticks) >= 2
    assert len(ticks) < 12


def test_money_is_told_in_the_size_it_has() -> None:
    """Dollars in millions from a tenth of one up; tenge in thousands, then more."""
    answer = make_answer()
    en, ru = StudyWords("en", answer), StudyWords("ru", answer)
    assert en.usd(9.74 * MILLION) == f"$9.7{GAP}M"
    assert en.usd(-9.74 * MILLION) == f"{MINUS}$9.7{GAP}M"
    assert ru.usd(119.4 * MILLION) == f"$119{GAP}млн"
    assert en.usd(300 * MILLION) == f"$300{GAP}M"
    assert en.usd(761 * 50_000) == "$761"
    assert en.usd_span(6.8 * MILLION, 12.7 * MILLION) == f"$6.8–12.7{GAP}M"
    assert ru.tenge(3_749_960.0) == f"37\N{NARROW NO-BREAK SPACE}500{GAP}₸"
    assert en.tenge(5.97e11) == f"6.0{GAP}bn ₸"


def test_how_sure_is_told_in_words_and_steps() -> None:
    """The word for a confidence changes at its stated bounds and nowhere else."""
    words = StudyWords("en", make_answer())
    told = [words.sure(c) for c in (1.0, 0.99, 0.95, 0.949, 0.8, 0.6, 0.59, 0.0)]
    assert told == [
        "practically certain", "practically certain", "very sure", "fairly sure", "fairly sure",
        "rather sure than not", "not sure", "not sure",
    ]  # fmt: skip
