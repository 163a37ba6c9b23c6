"""Airspace: one-way lanes over the terrain, cells held in time, operational intents, conformance.

Theory of operation: a lane is laid once over the ground (`lanes`), cut into cells whose possible
conflicts are tabled (`cells`). A sortie's trajectory (`trajectory`) is the lane's vertices with
times for the wind; it is granted a lift-off when all its cells are free (`reservations`,
`departures`), published as 4D volumes (`intents`, `volume4d`) and checked a second time by them
(`deconfliction`). In flight, reports are held against it (`conformance`). Which lanes enter which
geozone is in `geozones`, what is heard on the ground in `noise`.
Not here: who flies when, and what happens on the ground of a vertiport.
Start reading in `lanes.py`.
"""

__all__ = [
    "cells",
    "conformance",
    "deconfliction",
    "departures",
    "geozones",
    "intents",
    "lanes",
    "noise",
    "profile",
    "reservations",
    "route",
    "slots",
    "trajectory",
    "volume4d",
]
