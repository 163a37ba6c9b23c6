"""Run the benchmarks: print a table, write `benchmarks/results/*.json`.

Each figure is a median over fresh processes beside a yardstick measured in the same run, so that
runs on different machines and busy hours compare as ratios. Bars are those of
`docs/architecture.md`; a missed bar is printed, never an error.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DATE = "2025-04-15"
ROUNDS = 3
FRAME_MS = 8.0
"""Half of what a screen of 60 Hz leaves between two frames; `page_frames.py` has the same bar."""

Row = tuple[str, float, str, float | None]
"""What, the figure, its unit, the bar (None if there is none)."""


def yardstick_s() -> float:
    """Return how long this machine takes for a fixed piece of plain Python, best of five."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        digest = b""
        table: dict[bytes, float] = {}
        for k in range(60_000):
            digest = sha256(digest + k.to_bytes(4, "little")).digest()
            table[digest[:2]] = table.get(digest[:2], 0) + (k % 7) * 0.5
        best = min(best, time.perf_counter() - start)
    return best


def processor_s() -> float:
    """Return the processor time that ended processes of this one took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ask_script(name: str, *words: str) -> dict[str, Any]:
    """Return what a script beside this one measured in a fresh process and printed as JSON."""
    command = [sys.executable, str(HERE / name), *words]
    done = subprocess.run(command, check=True, capture_output=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def simulate(fleet: int, demand: float, *, city: str = "bench") -> dict[str, float | str]:
    """Return the KPIs of one day flown in a fresh process, with the process's own wall time."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "aspan.faces.cli.main", "simulate", city, "--date", DATE]
        command += ["--fleet", str(fleet), "--demand", str(demand), "--out", folder, "--json"]
        start, before_s = time.perf_counter(), processor_s()
        subprocess.run(command, check=True, capture_output=True)
        whole_s, cpu_s = time.perf_counter() - start, processor_s() - before_s
        kpis: dict[str, float | str] = json.loads((Path(folder) / "kpis.json").read_text())
    return kpis | {"whole_s": whole_s, "cpu_s": cpu_s}


def bench_day(fleet: int, demand: float) -> list[Row]:
    """Fly a day of at least 2,000 sorties on the bench city, all checks on."""
    runs = [simulate(fleet, demand) for _ in range(ROUNDS)]
    first = runs[0]
    if len({run["log_sha256"] for run in runs}) != 1:
        raise SystemExit("the same day gave different logs")
    flown = float(first["sorties_flown"])

    def middle(key: str) -> float:
        return statistics.median(float(run[key]) for run in runs)

    return [
        ("day: sorties flown", flown, "", 2000.0),
        ("day: loaded city to last event", middle("wall_s"), "s", 4.0),
        ("day: whole process with tables", middle("whole_s"), "s", 8.0),
        ("day: the same, processor", middle("cpu_s"), "s", None),
        ("day: peak memory", middle("peak_memory_mb"), "MB", 800.0),
        ("day: events a sortie", middle("events_per_sortie"), "", 60.0),
        ("day: sorties a second", flown / middle("wall_s"), "1/s", None),
    ]


GROWTH = ((24, 0.12), (44, 0.32), (84, 0.75), (160, 1.7), (270, 3.2), (390, 5.2))
"""Fleets and demands of the growth: sorties an aircraft stay about even, 10 to 13 a day. Demand
grows a little faster than the fleet, as fuller sorties carry more wishes."""


def time_day(fleet: int, demand: float) -> dict[str, float | str]:
    """Return the times of one day flown in a fresh, warmed process (`fly_day.py`)."""
    return ask_script("fly_day.py", "bench", str(fleet), str(demand))


def fit_slope(points: list[tuple[float, float]]) -> float:
    """Return the slope of log y on log x by least squares."""
    logs = [(log(x), log(y)) for x, y in points]
    mean_x = statistics.fmean(x for x, _ in logs)
    mean_y = statistics.fmean(y for _, y in logs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in logs)
    return slope / sum((x - mean_x) ** 2 for x, _ in logs)


def bench_growth() -> list[Row]:
    """Measure the slope of log time on log sorties, fleet and demand grown together.

    Each point is the best of its rounds; rounds go through all points, so that an hour in which the
    machine is busy with something else does not fall on one of them.
    """
    rounds = [[time_day(*point) for point in GROWTH] for _ in range(ROUNDS)]
    rows: list[Row] = []
    walls, cpus = [], []
    for (fleet, _), days in zip(GROWTH, zip(*rounds, strict=True), strict=True):
        if len({day["log_sha256"] for day in days}) != 1:
            raise SystemExit("the same day gave different logs")
        flown = float(days[0]["flown"])
        wall_s = min(float(day["wall_s"]) for day in days)
        cpu_s = min(float(day["cpu_s"]) for day in days)
        walls.append((flown, wall_s))
        cpus.append((flown, cpu_s))
        what = f"growth: {flown:.0f} sorties of {fleet} aircraft"
        rows += [(what, wall_s, "s", None), (f"{what}, processor", cpu_s, "s", None)]
    return [
        *rows,
        ("growth: slope of log time on log sorties", fit_slope(walls), "", 1.15),
        ("growth: the same of processor time", fit_slope(cpus), "", 1.15),
    ]


