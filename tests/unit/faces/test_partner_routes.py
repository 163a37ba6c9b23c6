"""Where a partner may have itself told: never to what stands beside a service others can reach."""

import pytest

from aspan.faces.http.partner_routes import check_url
from aspan.faces.http.problem import Problem


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379/",
        "https://127.0.0.1/",
        "https://10.0.0.7/hook",
        "https://[::1]/hook",
        "https://2130706433/hook",
        "https://localhost/hook",
        "https://printer.local/hook",
        "http://example.kz/hook",
    ],
)
def test_only_a_local_service_tells_its_neighbours(url: str) -> None:
    """Plain addresses and unencrypted ones are taken only where nobody else can ask."""
    check_url(url, is_local=True)
    with pytest.raises(Problem) as told:
        check_url(url, is_local=False)
    assert told.value.code == "invalid_url"


def test_a_partner_on_the_network_is_told_by_name() -> None:
    """A name over https is taken anywhere."""
    check_url("https://hooks.example.kz/aspan", is_local=False)
