"""The minima that a release asks for, with their values: as plain data and in words."""

from typing import TYPE_CHECKING, Any

from aspan.primitives.units import M_PER_KM, MS_PER_MIN, kelvin_to_celsius

if TYPE_CHECKING:
    from aspan.world.city import City


def describe_minima(city: "City") -> dict[str, Any]:
    """Return the city's minima, with the lowest ceiling of a release by layer of its lane."""
    from msgspec.structs import asdict

    from aspan.operations.minima import list_ceilings_agl_m

    minima, heights_m = city.rules.weather_minima, city.lanes.rules.layer_heights_agl_m
    ceilings_m = list_ceilings_agl_m(minima, planned_heights_agl_m=heights_m)
    return asdict(minima) | {
        "planned_heights_agl_m": list(heights_m),
        "ceilings_agl_m": list(ceilings_m),
    }


def tell_ceiling(minima: dict[str, Any]) -> str:
    """Return the ceiling that a release asks for: of the lowest lanes, and of the highest."""
    least, most = min(minima["ceilings_agl_m"]), max(minima["ceilings_agl_m"])
    if most == least:
        return f"ceiling {least:,.0f} m above ground"
    return (
        f"ceiling {least:,.0f} m above ground for the lowest lanes, {most:,.0f} m for the highest"
    )


def tell_minima(minima: dict[str, Any]) -> str:
    """Return every minimum with its value."""
    cold_c = kelvin_to_celsius(minima["icing_temperature_k_max"])
    return "; ".join(
        (
            f"visibility {minima['visibility_m'] / M_PER_KM:g} km",
            tell_ceiling(minima),
            f"wind {minima['wind_mps']:.1f} m/s, gusts {minima['gust_mps']:.1f} m/s and"
            f" {minima['gust_spread_mps']:.1f} m/s over the wind",
            f"no moist air at {cold_c:g} °C or colder",
            f"no thunderstorm within {minima['thunderstorm_radius_m'] / M_PER_KM:g} km",
            f"a report at most {minima['report_age_ms_max'] / MS_PER_MIN:g} min old",
        )
    )
