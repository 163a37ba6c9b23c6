"""The client: one method for each request, repeated under the same key until there is an answer.

A connection that breaks leaves it open whether something was done. So every request that changes
something carries an Idempotency-Key, and is sent again with it; the service does it once.
"""

from collections.abc import Mapping
from os import urandom
from time import monotonic, sleep
from types import TracebackType
from typing import Final, Literal, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from aspan.faces.http.oauth import TokenPage
from aspan.faces.http.partner_routes import WebhookPage
from aspan.faces.http.problem import ProblemPage
from aspan.faces.http.tariff_view import PublicTariff
from aspan.faces.http.ticket_view import TicketPage
from aspan.faces.http.wire_journeys import ItinerariesPage
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
    DepartureAsked,
    DeparturesPage,
    HeldBooking,
    PaymentPage,
    PaymentRequest,
    ReceiptPage,
    RemedyRequest,
    TravellerAsked,
)
from aspan.primitives.dice import draw

ATTEMPTS_MAX: Final = 6
"""Times a request is sent before the client gives up."""

PAUSE_S: Final = 0.2
PAUSE_S_MAX: Final = 10.0
"""First pause between two attempts, and the longest; each is twice the one before."""

TIMEOUT_S: Final = 10.0
RENEW_S: Final = 60.0
"""A token is renewed so long before its hour is over."""

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Answers after which the same request may be sent again."""

T = TypeVar("T")
Lang = Literal["kk", "ru", "en"]


class Refused(Exception):
    """The service said no; `problem.code` says why, in a word that never changes."""

    def __init__(self, problem: ProblemPage) -> None:
        super().__init__(f"{problem.code}: {problem.title}. {problem.detail}")
        self.problem = problem

    @property
    def code(self) -> str:
        """The stable code."""
        return self.problem.code


class NoAnswer(Exception):
    """Nobody answered, however often; whether something was done is open: ask again, same key."""


def new_key() -> str:
    """Return an Idempotency-Key for a new wish."""
    return urandom(16).hex()


class AspanClient:
    """Sells seats of one service as one partner. One thread at a time.

    Parameters
    ----------
    url
        Of the service, such as `https://aspan.example.kz`.
    client_id, client_secret
        Of the partner.
    lang
        In which texts are told.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        lang: Lang = "en",
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._credentials = (client_id, client_secret)
        self._token = ""
        self._until_s = 0.0
        self._http = httpx.Client(
            base_url=url, timeout=timeout_s, headers={"Accept-Language": lang}, trust_env=False
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    # ---- looking -----------------------------------------------------------------------------

    def find_itineraries(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        depart_at: str | None = None,
        arrive_by: str | None = None,
        party: int = 1,
        lang: Lang = "en",
    ) -> ItinerariesPage:
        """Return ways from door to door, latitude and longitude; flights carry `offer.token`."""
        query = {
            "from": f"{start[0]},{start[1]}",
            "to": f"{end[0]},{end[1]}",
            "depart_at": depart_at,
            "arrive_by": arrive_by,
            "party": str(party),
            "lang": lang,
        }
        return self._get("/v1/itineraries", ItinerariesPage, query)

    def list_departures(
        self, origin: str, destination: str, *, date: str | None = None, party: int = 1
    ) -> DeparturesPage:
        """Return the departures of a pair of vertiports on a local date, YYYY-MM-DD."""
        query = {"origin": origin, "destination": destination, "date": date, "party": str(party)}
        return self._get("/v1/departures", DeparturesPage, query)

    def get_tariff(self) -> PublicTariff:
        """Return how fares are made, and what is paid back when."""
        return self._get("/v1/tariff", PublicTariff)

    def get_booking(self, booking_id: str) -> BookingPage:
        """Return a booking, all of it, now."""
        return self._get(_path(booking_id), BookingPage)

    def get_receipt(self, booking_id: str) -> ReceiptPage:
        """Return what was paid, and paid back."""
        return self._get(_path(booking_id, "/receipt"), ReceiptPage)

    def get_ticket(self, booking_id: str) -> TicketPage:
        """Return the ticket of a confirmed booking; it is good without a network."""
        return self._get(_path(booking_id, "/ticket"), TicketPage)

    def get_cancellation(self, booking_id: str) -> CancellationTerms:
        """Return what cancelling would pay back now."""
        return self._get(_path(booking_id, "/cancellation"), CancellationTerms)

    def get_payment(self, payment_id: str) -> PaymentPage:
        """Return how a payment stands."""
        return self._get(f"/v1/payments/{quote(payment_id, safe='')}", PaymentPage)

    # ---- buying ------------------------------------------------------------------------------

    def hold(
        self,
        travellers: tuple[TravellerAsked, ...],
        *,
        offer: str | None = None,
        departure: DepartureAsked | None = None,
        contact: ContactAsked | None = None,
        key: str | None = None,
    ) -> HeldBooking:
        """Hold the seats of an offer, by its token, or of a departure."""
        body = BookingRequest(
            travellers=travellers, offer=offer, departure=departure, contact=contact
        )
        return self._send("POST", "/v1/bookings", body, HeldBooking, key)

    def pay(self, amount_tiyn: int, *, method: str = "", key: str | None = None) -> PaymentPage:
        """Ask the provider to authorise an amount; look again while the state is `requested`."""
        body = PaymentRequest(amount_tiyn=amount_tiyn, method=method)
        return self._send("POST", "/v1/payments", body, PaymentPage, key)

    def confirm(self, booking_id: str, payment_id: str) -> ConfirmedBooking:
        """Turn a hold into a booking."""
        body = ConfirmationRequest(payment_id=payment_id)
        return self._send("POST", _path(booking_id, "/confirmation"), body, ConfirmedBooking)

    def change(
        self,
        booking_id: str,
        *,
        offer: str | None = None,
        departure: DepartureAsked | None = None,
        key: str | None = None,
    ) -> HeldBooking:
        """Hold other seats for the same travellers; pay and confirm them as any hold."""
        body = ChangeRequest(offer=offer, departure=departure)
        return self._send("POST", _path(booking_id, "/change"), body, HeldBooking, key)

    def cancel(self, booking_id: str) -> CancellationDone:
        """Cancel a booking, or give a hold back."""
        return self._send("POST", _path(booking_id, "/cancellation"), None, CancellationDone)

    def choose(
        self, booking_id: str, remedy: Literal["air", "ground", "refund"], sortie_id: str = ""
    ) -> BookingPage:
        """Choose among the remedies that are open when a flight cannot go as planned."""
        body = RemedyRequest(remedy=remedy, sortie_id=sortie_id)
        return self._send("POST", _path(booking_id, "/remedy"), body, BookingPage)

    # ---- people and webhooks -------------------------------------------------------------------

    def set_contact(self, booking_id: str, contact: ContactAsked) -> ContactKept:
        """Tell anew whom to reach about a booking."""
        return self._send("PUT", _path(booking_id, "/contact"), contact, ContactKept)

    def erase_person(self, person_id: str) -> None:
        """Have a person forgotten."""
        self._ask("DELETE", f"/v1/people/{quote(person_id, safe='')}")

    def set_webhook(self, url: str) -> WebhookPage:
        """Have events told at an address; the answer holds the secret, this once."""
        return self._send("PUT", "/v1/webhook", {"url": url}, WebhookPage)

    def get_webhook(self) -> WebhookPage:
        """Return how telling goes."""
        return self._get("/v1/webhook", WebhookPage)

    def drop_webhook(self) -> None:
        """Have nothing told any more."""
        self._ask("DELETE", "/v1/webhook")

    # ---- sending -------------------------------------------------------------------------------

    def _get(self, path: str, kind: type[T], query: Mapping[str, str | None] | None = None) -> T:
        params = {name: text for name, text in (query or {}).items() if text is not None}
        return msgspec.json.decode(self._ask("GET", path, params=params), type=kind)

    def _send(
        self, method: str, path: str, body: object, kind: type[T], key: str | None = None
    ) -> T:
        content = b"{}" if body is None else msgspec.json.encode(body)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": new_key() if key is None else key,
        }
        answer = self._ask(method, path, content=content, headers=headers)
        return msgspec.json.decode(answer, type=kind)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the body of the answer; sent again, the very same, while nobody answers."""
        fault = ""
        has_renewed = False
        for attempt in range(1, ATTEMPTS_MAX + 1):
            wait_s = min(PAUSE_S_MAX, PAUSE_S * 2.0 ** (attempt - 1))
            try:
                answer = self._http.request(
                    method,
                    path,
                    params=params or None,
                    content=content,
                    headers={**(headers or {}), "Authorization": f"Bearer {self._find_token()}"},
                )
            except httpx.TransportError as error:
                fault = type(error).__name__
            else:
                if answer.is_success:
                    return answer.content
                refusal = _read_problem(answer)
                if refusal.code == "invalid_token" and not has_renewed:
                    self._token, has_renewed = "", True
                    continue
                if answer.status_code not in AGAIN:
                    raise Refused(refusal)
                fault = refusal.code
                wait_s = max(wait_s, _read_wait_s(answer))
            if attempt < ATTEMPTS_MAX:
                sleep(wait_s * (0.5 + 0.5 * draw(0, "client", method, path, attempt)))
        raise NoAnswer(f"{method} {path}: {fault}, {ATTEMPTS_MAX} times")

    def _find_token(self) -> str:
        """Return a token that holds for a while yet."""
        if not self._token or monotonic() >= self._until_s:
            client_id, secret = self._credentials
            form = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": secret,
            }
            answer = self._http.post("/v1/oauth/token", data=form)
            if not answer.is_success:
                raise Refused(_read_problem(answer))
            page = msgspec.json.decode(answer.content, type=TokenPage)
            self._token = page.access_token
            self._until_s = monotonic() + page.expires_in - RENEW_S
        return self._token


def _path(booking_id: str, rest: str = "") -> str:
    return f"/v1/bookings/{quote(booking_id, safe='')}{rest}"


def _read_problem(answer: httpx.Response) -> ProblemPage:
    """Return the problem of a refusal; made up where something between us answered."""
    try:
        return msgspec.json.decode(answer.content, type=ProblemPage)
    except msgspec.MsgspecError:
        return ProblemPage(
            type="about:blank",
            title=answer.reason_phrase or "no answer of the service",
            status=answer.status_code,
            detail="",
            code="not_the_service",
        )


def _read_wait_s(answer: httpx.Response) -> float:
    """Return how long the service asks to wait [s], at most `PAUSE_S_MAX`."""
    text = answer.headers.get("Retry-After", "")
    return min(PAUSE_S_MAX, float(text)) if text.isdecimal() and len(text) < 6 else 0.0
