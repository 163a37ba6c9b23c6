/** What the page shows: the address, the service's facts, and the answer to the question in the address. */
import { language, setLanguage, type Language } from "../language";
import { formatAddress, formatQuestion, parseAddress, type Address, type Question } from "./address";
import { askItineraries, askService, faultOf, type Fault } from "./client";
import { city } from "./format";
import type { Answer, ServiceFacts } from "./types";

class Door extends EventTarget {
  address: Address = parseAddress(location.search, location.hash);
  service: ServiceFacts | null = null;
  answer: Answer | null = null;
  fault: Fault | null = null;
  isAsking = false;
  private askedFor = "";
  private asking: AbortController | null = null;

  async start(): Promise<void> {
    addEventListener("popstate", () => this.show(parseAddress(location.search, location.hash)));
    addEventListener("hashchange", () => this.show(parseAddress(location.search, location.hash)));
    history.replaceState(null, "", formatAddress(this.address));
    this.show(this.address);
    await this.learn();
  }

  tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Go to another screen or question, as a new entry of the browser's history. */
  go(change: Partial<Address>): void {
    const next = { ...this.address, chosen: null, ...change };
    const address = formatAddress(next);
    if (address !== formatAddress(this.address)) history.pushState(null, "", address);
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
    if (address.screen === "answer") void this.ask();
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
