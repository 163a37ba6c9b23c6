/**
 * Aircraft over the ground: signs and labels are drawn in one canvas in each frame, from pictures
 * that are painted once; beside them each aircraft has a button without looks of its own, for
 * pointers, keys and readers, which follows a little behind. Sixty elements that move would cost the
 * page a look at each one's style and layer in every frame; the canvas costs a copy of small pictures.
 */
import * as format from "../format";
import { language, t, word } from "../i18n";
import type { Motion } from "../motion";
import { picture, smallMarginKwh } from "../store";
import { isDark } from "../theme";
import { units } from "../units";
import { Ink, labelHeightPx } from "./ink";
import type { Box } from "./labels";
import type { ScreenPoint } from "./terrain";

const glyphPx = 22;
const ringPx = 18;
const labelX = 17; // of a label beside its sign
const labelY = -10;
const labelParts = 5; // looks in which every label is written once
const followPx = 6; // a button stays where it is until its aircraft is so far away

/** Where an aircraft is seen, how it is turned [rad], how flat, and how high over its place on the ground. */
export interface Seen { at: ScreenPoint; turn: number; flat: number; stemPx: number }

interface Sprite {
  element: HTMLButtonElement;
  x: number; // of the button
  y: number;
  label: HTMLCanvasElement | null;
  key: string;
  isSelected: boolean;
  isSmall: boolean;
  isNamed: boolean;
  isPointed: boolean;
}

export class Sprites {
  private readonly all = new Map<string, Sprite>();
  private readonly ink = new Ink();
  private ratio = 1;
  private turn = 0;

  constructor(
    private readonly sky: HTMLElement,
    private readonly see: (motion: Motion) => Seen,
    private readonly menu: (event: MouseEvent, id: string) => void,
  ) {
    sky.append(this.ink.canvas);
  }

  resize(width: number, height: number): void {
    this.ratio = Math.min(2, devicePixelRatio);
    this.ink.resize(width, height, this.ratio);
  }

  /** Draw every aircraft where it is now. */
  draw(wall: number): void {
    const motions = picture.traffic.at(wall);
    if (motions.length === 0 && this.all.size === 0) return;
    this.ink.learnColours(this.sky, isDark());
    this.keep(motions);
    this.ink.clear();
    const colours = this.ink.colours;
    let front: { sprite: Sprite; seen: Seen } | null = null;
    for (const motion of motions) {
      const sprite = this.all.get(motion.aircraft_id)!;
      const seen = this.see(motion);
      if (sprite.isSelected) front = { sprite, seen };
      else this.paint(sprite, seen, sprite.isPointed ? colours.hover : null);
    }
    if (front !== null) this.paint(front.sprite, front.seen, colours.selected);
  }

  private paint(sprite: Sprite, { at, turn, flat, stemPx }: Seen, ring: string | null): void {
    const { ink } = this;
    if (stemPx > 0) ink.stem(at.x, at.y, stemPx, sprite.isSelected);
    if (sprite.isSmall) ink.ring(at.x, at.y, ringPx, ink.colours.small, ring === null);
    else if (ring !== null) ink.ring(at.x, at.y, ringPx, ring, false);
    ink.glyph(at.x, at.y, turn, flat, sprite.isSelected);
    if (sprite.label !== null && (sprite.isNamed || sprite.isPointed)) ink.picture(sprite.label, at.x + labelX, at.y + labelY);
  }

