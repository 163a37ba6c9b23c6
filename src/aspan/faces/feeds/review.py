"""A look at anybody's GTFS: what is in it, what is wrong with it, row by row."""

from collections import Counter
from pathlib import Path
from typing import Any

from aspan.primitives.errors import InvalidInput
from aspan.world.feed import Feed, Problem
from aspan.world.readers.gtfs import check_feed, read_feed

SHOWN_MAX = 20
"""Problems a person is shown; the JSON has all that were gathered."""


def review_feed(path: Path) -> dict[str, Any]:
    """Return the answer of `aspan feed check`; `InvalidInput` if there is no such file."""
    if not path.exists():
        raise InvalidInput("FILE", str(path), "a GTFS that exists: a zip, or a folder")
    problems = check_feed(path, label=path.name)
    fatal = [problem for problem in problems if problem.is_fatal]
    answer: dict[str, Any] = {
        "file": str(path),
        "is_valid": not fatal,
        "problems": [_tell(problem) for problem in problems],
        "fatal": len(fatal),
        "notices": len(problems) - len(fatal),
        "counts": {},
        "first_date": None,
        "last_date": None,
    }
    return answer if fatal else answer | _count(read_feed(path, label=path.name))


def _tell(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "expected": problem.expected,
        "is_fatal": problem.is_fatal,
        "line": str(problem),
    }


def _count(feed: Feed) -> dict[str, Any]:
    """Return how much there is of what, and which dates it speaks of."""
    span = feed.calendar()
    modes = Counter(route.mode for route in feed.routes)
    return {
        "counts": {
            "stops": len(feed.stops),
            "routes": len(feed.routes),
            "services": len(feed.services),
            "trips": len(feed.trips),
            "stop_times": len(feed.stop_times.stop),
            "pathways": len(feed.pathways),
            "transfers": len(feed.transfers),
        },
        "modes": dict(sorted(modes.items())),
        "time_zone": feed.time_zone,
        "first_date": None if span is None else span[0].isoformat(),
        "last_date": None if span is None else span[1].isoformat(),
    }


def format_review(answer: dict[str, Any]) -> str:
    """Return the answer for a person."""
    verdict = "can be imported" if answer["is_valid"] else "NOT VALID"
    lines = [f"{answer['file']}: {verdict}"]
    lines += [f"  {count:7d} {name.replace('_', ' ')}" for name, count in answer["counts"].items()]
    if answer["first_date"] is not None:
        lines.append(f"  {answer['first_date']} to {answer['last_date']}, {answer['time_zone']}")
    for is_fatal, title in ((True, "Refused because"), (False, "Put up with")):
        told = [p["line"] for p in answer["problems"] if p["is_fatal"] is is_fatal]
        if told:
            lines += ["", f"{title}:", *(f"  {line}" for line in told[:SHOWN_MAX])]
        if len(told) > SHOWN_MAX:
            lines.append(f"  and {len(told) - SHOWN_MAX} more")
    return "\n".join(lines)
