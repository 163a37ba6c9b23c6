"""The stop times of a feed: the one large file, read in batches into columns.

Missing times between two told ones are interpolated: by `shape_dist_traveled` where all three rows
have it, else evenly by number of stops.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from aspan.world.feed import BOARDING_AREA, PICKUP_DRIVER, STATION, STOP, FeedStop, StopTimes
from aspan.world.readers.gtfs_rows import (
    HOURS_MAX,
    ROWS_MAX,
    Sheet,
    format_time_s,
    parse_number,
    parse_time_s,
)

T = TypeVar("T")
Column = NDArray[np.int32]

_EMPTY, _BAD = -1, -2
_FLEX = ("location_id", "location_group_id", "start_pickup_drop_off_window")
NEEDED = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
_COLUMNS = (*NEEDED, "pickup_type", "drop_off_type", "shape_dist_traveled")


class _Parsed(dict[str, T], Generic[T]):
    """Texts with what they mean, each parsed once: a feed repeats its few texts many times."""

    def __init__(self, parse: Callable[[str], T]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> T:
        value = self[text] = self._parse(text)
        return value


def _whole(text: str) -> int:
    text = text.strip()
    if not text:
        return _EMPTY
    is_whole = text.isascii() and text.isdigit() and len(text) <= 9  # below 2**31
    return int(text) if is_whole else _BAD


def _code(text: str) -> int:
    value = _whole(text)
    return 0 if value == _EMPTY else value if value <= PICKUP_DRIVER else _BAD


class _Table:
    """Columns of the whole file, as read: row numbers, numbers of trips and stops, times."""

    def __init__(self, sheet: Sheet, trips: dict[str, int], stops: dict[str, int]) -> None:
        self._sheet = sheet
        self._parsers: dict[str, _Parsed[int]] = {
            "trip_id": _Parsed(lambda text: trips.get(text.strip(), _BAD)),
            "stop_id": _Parsed(lambda text: stops.get(text.strip(), _BAD)),
            "stop_sequence": _Parsed(_whole),
            "arrival_time": _Parsed(parse_time_s),
            "departure_time": _Parsed(parse_time_s),
            "pickup_type": _Parsed(_code),
            "drop_off_type": _Parsed(_code),
        }
        self._distances: _Parsed[float] = _Parsed(parse_number)
        self._expected = {
            "trip_id": "a trip_id of trips.txt",
            "stop_id": "a stop_id of stops.txt",
            "stop_sequence": "a whole number from 0",
            "arrival_time": f"a time as HH:MM:SS, at most {HOURS_MAX} h",
            "departure_time": f"a time as HH:MM:SS, at most {HOURS_MAX} h",
            "pickup_type": "0 to 3",
            "drop_off_type": "0 to 3",
        }
        parts: dict[str, list[NDArray[np.float64] | Column]] = {name: [] for name in _COLUMNS}
        parts["row"] = []
        number = 2
        for batch in sheet.batches(ROWS_MAX):
            self._take(batch, number, parts)
            number += len(batch)
        kind = {"shape_dist_traveled": np.float64}
        self.columns = {
            name: np.concatenate([np.empty(0, kind.get(name, np.int32)), *part])
            for name, part in parts.items()
        }

    def _take(
        self,
        batch: list[list[str]],
        number: int,
        parts: dict[str, list[NDArray[np.float64] | Column]],
    ) -> None:
        """Parse one batch of rows; rows without a stop that belong to flexible trips are left."""
        places = self._sheet.places
        rows = np.arange(number, number + len(batch), dtype=np.int32)
        flex = [places[name] for name in _FLEX if name in places]
        stop = places["stop_id"]
        if flex or [] in batch:
            kept = [bool(r) and bool(r[stop] or not any(r[f] for f in flex)) for r in batch]
            rows = rows[np.array(kept, dtype=bool)]
            batch = [cells for cells, is_kept in zip(batch, kept, strict=True) if is_kept]
        if not batch:
            return
        cells = list(zip(*batch, strict=True))
        parts["row"].append(rows)
        for name, parser in self._parsers.items():
            if name not in places:
                parts[name].append(np.zeros(len(batch), dtype=np.int32))
                continue
            texts = cells[places[name]]
            column = np.fromiter(map(parser.__getitem__, texts), np.int32, len(texts))
            self._refuse_bad(name, column, rows, texts)
            parts[name].append(column)
        distances = np.full(len(batch), np.nan)
        if "shape_dist_traveled" in places:
            texts = cells[places["shape_dist_traveled"]]
            distances = np.fromiter(map(self._distances.__getitem__, texts), float, len(texts))
        parts["shape_dist_traveled"].append(distances)

    def _refuse_bad(self, name: str, column: Column, rows: Column, texts: tuple[str, ...]) -> None:
        is_bad = column == _BAD
        if name == "stop_sequence":
            is_bad |= column == _EMPTY
        for place in np.flatnonzero(is_bad):
            self._sheet.findings.fatal(
                self._sheet.name, int(rows[place]), name, texts[place], self._expected[name]
            )


def read_stop_times(
    sheet: Sheet | None,
    trips: dict[str, int],
    stops: dict[str, int],
    stop_rows: tuple[FeedStop, ...],
) -> StopTimes:
    """Return the stop times of every trip; `trips` and `stops` number the ids.

    Fatal: a time that is before the one before it, a first or last stop without a time, two rows of
    one trip with one number, a stop that is an entrance or a node.
    """
    if sheet is None or not sheet.places:
        return _freeze({name: np.empty(0, dtype=np.int32) for name in (*_COLUMNS, "row")}, {}, 0)
    columns = _Table(sheet, trips, stops).columns
    trip, sequence = columns["trip_id"], columns["stop_sequence"]
    is_good = (trip >= 0) & (columns["stop_id"] >= 0)
    order = np.lexsort((sequence, trip))
    order = order[is_good[order]]
    columns = {name: column[order] for name, column in columns.items()}
    _check_stops(sheet, columns, stop_rows)
    _check_sequence(sheet, columns)
    times = _fill_times(sheet, columns)
    _check_backwards(sheet, columns, times)
    return _freeze(columns, _interpolate(columns, times), len(trips))


def _freeze(
    columns: dict[str, NDArray[np.int32]], times: dict[str, Column], trips: int
) -> StopTimes:
    count = np.bincount(columns["trip_id"], minlength=trips) if trips else np.empty(0, np.int64)
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
    nothing = np.empty(0, dtype=np.int32)
    return StopTimes(
        first=first,
        stop=columns["stop_id"].astype(np.int32),
        arrive_s=times.get("arrive", nothing),
        depart_s=times.get("depart", nothing),
        is_told=times.get("told", nothing).astype(np.uint8),
        pickup=np.maximum(columns["pickup_type"], 0).astype(np.uint8),
        drop_off=np.maximum(columns["drop_off_type"], 0).astype(np.uint8),
    )


def _check_stops(
    sheet: Sheet, columns: dict[str, NDArray[np.int32]], stop_rows: tuple[FeedStop, ...]
) -> None:
    """Refuse entrances and nodes; stations and boarding areas are put up with."""
    kinds = np.array([stop.kind for stop in stop_rows], dtype=np.int8)
    if not len(kinds):
        return
    met = kinds[columns["stop_id"]]
    for place in np.flatnonzero(met != STOP):
        row, stop_id = int(columns["row"][place]), stop_rows[columns["stop_id"][place]].stop_id
        if met[place] in (STATION, BOARDING_AREA):
            said = "is no stop or platform (location_type 0); taken as one"
            sheet.findings.notice(sheet.name, row, "stop_id", stop_id, said)
        else:
            expected = "a stop or platform, location_type 0"
            sheet.findings.fatal(sheet.name, row, "stop_id", stop_id, expected)


def _check_sequence(sheet: Sheet, columns: dict[str, NDArray[np.int32]]) -> None:
    """Refuse two rows of one trip with the same number."""
    trip, sequence = columns["trip_id"], columns["stop_sequence"]
    same = (trip[1:] == trip[:-1]) & (sequence[1:] == sequence[:-1])
    for place in np.flatnonzero(same) + 1:
        row = int(max(columns["row"][place - 1 : place + 1]))
        expected = "each stop_sequence once in a trip"
        sheet.findings.fatal(sheet.name, row, "stop_sequence", int(sequence[place]), expected)


def _ends(trip: Column) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are the first and which the last of their trip."""
    change = trip[1:] != trip[:-1]
    edge = np.ones(min(1, len(trip)), dtype=bool)
    return np.concatenate((edge, change)), np.concatenate((change, edge))


