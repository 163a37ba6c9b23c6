"""Fly one day of a city in this process and print how long it took, as JSON.

    python benchmarks/fly_day.py bench 160 1.7

A short morning is flown first, so that imports and caches of the interpreter are warm; then the day
is timed from the loaded city to the last event hashed, as `aspan simulate` times it. Beside the
wall clock stands the time of the processor, which other work on the machine stretches less.
"""

import gc
import json
import sys
import time

from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.operations.events import SortieOnBlock
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MS_PER_H
from aspan.world.readers import load_city

DATE = "2025-04-15"
WARM_FLEET, WARM_DEMAND, WARM_UNTIL_MS = 12, 0.2, 9 * MS_PER_H


def main() -> None:
    """Fly the city, fleet and demand named on the command line."""
    name, fleet, demand = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    city = load_city(name)
    day = parse_date(DATE)
    warm = open_twin(city, RunSettings(day=day, fleet=WARM_FLEET, demand=WARM_DEMAND))
    fly(warm, until_ms=warm.start_ms + WARM_UNTIL_MS)
    del warm
    gc.collect()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    log = fly(open_twin(city, RunSettings(day=day, fleet=fleet, demand=demand)))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    print(
        json.dumps(
            {
                "flown": sum(isinstance(event, SortieOnBlock) for event in log.events),
                "events": len(log.events),
                "wall_s": round(wall_s, 4),
                "cpu_s": round(cpu_s, 4),
                "log_sha256": log.head_sha256(),
            }
        )
    )


if __name__ == "__main__":
    main()
