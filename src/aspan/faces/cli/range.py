"""`aspan range`: the test site, from requirement to evidence; one file for each noun beside it."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

import typer

_MODULES: Final = (
    "range_check",
    "range_cards",
    "range_people",
    "range_approvals",
    "range_slots",
    "range_go",
    "range_runs",
    "range_status",
    "range_campaign",
    "range_telemetry",
    "range_identify",
    "range_plan",
    "range_demo",
    "range_package",
)
"""Modules of this package with commands of the test site, in the order of `aspan range --help`."""


def register(app: typer.Typer) -> None:
    """Add the group `aspan range` to the application."""
    group = typer.Typer(
        help="The test site: requirements, cards, runs and the evidence they leave.",
        no_args_is_help=True,
    )
    group.callback()(_range)
    for name in _MODULES:
        if find_spec(f"aspan.faces.cli.{name}") is not None:
            import_module(f"aspan.faces.cli.{name}").register(group)
    app.add_typer(group, name="range")


def _range() -> None:
    """The test site: requirements, cards, runs and the evidence they leave."""  # noqa: D401
