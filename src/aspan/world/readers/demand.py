"""Demand from `demand.toml`: zones, segments of travellers, the car they compare with."""

from aspan.primitives.ids import ZoneId
from aspan.world.readers.tables import Table
from aspan.world.readers.vertiports import PHASES_MAX, read_names
from aspan.world.zones import CHECKS, CarModel, DemandModel, Segment, Zone

HOURS_PER_DAY = 24
PARTY_MAX = 4


def read_demand(file: Table) -> DemandModel:
    """Return everything the wishes of a day are made from."""
    zones = tuple(
        table.fill(
            Zone,
            zone_id=ZoneId(name),
            names=read_names(table),
            phase=table.index("phase", low=1, high=PHASES_MAX) if table.has("phase") else 1,
        )
        for name, table in file.tables("zones")
    )
    segments = tuple(
        table.fill(
            Segment,
            segment_id=name,
            party_shares=table.shares("party_shares", count=PARTY_MAX),
            hourly_shares=table.shares("hourly_shares", count=HOURS_PER_DAY),
        )
        for name, table in file.tables("segments")
    )
    if file.has("checks"):
        checks = file.table("checks")
        for name in CHECKS:
            if checks.has(name):
                checks.number(name)
    car = file.table("car")
    demand = file.table("demand")
    airport = {
        name: demand.shares(name, count=HOURS_PER_DAY)
        for name in ("airport_arrival_shares", "airport_departure_shares")
        if demand.has(name)
    }
    return demand.fill(
        DemandModel,
        **airport,
        zones=zones,
        segments=segments,
        car=car.fill(
            CarModel, speed_mps_by_hour=car.numbers("speed_mps_by_hour", count=HOURS_PER_DAY)
        ),
    )
