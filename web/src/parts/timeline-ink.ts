/** Blocks as ink on a canvas: the looks that the style sheet gives `.tl-block`, in the theme's colours. */
import { strokesOf, type IconName } from "../icons";
import { isDark } from "../theme";
import type { Block } from "../types";
import { faceOf } from "./timeline-blocks";

const colourNames = ["panel", "panel-soft", "text", "text-soft", "slate", "accent", "flight", "on-flight", "teal", "teal-soft",
  "amber", "amber-text", "amber-soft", "vermilion", "vermilion-text", "line"] as const;
type Colour = (typeof colourNames)[number];
type Line = "solid" | "dotted" | "dashed";

interface Look { ink: Colour; fill: Colour | null; text: Colour; weight: number; line: Line; inset: number; round: number }
const plain: Look = { ink: "slate", fill: null, text: "text", weight: 400, line: "solid", inset: 5, round: 3 };
const looks: Record<string, Look> = {
  flight: { ...plain, ink: "flight", fill: "flight", text: "on-flight", weight: 550, round: 12 },
  boarding: { ...plain, fill: "panel" },
  charging: { ...plain, ink: "teal", fill: "panel" },
  taxiing: { ...plain, fill: "panel-soft", line: "dotted", inset: 11 },
  grounded: { ...plain, ink: "vermilion", fill: "panel", text: "vermilion-text", weight: 550 },
  occupied: { ...plain, fill: "line" },
  cancelled: { ...plain, ink: "vermilion", fill: "panel", text: "vermilion-text" },
  hold: { ...plain, ink: "amber", fill: "amber-soft", text: "amber-text", weight: 550, inset: 3 },
  closure: { ...plain, ink: "vermilion", fill: "panel", text: "vermilion-text", weight: 550, inset: 3 },
  held: { ...plain, ink: "amber", fill: "panel", text: "amber-text", line: "dashed" },
};

const backed = new Set(["boarding", "hold", "closure"]); // their words would be lost in the hatch

const paddingPx = 4;
const gapPx = 3;
const signPx = 13;
const iconBox = 24; // of the drawings
const borderPx = 1.5;
const withinPx = 6; // height of a charge under who stands there
const twicePx = 240; // who stands so long is named at both ends
const leastPx = 2; // width of the shortest block
const selectedPx = 4; // reach of the ring around a selected one
const fontName = '"Inter Variable", sans-serif';

export interface Place { left: number; width: number; height: number; isStands: boolean; isSelected: boolean }

export class BlockInk {
  /** What the colours were read for; another theme asks for new ones. */
  theme = "";
  private colours = {} as Record<Colour, string>;
  private letterPx = 12;
  private ratio = 1;

  /** Read the theme's colours if it has changed; return whether it has. */
  learn(element: HTMLElement, ratio: number): boolean {
    const theme = `${isDark()} ${ratio}`;
    if (theme === this.theme) return false;
    this.theme = theme;
    this.ratio = ratio;
    const style = getComputedStyle(element);
    for (const name of colourNames) this.colours[name] = style.getPropertyValue(`--${name}`).trim();
    this.letterPx = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75;
    return true;
  }

  draw(pen: CanvasRenderingContext2D, block: Block, place: Place): void {
    const { left, height, isStands } = place;
    const width = Math.max(leastPx, place.width);
    const line = Math.max(1, Math.floor(borderPx * this.ratio)) / this.ratio;
    if (block.kind === "waiting") return this.drawWaiting(pen, left, width, height, line);
    const face = faceOf(block, place.width, isStands);
    const look = looks[block.kind] ?? plain;
    const top = face.isWithin ? height - 5 - withinPx : look.inset;
    const tall = face.isWithin ? withinPx : height - 2 * look.inset;
    const right = block.until_ms === null ? 0 : look.round;
    const outline = new Path2D();
    const half = line / 2;
    outline.roundRect(left + half, top + half, Math.max(0.5, width - line), tall - line, [3, right, right, 3]);
    const fill = block.is_planned ? "panel" : look.fill;
    if (fill !== null) {
      pen.fillStyle = this.colours[fill];
      pen.fill(outline);
    }
    if (!block.is_planned) this.hatch(pen, block.kind, outline, left, top, width, tall);
    pen.strokeStyle = this.colours[look.ink];
    pen.lineWidth = line;
    pen.setLineDash(look.line === "solid" && !(isStands && block.is_planned) ? [] : look.line === "dotted" ? [line, line] : [3 * line, 2 * line]);
    pen.stroke(outline);
    if (block.kind === "cancelled") this.strike(pen, left, top, width, tall, line);
    if (block.until_ms === null) this.openEnd(pen, look, left + width - half, top, tall, line);
    if (place.isSelected) this.ring(pen, left, top, width, tall);
    const text = block.is_planned ? "text" : look.text;
    const isLifted = isStands && block.kind === "occupied"; // above the charge that is drawn in it
    const middle = top + (isLifted ? tall - withinPx : tall) / 2;
    this.write(pen, face, this.colours[text], block.is_planned ? 400 : look.weight, left + line, middle, width - 2 * line,
      backed.has(block.kind) && !block.is_planned);
    if (isLifted && width > twicePx) this.writeAtEnd(pen, face.text, this.colours[text], left + width - line, middle);
  }

