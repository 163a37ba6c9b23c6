"""Build a small run, consistent in every table, over `cities/tiny`; tests then plant faults in it.

Three aircraft fly between two of the sites for a morning: five sorties land, two are cancelled, one
of them by the desk, and one is still in the air at the end. Every law of the audit is exercised by
it and none is broken.
"""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import polars as pl

from aspan.audit.auditor import audit_run
from aspan.audit.findings import AuditReport
from aspan.audit.geodesy import Plane
from aspan.audit.records_totals import KEYS
from aspan.audit.tables import Tables as AuditTables
from aspan.audit.tables import read_tables
from aspan.audit.truth import CityTruth
from unit.audit.city_rows import CITY as CITY
from unit.audit.city_rows import make_city_json

Row = dict[str, Any]
Tables = dict[str, Any]

PLANE: Plane = CITY.plane()
HOUR = 3_600_000
MINUTE = 60_000
MIDNIGHT = 1_744_657_200_000
"""2025-04-15 00:00 in Almaty, UTC+5."""
T0 = MIDNIGHT + 9 * HOUR
TAXI = 45_000
CAPACITY = {"AS01": 150.0, "AS02": 150.0 * 0.985, "AS05": 150.0 * 0.94}
ENERGY_KWH = 31.0
"""Of a sortie off-block to on-block: facts 2.2 for 18 km in still air."""
RESERVE_KWH = 52.0
DOORS = {"origin_lon_deg": 77.0, "origin_lat_deg": 43.5, "destination_lon_deg": 77.2,
         "destination_lat_deg": 43.5}  # fmt: skip
RIDE = 250_000
"""What a taxi costs that brings a party home."""
ORDERED = T0 + 40 * MINUTE
"""When the desk cancels S8."""


def make_track(sortie_id: str, origin: str, destination: str, lift_off: int) -> list[Row]:
    """Return the vertices of a flight: up, transition, offset to the right, transition, down."""
    a, b = CITY.sites[origin], CITY.sites[destination]
    (ax, ay), (bx, by) = (PLANE.project_point(s.lon_deg, s.lat_deg) for s in (a, b))
    length = float(np.hypot(bx - ax, by - ay))
    side = -0.006 if b.lon_deg > a.lon_deg else 0.006
    cruise = 1000.0 if b.lon_deg > a.lon_deg else 1300.0
    pieces = 12
    profile = [(0.0, 0.0, 600.0), (0.0, 0.0, 660.0), (900.0 / length, 0.0, 830.0)]
    profile += [(0.15 + 0.7 * i / pieces, side, cruise) for i in range(pieces + 1)]
    profile += [
        (1 - 900.0 / length, 0.0, 830.0),
        (1.0, 0.0, 660.0),
        (1.0, 0.0, 630.0),
        (1.0, 0.0, 600.0),
    ]
    lon = np.array([a.lon_deg + p[0] * (b.lon_deg - a.lon_deg) for p in profile])
    lat = np.array([a.lat_deg + p[0] * (b.lat_deg - a.lat_deg) + p[1] for p in profile])
    x, y = PLANE.project(lon, lat)
    away = np.hypot(np.diff(x), np.diff(y))
    phases = ["hover_take_off", "transition", *["cruise"] * (pieces + 2), "transition",
              "hover_landing", "hover_landing"]  # fmt: skip
    lasts = {"hover_take_off": 30.0, "transition": 25.0, "hover_landing": 22.5}
    seconds = [lasts.get(phase, d / 72.0) for phase, d in zip(phases, away, strict=True)]
    at = lift_off + np.concatenate([[0], np.cumsum(np.rint(np.array(seconds) * 1000))])
    speed = np.concatenate([away / (np.diff(at) / 1000.0), [0.0]])
    return [
        {
            "sortie_id": sortie_id, "at_ms": int(at[i]), "lon_deg": float(lon[i]),
            "lat_deg": float(lat[i]), "altitude_amsl_m": profile[i][2],
            "ground_speed_mps": round(float(speed[i]), 2),
            "phase": phases[i] if i < len(phases) else "landed",
        }
        for i in range(len(profile))
    ]  # fmt: skip


