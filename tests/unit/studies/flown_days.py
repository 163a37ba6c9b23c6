"""Days made up for tests: figures that are round, so that means can be seen at a glance."""

import msgspec

from aspan.studies.day_figures import DayFigures

_DAY = DayFigures(
    key="k",
    plan_id="p",
    setting_id="s",
    date="2024-01-01",
    month=1,
    seed=1,
    city_sha256="c",
    code_version="v",
    log_sha256="l",
    wishes=1000,
    trips=500,
    bookings=20,
    bookings_cancelled=1,
    passengers_flown=30,
    minutes_saved=600.0,
    revenue_tiyn=90_000_000,
    refunds_tiyn=1_000_000,
    care_tiyn=500_000,
    energy_kwh=800.0,
    charge_kwh=800.0,
    grid_kwh=870.0,
    sorties_flown=24,
    sorties_empty=6,
    sorties_cancelled=1,
    sorties_cancelled_weather=1,
    sorties_diverted=0,
    seat_km=2000.0,
    passenger_km=800.0,
    seats_flown=96,
    block_ms=24 * 900_000,
    flight_ms=24 * 700_000,
    pilots_on_duty=6,
    duty_ms=6 * 28_800_000,
    wait_ms_p50=300_000,
    late_share=0.02,
    people_above_day_limit=0,
    people_above_by_site={"A": 0.0, "B": 0.0},
    service_hours=12.0,
    hours_open={"A": 11.0, "B": 12.0},
    peak_kw={"A": 300.0, "B": 150.0},
    hour_kw={"A": (0.0,) * 12 + (90.0,) * 12, "B": (0.0,) * 24},
    passengers_by_zone={"z1": 20.0, "z2": 10.0},
    passengers_by_pair={"A>B": 18, "B>A": 12},
    passengers_by_segment={"business": 25, "visitor": 5},
    minutes_by_zone={"z1": 400.0, "z2": 200.0},
)


def make_day(month: int, number: int, **change: object) -> DayFigures:
    """Return a day of a month, the `number`th that is drawn of it, with some figures changed."""
    date = f"2024-{month:02d}-{number + 1:02d}"
    return msgspec.structs.replace(
        _DAY, key=f"{date}/{number}", date=date, month=month, seed=100 * month + number, **change
    )
