"""Aircraft type from `aircraft.toml` and airframes from `fleet.toml`."""

from aspan.primitives.ids import AircraftId, AircraftTypeId, VertiportId
from aspan.world.aircraft import AircraftType, Airframe
from aspan.world.readers.tables import Table
from aspan.world.readers.vertiports import PHASES_MAX
from aspan.world.vertiport import Vertiport


def read_aircraft_type(file: Table) -> AircraftType:
    """Return the one type of aircraft the city flies."""
    table = file.table("aircraft_type")
    kind = table.fill(AircraftType, type_id=AircraftTypeId(table.text("type_id")))
    for low, high in (
        ("floor_soc", "ceiling_soc"), ("charge_k_min", "full_rate_k_min"),
        ("full_rate_k_min", "full_rate_k_max"), ("full_rate_k_max", "charge_k_max"),
        ("dispatch_k_min", "dispatch_k_max"), ("empty_kg", "mass_kg"),
        ("cruise_speed_mps", "speed_mps_max"),
    ):  # fmt: skip
        if not getattr(kind, low) < getattr(kind, high):
            raise table.refuse(low, getattr(kind, low), f"less than {high} {getattr(kind, high):g}")
    return kind


def read_airframes(
    file: Table, type_id: AircraftTypeId, vertiports: tuple[Vertiport, ...]
) -> tuple[Airframe, ...]:
    """Return the fleet, sorted by id."""
    known = tuple(str(vertiport.vertiport_id) for vertiport in vertiports)
    frames = tuple(
        table.fill(
            Airframe,
            aircraft_id=AircraftId(name),
            type_id=AircraftTypeId(table.text("type_id", among=(str(type_id),))),
            home_vertiport_id=VertiportId(table.text("home_vertiport_id", among=known)),
            phase=table.index("phase", low=1, high=PHASES_MAX) if table.has("phase") else 1,
        )
        for name, table in file.tables("airframes")
    )
    if not frames:
        raise file.refuse("airframes", {}, "at least one airframe")
    return frames
