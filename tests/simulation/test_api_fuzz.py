"""The description holds: nothing that is sent by it makes the service fail."""

from pathlib import Path

from api_fuzz import VERSIONED, fuzz
from selling import open_shop

EXAMPLES = 3


def test_no_route_fails_whatever_is_sent(tmp_path: Path) -> None:
    """A few requests of every kind: no 5xx, every refusal a problem, every status described."""
    with open_shop(tmp_path) as shop:
        met = fuzz(shop, EXAMPLES, seed=1)
        assert shop.hold()["status"] == "held"
    assert len({name.rpartition(" ")[0] for name in met}) >= 18


def test_every_route_is_described(tmp_path: Path) -> None:
    """Each route under `/v1` has a summary, its refusals with their codes, and who may ask."""
    with open_shop(tmp_path) as shop:
        paths = shop.http.get("/api/openapi/openapi.json").json()["paths"]
        codes = {line["code"] for line in shop.http.get("/v1/problems").json()["problems"]}
    told: set[str] = set()
    for path, operations in paths.items():
        for operation in operations.values() if path.startswith(VERSIONED) else ():
            assert operation["summary"], path
            for status, answer in operation["responses"].items():
                if "code: " in answer["description"]:
                    assert status >= "400"
                    told |= set(answer["description"].removeprefix("code: ").split(", "))
    assert told <= codes
    assert len(told) >= 50
