"""Operations: commands, events, state, lifecycles, the engine and its loop, ports, invariants.

One engine for twin and live. Not here: clocks, dice, files, and any choice of whether it is
simulated (compose). Start reading in `engine.py`, then `flow.py` and `release.py`.
"""

__all__ = ["commands", "engine", "events", "lifecycles", "loop", "ports", "state"]
