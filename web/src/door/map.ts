/** The map of one trip, fetched only when somebody asks for it: the ground, the legs, the places of change. */
import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { LngLatBounds, Map as GroundMap, Marker, NavigationControl, setWorkerUrl, type ExpressionSpecification, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { isDark } from "../theme";
import { endName } from "./legs";
import { door } from "./state";
import type { Itinerary, Leg, LegEnd } from "./types";
import { t, word } from "./words";

setWorkerUrl(workerUrl);

type Corners = [[number, number], [number, number], [number, number], [number, number]];
type Ink = Record<"ground" | "water" | "road" | "walk" | "car" | "ride" | "air" | "halo", string>;

const inks: Record<"light" | "dark", Ink> = {
  light: { ground: "#eef1f1", water: "#c5d9e6", road: "#cfd2d1", walk: "#4c5b6b", car: "#14202e", ride: "#07695b", air: "#0b62a8", halo: "#ffffff" },
  dark: { ground: "#0e1727", water: "#0a2036", road: "#2c3b54", walk: "#a3b3c6", car: "#e8eef5", ride: "#35c2ac", air: "#5fb9f7", halo: "#0e1727" },
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const besidePx = 60;
const eastShare = 0.5;
const still = ["wait", "process"];
/** Seen from above, nose up: a body, a wing, a tail. */
const craftDrawing = '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2c1.6 0 2.4 3 2.4 6.5L30 13v3l-11.6-.8L17.8 25l3.7 2.6V30L16 28.8 10.5 30v-2.4l3.7-2.6-.6-9.8L2 16v-3l11.6-4.5C13.6 5 14.4 2 16 2z"/></svg>';

function line(leg: Leg): [number, number][] {
  return leg.path.length > 1 ? leg.path : [[leg.from.lon, leg.from.lat], [leg.to.lon, leg.to.lat]];
}

function group(mode: string): "walk" | "car" | "air" | "ride" {
  return mode === "walk" || mode === "leave" ? "walk" : mode === "car" || mode === "air" ? mode : "ride";
}

@customElement("aspan-trip-map")
export class TripMap extends LitElement {
  @property({ attribute: false }) itinerary: Itinerary | null = null;
  /** The aircraft, while it flies. */
  @property({ attribute: false }) craft: { lat: number; lon: number; course_deg: number } | null = null;
  private flying: Marker | null = null;
  private map: GroundMap | null = null;
  private corners: Corners | null = null;
  private shown = "";
  private readonly onChange = (): void => this.repaint();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    door.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    door.removeEventListener("change", this.onChange);
    this.map?.remove();
    this.map = null;
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`<div class="trip-ground" role="region" aria-label=${t("door.map")}></div>
      <p class="trip-legend">${(["walk", "car", "ride", "air"] as const).filter((kind) => this.legs().some((leg) => group(leg.mode) === kind)).map((kind) =>
        html`<span><i class="trip-line is-${kind}" aria-hidden="true"></i>${word("door.line", kind)}</span>`)}</p>
      <p class="credits">${(door.service?.credits ?? []).join(" · ")}</p>`;
  }

  protected override firstUpdated(_: PropertyValues): void {
    void this.open();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.map === null) return;
    if (changed.has("itinerary") && changed.get("itinerary") != null) this.map.setStyle(this.style_());
    if (changed.has("craft")) this.fly();
  }

  /** The aircraft where it was reported last; between reports it stands still rather than guess. */
  private fly(): void {
    if (this.craft === null || this.map === null) {
      this.flying?.remove();
      this.flying = null;
      return;
    }
    if (this.flying === null) {
      const element = Object.assign(document.createElement("div"), { className: "trip-craft" });
      element.innerHTML = craftDrawing;
      this.flying = new Marker({ element, rotationAlignment: "map" }).setLngLat([this.craft.lon, this.craft.lat]).addTo(this.map);
    }
    this.flying.setLngLat([this.craft.lon, this.craft.lat]).setRotation(this.craft.course_deg);
  }

  private legs(): Leg[] {
    return (this.itinerary?.legs ?? []).filter((leg) => !still.includes(leg.mode));
  }

  private async open(): Promise<void> {
    this.corners = await fetch("/map/relief.json")
      .then(async (answer) => (answer.ok ? ((await answer.json()) as { corners: Corners }).corners : null))
      .catch(() => null);
    const legs = this.legs();
    if (legs.length === 0 || !this.isConnected) return;
    const bounds = new LngLatBounds();
    for (const at of legs.flatMap(line)) bounds.extend(at);
    this.shown = String(isDark());
    this.map = new GroundMap({
      container: this.querySelector<HTMLElement>(".trip-ground")!, style: this.style_(), bounds, fitBoundsOptions: { padding: 48, maxZoom: 15 },
      minZoom: 7, maxZoom: 17, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, cooperativeGestures: true,
      fadeDuration: calm.matches ? 0 : 150, renderWorldCopies: false,
      locale: {
        "NavigationControl.ZoomIn": t("door.map.in"), "NavigationControl.ZoomOut": t("door.map.out"), "Map.Title": t("door.map"),
        "CooperativeGesturesHandler.WindowsHelpText": t("door.map.ctrl"), "CooperativeGesturesHandler.MacHelpText": t("door.map.ctrl"),
        "CooperativeGesturesHandler.MobileHelpText": t("door.map.fingers"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.mark(legs);
    this.fly();
    this.dataset["map"] = "open";
  }

  /** Where one goes from, changes and arrives, by name. */
  private mark(legs: Leg[]): void {
    const ends = [legs[0]!.from, ...legs.map((leg) => leg.to)];
    const seen = new Set<string>();
    ends.forEach((end, i) => {
      const key = `${end.lat.toFixed(4)},${end.lon.toFixed(4)}`;
      const isEnd = i === 0 || i === ends.length - 1;
      // stops of an estimated bus have no id: nobody knows where they are, so the line alone shows them
      const isNamed = isEnd || (end.kind !== "door" && end.id !== "");
      if (seen.has(key) || !isNamed) return;
      seen.add(key);
      const element = document.createElement("div");
      // beside an end there is room for a name only on the other side
      const beside = isEnd ? undefined : [ends[0]!, ends.at(-1)!].find((other) => endName(other) !== "" && this.away(end, other) < besidePx);
      const isLeft = beside === undefined ? this.isEast(end) : !this.isEast(beside);
      element.className = `trip-place ${isEnd ? "is-end" : ""} ${isLeft ? "is-left" : ""}`;
      const name = Object.assign(document.createElement("span"), { textContent: endName(end) });
      element.append(Object.assign(document.createElement("i"), { ariaHidden: "true" }), name);
      new Marker({ element, anchor: isLeft ? "right" : "left", offset: [isLeft ? 6 : -6, 0] }).setLngLat([end.lon, end.lat]).addTo(this.map!);
    });
  }

  /** Whether a place lies where a name on its right would leave the map. */
  private isEast(end: LegEnd): boolean {
    return this.map!.project([end.lon, end.lat]).x > this.map!.getContainer().clientWidth * eastShare;
  }

  private away(one: LegEnd, other: LegEnd): number {
    const [p, q] = [this.map!.project([one.lon, one.lat]), this.map!.project([other.lon, other.lat])];
    return Math.hypot(p.x - q.x, p.y - q.y);
  }

  private repaint(): void {
    if (this.map === null || this.shown === String(isDark())) return;
    this.shown = String(isDark());
    this.map.setStyle(this.style_());
  }

  private style_(): StyleSpecification {
    const ink = inks[isDark() ? "dark" : "light"];
    const url = (name: string): string => new URL(`/map/${name}`, location.href).href;
    const file = (name: string): StyleSpecification["sources"][string] => ({ type: "geojson", data: url(name) });
    const hasKind = (...names: string[]): ExpressionSpecification => ["in", ["get", "kind"], ["literal", names]] as ExpressionSpecification;
    const features = this.legs().map((leg) => ({
      type: "Feature" as const, properties: { kind: group(leg.mode) }, geometry: { type: "LineString" as const, coordinates: line(leg) },
    }));
    const way = (kind: keyof Ink, width: number, dash?: number[]): StyleSpecification["layers"][number] => ({
      id: `way-${kind}`, type: "line", source: "ways", filter: ["==", ["get", "kind"], kind], layout: { "line-cap": dash === undefined ? "round" : "butt", "line-join": "round" },
      paint: { "line-color": ink[kind], "line-width": width, ...(dash === undefined ? {} : { "line-dasharray": dash }) },
    });
    const own: StyleSpecification["layers"] = [
      { id: "way-halo", type: "line", source: "ways", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": ink.halo, "line-width": 8, "line-opacity": 0.85 } },
      way("walk", 3, [1, 1]), way("car", 4), way("ride", 5), way("air", 3.5, [4, 2]),
    ];
    const ground: StyleSpecification["layers"] = [{ id: "ground", type: "background", paint: { "background-color": ink.ground } }];
    const ways = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features } };
    if (this.corners === null) return { version: 8, sources: { ways }, layers: [...ground, ...own] };
    return {
      version: 8,
      sources: {
        relief: { type: "image", url: url(`relief_${isDark() ? "dark" : "light"}.webp`), coordinates: this.corners },
        water: file("water.geojson"), roads: file("roads.geojson"), ways,
      },
      layers: [
        ...ground,
        { id: "relief", type: "raster", source: "relief", paint: { "raster-fade-duration": 0 } },
        { id: "water", type: "fill", source: "water", filter: hasKind("lake"), paint: { "fill-color": ink.water } },
        { id: "roads", type: "line", source: "roads", layout: { "line-join": "round" },
          paint: { "line-color": ink.road, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 8, 0.6, 14, 5] } },
        ...own,
      ],
    };
  }
}
