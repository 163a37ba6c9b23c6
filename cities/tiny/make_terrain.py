"""Write `terrain.npz` of this city: flat ground at 600 m, as the tests want it."""

from pathlib import Path

import numpy as np

WEST_DEG, SOUTH_DEG, STEP_DEG = 76.9, 43.4, 0.005
ROWS, COLUMNS = 71, 85
HEIGHT_AMSL_M = 600

if __name__ == "__main__":
    np.savez_compressed(
        Path(__file__).with_name("terrain.npz"),
        heights_amsl_m=np.full((ROWS, COLUMNS), HEIGHT_AMSL_M, dtype=np.int16),
        west_deg=WEST_DEG,
        south_deg=SOUTH_DEG,
        step_deg=STEP_DEG,
    )
