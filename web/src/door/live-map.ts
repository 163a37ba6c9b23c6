/** The trip on the map, and the aircraft on it while it flies; the map's code comes when somebody asks for it. */
import { html, nothing, type TemplateResult } from "lit";
import { sign } from "./sales-icons";
import { SalesPart } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking, Site } from "./sales-types";
import { t } from "./sales-words";
import type { Itinerary, Leg, LegEnd } from "./types";

class LiveMap extends SalesPart {
  private state: "closed" | "opening" | "open" | "failed" = "closed";
  private itinerary: Itinerary | null = null;
  private of = "";

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    if (this.state !== "open") {
      return html`<button type="button" class="wide-button" ?disabled=${this.state === "opening"} @click=${this.open}>${sign("map")}${t(this.state === "opening" ? "door.map.opening" : "door.map.show")}</button>
        <p class="hint" role="status">${this.state === "failed" ? html`<span class="fault">${sign("warning")}${t("door.map.failed")}</span>` : nothing}</p>`;
    }
    const of = `${booking.booking_id} ${booking.trip.sortie_id} ${booking.live.path.length} ${String(booking.live.path[0] ?? "")}`;
    if (of !== this.of) {
      this.of = of;
      this.itinerary = drawn(booking);
    }
    return html`<aspan-trip-map .itinerary=${this.itinerary} .craft=${booking.live.position}></aspan-trip-map>`;
  }

  private readonly open = async (): Promise<void> => {
    this.state = "opening";
    this.requestUpdate();
    try {
      await import("./map");
      this.state = "open";
    } catch {
      this.state = "failed";
    }
    this.requestUpdate();
  };
}

/** A booking's way as the map draws one: to the vertiport, by air, onwards. */
function drawn({ trip, live }: Booking): Itinerary {
  const door = ([lat, lon]: [number, number]): LegEnd => ({ kind: "door", id: "", name: "", lat, lon });
  const site = ({ id, name, lat, lon }: Site): LegEnd => ({ kind: "vertiport", id, name, lat, lon });
  const [start, goal] = [door(trip.from), door(trip.to)];
  const [origin, destination] = [site(trip.origin), site(trip.destination)];
  const leg = (mode: string, from: LegEnd, to: LegEnd, path: [number, number][] = []): Leg => ({
    mode, from, to, path, depart_at_ms: 0, arrive_at_ms: 0, price_tiyn: 0, distance_m: 0, is_estimate: false, line: null, stops: [], connection_chance: null,
  });
  const legs = [leg(trip.access[0]?.kind ?? "walk", start, origin), leg("air", origin, destination, live.path), leg(trip.egress.at(-1)?.kind ?? "walk", destination, goal)];
  return {
    id: trip.sortie_id, mode: "air", legs, depart_at_ms: trip.leave_at_ms, arrive_at_ms: trip.arrive_at_ms, price_tiyn: 0, transfers: 0, walk_ms: 0, walk_m: 0,
    co2_g: null, saves_ms: null, promised_arrival_at_ms: null, on_time_chance: null, rank_reason: "other", offer: null,
  };
}

customElements.define("aspan-live-map", LiveMap);
