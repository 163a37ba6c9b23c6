/** A question before an order is signed: words to write, or a yes. Escape says no, and the focus goes back where it was. */
import { html, render } from "lit";
import { t } from "./words";

interface Question { title: string; label?: string; yes: string }

/** What was written, "" where nothing was asked for; null if the answer is no. */
export function askPerson({ title, label, yes }: Question): Promise<string | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", "ask-title");
  const back = document.activeElement;
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const text = dialog.querySelector("textarea")?.value.trim() ?? "";
      dialog.remove();
      if (back instanceof HTMLElement && back.isConnected) back.focus();
      resolve(dialog.returnValue === "yes" ? text : null);
    });
    const check = (event: SubmitEvent): void => {
      const field = dialog.querySelector("textarea");
      if ((event.submitter as HTMLButtonElement | null)?.value === "yes" && field !== null && field.value.trim() === "") {
        event.preventDefault();
        field.focus();
      }
    };
    render(html`<form method="dialog" @submit=${check}><h2 id="ask-title">${title}</h2>
      ${label === undefined ? "" : html`<label class="field-row">${label}<textarea class="field" rows="3" maxlength="1000" required autofocus></textarea></label>`}
      <div class="actions"><button class="button is-main" value="yes" data-ask="yes">${yes}</button>
        <button class="button" value="no" formnovalidate data-ask="no">${t("range.cancel")}</button></div></form>`, dialog);
    document.body.append(dialog);
    dialog.showModal();
  });
}