def make_run() -> Tables:
    """Return all tables of the run as lists of rows, with `city` and `kpis` as dictionaries."""
    run: Tables = {
        name: []
        for name in (
            "sorties", "tracks", "intents", "fato_uses", "stand_uses", "charges", "charge_power",
            "releases", "bookings", "money",
        )
    }  # fmt: skip
    run["aircraft"] = [
        _aircraft("AS01", "WEST", "WEST-S01"), _aircraft("AS02", "EAST", "EAST-S01"),
        _aircraft("AS05", "EAST", "EAST-S02"),
    ]  # fmt: skip
    soc = {"AS01": 0.92, "AS02": 0.91, "AS05": 0.88}
    fly = [
        ("S1", "AS01", "P1", "WEST", "EAST", T0, "WEST-F1", "EAST-F1", 2),
        ("S2", "AS02", "P2", "EAST", "WEST", T0 + 2 * MINUTE, "EAST-F1", "WEST-F1", 2),
        ("S3", "AS05", "P3", "EAST", "WEST", T0 + 4 * MINUTE, "EAST-F1", "WEST-F2", 0),
        ("S4", "AS01", "P1", "EAST", "WEST", T0 + 60 * MINUTE, "EAST-F1", "WEST-F1", 2),
        ("S5", "AS02", "P2", "WEST", "EAST", T0 + 70 * MINUTE, "WEST-F1", "EAST-F1", 4),
    ]
    stands = {"S1": "EAST-S03", "S2": "WEST-S02", "S3": "WEST-S03", "S4": "WEST-S04",
              "S5": "EAST-S04"}  # fmt: skip
    charger = {"EAST-S03": "EAST-C03", "WEST-S02": "WEST-C02"}
    at_stand = {"AS01": "WEST-S01", "AS02": "EAST-S01", "AS05": "EAST-S02"}
    since = dict.fromkeys(at_stand, MIDNIGHT + 6 * HOUR)
    for sortie_id, aircraft, pilot, origin, destination, off, up_fato, down_fato, persons in fly:
        row = _fly(run, sortie_id, aircraft, pilot, origin, destination, off, soc, persons)
        _use_fatos(run, row, up_fato, down_fato)
        _stay(run, origin, at_stand[aircraft], aircraft, since[aircraft], off)
        since[aircraft], at_stand[aircraft] = row["on_block_at_ms"], stands[sortie_id]
        if stands[sortie_id] in charger:
            _charge(run, destination, charger[stands[sortie_id]], aircraft, row, soc)
    _take_off_at_end(run, soc)
    for aircraft in ("AS01", "AS02"):
        site = at_stand[aircraft].split("-")[0]
        _stay(run, site, at_stand[aircraft], aircraft, since[aircraft], None)
    _stay(run, "WEST", at_stand["AS05"], "AS05", since["AS05"], T0 + 100 * MINUTE)
    run["sorties"] += [
        _cancelled("S7", "EAST", "NORTH", T0 + 90 * MINUTE, "weather"),
        _cancelled("S8", "EAST", "WEST", T0 + 50 * MINUTE, "desk"),
    ]
    _book(run)
    _add_desk(run)
    _add_rest(run)
    _add_wishes(run)
    return run


def _aircraft(aircraft_id: str, site: str, stand: str) -> Row:
    frame, craft = CITY.airframes[aircraft_id], CITY.craft
    return {
        "aircraft_id": aircraft_id, "type": frame.type_id, "gross_kwh": craft.gross_kwh,
        "soh": frame.soh, "floor_soc": craft.floor_soc, "initial_vertiport_id": site,
        "initial_stand_id": stand, "initial_soc": frame.initial_soc, "empty_kg": craft.empty_kg,
    }  # fmt: skip


