"""The command line: each module registers one command or one group of them.

A module parses, calls and formats; it holds no rule of the field and imports what is heavy inside
its functions, so that `aspan --help` stays quick. Errors become one line and an exit status in
`main.py` alone, which is where to start reading.
"""

__all__ = ["main"]
