"""What `aspan serve` is told of selling: who may, what opens the gates, how long contacts stay."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from aspan.faces.cli.options import check_retention_days
from aspan.primitives.units import MS_PER_DAY

if TYPE_CHECKING:
    from aspan.faces.http.partners import Partner

Partners = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Who may sell seats over HTTP (TOML); locally a sandbox."),
]
GateCodeFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Code that opens the gates' page; a twin prints its own if none."
    ),
]
RetentionDays = Annotated[
    int, typer.Option(metavar="N", help="Days after the last trip that a contact is kept.")
]


class Selling(msgspec.Struct, frozen=True, kw_only=True):
    """How a service sells; an empty `gate_code` is to be made by the service itself.

    Parameters
    ----------
    has_partners
        Whether a file of partners was given, be it an empty one.
    """

    has_partners: bool
    partners: "dict[str, Partner]"
    gate_code: str
    retention_ms: int


def read_selling(partners: Path | None, gate_code_file: Path | None, days: int) -> Selling:
    """Return what the options say; `InvalidInput` naming the one that is wrong."""
    from aspan.faces.http.gate_access import read_gate_code
    from aspan.faces.http.partners import load_partners

    return Selling(
        has_partners=partners is not None,
        partners={} if partners is None else load_partners(partners),
        gate_code="" if gate_code_file is None else read_gate_code(gate_code_file),
        retention_ms=check_retention_days(days) * MS_PER_DAY,
    )
