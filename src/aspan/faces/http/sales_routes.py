"""The routes of bookings: hold, confirm, look, change, cancel, choose; for partners and our pages.

Each documents what it takes and how it is refused; what it does is `sales_desk.py`'s. The two that
a sale is made of are answered sooner by `sales_front.py`, with the same words.
"""

from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from aspan.faces.http.people_desk import PeopleDesk
from aspan.faces.http.problem import Problem, lang_of
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import (
    BEARER,
    BODY_BYTES_MAX,
    FRESH,
    IdempotencyKey,
    LangParam,
    NamedId,
    caller_of,
    only_json,
    refusals,
    repeated,
)
from aspan.faces.http.sales_desk import SalesDesk
from aspan.faces.http.sales_reader import SalesReader
from aspan.faces.http.wire_sales import (
    BookingPage,
    BookingRequest,
    CancellationDone,
    CancellationTerms,
    ChangeRequest,
    ConfirmationRequest,
    ConfirmedBooking,
    ContactAsked,
    ContactKept,
    HeldBooking,
    ReceiptPage,
    RemedyRequest,
)
from aspan.primitives.units import MS_PER_S

TAG = ["bookings"]


def sales_routes(
    desk: SalesDesk, reader: SalesReader, people: PeopleDesk
) -> list[ControllerRouterHandler]:
    """Return the routes of bookings."""
    return [
        *_buying_routes(desk, people),
        *_looking_routes(desk, reader),
        *_ending_routes(desk, reader),
        *_people_routes(desk, people),
    ]


def _buying_routes(desk: SalesDesk, people: PeopleDesk) -> list[ControllerRouterHandler]:
    @post(
        "/v1/bookings",
        summary=f"Hold seats, {desk.hold_ms // MS_PER_S} s; 201 held, 200 if asked before the same",
        tags=TAG,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses={**repeated(HeldBooking), **refusals("hold")},
    )
    async def hold(
        request: Request[Any, Any, Any],
        data: JSONBody[BookingRequest],
        key: IdempotencyKey = "",
        lang: LangParam = "",
    ) -> Response[HeldBooking]:
        caller = caller_of(desk.callers, request)
        held = await people.hold(caller, key, data, lang=lang_of(request))
        return Response(held, status_code=200 if held.is_repeated else 201, headers=FRESH)

    @post(
        "/v1/bookings/{booking_id:str}/confirmation",
        summary="Confirm a held booking with an authorised payment; repeated, it changes nothing",
        tags=TAG,
        status_code=200,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("confirm"),
    )
    async def confirm(
        request: Request[Any, Any, Any],
        booking_id: NamedId,
        data: JSONBody[ConfirmationRequest],
        lang: LangParam = "",
    ) -> Response[ConfirmedBooking]:
        caller = caller_of(desk.callers, request)
        return Response(await desk.confirm(caller, booking_id, data.payment_id), headers=FRESH)

    @post(
        "/v1/bookings/{booking_id:str}/change",
        summary="Hold other seats for the same travellers; confirmed, they replace this booking",
        tags=TAG,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses={**repeated(HeldBooking), **refusals("change")},
    )
    async def change(
        request: Request[Any, Any, Any],
        booking_id: NamedId,
        data: JSONBody[ChangeRequest],
        key: IdempotencyKey = "",
        lang: LangParam = "",
    ) -> Response[HeldBooking]:
        caller = caller_of(desk.callers, request)
        held = await people.change(caller, booking_id, key, data, lang=lang_of(request))
        return Response(held, status_code=200 if held.is_repeated else 201, headers=FRESH)

    return [hold, confirm, change]


def _looking_routes(desk: SalesDesk, reader: SalesReader) -> list[ControllerRouterHandler]:
    @get(
        "/v1/bookings/{booking_id:str}",
        summary="A booking, all of it: status, times, what to do now, what may be chosen",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("look"),
    )
    async def booking(
        request: Request[Any, Any, Any], booking_id: NamedId, lang: LangParam = ""
    ) -> Response[BookingPage]:
        await desk.own(caller_of(desk.callers, request), booking_id)
        return Response(await reader.page(booking_id, lang_of(request)), headers=FRESH)

    @get(
        "/v1/bookings/{booking_id:str}/receipt",
        summary="What was paid and paid back for a booking",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("look"),
    )
    async def receipt(
        request: Request[Any, Any, Any], booking_id: NamedId, lang: LangParam = ""
    ) -> Response[ReceiptPage]:
        await desk.own(caller_of(desk.callers, request), booking_id)
        return Response(await reader.receipt(booking_id, lang_of(request)), headers=FRESH)

    @get(
        "/v1/bookings/{booking_id:str}/cancellation",
        summary="What cancelling would pay back now",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("look"),
    )
    async def terms(
        request: Request[Any, Any, Any], booking_id: NamedId, lang: LangParam = ""
    ) -> Response[CancellationTerms]:
        await desk.own(caller_of(desk.callers, request), booking_id)
        return Response(await reader.terms(booking_id, lang_of(request)), headers=FRESH)

    return [booking, receipt, terms]


def _ending_routes(desk: SalesDesk, reader: SalesReader) -> list[ControllerRouterHandler]:
    @post(
        "/v1/bookings/{booking_id:str}/cancellation",
        summary="Cancel a booking, or give a hold back; repeated, it changes nothing",
        tags=TAG,
        status_code=200,
        security=BEARER,
        guards=[only("lang")],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("cancel"),
    )
    async def cancel(
        request: Request[Any, Any, Any], booking_id: NamedId, lang: LangParam = ""
    ) -> Response[CancellationDone]:
        if (await request.body()).strip() not in (b"", b"{}"):
            raise Problem("no_body", field="body")
        return Response(
            await desk.cancel(caller_of(desk.callers, request), booking_id), headers=FRESH
        )

    @post(
        "/v1/bookings/{booking_id:str}/remedy",
        summary="Choose among what is open to a passenger whose flight cannot go as planned",
        tags=TAG,
        status_code=200,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("remedy"),
    )
    async def remedy(
        request: Request[Any, Any, Any],
        booking_id: NamedId,
        data: JSONBody[RemedyRequest],
        lang: LangParam = "",
    ) -> Response[BookingPage]:
        caller = caller_of(desk.callers, request)
        await desk.choose(caller, booking_id, data)
        return Response(await reader.page(booking_id, lang_of(request)), headers=FRESH)

    return [cancel, remedy]


def _people_routes(desk: SalesDesk, people: PeopleDesk) -> list[ControllerRouterHandler]:
    @put(
        "/v1/bookings/{booking_id:str}/contact",
        summary="Tell anew whom to reach about a booking; kept apart from the log",
        tags=["people"],
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("contact"),
    )
    async def contact(
        request: Request[Any, Any, Any],
        booking_id: NamedId,
        data: JSONBody[ContactAsked],
        lang: LangParam = "",
    ) -> Response[ContactKept]:
        caller = caller_of(desk.callers, request)
        return Response(await people.replace(caller, booking_id, data), headers=FRESH)

    @delete(
        "/v1/people/{person_id:str}",
        summary="Erase a person: the key is destroyed, the bookings stay without a name",
        tags=["people"],
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("erase"),
    )
    async def erase(
        request: Request[Any, Any, Any], person_id: NamedId, lang: LangParam = ""
    ) -> None:
        await people.erase(caller_of(desk.callers, request), person_id)

    return [contact, erase]
