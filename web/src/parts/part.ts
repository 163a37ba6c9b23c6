/** A piece of the page that draws itself again when the picture changes. */
import { LitElement } from "lit";
import { picture } from "../store";

export abstract class Part extends LitElement {
  private readonly onChange = (event: Event): void => {
    if (this.listensTo((event as CustomEvent<string>).detail)) this.requestUpdate();
  };

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
