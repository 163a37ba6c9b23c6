"""The desk of people: whom to reach about a booking, kept in the vault, never on the log.

The vault writes to its own file, in threads of its own here, so that the event loop never waits.
"""

from typing import Final

from aspan.booking.ids import derive_id
from aspan.faces.http.callers import Caller, unauthorized
from aspan.faces.http.problem import Problem
from aspan.faces.http.sales_desk import SalesDesk, check_key, find_held
from aspan.faces.http.wire_sales import (
    BookingRequest,
    ChangeRequest,
    ContactAsked,
    ContactKept,
    HeldBooking,
)
from aspan.faces.http.workers import Workers
from aspan.live.person import Person
from aspan.live.vault import Vault
from aspan.primitives.units import MS_PER_DAY

THREADS: Final = 2
AT_ONCE_MAX: Final = 128


class PeopleDesk:
    """Keeps persons of bookings, and erases them."""

    def __init__(self, desk: SalesDesk, vault: Vault) -> None:
        self._desk = desk
        self._vault = vault
        self._workers = Workers("people", threads=THREADS, at_once_max=AT_ONCE_MAX)

    def close(self) -> None:
        """Begin nothing more."""
        self._workers.close()

    async def hold(
        self, caller: Caller, key: str, asked: BookingRequest, *, lang: str
    ) -> HeldBooking:
        """Hold seats and keep the contact, if one is told, before it is answered.

        If the hold is refused, nobody is kept. Asked again with the same key, the seats are held
        once and whoever was kept first stays.
        """
        if asked.contact is None:
            return await self._desk.hold(caller, key, asked, lang=lang)
        caller.need("bookings")
        person = _read(asked.contact)
        booking_id = derive_id("B", caller.seller, check_key(key))
        person_id = self._vault.name_person(caller.seller, booking_id)
        held = await self._desk.hold(caller, key, asked, lang=lang, person_id=person_id)
        at_ms = self._desk.now_ms()
        await self._workers.run(
            lambda: self._vault.put(
                person,
                seller=caller.seller,
                key=booking_id,
                trip_at_ms=max(at_ms + MS_PER_DAY, held.off_block_at_ms),
                at_ms=at_ms,
            )
        )
        return held

    async def change(
        self, caller: Caller, old_id: str, key: str, asked: ChangeRequest, *, lang: str
    ) -> HeldBooking:
        """Hold other seats, and keep the person for the later of the two trips."""
        held = await self._desk.change(caller, old_id, key, asked, lang=lang)
        if held.person_id:
            await self._workers.run(
                self._vault.keep_until_trip, held.person_id, held.off_block_at_ms
            )
        return held

    async def replace(self, caller: Caller, booking_id: str, contact: ContactAsked) -> ContactKept:
        """Keep another contact for a booking."""
        await self._desk.own(caller, booking_id, "people")
        held = await self._desk.view.ask(lambda engine: find_held(engine, booking_id))
        if held is None or not held.person_id:
            raise Problem("no_contact")
        is_changed = await self._workers.run(
            lambda: self._vault.replace(
                held.person_id,
                _read(contact),
                who=caller.seller,
                why=f"contact of {booking_id}",
                at_ms=self._desk.now_ms(),
            )
        )
        if not is_changed:
            raise Problem("unknown_person")
        return ContactKept(person_id=held.person_id)

    async def erase(self, caller: Caller, person_id: str) -> None:
        """Destroy what is kept of a person; refused to whoever did not tell of them."""
        caller.need("people")
        if caller.scopes is None:
            if not caller.named:
                raise unauthorized("unauthorized")
            named = caller.named
            held = await self._desk.view.ask(lambda engine: find_held(engine, named))
            if held is None or held.person_id != person_id:
                raise Problem("unknown_person")
        at_ms = self._desk.now_ms()

        def destroy() -> bool:
            is_theirs = self._vault.is_given_by(person_id, caller.seller)
            return is_theirs and self._vault.erase(person_id, who=caller.seller, at_ms=at_ms)

        if not await self._workers.run(destroy):
            raise Problem("unknown_person")


def _read(contact: ContactAsked) -> Person:
    return Person(name=contact.name, phone=contact.phone, email=contact.email, lang=contact.lang)
