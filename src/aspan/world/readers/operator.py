"""The operator from `city.toml`; it need not be there."""

from typing import cast, get_args

from aspan.world.operator import Operator, is_address
from aspan.world.quantity import Mark
from aspan.world.readers.tables import Table
from aspan.world.readers.vertiports import read_names


def read_operator(head: Table) -> Operator | None:
    """Return who flies; None if the city does not say."""
    if not head.has("operator"):
        return None
    table = head.table("operator")
    url = table.text("url")
    if not is_address(url) or not url.endswith("/"):
        raise table.refuse("url", url, "an address as https://example.com/, with its last slash")
    return Operator(
        names=read_names(table),
        source=table.text("source"),
        mark=_read_mark(table, "mark"),
        url=url,
        url_source=table.text("url_source"),
        url_mark=_read_mark(table, "url_mark"),
    )


def _read_mark(table: Table, key: str) -> Mark:
    return cast("Mark", table.text(key, among=get_args(Mark)))
