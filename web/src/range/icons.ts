/** The test site's Lucide icons, 1.5 px stroke; always beside a word. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import alert from "lucide-static/icons/triangle-alert.svg?raw";
import arrowLeft from "lucide-static/icons/arrow-left.svg?raw";
import check from "lucide-static/icons/circle-check-big.svg?raw";
import circle from "lucide-static/icons/circle.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import cross from "lucide-static/icons/octagon-x.svg?raw";
import dashed from "lucide-static/icons/circle-dashed.svg?raw";
import key from "lucide-static/icons/key-round.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import plane from "lucide-static/icons/plane.svg?raw";
import review from "lucide-static/icons/clipboard-check.svg?raw";
import sign from "lucide-static/icons/pen-line.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import sunMoon from "lucide-static/icons/sun-moon.svg?raw";

const drawings = { alert, arrowLeft, check, circle, clock, cross, dashed, key, moon, plane, review, sign, sun, sunMoon };
export type IconName = keyof typeof drawings;

export function icon(name: IconName): TemplateResult {
  const drawing = drawings[name].replace(/<!--.*?-->\s*/s, "").replace(/ class="[^"]*"/, "").replace('stroke-width="2"', 'stroke-width="1.5"');
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(drawing)}</span>`;
}
