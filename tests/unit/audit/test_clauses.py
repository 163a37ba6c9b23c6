"""Plant one violation for every clause of every law and see exactly that clause found."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from unit.audit.runs import (
    HOUR,
    MIDNIGHT,
    MINUTE,
    ORDERED,
    T0,
    Row,
    Tables,
    audit_rows,
    make_run,
    make_track,
    pick,
    violated,
)

Plant = Callable[[Tables], None]


def put(table: str, where: Row, **values: object) -> Plant:
    """Return a plant that overwrites columns of one row."""
    return lambda run: pick(run, table, **where).update(values)


def drop(table: str, **where: object) -> Plant:
    """Return a plant that takes one row away."""
    return lambda run: run[table].remove(pick(run, table, **where))


def add(table: str, where: Row, **values: object) -> Plant:
    """Return a plant that adds a copy of a row with other values."""
    return lambda run: run[table].append(pick(run, table, **where) | values)


def both(*plants: Plant) -> Plant:
    """Return a plant of several."""

    def plant(run: Tables) -> None:
        for each in plants:
            each(run)

    return plant


def shift(table: str, where: Row, key: str, by: float) -> Plant:
    """Return a plant that adds to a column of one row."""

    def plant(run: Tables) -> None:
        row = pick(run, table, **where)
        row[key] += by

    return plant


def each(table: str, where: Row, change: Callable[[Row], None]) -> Plant:
    """Return a plant that changes every row with these values."""

    def plant(run: Tables) -> None:
        for row in run[table]:
            if all(row[key] == value for key, value in where.items()):
                change(row)

    return plant


def set_json(table: str, path: str, value: object) -> Plant:
    """Return a plant that changes a key of `city.json` or `kpis.json`."""

    def plant(run: Tables) -> None:
        *keys, last = path.split(".")
        node = run[table]
        for key in keys:
            node = node[key]
        node[last] = value

    return plant


def replace_track(sortie_id: str, rows: list[Row]) -> Plant:
    """Return a plant that gives a sortie another track."""

    def plant(run: Tables) -> None:
        run["tracks"] = [r for r in run["tracks"] if r["sortie_id"] != sortie_id] + rows

    return plant


def ghost(run: Tables) -> None:
    """Fly S2's path backwards in S1's height: the two meet head-on."""
    for row in run["tracks"]:
        if row["sortie_id"] == "S2" and row["phase"] == "cruise":
            row["altitude_amsl_m"] = 1000.0 if row["altitude_amsl_m"] > 900 else 830.0
            if row["altitude_amsl_m"] == 1000.0:
                row["lat_deg"] -= 0.012


def follow_close(run: Tables) -> None:
    """Let S3 fly S2's path 50 s behind it, 200 m higher so that only the trail is broken."""
    leader = pick(run, "sorties", sortie_id="S2")["lift_off_at_ms"]
    row = pick(run, "sorties", sortie_id="S3")
    by = leader + 50_000 - row["lift_off_at_ms"]
    for key in ("planned_off_block_at_ms", "off_block_at_ms", "lift_off_at_ms", "touchdown_at_ms",
                "on_block_at_ms"):  # fmt: skip
        row[key] += by
    for table, keys in (
        ("tracks", ["at_ms"]), ("releases", ["released_at_ms"]), ("intents", ["from_at_ms"]),
        ("fato_uses", ["start_at_ms", "end_at_ms"]),
    ):  # fmt: skip
        for other in run[table]:
            if other["sortie_id"] == "S3":
                for key in keys:
                    other[key] += by
    for intent in run["intents"]:
        if intent["sortie_id"] == "S3":
            volumes = json.loads(intent["volumes"])
            for volume in volumes:
                volume["start"] += by
                volume["end"] += by
            intent["volumes"] = json.dumps(volumes)
    for stay in run["stand_uses"]:
        if stay["aircraft_id"] == "AS05":
            for key in ("start_at_ms", "end_at_ms"):
                if T0 <= stay[key] < T0 + 30 * MINUTE:
                    stay[key] += by


