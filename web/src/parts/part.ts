/** A piece of the page that draws itself again when the picture changes. */
import { LitElement } from "lit";
import { picture } from "../store";
import { inTurn } from "../turns";

const restMs = 900; // between two drawings of a piece while the state changes by itself

export abstract class Part extends LitElement {
  private readonly onChange = (event: Event): void => {
    const what = (event as CustomEvent<string>).detail;
    if (!this.listensTo(what)) return;
    // what a person has done is answered at once
    if (what === "state" && !picture.isReplay) inTurn(this.redrawInTurn, restMs);
    else this.requestUpdate();
  };
  private readonly redrawInTurn = (): void => this.requestUpdate();

  /** Whether a change of this kind concerns the piece. */
  protected listensTo(_what: string): boolean {
    return true;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    picture.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    picture.removeEventListener("change", this.onChange);
    super.disconnectedCallback();
  }
}
