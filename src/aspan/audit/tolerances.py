"""Every tolerance of the audit, in one place, with the reason for its size.

Instants are exact: the tables hold integer milliseconds, so no law about time has a tolerance but
those named here. A tolerance never widens a limit of the city by more than tables are rounded,
except where this module says that a formula is an estimate.
"""

from typing import Final

SOC: Final = 1e-4
"""State of charge: columns are rounded to four decimals; one unit of the last place."""

ENERGY_KWH: Final = 0.05
"""Energy: two charges rounded to 1e-4 of a pack of 190 kWh, and a column rounded to 0.01."""

PAYLOAD_KG: Final = 0.5
"""Payload: bags and persons rounded to 0.1 kg, five of each."""

MASS_KG: Final = 0.5
"""Take-off mass: as payload."""

POWER_KW: Final = 0.05
"""Power of one charger: a column rounded to 0.1 kW."""

SITE_POWER_KW: Final = 0.5
"""Power of a site: ten chargers rounded to 0.1 kW."""

SESSION_ENERGY_SHARE: Final = 0.02
"""Charge table against charge power: closed form drawn in steps; 2 % of the session."""

SESSION_ENERGY_KWH: Final = 0.3
"""The same for short sessions."""

HORIZONTAL_M: Final = 1.0
"""Distance between aircraft: seven decimals of a degree, and our projection's scale over 100 km."""

VERTICAL_M: Final = 0.5
"""Height between aircraft: altitudes rounded to 0.1 m, rounded again at the vertex."""

SEPARATION_MS: Final = 2.0
"""A loss of separation shorter than this is a touch of two intervals rounded to a millisecond."""

TERRAIN_M: Final = 2.0
"""Height above ground: heights are whole metres, looked up bilinearly between them."""

TERRAIN_STEP_M: Final = 100.0
"""Tracks are sampled at least this often over the ground; the grid's step is about 90 m."""

TRACK_GAP_MS_MAX: Final = 30_000
"""Contract: vertices of a track are at most 30 s apart."""

TRACK_END_M: Final = 100.0
"""A track begins and ends at a FATO or at the site's reference point, whose FATOs lie round it."""

TRACK_END_VERTICAL_M: Final = 20.0
"""And at the site's elevation."""

SPEED_MPS: Final = 1.0
"""Speed over a segment from positions rounded to 1 cm and instants rounded to 1 ms, 1 s long."""

SPEED_SHARE: Final = 0.03
"""Stated ground speed against positions: 3 %, or `SPEED_MPS`."""

RESERVE_SHARE: Final = 0.02
"""Our final reserve takes the weather at touchdown; the engine's was reported earlier."""

FLIGHT_ENERGY_SHARE: Final = 0.25
"""Our flight energy is an estimate: one wind for a sortie, no acceleration; facts 2.4: 20 %."""

FLIGHT_ENERGY_KWH: Final = 3.0
"""The same for very short sorties."""

REACH_SHARE: Final = 0.10
"""Energy to an alternate: an estimate as above, but a straight line is a lower bound."""

SUN_MS: Final = 120_000
"""Sunrise: NOAA's formula is good to a minute at this latitude, another method to another."""

CONFORMANCE_SHARE_MIN: Final = 0.95
"""Facts 6.6 (ASTM F3548-21, OiMinConformance): share of time inside one's own volumes."""

CONFORMANCE_STEP_MS: Final = 5_000
"""Tracks are compared with volumes this often."""

CONFORMANCE_M: Final = 2.0
"""Volume altitudes are rounded to a metre."""

NODE_RADIUS_M: Final = 850.0
"""Crossing of a runway axis: 700 m about the marked node, and 150 m of conformance (facts 6.16)."""

NODE_VERTICAL_M: Final = 60.0
"""Altitude over a node is planned; flown altitude conforms within 60 m (facts 6.16)."""

IN_TRAIL_M: Final = 500.0
"""Two aircraft on one lane are on one path when nearer than this sideways."""

IN_TRAIL_MS: Final = 500.0
"""Passing instants are interpolated on tracks that are linear within 20 m, a third of a second."""

WIND_MPS: Final = 0.6
"""Reports give wind and gust in steps of 0.5 m/s."""

TEMPERATURE_K: Final = 0.11
"""Reports give temperature in steps of 0.1 K."""

PRECIPITATION_MM_H: Final = 0.05
"""Reports give precipitation in steps of 0.1 mm/h."""

LANE_M: Final = 500.0
"""The track judged for weather on the way is flown, the lane that was released is planned."""

LANE_UP_M: Final = 100.0
"""And so is its altitude, which conforms within 60 m (facts 6.16)."""

VISIBILITY_SHARE: Final = 0.2
"""Reports give visibility in METAR steps: 50 m below 800 m, 100 m below 5 km, 1 km below 10 km."""

VISIBILITY_REPORTED_M_MAX: Final = 9_999.0
"""And nothing above 10 km."""

CEILING_SHARE: Final = 0.1
"""Reports give the ceiling in steps of 30 m, 300 m when high."""

CEILING_M: Final = 31.0
"""Smallest step of a reported ceiling."""

CEILING_REPORTED_M_MAX: Final = 2_900.0
"""A ceiling above this hinders nobody; reports may leave it out."""

KPI_SHARE: Final = 1e-3
"""Totals in `kpis.json` may be rounded to three digits."""

KPI: Final = 6e-4
"""And to three or four decimals, which of a small figure is more."""

TRIP_REACH_DEG: Final = 2.0
"""Wishes lie within 150 km of the sites: who comes from further off drives to the city anyway."""

FORECAST_K: Final = 12.0
"""A forecast an hour or two ahead that errs more is of another place, or of another unit."""

FORECAST_MPS: Final = 15.0
"""The same of wind: a gust front that nobody saw coming."""
