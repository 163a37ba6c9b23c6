/** The charge of an aircraft, the same wherever it is told: as flown now in the air, as it stands on the ground. */
import { t } from "./i18n";
import { picture } from "./store";
import type { AircraftNow } from "./types";

export interface Charge { soc: number; what: string }

export function chargeOf(aircraft: AircraftNow): Charge {
  const isUp = aircraft.vertiport_id === null;
  const flown = isUp ? picture.traffic.find(aircraft.aircraft_id, performance.now()) : undefined;
  const isFlying = aircraft.phase === "airborne" || aircraft.phase === "diverting";
  const what = picture.isReplay ? "charge.replay" : isFlying ? "charge.flown" : isUp ? "charge.taxi" : "charge.ground";
  return { soc: flown?.soc ?? aircraft.soc, what: t(what) };
}
