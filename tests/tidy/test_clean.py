"""No file of ours names a registry or a place on one machine."""

import json
import re
import tomllib

from tidy.sources import ROOT, list_files, name_of, read_text

# Written in pieces, so that this file does not hold what it forbids.
REGISTRIES = [
    "python" + "hosted.org",
    "pypi" + ".org/simple",
    "registry." + "npmjs",
    "npm" + "mirror",
    "index" + "-url",
    "find" + "-links",
]
FOLDERS = ["/" + "opt/", "/" + "root/", "/" + "work/", "/" + "home/", "/" + "Users/"]
PLACES = re.compile("|".join(rf"(?<![\w.>~/\-]){re.escape(name)}" for name in FOLDERS))
BINARY = {".npz", ".zip", ".png", ".jpg", ".woff2", ".gz", ".parquet", ".pmtiles"}


def test_no_registry_address() -> None:
    """No tracked file holds the address of a package registry."""
    found = [
        f"{name_of(path)}: {address}"
        for path in list_files()
        if path.suffix not in BINARY
        for address in REGISTRIES
        if address in read_text(path)
    ]
    assert not found, "\n" + "\n".join(found)


def test_no_path_of_one_machine() -> None:
    """No tracked file names a folder that only one machine has."""
    found = [
        f"{name_of(path)}:{number} {line.strip()[:80]}"
        for path in list_files()
        if path.suffix not in BINARY
        for number, line in enumerate(read_text(path).splitlines(), 1)
        if PLACES.search(line)
    ]
    assert not found, "\n" + "\n".join(found)


def test_npm_lock_holds_no_addresses() -> None:
    """A package-lock.json records versions and hashes, not where they were downloaded."""
    locks = [path for path in list_files() if path.name == "package-lock.json"]
    for lock in locks:
        packages = json.loads(read_text(lock))["packages"]
        assert [name for name, entry in packages.items() if "resolved" in entry] == []
        unhashed = [
            name
            for name, entry in packages.items()
            if name and not entry.get("link") and "integrity" not in entry
        ]
        assert unhashed == []


def test_no_resolver_lock_is_tracked() -> None:
    """`uv.lock` and `pylock.toml` record addresses, so they are not tracked."""
    assert [p for p in list_files() if p.name in {"uv.lock", "pylock.toml"}] == []


def test_every_requirement_is_pinned_and_hashed() -> None:
    """Each requirement is one exact version with at least one SHA-256."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for block in re.split(r"\n(?=\S)", read_text(path).strip()):
            assert re.match(r"[\w.\-\[\]]+==\S+", block), block.splitlines()[0]
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_checks_use_the_versions_that_run() -> None:
    """A package named in both exports has one version."""
    pins = [
        dict(re.findall(r"^([\w.\-]+)==(\S+)", read_text(ROOT / "requirements" / name), re.M))
        for name in ("run.txt", "dev.txt")
    ]
    assert {name: pins[1].get(name) for name in pins[0]} == pins[0]


def test_every_dependency_is_in_the_export() -> None:
    """What pyproject asks for is what the exports install."""
    project = tomllib.loads(read_text(ROOT / "pyproject.toml"))["project"]
    exported = set(re.findall(r"^([\w.\-]+)==", read_text(ROOT / "requirements" / "dev.txt"), re.M))
    extras = project["optional-dependencies"]
    asked = project["dependencies"] + extras["server"] + extras["dev"]
    names = {re.split(r"[\[<>=!;~ ]", each)[0].lower() for each in asked} - {"aspan"}
    assert names - exported == set()
