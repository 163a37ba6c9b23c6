/** Who did what, when and why: the desks' actions as the log has them, newest first. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { actionWords, listActions, reasonWords, type ActionLine } from "../actions";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";

const askAgainMs = 3000;

class ActionsTaken extends LitElement {
  private lines: ActionLine[] | null = null;
  private isLost = false;
  private sought: number | undefined;
  private timer = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  open(seq: number | undefined): void {
    this.sought = seq;
    this.requestUpdate();
    void this.updateComplete.then(async () => {
      const dialog = this.querySelector("dialog")!;
      if (!dialog.open) dialog.showModal();
      clearInterval(this.timer);
      this.timer = window.setInterval(() => void this.ask(), askAgainMs);
      await this.ask();
      this.querySelector<HTMLElement>(".is-sought")?.scrollIntoView({ block: "nearest" });
    });
  }

  private async ask(): Promise<void> {
    const lines = await listActions();
    this.isLost = lines === null;
    if (lines !== null) this.lines = lines;
    this.requestUpdate();
    await this.updateComplete;
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="taken-title" @close=${() => clearInterval(this.timer)}
      @keydown=${(event: Event) => event.stopPropagation()}>
      <div class="dialog-body">
        <header class="dialog-head"><h2 id="taken-title">${t("taken.title")}</h2>
          <button type="button" class="button" aria-label=${t("act.close")} title=${t("act.close")}
            @click=${() => this.querySelector("dialog")!.close()}>${icon("close")}</button></header>
        ${this.isLost ? html`<p class="dialog-note is-attention" role="status">${icon("unplug")}${t("taken.lost")}</p>` : nothing}
        ${this.list()}
      </div>
    </dialog>`;
  }

  private list(): TemplateResult {
    if (this.lines === null) return html`<p class="ghost-line"></p><p class="ghost-line is-short"></p>`;
    if (this.lines.length === 0) return html`<p class="empty">${t("taken.empty")}</p>`;
    const offset = picture.clock.offsetMs();
    return html`<ol class="taken" tabindex="0" aria-label=${t("taken.title")}>
      ${this.lines.map((line) => html`<li class=${line.seq === this.sought ? "is-sought" : ""} data-seq=${line.seq}>
        <span class="taken-when num">${format.clock(line.at_ms, offset, true)}<small>${t("act.entry", { seq: line.seq })}</small></span>
        <span><b>${actionWords(line.action)}</b>
          <span class="taken-out ${line.outcome === "done" ? "is-done" : "is-refused"}">${icon(line.outcome === "done" ? "check" : "stop")}
            ${line.outcome === "done" ? t("taken.done") : `${t("taken.refused")} ${reasonWords(line.reason)}`}</span>
          <small>${line.who}: ${line.why}</small></span></li>`)}
    </ol>`;
  }
}

customElements.define("aspan-actions-taken", ActionsTaken);

let shown: ActionsTaken | null = null;

export function showActionsTaken(seq?: number): void {
  if (shown === null) {
    shown = document.createElement("aspan-actions-taken") as ActionsTaken;
    document.body.append(shown);
  }
  shown.open(seq);
}
