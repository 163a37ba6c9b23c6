"""What every test shares: hypothesis is keyed too, so a failure today is a failure tomorrow."""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # tables of tests are small, workers many

from hypothesis import HealthCheck, settings

settings.register_profile(
    "each-change",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", parent=settings.get_profile("each-change"), max_examples=2000)
settings.load_profile(os.environ.get("ASPAN_HYPOTHESIS", "each-change"))
