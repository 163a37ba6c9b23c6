"""`aspan study list`: the studies that are shipped for a city, with the question each asks."""

import json
from typing import Any

import typer

from aspan.faces.cli.options import AsJson, CityName

NAME_WIDTH = 18


def register(group: typer.Typer) -> None:
    """Add the command to `aspan study`."""
    group.command("list")(list_studies)


def list_studies(city: CityName, as_json: AsJson = False) -> int:
    """Name the studies that are shipped for a city; each is asked with `--study NAME`."""
    from aspan.studies.study_file import list_studies as list_files
    from aspan.studies.study_file import read_study

    rows: list[dict[str, Any]] = []
    for path in list_files(city):
        study = read_study(path)
        rows.append(
            {
                "study": study.study_id,
                "question": study.question.en,
                "search": study.is_search,
                "variants": [variant.variant_id for variant in study.variants],
                "file": str(path),
            }
        )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['study']:<{NAME_WIDTH}}{row['question']}")
    if not rows:
        print(f"no study is shipped for {city}; aspan study {city} --study FILE asks one of yours")
    return 0