def _fly(
    run: Tables, sortie_id: str, aircraft: str, pilot: str, origin: str, destination: str,
    off: int, soc: dict[str, float], persons: int,
) -> Row:  # fmt: skip
    """Add one flown sortie with its track, intent and release; return its row."""
    track = make_track(sortie_id, origin, destination, off + TAXI)
    down = track[-1]["at_ms"]
    capacity = CAPACITY[aircraft]
    first = soc[aircraft]
    up, last = round(first - 0.05 / capacity, 4), round(first - ENERGY_KWH / capacity, 4)
    touch = round(last + 0.05 / capacity, 4)
    row = {
        "sortie_id": sortie_id, "aircraft_id": aircraft, "pilot_id": pilot, "origin": origin,
        "planned_destination": destination, "destination": destination, "status": "flown",
        "cause": None, "lane_route": f"{origin}-{destination}", "passengers": persons,
        "payload_kg": 90.0 * persons, "planned_off_block_at_ms": off, "off_block_at_ms": off,
        "lift_off_at_ms": off + TAXI, "touchdown_at_ms": down, "on_block_at_ms": down + TAXI,
        "soc_off_block": first, "soc_lift_off": up, "soc_touchdown": touch, "soc_on_block": last,
        "pack_temperature_k": 298.15, "energy_kwh": round((first - last) * capacity, 3),
        "reserve_required_kwh": RESERVE_KWH,
        "energy_above_reserve_kwh": round((touch - 0.1) * capacity - RESERVE_KWH, 3),
        "emergency_at_ms": None,
    }  # fmt: skip
    soc[aircraft] = last
    run["sorties"].append(row)
    run["tracks"] += track
    _claim(run, sortie_id, off, down)
    run["releases"].append(_release(sortie_id, off, "EAST" if sortie_id == "S3" else "NORTH"))
    return row


def _claim(run: Tables, sortie_id: str, off: int, down: int) -> None:
    box = [[76.95, 43.45], [77.27, 43.45], [77.27, 43.55], [76.95, 43.55]]
    volume = {"footprint": box, "lower": 590.0, "upper": 1400.0, "start": off, "end": down + TAXI}
    for version, state, at, volumes in (
        (1, "accepted", off - 5 * MINUTE, [volume]), (2, "activated", off, [volume]),
        (3, "ended", down, []),
    ):  # fmt: skip
        run["intents"].append({
            "sortie_id": sortie_id, "version": version, "state": state, "from_at_ms": at,
            "volumes": json.dumps(volumes),
        })  # fmt: skip


def _release(sortie_id: str, off: int, alternate: str) -> Row:
    values = {"visibility_m": 9999.0, "ceiling_agl_m": 3000.0, "wind_mps": 2.0, "gust_mps": 4.0}
    row: Row = {"sortie_id": sortie_id, "released_at_ms": off - MINUTE}
    for role in ("origin", "destination", "alternate"):
        row |= {f"{role}_{key}": value for key, value in values.items()}
    return row | {
        "predicted_energy_kwh": ENERGY_KWH, "alternate_id": alternate,
        "reserve_rule": "20 min", "approval": "passenger",
    }  # fmt: skip


def _use_fatos(run: Tables, row: Row, up_fato: str, down_fato: str) -> None:
    for kind, site, fato, at in (
        ("take_off", row["origin"], up_fato, row["lift_off_at_ms"]),
        ("landing", row["destination"], down_fato, row["touchdown_at_ms"]),
    ):
        run["fato_uses"].append({
            "vertiport_id": site, "fato_id": fato, "sortie_id": row["sortie_id"], "kind": kind,
            "start_at_ms": at - 40_000, "end_at_ms": at + 35_000,
        })  # fmt: skip


def _stay(run: Tables, site: str, stand: str, aircraft: str, start: int, end: int | None) -> None:
    run["stand_uses"].append({
        "vertiport_id": site, "stand_id": stand, "aircraft_id": aircraft, "start_at_ms": start,
        "end_at_ms": end,
    })  # fmt: skip


def _charge(
    run: Tables, site: str, charger: str, aircraft: str, row: Row, soc: dict[str, float]
) -> None:
    """Add a session of 10 minutes at 150 kW DC right after on-block, drawn in two steps."""
    start, before = row["on_block_at_ms"] + MINUTE, soc[aircraft]
    end = start + 10 * MINUTE
    energy = 150.0 * 0.95 / 6.0
    soc[aircraft] = round(before + energy / CAPACITY[aircraft], 4)
    run["charges"].append({
        "vertiport_id": site, "charger_id": charger, "stand_id": charger.replace("-C", "-S"),
        "aircraft_id": aircraft, "start_at_ms": start, "end_at_ms": end,
        "energy_kwh": round((soc[aircraft] - before) * CAPACITY[aircraft], 3), "peak_kw": 150.0,
        "soc_start": before, "soc_end": soc[aircraft],
    })  # fmt: skip
    for a, b in ((start, start + 5 * MINUTE), (start + 5 * MINUTE, end)):
        run["charge_power"].append({
            "vertiport_id": site, "charger_id": charger, "start_at_ms": a, "end_at_ms": b,
            "power_kw": 150.0,
        })  # fmt: skip


