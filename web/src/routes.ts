/**
 * Addresses: every view, object and moment has its own, after the `#`.
 *
 * `#/timeline`, `#/sorties/S00012`, `#/aircraft/EV-03` (on the map), `#/timeline/aircraft/EV-03`,
 * each with `?at=2026-04-15T05:20:00Z` when a past moment is shown. Back and forward work, since
 * every step is an entry of the browser's history; a dragged slider replaces its own entry.
 */

export type SelectionKind = "aircraft" | "vertiport" | "sortie";
export interface Selection { kind: SelectionKind; id: string }

export const views = ["map", "timeline", "sorties", "vertiports", "fleet", "weather", "day", "passengers"] as const;
export type View = (typeof views)[number];

export interface Route {
  view: View;
  selection: Selection | null;
  /** The past moment that is shown; null when it is now. */
  atMs: number | null;
  /** How a view was set: rows of the timeline, date of the day. */
  settings: Record<string, string>;
}

const writeMs = 250; // browsers refuse an address that is rewritten many times a second
const kinds: readonly string[] = ["aircraft", "vertiport", "sortie"];
/** Views whose own objects need no kind in the address. */
const ownKind: Partial<Record<View, SelectionKind>> = {
  sorties: "sortie", vertiports: "vertiport", fleet: "aircraft",
};

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decode);
  const settings = Object.fromEntries(new URLSearchParams(query));
  const atMs = parseInstant(settings["at"]);
  delete settings["at"];
  const route: Route = { view: "map", selection: null, atMs, settings };
  const first = parts[0] ?? "";
  if ((views as readonly string[]).includes(first)) {
    route.view = first as View;
    parts.shift();
    const own = ownKind[route.view];
    if (parts.length === 1 && own !== undefined) parts.unshift(own);
  }
  const [kind, id] = parts;
  if (kind !== undefined && id !== undefined && kinds.includes(kind)) {
    route.selection = { kind: kind as SelectionKind, id };
  }
  return route;
}

export function formatRoute(route: Route): string {
  const { view, selection } = route;
  const parts: string[] = view === "map" ? [] : [view];
  if (selection !== null) {
    if (ownKind[view] !== selection.kind) parts.push(selection.kind);
    parts.push(encodeURIComponent(selection.id));
  }
  const query = new URLSearchParams(route.settings);
  if (route.atMs !== null) query.set("at", formatInstant(route.atMs));
  const tail = query.size === 0 ? "" : `?${query.toString().replaceAll("%3A", ":")}`;
  return `#/${parts.join("/")}${tail}`;
}

/** Read an instant of an address: ISO 8601 in UTC, or milliseconds since 1970. */
function parseInstant(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

function formatInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Router {
  current: Route = parseRoute(location.hash);
  private changed: (before: Route) => void = () => undefined;
  private writer = 0;

  start(changed: (before: Route) => void): void {
    this.changed = changed;
    addEventListener("hashchange", () => this.read());
    addEventListener("popstate", () => this.read());
    document.addEventListener("click", (event) => this.follow(event));
  }

  /** Change a part of the address, as a new entry of the browser's history. */
  go(change: Partial<Route>): void {
    const before = this.current;
    const next = { ...before, ...change };
    const address = formatRoute(next);
    if (address === formatRoute(before)) return;
    this.writeNow();
    history.pushState(null, "", address);
    this.current = next;
    this.changed(before);
  }

  /** Change a part of the present entry; it is written a little later, since sliders change often. */
  amend(change: Partial<Route>): void {
    const before = this.current;
    this.current = { ...before, ...change };
    if (this.writer === 0) this.writer = window.setTimeout(() => this.writeNow(), writeMs);
    this.changed(before);
  }

  private writeNow(): void {
    if (this.writer === 0) return;
    clearTimeout(this.writer);
    this.writer = 0;
    history.replaceState(null, "", formatRoute(this.current));
  }

  /** Address of what would be shown after a change, for links. */
  address(change: Partial<Route>): string {
    return formatRoute({ ...this.current, ...change });
  }

  private read(): void {
    clearTimeout(this.writer);
    this.writer = 0;
    const before = this.current;
    const next = parseRoute(location.hash);
    if (formatRoute(next) === formatRoute(before)) return;
    this.current = next;
    this.changed(before);
  }

  /** A link to an object keeps the view and the moment in which it was followed. */
  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href^='#/']");
    const wished = link === null || link === undefined ? null : parseRoute(link.getAttribute("href")!);
    if (wished === null || wished.view !== "map" || wished.selection === null) return;
    event.preventDefault();
    this.go({ selection: wished.selection });
  }
}

export const router = new Router();
