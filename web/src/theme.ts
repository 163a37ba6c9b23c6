/** Light, dark, or as the system has it. */
export type Theme = "system" | "light" | "dark";
export const themes: readonly Theme[] = ["system", "light", "dark"];

const storageKey = "aspan.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const kept = localStorage.getItem(storageKey) as Theme | null;
// kept, not asked for: a query that is asked between the system's change and the frame that tells of it tells nothing
let isSystemDark = prefersDark.matches;
let current: Theme = kept !== null && themes.includes(kept) ? kept : "system";

export function theme(): Theme {
  return current;
}

export function isDark(): boolean {
  return current === "dark" || (current === "system" && isSystemDark);
}

export function setTheme(next: Theme): void {
  current = next;
  localStorage.setItem(storageKey, next);
  show();
}

export function startTheme(changed: () => void): void {
  show();
  prefersDark.addEventListener("change", (event) => {
    isSystemDark = event.matches;
    show();
    changed();
  });
}

function show(): void {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
}
