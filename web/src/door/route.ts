/**
 * What the page shows beside the search, and its addresses: `#/take/who` on the way to a booking,
 * `#/b/ID/TOKEN` a booking, `#/back/ID` the way back from paying, `#/trips` what this device keeps.
 *
 * The token is in the fragment: it is sent to nobody with the address.
 */
import type { Question } from "./address";
import type { Itinerary } from "./types";

export const takeSteps = ["who", "weight", "contact"] as const;
export type TakeStep = (typeof takeSteps)[number];
export const bookingViews = ["", "ticket", "map", "cancel", "change", "receipt", "contact"] as const;
export type BookingView = (typeof bookingViews)[number];

export type Route =
  | { kind: "take"; step: TakeStep }
  | { kind: "booking"; id: string; token: string; view: BookingView }
  | { kind: "back"; id: string }
  | { kind: "trips" };

const idForm = /^[A-Za-z0-9_-]{1,64}$/;
const tokenForm = /^[A-Za-z0-9._~-]{1,2000}$/;

/** Return what a hash names; null where it belongs to the search. */
export function parseRoute(hash: string): Route | null {
  if (!hash.startsWith("#/")) return null;
  const [kind = "", first = "", second = "", third = ""] = hash.slice(2).split("/");
  if (kind === "take") return { kind, step: takeSteps.find((step) => step === first) ?? "who" };
  if (kind === "b" && idForm.test(first) && tokenForm.test(second)) {
    return { kind: "booking", id: first, token: second, view: bookingViews.find((view) => view === third) ?? "" };
  }
  if (kind === "back" && idForm.test(first)) return { kind, id: first };
  return { kind: "trips" };
}

export function bookingHash(id: string, token: string, view = ""): string {
  return `#/b/${id}/${token}${view === "" ? "" : `/${view}`}`;
}

export interface Taken { itinerary: Itinerary; question: Question }

const takenKey = "aspan.taken";
export const tripsKey = "aspan.trips";

export function keepTaken(itinerary: Itinerary, question: Question): void {
  sessionStorage.setItem(takenKey, JSON.stringify({ itinerary, question }));
}

/** What was chosen last in this tab, so that a reload loses nothing. */
export function findTaken(): Taken | null {
  try {
    return JSON.parse(sessionStorage.getItem(takenKey) ?? "null") as Taken | null;
  } catch {
    return null;
  }
}

/** Whether this device keeps trips at all; the list itself is read by who shows it. */
export function hasTrips(): boolean {
  return (localStorage.getItem(tripsKey) ?? "{}").length > 2;
}