  /** The name again at the end, where the beginning is out of sight. */
  private writeAtEnd(pen: CanvasRenderingContext2D, text: string, colour: string, right: number, middle: number): void {
    pen.font = `400 ${this.letterPx}px ${fontName}`;
    pen.fillStyle = colour;
    pen.fillText(text, right - paddingPx - pen.measureText(text).width, middle + this.letterPx * 0.36);
  }

  /** What has no end yet has an open right side. */
  private openEnd(pen: CanvasRenderingContext2D, look: Look, x: number, top: number, tall: number, line: number): void {
    pen.setLineDash([]);
    pen.strokeStyle = this.colours[look.fill ?? "panel"];
    pen.beginPath();
    pen.moveTo(x, top + line);
    pen.lineTo(x, top + tall - line);
    pen.stroke();
    pen.strokeStyle = this.colours[look.ink];
    pen.setLineDash([3 * line, 2 * line]);
    pen.stroke();
  }

  /** What will not be flown is struck through, from corner to corner. */
  private strike(pen: CanvasRenderingContext2D, left: number, top: number, width: number, tall: number, line: number): void {
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(left + line, top + tall - line);
    pen.lineTo(left + width - line, top + line);
    pen.stroke();
  }

  private ring(pen: CanvasRenderingContext2D, left: number, top: number, width: number, tall: number): void {
    pen.setLineDash([]);
    pen.lineWidth = selectedPx / 2;
    for (const [reach, colour] of [[1, "panel"], [3, "accent"]] as const) {
      pen.strokeStyle = this.colours[colour];
      pen.beginPath();
      pen.roundRect(left - reach, top - reach, width + 2 * reach, tall + 2 * reach, 3 + reach);
      pen.stroke();
    }
  }

  private drawWaiting(pen: CanvasRenderingContext2D, left: number, width: number, height: number, line: number): void {
    pen.strokeStyle = this.colours.slate;
    pen.lineWidth = line;
    pen.setLineDash([line, line]);
    const y = Math.round(height / 2) + 1 - line / 2;
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(left + width, y);
    pen.stroke();
  }

  /** Stripes of boarding, of charging, the net of what is grounded. */
  private hatch(pen: CanvasRenderingContext2D, kind: string, outline: Path2D, left: number, top: number, width: number, tall: number): void {
    const stripes = { boarding: "slate", charging: "teal-soft", grounded: "vermilion", hold: "amber", closure: "vermilion" } as const;
    if (!(kind in stripes)) return;
    const isNet = kind === "grounded" || kind === "closure";
    pen.save();
    pen.clip(outline);
    pen.translate(left, top);
    pen.setLineDash([]);
    pen.beginPath();
    if (kind === "boarding") {
      pen.lineWidth = 2;
      for (let x = 1; x < width; x += 6) { pen.moveTo(x, 0); pen.lineTo(x, tall); }
    } else {
      const [thick, every] = kind === "charging" ? [4, 8 * Math.SQRT2] : [1, 6 * Math.SQRT2];
      pen.lineWidth = thick;
      const first = kind === "charging" ? 2 * Math.SQRT2 : 0;
      for (let x = first; x < width + tall; x += every) { pen.moveTo(x, 0); pen.lineTo(x - tall, tall); }
      if (isNet) for (let x = -tall; x < width; x += every) { pen.moveTo(x, 0); pen.lineTo(x + tall, tall); }
    }
    pen.strokeStyle = this.colours[stripes[kind as keyof typeof stripes]];
    if (isNet) pen.globalAlpha = 0.22;
    pen.stroke();
    pen.restore();
  }

  private write(pen: CanvasRenderingContext2D, face: { sign: IconName | null; text: string }, colour: string, weight: number,
    left: number, middle: number, width: number, isBacked: boolean): void {
    let x = left + paddingPx;
    if (face.sign !== null) {
      pen.save();
      pen.translate(x, middle - signPx / 2);
      pen.scale(signPx / iconBox, signPx / iconBox);
      pen.setLineDash([]);
      pen.lineWidth = 1.5;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = colour;
      pen.stroke(strokesOf(face.sign));
      pen.restore();
      x += signPx + gapPx;
    }
    if (face.text === "") return;
    pen.font = `${weight} ${this.letterPx}px ${fontName}`;
    const room = Math.max(1, left + width - paddingPx - x);
    if (isBacked) {
      pen.fillStyle = this.colours.panel;
      pen.fillRect(x, middle - this.letterPx * 0.6, Math.min(room, pen.measureText(face.text).width + 6), this.letterPx * 1.2);
      x += 3;
    }
    pen.fillStyle = colour;
    pen.fillText(face.text, x, middle + this.letterPx * 0.36, room);
  }
}
