"""The audit of one run: every law over every table, and the report.

Theory of operation: the run's tables are read as values (`tables.py`), the city's files by an own
reader (`city_files.py`), and both become one `Run` with shared look-ups. Each law is a module that
returns its clauses, each with its limit in words, the number of times it was exercised and its
findings. A clause whose tables are absent, or that nothing exercised, is *not tested*; so is a law
of such clauses only. Tolerances stand in `tolerances.py` alone.
"""

from pathlib import Path
from typing import Final

import numpy as np

from aspan.audit import (
    agreement,
    law01_fato,
    law02_stands,
    law03_reserve,
    law04_separation,
    law05_sortie,
    law06_one_place,
    law07_energy,
    law08_money,
    law09_passengers,
    law10_day_vfr,
    law11_landing,
    records_desk,
    records_sorties,
    records_tables,
    records_totals,
    records_tracks,
    records_trips,
)
from aspan.audit.city_files import find_city_by_sha256, find_city_folder, read_city
from aspan.audit.findings import AuditReport, Check, report_law
from aspan.audit.planned_city import find_task, plan_city
from aspan.audit.run import Run
from aspan.audit.tables import Tables, read_tables
from aspan.audit.truth import CityTruth
from aspan.primitives.errors import InvalidInput

_LAWS: Final = (
    ("1", law01_fato), ("2", law02_stands), ("3", law03_reserve), ("4", law04_separation),
    ("5", law05_sortie), ("6", law06_one_place), ("7", law07_energy), ("8", law08_money),
    ("9", law09_passengers), ("10", law10_day_vfr), ("11", law11_landing),
)  # fmt: skip
_RECORDS_TITLE: Final = "tables, tracks and totals hold together"


_UNCOMPUTABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a damaged table that passed every check of the readers may still come to."""


def audit_folder(folder: Path, city: str | None) -> AuditReport:
    """Return the audit of the run tables in `folder`.

    Parameters
    ----------
    city
        Name or path of the city's folder; the city at hand with the hash that `city.json` states
        if None, and else the one whose name it states. A day that a study kept is held to the
        plan in its `task.json`.

    Raises `InvalidInput` if the tables or the city cannot be read.
    """
    tables = read_tables(folder)
    name = city if city is not None else _name_city(tables)
    phase = (tables.city or {}).get("phase")
    truth = read_city(find_city_folder(name), phase=phase if isinstance(phase, int) else None)
    task = find_task(folder)
    try:
        return audit_run(tables, truth if task is None else plan_city(truth, task))
    except InvalidInput:
        raise
    except _UNCOMPUTABLE as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        expected = f"run tables and a city.json that the laws can be computed on ({found})"
        raise InvalidInput("DIR", str(folder), expected) from error


def _name_city(tables: Tables) -> str:
    """Return the city that the run was flown in."""
    stated = tables.city or {}
    sha256 = stated.get("city_sha256")
    found = find_city_by_sha256(sha256) if isinstance(sha256, str) else None
    if found is None and isinstance(stated.get("city_id"), str):
        found = str(stated["city_id"])
    if found is None:
        raise InvalidInput("--city", None, "a city: the run's city.json names none at hand")
    return found


def audit_run(tables: Tables, city: CityTruth) -> AuditReport:
    """Return the audit of tables that have been read against a city that has been read.

    Numbers that come out as NaN are no warning here: every condition is in the positive form, so
    that they are violations.
    """
    with np.errstate(all="ignore"):
        return _audit(Run(tables, city))


def _audit(run: Run) -> AuditReport:
    laws, findings = [], []
    groups: list[tuple[str, str, list[Check]]] = [
        (law, module.TITLE, module.check_law(run)) for law, module in _LAWS
    ]
    records = [
        *records_tables.check_tables(run),
        *records_sorties.check_sorties(run), *records_tracks.check_tracks(run),
        *records_desk.check_desk_records(run), *records_trips.check_trips(run),
        *records_totals.check_totals(run),
    ]  # fmt: skip
    groups.append(("records", _RECORDS_TITLE, records))
    groups.append(("city", agreement.TITLE, agreement.check_law(run)))
    for law, title, checks in groups:
        laws.append(report_law(law, title, checks))
        findings += [finding for check in checks for finding in check.findings]
    return AuditReport(
        folder=run.tables.folder,
        city=run.city.city_id,
        is_clean=not findings,
        exercised=sum(law.exercised for law in laws),
        violations=len(findings),
        laws=tuple(laws),
        findings=tuple(findings),
    )
