/** What a gate knows and has done: kept on the device, told to the service when there is a network. */
import { readTicket, type Ticket } from "./ticket";
import type { Belongs, Conflict, GateKeys, Party, Picture, Scan, ScanResult, Sortie, Used, Verdict } from "./types";

const storageKey = "aspan.gate";
const everyMs = 4_000;
const scansMax = 200;
const usedMax = 5_000;
/** Why a true ticket is not for the departure it is shown at. */
const elsewhere: readonly string[] = ["wrong_site", "wrong_sortie", "outdated"];

interface Kept {
  code: string; pass: string; gateId: string; site: string; next: number; keys: GateKeys | null; picture: Picture | null;
  seenAtMs: number; seq: number; used: string[]; queue: Scan[]; changed: Record<string, Partial<Party>>; conflicts: Conflict[];
}

function name(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return `gate-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const empty = (): Kept => ({
  code: "", pass: "", gateId: name(), site: "", next: 1, keys: null, picture: null, seenAtMs: 0, seq: 0, used: [], queue: [],
  changed: {}, conflicts: [],
});

function load(): Kept {
  try {
    return { ...empty(), ...(JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<Kept>) };
  } catch {
    return empty();
  }
}

class Gate extends EventTarget {
  readonly kept = load();
  isOnline = false;
  isWrongCode = false;
  verdict: Verdict | null = null;
  private isBusy = false;

  /** Remember, and have everything drawn again. */
  tell(): void {
    localStorage.setItem(storageKey, JSON.stringify(this.kept));
    this.dispatchEvent(new Event("change"));
  }

  start(): void {
    void this.sync();
    setInterval(() => void this.sync(), everyMs);
    setInterval(() => this.dispatchEvent(new Event("change")), 1_000);
    addEventListener("online", () => void this.sync());
    addEventListener("offline", () => { this.isOnline = false; this.tell(); });
  }

  /** The service's clock as far as it is known here. */
  now(): number {
    const { picture, keys, seenAtMs } = this.kept;
    const from = picture ?? keys;
    return from === null ? Date.now() : from.at_ms + Math.max(0, Date.now() - seenAtMs) * from.speed;
  }

  ageMs(): number {
    return this.kept.picture === null ? 0 : Math.max(0, Date.now() - this.kept.seenAtMs);
  }

  sorties(): Sortie[] {
    return (this.kept.picture?.sorties ?? []).map((sortie) => {
      const parties = sortie.parties.map((party) => ({ ...party, ...this.kept.changed[party.booking_id] }));
      const added = parties.reduce((sum, party, at) => sum + party.payload_kg - sortie.parties[at]!.payload_kg, 0);
      return { ...sortie, parties, payload_kg: sortie.payload_kg + added };
    });
  }

  find(sortieId: string): Sortie | undefined {
    return this.sorties().find((sortie) => sortie.sortie_id === sortieId);
  }

  async enter(code: string): Promise<void> {
    Object.assign(this.kept, { code: code.trim(), pass: "" });
    this.isWrongCode = false;
    await this.sync();
    if (this.isWrongCode) this.kept.code = "";
    this.tell();
  }

  choose(site: string): void {
    Object.assign(this.kept, { site, picture: null, seq: 0 });
    this.tell();
    void this.sync();
  }

  /** Judge a ticket by what is known here, and take it if it is good. */
  async check(text: string, sortieId: string): Promise<Verdict> {
    const reading = await readTicket(text.trim(), this.kept.keys?.keys ?? {});
    const refuse = (reason: string, ticket?: Ticket): Verdict => this.show(false, reason, ticket, false);
    if ("refusal" in reading) return refuse(reading.refusal);
    const { ticket } = reading;
    const known = this.sorties().flatMap((sortie) => sortie.parties).find((party) => party.booking_id === ticket.bookingId);
    const key = `${ticket.bookingId}/${ticket.serial}`;
    const now = this.now();
    if (ticket.origin !== this.kept.site) return refuse("wrong_site", ticket);
    if (ticket.serial < this.newestSerial(ticket.bookingId, known?.serial ?? 0)) return refuse("outdated", ticket);
    if (ticket.sortieId !== sortieId) return refuse("wrong_sortie", ticket);
    const isTaken = known !== undefined && known.serial === ticket.serial && known.is_taken;
    if (this.kept.used.includes(key) || isTaken) return refuse("used", ticket);
    if (now < ticket.validFromMs) return refuse("not_yet", ticket);
    if (now >= ticket.validUntilMs) return refuse("expired", ticket);
    const closes = this.find(sortieId)?.check_in_closes_at_ms;
    if (closes !== undefined && now > closes) return refuse("check_in_closed", ticket);
    this.kept.used = [...this.kept.used, key].slice(-usedMax);
    this.change(ticket.bookingId, { status: "checked_in", is_taken: true });
    this.act({ action: "check_in", text: text.trim(), sortie_id: sortieId });
    return this.show(true, "", ticket, known === undefined);
  }

  /** The highest serial of a booking seen here: off line a ticket may be newer than the list. */
  private newestSerial(bookingId: string, listed: number): number {
    const taken = this.kept.used.filter((key) => key.startsWith(`${bookingId}/`)).map((key) => Number(key.slice(bookingId.length + 1)));
    return Math.max(listed, ...taken);
  }

  weigh(bookingId: string, kg: number): void {
    this.change(bookingId, { payload_kg: kg });
    this.act({ action: "weigh", booking_id: bookingId, payload_kg: kg });
  }

  board(bookingId: string): void {
    this.change(bookingId, { status: "boarded" });
    this.act({ action: "board", booking_id: bookingId });
  }

  refuse(bookingId: string, reason: string): void {
    this.change(bookingId, { status: "refused" });
    this.act({ action: "refuse", booking_id: bookingId, reason });
  }

  clear(conflict: Conflict): void {
    this.kept.conflicts = this.kept.conflicts.filter((one) => one !== conflict);
    this.tell();
  }

  private show(isAccepted: boolean, reason: string, ticket: Ticket | undefined, isUnlisted: boolean): Verdict {
    this.verdict = {
      nth: (this.verdict?.nth ?? 0) + 1, isAccepted, reason, isUnlisted, bookingId: ticket?.bookingId ?? "", party: ticket?.party ?? 0,
      needsHelp: ticket?.needsAssistance ?? false, belongs: ticket === undefined || !elsewhere.includes(reason) ? null : this.whereOf(ticket, reason),
    };
    this.tell();
    return this.verdict;
  }

  /** Where a party is to go: by the list where that is newer than its ticket. */
  private whereOf(ticket: Ticket, reason: string): Belongs | null {
    const listed = this.sorties().find((sortie) => sortie.parties.some((party) => party.booking_id === ticket.bookingId));
    if (listed !== undefined) return { site: this.kept.site, sortieId: listed.sortie_id, offBlockAtMs: listed.off_block_at_ms, destination: listed.destination };
    // an outdated ticket knows only where its party flies no longer
    return reason === "outdated" ? null : { site: ticket.origin, ...ticket };
  }

  private change(bookingId: string, to: Partial<Party>): void {
    this.kept.changed[bookingId] = { ...this.kept.changed[bookingId], ...to };
  }

  private act(done: Omit<Scan, "number" | "at_ms">): void {
    this.kept.queue.push({ number: this.kept.next, at_ms: Math.round(this.now()), ...done });
    this.kept.next += 1;
    this.tell();
    void this.sync();
  }

  /** Send what was done, then learn what others did; whatever fails is tried again. */
  private async sync(): Promise<void> {
    if (this.isBusy || this.kept.code === "") return;
    this.isBusy = true;
    try {
      const { kept } = this;
      kept.keys = await this.ask<GateKeys>("/v1/gate/keys");
      kept.pass = kept.keys.device_pass;
      if (kept.site !== "") {
        while (kept.queue.length > 0) await this.send();
        const site = encodeURIComponent(kept.site);
        const used = await this.ask<Used>(`/v1/gate/used?vertiport_id=${site}&after=${kept.seq}`);
        kept.used = [...new Set([...kept.used, ...used.used])].slice(-usedMax);
        const picture = await this.ask<Picture>(`/v1/gate/sorties?vertiport_id=${site}`);
        if (kept.site === picture.vertiport_id) {
          kept.seq = used.seq;
          kept.picture = picture;
          if (kept.queue.length === 0) kept.changed = {};
        }
      }
      kept.seenAtMs = Date.now();
      this.isOnline = true;
    } catch {
      this.isOnline = false;
    }
    this.isBusy = false;
    this.tell();
  }

  private async send(): Promise<void> {
    const scans = this.kept.queue.slice(0, scansMax);
    const body = { gate_id: this.kept.gateId, vertiport_id: this.kept.site, scans };
    const done = await this.ask<{ results: ScanResult[] }>("/v1/gate/scans", body)
      .then(({ results }) => new Map(results.map((result) => [result.number, result])))
      .catch((fault: Error) => {
        // a batch that is not understood would stand in the way for ever: its first goes to the agent
        if (fault.message !== "400" && fault.message !== "422") throw fault;
        const first = scans[0]!;
        return new Map([[first.number, { number: first.number, outcome: "refused", reason: "not_understood", booking_id: first.booking_id ?? "", sortie_id: "", party: null } as ScanResult]]);
      });
    for (const scan of scans) {
      const result = done.get(scan.number);
      if (result?.outcome === "refused") {
        this.kept.conflicts.push({ scan, bookingId: result.booking_id || (scan.booking_id ?? ""), reason: result.reason });
      }
    }
    this.kept.queue = this.kept.queue.filter((scan) => !done.has(scan.number));
  }

  private async ask<T>(path: string, body?: object): Promise<T> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.kept.pass || `g1.${this.kept.code}`}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, { headers, ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }) });
    if (answer.status === 401) {
      this.isWrongCode = true;
      this.kept.pass = "";
    }
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as T;
  }
}

export const gate = new Gate();
