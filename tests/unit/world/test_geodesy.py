"""Geodesy against published distances and the definition of UTM."""

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import Projection, bearing_deg, distance_to_line_m, great_circle_m

ALATAU = (77.109167, 43.676667)


@pytest.mark.parametrize(
    ("other", "published_km"),
    [((76.94532, 43.23889), 50.44), ((77.0405, 43.3521), 36.51), ((77.06146, 43.85517), 20.21)],
)
def test_great_circle_agrees_with_the_operators_routes(
    other: tuple[float, float], published_km: float
) -> None:
    """The three routes the operator shows have the great-circle lengths listed with them."""
    assert great_circle_m(*ALATAU, *other) == pytest.approx(published_km * 1000, abs=10)


def test_bearing_of_the_runway_is_the_published_one() -> None:
    """Runway 05R of Almaty has the true heading 56 degrees in OurAirports, rounded."""
    bearing = bearing_deg(77.0174560546875, 43.34123992919922, 77.06234741210938, 43.36347961425781)
    assert bearing == pytest.approx(56, abs=0.5)
    assert bearing_deg(77.0, 43.0, 76.9, 43.0) == pytest.approx(270, abs=0.1)


def test_central_meridian_of_zone_43_has_the_false_easting() -> None:
    """UTM zone 43 is centred on 75 E, which has easting 500,000 m by definition."""
    x_m, y_m = Projection(32643).to_xy(75.0, 0.0)
    assert x_m == pytest.approx(500_000, abs=1e-6)
    assert y_m == pytest.approx(0, abs=1e-6)


def test_projection_and_back_is_the_same_point_alone_and_in_arrays() -> None:
    """A point comes back to within a tenth of a millimetre, and arrays agree with single points."""
    projection = Projection(32643)
    lon, lat = np.array([76.5, 77.6]), np.array([43.0, 44.0])
    x, y = projection.all_to_xy(lon, lat)
    assert (x[0], y[0]) == projection.to_xy(76.5, 43.0)
    back_lon, back_lat = projection.all_to_lonlat(x, y)
    np.testing.assert_allclose(back_lon, lat * 0 + lon, atol=1e-9)
    np.testing.assert_allclose(back_lat, lat, atol=1e-9)
    assert projection.to_lonlat(float(x[1]), float(y[1])) == pytest.approx((77.6, 44.0), abs=1e-9)


def test_unknown_zone_is_refused() -> None:
    """A code that is no projection is bad input, named."""
    with pytest.raises(InvalidInput, match="utm_epsg"):
        Projection(1)


def test_distance_to_a_line_is_perpendicular_and_endless() -> None:
    """The distance is taken to the whole line, also beyond its two points."""
    assert distance_to_line_m(100.0, 7.0, (0.0, 0.0), (10.0, 0.0)) == pytest.approx(7.0)