def weather_at(site: str, **values: object) -> Plant:
    """Return a plant that changes the truth of the hours round the first releases at a site."""

    def plant(run: Tables) -> None:
        for row in run["weather"]:
            if row["place_id"] == site and T0 - 2 * HOUR <= row["at_ms"] <= T0:
                row.update(values)

    return plant


S1, S5 = {"sortie_id": "S1"}, {"sortie_id": "S5"}
P1 = {"pilot_id": "P1"}
LANDING = {"sortie_id": "S1", "kind": "landing"}
SESSION = {"charger_id": "EAST-C03"}
B1 = {"booking_id": "B1"}
EAST_HELD = {"kind": "departures_held"}
LATE = MIDNIGHT + 21 * HOUR
S1_LANDED = make_track("S1", "WEST", "EAST", T0 + 45_000)[-1]["at_ms"]


def stretch_power(run: Tables) -> None:
    """Charge at three other stands of EAST while AS01 charges there: 1,044 kW at the meter."""
    first = pick(run, "charge_power", **SESSION)
    for charger in ("EAST-C01", "EAST-C02", "EAST-C04"):
        run["charge_power"].append(first | {"charger_id": charger, "power_kw": 290.0})
        run["charges"].append({
            "vertiport_id": "EAST", "charger_id": charger, "stand_id": charger.replace("C", "S"),
            "aircraft_id": "AS09", "start_at_ms": first["start_at_ms"],
            "end_at_ms": first["end_at_ms"], "energy_kwh": 290.0 * 0.95 / 12.0, "peak_kw": 290.0,
            "soc_start": 0.5, "soc_end": 0.65,
        })  # fmt: skip


def thin_track(run: Tables) -> None:
    """Take two neighbouring vertices out of S1's cruise: 43 s without one."""
    cruise = [r for r in run["tracks"] if r["sortie_id"] == "S1" and r["phase"] == "cruise"]
    for row in cruise[4:6]:
        run["tracks"].remove(row)


def hurry(run: Tables) -> None:
    """Fly one piece of S1's cruise in 10 s, 104 m/s, and the next one slower."""
    cruise = [r for r in run["tracks"] if r["sortie_id"] == "S1" and r["phase"] == "cruise"]
    here, then, last = cruise[4:7]
    length = here["ground_speed_mps"] * (then["at_ms"] - here["at_ms"]) / 1000.0
    then["at_ms"] = here["at_ms"] + 10_000
    here["ground_speed_mps"] = length / 10.0
    then["ground_speed_mps"] = length / ((last["at_ms"] - then["at_ms"]) / 1000.0)


def move_by(by: int) -> Plant:
    """Return a plant that moves the whole run in time."""

    def plant(run: Tables) -> None:
        for name, rows in run.items():
            for row in rows if name not in ("city", "kpis") else ():
                for key, value in row.items():
                    if key.endswith("_at_ms") or key in ("at_ms", "from_ms"):
                        row[key] = None if value is None else value + by
                if "volumes" in row:
                    volumes = json.loads(row["volumes"])
                    for volume in volumes:
                        volume["start"] += by
                        volume["end"] += by
                    row["volumes"] = json.dumps(volumes)

    return plant