def _fill_times(sheet: Sheet, columns: dict[str, NDArray[np.int32]]) -> dict[str, Column]:
    """Return both times where one is told; refuse a trip whose ends have none."""
    arrive, depart = columns["arrival_time"], columns["departure_time"]
    arrive, depart = (
        np.where(arrive < 0, depart, arrive).astype(np.int32),
        np.where(depart < 0, arrive, depart).astype(np.int32),
    )
    is_first, is_last = _ends(columns["trip_id"])
    is_bare = ((is_first | is_last) & (arrive < 0)).astype(bool)
    for place in np.flatnonzero(is_bare):
        expected = "a time at the first and the last stop of a trip"
        sheet.findings.fatal(sheet.name, int(columns["row"][place]), "arrival_time", "", expected)
    arrive[is_bare] = depart[is_bare] = 0  # only a check comes so far
    return {"arrive": arrive, "depart": depart}


def _check_backwards(
    sheet: Sheet, columns: dict[str, NDArray[np.int32]], times: dict[str, Column]
) -> None:
    """Refuse times that run backwards, at a stop or from one told stop to the next."""
    told = np.flatnonzero(times["arrive"] >= 0)
    arrive, depart = times["arrive"][told], times["depart"][told]
    trip, row = columns["trip_id"][told], columns["row"][told]
    for place in np.flatnonzero(depart < arrive):
        expected = f"a time from arrival_time {format_time_s(int(arrive[place]))} on"
        value = format_time_s(int(depart[place]))
        sheet.findings.fatal(sheet.name, int(row[place]), "departure_time", value, expected)
    back = (trip[1:] == trip[:-1]) & (arrive[1:] < depart[:-1])
    for place in np.flatnonzero(back) + 1:
        before = format_time_s(int(depart[place - 1]))
        expected = f"a time from {before} on, when its trip left the stop before"
        value = format_time_s(int(arrive[place]))
        sheet.findings.fatal(sheet.name, int(row[place]), "arrival_time", value, expected)


def _interpolate(
    columns: dict[str, NDArray[np.int32]], times: dict[str, Column]
) -> dict[str, Column]:
    """Return the times with those that nobody told put between their neighbours."""
    arrive, depart = times["arrive"], times["depart"]
    told = arrive >= 0
    missing = np.flatnonzero(~told)
    if len(missing):
        rows = np.arange(len(arrive))
        before = np.maximum.accumulate(np.where(told, rows, 0))[missing]
        after = np.minimum.accumulate(np.where(told, rows, len(rows))[::-1])[::-1][missing]
        along = columns["shape_dist_traveled"]
        first, here, last = along[before], along[missing], along[after]
        with np.errstate(invalid="ignore"):
            is_measured = (first <= here) & (here <= last) & (first < last)
        even = (missing - before) / (after - before)
        share = np.where(is_measured, (here - first) / np.where(is_measured, last - first, 1), even)
        share = np.where(is_measured, share, even)
        found = np.rint(depart[before] + share * (arrive[after] - depart[before]))
        arrive[missing] = depart[missing] = found.astype(np.int32)
    return {"arrive": arrive, "depart": depart, "told": told.astype(np.int32)}
