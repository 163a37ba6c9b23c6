/** Lines of a strip chart: many rows gathered into the columns of pixels that there are, and painted column by column. */

/** Of the rows that fall on one column of pixels the first, the extremes and the last, column by column. */
export interface Line { xs: number[]; firsts: number[]; lows: number[]; highs: number[]; lasts: number[]; breaks: boolean[]; end: number | null }

interface Plot { left: number; columns: number; tall: number; ratio: number }

const widePx = 1.5;
/** Points a pixel's width above which a stroke, whose time grows with every crossing, is slower than painting. */
const strokedMax = 0.25;

export function gather(at: number[], values: (number | null)[], first: number, span: { from: number; until: number }, columns: number, shown: (value: number) => number): Line {
  const line: Line = { xs: [], firsts: [], lows: [], highs: [], lasts: [], breaks: [], end: null };
  const scale = (columns - 1) / Math.max(1, span.until - span.from);
  let [here, isBroken] = [-1, true];
  for (let k = first; k < values.length; k += 1) {
    const raw = values[k];
    if (raw == null) { isBroken = true; continue; }
    const value = shown(raw);
    const x = Math.floor((at[k]! - span.from) * scale);
    const last = line.xs.length - 1;
    if (x === here && !isBroken) {
      if (value < line.lows[last]!) line.lows[last] = value;
      if (value > line.highs[last]!) line.highs[last] = value;
      line.lasts[last] = value;
    } else {
      line.xs.push(x);
      for (const part of [line.firsts, line.lows, line.highs, line.lasts]) part.push(value);
      line.breaks.push(isBroken);
    }
    [here, isBroken] = [x, false];
  }
  const raw = values.at(-1);
  line.end = raw == null ? null : shown(raw);
  return line;
}

/** What the axis spans: the lines, and the limits that are not far from them. */
export function reach(lines: Line[], limits: number[]): { low: number; high: number; near: number[] } {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    for (const value of line.lows) if (value < low) low = value;
    for (const value of line.highs) if (value > high) high = value;
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  const far = (high - low + 1) * 1.5;
  const near = limits.filter((one) => one > low - far && one < high + far);
  return { low: Math.min(low, ...near), high: Math.max(high, ...near), near };
}

/** Draw lines, the last on top: few points as strokes, many as bars of pixels, which take a hundredth of a stroke's time. */
export function paint(pen: CanvasRenderingContext2D, lines: Line[], colours: string[], plot: Plot, py: (value: number) => number): void {
  const inks = colours.map((colour) => rgb(pen, colour));
  const image = pen.getImageData(plot.left, 0, plot.columns, plot.tall);
  const isDense = lines.map((line) => line.xs.length > strokedMax * plot.columns);
  lines.forEach((line, i) => { if (isDense[i]) bars(image, line, inks[i]!, widePx * plot.ratio, py); });
  if (isDense.includes(true)) pen.putImageData(image, plot.left, 0);
  pen.save();
  pen.setTransform(1, 0, 0, 1, plot.left, 0);
  pen.lineWidth = widePx * plot.ratio;
  lines.forEach((line, i) => {
    pen.strokeStyle = colours[i]!;
    if (!isDense[i]) stroke(pen, line, py);
  });
  pen.restore();
}

function stroke(pen: CanvasRenderingContext2D, { xs, firsts, lows, highs, lasts, breaks }: Line, py: (value: number) => number): void {
  pen.beginPath();
  for (let k = 0; k < xs.length; k += 1) {
    if (breaks[k]) pen.moveTo(xs[k]!, py(firsts[k]!));
    else pen.lineTo(xs[k]!, py(firsts[k]!));
    if (highs[k]! > lows[k]!) for (const value of [lows[k]!, highs[k]!, lasts[k]!]) pen.lineTo(xs[k]!, py(value));
  }
  pen.stroke();
}

/** Paint each column from the line's lowest to its highest there, and on to the next one that it has. */
function bars(image: ImageData, { xs, firsts, lows, highs, lasts, breaks }: Line, ink: Uint8ClampedArray, wide: number, py: (value: number) => number): void {
  for (let k = 0; k < xs.length; k += 1) {
    bar(image, xs[k]!, py(highs[k]!), py(lows[k]!), wide, ink);
    if (k === 0 || breaks[k]) continue;
    const [x, until, y] = [xs[k - 1]!, xs[k]!, py(lasts[k - 1]!)];
    const slope = (py(firsts[k]!) - y) / Math.max(1, until - x);
    for (let column = x; column < until; column += 1) {
      const [one, other] = [y + slope * (column - x), y + slope * (column + 1 - x)];
      bar(image, column, Math.min(one, other), Math.max(one, other), wide, ink);
    }
  }
}

function bar({ data, width, height }: ImageData, x: number, top: number, bottom: number, wide: number, ink: Uint8ClampedArray): void {
  const [from, to] = [top - wide / 2, bottom + wide / 2];
  for (let y = Math.max(0, Math.floor(from)); y < Math.min(height, to); y += 1) {
    const covered = Math.min(y + 1, to) - Math.max(y, from);
    const at = 4 * (y * width + x);
    const under = data[at + 3]! / 255;
    const alpha = covered + under * (1 - covered);
    for (let c = 0; c < 3; c += 1) data[at + c] = (ink[c]! * covered + data[at + c]! * under * (1 - covered)) / alpha;
    data[at + 3] = 255 * alpha;
  }
}

const known = new Map<string, Uint8ClampedArray>();

/** Return a colour of the style sheet, whatever way it is written, as red, green and blue. */
function rgb(pen: CanvasRenderingContext2D, colour: string): Uint8ClampedArray {
  let found = known.get(colour);
  if (found === undefined) {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    found = pen.getImageData(0, 0, 1, 1).data;
    pen.clearRect(0, 0, 1, 1);
    known.set(colour, found);
  }
  return found;
}
