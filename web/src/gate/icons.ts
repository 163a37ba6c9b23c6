/** The gate's Lucide icons, 1.5 px stroke; always beside a word. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import arrowLeft from "lucide-static/icons/arrow-left.svg?raw";
import camera from "lucide-static/icons/camera.svg?raw";
import check from "lucide-static/icons/circle-check-big.svg?raw";
import cross from "lucide-static/icons/octagon-x.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import offline from "lucide-static/icons/wifi-off.svg?raw";
import online from "lucide-static/icons/wifi.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import sunMoon from "lucide-static/icons/sun-moon.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";

const drawings = { arrowLeft, camera, check, cross, moon, offline, online, sun, sunMoon, warning };
export type IconName = keyof typeof drawings;

export function icon(name: IconName): TemplateResult {
  const drawing = drawings[name].replace(/<!--.*?-->\s*/s, "").replace(/ class="[^"]*"/, "").replace('stroke-width="2"', 'stroke-width="1.5"');
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(drawing)}</span>`;
}
