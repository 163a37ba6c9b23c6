"""Where and in which air a test card is flown, and with which instruments.

Positions on the ground are metres east and north of the pad, on a plane laid there.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.twin.card_box import Box
from aspan.world.geodesy import metres_per_degree
from aspan.world.telemetry import MICROPHONES

Floats = NDArray[np.float64]


class Air(msgspec.Struct, frozen=True, kw_only=True):
    """The air of one run, told at the pad; it is the same for the whole run.

    Parameters
    ----------
    wind_from_deg
        True direction it comes from.
    gust_mps
        Greatest wind in ten minutes, as stations report it; not below `wind_mps`.
    """

    temperature_k: float = 288.15
    pressure_pa: float = 101_325.0
    wind_mps: float = 0.0
    wind_from_deg: float = 0.0
    gust_mps: float = 0.0

    @property
    def turbulence_mps(self) -> float:
        """Standard deviation of the wind. Assumed: a gust is three of them above the mean."""
        return max(0.0, self.gust_mps - self.wind_mps) / 3.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The pad, the boxes about it, and where the microphones stand.

    Parameters
    ----------
    elevation_amsl_m
        Of the pad. Assumed: the ground about it is as high.
    boxes
        Where the wing is flown; the largest that fits the heights of a leg is used.
    microphones_m
        East and north of the pad, each.
    ambient_dba
        Without the aircraft. Assumed: 35, open steppe in a light wind.
    charger_efficiency
        From the charger's output to the battery (facts B.9).
    """

    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    boxes: tuple[Box, ...] = (Box(),)
    microphones_m: tuple[tuple[float, float], ...] = ((100.0, 0.0), (0.0, 150.0), (-500.0, 0.0))
    ambient_dba: float = 35.0
    charger_efficiency: float = 0.95

    def __post_init__(self) -> None:
        """Refuse another number of microphones than the recorder has."""
        if len(self.microphones_m) != MICROPHONES:
            raise InvalidInput("microphones_m", len(self.microphones_m), f"{MICROPHONES} places")

    def to_lonlat(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes [deg] of places on the plane of the pad."""
        lon_m, lat_m = metres_per_degree(self.lat_deg)
        return self.lon_deg + east_m / lon_m, self.lat_deg + north_m / lat_m


class Sensors(msgspec.Struct, frozen=True, kw_only=True):
    """How well the recorder's instruments read, all at once.

    Parameters
    ----------
    noise_scale
        Times each channel's own standard deviation (`world.telemetry`).
    bias_share
        Standard deviation of the offset that an instrument keeps through a run, over that of one
        reading. Assumed: 0.3, as left by a calibration before each campaign.
    drop_share
        Of readings that are missing, each by itself, in [0, 1).
    """

    noise_scale: float = 1.0
    bias_share: float = 0.3
    drop_share: float = 0.0
