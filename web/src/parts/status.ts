/** A sortie's status as the lists order and group it. */
const order = [
  "airborne", "landed", "taxiing_in", "taxiing", "taxiing_out", "released", "boarding", "held",
  "delayed", "assigned", "planned", "scheduled", "diverted", "on_block", "flown", "cancelled",
];
const ahead = new Set(["planned", "scheduled", "assigned"]);
const done = new Set(["flown", "on_block"]);
const trouble = new Set(["cancelled", "diverted", "held", "delayed"]);

export const lateMs = 60_000; // shown from one minute on

export function orderOf(status: string): number {
  return order.indexOf(status);
}

export function statusGroup(status: string): "ahead" | "moving" | "done" | "trouble" {
  if (trouble.has(status)) return "trouble";
  if (done.has(status)) return "done";
  return ahead.has(status) ? "ahead" : "moving";
}

export function isOver(status: string): boolean {
  return done.has(status) || status === "cancelled" || status === "diverted";
}

export function isAhead(status: string): boolean {
  return ahead.has(status);
}
