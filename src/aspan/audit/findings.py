"""What the audit says: clauses, how often each was exercised, and findings."""

from collections.abc import Iterable

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation of one clause.

    Parameters
    ----------
    message
        Names the thing, the value and the bound.
    at_ms
        Instant at which it happened, None where the clause has none.
    """

    law: str
    clause: str
    message: str
    sortie_id: str | None = None
    aircraft_id: str | None = None
    vertiport_id: str | None = None
    at_ms: int | None = None


class Check:
    """One clause while it is being exercised.

    Parameters
    ----------
    law
        Number of the safety law, `records` or `city`.
    clause
        Name of the clause, unique in the audit.
    limit
        The limit applied, in words with its number and unit.
    absent
        Tables it needs that the run does not have; then it is not tested.
    """

    def __init__(self, law: str, clause: str, limit: str, absent: Iterable[str] = ()) -> None:
        self.law = law
        self.clause = clause
        self.limit = limit
        self.absent = tuple(absent)
        self.exercised = 0
        self.findings: list[Finding] = []

    @property
    def is_ready(self) -> bool:
        """Whether the tables it needs are there."""
        return not self.absent

    def fail(
        self,
        message: str,
        *,
        sortie_id: str | None = None,
        aircraft_id: str | None = None,
        vertiport_id: str | None = None,
        at_ms: float | None = None,
    ) -> None:
        """Record one violation."""
        self.findings.append(
            Finding(
                law=self.law, clause=self.clause, message=message, sortie_id=sortie_id,
                aircraft_id=aircraft_id, vertiport_id=vertiport_id,
                at_ms=None if at_ms is None else round(at_ms),
            )
        )  # fmt: skip

    def expect(
        self,
        holds: bool,
        message: str,
        *,
        sortie_id: str | None = None,
        aircraft_id: str | None = None,
        vertiport_id: str | None = None,
        at_ms: float | None = None,
    ) -> None:
        """Exercise the clause once: a violation unless `holds`.

        The condition is the positive form, so that a NaN in a table never passes.
        """
        self.exercised += 1
        if not holds:
            self.fail(
                message, sortie_id=sortie_id, aircraft_id=aircraft_id,
                vertiport_id=vertiport_id, at_ms=at_ms,
            )  # fmt: skip


class ClauseReport(msgspec.Struct, frozen=True, kw_only=True):
    """One clause as reported; `not_tested` says why when it was exercised 0 times."""

    clause: str
    limit: str
    exercised: int
    violations: int
    not_tested: str


class LawReport(msgspec.Struct, frozen=True, kw_only=True):
    """One law as reported: `passed`, `violated` or `not tested`."""

    law: str
    title: str
    verdict: str
    exercised: int
    violations: int
    clauses: tuple[ClauseReport, ...]


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the audit says about one run."""

    folder: str
    city: str
    is_clean: bool
    exercised: int
    violations: int
    laws: tuple[LawReport, ...]
    findings: tuple[Finding, ...]


def report_clause(check: Check) -> ClauseReport:
    """Return the report of one clause."""
    if check.absent:
        why = "no table " + ", ".join(check.absent)
    elif check.exercised == 0:
        why = "never exercised"
    else:
        why = ""
    return ClauseReport(
        clause=check.clause, limit=check.limit, exercised=check.exercised,
        violations=len(check.findings), not_tested=why,
    )  # fmt: skip


def report_law(law: str, title: str, checks: Iterable[Check]) -> LawReport:
    """Return the report of one law from its clauses; exercised 0 times is not tested."""
    clauses = tuple(report_clause(check) for check in checks)
    exercised = sum(clause.exercised for clause in clauses)
    violations = sum(clause.violations for clause in clauses)
    verdict = "violated" if violations else "passed" if exercised else "not tested"
    return LawReport(
        law=law, title=title, verdict=verdict, exercised=exercised, violations=violations,
        clauses=clauses,
    )  # fmt: skip
