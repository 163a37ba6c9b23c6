"""Run tables as a whole: the contract's columns, explicit types, agreement with log and audit."""

from pathlib import Path

import polars as pl
import pytest

from aspan.audit.auditor import audit_folder
from aspan.compose.table import frame
from aspan.operations import events as ev

from .conftest import Flown

PLACES = "origin_lon_deg origin_lat_deg destination_lon_deg destination_lat_deg"
AIR = (
    "temperature_k pressure_pa wind_mps wind_from_deg gust_mps relative_humidity visibility_m "
    "ceiling_agl_m precipitation_mm_h present_weather is_modelled"
)
CONTRACT = {
    "sorties": "sortie_id aircraft_id pilot_id origin planned_destination destination status cause "
    "lane_route passengers payload_kg planned_off_block_at_ms off_block_at_ms lift_off_at_ms "
    "touchdown_at_ms on_block_at_ms soc_off_block soc_lift_off soc_touchdown soc_on_block "
    "pack_temperature_k energy_kwh reserve_required_kwh energy_above_reserve_kwh emergency_at_ms",
    "tracks": "sortie_id at_ms lon_deg lat_deg altitude_amsl_m ground_speed_mps phase",
    "intents": "sortie_id version state from_at_ms volumes",
    "fato_uses": "vertiport_id fato_id sortie_id kind start_at_ms end_at_ms",
    "stand_uses": "vertiport_id stand_id aircraft_id start_at_ms end_at_ms",
    "charges": "vertiport_id charger_id stand_id aircraft_id start_at_ms end_at_ms energy_kwh "
    "peak_kw soc_start soc_end",
    "charge_power": "vertiport_id charger_id start_at_ms end_at_ms power_kw",
    "site_power": "vertiport_id from_at_ms mean_kw peak_kw stand_kw limit_kw",
    "noise": "lon_deg lat_deg size_m laeq_day_dba laeq_night_dba laeq_hour_dba_max hour_of_max "
    "lamax_dba people",
    "noise_hours": "vertiport_id hour_at_ms hour distance_m movements laeq_dba",
    "aircraft": "aircraft_id type gross_kwh soh floor_soc initial_vertiport_id initial_stand_id "
    "initial_soc empty_kg",
    "approvals": "aircraft_id vertiport_id kind from_at_ms until_at_ms is_assumed",
    "duties": "pilot_id start_at_ms end_at_ms vertiport_id",
    "defects": "aircraft_id opened_at_ms closed_at_ms grounding",
    "actions": "at_ms key who why action what outcome reason",
    "closures": "vertiport_id fato_id kind from_at_ms until_at_ms",
    "zone_closures": "zone_id reservation from_at_ms until_at_ms",
    "releases": "sortie_id released_at_ms "
    + " ".join(
        f"{role}_{value}"
        for role in ("origin", "destination", "alternate")
        for value in ("visibility_m", "ceiling_agl_m", "wind_mps", "gust_mps")
    )
    + " predicted_energy_kwh alternate_id reserve_rule approval",
    "bookings": f"booking_id trip_id party payload_kg {PLACES} requested_at_ms fare_tiyn "
    "refund_tiyn status reason seats_held sortie_ids promised_arrival_at_ms arrived_at_ms",
    "money": "booking_id at_ms kind amount_tiyn",
    "trips": f"trip_id segment {PLACES} wanted_at_ms chosen_mode has_air_offer car_ms transit_ms "
    "air_ms sampling_factor",
    "weather": f"place_id at_ms {AIR}",
    "forecast": f"place_id issued_at_ms valid_at_ms {AIR}",
}
"""Columns at least, by table."""


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_table_has_the_columns_of_the_contract(day: Flown, name: str) -> None:
    """Every column of the contract is in its table."""
    assert set(CONTRACT[name].split()) <= set(day.tables[name].columns)


def test_tables_are_those_of_the_contract(day: Flown) -> None:
    """Every table of the contract is made, and no other."""
    assert sorted(day.tables) == sorted(CONTRACT)


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_types_do_not_depend_on_rows(day: Flown, empty: Flown, name: str) -> None:
    """A table without rows has the same explicit types, none of them null."""
    full, bare = frame(day.tables[name]), frame(empty.tables[name])
    assert full.schema == bare.schema
    assert pl.Null not in full.schema.dtypes()
    for column, dtype in full.schema.items():
        if column.endswith(("_ms", "_tiyn")):
            assert dtype == pl.Int64, column


def test_tables_without_people_are_empty(empty: Flown) -> None:
    """A day on which nobody travels has no bookings, money or trips."""
    assert [empty.tables[name].height for name in ("bookings", "money", "trips")] == [0] * 3


def test_rows_are_as_many_as_the_log_tells(day: Flown) -> None:
    """Sorties, releases, bookings and sessions are those of the log, each once."""
    count: dict[str, int] = {}
    for event in day.log.events:
        count[type(event).__name__] = count.get(type(event).__name__, 0) + 1
    assert day.tables["sorties"].height == count["SortieScheduled"]
    assert day.tables["releases"].height == count["SortieReleased"]
    assert day.tables["charges"].height == count["ChargeStarted"]
    asked = count["BookingConfirmed"] + count.get("BookingRefused", 0)
    assert day.tables["bookings"].height == asked
    uses = count["SortieLiftedOff"] + count["SortieTouchedDown"]
    assert day.tables["fato_uses"].height == uses


def test_written_tables_agree_with_audit(day_folder: Path) -> None:
    """The independent checker finds nothing wrong in what the tables make of the log."""
    report = audit_folder(day_folder, "tiny")
    mine = ("1", "2", "6", "7", "8", "9", "city", "records")
    assert [f.message for f in report.findings if f.law in mine] == []
    assert {law.law for law in report.laws if law.exercised == 0} == set()


def test_weather_covers_every_hour_and_place(day: Flown) -> None:
    """The truth is there for every hour of the run at every vertiport."""
    weather = frame(day.tables["weather"])
    assert weather.height == 24 * len(day.run.city.vertiports)
    assert weather.select("place_id", "at_ms").is_unique().all()


def test_forecasts_were_issued_before_they_hold(day: Flown) -> None:
    """No forecast is of an hour that had begun when it was issued."""
    forecast = frame(day.tables["forecast"])
    assert (forecast["valid_at_ms"] > forecast["issued_at_ms"]).all()


def test_released_weather_is_the_last_report(day: Flown) -> None:
    """A release states the report of its origin that was last when it was made."""
    last: dict[str, float] = {}
    stated = {row["sortie_id"]: row for row in day.tables["releases"].rows()}
    for event in day.log.events:
        if isinstance(event, ev.WeatherReported):
            last[event.weather.place_id] = event.weather.visibility_m
        elif isinstance(event, ev.SortieReleased):
            origin = day.folded.sorties.by_id[event.sortie_id].origin
            assert stated[event.sortie_id]["origin_visibility_m"] == last[origin]
