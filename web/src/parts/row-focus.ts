/**
 * Keep the keys' focus with its row while rows come, go and change places.
 *
 * A row that leaves the list takes its focus along; the focus then rests on the table, so that the
 * next key opens nothing that nobody chose.
 */

/** The id of the row that has the focus, read from the attribute that rows carry; null if none has. */
export function focusedRow(host: HTMLElement, attribute: string): string | null {
  const at = document.activeElement;
  return at !== null && host.contains(at) ? at.closest(`[${attribute}]`)?.getAttribute(attribute) ?? null : null;
}

export function keepFocus(host: HTMLElement, attribute: string, id: string | null): void {
  if (id === null || focusedRow(host, attribute) === id) return;
  // what was focused meanwhile by a person stays so
  if (document.activeElement !== null && document.activeElement !== document.body && !host.contains(document.activeElement)) return;
  const row = host.querySelector(`[${attribute}="${CSS.escape(id)}"]`);
  const target = row?.querySelector<HTMLElement>(".row-button") ?? host.querySelector<HTMLElement>(".table");
  target?.focus({ preventScroll: true });
}
