"""The shipped cities, each read once a process: they never change."""

from functools import cache

from aspan.world.city import City
from aspan.world.readers import load_city


@cache
def read_shipped(name: str) -> City:
    """Return a city of the project as its files tell it."""
    return load_city(name)
