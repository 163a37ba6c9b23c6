"""Where compiled kernels are kept between runs. Imported before numba, by modules of kernels only.

Compiling takes seconds, loading what was compiled some tens of milliseconds. Whoever sets
`NUMBA_CACHE_DIR` chooses the folder; else it is one in the user's cache, because the folder of an
installed package may not be writable.
"""

import os
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"


def keep_kernels() -> None:
    """Name the folder of compiled kernels to numba, unless the environment names one."""
    if VARIABLE not in os.environ:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        os.environ[VARIABLE] = str(Path(base) / "aspan" / "kernels")
