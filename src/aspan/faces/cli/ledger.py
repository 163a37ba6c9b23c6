"""`aspan ledger`: does the money of a service balance, and agree with its bookings and payments."""

import json
from typing import Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE


def register(app: typer.Typer) -> None:
    """Add `aspan ledger` to the application."""
    app.command("ledger", short_help="Does the money of a service balance.")(ledger)


def ledger(
    store: Annotated[str, typer.Argument(metavar="STORE", help="Log of a service: path or URL.")],
    city: Annotated[
        str | None, typer.Option("--city", metavar="CITY", help="The city; as the store names it.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Print the trial balance of a service's log; debits above nothing, credits below.

    Every sale, refund, fee, capture and ride at our cost is one entry whose sides sum to nothing.
    Exit status 1 if the accounts do not, or differ from what bookings and payments say.
    """
    answer = answer_ledger(store, city)
    if as_json:
        print(json.dumps(answer))
    else:
        for name, tiyn in answer["balances_tiyn"].items():
            print(f"{name:20} {tiyn / TIYN_PER_TENGE:>20,.2f} KZT")
        print(f"{answer['entries']:,} entries of {answer['events']:,} events")
        print("the accounts balance" if answer["balanced"] else "THE ACCOUNTS DO NOT BALANCE")
        for one in answer["differences"]:
            print(
                f"{one['account']} holds {one['ledger_tiyn']} tiyn, "
                f"bookings and payments say {one['records_tiyn']} tiyn"
            )
    return 0 if answer["balanced"] and not answer["differences"] else 1


def answer_ledger(store: str, city_name: str | None) -> dict[str, Any]:
    """Return the answer as one document."""
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
