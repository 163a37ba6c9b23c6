"""Make the tables of named places from public data, one table for each licence.

    python cities/alatau/scripts/make_places.py --data DIR cities/alatau

`DIR` holds the public data named in `SOURCES.md`. `places.csv` takes towns from GeoNames (CC BY
4.0), what Natural Earth (public domain) has beside them, and the centre of Alatau that the operator
published. `places_osm_2012.csv` takes spots, streets and crossings from the OSM extract of 2012 (CC
BY-SA 2.0); a crossing is a node that two streets share. Names are mended and told in three
languages by `place_names.csv` and `street_names.csv` beside this script, written by hand; a
language that neither these nor a source have is made from another and marked `derived`. Weights
are assumed. Vertiports, zones and stops of the feeds are not here: the city has them.
"""

import argparse
import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
COLUMNS = (
    "id", "kind", "name_kk", "name_ru", "name_en", "also", "derived", "lon", "lat", "weight",
    "source",
)  # fmt: skip
KINDS = {
    "amenity=bus_station": "bus_station", "amenity=hospital": "hospital",
    "amenity=marketplace": "market", "amenity=theatre": "theatre", "amenity=cinema": "theatre",
    "amenity=university": "university", "amenity=place_of_worship": "worship",
    "leisure=park": "park", "leisure=stadium": "sport", "leisure=sports_centre": "sport",
    "place=village": "village", "place=hamlet": "village", "place=suburb": "village",
    "shop=mall": "mall", "tourism=hotel": "hotel", "tourism=museum": "museum",
}  # fmt: skip
"""Kinds of the extract whose names are taken without a row in `place_names.csv`."""
WEIGHTS = {"village": 0.25, "hospital": 0.2, "mall": 0.3}
WEIGHT = 0.15
UNKNOWN = re.compile(
    r"(?i)не знаю|type name|todo|yamaha|showservice|express$|^кафе$|^дачи|^медео$|^мечеть$|church"
    r"|^поликлиника$|^православная|пластилин|hypoxi|корпуса|^казнту$|^silkway$|cinema$|^to |^на "
    r"|kunaevskie|\(kazakhstan|^театр им. ауэзова|—|kriulini|^школа"
)
"""Names of the extract that name nothing, or something that stands there under a better name."""
MENDED = {"Поликлинника": "Поликлиника", "Медецинский": "Медицинский", "Клинника": "Клиника"}
STREET_WORDS = re.compile(
    r"(?i)^(?:ул\.|ул(?=\s)|улица|пр\.|проспект)\s*|\s+(?:ул\.?|прс\.?|пр\.|пер\.)$"
)
SKIPPED = re.compile(r"(?i)^на |проезд|не знаю|дорога$|линия|^\W*$|^(школьная|центральная|мира)$")
TYPES = {
    "street": ("{} көшесі", "улица {}", "{} Street", 0.4),
    "avenue": ("{} даңғылы", "проспект {}", "{} Avenue", 0.5),
    "road": ("{}", "{}", "{}", 0.4),
}
MINOR_WEIGHT, CROSSING_WEIGHT = 0.15, 0.2
STREET_M_MIN = 400.0
"""Shorter streets that `street_names.csv` does not know are left out."""
SAME_DEG = 0.01
"""One name twice within about 1 km is one place."""
TOWN_KINDS = ((40_000, "town", 0.7), (10_000, "town", 0.6), (0, "village", 0.4))
BOUNDS = (76.2, 42.9, 77.7, 44.0)
"""West, south, east, north: what a trip may reach."""
LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ә": "a", "ғ": "g",
    "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
}  # fmt: skip


class Spot(NamedTuple):
    """A row to be written; `derived` names the languages made from another."""

    key: str
    kind: str
    kk: str
    ru: str
    en: str
    lon: float
    lat: float
    weight: float
    source: str
    also: str = ""
    derived: str = ""


