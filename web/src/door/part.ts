/** A piece of the door that draws itself again when what is shown changes. */
import { LitElement } from "lit";
import { door } from "./state";

export abstract class Part extends LitElement {
  private readonly onChange = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    door.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    door.removeEventListener("change", this.onChange);
    super.disconnectedCallback();
  }
}
