"""An invented seller of seats and an invented bank, so that booking's pages can be tried alone.

It answers `/v1/bookings`, `/v1/payments` and `/v1/departures` in the shape the page expects; the
bank's page stands at `/bank/ID`. A test sets what is refused, how the bank behaves and how a trip
goes on. No number here means anything.
"""

import asyncio
from typing import Any, Literal

import msgspec
import segno
from litestar import MediaType, Request, Response, delete, get, post, put
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from aspan.faces.http.wire_sales import BookingRequest, ContactAsked
from aspan.live.person import Person
from aspan.primitives.errors import InvalidInput
from web.scripted_day import BEGIN_MS
from web.scripted_sales_words import PROBLEMS, WORDS, fare_of
from web.scripted_trips import AIRPORT, MIN_MS, NAMES, SQUARE

Bank = Literal["page", "direct", "declines", "slow"]
Ask = Request[Any, Any, Any]
NOW_MS = BEGIN_MS + MIN_MS
LEAVES_MS = BEGIN_MS + 21 * MIN_MS
SLOW_S = 1.0
OPEN = ("held", "confirmed", "checked_in")


class ScriptedSales:
    """The routes of an invented seller, what was asked of it, and what it will say.

    Parameters
    ----------
    refuses
        Code of the refusal of the next holds and changes; none if empty. It is kept under the key.
    refuses_confirming
        Code of the refusal of the next confirmations; none if empty.
    bank
        page: the passenger is sent to the bank's page. direct: authorised at once. declines: said
        no at once. slow: keeps saying that the payment is asked for.
    """

    def __init__(self) -> None:
        self.refuses = ""
        self.refuses_confirming = ""
        self.bank: Bank = "page"
        self.is_hold_over = False
        self.answers_late = False
        self.bookings: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.contacts: dict[str, Any] = {}

    def count(self, method: str, path: str) -> int:
        """Return how many requests came to a path."""
        return sum(1 for did, at, _ in self.asked if did == method and at == path)

    def tell(self, step: str, status: str = "confirmed", **live: object) -> None:
        """Let the newest booking stand at a step."""
        booking = list(self.bookings.values())[-1]
        booking["status"] = status
        booking["live"] = {"step": step, **live}

    def book(self, status: str = "confirmed", step: str = "on_the_way") -> tuple[str, str]:
        """Return the id and the token of a booking made beside the page."""
        booking = self._new([{"kind": "adult", "needs": []}, {"kind": "child", "needs": []}])
        booking |= {"status": status, "live": {"step": step}, "payment_id": "PX"}
        return booking["booking_id"], booking["token"]

    def _new(self, travellers: list[dict[str, Any]], replaces: str = "") -> dict[str, Any]:
        number = len(self.bookings) + 1
        booking = {
            "booking_id": f"BTEST{number}", "token": f"a1.t{number}", "status": "held",
            "live": {"step": "pay"}, "travellers": travellers, "payment_id": "", "refund_tiyn": 0,
            "person_id": "", "replaces": replaces, "replaced_by": "", "care": [], "remedies": [],
            "leaves_at_ms": LEAVES_MS, "seq": 1,
        }  # fmt: skip
        self.bookings[str(booking["booking_id"])] = booking
        return booking

    def _held(self, booking: dict[str, Any], lang: str, *, is_repeated: bool) -> Response[Any]:
        body = {
            "booking_id": booking["booking_id"], "status": booking["status"], "sortie_id": "S7",
            "origin": "AIRPORT", "destination": "CENTRE",
            "off_block_at_ms": booking["leaves_at_ms"],
            "promised_arrival_at_ms": BEGIN_MS + 44 * MIN_MS, "on_time_chance": 0.93,
            "party": len(booking["travellers"]), "payload_kg": 87.0,
            "fare": fare_of(count_seats(booking), lang),
            "expires_at_ms": NOW_MS + 2 * MIN_MS, "person_id": booking["person_id"],
            "replaces": booking["replaces"], "is_repeated": is_repeated,
            "access_token": booking["token"],
        }  # fmt: skip
        return Response(body, status_code=200 if is_repeated else 201)

    def _page(self, booking: dict[str, Any], lang: str) -> dict[str, Any]:
        """Return a booking as its page is told."""
        words = WORDS[lang]
        party = len(booking["travellers"])
        fare = fare_of(count_seats(booking), lang)
        leaves = booking["leaves_at_ms"]
        live = {
            "step": "pay", "text": "", "until_ms": leaves - 5 * MIN_MS, "delay_ms": 0,
            "reason": "", "reason_text": "", "aircraft_id": "EV-03", "stand_id": "AIRPORT-S2",
            "position": None, "path": [list(AIRPORT), list(SQUARE)], **booking["live"],
        }  # fmt: skip
        delay = int(live["delay_ms"])
        booking["seq"] += 1
        refund = fare["total_tiyn"] * 9 // 10
        return {
            "seq": booking["seq"], "now_ms": NOW_MS, "time_zone": "Asia/Almaty",
            **{key: booking[key] for key in (
                "booking_id", "status", "travellers", "payment_id", "refund_tiyn", "person_id",
                "replaces", "replaced_by",
            )},
            "party": party, "payload_kg": 87.0, "fare": fare,
            "expires_at_ms": NOW_MS + 2 * MIN_MS if booking["status"] == "held" else None,
            "is_ticket_ready": booking["status"] in ("confirmed", "checked_in", "boarded"),
            "trip": {
                "sortie_id": "S7", "origin": site("AIRPORT", NAMES[lang][0], AIRPORT),
                "destination": site("CENTRE", NAMES[lang][1], SQUARE),
                "from": [43.3466, 77.0121], "to": [43.2389, 76.9453],
                "leave_at_ms": leaves - 19 * MIN_MS, "be_there_at_ms": leaves - 10 * MIN_MS,
                "off_block_at_ms": leaves + delay, "planned_off_block_at_ms": leaves,
                "on_block_at_ms": leaves + 9 * MIN_MS + delay,
                "arrive_at_ms": leaves + 19 * MIN_MS + delay,
                "promised_arrival_at_ms": leaves + 23 * MIN_MS, "on_time_chance": 0.93,
                "access": [{"kind": "walk", "duration_ms": 5 * MIN_MS}],
                "egress": [{"kind": "car", "duration_ms": 8 * MIN_MS}],
            },
            "live": live,
            "care": [one | {"text": one["text"][lang]} for one in booking["care"]],
            "remedies": [one | {"text": one["text"][lang]} for one in booking["remedies"]],
            "remedies_until_ms": NOW_MS + 9 * MIN_MS if booking["remedies"] else None,
            "cancellation": {
                "is_open": booking["status"] in OPEN, "refund_tiyn": refund,
                "fee_tiyn": fare["total_tiyn"] - refund, "until_ms": leaves - 60 * MIN_MS,
                "reason": "", "text": words["conditions"],
            },
            "conditions": tell_conditions(fare["total_tiyn"], leaves)
            if booking["status"] in OPEN else None,
        }  # fmt: skip

    def _find(self, request: Ask, booking_id: str) -> dict[str, Any] | None:
        booking = self.bookings.get(booking_id)
        told = request.headers.get("authorization", "")
        return booking if booking is not None and told == f"Bearer {booking['token']}" else None

    def _refuse(self, key: str) -> bool:
        """Say whether what is asked under a key is refused, as it was before under the same key."""
        if self.refuses:
            self.refused.setdefault(key, self.refuses)
        return key in self.refused

    async def _note(self, request: Ask) -> tuple[str, dict[str, Any], str]:
        """Keep what is asked; return its key, body and language."""
        raw = await request.body()
        body = msgspec.json.decode(raw) if raw else {}
        key = request.headers.get("idempotency-key", "")
        self.asked.append((request.method, request.url.path, {"key": key, **body}))
        if self.answers_late:
            await asyncio.sleep(SLOW_S)
        return key, body, request.query_params.get("lang", "en")

    def routes(self) -> list[ControllerRouterHandler]:
        """Return the routes of the seller and of the bank."""
        return [*self._selling(), *self._booked(), *self._paying(), *self._bank_page()]

    def _selling(self) -> list[ControllerRouterHandler]:
        @post("/v1/bookings")
        async def hold(request: Ask) -> Response[Any]:
            key, body, lang = await self._note(request)
            if self._refuse(key):
                return problem(self.refused[key], lang)
            if not is_taken_in(body, BookingRequest):
                return problem("invalid_value", lang)
            if key in self.keys:
                return self._held(self.bookings[self.keys[key]], lang, is_repeated=True)
            booking = self._new(body["travellers"])
            if "contact" in body:
                booking["person_id"] = f"p{booking['booking_id']}"
                self.contacts[booking["person_id"]] = body["contact"]
            self.keys[key] = booking["booking_id"]
            return self._held(booking, lang, is_repeated=False)

        @get("/v1/departures")
        async def departures(request: Ask) -> Response[Any]:
            _, _, lang = await self._note(request)
            party = int(request.query_params["party"])
            found = [
                {
                    "origin": "AIRPORT", "destination": "CENTRE", "sortie_id": None,
                    "off_block_at_ms": LEAVES_MS + i * 30 * MIN_MS,
                    "on_block_at_ms": LEAVES_MS + (i * 30 + 9) * MIN_MS, "seats_left": i,
                    "fare": fare_of(party, lang), "token": f"o1.d{i}",
                    "valid_until_ms": NOW_MS + 6 * MIN_MS,
                }
                for i in range(1, 5)
            ]  # fmt: skip
            return Response({"now_ms": NOW_MS, "time_zone": "Asia/Almaty", "departures": found,
                             "reason": "", "text": ""})  # fmt: skip

        return [hold, departures]

    def _booked(self) -> list[ControllerRouterHandler]:
        @get("/v1/bookings/{booking_id:str}")
        async def booking_page(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            lang = request.query_params.get("lang", "en")
            booking = self._find(request, booking_id)
            if booking is None:
                return problem("unknown_booking", lang)
            if self.is_hold_over and booking["status"] == "held":
                booking |= {"status": "expired", "live": {"step": "expired"}}
            return Response(self._page(booking, lang))

        @post("/v1/bookings/{booking_id:str}/confirmation", status_code=200)
        async def confirm(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            _, body, lang = await self._note(request)
            booking = self._find(request, booking_id)
            if booking is None:
                return problem("unknown_booking", lang)
            if self.refuses_confirming:
                return problem(self.refuses_confirming, lang)
            if booking["status"] == "expired" or self.is_hold_over:
                return problem("hold_expired", lang)
            if booking["status"] == "confirmed":
                return Response({"booking_id": booking_id, "is_repeated": True})
            booking |= {"status": "confirmed", "payment_id": body["payment_id"]}
            booking["live"] = {"step": "on_the_way"}
            old = self.bookings.get(booking["replaces"])
            if old is not None:
                old |= {"status": "rebooked", "replaced_by": booking_id}
                old["live"] = {"step": "rebooked"}
            return Response({"booking_id": booking_id, "status": "confirmed"})

        @get("/v1/bookings/{booking_id:str}/cancellation")
        async def cost(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            lang = request.query_params.get("lang", "en")
            return Response(self._page(self.bookings[booking_id], lang)["cancellation"])

        @post("/v1/bookings/{booking_id:str}/cancellation", status_code=200)
        async def cancel(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            _, _, lang = await self._note(request)
            booking = self.bookings[booking_id]
            told = self._page(booking, lang)["cancellation"]
            paid = booking["status"] != "held"
            booking |= {"status": "cancelled", "refund_tiyn": told["refund_tiyn"] if paid else 0}
            booking["live"] = {"step": "cancelled"}
            return Response({"booking_id": booking_id, "status": "cancelled"} | told)

        return [booking_page, confirm, cost, cancel, *self._exchanging(), *self._papers()]

    def _exchanging(self) -> list[ControllerRouterHandler]:
        @post("/v1/bookings/{booking_id:str}/change")
        async def change(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            key, body, lang = await self._note(request)
            if self._refuse(key):
                return problem(self.refused[key], lang)
            if key not in self.keys:
                old = self.bookings[booking_id]
                new = self._new(old["travellers"], replaces=booking_id)
                new["leaves_at_ms"] = LEAVES_MS + int(body["offer"][-1]) * 30 * MIN_MS
                self.keys[key] = new["booking_id"]
            return self._held(self.bookings[self.keys[key]], lang, is_repeated=False)

        @post("/v1/bookings/{booking_id:str}/remedy", status_code=200)
        async def remedy(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            _, body, lang = await self._note(request)
            booking = self.bookings[booking_id]
            booking["remedies"] = []
            if body["remedy"] == "refund":
                fare = fare_of(len(booking["travellers"]), lang)
                booking |= {"status": "refunded", "refund_tiyn": fare["total_tiyn"]}
                booking["live"] = {"step": "refunded"}
            elif body["remedy"] == "ground":
                booking |= {"status": "refunded", "live": {"step": "ride"}}
            else:
                booking |= {"live": {"step": "on_the_way"}, "leaves_at_ms": LEAVES_MS + 60 * MIN_MS}
            return Response(self._page(booking, lang))

        return [change, remedy]

    def _papers(self) -> list[ControllerRouterHandler]:
        @get("/v1/bookings/{booking_id:str}/receipt")
        async def receipt(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            lang = request.query_params.get("lang", "en")
            booking = self.bookings[booking_id]
            fare = fare_of(len(booking["travellers"]), lang)
            return Response({
                "booking_id": booking_id, "issued_at_ms": NOW_MS, "status": booking["status"],
                "fare": fare, "payment_id": booking["payment_id"],
                "charged_tiyn": fare["total_tiyn"], "refund_tiyn": booking["refund_tiyn"],
                "fee_tiyn": 0, "text": WORDS[lang]["seller"],
            })  # fmt: skip

        @get("/v1/bookings/{booking_id:str}/ticket")
        async def ticket(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            if self._find(request, booking_id) is None:
                return problem("no_ticket", "en")
            code = segno.make(f"ASPAN1.{booking_id}." + "x" * 120, error="m")
            return Response({
                "booking_id": booking_id, "ticket": "ASPAN1", "key_id": "k1",
                "qr_svg": code.svg_inline(scale=4, border=2),
                "valid_from_ms": NOW_MS, "valid_until_ms": LEAVES_MS,
            })  # fmt: skip

        @put("/v1/bookings/{booking_id:str}/contact")
        async def contact(request: Ask, booking_id: FromPath[str]) -> Response[Any]:
            _, body, lang = await self._note(request)
            person_id = self.bookings[booking_id]["person_id"]
            if person_id == "" or not is_taken_in(body, ContactAsked):
                return problem("invalid_value", lang)
            self.contacts[person_id] = body
            return Response({"person_id": person_id})

        @delete("/v1/people/{person_id:str}")
        async def erase(request: Ask, person_id: FromPath[str]) -> None:
            await self._note(request)
            del self.contacts[person_id]

        return [receipt, ticket, contact, erase]

    def _paying(self) -> list[ControllerRouterHandler]:
        @post("/v1/payments")
        async def pay(request: Ask) -> Response[Any]:
            key, body, _ = await self._note(request)
            if key not in self.keys:
                payment_id = f"P{len(self.payments) + 1}"
                state = {"direct": "authorised", "declines": "declined"}.get(self.bank, "requested")
                self.payments[payment_id] = {
                    "payment_id": payment_id, "state": state, "amount_tiyn": body["amount_tiyn"],
                    "currency": "KZT", "captured_tiyn": 0, "refunded_tiyn": 0, "booking_id": None,
                    "reason": "", "text": "", "back": body["return_url"],
                    "redirect_url": f"/bank/{payment_id}" if state == "requested" else None,
                    "access_token": f"a1.{payment_id}",
                }  # fmt: skip
                self.keys[key] = payment_id
            return Response(self.payments[self.keys[key]])

        @get("/v1/payments/{payment_id:str}")
        async def payment(payment_id: FromPath[str]) -> Response[Any]:
            return Response(self.payments[payment_id])

        return [pay, payment]

    def _bank_page(self) -> list[ControllerRouterHandler]:
        @get("/bank/{payment_id:str}", media_type=MediaType.HTML)
        async def bank(payment_id: FromPath[str]) -> str:
            back = self.payments[payment_id]["back"]
            links = "".join(
                f'<p><a href="/bank/{payment_id}/{does}">{does}</a></p>'
                for does in ("authorised", "declined", "requested")
            )
            head = "<!doctype html><title>bank</title><link rel=icon href=data:,>"
            return f"{head}<h1>Bank</h1>{links}<p>{back}</p>"

        @get("/bank/{payment_id:str}/{does:str}")
        async def decide(payment_id: FromPath[str], does: FromPath[str]) -> Response[None]:
            told = self.payments[payment_id]
            if self.bank != "slow":
                told["state"] = does
            return Response(None, status_code=302, headers={"Location": told["back"]})

        return [bank, decide]


def is_taken_in(body: dict[str, Any], form: type[msgspec.Struct]) -> bool:
    """Say whether a real seller would take a body in, its contact too."""
    try:
        asked = msgspec.convert(body, form)
        contact = asked if isinstance(asked, ContactAsked) else getattr(asked, "contact", None)
        if contact is not None:
            Person(name=contact.name, phone=contact.phone, email=contact.email)
    except (msgspec.ValidationError, InvalidInput):
        return False
    return True


def count_seats(booking: dict[str, Any]) -> int:
    """Return the seats of a booking: a baby sits on a lap."""
    return sum(one["kind"] != "infant" for one in booking["travellers"])


def tell_conditions(fare_tiyn: int, leaves_ms: int) -> dict[str, Any]:
    """Return conditions in the shape of a real seller's."""
    return {
        "free_ms": 10 * MIN_MS, "change_fee_tiyn": 400_000,
        "steps": [
            {"until_ms": leaves_ms - 15 * MIN_MS, "refund_tiyn": fare_tiyn * 3 // 4},
            {"until_ms": leaves_ms - 10 * MIN_MS, "refund_tiyn": fare_tiyn // 2},
        ],
        "check_in_closes_at_ms": leaves_ms - 10 * MIN_MS,
        "late": [
            {"late_ms": 60 * MIN_MS, "refund_tiyn": fare_tiyn // 4},
            {"late_ms": 120 * MIN_MS, "refund_tiyn": fare_tiyn // 2},
        ],
        "offers_ground": True,
    }  # fmt: skip


def site(site_id: str, name: str, at: tuple[float, float]) -> dict[str, Any]:
    """Return a vertiport as a booking names it."""
    return {"id": site_id, "name": name, "lat": at[1], "lon": at[0]}


def problem(code: str, lang: str) -> Response[Any]:
    """Return a refusal as RFC 9457 words it."""
    status, title, detail = PROBLEMS[code]
    body = {
        "type": f"/v1/problems#{code}", "title": title[lang], "status": status,
        "detail": detail[lang], "code": code,
    }  # fmt: skip
    return Response(body, status_code=status, media_type="application/problem+json")
