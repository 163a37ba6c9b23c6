"""The desk of people: whom to reach about a booking, kept in the vault, never on the log.

The vault writes to its own file, in threads of its own here, so that the event loop never waits.
"""

from typing import Final

from aspan.booking.ids import derive_id
from aspan.faces.http.callers import Caller, unauthorized
from aspan.faces.http.problem import Problem
from aspan.faces.http.sales_desk import SalesDesk, check_key, find_held
from aspan.faces.http.wire_sales import BookingRequest, ContactAsked, ContactKept, HeldBooking
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
        self, caller: Caller, key: str, asked: BookingRequest, *, body: bytes, lang: str
    ) -> HeldBooking:
        """Hold seats; the contact, if one is told, is kept first.

        If the hold is refused, nobody is kept for it.
        """
        contact = asked.contact
        if contact is None:
            return await self._desk.hold(caller, key, asked, body=body, lang=lang)
        caller.need("bookings")
        booking_id = derive_id("B", caller.seller, check_key(key))
        at_ms = self._desk.now_ms()
        person_id = await self._workers.run(
            lambda: self._vault.put(
                _read(contact),
                seller=caller.seller,
                key=booking_id,
                trip_at_ms=at_ms + MS_PER_DAY,
                at_ms=at_ms,
            )
        )
        try:
            held = await self._desk.hold(
                caller, key, asked, body=body, lang=lang, person_id=person_id
            )
        except Problem:
            if await self._desk.view.ask(lambda engine: find_held(engine, booking_id)) is None:
                await self._workers.run(
                    lambda: self._vault.erase(
                        person_id,
                        who=caller.seller,
                        at_ms=at_ms,
                        why="nothing was held",
                        may_return=True,
                    )
                )
            raise
        off_ms = held.off_block_at_ms
        if off_ms > at_ms + MS_PER_DAY:
            await self._workers.run(self._vault.keep_until_trip, person_id, off_ms)
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
            given = [one for one in self._vault.list_access(person_id) if one.what == "given"]
            is_theirs = any(one.who == caller.seller for one in given)
            return is_theirs and self._vault.erase(person_id, who=caller.seller, at_ms=at_ms)

        if not await self._workers.run(destroy):
            raise Problem("unknown_person")


def _read(contact: ContactAsked) -> Person:
    return Person(name=contact.name, phone=contact.phone, email=contact.email, lang=contact.lang)
