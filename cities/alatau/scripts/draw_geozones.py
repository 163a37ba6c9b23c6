"""Draw `geozones.geojson` from what the city's data says, in the form of EUROCAE ED-318.

    python cities/alatau/scripts/draw_geozones.py cities/alatau

Where the data has a place (runways of `lanes.toml`, two stadiums), the zone lies there; heights and
the limits of CTR and TMA are assumed until the zones of the AIP are put in the file's place. The
same files give the same bytes.
"""

import json
import sys
import tomllib
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

M_PER_DEG = 111_200.0
LANGUAGES = ("kk-KZ", "ru-KZ", "en-GB")
NOT_IN_AIP = "Assumed until the AIP is put in its place (facts 6.24, 6.28)"
NO_DRONES = "Place named by the aviation administration as closed to drones (facts 6.26)"


def texts(kk: str, ru: str, en: str) -> list[dict[str, str]]:
    """Return a text in the three languages."""
    return [
        {"text": text, "lang": language}
        for text, language in zip((kk, ru, en), LANGUAGES, strict=True)
    ]


def zone(
    identifier: str,
    names: tuple[str, str, str],
    geometry: dict[str, Any],
    *,
    kind: str,
    source: str,
    reason: str = "AIR_TRAFFIC",
    periods: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return one feature; zones that ask for leave are open to the operator, as assumed."""
    ours: dict[str, Any] = {"source": source, "mark": "assumed"}
    if kind == "REQ_AUTHORIZATION":
        ours["is_authorised"] = True
    properties: dict[str, Any] = {
        "identifier": identifier,
        "country": "KAZ",
        "name": texts(*names),
        "type": kind,
        "variant": "COMMON",
        "reason": [reason],
        "zoneAuthority": [
            {"name": texts("Қазаэронавигация", "Казаэронавигация", "Kazaeronavigatsia"),
             "purpose": "AUTHORIZATION" if kind == "REQ_AUTHORIZATION" else "INFORMATION"}
        ],
        "extendedProperties": {"aspan": ours},
    }  # fmt: skip
    if periods:
        properties["limitedApplicability"] = periods
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def layer(lower: float, upper: float, *, lower_from: str = "AMSL", upper_from: str = "AMSL"
          ) -> dict[str, Any]:  # fmt: skip
    """Return vertical limits in metres."""
    return {
        "lower": lower, "lowerReference": lower_from, "upper": upper, "upperReference": upper_from,
        "uom": "m",
    }  # fmt: skip


def circle(lon: float, lat: float, radius_m: float, limits: dict[str, Any]) -> dict[str, Any]:
    """Return a circle with its limits."""
    return {
        "type": "Point",
        "coordinates": [lon, lat],
        "extent": {"subType": "Circle", "radius": radius_m},
        "layer": limits,
    }


def polygon(corners: list[list[float]], limits: dict[str, Any]) -> dict[str, Any]:
    """Return a polygon with its limits."""
    ring = [*corners, corners[0]]
    return {"type": "Polygon", "coordinates": [ring], "layer": limits}


def draw_range(folder: Path) -> list[dict[str, Any]]:
    """Return the volumes of the test site: open to the line until somebody keeps one."""
    volumes = tomllib.loads((folder / "range.toml").read_text(encoding="utf-8"))["volumes"]
    zones = []
    for _, volume in sorted(volumes.items()):
        if "geozone_id" not in volume:
            continue
        lower, upper = volume["lower_amsl_m"], volume["upper_amsl_m"]
        names = volume["names"]
        zones.append(
            zone(volume["geozone_id"],
                 (f"Сынақ полигоны: {names['kk']}", f"Полигон: {names['ru']}",
                  f"Test site: {names['en']}"),
                 polygon(volume["ring"], layer(lower["value"], upper["value"])),
                 kind="CONDITIONAL", reason="OTHER",
                 source=f"Volume of range.toml. {lower['source']}")
        )  # fmt: skip
    return zones


def strip(runway: dict[str, Any], half_m: float, beyond_m: float, limits: dict[str, Any]
          ) -> dict[str, Any]:  # fmt: skip
    """Return the rectangle about a runway (ICAO Annex 14, 3.4: runway strips)."""
    lon, lat, lon2, lat2 = (
        runway[key]["value"]
        for key in ("first_lon_deg", "first_lat_deg", "second_lon_deg", "second_lat_deg")
    )
    east_m = M_PER_DEG * cos(radians((lat + lat2) / 2))
    dx, dy = (lon2 - lon) * east_m, (lat2 - lat) * M_PER_DEG
    length_m = hypot(dx, dy)
    ux, uy = dx / length_m, dy / length_m
    corners = []
    for along, aside in ((-beyond_m, half_m), (-beyond_m, -half_m), (length_m + beyond_m, -half_m),
                         (length_m + beyond_m, half_m)):  # fmt: skip
        x, y = along * ux - aside * uy, along * uy + aside * ux
        corners.append([round(lon + x / east_m, 6), round(lat + y / M_PER_DEG, 6)])
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]], "layer": limits}


def draw(folder: Path) -> list[dict[str, Any]]:
    """Return the features."""
    runways = tomllib.loads((folder / "lanes.toml").read_text(encoding="utf-8"))["runways"]
    strip_source = "Runway of lanes.toml; strip 140 m aside and 60 m beyond (ICAO Annex 14, 3.4) "
    strip_source += "and the go-around above it, 300 m: assumed"
    return [
        zone("UAAACTR", ("Алматы диспетчерлік аймағы", "Диспетчерская зона Алматы", "Almaty CTR"),
             circle(77.0405, 43.3521, 20_000, layer(0, 1500)), kind="REQ_AUTHORIZATION",
             source=f"Class D (AIP ENR 1.4); circle of 20 km, up to 1,500 m. {NOT_IN_AIP}"),
        zone("UAAATMA", ("Алматы тораптық диспетчерлік ауданы",
                         "Узловой диспетчерский район Алматы", "Almaty TMA"),
             circle(77.0405, 43.3521, 80_000, layer(1500, 6000)), kind="REQ_AUTHORIZATION",
             source=f"Class C (AIP ENR 1.4); circle of 80 km, from 1,500 m. {NOT_IN_AIP}"),
        zone("UAARCTR", ("Боралдай диспетчерлік аймағы", "Диспетчерская зона Боралдай",
                         "Boralday CTR"),
             circle(76.8837, 43.3526, 5_000, layer(0, 1300)), kind="REQ_AUTHORIZATION",
             source=f"Class D (AIP ENR 1.4); circle of 5 km, up to 1,300 m. {NOT_IN_AIP}"),
        zone("UAAA05L", ("05L/23R ұшу-қону жолағы", "Лётная полоса 05L/23R", "Strip 05L/23R"),
             strip(runways["05L-23R"], 140, 60, layer(0, 977)), kind="PROHIBITED",
             source=strip_source),
        zone("UAAA05R", ("05R/23L ұшу-қону жолағы", "Лётная полоса 05R/23L", "Strip 05R/23L"),
             strip(runways["05R-23L"], 140, 60, layer(0, 977)), kind="PROHIBITED",
             source=strip_source),
        zone("UAAR02", ("Боралдай 02/20 жолағы", "Лётная полоса Боралдай 02/20",
                        "Boralday strip 02/20"),
             strip(runways["UAAR-02-20"], 75, 60, layer(0, 1010)), kind="PROHIBITED",
             source="Runway of lanes.toml; 75 m aside, 60 m beyond, 300 m above: assumed"),
        zone("KZSTAD1", ("Орталық стадион", "Центральный стадион", "Central Stadium"),
             circle(76.924189, 43.238287, 250,
                    layer(0, 150, lower_from="AGL", upper_from="AGL")),
             kind="PROHIBITED", reason="POPULATION",
             source=f"{NO_DRONES}; middle of OSM 2012 way 22733734; radius and height assumed"),
        zone("KZSTAD2", ("Медеу мұз айдыны", "Каток Медеу", "Medeu rink"),
             circle(77.059436, 43.157254, 250,
                    layer(0, 100, lower_from="AGL", upper_from="AGL")),
             kind="PROHIBITED", reason="POPULATION",
             source=f"{NO_DRONES}; middle of OSM 2012 way 117957859; radius and height assumed"),
        zone("KZTEMP1", ("Уақытша жабық аймақ", "Временная запретная зона",
                         "Temporary prohibited area"),
             circle(76.9734, 43.2959, 1_500, layer(0, 3000)), kind="PROHIBITED", reason="OTHER",
             source="Assumed: an example of a closure by time, over the north of Almaty",
             periods=[
                 {"startDateTime": "2025-05-09T04:00:00Z", "endDateTime": "2025-05-09T07:00:00Z",
                  "schedule": [{"day": ["ANY"]}]},
                 {"startDateTime": "2025-08-30T00:00:00Z", "endDateTime": "2025-09-15T00:00:00Z",
                  "schedule": [{"day": ["SAT", "SUN"], "startTime": "05:00:00Z",
                                "endTime": "08:00:00Z"}]},
             ]),
        *draw_range(folder),
    ]  # fmt: skip


def main(folder: Path) -> None:
    """Write the file."""
    whole = {
        "type": "FeatureCollection",
        "name": "Geozones of Alatau-Almaty, assumed",
        "metadata": {"issued": "2026-11-22T00:00:00Z", "validFrom": "2020-01-01T00:00:00Z"},
        "features": draw(folder),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / "geozones.geojson").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