def to_latin(text: str) -> str:
    """Return Cyrillic in Latin letters, after BGN/PCGN without its signs."""
    letters = []
    for letter in text:
        latin = LATIN.get(letter.lower(), letter)
        letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_towns(data: Path, by_hand: dict[str, dict[str, str]]) -> Iterator[Spot]:
    """Yield the towns of the region and the centre of Alatau."""
    rows = read_csv(data / "places" / "geonames_places.csv")
    known = []
    for row in rows:
        lon, lat, people = float(row["lon"]), float(row["lat"]), int(row["population"])
        if row["country"] != "KZ" or not is_inside(lon, lat):
            continue
        known.append((lon, lat))
        kind, weight = next((k, w) for least, k, w in TOWN_KINDS if people >= least)
        source = f"GeoNames {row['geonameid']}"
        hand = by_hand.get(f"g{row['geonameid']}")
        if hand is None:
            raise SystemExit(f"place_names.csv: no row g{row['geonameid']}, {row['name']}")
        yield from_hand(hand, f"geonames-{row['geonameid']}", kind, lon, lat, source, weight)
    path = data / "naturalearth" / "ne_10m_populated_places.geojson"
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        lon, lat = feature["geometry"]["coordinates"][:2]
        told = feature["properties"]
        is_near = any(abs(lon - x) + abs(lat - y) < 20 * SAME_DEG for x, y in known)
        if told["ADM0NAME"] == "Kazakhstan" and is_inside(lon, lat) and not is_near:
            key = f"naturalearth-{told['NAME_EN'].lower()}"
            hand = by_hand[key]
            yield from_hand(hand, key, "town", lon, lat, "Natural Earth 5, 1:10 m", 0.5)
    for row in read_csv(data / "places" / "key_sites.csv"):
        hand = by_hand.get(row["site_id"])
        if hand is not None and "OSM" not in row["source"]:
            lon, lat = float(row["lon"]), float(row["lat"])
            yield from_hand(hand, row["site_id"], "town", lon, lat, row["source"], 0.8)


def is_inside(lon: float, lat: float) -> bool:
    """Say whether a point lies where trips go."""
    west, south, east, north = BOUNDS
    return west <= lon <= east and south <= lat <= north


def from_hand(
    hand: dict[str, str], key: str, kind: str, lon: float, lat: float, source: str, weight: float
) -> Spot:
    """Return a spot named by hand."""
    return Spot(
        key, hand["kind"] or kind, hand["kk"], hand["ru"], hand["en"], lon, lat,
        float(hand["weight"] or weight), source, hand["also"],
    )  # fmt: skip


def read_spots(data: Path, by_hand: dict[str, dict[str, str]]) -> Iterator[Spot]:
    """Yield the spots of the extract that people look for."""
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    rows = read_csv(data / "osm-almaty-2012" / "pois.csv")
    rows.sort(key=lambda row: f"{row['osm_type'][0]}{row['osm_id']}" not in by_hand)
    for row in rows:
        key, lon, lat = f"{row['osm_type'][0]}{row['osm_id']}", float(row["lon"]), float(row["lat"])
        name = " ".join(MENDED.get(word, word) for word in row["name"].split())
        hand = by_hand.get(key, by_hand.get(name))
        kind = KINDS.get(row["kind"])
        if not name or (hand is None and (kind is None or UNKNOWN.search(name))):
            continue
        source = f"OSM 2012, {row['osm_type']} {row['osm_id']}"
        if hand is not None:
            spot = from_hand(hand, f"osm-{key}", kind or "business", lon, lat, source, WEIGHT)
        else:
            assert kind is not None
            spot = from_tags(row, f"osm-{key}", name, kind, source)
        if any(abs(lon - x) + abs(lat - y) < SAME_DEG for x, y in seen[spot.ru]):
            continue
        seen[spot.ru].append((lon, lat))
        yield spot


def from_tags(row: dict[str, str], key: str, name: str, kind: str, source: str) -> Spot:
    """Return a spot named as its tags say; what they lack is made from what they have."""
    name = name.strip(' "«»')
    ru = row["name_ru"] or name
    given = {"kk": row["name_kk"], "ru": row["name_ru"] or name, "en": row["name_en"]}
    if not re.search("[а-яё]", name.lower()):
        given |= {"en": row["name_en"] or name, "ru": row["name_ru"]}
    derived = " ".join(language for language in ("kk", "ru", "en") if not given[language])
    return Spot(
        key, kind, given["kk"] or ru, ru, given["en"] or to_latin(name),
        float(row["lon"]), float(row["lat"]), WEIGHTS.get(kind, WEIGHT), source, "", derived,
    )  # fmt: skip


def street_key(name: str) -> str:
    """Return what is the same in all spellings of a street's name."""
    bare = re.sub(r"\(.*?\)", "", name.split(";")[0]).strip()
    for _ in range(2):
        bare = STREET_WORDS.sub("", bare).strip(' "')
    return bare


