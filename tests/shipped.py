"""The shipped cities and campaigns, each read once a process: they never change."""

from functools import cache

from aspan.evidence.scenarios import Campaign, load_campaign
from aspan.world.city import City
from aspan.world.readers import load_city


@cache
def read_shipped(name: str) -> City:
    """Return a city of the project as its files tell it."""
    return load_city(name)


@cache
def read_shipped_campaign(name: str) -> Campaign:
    """Return the campaign of a city of the project as its scenarios tell it."""
    return load_campaign(name)
