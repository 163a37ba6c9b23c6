"""What instruments report: truth, rounded as a METAR is.

Steps of visibility from ICAO Annex 3, *Meteorological Service for International Air Navigation*,
20th ed., 2018, app. 3, 4.2.4: 50 m below 800 m, 100 m below 5 km, 1 km below 10 km, then 10 km;
always downwards. Cloud base downwards to 30 m (100 ft), 4.5.4. Wind is kept finer than METAR's
whole m/s.

Not modelled: instrument faults, observation delay, observers.
"""

from aspan.world.weather import CEILING_UNLIMITED_M, Weather

_GREATEST_VISIBILITY_M = 10_000.0
_CEILING_STEP_M = 30.0
_WIND_STEPS_PER_MPS = 2.0


def report_visibility_m(visibility_m: float) -> float:
    """Return visibility as it is reported, rounded down to the step of its size."""
    if visibility_m >= _GREATEST_VISIBILITY_M:
        return _GREATEST_VISIBILITY_M
    if visibility_m < 800.0:
        step_m = 50.0
    elif visibility_m < 5000.0:
        step_m = 100.0
    else:
        step_m = 1000.0
    return visibility_m // step_m * step_m


def report_weather(truth: Weather) -> Weather:
    """Return the report of one place and hour."""
    ceiling_m = truth.ceiling_agl_m
    if ceiling_m < CEILING_UNLIMITED_M:
        ceiling_m = ceiling_m // _CEILING_STEP_M * _CEILING_STEP_M
    return Weather(
        place_id=truth.place_id,
        at_ms=truth.at_ms,
        temperature_k=round(truth.temperature_k, 1),
        pressure_pa=round(truth.pressure_pa, -1),
        wind_mps=round(truth.wind_mps * _WIND_STEPS_PER_MPS) / _WIND_STEPS_PER_MPS,
        wind_from_deg=round(truth.wind_from_deg, -1) % 360.0,
        gust_mps=round(truth.gust_mps * _WIND_STEPS_PER_MPS) / _WIND_STEPS_PER_MPS,
        relative_humidity=round(truth.relative_humidity, 2),
        visibility_m=report_visibility_m(truth.visibility_m),
        ceiling_agl_m=ceiling_m,
        precipitation_mm_h=round(truth.precipitation_mm_h, 1),
        present_weather=truth.present_weather,
        is_modelled=truth.is_modelled,
    )
