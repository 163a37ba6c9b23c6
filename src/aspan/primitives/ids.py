"""Typed identifiers, so that a stand cannot be passed for a sortie."""

from typing import NewType

CityId = NewType("CityId", str)
VertiportId = NewType("VertiportId", str)
FatoId = NewType("FatoId", str)
StandId = NewType("StandId", str)
ChargerId = NewType("ChargerId", str)
AircraftTypeId = NewType("AircraftTypeId", str)
AircraftId = NewType("AircraftId", str)
PilotId = NewType("PilotId", str)
SortieId = NewType("SortieId", str)
BookingId = NewType("BookingId", str)
PaymentId = NewType("PaymentId", str)
TripId = NewType("TripId", str)
LaneId = NewType("LaneId", str)
ZoneId = NewType("ZoneId", str)
GeozoneId = NewType("GeozoneId", str)
PlaceId = NewType("PlaceId", str)
