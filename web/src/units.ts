/** In which units heights and speeds are told: metres with km/h and m/s, or feet with knots; kept on this device. */
export type Units = "metric" | "aviation";

const storageKey = "aspan.units";
const metresPerFoot = 0.3048;
const metresPerNauticalMile = 1852;
const secondsPerHour = 3600;

let current: Units = localStorage.getItem(storageKey) === "aviation" ? "aviation" : "metric";

export function units(): Units {
  return current;
}

export function setUnits(next: Units): void {
  current = next;
  localStorage.setItem(storageKey, next);
}

/** Metres in one of the unit of height that is shown. */
export function metresOfHeight(): number {
  return current === "aviation" ? metresPerFoot : 1;
}

export function toKilometresPerHour(mps: number): number {
  return (mps * secondsPerHour) / 1000;
}

export function toKnots(mps: number): number {
  return (mps * secondsPerHour) / metresPerNauticalMile;
}
