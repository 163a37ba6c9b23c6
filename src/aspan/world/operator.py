"""The operator: who flies the service of a city, as its feeds name it, and by which source."""

from urllib.parse import urlsplit

import msgspec

from aspan.world.quantity import Mark
from aspan.world.vertiport import Names


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """Who flies, and where people read of it.

    Parameters
    ----------
    source, mark
        Where the name is from, and how far it may be trusted.
    url
        Of the operator's site, ending in a slash.
    url_source, url_mark
        The same of the address.
    """

    names: Names
    source: str
    mark: Mark
    url: str
    url_source: str
    url_mark: Mark


def is_address(text: str) -> bool:
    """Say whether others can follow an address: http or https, with a host, without spaces."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return is_web and text.isprintable() and " " not in text
