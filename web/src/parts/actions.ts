/** What can be done to the selected object, to all sites and to the clock: buttons and a menu. */
import { html, nothing, render, type TemplateResult } from "lit";
import "../styles/actions.css";
import { actionWords, isReplay, openAction, openActionsTaken, type Action } from "../actions";
import { t } from "../i18n";
import { icon, type IconName } from "../icons";
import { picture, type SelectionKind } from "../store";
import { setUnits, units, type Units } from "../units";
import { openKeys } from "./keys";
import { Part } from "./part";

export interface Choice { icon: IconName; words: string; run: () => void; isDesk: boolean }

const over = new Set(["flown", "on_block", "cancelled", "diverted", "landed", "airborne_at_end"]);
const underWay = new Set(["taxiing", "taxiing_out", "taxiing_in", "airborne"]);

function choice(name: IconName, action: Action, words = actionWords(action)): Choice {
  return { icon: name, words, run: () => void openAction(action), isDesk: true };
}

function sendEmpty(aircraftId: string, from: string | null): Choice[] {
  const destination = picture.city?.vertiports.find((v) => v.vertiport_id !== from)?.vertiport_id;
  if (destination === undefined) return [];
  return [choice("send", { action: "send_empty", aircraft_id: aircraftId, destination }, t("act.send_empty"))];
}

function ofVertiport(id: string): Choice[] {
  const now = picture.vertiports.get(id);
  if (now === undefined) return [];
  return [
    now.is_held === true
      ? choice("play", { action: "release_departures", vertiport_id: id }, t("act.release_departures"))
      : choice("hand", { action: "hold_departures", vertiport_id: id }, t("act.hold_departures")),
    ...now.fatos.map((fato) => fatoChoice(id, fato.fato_id, fato.is_open !== false)),
  ];
}

export function fatoChoice(vertiportId: string, fatoId: string, isOpen: boolean): Choice {
  const at = { vertiport_id: vertiportId, fato_id: fatoId };
  return isOpen
    ? choice("ban", { action: "close_fato", ...at }, t("act.close_fato", { fato: fatoId }))
    : choice("unlock", { action: "open_fato", ...at }, t("act.open_fato", { fato: fatoId }));
}

function ofAircraft(id: string): Choice[] {
  const now = picture.aircraft.get(id);
  if (now === undefined) return [];
  if (now.phase === "grounded") {
    return [choice("undo", { action: "return_aircraft", aircraft_id: id }, t("act.return_aircraft"))];
  }
  return [
    choice("wrench", { action: "ground_aircraft", aircraft_id: id }, t("act.ground_aircraft")),
    // one that is committed to a sortie, or away, cannot be sent
    ...(now.sortie_id === null && now.vertiport_id !== null ? sendEmpty(id, now.vertiport_id) : []),
  ];
}

function ofSortie(id: string): Choice[] {
  const now = picture.sorties.get(id);
  if (now === undefined || over.has(now.status) || underWay.has(now.status)) return [];
  return [choice("stop", { action: "cancel_sortie", sortie_id: id }, t("act.cancel_sortie"))];
}

export function choicesOf(kind: SelectionKind, id: string): Choice[] {
  if (kind === "vertiport") return ofVertiport(id);
  return kind === "aircraft" ? ofAircraft(id) : ofSortie(id);
}

/** The buttons under a selected object; in a replay they say why they rest. */
export function actionButtons(kind: SelectionKind, id: string): TemplateResult | typeof nothing {
  // the FATOs of a vertiport have their buttons in their own lines
  const choices = choicesOf(kind, id).filter((_, i) => kind !== "vertiport" || i === 0);
  if (choices.length === 0) return nothing;
  return html`<div class="acts" role="group" aria-label=${t("act.title")}>
    ${choices.map((c) => html`<button class="act" ?disabled=${isReplay()} @click=${c.run}>${icon(c.icon)}${c.words}</button>`)}
    ${isReplay() ? html`<p class="acts-note">${icon("history")}${t("act.replay")}</p>` : nothing}
  </div>`;
}