CLAUSES: list[tuple[str, Plant, set[str]]] = [
    # law 1
    ("fato-overlap", shift("fato_uses", {"sortie_id": "S2", "kind": "take_off"}, "end_at_ms",
                           5 * MINUTE), set()),
    ("fato-gap", put("fato_uses", {"sortie_id": "S3", "kind": "take_off"},
                     start_at_ms=T0 + 2 * MINUTE + 45_000 + 35_000), set()),
    ("fato-known", add("fato_uses", S1, fato_id="WEST-F9"), set()),
    ("movement-on-fato", drop("fato_uses", **LANDING), set()),
    ("fato-closed", put("closures", {"fato_id": "WEST-F2"}, from_at_ms=T0 + 2 * MINUTE),
     {"closures-ordered"}),
    ("fato-closed", both(put("closures", {"fato_id": "WEST-F2"}, from_at_ms=T0 + 2 * MINUTE),
                         put("actions", {"action": "close_fato"}, at_ms=T0 + 2 * MINUTE)), set()),
    # law 2
    ("stand-overlap", put("stand_uses", {"stand_id": "WEST-S03"}, stand_id="WEST-S02"), set()),
    ("stand-known", put("stand_uses", {"stand_id": "WEST-S03"}, stand_id="WEST-S99"), set()),
    ("charger-overlap", add("charges", SESSION, aircraft_id="AS09"), {"charge-in-stay"}),
    ("charger-known", add("charges", SESSION, charger_id="EAST-C99", aircraft_id="AS09"),
     {"charge-in-stay", "charge-power-energy"}),
    ("charger-reach", both(put("charges", SESSION, charger_id="EAST-C02"),
                           each("charge_power", SESSION,
                                lambda r: r.update(charger_id="EAST-C02"))), set()),
    ("charger-peak", put("charges", SESSION, peak_kw=301.0), set()),
    ("charger-power", put("charge_power", SESSION, power_kw=305.0),
     {"charge-power-energy", "site-power-sum"}),
    ("site-power", stretch_power, {"charge-in-stay", "site-power-sum"}),
    ("charge-power-energy", put("charge_power", SESSION, power_kw=120.0), {"site-power-sum"}),
    ("power-in-session", add("charge_power", SESSION, start_at_ms=T0 + 50 * MINUTE,
                             end_at_ms=T0 + 51 * MINUTE, power_kw=0.4), set()),
    ("site-power-minute", put("site_power", {"vertiport_id": "EAST"}, limit_kw=5000.0), set()),
    ("site-power-minute", put("site_power", {"vertiport_id": "EAST"}, peak_kw=1200.0),
     {"site-power-sum"}),
    ("site-power-minute", put("site_power", {"vertiport_id": "EAST"}, mean_kw=-0.1), set()),
    ("site-power-sum", put("site_power", {"vertiport_id": "EAST"}, mean_kw=2.0, peak_kw=2.0),
     set()),
    ("site-power-covers", lambda run: run["site_power"].remove(
        next(row for row in run["site_power"] if row["peak_kw"] > 0.0)), set()),
    # law 3
    ("reserve-kept", put("sorties", S1, reserve_required_kwh=95.0,
                         energy_above_reserve_kwh=-2.95), {"kpis"}),
    ("reserve-stated", put("sorties", S5, energy_above_reserve_kwh=55.0), set()),
    ("reserve-size", put("sorties", S5, reserve_required_kwh=30.0,
                         energy_above_reserve_kwh=58.2), {"reserve-stated"}),
    ("floor-kept", put("aircraft", {"aircraft_id": "AS05"}, floor_soc=0.7),
     {"fleet", "reserve-kept", "reserve-stated", "alternate-reach"}),
    # law 4
    ("separation", ghost, set()),
    ("in-trail", follow_close, {"fato-overlap", "fato-gap"}),
    # law 5, load
    ("seats", put("sorties", S1, passengers=5), {"passengers-booked", "kpis"}),
    ("payload", put("sorties", S5, payload_kg=363.7), {"payload-booked"}),
    ("mass", put("aircraft", {"aircraft_id": "AS02"}, empty_kg=1955.0), {"fleet"}),
    ("passengers-booked", put("sorties", S1, passengers=1), {"kpis"}),
    ("payload-booked", put("sorties", S1, payload_kg=178.0), set()),
    # law 5, pilots
    ("duty-length", put("duties", P1, end_at_ms=MIDNIGHT + 18 * HOUR + 1),
     {"duty-rest"}),
    ("duty-flight-time", put("sorties", S1, touchdown_at_ms=T0 + 8 * HOUR),
     {"movement-on-fato", "phase-order", "track-times", "alternate-pool"}),
    ("duty-rest", put("duties", {"pilot_id": "P1", "start_at_ms": MIDNIGHT + 28 * HOUR},
                      start_at_ms=MIDNIGHT + 27 * HOUR - 1), set()),
    ("pilot-on-duty", put("duties", P1, start_at_ms=T0 + 1), {"pilot-place"}),
    ("pilot-place", put("duties", P1, vertiport_id="NORTH"), set()),
    ("pilot-one-place", put("sorties", {"sortie_id": "S2"}, pilot_id="P1"), {"pilot-place"}),
    # law 5, weather
    ("release-visibility", put("releases", S1, destination_visibility_m=4900.0),
     {"release-agrees"}),
    ("release-ceiling", put("releases", S1, alternate_ceiling_agl_m=449.0), {"release-agrees"}),
    ("release-wind", put("releases", S1, origin_wind_mps=10.4, origin_gust_mps=11.0),
     {"release-agrees"}),
    ("release-gust", put("releases", S1, origin_wind_mps=10.0, origin_gust_mps=14.5),
     {"release-agrees"}),
    ("release-gust-spread", put("releases", S1, origin_gust_mps=7.2), {"release-agrees"}),
    ("release-agrees", weather_at("NORTH", visibility_m=3000.0), set()),
    ("icing", weather_at("NORTH", temperature_k=275.0, precipitation_mm_h=0.5), set()),
    ("present-weather", weather_at("NORTH", present_weather="TS"), {"thunder-near"}),
    ("thunder-near", weather_at("NORTH", present_weather="TS"), {"present-weather"}),
    # law 5, approval and defects
    ("approval", put("approvals", {"aircraft_id": "AS01", "vertiport_id": "EAST"},
                     until_at_ms=T0), set()),
    ("approval", put("approvals", {"aircraft_id": "AS01", "vertiport_id": "WEST"},
                     kind="none"), set()),
    ("approval-released", put("releases", S1, approval="test"), set()),
    ("approval-backed", put("approvals", {"aircraft_id": "AS01"}, is_assumed=False), set()),
    ("grounding-defect", put("defects", {"aircraft_id": "AS02"}, closed_at_ms=T0 + HOUR), set()),
    # law 5, desk
    ("departures-held", put("closures", EAST_HELD, from_at_ms=T0 + 2 * MINUTE),
     {"closures-ordered"}),
    ("departures-held", put("closures", EAST_HELD, until_at_ms=None), {"closures-ordered"}),
    ("desk-cancel-ordered", drop("actions", at_ms=ORDERED), {"desk-rebooked"}),
    ("desk-cancel-ordered", put("sorties", {"sortie_id": "S8"}, cause="weather"), set()),
    ("desk-cancel-unreleased", add("releases", S1, sortie_id="S8"), set()),
    # law 6
    ("aircraft-known", drop("aircraft", aircraft_id="AS05"), set()),
    ("phase-order", put("sorties", S1, on_block_at_ms=S1_LANDED - 1),
     {"stay-from-on-block", "stay-unbroken", "kpis"}),
    ("sortie-overlap", put("sorties", S1, on_block_at_ms=T0 + 61 * MINUTE),
     {"stay-from-on-block", "stay-unbroken", "kpis", "sorties-chain", "arrived",
      "pilot-one-place"}),
    ("sortie-place", put("aircraft", {"aircraft_id": "AS05"}, initial_vertiport_id="NORTH",
                         initial_stand_id="NORTH-S01"), {"initial-stay"}),
    ("initial-stay", put("aircraft", {"aircraft_id": "AS05"}, initial_stand_id="EAST-S05"),
     set()),
    ("stay-overlap", add("stand_uses", {"stand_id": "WEST-S01"}, stand_id="WEST-S05"),
     {"stay-unbroken"}),
    ("stay-until-off-block", put("stand_uses", {"stand_id": "WEST-S01"}, end_at_ms=T0 - 1),
     {"stay-unbroken"}),
    ("stay-from-on-block", put("stand_uses", {"stand_id": "WEST-S03"},
                               start_at_ms=T0 + 15 * MINUTE), {"stay-unbroken"}),
    ("stay-unbroken", add("stand_uses", {"stand_id": "WEST-S04"}, stand_id="WEST-S05",
                          start_at_ms=T0 + 2 * HOUR), {"stay-overlap"}),
    ("charge-in-stay", put("charges", SESSION, start_at_ms=S1_LANDED),
     set()),
    # law 7
    ("soc-chain", put("sorties", S1, soc_lift_off=0.9301), set()),
    ("sortie-energy", shift("sorties", S1, "energy_kwh", 0.1), set()),
    ("charge-energy", shift("charges", SESSION, "energy_kwh", 0.1), set()),
    ("charge-ceiling", put("charges", SESSION, soc_end=0.96),
     {"charge-energy", "soc-between"}),
    ("soc-between", put("aircraft", {"aircraft_id": "AS02"}, initial_soc=0.909), {"fleet"}),
    ("flight-energy", each("tracks", {"sortie_id": "S1", "phase": "cruise"},
                           lambda r: r.update(phase="hover")), set()),
    # law 8
    ("seats-sold", both(put("bookings", {"booking_id": "B8"}, sortie_ids=["S5"])), set()),
    ("seats-held", put("bookings", B1, seats_held=2), set()),
    ("trip-once", put("bookings", {"booking_id": "B2"}, trip_id="TB1"), {"trip-booked"}),
    ("sorties-exist", put("bookings", {"booking_id": "B8"}, sortie_ids=["S9"]), set()),
    ("sorties-chain", put("bookings", {"booking_id": "B8"}, sortie_ids=["S4", "S2"]), set()),
    ("money-known", add("money", B1, booking_id="B99"), {"kpis"}),
    ("money-sign", add("money", B1, kind="compensation", amount_tiyn=1),
     {"kpis", "driven"}),
    ("money-charged", put("money", B1, amount_tiyn=4_499_999), {"money-owed", "kpis"}),
    ("money-refunded", put("bookings", {"booking_id": "B6"}, refund_tiyn=4_400_000), {"left"}),
    ("money-owed", both(put("bookings", {"booking_id": "B6"}, refund_tiyn=4_400_000),
                        put("money", {"booking_id": "B6", "kind": "refund"},
                            amount_tiyn=-4_400_000)), {"kpis", "left"}),
    ("fare-bounds", both(put("bookings", {"booking_id": "B8"}, fare_tiyn=5_200_000),
                         put("money", {"booking_id": "B8"}, amount_tiyn=5_200_000)), {"kpis"}),
    ("withdrawn-refund", both(put("bookings", {"booking_id": "B11"}, refund_tiyn=3_000_000),
                              put("money", {"booking_id": "B11", "kind": "refund"},
                                  amount_tiyn=-3_000_000)), {"kpis"}),
    # law 9
    ("ends", put("bookings", {"booking_id": "B8"}, status="confirmed"), set()),
    ("arrived", put("bookings", B1, arrived_at_ms=T0), set()),
    ("carried", put("bookings", {"booking_id": "B5"}, status="flown", arrived_at_ms=T0 + 2 * HOUR),
     set()),
    ("reason", put("bookings", {"booking_id": "B6"}, reason=None), set()),
    ("refund", put("bookings", {"booking_id": "B6"}, refund_tiyn=4_500_001),
     {"money-refunded", "left"}),
    ("desk-refunded", put("bookings", {"booking_id": "B10"}, sortie_ids=["S8"], status="no_show",
                          reason=None, arrived_at_ms=None, left_sortie_ids=[]),
     {"passengers-booked", "payload-booked"}),
    ("desk-rebooked", put("bookings", {"booking_id": "B2"}, reason="rebooked_desk",
                          requested_at_ms=ORDERED + 1), set()),
    ("desk-rebooked", put("bookings", {"booking_id": "B10"}, left_sortie_ids=["S7"]),
     {"rebooked"}),
    ("desk-rebooked", put("bookings", {"booking_id": "B10"}, left_sortie_ids=[]), set()),
    ("rebooked", put("bookings", {"booking_id": "B4"}, left_sortie_ids=["S4"]), set()),
    ("left", put("bookings", {"booking_id": "B12"}, care="none"), {"driven"}),
    ("left", put("bookings", {"booking_id": "B6"}, care="air"), set()),
    ("driven", put("bookings", {"booking_id": "B12"}, ride_tiyn=0), set()),
    ("driven", put("bookings", {"booking_id": "B12"}, care_arrival_at_ms=None), set()),
    ("driven", add("money", {"booking_id": "B12", "kind": "compensation"}), {"kpis"}),
    ("late-refund", put("bookings", {"booking_id": "B4"}, told_arrival_at_ms=T0 + 9 * HOUR),
     set()),
    # law 10
    ("hours-until", put("sorties", S5, on_block_at_ms=LATE + 1),
     {"pilot-on-duty", "stay-from-on-block", "stay-unbroken", "arrived", "kpis", "duty-break"}),
    ("ground-clearance", each("tracks", {"sortie_id": "S3", "altitude_amsl_m": 1300.0},
                              lambda r: r.update(altitude_amsl_m=740.0)), set()),
    ("hours-from", move_by(-3 * HOUR), set()),
    ("daylight", move_by(9 * HOUR), {"reserve-size"}),
    # law 11
    ("alternate-named", put("releases", S1, alternate_id="EAST"), set()),
    ("alternate-pool", put("releases", {"sortie_id": "S3"}, alternate_id="NORTH"), set()),
    ("alternate-reach", both(each("sorties", {"aircraft_id": "AS01"},
                                  lambda r: r.update(pack_temperature_k=253.15)),
                             put("aircraft", {"aircraft_id": "AS01"}, floor_soc=0.65)),
     {"fleet", "reserve-kept", "reserve-stated"}),
    # records
    ("ids-unique", both(add("bookings", {"booking_id": "B7"})), {"kpis"}),
    ("sortie-status", put("sorties", {"sortie_id": "S7"}, cause=None), set()),
    ("action-once", add("actions", {"at_ms": ORDERED}), set()),
    ("action-once", put("actions", {"reason": "sortie_ended"}, reason=None), set()),
    ("closures-ordered", drop("closures", **EAST_HELD), set()),
    ("closures-ordered", put("closures", EAST_HELD, vertiport_id="NORTH"), set()),
    ("closures-ordered", put("actions", {"action": "release_departures"},
                             what='{"vertiport_id": "NORTH"}'), set()),
    ("trip-row", put("trips", {"trip_id": "TC"}, party=0), set()),
    ("trip-row", put("trips", {"trip_id": "TC"}, destination_lat_deg=51.1), set()),
    ("trip-row", put("trips", {"trip_id": "TC"}, has_air_offer=True), set()),
    ("trip-booked", put("trips", {"trip_id": "TB1"}, party=2), set()),
    ("trip-booked", put("trips", {"trip_id": "TB1"}, origin_lon_deg=77.01), set()),
    ("trip-booked", put("trips", {"trip_id": "TC"}, chosen_mode="air", has_air_offer=True,
                        air_ms=MINUTE), set()),
    ("forecast-row", put("forecast", {"place_id": "WEST"}, relative_humidity=50.0), set()),
    ("forecast-row", put("forecast", {"place_id": "WEST"}, place_id="NOWHERE"), set()),
    ("forecast-row", put("forecast", {"place_id": "WEST"}, gust_mps=1.9), set()),
    ("forecast-row", add("forecast", {"place_id": "WEST"}), set()),
    ("forecast-near", put("forecast", {"place_id": "WEST"}, temperature_k=300.0), set()),
    ("kpis", drop("trips", trip_id="TC"), set()),
    ("kpis", set_json("kpis", "passengers_flown", "10"), set()),
    ("kpis", set_json("kpis", "load_factor", 0.51), set()),
    ("kpis", set_json("kpis", "revenue", 1), set()),
    ("tables-present", lambda run: run.pop("forecast"), set()),
    ("tables-present", lambda run: run.pop("kpis"), set()),
    ("trip-row", put("trips", {"trip_id": "TC"}, car_ms=None), set()),
    ("tables-told", lambda run: run.pop("trips"), set()),
    ("release-predicted", put("releases", S1, predicted_energy_kwh=3.5), set()),
    ("ids-unique", add("releases", S1), set()),
    ("kpis-keys", lambda run: run["kpis"].pop("seed"), set()),
    ("kpis-keys", lambda run: run["kpis"].clear(), set()),
    ("sortie-nulls", put("sorties", {"sortie_id": "S7"}, soc_off_block=0.8), set()),
    ("sortie-sites", put("sorties", {"sortie_id": "S7"}, planned_destination="SOUTH"), set()),
    ("release-exists", drop("releases", sortie_id="S1"), set()),
    ("booking-status", put("bookings", {"booking_id": "B7"}, status="lost"), {"ends"}),
    ("track-exists", replace_track("S1", []), set()),
    ("track-order", thin_track, set()),
    ("track-speed", hurry, set()),
    ("track-speed-stated", put("tracks", {"sortie_id": "S1", "phase": "cruise"},
                               ground_speed_mps=80.0), set()),
    ("track-times", put("sorties", S1, lift_off_at_ms=T0 + 45_001), set()),
    ("track-ends", each("tracks", {"sortie_id": "S1", "altitude_amsl_m": 600.0},
                        lambda r: r.update(altitude_amsl_m=625.0)), set()),
    ("intent-exists", each("intents", {"sortie_id": "S1"},
                           lambda r: r.update(from_at_ms=r["from_at_ms"] + 10 * MINUTE)), set()),
    ("intent-states", put("intents", {"sortie_id": "S1", "version": 3}, state="accepted"), set()),
    ("intent-volumes", each("intents", {"sortie_id": "S2", "version": 1},
                            lambda r: r.update(volumes=r["volumes"].replace("590.0", "1590.0"))),
     set()),
    ("intent-covers", each("intents", {"sortie_id": "S2"},
                           lambda r: r.update(volumes=r["volumes"].replace("1400.0", "1200.0"))),
     set()),
    ("kpis", set_json("kpis", "passengers_flown", 11), set()),
    # city
    ("city-sha256", set_json("city", "city_sha256", "0" * 64), set()),
    ("city-limits", set_json("city", "separation.horizontal_m", 400.0), set()),
    ("city-sites", lambda run: run["city"]["vertiports"][0].update(site_power_limit_kw=9e9),
     set()),
    ("fleet", put("aircraft", {"aircraft_id": "AS05"}, type="other"), set()),
]  # fmt: skip


