"""Readers: a city's files, bytes in, world types out; outside formats stop here.

`load_city` is the one door; the format is written down in `docs/city-files.md`. Not here: any
decision, and any writing. Start reading in `city.py`, then `tables.py` for how numbers are checked.
"""

from aspan.world.readers.city import load_city
from aspan.world.readers.folder import list_cities
from aspan.world.readers.places import load_places
from aspan.world.readers.references import load_references
from aspan.world.readers.transit import load_feeds

__all__ = ["list_cities", "load_city", "load_feeds", "load_places", "load_references"]