function otherUnits(): Units {
  return units() === "metric" ? "aviation" : "metric";
}

/** Tell heights and speeds in the other units from now on. */
export function nextUnits(): void {
  setUnits(otherUnits());
  picture.tell("look");
}

function clockChoices(): Choice[] {
  const isPaused = picture.live.clockFacts?.is_paused === true;
  const speed = picture.live.clockFacts?.speed || 1;
  const isHeld = [...picture.live.vertiports.values()].some((v) => v.is_held === true);
  return [
    isPaused ? choice("play", { action: "resume" }) : choice("pause", { action: "pause" }),
    choice("gauge", { action: "set_pace", speed }, t("act.set_pace")),
    choice("hand", { action: "hold_departures", vertiport_id: null }),
    ...(isHeld ? [choice("play", { action: "release_departures", vertiport_id: null })] : []),
    { icon: "list", words: t("taken.open"), run: () => void openActionsTaken(), isDesk: false },
    { icon: "ruler", words: t("units.switch", { units: t(`units.${otherUnits()}`) }), run: nextUnits, isDesk: false },
    { icon: "keyboard", words: t("rail.keys"), run: openKeys, isDesk: false },
  ];
}

let menu: HTMLElement | null = null;

/** A menu at a place of the window; arrows walk through it, Escape and a click elsewhere close it. */
export function openMenu(title: string, choices: Choice[], x: number, y: number): void {
  menu?.remove();
  if (choices.length === 0) return;
  const before = document.activeElement as HTMLElement | null;
  const made = document.createElement("div");
  menu = made;
  made.className = "menu";
  made.popover = "auto";
  made.role = "menu";
  made.ariaLabel = title;
  render(
    html`<p class="menu-title" role="presentation">${title}</p>
      ${choices.map((c) => html`<button role="menuitem" class="menu-item" ?disabled=${c.isDesk && isReplay()}
        @click=${() => { made.hidePopover(); c.run(); }}>${icon(c.icon)}${c.words}</button>`)}
      ${isReplay() ? html`<p class="acts-note" role="presentation">${icon("history")}${t("act.replay")}</p>` : nothing}`,
    made,
  );
  document.body.append(made);
  made.addEventListener("keydown", walk);
  made.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "closed") return;
    if (made.contains(document.activeElement)) before?.focus();
    made.remove();
  });
  made.showPopover();
  made.style.left = `${Math.max(8, Math.min(x, innerWidth - made.offsetWidth - 8))}px`;
  made.style.top = `${Math.max(8, Math.min(y, innerHeight - made.offsetHeight - 8))}px`;
  made.querySelector<HTMLButtonElement>("button:not(:disabled)")?.focus();
}

function walk(event: KeyboardEvent): void {
  event.stopPropagation();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items[(at + step + items.length) % items.length]?.focus();
}

/** In the top bar: pause and go on, speed, all sites, and what desks have done. */
class ClockActions extends Part {
  protected override listensTo(what: string): boolean {
    return what === "state" || what === "look" || what === "moment";
  }

  override render(): TemplateResult {
    const first = clockChoices()[0]!;
    const isTwin = picture.city?.is_twin !== false;
    return html`<span class="clock-actions">
      ${isTwin
        ? html`<button class="button" data-action="clock" ?disabled=${isReplay() || picture.live.clockFacts === null}
            aria-label=${first.words} title=${isReplay() ? t("act.replay") : first.words}
            @click=${first.run}>${icon(first.icon)}</button>`
        : nothing}
      <button class="button" data-action="menu" aria-haspopup="menu" aria-label=${t("act.title")}
        title=${t("act.title")} @click=${this.open}>${icon("desk")}</button>
    </span>`;
  }

  private open(event: Event): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const isTwin = picture.city?.is_twin !== false;
    openMenu(t("act.title"), clockChoices().slice(isTwin ? 0 : 2), box.left, box.bottom + 4);
  }
}

customElements.define("a-clock-actions", ClockActions);