def _take_off_at_end(run: Tables, soc: dict[str, float]) -> None:
    """Add S6, still in the air when the run ends."""
    off = T0 + 100 * MINUTE
    row = _fly(run, "S6", "AS05", "P3", "WEST", "EAST", off, soc, 1)
    row |= dict.fromkeys(
        ("touchdown_at_ms", "on_block_at_ms", "soc_touchdown", "soc_on_block", "energy_kwh",
         "energy_above_reserve_kwh")
    )  # fmt: skip
    row |= {"status": "airborne_at_end", "destination": None}
    mine = [vertex for vertex in run["tracks"] if vertex["sortie_id"] == "S6"]
    run["tracks"] = [v for v in run["tracks"] if v["sortie_id"] != "S6"] + mine[:8]
    run["fato_uses"].append({
        "vertiport_id": "WEST", "fato_id": "WEST-F1", "sortie_id": "S6", "kind": "take_off",
        "start_at_ms": off + 5_000, "end_at_ms": off + 80_000,
    })  # fmt: skip


def _cancelled(sortie_id: str, origin: str, destination: str, off: int, cause: str) -> Row:
    row = dict.fromkeys((
        "pilot_id", "destination", "lane_route", "off_block_at_ms", "lift_off_at_ms",
        "touchdown_at_ms", "on_block_at_ms", "soc_off_block", "soc_lift_off", "soc_touchdown",
        "soc_on_block", "pack_temperature_k", "energy_kwh", "reserve_required_kwh",
        "energy_above_reserve_kwh", "emergency_at_ms",
    ))  # fmt: skip
    return row | {
        "sortie_id": sortie_id, "aircraft_id": "AS02", "origin": origin,
        "planned_destination": destination, "status": "cancelled", "cause": cause,
        "passengers": 0, "payload_kg": 0.0, "planned_off_block_at_ms": off,
    }  # fmt: skip


def _book(run: Tables) -> None:
    """Add bookings of every kind of ending and the ledger that goes with them."""
    down = {row["sortie_id"]: row["on_block_at_ms"] for row in run["sorties"]}
    fare = 4_500_000
    for booking, party, status, sorties, reason, refund in (
        ("B1", 1, "flown", ["S1"], None, 0), ("B2", 2, "settled", ["S2"], None, 0),
        ("B3", 1, "flown", ["S1", "S4"], None, 0), ("B4", 4, "flown", ["S5"], None, 0),
        ("B5", 1, "boarded", ["S6"], None, 0), ("B6", 1, "cancelled", ["S7"], "weather", fare),
        ("B7", 1, "refused", [], "no_seats", None), ("B8", 1, "no_show", ["S4"], None, 0),
        ("B9", 1, "cancelled", ["S8"], "desk", fare),
        ("B10", 1, "flown", ["S4"], "rebooked_desk", 0),
        ("B11", 1, "cancelled", ["S8"], "withdrawn", 3_375_000),
        ("B12", 1, "refunded", ["S7"], "weather", fare),
    ):  # fmt: skip
        arrives = status in ("flown", "settled")
        care = {"B6": "money", "B9": "money", "B10": "air", "B12": "ground"}.get(booking, "none")
        run["bookings"].append({
            "booking_id": booking, "trip_id": f"T{booking}", "party": party,
            "payload_kg": 90.0 * party, **DOORS, "requested_at_ms": T0 - HOUR,
            "fare_tiyn": fare * party,
            "refund_tiyn": refund, "status": status, "reason": reason, "seats_held": 0,
            "sortie_ids": sorties, "left_sortie_ids": ["S8"] if reason == "rebooked_desk" else [],
            "arrived_at_ms": down[sorties[-1]] + MINUTE if arrives else None,
            "ended_at_ms": T0 - HOUR // 2 if reason == "withdrawn" else None,
            "off_block_told_at_ms": T0 + 4 * HOUR if reason == "withdrawn" else None,
            "changed_from": None,
            "told_arrival_at_ms": down[sorties[-1]] + 2 * MINUTE if arrives else None,
            "care": care, "care_chosen": False,
            "care_arrival_at_ms": T0 + HOUR if care == "ground" else None,
            "late_refund_tiyn": 0, "ride_tiyn": RIDE if care == "ground" else 0,
        })  # fmt: skip
        if booking == "B4":
            back = fare // 4
            run["bookings"][-1] |= {"told_arrival_at_ms": T0, "refund_tiyn": back,
                                    "late_refund_tiyn": back}  # fmt: skip
            run["money"].append(_line(booking, "refund", -back))
        if care == "ground":
            run["money"].append(_line(booking, "compensation", -RIDE))
        if status != "refused":
            run["money"].append(_line(booking, "charge", fare * party))
        if refund:
            run["money"].append(_line(booking, "refund", -refund))


