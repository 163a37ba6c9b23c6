"""Day figures: what one simulated day of one plan came to; the row of `days.parquet`.

Sums over days are meant: counts, integer milliseconds, integer tiyn, kilowatt-hours. Flown includes
diverted. Money is what passengers paid and were paid; what the service costs is not known here.
"""

import msgspec


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one day of a plan came to.

    Parameters
    ----------
    key
        Of the task: SHA-256 over plan, setting, date, seed, city and code.
    date
        Local date as `YYYY-MM-DD`; `month` is its month, from 1.
    city_sha256, code_version
        Of the base city's files, and of the code that flew the day.
    log_sha256
        Of the day's log.
    trips, wishes
        Wishes that were looked at, and how many wishes they stand for.
    bookings, bookings_cancelled
        Asked for and not refused; of them those that the service cancelled or paid back in full.
    passengers_flown
        Persons on sorties that came on-block; never the same person twice on one sortie.
    minutes_saved
        Passenger-minutes from door to door against the car, as flown; negative if flying was
        slower.
    revenue_tiyn, refunds_tiyn, care_tiyn
        Fares charged; of them paid back; paid for rides on the ground and the like. None negative.
    energy_kwh, grid_kwh, charge_kwh
        Taken from the batteries by sorties; what that is at the grid meter, whenever it is charged
        again; given to the batteries by chargers until the day ended.
    sorties_flown, sorties_empty
        Came on-block, and of them without passengers.
    sorties_cancelled, sorties_cancelled_weather, sorties_diverted
        Cancelled, but for those that nobody had booked; of them those by weather.
    seat_km, passenger_km, seats_flown
        Over the lanes that were planned: seats of all sorties flown, persons aboard; and the seats.
    block_ms, flight_ms
        Off-block to on-block, and lift-off to touchdown, of all sorties flown.
    pilots_on_duty, duty_ms
        Who began a duty, and how long duties lasted.
    wait_ms_p50
        Of parties that flew: half were off-block so soon after they could board; None of none.
    late_share
        Of parties that flew, those at their door later than they were told at first; None of none.
    people_above_day_limit
        Residents above the limit of noise by day; None where the city states none.
    people_above_by_site
        Those that take-offs and landings of one site alone would put there; empty where the city
        states no limit.
    service_hours
        Hours of the day in which the service is open.
    hours_open
        By site: of those hours, how many its weather allows.
    peak_kw
        By site, at the grid meter, chargers alone.
    hour_kw
        By site, 24 local hours: the same, as the mean of the hour; the greater where the run goes
        on into the hour of the next day.
    passengers_by_zone
        Half a person at the zone it came from, half at the zone it went to.
    passengers_by_pair
        Persons by `ORIGIN>DESTINATION` of the flight they took.
    passengers_by_segment
        Persons by segment of demand.
    minutes_by_zone
        `minutes_saved`, halved in the same way.
    """

    key: str
    plan_id: str
    setting_id: str
    date: str
    month: int
    seed: int
    city_sha256: str
    code_version: str
    log_sha256: str
    wishes: int
    trips: int
    bookings: int
    bookings_cancelled: int
    passengers_flown: int
    minutes_saved: float
    revenue_tiyn: int
    refunds_tiyn: int
    care_tiyn: int
    energy_kwh: float
    charge_kwh: float
    grid_kwh: float
    sorties_flown: int
    sorties_empty: int
    sorties_cancelled: int
    sorties_cancelled_weather: int
    sorties_diverted: int
    seat_km: float
    passenger_km: float
    seats_flown: int
    block_ms: int
    flight_ms: int
    pilots_on_duty: int
    duty_ms: int
    wait_ms_p50: int | None
    late_share: float | None
    people_above_day_limit: float | None
    people_above_by_site: dict[str, float]
    service_hours: float
    hours_open: dict[str, float]
    peak_kw: dict[str, float]
    hour_kw: dict[str, tuple[float, ...]]
    passengers_by_zone: dict[str, float]
    passengers_by_pair: dict[str, int]
    passengers_by_segment: dict[str, int]
    minutes_by_zone: dict[str, float]
