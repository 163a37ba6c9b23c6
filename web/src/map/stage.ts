/** The stage: MapLibre for the ground, plain elements for vertiports and aircraft above it. */
import { html, LitElement, render, type TemplateResult } from "lit";
import { LngLatBounds, Map as GroundMap, NavigationControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import * as format from "../format";
import { t, word } from "../i18n";
import type { Motion } from "../motion";
import { picture, smallMarginKwh } from "../store";
import { isDark } from "../theme";
import { aircraftGlyph, vertiportGlyph } from "./glyphs";
import { keepApart, type Box } from "./labels";
import { lanesGeoJson, mapStyle } from "./style";

setWorkerUrl(workerUrl);

type Corners = [[number, number], [number, number], [number, number], [number, number]];

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const calmStepMs = 1000; // with reduced motion aircraft move once a second
const labelStepMs = 200;
const nameZoom = 8.6; // below it only the selected aircraft is named
const fullZoom = 10; // from it on height and charge are told too
const glyphPx = 22;
const sitePx = 40;
const phonePx = 720; // of the stage: below it there is a sheet under the map

interface Sprite { element: HTMLButtonElement; glyph: HTMLElement; name: HTMLElement; more: HTMLElement }

class MapStage extends LitElement {
  private map: GroundMap | null = null;
  private corners: Corners | null = null;
  private frame = 0;
  private drawnAt = 0;
  private labelledAt = 0;
  private activeKey = "";
  private readonly sprites = new Map<string, Sprite>();
  private readonly sites = new Map<string, HTMLButtonElement>();
  private readonly sky = document.createElement("div");

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<div class="ground" aria-label=${t("app.map")}></div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    picture.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    picture.removeEventListener("change", this.onChange);
    cancelAnimationFrame(this.frame);
    this.map?.remove();
    this.map = null;
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    this.sky.className = "sky";
    this.append(this.sky);
    if (picture.city !== null) void this.open();
  }

  private readonly onChange = (event: Event): void => {
    const what = (event as CustomEvent<string>).detail;
    if (what === "city") void this.open();
    if (this.map === null) return;
    if (what === "look") this.repaint();
    if (what === "state") this.showActive();
    if (what === "state" || what === "look" || what === "selection") this.drawSites();
    if (what === "selection") this.showSelected();
  };

  private async open(): Promise<void> {
    const city = picture.city;
    if (this.map !== null || city === null) return;
    this.corners = await fetch("/map/relief.json")
      .then(async (answer) => (answer.ok ? ((await answer.json()) as { corners: Corners }).corners : null))
      .catch(() => null);
    await document.fonts.load("12px 'Inter Variable'", "Aлқ").catch(() => []);
    const bounds = new LngLatBounds();
    for (const v of city.vertiports) bounds.extend([v.lon_deg, v.lat_deg]);
    this.map = new GroundMap({
      container: this.querySelector<HTMLElement>(".ground")!,
      style: mapStyle(city, picture.activeLanes(), this.corners, isDark()),
      bounds, fitBoundsOptions: { padding: this.padding() },
      minZoom: 7, maxZoom: 16, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      fadeDuration: calm.matches ? 0 : 150, renderWorldCopies: false,
      locale: { "NavigationControl.ZoomIn": t("map.zoom_in"), "NavigationControl.ZoomOut": t("map.zoom_out"), "Map.Title": t("app.map") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(
      new NavigationControl({ showCompass: false }), this.clientWidth < phonePx ? "bottom-right" : "top-left",
    );
    this.map.on("move", () => { this.drawnAt = 0; this.draw(); });
    this.map.on("click", () => picture.select(null));
    this.dataset["map"] = "open";
    this.drawSites();
    this.showSelected();
    this.loop();
  }

  private padding(): { top: number; right: number; bottom: number; left: number } {
    const isSmall = this.clientWidth < phonePx;
    return isSmall ? { top: 60, right: 40, bottom: 44, left: 40 } : { top: 72, right: 90, bottom: 72, left: 70 };
  }

  private repaint(): void {
    if (this.map === null || picture.city === null) return;
    this.map.setStyle(mapStyle(picture.city, picture.activeLanes(), this.corners, isDark()));
  }

  private showActive(): void {
    const lanes = picture.activeLanes();
    const key = lanes.map((lane) => lane.lane_id).join(" ");
    const source = this.map?.getSource<GeoJSONSource>("active");
    if (key === this.activeKey || source === undefined) return;
    this.activeKey = key;
    source.setData(lanesGeoJson(lanes));
  }

  /** Bring what was selected elsewhere into view. */
  private showSelected(): void {
    const selection = picture.selection;
    if (this.map === null || selection === null) return;
    const motion = picture.traffic.find(selection.id, performance.now());
    const place = selection.kind === "vertiport" ? picture.place(selection.id) : motion;
    if (place === undefined) return;
    const at: [number, number] = [place.lon_deg, place.lat_deg];
    const { x, y } = this.map.project(at);
    const margin = 40;
    const covered = this.clientWidth < phonePx ? 0 : 340;
    const isSeen = x > margin && y > margin && x < this.clientWidth - margin - covered && y < this.clientHeight - margin;
    if (!isSeen) this.map.easeTo({ center: at, offset: [-covered / 2, 0], duration: calm.matches ? 0 : 500 });
  }

  private drawSites(): void {
    for (const place of picture.city?.vertiports ?? []) {
      const now = picture.vertiports.get(place.vertiport_id);
      let site = this.sites.get(place.vertiport_id);
      if (site === undefined) {
        site = document.createElement("button");
        site.className = "vertiport";
        site.dataset["vertiport"] = place.vertiport_id;
        site.addEventListener("click", () => picture.select({ kind: "vertiport", id: place.vertiport_id }));
        this.sites.set(place.vertiport_id, site);
        this.sky.append(site);
      }
      const name = format.shortName(place.names);
      const free = now?.stands.filter((s) => s.aircraft_id === null).length ?? 0;
      site.setAttribute("aria-label", t("vertiport.sum", { name, n: free, all: place.stands.length }));
      site.classList.toggle("is-selected", picture.selection?.id === place.vertiport_id);
      site.classList.toggle("is-closed", now?.is_open === false);
      const closed = now?.is_open === false ? html`<small>${t("vertiport.closed")}</small>` : "";
      render(html`${vertiportGlyph(place, now)}<span class="vertiport-name">${name}${closed}</span>`, site);
    }
    this.drawnAt = 0;
  }

  private loop(): void {
    this.frame = requestAnimationFrame(() => {
      this.draw();
      this.loop();
    });
  }

  private draw(): void {
    const wall = performance.now();
    if (this.map === null || (calm.matches && wall - this.drawnAt < calmStepMs)) return;
    this.drawnAt = wall;
    for (const place of picture.city?.vertiports ?? []) {
      const { x, y } = this.map.project([place.lon_deg, place.lat_deg]);
      this.sites.get(place.vertiport_id)?.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    }
    const motions = picture.traffic.at(wall);
    const seen = new Set<string>();
    for (const motion of motions) {
      seen.add(motion.aircraft_id);
      this.move(motion);
    }
    for (const [id, sprite] of this.sprites) {
      if (seen.has(id)) continue;
      sprite.element.remove();
      this.sprites.delete(id);
    }
    if (wall - this.labelledAt >= labelStepMs || calm.matches) {
      this.labelledAt = wall;
      this.label(motions);
    }
  }

  private move(motion: Motion): void {
    const sprite = this.sprites.get(motion.aircraft_id) ?? this.addSprite(motion.aircraft_id);
    const { x, y } = this.map!.project([motion.lon_deg, motion.lat_deg]);
    sprite.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    sprite.glyph.style.transform = `rotate(${motion.heading_deg.toFixed(1)}deg)`;
  }

  private addSprite(id: string): Sprite {
    const element = document.createElement("button");
    element.className = "aircraft";
    element.dataset["aircraft"] = id;
    element.addEventListener("click", () => picture.select({ kind: "aircraft", id }));
    render(
      html`<span class="aircraft-turn">${aircraftGlyph()}</span>
        <span class="aircraft-label" aria-hidden="true"><b class="num"></b><span class="num"></span></span>`,
      element,
    );
    const label = element.querySelector<HTMLElement>(".aircraft-label")!;
    const sprite = {
      element,
      glyph: element.querySelector<HTMLElement>(".aircraft-turn")!,
      name: label.querySelector<HTMLElement>("b")!,
      more: label.querySelector<HTMLElement>("span")!,
    };
    sprite.name.textContent = id;
    this.sprites.set(id, sprite);
    this.sky.append(element);
    return sprite;
  }

  /** Write the labels and hide those that would cover another; the selected one is kept. */
  private label(motions: Motion[]): void {
    const zoom = this.map!.getZoom();
    const boxes: Box[] = [];
    for (const [id, site] of this.sites) boxes.push(...this.siteBoxes(id, site));
    for (const motion of motions) {
      const sprite = this.sprites.get(motion.aircraft_id)!;
      const now = picture.aircraft.get(motion.aircraft_id);
      const isSelected = picture.selection?.id === motion.aircraft_id || picture.selection?.id === now?.sortie_id;
      const margin = now?.energy_margin_kwh ?? null;
      const isSmall = margin !== null && margin < smallMarginKwh;
      const isFull = zoom >= fullZoom || isSelected;
      const charge = format.percent(motion.soc);
      const more = isFull ? `${format.tens(motion.altitude_amsl_m)} · ${charge}` : "";
      if (sprite.more.textContent !== more) sprite.more.textContent = more;
      sprite.element.classList.toggle("is-selected", isSelected);
      sprite.element.classList.toggle("has-ring", isSmall);
      const phase = word("phase", now?.phase ?? "airborne");
      const sum = t("aircraft.sum", { id: motion.aircraft_id, phase, charge });
      if (sprite.element.ariaLabel !== sum) sprite.element.ariaLabel = sum;
      const { x, y } = this.map!.project([motion.lon_deg, motion.lat_deg]);
      const width = 8 + Math.max(motion.aircraft_id.length, more.length) * 7;
      const isWanted = isSelected || zoom >= nameZoom;
      boxes.push({
        id: motion.aircraft_id, rank: isSelected ? 0 : 2, isWanted,
        left: x + glyphPx / 2, top: y - 9, right: x + glyphPx / 2 + width, bottom: y + (isFull ? 24 : 9),
      });
    }
    const shown = keepApart(boxes);
    for (const [id, sprite] of this.sprites) sprite.element.classList.toggle("is-named", shown.has(id));
    for (const [id, site] of this.sites) site.classList.toggle("is-named", shown.has(id));
  }

  /** A vertiport's ring, which nothing may cover, and the name under it. */
  private siteBoxes(id: string, site: HTMLElement): Box[] {
    const place = picture.place(id)!;
    const { x, y } = this.map!.project([place.lon_deg, place.lat_deg]);
    const half = ((site.querySelector(".vertiport-name")?.textContent ?? "").length * 7) / 2;
    const rank = picture.selection?.id === id ? 0 : 1;
    const r = sitePx / 2 - 2;
    return [
      { id: "", rank: -1, isWanted: true, left: x - r, right: x + r, top: y - r, bottom: y + r },
      { id, rank, isWanted: true, left: x - half, right: x + half, top: y + 20, bottom: y + 36 },
    ];
  }
}

customElements.define("aspan-map", MapStage);
