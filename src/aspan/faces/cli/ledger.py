"""`aspan ledger`: does the money of a service or a run balance, and agree with its bookings."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE


def register(app: typer.Typer) -> None:
    """Add `aspan ledger` to the application."""
    app.command("ledger", short_help="Does the money of a service or a run balance.")(ledger)


def ledger(
    store: Annotated[
        str,
        typer.Argument(
            metavar="STORE|DIR",
            help="Log of a service, path or URL; or what `simulate --out` wrote.",
        ),
    ],
    city: Annotated[
        str | None, typer.Option("--city", metavar="CITY", help="The city; as the store names it.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Print the trial balance of a log or a simulated run; debits above nothing, credits below.

    Every sale, refund, fee, capture and ride at our cost is one entry whose sides sum to nothing.
    Exit status 1 if the accounts do not, or differ from what bookings and payments say.
    """
    answer = answer_ledger(store, city)
    if as_json:
        print(json.dumps(answer))
    else:
        for name, tiyn in answer["balances_tiyn"].items():
            print(f"{name:20} {tiyn / TIYN_PER_TENGE:>20,.2f} KZT")
        counted, name = ("lines", "lines of money") if "lines" in answer else ("events", "events")
        print(f"{answer['entries']:,} entries of {answer[counted]:,} {name}")
        print("the accounts balance" if answer["balanced"] else "THE ACCOUNTS DO NOT BALANCE")
        for one in answer["differences"]:
            print(
                f"{one['account']} holds {one['ledger_tiyn']} tiyn, "
                f"bookings and payments say {one['records_tiyn']} tiyn"
            )
    return 0 if answer["balanced"] and not answer["differences"] else 1


def answer_ledger(store: str, city_name: str | None) -> dict[str, Any]:
    """Return the answer as one document."""
    return _answer_run(store) if Path(store).is_dir() else _answer_store(store, city_name)


def _answer_run(folder: str) -> dict[str, Any]:
    import msgspec

    from aspan.compose.ledger_tables import fold_folder

    found = fold_folder(Path(folder))
    return {
        "store": folder,
        "lines": found.lines,
        "entries": found.trial.entries,
        "balances_tiyn": found.trial.balances_tiyn,
        "balanced": found.trial.is_balanced,
        "differences": msgspec.to_builtins(found.differences),
    }


def _answer_store(store: str, city_name: str | None) -> dict[str, Any]:
    import msgspec

    from aspan.compose.ledger import fold_balance, list_differences
    from aspan.compose.service import check_city, read_stored
    from aspan.live.sqlite_log import SqliteLog
    from aspan.live.store import parse_store
    from aspan.operations.city_index import CityIndex
    from aspan.operations.replay import fold_log
    from aspan.world.readers import load_city

    path = parse_store(store)
    if not path.is_file() or path.stat().st_size == 0:
        raise InvalidInput("store", store, "the log of a service")
    log = SqliteLog(path)
    try:
        stored = read_stored(log.settings, path)
        city = load_city(city_name or stored.city, phase=stored.phase)
        check_city(stored, city, path)
        trial = fold_balance(city, (event for _, event in log.read()))
        state = fold_log(CityIndex(city), log.read())
        return {
            "store": store,
            "events": len(log),
            "entries": trial.entries,
            "balances_tiyn": trial.balances_tiyn,
            "balanced": trial.is_balanced,
            "differences": [msgspec.to_builtins(one) for one in list_differences(trial, state)],
        }
    finally:
        log.close()
