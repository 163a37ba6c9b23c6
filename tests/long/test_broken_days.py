"""Promises are kept as often as was told; when the day breaks, every passenger ends somewhere.

200 days of Alatau of both phases without injected disruptions and the same 200 with them. What was
measured is printed; `simulation/broken_days.py` says how.
"""

import sys

import pytest

from simulation.broken_days import fly_days, judge

pytestmark = pytest.mark.long

DAYS = 200
PARTIES_MIN = 3_000
POINTS_MAX = 0.03


@pytest.mark.parametrize("faults", ["none", "mixed"])
def test_200_days(faults: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is left anywhere, the auditor finds nothing; undisturbed, promises hold as told."""
    verdict = judge(fly_days(DAYS, faults))
    with capsys.disabled():
        sys.stdout.write(f"\nfaults {faults}: {verdict.format()}\n")
    assert verdict.parties >= PARTIES_MIN
    assert verdict.not_ended == 0
    assert verdict.violations == 0
    if faults == "none":
        assert verdict.kept == pytest.approx(verdict.chance, abs=POINTS_MAX)
    else:
        assert verdict.kept < verdict.chance
        assert verdict.cared > 0
