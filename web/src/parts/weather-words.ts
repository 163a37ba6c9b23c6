/** A weather report in one sign and one word. */
import { html, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon, type IconName } from "../icons";
import { picture } from "../store";
import { markWith } from "./mark";

/** A report older than this is told with a warning: reports come every hour, so one is missing. */
const oldMs = 75 * 60_000;

interface Seen { present_weather: string; ceiling_agl_m: number }

const signs: Record<string, IconName> = {
  FG: "fog", BR: "fog", FZFG: "fog", RA: "rain", FZRA: "rain", SN: "snow", TS: "lightning",
};

/** The kind that matters of a code such as "-TSRA" or "+SN". */
function kindOf(code: string): string {
  const plain = code.replace(/^[-+]|VC/g, "").split(" ")[0] ?? "";
  if (plain in signs) return plain;
  return ["TS", "FZFG", "FZRA", "SN", "RA", "FG", "BR"].find((kind) => plain.includes(kind)) ?? plain;
}

export function weatherWord(report: Seen): string {
  return word("weather", kindOf(report.present_weather).toLowerCase() || "clear");
}

export function weatherIcon(report: Seen): TemplateResult {
  const clear = report.ceiling_agl_m < 3000 ? "cloud" : "sun";
  return icon(signs[kindOf(report.present_weather)] ?? clear);
}

/** When a report was made, and how long ago; with a warning once the next should have come. */
export function reportTime(report: { observed_at_ms: number }): TemplateResult {
  const age = Math.max(0, picture.nowMs() - report.observed_at_ms);
  const isOld = age > oldMs;
  return html`<span class=${isOld ? "late" : ""}>${isOld ? icon("warning") : ""} ${t("weather.report_age", {
    time: format.clock(report.observed_at_ms, picture.clock.offsetMs()), age: format.minutes(age),
  })}</span>`;
}

/** Whether a station sent a report or the twin made it. */
export function reportMark(report: { is_modelled: boolean }): TemplateResult {
  return markWith(report.is_modelled ? "modelled" : "measured",
    { says: report.is_modelled ? "mark.report.modelled" : "mark.report.measured" });
}
