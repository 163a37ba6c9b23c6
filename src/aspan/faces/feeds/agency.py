"""The agency of the feeds: who flies, as the city's files say, or else the service by its city."""

from typing import Final

import msgspec

from aspan.faces.feeds.texts import tell
from aspan.world.city import City
from aspan.world.vertiport import Names

URL_RESERVED: Final = "https://example.com/"
"""Stands where the operator's address belongs if the city states none (RFC 2606: nobody's)."""


class Agency(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who the feeds say flies; `is_url_assumed` if the address may not be the operator's."""

    names: Names
    url: str
    is_url_assumed: bool


def describe_agency(city: City, *, url: str | None = None) -> Agency:
    """Return who flies a city's service; `url` takes the place of the address the city states."""
    operator = city.operator
    names = tell("agency", city=city.names) if operator is None else operator.names
    if url is not None:
        return Agency(names=names, url=url, is_url_assumed=False)
    if operator is None:
        return Agency(names=names, url=URL_RESERVED, is_url_assumed=True)
    return Agency(names=names, url=operator.url, is_url_assumed=operator.url_mark == "assumed")