def _line(booking: str, kind: str, amount: int) -> Row:
    return {"booking_id": booking, "at_ms": T0 - HOUR, "kind": kind, "amount_tiyn": amount}


def _add_desk(run: Tables) -> None:
    """Add orders of the desk: S8 cancelled, WEST-F2 closed after S3 landed on it, EAST held."""
    west, east = {"vertiport_id": "WEST", "fato_id": "WEST-F2"}, {"vertiport_id": "EAST"}
    run["actions"] = [
        {
            "at_ms": at, "key": f"K{at - T0}", "who": "desk", "why": "drill", "action": action,
            "what": json.dumps({"action": action, **what}),
            "outcome": "refused" if reason else "done", "reason": reason,
        }
        for at, action, what, reason in (
            (T0 + 20 * MINUTE, "close_fato", west, None),
            (T0 + 30 * MINUTE, "hold_departures", east, None),
            (ORDERED, "cancel_sortie", {"sortie_id": "S8"}, None),
            (ORDERED + MINUTE, "cancel_sortie", {"sortie_id": "S8"}, "sortie_ended"),
            (T0 + 45 * MINUTE, "release_departures", {"vertiport_id": None}, None),
        )
    ]  # fmt: skip
    run["closures"] = [
        {"kind": "fato_closed", "from_at_ms": T0 + 20 * MINUTE, "until_at_ms": None} | west,
        {"kind": "departures_held", "from_at_ms": T0 + 30 * MINUTE, "fato_id": None,
         "until_at_ms": T0 + 45 * MINUTE} | east,
    ]  # fmt: skip


def _add_wishes(run: Tables) -> None:
    """Add the wish of every booking and one that went by car, and a forecast of every hour."""
    run["trips"] = [
        {
            "trip_id": trip_id, "segment": "business", "party": party, **DOORS,
            "wanted_at_ms": T0 - HOUR, "chosen_mode": mode, "has_air_offer": mode == "air",
            "car_ms": 45 * MINUTE, "transit_ms": None, "sampling_factor": 1,
            "air_ms": 25 * MINUTE if mode == "air" else None,
        }
        for trip_id, party, mode in (
            *((b["trip_id"], b["party"], "air") for b in run["bookings"]), ("TC", 2, "car"),
        )
    ]  # fmt: skip
    run["forecast"] = [
        {key: value for key, value in row.items() if key != "at_ms"}
        | {"issued_at_ms": row["at_ms"] - 2 * HOUR, "valid_at_ms": row["at_ms"]}
        for row in run["weather"]
    ]


def _add_rest(run: Tables) -> None:
    """Add crews, approvals, defects, weather, `city.json` and `kpis.json`."""
    starts, lasts = MIDNIGHT + 8 * HOUR, 7 * HOUR
    run["duties"] = [
        {"pilot_id": pilot, "start_at_ms": at, "end_at_ms": at + lasts, "vertiport_id": site}
        for pilot, site, at in (
            ("P1", "WEST", starts), ("P2", "EAST", starts), ("P3", "EAST", starts),
            ("P1", "WEST", starts + 20 * HOUR),
        )
    ]  # fmt: skip
    run["approvals"] = [
        {
            "aircraft_id": aircraft, "vertiport_id": site, "kind": "passenger",
            "from_at_ms": MIDNIGHT - 24 * HOUR, "until_at_ms": MIDNIGHT + 48 * HOUR,
            "is_assumed": True,
        }
        for aircraft in CAPACITY
        for site in CITY.sites
    ]  # fmt: skip
    run["defects"] = [{
        "aircraft_id": "AS02", "opened_at_ms": T0 - 3 * HOUR, "closed_at_ms": T0 - 2 * HOUR,
        "grounding": True,
    }]  # fmt: skip
    run["weather"] = [
        {
            "place_id": site, "at_ms": MIDNIGHT + hour * HOUR, "temperature_k": 285.15,
            "pressure_pa": 94_300.0, "wind_mps": 2.0, "wind_from_deg": 180.0, "gust_mps": 4.0,
            "relative_humidity": 0.5, "visibility_m": 20_000.0, "ceiling_agl_m": 9_000.0,
            "precipitation_mm_h": 0.0, "present_weather": "", "is_modelled": True,
        }
        for hour in range(24)
        for site in CITY.sites
    ]  # fmt: skip
    run["site_power"] = [
        _draw(run, site, T0 + k * MINUTE) for site in CITY.sites for k in range(120)
    ]
    run["city"] = make_city_json()
    landed = [row for row in run["sorties"] if row["status"] == "flown"]
    run["kpis"] = make_kpis_json(run, landed)


