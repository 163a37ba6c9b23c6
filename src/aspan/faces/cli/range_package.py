"""`aspan range package`, `verify`, `log verify`: evidence that anybody can check."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson
from aspan.faces.cli.range_site import FromCity, StoreName, open_site, read_key

if TYPE_CHECKING:
    from aspan.evidence.package.verify import Checked

OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="New folder.")]
SignKey = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="Key file of who seals it; unsigned if not given."),
]
PackageName = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a package.")]
PublicKey = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="Public key that must have sealed it."),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "package",
        short_help="Put everything of a test site into a folder that anybody can check.",
        epilog="Example: aspan range package runs/site.range --out runs/evidence --key lena.key",
    )(package)
    group.command(
        "verify",
        short_help="Check a package, without a network.",
        epilog="Example: aspan range verify runs/evidence",
    )(verify)
    log = typer.Typer(help="Look at the log of a test site.", no_args_is_help=True)
    log.command(
        "verify",
        short_help="Does the chain of hashes hold.",
        epilog="Example: aspan range log verify runs/site.range",
    )(verify_log)
    log.callback()(_log)
    group.add_typer(log, name="log")


def _log() -> None:
    """Look at the log of a test site."""


def package(
    store: StoreName,
    out: OutFolder,
    key: SignKey = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> None:
    """Judge every run anew and write report, log, cards, telemetry and verdicts, sealed.

    The same log gives the same package, byte for byte. The page report.html tells all of it.
    """
    from aspan import __version__
    from aspan.evidence.package.assemble import assemble, describe_origin, draw_site
    from aspan.evidence.package.contents import REPORT
    from aspan.evidence.package.seal import seal_folder
    from aspan.faces.report.evidence_page import read_package_columns, render_evidence

    signer = read_key(key) if key is not None else None
    with open_site(store, city) as site:
        book = draw_site(site.store, site.city, site.campaign)
        assemble(out, site.store, book)
        city_sha256 = site.city.files_sha256
    page = render_evidence(book, __version__, read_package_columns(out))
    (out / REPORT).write_bytes(page.encode())
    seal = seal_folder(out, describe_origin(book, city_sha256), __version__, signer)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    answer = {
        "folder": str(out),
        "size_bytes": size,
        "runs": len(book.verdicts),
        "log_sha256": book.log_sha256,
        "manifest_sha256": seal.manifest_sha256,
        "signed_by": seal.name,
    }
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    print(f"package   {out}: {len(book.verdicts)} runs, {size / 1e6:.1f} MB; begin with {REPORT}")
    print(f"log       {book.log_events} events, SHA-256 {book.log_sha256}")
    by = f"signed by {seal.name}" if seal.is_signed else "unsigned"
    print(f"sealed    SHA-256 {seal.manifest_sha256}, {by}")


def verify(folder: PackageName, key: PublicKey = None, as_json: AsJson = False) -> int:
    """Say whether every byte of a package is as it was sealed, and all of it fits together.

    Needs nothing but the folder. Exit status 1, with the first thing that does not fit, if
    anything was altered, added, taken away or renamed. A seal without a signature shows that
    nothing changed by accident; with --key it must be signed by that key.
    """
    from aspan.evidence.package.seal import PackageAltered
    from aspan.evidence.package.verify import check_package

    try:
        found = check_package(folder, key)
    except PackageAltered as error:
        answer: dict[str, Any] = {"fits": False, "where": error.field, "problem": str(error)}
        print(json.dumps(answer, ensure_ascii=False) if as_json else f"does NOT fit: {error}")
        return 1
    _print_checked(found, as_json=as_json)
    return 0


def _print_checked(found: "Checked", *, as_json: bool) -> None:
    manifest, seal, book = found.manifest, found.seal, found.book
    twin = sum(run.raw is not None and run.raw.is_twin for run in book.runs)
    if as_json:
        answer = {
            "fits": True,
            "files": len(manifest.files),
            "log_events": book.log_events,
            "log_sha256": book.log_sha256,
            "runs": len(book.verdicts),
            "runs_of_twin": twin,
            "site_id": book.site.site_id,
            "is_training": book.site.is_training,
            "manifest_sha256": seal.manifest_sha256,
            "signed_by": seal.name,
            "public_key": seal.public_key,
            "is_signer_of_site": found.is_signer_of_site,
            "software_version": manifest.software_version,
        }
        print(json.dumps(answer, ensure_ascii=False))
        return
    runs = len(book.verdicts)
    print(f"it fits: {len(manifest.files)} files, {book.log_events} events, {runs} runs")
    print(f"flown     {twin} by the twin, {runs - twin} by an aircraft")
    kind = "a training site" if book.site.is_training else "a site at work"
    print(f"site      {book.site.site_id}, {kind}")
    print(f"manifest  SHA-256 {seal.manifest_sha256}")
    if not seal.is_signed:
        print("unsigned: nothing changed since it was sealed; who sealed it is not shown")
        return
    known = "a person of this site" if found.is_signer_of_site else "NOBODY of this site's log"
    print(f"signed    by {seal.name} ({seal.person_id}), {known}")
    print(f"key       {seal.public_key}: compare it with one you know from elsewhere")


def verify_log(store: StoreName, as_json: AsJson = False) -> int:
    """Say whether every event of a test site's log is as it was written.

    Exit status 1, with the number of the first bad event, if one is not.
    """
    from aspan.evidence.site_store import verify_site
    from aspan.live.sqlite_log import LogDamaged
    from aspan.live.store import parse_store

    answer: dict[str, Any] = {"store": store, "holds": True, "first_bad": None, "problem": ""}
    try:
        found = verify_site(parse_store(store))
        answer |= {"events": found.events, "log_sha256": found.head_sha256}
    except LogDamaged as error:
        answer |= {"holds": False, "first_bad": error.seq, "problem": str(error)}
    if as_json:
        print(json.dumps(answer))
    elif answer["holds"]:
        print(f"the chain holds over {answer['events']:,} events")
        print(f"log sha256 {answer['log_sha256']}")
    else:
        print(f"the chain breaks at event {answer['first_bad']}: {answer['problem']}")
    return 0 if answer["holds"] else 1
