/** Lucide icons as inline drawings, 1.5 px stroke; always beside a word or hidden from readers. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import arrowDown from "lucide-static/icons/arrow-down.svg?raw";
import arrowRight from "lucide-static/icons/arrow-right.svg?raw";
import arrowUp from "lucide-static/icons/arrow-up.svg?raw";
import ban from "lucide-static/icons/ban.svg?raw";
import bell from "lucide-static/icons/bell.svg?raw";
import calendar from "lucide-static/icons/calendar-days.svg?raw";
import charge from "lucide-static/icons/plug-zap.svg?raw";
import check from "lucide-static/icons/circle-check.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import clipboard from "lucide-static/icons/clipboard-check.svg?raw";
import close from "lucide-static/icons/x.svg?raw";
import cloud from "lucide-static/icons/cloud.svg?raw";
import cloudSun from "lucide-static/icons/cloud-sun.svg?raw";
import desk from "lucide-static/icons/sliders-horizontal.svg?raw";
import fog from "lucide-static/icons/cloud-fog.svg?raw";
import gantt from "lucide-static/icons/chart-gantt.svg?raw";
import gauge from "lucide-static/icons/gauge.svg?raw";
import hand from "lucide-static/icons/hand.svg?raw";
import history from "lucide-static/icons/history.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import keyboard from "lucide-static/icons/keyboard.svg?raw";
import layers from "lucide-static/icons/layers.svg?raw";
import lightning from "lucide-static/icons/cloud-lightning.svg?raw";
import list from "lucide-static/icons/list.svg?raw";
import lock from "lucide-static/icons/lock.svg?raw";
import map from "lucide-static/icons/map.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import mountain from "lucide-static/icons/mountain.svg?raw";
import parking from "lucide-static/icons/square-parking.svg?raw";
import pause from "lucide-static/icons/pause.svg?raw";
import plane from "lucide-static/icons/plane.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import rain from "lucide-static/icons/cloud-rain.svg?raw";
import refresh from "lucide-static/icons/refresh-cw.svg?raw";
import ruler from "lucide-static/icons/ruler.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import send from "lucide-static/icons/send.svg?raw";
import snow from "lucide-static/icons/cloud-snow.svg?raw";
import sound from "lucide-static/icons/volume-2.svg?raw";
import stepBack from "lucide-static/icons/step-back.svg?raw";
import stepForward from "lucide-static/icons/step-forward.svg?raw";
import stop from "lucide-static/icons/octagon-x.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import system from "lucide-static/icons/monitor.svg?raw";
import undo from "lucide-static/icons/undo-2.svg?raw";
import unlock from "lucide-static/icons/lock-open.svg?raw";
import unplug from "lucide-static/icons/unplug.svg?raw";
import users from "lucide-static/icons/users.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";
import wrench from "lucide-static/icons/wrench.svg?raw";
import zoomIn from "lucide-static/icons/zoom-in.svg?raw";
import zoomOut from "lucide-static/icons/zoom-out.svg?raw";

const drawings = {
  arrowDown, arrowRight, arrowUp, ban, bell, calendar, charge, check, clipboard, clock, close, cloud,
  cloudSun, desk, fog, gantt, gauge, hand, history, info, keyboard, layers, lightning, list, lock,
  map, moon, mountain, parking, pause, plane, play, rain, refresh, ruler, search, send, snow, sound,
  stepBack, stepForward, stop, sun, system, undo, unlock, unplug, users, warning, wrench, zoomIn,
  zoomOut,
};
export type IconName = keyof typeof drawings;

export function icon(name: IconName): TemplateResult {
  const drawing = drawings[name]
    .replace(/<!--.*?-->/s, "")
    .replace(/width="24"\s+height="24"/, 'width="16" height="16"')
    .replace(/stroke-width="2"/, 'stroke-width="1.5"');
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(drawing)}</span>`;
}

const strokes = new Map<IconName, Path2D>();

/** The lines of an icon in a square of 24, for a canvas. */
export function strokesOf(name: IconName): Path2D {
  let found = strokes.get(name);
  if (found !== undefined) return found;
  found = new Path2D();
  for (const [, d] of drawings[name].matchAll(/<path[^>]* d="([^"]+)"/g)) found.addPath(new Path2D(d));
  for (const [, x, y, r] of drawings[name].matchAll(/<circle cx="([^"]+)" cy="([^"]+)" r="([^"]+)"/g)) {
    found.moveTo(Number(x) + Number(r), Number(y));
    found.arc(Number(x), Number(y), Number(r), 0, 2 * Math.PI);
  }
  strokes.set(name, found);
  return found;
}
