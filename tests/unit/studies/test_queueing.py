"""Queues: published losses, and laws that every queue keeps."""

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.queueing import erlang_loss, least_servers, patient_loss


@pytest.mark.parametrize(
    ("servers", "load", "lost"), [(1, 1.0, 0.5), (2, 1.0, 0.2), (10, 5.0, 0.01838), (5, 2.881, 0.1)]
)
def test_erlang_loss_is_that_of_the_tables(servers: int, load: float, lost: float) -> None:
    """Losses are those of the published tables (T. L. Bear, Telecommunication Traffic, 1976)."""
    assert float(erlang_loss(servers, np.array([load]))[0]) == pytest.approx(lost, abs=2e-4)


def test_without_patience_it_is_erlangs_loss() -> None:
    """Who bears no wait is lost as Erlang says, and nobody waits."""
    loads = np.array([0.3, 1.0, 4.0, 12.0])
    lost, wait = patient_loss(4, loads, np.zeros(4))
    assert lost == pytest.approx(erlang_loss(4, loads))
    assert wait == pytest.approx(np.zeros(4))


def test_one_server_with_patience_is_solved_by_hand() -> None:
    """One server, load 2, patience 1.5: the balance of its waits, written out."""
    load, patience = 2.0, 1.5
    left = np.exp((load - 1.0) * patience)
    total = 1.0 + load * ((left - 1.0) / (load - 1.0) + left)
    lost, _ = patient_loss(1, np.array([load]), np.array([patience]))
    assert float(lost[0]) == pytest.approx(load * left / total)


def test_endless_patience_loses_only_what_cannot_be_served() -> None:
    """With patience without end a full service works all the time: 1 − servers / load is lost."""
    lost, _ = patient_loss(3, np.array([5.0, 2.0]), np.array([60.0, 60.0]))
    assert lost == pytest.approx([1.0 - 3.0 / 5.0, 0.0], abs=1e-9)


def test_a_load_equal_to_the_servers_lies_between_its_neighbours() -> None:
    """Nothing jumps where load and servers meet."""
    loads = np.array([2.999, 3.0, 3.001])
    lost, wait = patient_loss(3, loads, np.full(3, 0.7))
    assert np.all(np.diff(lost) > 0.0)
    assert np.all(np.diff(wait) > 0.0)


def test_more_servers_and_more_patience_lose_less() -> None:
    """Losses fall with servers, fractions of one too, and with patience."""
    load = np.array([4.0])
    by_servers = [float(patient_loss(n / 2, load, np.array([0.5]))[0][0]) for n in range(1, 21)]
    by_patience = [float(patient_loss(3, load, np.array([t / 4]))[0][0]) for t in range(12)]
    assert by_servers == sorted(by_servers, reverse=True)
    assert by_patience == sorted(by_patience, reverse=True)


def test_the_least_servers_are_the_least() -> None:
    """One server fewer loses too much."""
    number = least_servers(7.5, 0.6, lost_max=0.05)
    load, patience = np.array([7.5]), np.array([0.6])
    assert float(patient_loss(number, load, patience)[0][0]) <= 0.05
    assert float(patient_loss(number - 1, load, patience)[0][0]) > 0.05


def test_what_no_service_can_carry_is_refused() -> None:
    """A load beyond all bounds is bad input, not an endless search."""
    with pytest.raises(InvalidInput, match="queue: load"):
        least_servers(1e9, 0.0, lost_max=0.01)
    with pytest.raises(InvalidInput, match="queue: lost_max"):
        least_servers(1.0, 0.0, lost_max=0.0)
