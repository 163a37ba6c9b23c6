"""Errors: what the edge says when input is bad, and what we say when we are wrong."""


class InvalidInput(ValueError):
    """Bad input, named: the thing, the value it had and what was expected.

    Raised at construction; `faces` turns it into one line and exit status 2, or a 4xx.

    Parameters
    ----------
    field
        What was wrong, as the person who wrote it knows it (`vertiports[2].fatos`, `--date`).
    value
        What it was.
    expected
        What would have been accepted.
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {value!r} is not accepted; expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[str, object, str]]:
        """Return how it is built again, so that a worker process can hand it on."""
        return type(self), (self.field, self.value, self.expected)


class InvariantError(RuntimeError):
    """Something that can never happen has happened; the software is at fault."""


def ensure(condition: bool, message: str) -> None:
    """Raise `InvariantError` with `message` unless `condition` holds.

    Unlike `assert` it is never compiled away: invariants are checked in service too.
    """
    if not condition:
        raise InvariantError(message)
