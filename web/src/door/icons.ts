/** The door's Lucide icons, 1.5 px stroke; always beside a word. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import arrowLeft from "lucide-static/icons/arrow-left.svg?raw";
import arrowRight from "lucide-static/icons/arrow-right.svg?raw";
import arrowUpDown from "lucide-static/icons/arrow-up-down.svg?raw";
import bus from "lucide-static/icons/bus.svg?raw";
import cableCar from "lucide-static/icons/cable-car.svg?raw";
import car from "lucide-static/icons/car.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import doorOpen from "lucide-static/icons/door-open.svg?raw";
import footprints from "lucide-static/icons/footprints.svg?raw";
import idCard from "lucide-static/icons/id-card.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import locate from "lucide-static/icons/locate-fixed.svg?raw";
import map from "lucide-static/icons/map.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import pencil from "lucide-static/icons/pencil.svg?raw";
import plane from "lucide-static/icons/plane.svg?raw";
import share from "lucide-static/icons/share-2.svg?raw";
import ship from "lucide-static/icons/ship.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import sunMoon from "lucide-static/icons/sun-moon.svg?raw";
import ticket from "lucide-static/icons/ticket.svg?raw";
import train from "lucide-static/icons/train-front.svg?raw";
import tram from "lucide-static/icons/tram-front.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";

const drawings = {
  arrowLeft, arrowRight, arrowUpDown, bus, cableCar, car, clock, doorOpen, footprints, idCard, info, locate, map,
  moon, pencil, plane, share, ship, sun, sunMoon, ticket, train, tram, warning,
};
export type IconName = keyof typeof drawings;

const ofMode: Record<string, IconName> = {
  walk: "footprints", wait: "clock", car: "car", bus: "bus", metro: "train", rail: "train", tram: "tram",
  cable: "cableCar", ferry: "ship", process: "idCard", leave: "doorOpen", air: "plane", transit: "train",
};

export function isIcon(name: string): name is IconName {
  return name in drawings;
}

export function icon(name: IconName): TemplateResult {
  return drawn(drawings[name]);
}

export function drawn(raw: string): TemplateResult {
  const drawing = raw.replace(/<!--.*?-->\s*/s, "").replace(/ class="[^"]*"/, "").replace('stroke-width="2"', 'stroke-width="1.5"');
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(drawing)}</span>`;
}

export function modeIcon(mode: string): TemplateResult {
  return icon(ofMode[mode] ?? "info");
}
