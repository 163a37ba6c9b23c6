"""Refusals of the test site: every reason there is, and what goes with it."""

from enum import StrEnum

import msgspec

from aspan.evidence.go_no_go_list import GoNoGo


class Reason(StrEnum):
    """Why the test site says no."""

    BAD_SIGNATURE = "bad_signature"
    ANOTHER_SITE = "another_site"
    UNKNOWN_PERSON = "unknown_person"
    PERSON_DISMISSED = "person_dismissed"
    BAD_ORDER = "bad_order"
    BAD_REPORT = "bad_report"
    KEY_REUSED = "key_reused"
    CLOCK_BACK = "clock_back"
    FIRST_NOT_DIRECTOR = "first_not_director"
    FOUNDED_ALREADY = "founded_already"
    ROLE_NOT_ENTITLED = "role_not_entitled"

    BAD_PUBLIC_KEY = "bad_public_key"
    KEY_IN_USE = "key_in_use"
    PERSON_KNOWN = "person_known"
    NO_ROLES = "no_roles"
    LAST_DIRECTOR = "last_director"

    UNKNOWN_CARD = "unknown_card"
    CARD_UNCHANGED = "card_unchanged"
    VERSION_REUSED = "version_reused"
    CARD_IMPOSSIBLE = "card_impossible"
    LIMIT_IMPOSSIBLE = "limit_impossible"
    UNKNOWN_CHANNEL = "unknown_channel"
    ENVELOPE_IMPOSSIBLE = "envelope_impossible"
    MINIMA_EMPTY = "minima_empty"
    UNKNOWN_VOLUME = "unknown_volume"
    UNKNOWN_REQUIREMENT = "unknown_requirement"

    OWN_CARD = "own_card"
    VERSION_NOT_NEWEST = "version_not_newest"
    APPROVED_ALREADY = "approved_already"
    NOT_APPROVED = "not_approved"

    SLOT_KNOWN = "slot_known"
    SLOT_IMPOSSIBLE = "slot_impossible"
    SLOT_PAST = "slot_past"
    SLOT_TOO_SHORT = "slot_too_short"
    SLOT_OUTSIDE_DAYLIGHT = "slot_outside_daylight"
    VOLUMES_MISSING = "volumes_missing"
    VOLUME_TAKEN = "volume_taken"
    AIRCRAFT_TAKEN = "aircraft_taken"
    PERSON_TAKEN = "person_taken"
    RESOURCES_TAKEN = "resources_taken"
    UNKNOWN_AIRCRAFT = "unknown_aircraft"
    CREW_INCOMPLETE = "crew_incomplete"
    CREW_NOT_ENTITLED = "crew_not_entitled"
    CREW_DUTY = "crew_duty"
    CREW_REST = "crew_rest"
    LINE_TRAFFIC = "line_traffic"
    UNKNOWN_SLOT = "unknown_slot"
    SLOT_FREED = "slot_freed"
    SLOT_USED = "slot_used"
    SLOT_OF_ANOTHER_CARD = "slot_of_another_card"
    SLOT_NOT_NOW = "slot_not_now"

    UNKNOWN_LINE = "unknown_line"
    LINE_TWICE = "line_twice"
    NO_GO = "no_go"
    RUN_KNOWN = "run_known"
    UNKNOWN_RUN = "unknown_run"
    NOT_RELEASED = "not_released"
    RELEASE_OLD = "release_old"
    BEGUN_ALREADY = "begun_already"
    AIRCRAFT_BUSY = "aircraft_busy"
    PERSON_BUSY = "person_busy"
    VOLUME_BUSY = "volume_busy"
    NOT_UNDER_WAY = "not_under_way"
    NOT_BEGUN = "not_begun"
    NOT_ENDED = "not_ended"
    UNKNOWN_LIMIT = "unknown_limit"
    LIMIT_UNANSWERED = "limit_unanswered"
    NO_TELEMETRY = "no_telemetry"
    MANIFEST_CHANGED = "manifest_changed"
    UNKNOWN_RECORDER = "unknown_recorder"
    REVIEWED_ALREADY = "reviewed_already"
    WEATHER_OLDER = "weather_older"
    TEXT_EMPTY = "text_empty"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The answer no.

    Parameters
    ----------
    detail
        Names the thing, its value and the bound.
    go_no_go
        The evaluated list, where it said no.
    """

    reason: Reason
    detail: str
    go_no_go: GoNoGo | None = None


def refuse(reason: Reason, detail: str) -> Refusal:
    """Return a refusal."""
    return Refusal(reason=reason, detail=detail)
