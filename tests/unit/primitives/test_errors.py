"""Errors: what bad input and a broken invariant say."""

import pickle

import pytest

from aspan.primitives.errors import InvalidInput, InvariantError, ensure


def test_bad_input_names_thing_value_and_expectation() -> None:
    """One line says all three, and each can be asked for."""
    error = InvalidInput("--fleet", 99, "at most 20")
    assert str(error) == "--fleet: 99 is not accepted; expected at most 20"
    assert (error.field, error.value, error.expected) == ("--fleet", 99, "at most 20")
    assert isinstance(error, ValueError)


def test_bad_input_comes_whole_out_of_a_worker_process() -> None:
    """Pickled and read back it says the same."""
    error = pickle.loads(pickle.dumps(InvalidInput("--fleet", 99, "at most 20")))
    assert str(error) == "--fleet: 99 is not accepted; expected at most 20"
    assert (error.field, error.value, error.expected) == ("--fleet", 99, "at most 20")


def test_ensure_is_silent_while_the_condition_holds() -> None:
    """Nothing is raised for what is true, the message for what is not."""
    ensure(True, "never said")
    with pytest.raises(InvariantError, match=r"^two aircraft on F1$"):
        ensure(False, "two aircraft on F1")
