"""Records: the tables that every run has, whatever its service can do, are there with rows.

Which others there are hangs on what the service does (fares, crews, a desk); where one is absent,
the clauses that need it are not tested, and say so.
"""

from typing import Final

from aspan.audit.findings import Check
from aspan.audit.run import Run

EVERY_RUN: Final = ("sorties", "aircraft", "weather", "forecast", "kpis")
"""Tables that every run has."""

NEVER_EMPTY: Final = ("aircraft", "weather", "forecast")
"""Of them those with a row as soon as a sortie went off-block."""


def check_tables(run: Run) -> list[Check]:
    """Return the clause about tables that must be there, exercised."""
    check = run.begin("records", "tables-present", "there are sorties, aircraft, weather, forecast "
                      "and kpis.json, with rows once a sortie flew")  # fmt: skip
    for name in EVERY_RUN:
        table = getattr(run.tables, name)
        file = "kpis.json" if name == "kpis" else f"{name}.parquet"
        check.expect(table is not None, f"{file} is absent: what it would tell is not tested")
        if table is not None and name in NEVER_EMPTY and run.flown:
            check.expect(len(table) > 0, f"{file} has no row, and {len(run.flown)} sorties flew")
    return [check]
