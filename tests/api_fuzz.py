"""Fuzz of the description: whatever fits it, and what just does not, is sent to a real service."""

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from aspan.faces.http.problem import MEDIA_TYPE
from selling import Shop, new_key

VERSIONED = "/v1/"


def fuzz(shop: Shop, examples: int, *, seed: int) -> Counter[str]:
    """Send examples of every route under `/v1`; return how often each was answered how.

    No answer may be our fault, every refusal must be a problem, and every status be described.
    """
    document = shop.http.get("/api/openapi/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    met: Counter[str] = Counter()
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # else it raises, as it should
        if operation.path.startswith(VERSIONED):
            _fuzz_one(shop, operation, examples, seed, met)
    return met


def _fuzz_one(
    shop: Shop,
    operation: Any,  # noqa: ANN401
    examples: int,
    seed: int,
    met: Counter[str],
) -> None:
    name = f"{operation.method.upper()} {operation.path}"
    described = set(operation.definition.raw["responses"])
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, is_partner=st.booleans())
    def send(case: Any, is_partner: bool) -> None:  # noqa: ANN401
        headers = dict(case.headers or {})
        headers.setdefault("Idempotency-Key", new_key())
        if is_partner:
            headers.update(shop.partner)
        else:
            headers.pop("Authorization", None)
        case.headers = headers
        answer = case.call(base_url=shop.url)
        met[f"{name} {answer.status_code}"] += 1
        said = f"{name}: {answer.status_code} {answer.text[:400]} for {case.as_curl_command()}"
        assert answer.status_code < 500, said
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == [MEDIA_TYPE], said
            assert answer.json()["code"], said
        is_ours = answer.status_code not in (404, 405)  # a path or method that is not described
        assert not is_ours or str(answer.status_code) in described, said

    send = _seeded(send, seed)
    send()


def _seeded(test: Any, number: int) -> Any:  # noqa: ANN401
    from hypothesis import seed

    return seed(number)(test)
