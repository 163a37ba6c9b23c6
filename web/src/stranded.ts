/** Who still stands somewhere: asked for at intervals, kept for the view and for the number on the rail. */
export interface OpenRemedy {
  remedy: "air" | "ground" | "refund";
  sortie_id: string;
  leaves_at_ms: number | null;
  arrives_at_ms: number | null;
  refund_tiyn: number;
  cost_tiyn: number;
}

export interface StrandedParty {
  booking_id: string;
  sortie_id: string;
  destination: string;
  party: number;
  status: string;
  since_ms: number;
  reason: string;
  promised_arrival_at_ms: number;
  ride_leaves_at_ms: number | null;
  open: OpenRemedy[];
}

export interface StrandedSite { vertiport_id: string; passengers: number; parties: StrandedParty[] }
export interface StrandedPage { at_ms: number; passengers: number; sites: StrandedSite[] }

const refreshMs = 5_000; // wall time between two questions
const patienceMs = 20_000;

class Stranded extends EventTarget {
  page: StrandedPage | null = null;
  isFault = false;
  private isAsking = false;
  private isWanted = false;
  private asker = 0;

  /** Begin to ask; asked once, it goes on as long as the page is open. */
  start(): void {
    if (this.asker !== 0) return;
    this.asker = window.setInterval(() => { if (!document.hidden) void this.ask(); }, refreshMs);
    void this.ask();
  }

  /** Ask now; what is wished while an answer is awaited is asked for after it. */
  async ask(): Promise<void> {
    this.isWanted = true;
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.isWanted) {
      this.isWanted = false;
      await this.askOnce();
    }
    this.isAsking = false;
  }

  private async askOnce(): Promise<void> {
    try {
      const answer = await fetch("/api/stranded", { signal: AbortSignal.timeout(patienceMs) });
      this.isFault = !answer.ok;
      if (answer.ok) this.page = (await answer.json()) as StrandedPage;
    } catch {
      this.isFault = true;
    }
    this.dispatchEvent(new Event("change"));
  }
}

export const stranded = new Stranded();