  /** Write the labels, let the buttons follow, and return the room that labels want. */
  write(wall: number, isNamed: boolean, isFull: boolean, isAll: boolean): Box[] {
    const boxes: Box[] = [];
    const selected = picture.selection?.id;
    const turn = isAll ? 0 : this.turn++;
    const parts = isAll ? 1 : labelParts;
    let i = 0;
    for (const motion of picture.traffic.at(wall)) {
      const id = motion.aircraft_id;
      const sprite = this.all.get(id);
      if (sprite === undefined) continue;
      const now = picture.aircraft.get(id);
      const margin = now?.energy_margin_kwh ?? null;
      const wasSelected = sprite.isSelected;
      sprite.isSelected = selected !== undefined && (selected === id || selected === now?.sortie_id);
      sprite.isSmall = margin !== null && margin < smallMarginKwh;
      const isTold = isFull || sprite.isSelected;
      // a selected one is told at once; of the others a few in each look, each in its turn
      const isDue = sprite.isSelected !== wasSelected || sprite.label === null || (turn + i++) % parts === 0;
      const width = isDue ? this.tell(sprite, motion, isTold, now?.phase ?? "airborne") : (sprite.label?.width ?? 0) / this.ratio;
      const { at: { x, y }, stemPx } = this.see(motion);
      if (stemPx > 0) sprite.element.dataset["stem"] = stemPx.toFixed(0);
      if (isAll || Math.hypot(x - sprite.x, y - sprite.y) >= followPx) this.follow(sprite, x, y);
      const r = glyphPx / 2;
      boxes.push({ id: "", rank: -1, isSoft: true, isWanted: true, left: x - r, right: x + r, top: y - r, bottom: y + r });
      boxes.push({
        id, rank: sprite.isSelected ? 0 : 2, isWanted: sprite.isSelected || isNamed,
        left: x + glyphPx / 2, top: y + labelY, right: x + labelX + width, bottom: y + labelY + labelHeightPx(isTold),
      });
    }
    return boxes;
  }

  /** Show the labels that have room. */
  name(shown: ReadonlyMap<string, string>): void {
    for (const [id, sprite] of this.all) {
      sprite.isNamed = shown.has(id);
      sprite.element.classList.toggle("is-named", sprite.isNamed);
    }
  }

  /** Paint the label and the spoken name anew if they have changed; return the label's width. */
  private tell(sprite: Sprite, motion: Motion, isTold: boolean, phase: string): number {
    const tens = isTold ? Math.round(motion.altitude_amsl_m / 10) : 0;
    const key = `${isTold} ${sprite.isSelected} ${phase} ${Math.round(motion.soc * 100)} ${tens} ${language()} ${units()} ${this.ink.theme}`;
    if (key !== sprite.key) {
      sprite.key = key;
      const charge = format.percent(motion.soc);
      const height = format.roundHeight(motion.altitude_amsl_m);
      const more = isTold ? `${sprite.isSelected ? t("map.amsl", { height }) : height} · ${charge}` : "";
      sprite.label = this.ink.label(sprite.label, motion.aircraft_id, more, sprite.isSelected);
      const said = `${motion.aircraft_id} ${more}`.trim();
      sprite.element.ariaLabel = t("aircraft.sum", { id: said, phase: word("phase", phase), charge });
      sprite.element.classList.toggle("is-selected", sprite.isSelected);
    }
    return (sprite.label?.width ?? 0) / this.ratio;
  }

  private follow(sprite: Sprite, x: number, y: number): void {
    sprite.x = x;
    sprite.y = y;
    sprite.element.style.transform = `translate(${x.toFixed(0)}px, ${y.toFixed(0)}px)`;
  }

  /** One sprite for each of the motions, and none beside. */
  private keep(motions: Motion[]): void {
    let known = 0;
    for (const motion of motions) {
      if (this.all.has(motion.aircraft_id)) known++;
      else this.add(motion);
    }
    if (known === this.all.size) return;
    const seen = new Set(motions.map((motion) => motion.aircraft_id));
    for (const [id, sprite] of this.all) {
      if (seen.has(id)) continue;
      sprite.element.remove();
      this.all.delete(id);
    }
  }

  private add(motion: Motion): void {
    const id = motion.aircraft_id;
    const element = document.createElement("button");
    element.className = "aircraft";
    element.dataset["aircraft"] = id;
    element.append(Object.assign(document.createElement("span"), { className: "aircraft-turn" }));
    const sprite: Sprite = { element, x: 0, y: 0, label: null, key: "", isSelected: false, isSmall: false, isNamed: false, isPointed: false };
    const point = (isPointed: boolean) => (): void => { sprite.isPointed = isPointed; };
    element.addEventListener("click", () => picture.select({ kind: "aircraft", id }));
    element.addEventListener("contextmenu", (event) => this.menu(event, id));
    element.addEventListener("pointerenter", point(true));
    element.addEventListener("pointerleave", point(false));
    element.addEventListener("focus", point(true));
    element.addEventListener("blur", point(false));
    this.all.set(id, sprite);
    this.tell(sprite, motion, false, "airborne");
    const { x, y } = this.see(motion).at;
    this.follow(sprite, x, y);
    this.sky.append(element);
  }
}
