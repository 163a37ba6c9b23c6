"""Aspan: the operating system of a city air-taxi service.

Start reading in `docs/architecture.md`; rooms are listed there from the ground up.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
