"""Who is known on the test site: enrolment and dismissal."""

from aspan.evidence.approval_rule import suffices
from aspan.evidence.asking import Asking, Decision
from aspan.evidence.card import card_risk
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.orders import Dismiss, Enrol, FoundSite
from aspan.evidence.people import Person
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.signing import is_public_key
from aspan.evidence.site_events import (
    CardHeld,
    PersonDismissed,
    PersonEnrolled,
    SiteEvent,
    SiteFounded,
)

DIRECTOR = "test_director"
TEXT_MAX = 200


def found_site(asking: Asking, order: FoundSite) -> Decision:
    """Begin the site under its id, with its first test director."""
    if asking.state.site_id:
        return refuse(Reason.FOUNDED_ALREADY, f"site {asking.state.site_id} has begun")
    against = _check_person(asking, order.person)
    if against is not None:
        return against
    founded = SiteFounded(**asking.stamp, site_id=order.site_id, is_training=order.is_training)
    return [founded, PersonEnrolled(**asking.stamp, person=order.person)]


def enrol(asking: Asking, order: Enrol) -> Decision:
    """Make a person known; one id is one person, one key is one person's for ever."""
    against = _check_person(asking, order.person)
    if against is not None:
        return against
    return [PersonEnrolled(**asking.stamp, person=order.person)]


def _check_person(asking: Asking, person: Person) -> Refusal | None:
    state = asking.state
    if not (1 <= len(person.person_id) <= TEXT_MAX and 1 <= len(person.name) <= TEXT_MAX):
        text = f"a person has an id and a name of 1 to {TEXT_MAX} characters"
        return refuse(Reason.BAD_ORDER, text)
    if not is_public_key(person.public_key):
        return refuse(Reason.BAD_PUBLIC_KEY, f"public key of {person.person_id}")
    if not person.roles or len(set(person.roles)) < len(person.roles):
        return refuse(Reason.NO_ROLES, f"{person.person_id} needs roles, each once")
    if person.person_id in state.people:
        text = f"{person.person_id} is enrolled; dismiss them before they are enrolled anew"
        return refuse(Reason.PERSON_KNOWN, text)
    holder = state.keys.get(person.public_key)
    if holder is not None and holder != person.person_id:
        return refuse(Reason.KEY_IN_USE, f"the key is that of {holder}")
    return None


def dismiss(asking: Asking, order: Dismiss) -> Decision:
    """Dismiss a person; cards that stand on their approval are held."""
    state = asking.state
    if order.person_id not in state.people:
        return refuse(Reason.UNKNOWN_PERSON, f"{order.person_id} is not enrolled")
    left = [person for name, person in state.people.items() if name != order.person_id]
    if not any(DIRECTOR in person.roles for person in left):
        return refuse(Reason.LAST_DIRECTOR, f"{order.person_id} is the last test director")
    events: list[SiteEvent] = [PersonDismissed(**asking.stamp, person_id=order.person_id)]
    for card_id, record in sorted(state.cards.items()):
        if record.phase is not CardPhase.CLEARED or order.person_id not in record.approvals:
            continue
        others = [p for p in state.approvers(record) if p.person_id != order.person_id]
        if not suffices(card_risk(record.card), others):
            events.append(CardHeld(**asking.stamp, card_id=card_id, version=record.version))
    return events
