/** The plan of the ground: fence, volumes, spectators and the way flown, to scale, north up. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { name, number } from "./format";
import { site } from "./state";
import type { Ring } from "./types";
import { t } from "./words";

const side = 600;

/** Draw the site with these volumes booked and the track flown so far. */
export function plan(booked: readonly string[], track: [number, number][], safety: Ring = []): TemplateResult | typeof nothing {
  const known = site.site;
  if (known === null) return nothing;
  const volumes = known.volumes.filter((one) => booked.length === 0 || booked.includes(one.volume_id));
  const shown = [...known.fence, ...volumes.flatMap((one) => one.ring), ...track, ...safety];
  const lonM = 111_320 * Math.cos((known.pad_lat_deg * Math.PI) / 180);
  const latM = 111_200;
  const xs = shown.map(([lon]) => (lon - known.pad_lon_deg) * lonM);
  const ys = shown.map(([, lat]) => (lat - known.pad_lat_deg) * latM);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const span = Math.max(east - west, north - south) * 1.1;
  const place = ([lon, lat]: [number, number]): [number, number] => [
    (((lon - known.pad_lon_deg) * lonM - (west + east) / 2) / span + 0.5) * side,
    (0.5 - ((lat - known.pad_lat_deg) * latM - (south + north) / 2) / span) * side];
  const path = (ring: [number, number][]): string => ring.map((one) => place(one).map((v) => v.toFixed(1)).join(",")).filter((point, k, all) => point !== all[k - 1]).join(" ");
  const scale = 10 ** Math.floor(Math.log10(span / 3));
  const last = track.at(-1);
  const pad = place([known.pad_lon_deg, known.pad_lat_deg]);
  const cut = Math.max(0, side / 2 - ((north - south) / span) * side / 2 - 40);
  return html`<figure class="plan"><svg viewBox="0 ${cut} ${side} ${side - 2 * cut}" role="img" aria-label=${t("range.plan")}>
    ${volumes.map((one) => svg`<polygon class="plan-volume" points=${path(one.ring)} /><text class="plan-name" x=${place(one.ring[0]!)[0] + 4} y=${place(one.ring[0]!)[1] - 4}>${name(one.names)}</text>`)}
    ${safety.length > 0 ? svg`<polygon class="plan-safety" points=${path(safety)} />` : nothing}
    <polygon class="plan-fence" points=${path(known.fence)} />
    ${known.spectator_rings.map((ring) => svg`<polygon class="plan-people" points=${path(ring)} />`)}
    ${track.length > 1 ? svg`<polyline class="plan-track" points=${path(track)} />` : nothing}
    <rect class="plan-pad" x=${pad[0] - 4} y=${pad[1] - 4} width="8" height="8" />
    ${last !== undefined ? svg`<circle class="plan-here" cx=${place(last)[0]} cy=${place(last)[1]} r="6" />` : nothing}
    <g class="plan-scale" transform="translate(12 ${side - cut - 14})"><line x2=${(scale / span) * side} /><text x="0" y="-6">${scale >= 1000 ? `${number(scale / 1000)}\u00a0${t("range.unit.km")}` : `${number(scale)}\u00a0${t("range.unit.m")}`}</text></g>
  </svg><figcaption><small>${t("range.plan.legend")}</small></figcaption></figure>`;
}