def bench_intents() -> list[Row]:
    """Check and reserve one intent among 10,000 active ones."""
    from aspan.airspace.lanes import build_lane_network
    from aspan.airspace.reservations import Reservations
    from aspan.airspace.trajectory import plan_trajectory
    from aspan.physics.wind import WindRefused
    from aspan.primitives.ids import SortieId
    from aspan.world.readers import load_city

    city = load_city("bench")
    network = build_lane_network(city)
    held = Reservations(network)
    lanes = network.list_lanes()
    paths = []
    for lane in lanes:
        path = plan_trajectory(lane, city.aircraft_type, wind_mps=3.0, wind_from_deg=135.0)
        if not isinstance(path, WindRefused):
            paths.append((lane, path))
    times: list[float] = []
    at_ms = 0
    for k in range(10_500):
        lane, path = paths[k % len(paths)]
        at_ms += 20_000
        start = time.perf_counter()
        lift_off_ms = at_ms
        while shift_ms := held.shift_ms(lane, path, lift_off_ms):
            lift_off_ms += shift_ms
        held.reserve(SortieId(f"S{k}"), lane, path, lift_off_ms)
        if k >= 10_000:
            times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return [
        ("intents: check and reserve among 10,000, p50", times[len(times) // 2], "ms", None),
        ("intents: check and reserve among 10,000, p99", times[int(len(times) * 0.99)], "ms", 2.0),
    ]


def bench_transit() -> list[Row]:
    """Search a generated timetable of 2,000 stops and 19,000 trips a day (`search_transit.py`)."""
    runs = [ask_script("search_transit.py", "300") for _ in range(ROUNDS)]

    def middle(key: str) -> float:
        return statistics.median(float(run[key]) for run in runs)

    rows: list[Row] = []
    for key, what in (("depart_at", "depart at"), ("arrive_by", "arrive by")):
        rows += [
            (f"transit: {what}, p50", middle(f"{key}_p50_ms"), "ms", None),
            (f"transit: {what}, p99", middle(f"{key}_p99_ms"), "ms", 40.0),
            (f"transit: {what}, p99, processor", middle(f"{key}_cpu_p99_ms"), "ms", 40.0),
        ]
    return [
        *rows,
        ("transit: labels a search", middle("labels_mean"), "", None),
        ("transit: labels cut", middle("cuts"), "", 0.0),
        ("transit: metro of 11 stops, p50", middle("metro_p50_ms"), "ms", 0.3),
        ("transit: index of a timetable", middle("prepare_s"), "s", None),
        ("transit: memory of the index", middle("index_mb"), "MB", None),
        ("transit: memory of a workspace", middle("workspace_mb"), "MB", None),
    ]


def bench_streets() -> list[Row]:
    """Search ways by car and on foot in the streets of Alatau and Almaty (`search_streets.py`)."""
    told = ask_script("search_streets.py", "2000")
    rows: list[Row] = [
        ("streets: set-up with tables for 20 places", told["set_up_s"], "s", None),
        ("streets: the same, processor", told["set_up_processor_s"], "s", None),
        ("streets: memory of the index", told["set_up_mb"], "MB", None),
        ("streets: a point tied to the streets", told["snap_ms"], "ms", None),
    ]
    for key, what in (
        ("drive", "by car between doors"),
        ("drive_from_places", "by car from all places of the tables"),
        ("walk_1_km", "on foot"),
        ("walk_to_2000_within_1_km", "on foot to 2,000 points"),
    ):
        rows += [
            (f"streets: {what}, p{share}", told[key][f"p{share}_ms"], "ms", None)
            for share in (50, 99)
        ]
    return rows


def bench_trips() -> list[Row]:
    """Search door to door with live flights, in Alatau at half past ten (`search_trips.py`)."""
    told = ask_script("search_trips.py", "--queries", "1000")
    return [
        ("trips: a search, p50", told["wall_p50_ms"], "ms", 5.0),
        ("trips: a search, p99", told["wall_p99_ms"], "ms", 25.0),
        ("trips: a search, p50, processor", told["cpu_p50_ms"], "ms", 5.0),
        ("trips: a search, p99, processor", told["cpu_p99_ms"], "ms", 25.0),
        ("trips: ways shown, mean", told["options_mean"], "", None),
        ("trips: share of answers with a flight", told["with_flight_share"], "", None),
        ("trips: made ready in", told["warm_s"], "s", None),
        ("trips: memory of the process", told["memory_mb"], "MB", None),
    ]


def bench_study_days() -> list[Row]:
    """Fly days of the two phases of Alatau as a study does."""
    told = ask_script("study_days.py", "--days", "12")
    rows: list[Row] = []
    for name, of_phase in told["phases"].items():
        rows += [
            (f"study day, {name}: processor", of_phase["day_cpu_s"], "s", 1.5),
            (f"study day, {name}: the longest", of_phase["day_cpu_s_max"], "s", None),
            (f"study day, {name}: first of a plan", of_phase["first_day_cpu_s"], "s", None),
        ]
    return [*rows, ("study day: peak memory", told["peak_memory_mb"], "MB", 700.0)]


def bench_audit() -> list[Row]:
    """Run the independent auditor over a bench day."""
    with tempfile.TemporaryDirectory() as folder:
        base = [sys.executable, "-m", "aspan.faces.cli.main"]
        flight = ["simulate", "bench", "--date", DATE, "--fleet", "110", "--out", folder]
        subprocess.run([*base, *flight], check=True, capture_output=True)
        start = time.perf_counter()
        done = subprocess.run([*base, "audit", folder], check=False, capture_output=True)
        audit_s = time.perf_counter() - start
    return [
        ("audit: a bench day", audit_s, "s", None),
        ("audit: exit status (0 is clean)", float(done.returncode), "", None),
    ]


def bench_page() -> list[Row]:
    """Measure how soon a page shows an aircraft moving, and whom else it asks."""
    from page import time_pages

    times, foreign = time_pages(ROUNDS + 2)
    if not times:
        print("page: not measured, there is no chromium here")
        return []
    return [
        ("page: asked for to aircraft moving, cold browser", times[0], "s", 3.0),
        ("page: asked for to aircraft moving, median", statistics.median(times), "s", 3.0),
        ("page: requests to other machines", float(len(foreign)), "", 0.0),
    ]


def bench_frames() -> list[Row]:
    """Measure the page's work between frames with a fleet moving (`page_frames.py`)."""
    if shutil.which("chromium") is None:
        print("frames: not measured, there is no chromium here")
        return []
    told = ask_script("page_frames.py", "--seconds", "5", "--views", "map", "timeline")
    rows: list[Row] = []
    for view, figures in told["views"].items():
        rows += [
            (f"frames: {view}, processor, p50", figures["processor_ms_p50"], "ms", None),
            (f"frames: {view}, processor, p95", figures["processor_ms_p95"], "ms", FRAME_MS),
            (f"frames: {view}, wall, p95", figures["wall_ms_p95"], "ms", None),
            (f"frames: {view}, frames a second", figures["frames_per_s"], "1/s", None),
        ]
    return [*rows, ("frames: aircraft", float(told["fleet"]), "", None)]


def bench_book_seats(seconds: float = 15.0) -> list[Row]:
    """Buy seats over HTTP from a running service, kill it, and look for each in its store.

    Set `ASPAN_BENCH_SECONDS=60` for as long as the bar asks; a short form runs with the others.
    """
    seconds = float(os.environ.get("ASPAN_BENCH_SECONDS", seconds))
    most = str(int(1200 * seconds))
    told = ask_script(
        "book_seats.py", "--seconds", str(seconds), "--rate-seconds", str(seconds), "--most", most
    )
    fast, steady, kept = told["fast"], told["steady"], told["after_kill"]
    return [
        ("book_seats: confirmed a second, for as long", fast["bookings_per_s"], "1/s", 500.0),
        ("book_seats: that long", fast["took_s"], "s", None),
        (
            "book_seats: processor of the service a booking",
            fast["service_processor_ms"],
            "ms",
            None,
        ),
        ("book_seats: processor of who asks a booking", fast["client_processor_ms"], "ms", None),
        ("book_seats: hold to confirmation at 200/s, p50", steady["p50_ms"], "ms", None),
        ("book_seats: hold to confirmation at 200/s, p99", steady["p99_ms"], "ms", 150.0),
        ("book_seats: payments authorised a second", told["payments_per_s"], "1/s", None),
        ("book_seats: acknowledged before the kill", float(kept["acknowledged"]), "", None),
        ("book_seats: of these not in the store", float(kept["lost"]), "", 0.0),
        ("book_seats: sorties oversold", float(kept["oversold_sorties"]), "", 0.0),
        ("book_seats: seats on sale, at least", float(kept["seats_on_sale_at_least"]), "", 1e5),
    ]


def bench_telemetry() -> list[Row]:
    """Take eight hours of 50 channels at 50 Hz by file and by stream (`telemetry_intake.py`).

    Set `ASPAN_BENCH_HOURS=1` for less.
    """
    told = ask_script("telemetry_intake.py", "--hours", os.environ.get("ASPAN_BENCH_HOURS", "8"))
    rows: list[Row] = []
    for key, what, bar in (
        ("csv", "CSV file", 500.0),
        ("parquet", "Parquet file", 500.0),
        ("arrow", "Arrow stream", 20.0),
        ("json", "JSON stream", 20.0),
    ):
        rows += [
            (f"telemetry: {what}, over real time", told[key]["times_real_time"], "", bar),
            (f"telemetry: {what}, rows a second", told[key]["rows_per_s"], "1/s", None),
            (f"telemetry: {what}, greatest memory", told[key]["peak_mb"], "MB", 1_000.0),
        ]
    for key in ("csv", "parquet"):
        rows.append((f"telemetry: {key}, processor", told[key]["processor_s"], "s", None))
    for key, what in (("paced", "at 1,000 rows/s"), ("arrow", "as fast as taken")):
        rows += [
            (f"telemetry: page, stream {what}, p50", told[key]["page_p50_ms"], "ms", None),
            (f"telemetry: page, stream {what}, p99", told[key]["page_p99_ms"], "ms", None),
        ]
    return [
        *rows,
        ("telemetry: rows", float(told["rows"]), "", None),
        ("telemetry: processes waiting, before", told["load_before"], "", None),
        ("telemetry: processes waiting, after", told["load_after"], "", None),
    ]


def bench_telemetry_service() -> list[Row]:
    """Stream into a running service while its pages are looked at (`telemetry_service.py`).

    Bars of the page are those of a machine without graphics.
    """
    rows: list[Row] = []
    for kind, told in ask_script("telemetry_service.py").items():
        what = f"telemetry_service: {kind}"
        rows += [
            (f"{what}, over real time", told["times_real_time"], "", 20.0),
            (f"{what}, rows lost", float(told["rows_lost"]), "", 0.0),
            (f"{what}, a batch, p50", told["batch_p50_ms"], "ms", None),
            (f"{what}, a batch, p99", told["batch_p99_ms"], "ms", None),
            (f"{what}, routes of the page, p50", told["api_p50_ms"], "ms", 20.0),
            (f"{what}, routes of the page, p99", told["api_p99_ms"], "ms", 250.0),
            (f"{what}, engine asked, p99", told["engine_answer_p99_ms"], "ms", None),
            (f"{what}, engine behind its clock, p99", told["engine_behind_p99_ms"], "ms", None),
            (f"{what}, processor of the service", told["service_processor_share"], "", None),
            (f"{what}, greatest memory of the service", told["peak_mb"], "MB", 1_000.0),
            (f"{what}, processes waiting, before", told["load_before"], "", None),
        ]
        if (page := told.get("page")) is not None:
            rows += [
                (f"{what}, frames a second", page["frames_per_s"], "1/s", None),
                (f"{what}, frame, p99", page["frame_p99_ms"], "ms", 100.0),
                (f"{what}, longest task of the page", page["longest_task_ms"], "ms", None),
                (f"{what}, row sent to seen on a strip, p50", page["lag_p50_ms"], "ms", None),
                (f"{what}, row sent to seen on a strip, p99", page["lag_p99_ms"], "ms", None),
            ]
    return rows


def main() -> None:
    """Run what is asked for by name, all of it by default."""
    benches: dict[str, Callable[[], list[Row]]] = {
        "day": lambda: bench_day(160, 1.7),
        "growth": bench_growth,
        "intents": bench_intents,
        "transit": bench_transit,
        "streets": bench_streets,
        "trips": bench_trips,
        "study_days": bench_study_days,
        "audit": bench_audit,
        "telemetry": bench_telemetry,
        "telemetry_service": bench_telemetry_service,
        "book_seats": bench_book_seats,
        "page": bench_page,
        "frames": bench_frames,
    }
    asked = sys.argv[1:] or list(benches)
    for name in asked:
        if name not in benches:
            raise SystemExit(f"benchmark: {name!r} is not known; one of {', '.join(benches)}")
    RESULTS.mkdir(exist_ok=True)
    for name in asked:
        before = yardstick_s()
        rows = benches[name]()
        unit_s = statistics.fmean((before, yardstick_s()))
        for what, value, unit, bar in rows:
            ratio = f"{value / unit_s:8.1f} yardsticks" if unit == "s" else " " * 19
            note = "" if bar is None else f"  bar {bar:g}"
            print(f"{what:48s} {value:10.3f} {unit:4s} {ratio}{note}")
        result = {
            "python": sys.version.split()[0],
            "yardstick_s": round(unit_s, 5),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "rows": [
                {"what": what, "value": round(value, 4), "unit": unit, "bar": bar}
                for what, value, unit, bar in rows
            ],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
