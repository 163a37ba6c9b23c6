/** Lucide icons as inline drawings, 1.5 px stroke; always beside a word or hidden from readers. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import arrowDown from "lucide-static/icons/arrow-down.svg?raw";
import arrowRight from "lucide-static/icons/arrow-right.svg?raw";
import arrowUp from "lucide-static/icons/arrow-up.svg?raw";
import close from "lucide-static/icons/x.svg?raw";
import cloud from "lucide-static/icons/cloud.svg?raw";
import fog from "lucide-static/icons/cloud-fog.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import lightning from "lucide-static/icons/cloud-lightning.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import rain from "lucide-static/icons/cloud-rain.svg?raw";
import snow from "lucide-static/icons/cloud-snow.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import system from "lucide-static/icons/monitor.svg?raw";
import unplug from "lucide-static/icons/unplug.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";

const drawings = {
  arrowDown, arrowRight, arrowUp, close, cloud, fog, info, lightning, moon, rain, snow, sun,
  system, unplug, warning,
};
export type IconName = keyof typeof drawings;

export function icon(name: IconName): TemplateResult {
  const drawing = drawings[name]
    .replace(/<!--.*?-->/s, "")
    .replace(/width="24"\s+height="24"/, 'width="16" height="16"')
    .replace(/stroke-width="2"/, 'stroke-width="1.5"');
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(drawing)}</span>`;
}
