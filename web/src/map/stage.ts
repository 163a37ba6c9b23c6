/** The stage: MapLibre for the ground, plain elements for vertiports and aircraft above it. */
import { html, LitElement, render, type TemplateResult } from "lit";
import { LngLatBounds, Map as GroundMap, NavigationControl, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import * as format from "../format";
import { language, t, word } from "../i18n";
import type { Motion } from "../motion";
import { choicesOf, openMenu } from "../parts/actions";
import "../parts/layers";
import { picture, smallMarginKwh, type SelectionKind } from "../store";
import { isDark } from "../theme";
import { hatch, zonesGeoJson, zonesKey } from "./geozones";
import { aircraftGlyph, vertiportGlyph } from "./glyphs";
import { keepApart, type Box } from "./labels";
import { NoiseFeed } from "./noise";
import { lanesGeoJson, mapStyle } from "./style";
import { Eye, type ScreenPoint } from "./terrain";
import { view } from "./view";

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
const tiltDeg = 58; // of the eye when the third dimension is asked for
const hatchRatio = 2; // pixels of the hatch's image for each of the screen

interface Sprite { element: HTMLButtonElement; glyph: HTMLElement; stem: HTMLElement; name: HTMLElement; more: HTMLElement }

class MapStage extends LitElement {
  private map: GroundMap | null = null;
  private corners: Corners | null = null;
  private frame = 0;
  private drawnAt = 0;
  private labelledAt = 0;
  private activeKey = "";
  private zonesKey = "";
  private isSpace = false;
  private isStyled = false; // a style that is still loading cannot be changed
  private shownKey = "";
  private navigation: NavigationControl | null = null;
  private readonly eye = new Eye();
  private readonly feed = new NoiseFeed(() => { this.repaint(); view.tell(); });
  private readonly sprites = new Map<string, Sprite>();
  private readonly sites = new Map<string, HTMLButtonElement>();
  private readonly sky = document.createElement("div");

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<div class="ground" aria-label=${t("app.map")}></div><aspan-layers .feed=${this.feed}></aspan-layers>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    picture.addEventListener("change", this.onChange);
    view.addEventListener("change", this.onView);
  }

  override disconnectedCallback(): void {
    picture.removeEventListener("change", this.onChange);
    view.removeEventListener("change", this.onView);
    this.feed.turn(false);
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
    if (what === "state" || what === "moment") this.showActive();
    if (what !== "age" && what !== "city") this.drawSites();
    if (what === "selection") this.showSelected();
  };

  private readonly onView = (): void => {
    if (this.map === null) return;
    this.feed.turn(view.layers.noise);
    this.repaint();
    this.tilt(view.layers.terrain && view.terrain !== null);
  };

  private async open(): Promise<void> {
    const city = picture.city;
    if (this.map !== null || city === null) return;
    this.corners = await fetch("/map/relief.json")
      .then(async (answer) => (answer.ok ? ((await answer.json()) as { corners: Corners }).corners : null))
      .catch(() => null);
    await document.fonts.load("12px 'Inter Variable'", "Aлқ").catch(() => []);
    this.shownKey = this.lookKey();
    const bounds = new LngLatBounds();
    for (const v of city.vertiports) bounds.extend([v.lon_deg, v.lat_deg]);
    this.map = new GroundMap({
      container: this.querySelector<HTMLElement>(".ground")!,
      style: this.groundStyle(), bounds, fitBoundsOptions: { padding: this.padding() },
      minZoom: 7, maxZoom: 16, attributionControl: false, dragRotate: false, touchPitch: false, maxPitch: 72,
      fadeDuration: calm.matches ? 0 : 150, renderWorldCopies: false,
      locale: { "NavigationControl.ZoomIn": t("map.zoom_in"), "NavigationControl.ZoomOut": t("map.zoom_out"), "Map.Title": t("app.map"),
        "NavigationControl.ResetBearing": t("layers.north") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.navigate(false);
    this.map.on("move", () => { this.drawnAt = 0; if (!this.isSpace) this.draw(); });
    // in space a place stands where the frame just drawn has it
    this.map.on("render", () => { if (this.isSpace) { this.drawnAt = 0; this.draw(); } });
    this.map.on("style.load", () => { this.isStyled = true; this.repaint(); });
    this.map.on("styledata", () => { if (this.map !== null) this.eye.watch(this.map, this.isSpace); });
    this.map.setMissingStyleImageResolver((id) => this.drawHatch(id));
    this.map.on("click", () => picture.select(null));
    this.dataset["map"] = "open";
    this.feed.turn(view.layers.noise);
    void view.learnTerrain();
    this.drawSites();
    this.showSelected();
    this.loop();
  }

  private padding(): { top: number; right: number; bottom: number; left: number } {
    const isSmall = this.clientWidth < phonePx;
    return isSmall ? { top: 60, right: 40, bottom: 44, left: 40 } : { top: 72, right: 90, bottom: 72, left: 70 };
  }

  private drawHatch(id: string): void {
    const image = hatch(id);
    if (image !== null && !this.map!.hasImage(id)) this.map!.addImage(id, image, { pixelRatio: hatchRatio });
  }

  private groundStyle(): StyleSpecification {
    const extras = { layers: view.layers, noise: this.feed.noise, terrain: view.terrain };
    return mapStyle(picture.city!, picture.activeLanes(), this.corners, isDark(), extras);
  }

  /** What the style depends on beside the picture itself; drawn again only when it has changed. */
  private lookKey(): string {
    const { layers, terrain } = view;
    const noise = layers.noise ? this.feed.noise?.until_ms : null;
    return JSON.stringify([layers, layers.terrain && terrain !== null, noise, isDark(), language()]);
  }

  private repaint(): void {
    if (this.map === null || picture.city === null || !this.isStyled) return;
    const key = this.lookKey();
    if (key === this.shownKey) return;
    this.shownKey = key;
    this.map.setStyle(this.groundStyle());
  }

  private navigate(isSpace: boolean): void {
    if (this.navigation !== null) this.map!.removeControl(this.navigation);
    this.navigation = new NavigationControl({ showCompass: isSpace, visualizePitch: isSpace });
    this.map!.addControl(this.navigation, this.clientWidth < phonePx ? "bottom-right" : "top-left");
  }

  /** Lean the eye back and let it be turned, or look straight down again. */
  private tilt(isSpace: boolean): void {
    const map = this.map;
    if (map === null || isSpace === this.isSpace) return;
    this.isSpace = isSpace;
    this.classList.toggle("is-space", isSpace);
    const turn = isSpace ? "enable" : "disable";
    map.dragRotate[turn]();
    map.touchPitch[turn]();
    map.touchZoomRotate[`${turn}Rotation`]();
    map.keyboard[`${turn}Rotation`]();
    this.navigate(isSpace);
    this.eye.watch(map, isSpace);
    map.easeTo({ pitch: isSpace ? tiltDeg : 0, bearing: 0, duration: calm.matches ? 0 : 600 });
  }

  private showActive(): void {
    const key = zonesKey();
    const zones = this.map?.getSource<GeoJSONSource>("geozones");
    if (key !== this.zonesKey && zones !== undefined) {
      this.zonesKey = key;
      zones.setData(zonesGeoJson());
    }
    const lanes = picture.activeLanes();
    const laneKey = lanes.map((lane) => lane.lane_id).join(" ");
    const source = this.map?.getSource<GeoJSONSource>("active");
    if (laneKey === this.activeKey || source === undefined) return;
    this.activeKey = laneKey;
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
        site.addEventListener("contextmenu", (event) => this.menu(event, "vertiport", place.vertiport_id));
        this.sites.set(place.vertiport_id, site);
        this.sky.append(site);
      }
      const name = format.shortName(place.names);
      const free = now?.stands.filter((s) => s.aircraft_id === null).length ?? 0;
      // the spoken name begins with what is written under the ring
      const said = [name, now?.is_open === false ? t("vertiport.closed") : "", now?.is_held === true ? t("vertiport.held") : ""];
      site.setAttribute("aria-label", t("vertiport.sum", { name: said.filter(Boolean).join(" "), n: free, all: place.stands.length }));
      site.classList.toggle("is-selected", picture.selection?.id === place.vertiport_id);
      site.classList.toggle("is-closed", now?.is_open === false);
      const closed = now?.is_open === false ? html`<small>${t("vertiport.closed")}</small>` : "";
      const held = now?.is_held === true ? html`<small class="is-held">${t("vertiport.held")}</small>` : "";
      render(html`${vertiportGlyph(place, now)}<span class="vertiport-name">${name} ${closed} ${held}</span>`, site);
    }
    this.drawnAt = 0;
  }

  /** What can be done to an object, where it was asked: right button, long press, or the menu key. */
  private menu(event: MouseEvent, kind: SelectionKind, id: string): void {
    event.preventDefault();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const isKey = event.clientX === 0 && event.clientY === 0;
    const place = kind === "vertiport" ? picture.place(id) : undefined;
    const title = t("map.menu", { name: place === undefined ? id : format.shortName(place.names) });
    openMenu(title, choicesOf(kind, id), isKey ? box.left : event.clientX, isKey ? box.top : event.clientY);
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

  /** Where an aircraft is seen: over its place on the ground, in space at its height. */
  private seenAt(motion: Motion): ScreenPoint {
    const ground = this.map!.project([motion.lon_deg, motion.lat_deg]);
    if (!this.isSpace) return ground;
    const { clientWidth: width, clientHeight: height } = this;
    return this.eye.project(motion.lon_deg, motion.lat_deg, motion.altitude_amsl_m, width, height) ?? ground;
  }

  private move(motion: Motion): void {
    const sprite = this.sprites.get(motion.aircraft_id) ?? this.addSprite(motion.aircraft_id);
    const { x, y } = this.seenAt(motion);
    sprite.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    if (this.isSpace) {
      const ground = this.map!.project([motion.lon_deg, motion.lat_deg]);
      sprite.stem.style.height = `${Math.max(0, ground.y - y).toFixed(1)}px`;
      const turn = motion.heading_deg - this.map!.getBearing();
      sprite.glyph.style.transform = `rotateX(${(this.map!.getPitch() * 0.8).toFixed(1)}deg) rotateZ(${turn.toFixed(1)}deg)`;
      return;
    }
    sprite.glyph.style.transform = `rotate(${motion.heading_deg.toFixed(1)}deg)`;
  }

  private addSprite(id: string): Sprite {
    const element = document.createElement("button");
    element.className = "aircraft";
    element.dataset["aircraft"] = id;
    element.addEventListener("click", () => picture.select({ kind: "aircraft", id }));
    element.addEventListener("contextmenu", (event) => this.menu(event, "aircraft", id));
    render(
      html`<i class="aircraft-stem" aria-hidden="true"></i><span class="aircraft-turn">${aircraftGlyph()}</span>
        <span class="aircraft-label" aria-hidden="true"><b class="num"></b> <span class="num"></span></span>`,
      element,
    );
    const label = element.querySelector<HTMLElement>(".aircraft-label")!;
    const sprite = {
      element,
      glyph: element.querySelector<HTMLElement>(".aircraft-turn")!,
      stem: element.querySelector<HTMLElement>(".aircraft-stem")!,
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
      const sum = t("aircraft.sum", { id: `${motion.aircraft_id} ${more}`.trim(), phase, charge });
      if (sprite.element.ariaLabel !== sum) sprite.element.ariaLabel = sum;
      const { x, y } = this.seenAt(motion);
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