def make_kpis_json(run: Tables, landed: list[Row]) -> Row:
    """Return `kpis.json` with the keys of the contract; what nobody measured is null."""
    return dict.fromkeys(key.split(".")[0] for key in KEYS) | {
        "sorties_flown": 5, "sorties_empty": 1, "sorties_diverted": {},
        "sorties_cancelled": {"desk": 1, "weather": 1}, "passengers_flown": 10, "bookings": 12,
        "trips": 13, "wishes": 13, "load_factor": 0.5, "delay_ms": {"p50": 0, "p95": 0},
        "wait_ms": {"p50": None, "p95": None}, "minutes_saved": {"mean": 20.0},
        "revenue": sum(line["amount_tiyn"] for line in run["money"]),
        "energy_kwh": sum(row["energy_kwh"] for row in landed),
        "min_energy_above_reserve_kwh": min(row["energy_above_reserve_kwh"] for row in landed),
        "aircraft_hours": sum(r["on_block_at_ms"] - r["off_block_at_ms"] for r in landed) / HOUR,
    }  # fmt: skip


def _draw(run: Tables, site: str, at_ms: int) -> Row:
    """Return what a site draws at the meter in the minute from an instant; sessions are apart."""
    grid = CITY.rules.charging.dc_to_battery / CITY.rules.charging.grid_to_battery
    shares = [
        (row["power_kw"] * grid, max(0, min(row["end_at_ms"], at_ms + MINUTE)
                                     - max(row["start_at_ms"], at_ms)) / MINUTE)
        for row in run["charge_power"]
        if row["vertiport_id"] == site
    ]  # fmt: skip
    return {
        "vertiport_id": site, "from_at_ms": at_ms,
        "mean_kw": sum(kw * share for kw, share in shares),
        "peak_kw": max((kw for kw, share in shares if share), default=0.0), "stand_kw": 6.0,
        "limit_kw": CITY.sites[site].site_power_limit_kw,
    }  # fmt: skip


def write_run(run: Tables, folder: Path) -> None:
    """Write every table of a run as the contract names its files."""
    for name, rows in run.items():
        if name in ("city", "kpis"):
            (folder / f"{name}.json").write_text(json.dumps(rows))
        elif rows:
            pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / f"{name}.parquet")


@cache
def _read_clean() -> tuple[Tables, AuditTables]:
    """Return the consistent run, and its tables as read from its files."""
    run = make_run()
    with TemporaryDirectory() as folder:
        write_run(run, Path(folder))
        return run, read_tables(Path(folder))


def audit_rows(run: Tables, folder: Path, city: CityTruth = CITY) -> AuditReport:
    """Return the audit of a run's rows, by way of files; what is as in the clean run is read once.

    One table is written anew each time, as a folder without any is refused.
    """
    clean, tables = _read_clean()
    other = {name for name in clean.keys() | run.keys() if run.get(name) != clean.get(name)}
    other.add("aircraft" if run.get("aircraft") else "sorties")
    write_run({name: run[name] for name in other & run.keys()}, folder)
    read = read_tables(folder)
    mine = {name: getattr(read, name) for name in other & set(AuditTables.__struct_fields__)}
    return audit_run(msgspec.structs.replace(tables, folder=read.folder, **mine), city)


def violated(report: AuditReport) -> set[str]:
    """Return the names of the clauses with findings."""
    return {finding.clause for finding in report.findings}


def pick(run: Tables, table: str, **wanted: object) -> Row:
    """Return the first row of a table with these values."""
    return next(r for r in run[table] if all(r[key] == v for key, v in wanted.items()))
