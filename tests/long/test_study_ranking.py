"""The choice of a study is right as often as it says: hundreds of contests with known truth."""

import sys

import pytest

from study_contests import play_contests, play_drawn_contests

pytestmark = pytest.mark.long

CONTESTS = 200
CASES = {
    "one best, the rest 3 % below": [97.0] * 7 + [100.0],
    "a ladder": [70.0, 80.0, 85.0, 90.0, 95.0, 97.0, 99.0, 100.0],
    "all equal": [100.0] * 8,
    "two best": [96.0] * 6 + [100.0, 100.0],
}


@pytest.mark.parametrize("own_sd", [3.0, 8.0])
@pytest.mark.parametrize("case", CASES)
def test_choice_is_right_as_often_as_said(
    case: str, own_sd: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of those told apart 5 % or fewer are wrong."""
    found = play_contests(CASES[case], CONTESTS, own_sd=own_sd)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{case}, spread {own_sd:g}: told apart {found.told:.1%}, of them wrong"
            f" {found.wrong:.1%}; good {found.good:.1%}, confidence told {found.sure:.1%}\n"
        )
    assert found.wrong <= 0.05 * max(found.told, 1.0 / CONTESTS)


@pytest.mark.parametrize("means_sd", [2.0, 6.0])
def test_confidence_is_what_it_says(means_sd: float, capsys: pytest.CaptureFixture[str]) -> None:
    """Over plans of all kinds the choice is good as often as the confidence told."""
    found = play_drawn_contests(8, CONTESTS, means_sd=means_sd, own_sd=8.0)
    with capsys.disabled():
        sys.stdout.write(f"\nspread of plans {means_sd:g}: {found}\n")
    assert found.sure == pytest.approx(found.good, abs=0.05)
