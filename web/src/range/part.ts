/** A piece of the page that draws itself again when what is known of the test site changes. */
import { LitElement } from "lit";
import { site } from "./state";

export abstract class Part extends LitElement {
  private readonly onChange = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    site.addEventListener("change", this.onChange);
  }

  override disconnectedCallback(): void {
    site.removeEventListener("change", this.onChange);
    super.disconnectedCallback();
  }
}
