"""Fly one scenario again and judge it: `python -m simulation.replay CITY DATE --seed …`."""

import argparse
import sys

from simulation.checkers import find_faults
from simulation.days import Scenario, fly_day


def main() -> int:
    """Print the hash of the log and every fault; 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city")
    parser.add_argument("day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fleet", type=int, default=6)
    parser.add_argument("--demand", type=float, default=1.0)
    scenario = Scenario(**vars(parser.parse_args()))
    run, log = fly_day(scenario)
    faults = find_faults(run, log)
    sys.stdout.write("\n".join([log.head_sha256(), *faults]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
