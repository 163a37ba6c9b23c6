/** Requests about departures, bookings and payments; a refusal comes back as the problem it is. */
import { language } from "../language";
import type { Booking, Cancellation, Contact, Departures, Held, Payment, Problem, Receipt, Ticket, Traveller } from "./sales-types";

/** No answer (`problem` is null), or the problem the service told. */
export class SalesError extends Error {
  constructor(readonly problem: Problem | null) {
    super(problem?.code ?? "network");
  }

  get code(): string {
    return this.message;
  }
}

interface Asked { method?: string; token?: string; key?: string; body?: unknown }

const patienceMs = 15_000;
const againMost = 5;
const waitMostS = 10;

async function send(address: string, { method = "GET", token, key, body }: Asked): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  if (key !== undefined) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request = { method, headers, cache: "no-store", ...(body === undefined ? {} : { body: JSON.stringify(body) }) } as const;
  for (let asked = 1; ; asked += 1) {
    const answer = await fetch(address, { ...request, signal: AbortSignal.timeout(patienceMs) });
    const waitS = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    // a busy service says when; asking again is harmless, since whatever is new carries a key
    if (![429, 503].includes(answer.status) || !(waitS > 0 && waitS <= waitMostS) || asked === againMost) return answer;
    await new Promise((resolve) => setTimeout(resolve, waitS * 1000));
  }
}

async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const address = `${path}${path.includes("?") ? "&" : "?"}lang=${language()}`;
  const answer = await send(address, asked).catch(() => {
    throw new SalesError(null);
  });
  if (answer.status === 204) return undefined as T;
  if (answer.ok) return (await answer.json()) as T;
  const told = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  throw new SalesError({ title: "", detail: "", ...told, code: told.code ?? "service", status: answer.status });
}

export interface Wish { offer: string; travellers: Traveller[]; contact?: Contact }

/** Travellers without what was not told. */
function told(travellers: Traveller[]): Traveller[] {
  return travellers.map(({ kind, mass_kg, bag_kg, needs }) => ({
    kind, needs, ...(mass_kg == null ? {} : { mass_kg }), ...(bag_kg == null ? {} : { bag_kg }),
  }));
}

const of = (id: string): string => `/v1/bookings/${encodeURIComponent(id)}`;

export const holdSeats = (wish: Wish, key: string): Promise<Held> =>
  ask("/v1/bookings", { method: "POST", key, body: { ...wish, travellers: told(wish.travellers), currency: "KZT" } });

export const askBooking = (id: string, token: string): Promise<Booking> => ask(of(id), { token });

export const askDepartures = (origin: string, destination: string, date: string, party: number): Promise<Departures> =>
  ask(`/v1/departures?${new URLSearchParams({ origin, destination, date, party: String(party) })}`);

export const beginPayment = (amountTiyn: number, returnUrl: string, key: string): Promise<Payment> =>
  ask("/v1/payments", { method: "POST", key, body: { amount_tiyn: amountTiyn, currency: "KZT", return_url: returnUrl } });

export const askPayment = (id: string, token: string): Promise<Payment> => ask(`/v1/payments/${encodeURIComponent(id)}`, { token });

export const confirmBooking = (id: string, token: string, paymentId: string): Promise<unknown> =>
  ask(`${of(id)}/confirmation`, { method: "POST", token, body: { payment_id: paymentId } });

export const askCancellation = (id: string, token: string): Promise<Cancellation> => ask(`${of(id)}/cancellation`, { token });

export const cancelBooking = (id: string, token: string): Promise<{ refund_tiyn: number; fee_tiyn: number }> =>
  ask(`${of(id)}/cancellation`, { method: "POST", token, body: {} });

export const changeBooking = (id: string, token: string, offer: string, key: string): Promise<Held> =>
  ask(`${of(id)}/change`, { method: "POST", token, key, body: { offer } });

export const chooseRemedy = (id: string, token: string, remedy: string, sortieId: string): Promise<Booking> =>
  ask(`${of(id)}/remedy`, { method: "POST", token, body: { remedy, sortie_id: sortieId } });

export const askReceipt = (id: string, token: string): Promise<Receipt> => ask(`${of(id)}/receipt`, { token });

export const askTicket = (id: string, token: string): Promise<Ticket> => ask(`${of(id)}/ticket`, { token });

export const putContact = (id: string, token: string, contact: Contact): Promise<{ person_id: string }> =>
  ask(`${of(id)}/contact`, { method: "PUT", token, body: contact });

export const erasePerson = (personId: string, token: string): Promise<void> =>
  ask(`/v1/people/${encodeURIComponent(personId)}`, { method: "DELETE", token });
