/** The stage: MapLibre for the ground, plain elements for vertiports and aircraft above it. */
import type { FeatureCollection } from "geojson";
import { html, LitElement, render, type TemplateResult } from "lit";
import { LngLatBounds, Map as GroundMap, NavigationControl, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import * as format from "../format";
import { language, t } from "../i18n";
import type { Motion } from "../motion";
import { choicesOf, openMenu } from "../parts/actions";
import "../parts/layers";
import { countStands } from "../stands";
import { picture, type SelectionKind } from "../store";
import { isDark } from "../theme";
import { inTurn, isTurnTaken } from "../turns";
import { hatch, zonesGeoJson, zonesKey } from "./geozones";
import { fatoPulses, vertiportGlyph } from "./glyphs";
import { keepApart, type Box } from "./labels";
import { learnDistricts } from "./districts";
import { loudest, nearZoom, NoiseFeed, noiseWords } from "./noise";
import { Sprites, type Seen } from "./sprites";
import { lanesGeoJson, mapStyle } from "./style";
import { Eye } from "./terrain";
import { view } from "./view";

setWorkerUrl(workerUrl);

type Corners = [[number, number], [number, number], [number, number], [number, number]];

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const calmStepMs = 1000; // with reduced motion aircraft move once a second
const labelStepMs = 200;
const stateRestMs = 900; // between two drawings of what is told by the state
const nameZoom = 8.6; // below it only the selected aircraft is named
const fullZoom = 10; // from it on height and charge are told too
const sitePx = 40;
const loudPx = 60; // of a place with the ring of its noise, as in the style sheet
const letterPx = 7; // of a name, about
const linePx = 15; // of a name and of what stands under it
const phonePx = 720; // of the stage: below it there is a sheet under the map
const perDegree = Math.PI / 180;
const tiltDeg = 58; // of the eye when the third dimension is asked for
const selectedPx = 140; // of a selected aircraft and its label
const hatchRatio = 2; // pixels of the hatch's image for each of the screen

class MapStage extends LitElement {
  private map: GroundMap | null = null;
  private corners: Corners | null = null;
  private districts: FeatureCollection | null = null;
  private loud = { of: [] as unknown[], levels: new Map<string, number>() };
  private frame = 0;
  private size = { width: 0, height: 0 };
  private drawnAt = 0;
  private labelledAt = 0;
  private enlarged = 1; // letters against their usual size
  private activeKey = "";
  private zonesKey = "";
  private isSpace = false;
  private isStyled = false; // a style that is still loading cannot be changed
  private shownKey = "";
  private navigation: NavigationControl | null = null;
  private readonly eye = new Eye();
  private readonly feed = new NoiseFeed(() => { this.repaint(); view.tell(); this.drawSites(); });
  private readonly sites = new Map<string, HTMLButtonElement>();
  private readonly siteKeys = new Map<string, unknown[]>();
  private readonly sky = document.createElement("div");
  private readonly sprites = new Sprites(this.sky, (motion) => this.see(motion), (event, id) => this.menu(event, "aircraft", id));
  private readonly sizes = new ResizeObserver(() => this.fit());

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
    this.sizes.disconnect();
    this.map?.remove();
    this.map = null;
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    this.sky.className = "sky";
    this.append(this.sky);
    this.sizes.observe(this);
    if (picture.city !== null) void this.open();
  }

  private readonly onChange = (event: Event): void => {
    const what = (event as CustomEvent<string>).detail;
    if (what === "city") void this.open();
    if (this.map === null) return;
    if (what === "look") {
      this.repaint();
      this.nameControls();
    }
    if (what === "state" && !picture.isReplay) inTurn(this.showState, stateRestMs);
    else {
      if (what === "moment" || what === "state") this.showActive();
      if (what !== "age" && what !== "city") this.drawSites();
    }
    if (what === "selection") this.showSelected();
    // another moment is another place at once, and a map that was away is behind
    if (what === "view") this.showState();
    if (what === "moment") this.feed.follow();
    if (what === "moment" || what === "view" || what === "selection") this.refresh();
  };

  private readonly showState = (): void => {
    if (this.map === null || picture.view !== "map") return;
    this.showActive();
    this.drawSites();
  };

  private readonly onView = (): void => {
    if (this.map === null) return;
    this.feed.turn(view.layers.noise);
    this.classList.toggle("is-loud", view.layers.noise);
    this.repaint();
    this.drawSites();
    this.tilt(view.layers.terrain && view.terrain !== null);
  };

  private async open(): Promise<void> {
    const city = picture.city;
    if (this.map !== null || city === null) return;
    this.corners = await fetch("/map/relief.json")
      .then(async (answer) => (answer.ok ? ((await answer.json()) as { corners: Corners }).corners : null))
      .catch(() => null);
    this.districts = await learnDistricts();
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
    this.map.on("move", () => { if (!this.isSpace) this.place(); });
    // in space a place stands where the frame just drawn has it
    this.map.on("render", () => { if (this.isSpace) this.place(); });
    this.map.on("moveend", () => this.refresh());
    this.map.on("style.load", () => { this.isStyled = true; this.repaint(); });
    this.map.on("styledata", () => { if (this.map !== null) this.eye.watch(this.map, this.isSpace); });
    this.map.setMissingStyleImageResolver((id) => this.drawHatch(id));
    this.map.on("click", () => picture.select(null));
    this.dataset["map"] = "open";
    this.feed.turn(view.layers.noise);
    this.classList.toggle("is-loud", view.layers.noise);
    void view.learnTerrain();
    this.drawSites();
    this.showSelected();
    this.refresh();
    this.loop();
  }

  private fit(): void {
    this.size = { width: this.clientWidth, height: this.clientHeight };
    // asked of the style here and not in a frame, where it would have all that was written worked out
    this.enlarged = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    if (this.size.width === 0) return;
    this.sprites.resize(this.size.width, this.size.height);
    this.refresh();
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
    const extras = { layers: view.layers, noise: this.feed.noise, terrain: view.terrain, districts: this.districts };
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
    this.nameControls();
  }

  /** The map's own buttons learn their words once; another language names them anew. */
  private nameControls(): void {
    const names: [string, string][] = [["zoom-in", t("map.zoom_in")], ["zoom-out", t("map.zoom_out")], ["compass", t("layers.north")]];
    for (const [button, name] of names) {
      const found = this.querySelector<HTMLElement>(`.maplibregl-ctrl-${button}`);
      if (found !== null) Object.assign(found, { title: name, ariaLabel: name });
    }
  }

  /** The loudest level about each place while noise is shown. */
  private loudness(): Map<string, number> {
    const { noise, noiseKind } = view.layers;
    const of = [noise ? this.feed.noise : null, noiseKind];
    if (of.some((part, i) => part !== this.loud.of[i])) {
      this.loud = { of, levels: loudest(noise ? this.feed.noise : null, noiseKind, picture.city?.vertiports ?? []) };
    }
    return this.loud.levels;
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
    const isSmall = this.clientWidth < phonePx;
    // room for the label too, beside the panel that covers the right side
    const [margin, right] = isSmall ? [40, 40] : [60, selectedPx + this.panelPx()];
    const within = (value: number, size: number, after: number): number =>
      Math.max(0, value - (size - after)) || Math.min(0, value - margin);
    const by: [number, number] = [within(x, this.clientWidth, right), within(y, this.clientHeight, margin)];
    // no further than it must: what else is looked at stays in its place
    if (by[0] !== 0 || by[1] !== 0) this.map.panBy(by, { duration: calm.matches ? 0 : 500 });
  }

  private panelPx(): number {
    return 22.5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
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
      const level = this.loudness().get(place.vertiport_id);
      const key = [now, place, level, picture.selection?.id === place.vertiport_id, language()];
      const before = this.siteKeys.get(place.vertiport_id);
      if (before !== undefined && key.every((part, i) => part === before[i])) continue;
      this.siteKeys.set(place.vertiport_id, key);
      const name = format.shortName(place.names);
      const { free, all } = now === undefined ? { free: 0, all: 0 } : countStands(now);
      // the spoken name begins with what is written under the ring
      const said = [name, now?.is_open === false ? t("vertiport.closed") : "", now?.is_held === true ? t("vertiport.held") : ""];
      site.setAttribute("aria-label", t("vertiport.sum", { name: said.filter(Boolean).join(" "), n: free, all }));
      site.classList.toggle("is-selected", picture.selection?.id === place.vertiport_id);
      site.classList.toggle("is-loud", level !== undefined);
      site.classList.toggle("is-closed", now?.is_open === false);
      const closed = now?.is_open === false ? html`<small>${t("vertiport.closed")}</small>` : "";
      const held = now?.is_held === true ? html`<small class="is-held">${t("vertiport.held")}</small>` : "";
      const loud = level === undefined ? "" : html`<small class="is-loud">${noiseWords(level)}</small>`;
      render(html`${vertiportGlyph(place, now)}${fatoPulses(place, now)}<span class="vertiport-name">${name} ${closed} ${held} ${loud}</span>`, site);
    }
  }

  zoomByKey(isIn: boolean): void {
    const how = { duration: calm.matches ? 0 : 200 };
    if (isIn) this.map?.zoomIn(how);
    else this.map?.zoomOut(how);
  }

  /** Put everything in its place and name it now. */
  private refresh(): void {
    if (this.map === null) return;
    this.label(performance.now(), true);
    this.place();
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
      this.look();
      this.loop();
    });
  }

  /** Look after the aircraft while the map is seen, and after their labels now and then. */
  private look(): void {
    const wall = performance.now();
    if (this.map === null || picture.view !== "map" || (calm.matches && wall - this.drawnAt < calmStepMs)) return;
    // a frame that draws a piece of the page or writes labels does not draw: what moves is drawn in the next
    if (isTurnTaken() && !calm.matches) return;
    if (wall - this.labelledAt >= labelStepMs || calm.matches) this.label(wall, calm.matches);
    if (this.labelledAt !== wall || calm.matches) this.draw(wall);
  }

  private draw(wall: number): void {
    this.drawnAt = wall;
    this.sprites.draw(wall);
  }

  /** Put everything where it is seen now. */
  private place(): void {
    if (this.map === null) return;
    for (const place of picture.city?.vertiports ?? []) {
      const { x, y } = this.map.project([place.lon_deg, place.lat_deg]);
      this.sites.get(place.vertiport_id)?.style.setProperty("transform", `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`);
    }
    this.draw(performance.now());
  }

  /** Where an aircraft is seen: over its place on the ground, in space at its height. */
  private see(motion: Motion): Seen {
    const map = this.map!;
    const ground = map.project([motion.lon_deg, motion.lat_deg]);
    if (!this.isSpace) return { at: ground, turn: motion.heading_deg * perDegree, flat: 1, stemPx: 0 };
    const { width, height } = this.size;
    const at = this.eye.project(motion.lon_deg, motion.lat_deg, motion.altitude_amsl_m, width, height) ?? ground;
    const turn = (motion.heading_deg - map.getBearing()) * perDegree;
    return { at, turn, flat: Math.cos(map.getPitch() * 0.8 * perDegree), stemPx: Math.max(0, ground.y - at.y) };
  }

  /** Write the labels and hide those that would cover another; the selected one is kept. */
  private label(wall: number, isAll = false): void {
    this.labelledAt = wall;
    const zoom = this.map!.getZoom();
    this.classList.toggle("is-near", zoom >= nearZoom);
    const boxes = this.sprites.write(wall, zoom >= nameZoom, zoom >= fullZoom, isAll);
    for (const [id, site] of this.sites) boxes.push(...this.siteBoxes(id, site));
    const shown = keepApart(boxes);
    this.sprites.name(shown);
    for (const [id, site] of this.sites) {
      site.classList.toggle("is-named", shown.has(id));
      const side = shown.get(id) ?? "below";
      if (site.dataset["side"] !== side) site.dataset["side"] = side;
    }
  }

  /** A vertiport's ring, which nothing may cover, and the name under it, or beside it where that is taken. */
  private siteBoxes(id: string, site: HTMLElement): Box[] {
    const place = picture.place(id)!;
    const { x, y } = this.map!.project([place.lon_deg, place.lat_deg]);
    const name = site.querySelector(".vertiport-name");
    const texts = [...(name?.childNodes ?? [])].filter((node) => node.nodeType !== Node.COMMENT_NODE);
    const lines = texts.map((line) => (line.textContent ?? "").trim().length);
    const width = Math.max(0, ...lines) * letterPx * this.enlarged;
    const height = linePx * this.enlarged * lines.filter((length) => length > 0).length;
    const rank = picture.selection?.id === id ? 0 : 1;
    // the ring of its noise is wider than the sign itself
    const half = this.loudness().has(id) && this.map!.getZoom() < nearZoom ? loudPx / 2 : sitePx / 2;
    const r = half - 2;
    const side = (where: string, left: number, top: number): Box =>
      ({ id, rank, side: where, isWanted: true, left, right: left + width, top, bottom: top + height });
    return [
      { id: "", rank: -1, isWanted: true, left: x - r, right: x + r, top: y - r, bottom: y + r },
      side("below", x - width / 2, y + half),
      side("above", x - width / 2, y - half - height),
      side("right", x + half + 2, y - height / 2),
      side("left", x - half - 2 - width, y - height / 2),
    ];
  }
}

customElements.define("aspan-map", MapStage);
