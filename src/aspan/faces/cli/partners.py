"""`aspan partners`: secrets for those who sell over HTTP, and whether their file is good."""

import json
from pathlib import Path
from typing import Annotated

import typer

from aspan.faces.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add `aspan partners` to the application."""
    partners = typer.Typer(
        no_args_is_help=True, help="Who may sell seats over HTTP: secrets, and their file."
    )
    partners.command("secret", short_help="Make a secret and its hash.")(secret)
    partners.command(
        "check", short_help="See whether a file of partners is good.", epilog=_CHECK_EXAMPLE
    )(check)
    app.add_typer(partners, name="partners")


_CHECK_EXAMPLE = "Example: aspan partners check partners.toml"


def secret(as_json: AsJson = False) -> int:
    """Make a secret for a partner, and the hash that goes into the file.

    The secret is printed once and kept nowhere: give it to the partner.
    """
    from aspan.faces.http.partners import hash_secret, make_secret

    made = make_secret()
    hashed = hash_secret(made)
    if as_json:
        print(json.dumps({"secret": made, "hash": hashed}))
    else:
        print(f"secret  {made}\nhash    {hashed}")
    return 0


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of partners in TOML.")],
    as_json: AsJson = False,
) -> int:
    """See whether a file of partners is good, and what each of them may do."""
    from aspan.faces.http.partners import SCOPES, load_partners

    found = load_partners(file)
    rows = [
        {
            "id": one.partner_id,
            "name": one.name,
            "scopes": [scope for scope in SCOPES if scope in one.scopes],
            "rate_per_s": one.rate.per_s,
            "burst": one.rate.burst,
        }
        for one in found.values()
    ]
    if as_json:
        print(json.dumps({"partners": rows}, ensure_ascii=False))
        return 0
    for one in found.values():
        scopes = " ".join(scope for scope in SCOPES if scope in one.scopes)
        print(f"{one.partner_id}  {one.name}  {one.rate.per_s:g}/s  {scopes}")
    return 0
