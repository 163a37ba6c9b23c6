/** Units of what the site watches and asks for, as crews read them: shares in per cent, kelvin in degrees. */
import { short } from "./format";
import { t } from "./words";

export interface Measure { unit: string; factor: number; shift: number }

const zeroCelsiusK = 273.15;
const noCeilingM = 90_000;

/** How a line of the go/no-go list or a channel of a limit is shown. */
export function measure(name: string): Measure {
  const plain = (unit: string): Measure => ({ unit, factor: 1, shift: 0 });
  if (/(temperature|coldest|hottest|_k)$/.test(name)) return { unit: "°C", factor: 1, shift: -zeroCelsiusK };
  if (/(^telemetry_link|_soc)$/.test(name)) return { unit: "%", factor: 100, shift: 0 };
  if (/(wind|gust|_mps)$/.test(name)) return plain(t("range.unit.mps"));
  if (/(visibility|ceiling|altitude|fence|_m)$/.test(name)) return plain(t("range.unit.m"));
  if (/(cell_spread|_v)$/.test(name)) return plain(t("range.unit.v"));
  if (/_a$/.test(name)) return plain(t("range.unit.a"));
  if (/(unit_power|_kw)$/.test(name)) return plain(t("range.unit.kw"));
  if (/_dba$/.test(name)) return plain(t("range.unit.dba"));
  if (/_deg$/.test(name)) return plain("°");
  return plain(name === "link" ? t("range.unit.s") : "");
}

function rounded(value: number, by: Measure): string {
  return short(Math.round((value * by.factor + by.shift) * 1000) / 1000);
}

/** A value with its unit; a ceiling nobody sees is told in words. */
export function told(value: number, name: string): string {
  if (name.endsWith("_ceiling") && value > noCeilingM) return t("range.ceiling.none");
  const by = measure(name);
  return by.unit === "" ? rounded(value, by) : `${rounded(value, by)}\u00a0${by.unit}`;
}

/** What is asked of a value: at most, at least, or between. */
export function asked(low: number | null | undefined, high: number | null | undefined, name: string): string {
  if (low == null && high == null) return "";
  if (low == null) return `≤\u00a0${told(high!, name)}`;
  if (high == null) return `≥\u00a0${told(low, name)}`;
  return `${rounded(low, measure(name))}…${told(high, name)}`;
}

/** The value of a field as the site wants it. */
export function entered(text: string, name: string): number {
  const by = measure(name);
  return Math.round(((Number(text.replace(",", ".").replace("−", "-")) - by.shift) / by.factor) * 1e9) / 1e9;
}