class Street:
    """All ways of one name."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.length_m = 0.0
        self.nodes: dict[int, tuple[float, float]] = {}

    def middle(self) -> tuple[float, float]:
        """Return the node nearest to the median of all."""
        points = sorted(self.nodes.items())
        lons = sorted(point[0] for _, point in points)
        lats = sorted(point[1] for _, point in points)
        lon, lat = lons[len(lons) // 2], lats[len(lats) // 2]
        return min((abs(p[0] - lon) + abs(p[1] - lat), p) for _, p in points)[1]


def gather_streets(data: Path, named: dict[str, dict[str, str]]) -> dict[str, Street]:
    """Return streets by their Russian name; those known by hand under it."""
    with gzip.open(data / "osm-almaty-2012" / "roads.geojson.gz") as stream:
        features: list[dict[str, Any]] = json.load(stream)["features"]
    streets: dict[str, Street] = {}
    for feature in features:
        told = feature["properties"]
        bare = street_key(told.get("name") or "")
        hand = named.get(bare.lower().replace("ё", "е"))
        if hand is None and SKIPPED.search(bare):
            continue
        name = bare if hand is None else hand["ru"]
        key = name.lower().replace("ё", "е")
        street = streets.setdefault(key, Street(name))
        street.length_m += told["length_m"]
        points = feature["geometry"]["coordinates"]
        street.nodes.update(
            (node, (point[0], point[1]))
            for node, point in zip(told["node_ids"], points, strict=True)
        )
    return streets


def read_streets(data: Path) -> Iterator[Spot]:
    """Yield streets, then the crossings of those that `street_names.csv` knows."""
    rows = read_csv(HERE / "street_names.csv")
    by_ru = {row["ru"].lower().replace("ё", "е"): row for row in rows}
    streets = gather_streets(data, {row["match"]: row for row in rows})
    known: list[tuple[dict[str, str], Street]] = []
    for key, street in sorted(streets.items()):
        lon, lat = street.middle()
        row = by_ru.get(key)
        source = f"OSM 2012, node nearest to the middle of {street.written}"
        if row is not None:
            kk, ru, en, weight = TYPES[row["type"]]
            also = "|".join(sorted({r["also"] for r in rows if r["ru"] == row["ru"] and r["also"]}))
            yield Spot(
                f"street-{to_latin(row['en']).lower().replace(' ', '-')}", "street",
                kk.format(row["kk"]), ru.format(row["ru"]), en.format(row["en"]),
                lon, lat, weight, source, also,
            )  # fmt: skip
            known.append((row, street))
        elif street.length_m >= STREET_M_MIN and re.search("[а-яё]", key):
            latin = to_latin(street.written)
            yield Spot(
                f"street-{re.sub('[^a-z0-9]+', '-', latin.lower()).strip('-')}", "street",
                f"{street.written} көшесі", f"улица {street.written}", f"{latin} Street",
                lon, lat, MINOR_WEIGHT, source, "", "kk en",
            )  # fmt: skip
    yield from find_crossings(known)


def find_crossings(known: list[tuple[dict[str, str], Street]]) -> Iterator[Spot]:
    """Yield one spot for each pair of streets that share a node."""
    for number, (row, street) in enumerate(known):
        for other_row, other in known[number + 1 :]:
            shared = sorted(street.nodes.keys() & other.nodes.keys())
            if not shared:
                continue
            node = shared[len(shared) // 2]
            lon, lat = street.nodes[node]
            pair = sorted((row["en"], other_row["en"]))
            yield Spot(
                f"crossing-{'-'.join(pair).lower().replace(' ', '-')}", "junction",
                f"{row['kk']} – {other_row['kk']}", f"{row['ru']} – {other_row['ru']}",
                f"{row['en']} – {other_row['en']}", lon, lat, CROSSING_WEIGHT,
                f"OSM 2012, node {node}",
            )  # fmt: skip


def write(path: Path, spots: list[Spot]) -> None:
    """Write a table, sorted by id."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for s in sorted(spots):
            place = (f"{s.lon:.6f}", f"{s.lat:.6f}", f"{s.weight:.2f}")
            writer.writerow((s.key, s.kind, s.kk, s.ru, s.en, s.also, s.derived, *place, s.source))
    print(f"{path.name}: {len(spots)} places")


def main() -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(description="Make the tables of named places.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    by_hand = {row["match"]: row for row in read_csv(HERE / "place_names.csv")}
    write(asked.folder / "places.csv", list(read_towns(asked.data, by_hand)))
    spots = [*read_spots(asked.data, by_hand), *read_streets(asked.data)]
    write(asked.folder / "places_osm_2012.csv", spots)


if __name__ == "__main__":
    main()
