"""Live: the real outside behind the ports: a wall clock, a log on disk, the thread that runs both.

Here: the log in SQLite (`sqlite_log.py`, its file and lock in `store.py`), the clock
(`wall_clock.py`), the running service (`service.py`) and the orders that wait for it (`orders.py`),
what a desk remembers of the events (`board.py`), what was and when (`chronicle.py`), the state of
any past instant (`history.py`), the keys it signs with (`keys.py`), the persons whom the log knows
by ids (`vault.py`). Not here: any aircraft link yet, so the real fleet cannot be flown; rules of
the field. Start reading in `service.py`.
"""

__all__ = [
    "board",
    "chronicle",
    "history",
    "keys",
    "orders",
    "service",
    "sqlite_log",
    "store",
    "vault",
    "wall_clock",
]
