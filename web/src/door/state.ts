/** What the page shows: the address, the service's facts, and the answer to the question in the address. */
import { language, setLanguage, type Language } from "../language";
import { formatAddress, formatQuestion, parseAddress, type Address, type Question } from "./address";
import { askItineraries, askService, faultOf, type Fault } from "./client";
import { city } from "./format";
import { bookingHash, keepTaken, parseRoute, type Route } from "./route";
import type { Answer, Itinerary, ServiceFacts } from "./types";

class Door extends EventTarget {
  address: Address = parseAddress(location.search, location.hash);
  /** What is shown instead of the search: a booking, the way to one, the trips of this device; null for the search. */
  route: Route | null = parseRoute(location.hash);
  service: ServiceFacts | null = null;
  answer: Answer | null = null;
  fault: Fault | null = null;
  isAsking = false;
  /** Whether the present screen was gone to from another, and not opened by its address. */
  isMoved = false;
  private askedFor = "";
  private asking: AbortController | null = null;

  async start(): Promise<void> {
    addEventListener("popstate", () => this.read());
    addEventListener("hashchange", () => this.read());
    if (this.route === null) history.replaceState(null, "", formatAddress(this.address));
    this.read();
    await this.learn();
  }

  private read(): void {
    this.route = parseRoute(location.hash);
    this.show(parseAddress(location.search, this.route === null ? location.hash : ""));
  }

  /** Show what a booking's hash names; the question stays in the address only on the way to a booking. */
  open(hash: string, { replace = false, bare = true } = {}): void {
    const address = `/go${bare ? "" : location.search}${hash}`;
    if (replace) history.replaceState(null, "", address);
    else if (address !== `/go${location.search}${location.hash}`) history.pushState(null, "", address);
    this.route = parseRoute(hash);
    this.isMoved = true;
    scrollTo(0, 0);
    this.tell();
  }

  /** Begin to book: who flies is asked next. */
  take(itinerary: Itinerary): void {
    keepTaken(itinerary, this.address.question);
    this.open("#/take/who", { bare: false });
  }

  openBooking(id: string, token: string, view = "", replace = false): void {
    this.open(bookingHash(id, token, view), { replace });
  }

  tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Go to another screen or question, as a new entry of the browser's history. */
  go(change: Partial<Address>): void {
    const next = { ...this.address, chosen: null, ...change };
    const address = formatAddress(next);
    if (this.route !== null || address !== formatAddress(this.address)) history.pushState(null, "", address);
    this.route = null;
    this.show(next);
    if (change.screen !== undefined) scrollTo(0, 0);
  }

  /** Change how the present screen is set, without a new entry. */
  amend(change: Partial<Address>): void {
    const next = { ...this.address, ...change };
    history.replaceState(null, "", formatAddress(next));
    this.show(next);
  }

  set(change: Partial<Question>): Question {
    return { ...this.address.question, ...change };
  }

  speak(next: Language): void {
    setLanguage(next);
    this.show(this.address);
    void this.learn();
  }

  /** Ask again, whatever is known. */
  again(): void {
    this.askedFor = "";
    this.show(this.address);
    if (this.service === null) void this.learn();
  }

  /** A link that brings another person to the same question, and to the trip that is open. */
  link(): string {
    return new URL(formatAddress({ ...this.address, screen: "answer" }), location.href).href;
  }

  private async learn(): Promise<void> {
    try {
      this.service = await askService();
      city.learn(this.service.time_zone, this.service.now_ms, this.service.utc_offset_ms);
    } catch {
      // without it the page works; what is assumed is told with the answer too
    }
    this.tell();
  }

  private show(address: Address): void {
    this.address = address;
    if (this.route === null && address.screen === "answer") void this.ask();
    this.tell();
  }

  private async ask(): Promise<void> {
    const key = `${language()} ${formatQuestion(this.address.question)}`;
    if (key === this.askedFor) return;
    this.askedFor = key;
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.answer = this.fault = null;
    this.isAsking = true;
    try {
      const answer = await askItineraries(this.address.question, asking.signal);
      if (asking.signal.aborted) return;
      this.answer = answer;
      city.see(answer.time_zone, answer.now_ms);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.fault = faultOf(error);
    }
    this.isAsking = false;
    this.tell();
  }
}

export const door = new Door();
