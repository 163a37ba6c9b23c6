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

function line(leg: Leg): [number, number][] {
  return leg.path.length > 1 ? leg.path : [[leg.from.lon, leg.from.lat], [leg.to.lon, leg.to.lat]];
}

function group(mode: string): "walk" | "car" | "air" | "ride" {
  return mode === "walk" || mode === "leave" ? "walk" : mode === "car" || mode === "air" ? mode : "ride";
}

@customElement("aspan-trip-map")
export class TripMap extends LitElement {
  @property({ attribute: false }) itinerary: Itinerary | null = null;
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
      const beside = isEnd ? undefined : [ends[0]!, ends.at(-1)!].find((other) => this.away(end, other) < besidePx);
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
