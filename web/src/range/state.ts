/** What the page knows of the test site, asked again every few seconds; and orders, signed and handed in. */
import { sign } from "./sign";
import type { CardLine, CardPage, KeyFile, Refusal, RunLine, RunPage, Site, SlotLine } from "./types";

const everyMs = 2_000;
const askMsMax = 8_000;

export type Answer = { taken: true; token: string } | { taken: false; refusal: Refusal };

class RangeState extends EventTarget {
  site: Site | null = null;
  cards: CardLine[] = [];
  slots: SlotLine[] = [];
  runs: RunLine[] = [];
  key: KeyFile | null = null;
  /** What the last order came to, shown until the next. */
  said: { text: string; isRefused: boolean; refusal: Refusal | null } | null = null;
  isAbsent = false;
  private isSaidOn = false;
  private heardAt = 0;
  private events = -1;

  start(): void {
    void this.look();
    setInterval(() => { if (document.visibilityState === "visible") void this.look(); }, everyMs);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void this.look(); });
  }

  tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** How old what is shown is, by this machine's clock [ms]; null before anything was heard. */
  ageMs(): number | null {
    return this.heardAt === 0 ? null : Date.now() - this.heardAt;
  }

  /** The site's instant now: what it told, and what has passed since at the least. */
  get nowMs(): number {
    return this.site?.now_at_ms ?? Date.now();
  }

  async look(): Promise<void> {
    try {
      const site = await ask<Site>("/api/range");
      const isNew = site.events !== this.events;
      if (isNew) [this.cards, this.slots, this.runs] = await Promise.all([ask<CardLine[]>("/api/range/cards"), ask<SlotLine[]>("/api/range/slots"), ask<RunLine[]>("/api/range/runs")]);
      this.site = site;
      this.events = site.events;
      this.heardAt = Date.now();
      this.isAbsent = false;
    } catch (fault) {
      this.isAbsent = fault instanceof Missing && this.site === null;
    }
    this.tell();
  }

  async card(cardId: string): Promise<CardPage> {
    return ask<CardPage>(`/api/range/cards/${encodeURIComponent(cardId)}`);
  }

  async run(runId: string): Promise<RunPage> {
    return ask<RunPage>(`/api/range/runs/${encodeURIComponent(runId)}`);
  }

  /** Go to another view with what was said of the order that leads there. */
  moveTo(address: string): void {
    this.isSaidOn = location.hash !== address;
    location.hash = address;
  }

  /** Another view is shown: what was said belongs to the one before, unless it led here. */
  turn(): void {
    if (!this.isSaidOn) this.said = null;
    this.isSaidOn = false;
  }

  can(...roles: string[]): boolean {
    return this.key !== null && this.key.roles.some((role) => roles.includes(role));
  }

  /** Sign an order and hand it in; what came of it is said, and everything asked for again. */
  async order(name: string, fields: Record<string, unknown>, done: string): Promise<Answer> {
    const key = this.key;
    if (key === null || this.site === null) throw new Error("nobody signs");
    const signed = await sign({ order: name, key: newKey(name), ...fields }, this.site.site_id, key);
    let answer: Answer;
    try {
      const response = await fetch("/api/range/orders", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(signed), signal: AbortSignal.timeout(askMsMax) });
      const body: unknown = await response.json();
      if (response.ok) answer = { taken: true, token: (body as { telemetry_token: string }).telemetry_token };
      else if (response.status === 409) answer = { taken: false, refusal: body as Refusal };
      else answer = { taken: false, refusal: { reason: "fault", detail: (body as { error?: { expected?: string } }).error?.expected ?? "", go_no_go: null } };
    } catch {
      answer = { taken: false, refusal: { reason: "no_answer", detail: "", go_no_go: null } };
    }
    this.said = answer.taken ? { text: done, isRefused: false, refusal: null } : { text: "", isRefused: true, refusal: answer.refusal };
    await this.look();
    return answer;
  }
}

class Missing extends Error {}

export async function ask<T>(path: string, body?: unknown): Promise<T> {
  const request = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { ...request, signal: AbortSignal.timeout(askMsMax) });
  if (response.status === 404) throw new Missing(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** A name that no order had before, for orders, slots and runs. */
export function newKey(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return `${prefix}-${btoa(String.fromCharCode(...bytes)).replaceAll("+", "a").replaceAll("/", "b")}`;
}

export const site = new RangeState();
