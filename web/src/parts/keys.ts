/** What the keys do, everywhere on the desk; `?` lists it. */
import { html, LitElement, type TemplateResult } from "lit";
import { t, type Key } from "../i18n";
import { icon } from "../icons";
import { views } from "../routes";
import { picture } from "../store";

const stepMs = 60_000;
const leapMs = 600_000;

interface Line { keys: string[]; does: Key }
const lines: readonly Line[] = [
  { keys: ["1", "…", "8"], does: "keys.views" },
  { keys: ["/"], does: "keys.filter" },
  { keys: ["↑", "↓"], does: "keys.rows" },
  { keys: ["Esc"], does: "keys.close" },
  { keys: ["R"], does: "keys.replay" },
  { keys: ["␣"], does: "keys.play" },
  { keys: ["←", "→"], does: "keys.step" },
  { keys: ["⇧ ←", "⇧ →"], does: "keys.leap" },
  { keys: ["N"], does: "keys.now" },
  { keys: ["+", "−"], does: "keys.zoom" },
  { keys: ["?"], does: "keys.list" },
];

class KeyList extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`
      <dialog class="keys" aria-labelledby="keys-title" @click=${this.clicked}>
        <div class="keys-head"><h2 id="keys-title">${t("keys.title")}</h2>
          <button class="button" @click=${() => this.dialog().close()} aria-label=${t("inspector.close")}>${icon("close")}</button></div>
        <dl>${lines.map((line) => html`<div class="keys-line"><dt>${line.keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
          <dd>${t(line.does)}</dd></div>`)}</dl>
      </dialog>
    `;
  }

  open(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => {
      if (!this.dialog().open) this.dialog().showModal();
    });
  }

  private dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  private clicked(event: MouseEvent): void {
    if (event.target === this.dialog()) this.dialog().close();
  }
}

customElements.define("aspan-keys", KeyList);

export function openKeys(): void {
  document.querySelector<KeyList>("aspan-keys")?.open();
}

/** Whether the keys belong to what has the focus: a field of text, a list of choices, an open dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement;
  if (document.querySelector("dialog[open]") !== null) return true;
  if (at instanceof HTMLInputElement) return !isPointed(at) || (at.type === "checkbox" ? event.key === " " : isOfSlider(event.key));
  return at.isContentEditable || /^(SELECT|TEXTAREA)$/.test(at.tagName);
}

const pointed = new Set(["checkbox", "radio", "button", "range"]);

/** Whether nothing is typed into the field. */
function isPointed(field: HTMLInputElement): boolean {
  return pointed.has(field.type);
}

/** Whether a slider or a choice of one moves by the key. */
function isOfSlider(key: string): boolean {
  return key === " " || key.startsWith("Arrow") || /^(Home|End|PageUp|PageDown)$/.test(key);
}

/** Step the shown moment; from now, the first step backwards enters the replay. */
function step(ms: number): void {
  const past = picture.past;
  past.pause();
  const last = past.history?.last_at_ms ?? picture.liveClock.now(performance.now());
  const first = past.history?.first_at_ms ?? 0;
  const next = Math.max(first, (past.atMs ?? last) + ms);
  picture.showMoment(next >= last ? null : next, past.atMs !== null && next < last);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  if (event.key === "Escape") {
    // one key closes one thing: what lies over the page closes itself
    if (document.querySelector("dialog[open], :popover-open") !== null) return;
    const panel = target.closest<HTMLDetailsElement>("details.layers[open], details.legend[open]");
    if (panel !== null) {
      panel.open = false;
      panel.querySelector("summary")?.focus();
    } else if (target.matches("input[type=search]")) target.blur();
    else if (picture.selection !== null) picture.select(null);
    return;
  }
  if (isTaken(event)) return;
  const view = views[Number(event.key) - 1];
  if (/^[1-8]$/.test(event.key) && view !== undefined) picture.show(view);
  else if (event.key === "/") focusFilter();
  else if (event.key === "?") openKeys();
  else if (/^[-+=]$/.test(event.key)) zoom(event.key !== "-");
  else if (!movesInTime(event, target)) return;
  event.preventDefault();
}

/** Bring what the view shows nearer or farther; views without a scale have nothing to do. */
function zoom(isIn: boolean): void {
  const shown = { map: "aspan-map", timeline: "aspan-timeline" }[picture.view as string];
  if (shown !== undefined) document.querySelector<HTMLElement & { zoomByKey?(isIn: boolean): void }>(shown)?.zoomByKey?.(isIn);
}

/** Keys of the replay; the map and the timeline keep their own arrows. */
function movesInTime(event: KeyboardEvent, target: HTMLElement): boolean {
  const past = picture.past;
  const key = event.key.toLowerCase();
  const isAt = past.atMs !== null;
  if (key === "n") picture.showMoment(null);
  else if (key === "r") step(-leapMs);
  else if (key === " " && isAt && !target.matches("button, a, summary")) past.isPlaying ? past.pause() : past.play();
  else if (isAt && (key === "arrowleft" || key === "arrowright") && !target.closest(".ground, [role=grid]")) {
    step((key === "arrowleft" ? -1 : 1) * (event.shiftKey ? leapMs : stepMs));
  } else return false;
  return true;
}

function focusFilter(): void {
  const field = document.querySelector<HTMLElement>("[data-filter]");
  if (field !== null) field.focus();
  else {
    picture.show("sorties");
    setTimeout(() => document.querySelector<HTMLElement>("[data-filter]")?.focus(), 100);
  }
}

export function startKeys(): void {
  addEventListener("keydown", onKey);
}
export { step as stepMoment };
