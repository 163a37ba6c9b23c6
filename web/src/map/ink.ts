/** The canvas over the map: a sign for an aircraft, its ring, its stem, its label. */

/** A six-rotor aircraft pointing north, in a square of 32. */
export const bodyPath = "M16 2.5c1.5 0 2.5 2.2 2.5 5.2v3.1l10 1.6v2.3l-10 .7-.5 7.8 4.3 2v1.9L16 26.4l-6.3.7v-1.9l4.3-2-.5-7.8-10-.7v-2.3l10-1.6V7.7c0-3 1-5.2 2.5-5.2z";
export const rotors: readonly (readonly [number, number, number])[] = [
  [4.5, 11, 3.2], [11, 8.5, 3.2], [21, 8.5, 3.2], [27.5, 11, 3.2], [10.5, 25.5, 2.8], [21.5, 25.5, 2.8],
];

const glyphPx = 24;
const glyphBox = 32;
const linePx = 15;
const haloPx = 3;
const fontName = '"Inter Variable", sans-serif';

export function labelHeightPx(hasTwoLines: boolean): number {
  return (hasTwoLines ? 2 : 1) * linePx + haloPx;
}

interface Colours { text: string; soft: string; panel: string; page: string; selected: string; selectedText: string; small: string; hover: string }

export class Ink {
  readonly canvas = document.createElement("canvas");
  colours: Colours = { text: "", soft: "", panel: "", page: "", selected: "", selectedText: "", small: "", hover: "" };
  private readonly pen = this.canvas.getContext("2d")!;
  private readonly glyphs = { plain: document.createElement("canvas"), selected: document.createElement("canvas") };
  /** What the pictures were painted for; another theme or screen asks for new ones. */
  theme = "";
  private ratio = 1;
  private letterPx = 12;

  constructor() {
    this.canvas.className = "ink";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  resize(width: number, height: number, ratio: number): void {
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.ratio = ratio;
    this.theme = "";
  }

  /** Read the theme's colours if it has changed, and paint the signs in them. */
  learnColours(element: HTMLElement, isDark: boolean): void {
    const theme = `${isDark} ${this.ratio}`;
    if (theme === this.theme) return;
    this.theme = theme;
    const style = getComputedStyle(element);
    const told = (name: string): string => style.getPropertyValue(name).trim();
    this.colours = {
      text: told("--text"), soft: told("--text-soft"), panel: told("--panel"), page: told("--page"),
      selected: told("--accent"), selectedText: told("--accent-text"), small: told("--amber"), hover: told("--line-strong"),
    };
    this.letterPx = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75;
    this.paintGlyph(this.glyphs.plain, this.colours.text);
    this.paintGlyph(this.glyphs.selected, this.colours.selectedText);
  }

  clear(): void {
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  glyph(x: number, y: number, turn: number, flat: number, isSelected: boolean): void {
    const { pen, ratio } = this;
    const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
    // turned first, then leaned back as the ground is
    pen.setTransform(cos, sin * flat, -sin, cos * flat, x * ratio, y * ratio);
    const size = glyphPx * ratio;
    pen.drawImage(isSelected ? this.glyphs.selected : this.glyphs.plain, -size / 2, -size / 2);
  }

  picture(image: HTMLCanvasElement, x: number, y: number): void {
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.drawImage(image, Math.round(x * this.ratio), Math.round(y * this.ratio));
  }

  ring(x: number, y: number, radius: number, colour: string, isDashed: boolean): void {
    const { pen, ratio } = this;
    pen.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio);
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash(isDashed ? [4, 3] : []);
    pen.beginPath();
    pen.arc(0, 0, radius - 1, 0, 2 * Math.PI);
    pen.stroke();
  }

  stem(x: number, y: number, height: number, isSelected: boolean): void {
    const { pen, ratio } = this;
    pen.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio);
    pen.globalAlpha = 0.55;
    pen.fillStyle = isSelected ? this.colours.selectedText : this.colours.text;
    pen.fillRect(-0.5, 0, 1, height);
    pen.globalAlpha = 1;
  }

  /** A picture of a label of one or two lines, in the canvas of the one before if there was one. */
  label(before: HTMLCanvasElement | null, name: string, more: string, isSelected: boolean): HTMLCanvasElement {
    const canvas = before ?? document.createElement("canvas");
    const pen = canvas.getContext("2d")!;
    const bold = `700 ${this.letterPx}px ${fontName}`;
    const plain = `400 ${this.letterPx}px ${fontName}`;
    pen.font = bold;
    let width = pen.measureText(name).width;
    pen.font = plain;
    width = Math.max(width, pen.measureText(more).width);
    const { ratio } = this;
    const line = linePx * (this.letterPx / 12);
    canvas.width = Math.ceil((width + 2 * haloPx) * ratio);
    canvas.height = Math.ceil(((more === "" ? 1 : 2) * line + haloPx) * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.lineJoin = "round";
    pen.lineWidth = haloPx;
    pen.strokeStyle = this.colours.page;
    const write = (text: string, font: string, colour: string, y: number): void => {
      pen.font = font;
      pen.strokeText(text, haloPx, y);
      pen.fillStyle = colour;
      pen.fillText(text, haloPx, y);
    };
    write(name, bold, isSelected ? this.colours.selectedText : this.colours.text, line * 0.85);
    if (more !== "") write(more, plain, this.colours.soft, line * 1.85);
    return canvas;
  }

  private paintGlyph(canvas: HTMLCanvasElement, colour: string): void {
    canvas.width = canvas.height = glyphPx * this.ratio;
    const pen = canvas.getContext("2d")!;
    const scale = (glyphPx / glyphBox) * this.ratio;
    pen.scale(scale, scale);
    for (const [x, y, r] of rotors) {
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.globalAlpha = 0.75;
      pen.fillStyle = this.colours.panel;
      pen.fill();
      pen.globalAlpha = 1;
      pen.lineWidth = 1.1;
      pen.strokeStyle = colour;
      pen.stroke();
    }
    const body = new Path2D(bodyPath);
    pen.lineJoin = "round";
    pen.lineWidth = 1.6;
    pen.strokeStyle = this.colours.panel;
    pen.stroke(body);
    pen.fillStyle = colour;
    pen.fill(body);
  }
}
