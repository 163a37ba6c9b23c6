/**
 * The address holds the whole question, so that a link can be shared and back works.
 *
 * `/go?from=43.23890,76.94530&from_name=…&to=…&depart_at=2026-04-15T08:30&party=2#when`: the question
 * is in the query, the screen after the `#`: a question's name, `answer`, or `trip/ID`.
 */

export interface Spot { lat: number; lon: number; name: string }

export type WhenKind = "now" | "depart_at" | "arrive_by";
/** `local` is the city's wall clock, `YYYY-MM-DDTHH:MM`; empty for now. */
export interface When { kind: WhenKind; local: string }

export interface Question {
  from: Spot | null;
  to: Spot | null;
  when: When;
  party: number;
  isStepFree: boolean;
  walkM: number;
}

export const steps = ["from", "to", "when", "who"] as const;
export type Step = (typeof steps)[number];
export type Screen = Step | "answer";

export const sorts = ["best", "time", "price", "co2"] as const;
export type Sort = (typeof sorts)[number];

export interface Address { question: Question; screen: Screen; chosen: string | null; sort: Sort }

export const walks: readonly number[] = [300, 800, 1500, 3000];
const walkFirst = 1500;
const partyMost = 4;
const nameMost = 80;

function parseSpot(text: string | null, name: string | null): Spot | null {
  const found = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text ?? "");
  if (found === null) return null;
  const [lat, lon] = [Number(found[1]), Number(found[2])];
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { lat, lon, name: (name ?? "").slice(0, nameMost) };
}

/** Whether a wall clock can be shown at all: the form alone also fits a month 99. */
function isMoment(local: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return false;
  const at = new Date(`${local}Z`);
  return Number.isFinite(at.getTime()) && at.toISOString().startsWith(local);
}

function parseWhen(query: URLSearchParams): When {
  for (const kind of ["depart_at", "arrive_by"] as const) {
    const local = query.get(kind) ?? "";
    if (isMoment(local)) return { kind, local };
  }
  return { kind: "now", local: "" };
}

function whole(text: string | null, low: number, high: number, fallback: number): number {
  const value = /^\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : fallback;
}

export function firstOpen(question: Question): Screen {
  return question.from === null ? "from" : question.to === null ? "to" : "answer";
}

export function parseAddress(search: string, hash: string): Address {
  const query = new URLSearchParams(search);
  const question: Question = {
    from: parseSpot(query.get("from"), query.get("from_name")),
    to: parseSpot(query.get("to"), query.get("to_name")),
    when: parseWhen(query),
    party: whole(query.get("party"), 1, partyMost, 1),
    isStepFree: query.get("step_free") === "true",
    walkM: whole(query.get("walk_m_max"), 0, 20_000, walkFirst),
  };
  const [name = "", id = ""] = hash.replace(/^#/, "").split("/");
  const open = firstOpen(question);
  const isStep = (steps as readonly string[]).includes(name);
  // a later question is not asked before the first two have been answered
  const screen = isStep && (open === "answer" || steps.indexOf(name as Step) <= steps.indexOf(open as Step)) ? (name as Step) : open;
  const sort = sorts.find((known) => known === query.get("by")) ?? "best";
  return { question, screen, chosen: name === "trip" && screen === "answer" ? decode(id) : null, sort };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    return null;
  }
}

/** Five digits are a metre: more would not bring anybody nearer. */
export function spotText(spot: Spot): string {
  return `${spot.lat.toFixed(5)},${spot.lon.toFixed(5)}`;
}

export function formatQuestion(question: Question): string {
  const query = new URLSearchParams();
  for (const end of ["from", "to"] as const) {
    const spot = question[end];
    if (spot === null) continue;
    query.set(end, spotText(spot));
    if (spot.name !== "") query.set(`${end}_name`, spot.name);
  }
  if (question.when.kind !== "now") query.set(question.when.kind, question.when.local);
  if (question.party !== 1) query.set("party", String(question.party));
  if (question.isStepFree) query.set("step_free", "true");
  if (question.walkM !== walkFirst) query.set("walk_m_max", String(question.walkM));
  return query.toString();
}

export function formatAddress({ question, screen, chosen, sort }: Address): string {
  const query = new URLSearchParams(formatQuestion(question));
  if (sort !== "best") query.set("by", sort);
  const tail = query.size === 0 ? "" : `?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
  const hash = chosen !== null ? `#trip/${encodeURIComponent(chosen)}` : `#${screen}`;
  return `/go${tail}${hash}`;
}
