"""Sensors of a run: what instruments read of the truth, with offset, noise and missing readings."""

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import draw_normal, stream_key
from aspan.twin.card_noise import draws, normals
from aspan.twin.card_place import Sensors
from aspan.world.telemetry import CHANNELS

Floats = NDArray[np.float64]


def read_sensors(truth: dict[str, Floats], sensors: Sensors, seed: int) -> dict[str, Floats]:
    """Return what is read of each channel; a heading within the circle, a speed without a sign."""
    columns: dict[str, Floats] = {}
    for channel in CHANNELS:
        true = truth[channel.name]
        sigma = sensors.noise_scale * channel.noise
        offset = sensors.bias_share * sigma * draw_normal(seed, "offset", channel.name)
        read = normals(stream_key(seed, "reading", channel.name), len(true))
        read *= sigma
        read += true
        read += offset
        if sensors.drop_share > 0.0:
            key = stream_key(seed, "missing", channel.name)
            read[draws(key, len(true)) < sensors.drop_share] = np.nan
        columns[channel.name] = read
    columns["heading_deg"] %= 360.0
    np.abs(columns["ground_speed_mps"], out=columns["ground_speed_mps"])
    return columns
