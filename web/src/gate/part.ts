/** A piece of the gate that draws itself again when what is known changes. */
import { LitElement } from "lit";
import { gate } from "./state";

export abstract class Part extends LitElement {
  private readonly onChange = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    gate.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    gate.removeEventListener("change", this.onChange);
    super.disconnectedCallback();
  }
}