@pytest.fixture(scope="module")
def clean_run() -> bytes:
    """Return the consistent run, pickled; tests plant in copies of it."""
    return pickle.dumps(make_run())


def test_consistent_run_is_clean(clean_run: bytes, tmp_path: Path) -> None:
    """A run with every table and nothing wrong audits clean, every law exercised."""
    report = audit_rows(pickle.loads(clean_run), tmp_path)
    assert report.findings == ()
    assert report.is_clean
    assert [law.law for law in report.laws if law.verdict != "passed"] == []


@pytest.mark.parametrize(
    ("clause", "plant", "also"), CLAUSES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CLAUSES)]
)
def test_planted_violation_is_found(
    clause: str, plant: Plant, also: set[str], clean_run: bytes, tmp_path: Path
) -> None:
    """The planted clause is found, with only those that the same rows break too."""
    run: Tables = pickle.loads(clean_run)
    plant(run)
    report = audit_rows(run, tmp_path)
    assert violated(report) == {clause} | also


def test_every_clause_is_planted(clean_run: bytes, tmp_path: Path) -> None:
    """No clause of the audit is without a planted violation here or in the tests beside."""
    report = audit_rows(pickle.loads(clean_run), tmp_path)
    names = {clause.clause for law in report.laws for clause in law.clauses}
    beside = {"duty-sectors", "duty-break", "runway-crossing", "ice-on-lane"}  # test_limits.py
    beside |= {"geozones", "zones-reserved", "zones-ordered"}  # test_geozones.py
    assert names == {clause for clause, _, _ in CLAUSES} | beside
