"""Feeds spoilt at random, by keyed dice: bytes, rows, columns and cells."""

from collections.abc import Callable

from aspan.primitives.dice import draw
from feed_texts import SMALL, zipped

RICH = {
    **SMALL,
    "stops.txt": SMALL["stops.txt"]
    + "S,Station,43.23,76.9,1,,1\nK,Track,43.23,76.9,0,S,\nE,Door,43.2301,76.9,2,S,\nN,,,,3,S,\n",
    "calendar_dates.txt": "service_id,date,exception_type\nWD,20260101,2\nWE,20260101,1\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "T1,07:00:00,09:00:00,600,1\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n"
    "P,Q,2,120\nS,S,2,60\nP,R,3,\n",
    "pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,"
    "traversal_time,stair_count\n1,E,N,2,1,20,,12\n2,N,K,5,1,,30,\n",
    "levels.txt": "level_id,level_index,level_name\nL0,0,Street\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date\nX,u,en,\n",
    "translations.txt": "table_name,field_name,language,translation,record_id\n"
    "stops,stop_name,kk,Саябақ,P\n",
    "fare_attributes.txt": "fare_id,price,currency_type,payment_method,transfers\nF,120,KZT,0,0\n",
    "fare_rules.txt": "fare_id,route_id\nF,1\n",
    "fare_products.txt": "fare_product_id,amount,currency\nG,100,KZT\n",
    "fare_leg_rules.txt": "network_id,fare_product_id\n,G\n",
}
"""A feed with every file that is read."""

ODD = (
    "",
    "-1",
    "999999999999",
    "nan",
    "1e400",
    "\x00",
    '"',
    "99:99:99",
    "24:00:00",
    "П",
    "P",
    "\u2028",
)
_FILES = sorted(RICH)


def spoil(number: int) -> bytes:
    """Return the spoilt feed of that number."""

    def dice(high: int, *name: str | int) -> int:
        return int(draw(7, "spoil", number, *name) * high)

    kinds: tuple[Callable[[Callable[..., int]], bytes], ...] = (
        _flip_packed, _flip_plain, _drop_row, _rename_column, _change_cell, _double_row,
    )  # fmt: skip
    return kinds[dice(len(kinds), "kind")](dice)


def _flip_packed(dice: Callable[..., int]) -> bytes:
    data = bytearray(zipped(RICH))
    for n in range(1 + dice(4, "count")):
        data[dice(len(data), "at", n)] ^= 1 + dice(255, "bits", n)
    return bytes(data)


def _flip_plain(dice: Callable[..., int]) -> bytes:
    files = {name: text.encode() for name, text in RICH.items()}
    name = _FILES[dice(len(_FILES), "file")]
    data = bytearray(files[name])
    for n in range(1 + dice(4, "count")):
        data[dice(len(data), "at", n)] ^= 1 + dice(255, "bits", n)
    return zipped({**files, name: bytes(data)})


def _on_lines(dice: Callable[..., int], change: Callable[[list[str]], None]) -> bytes:
    name = _FILES[dice(len(_FILES), "file")]
    lines = RICH[name].splitlines()
    change(lines)
    return zipped({**RICH, name: "\n".join(lines) + "\n"})


def _drop_row(dice: Callable[..., int]) -> bytes:
    return _on_lines(dice, lambda lines: lines.__delitem__(dice(len(lines), "row")))


def _double_row(dice: Callable[..., int]) -> bytes:
    return _on_lines(dice, lambda lines: lines.append(lines[dice(len(lines), "row")]))


def _rename_column(dice: Callable[..., int]) -> bytes:
    def change(lines: list[str]) -> None:
        cells = lines[0].split(",")
        cells[dice(len(cells), "cell")] = "other"
        lines[0] = ",".join(cells)

    return _on_lines(dice, change)


def _change_cell(dice: Callable[..., int]) -> bytes:
    def change(lines: list[str]) -> None:
        row = dice(len(lines), "row")
        cells = lines[row].split(",")
        cells[dice(len(cells), "cell")] = ODD[dice(len(ODD), "odd")]
        lines[row] = ",".join(cells)

    return _on_lines(dice, change)
