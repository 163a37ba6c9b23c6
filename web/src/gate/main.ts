/** Start of the gate, the agents' page; kept on the device by a worker of its own. */
import "@fontsource-variable/inter/wght.css";
import "../styles/tokens.css";
import "./gate.css";
import { language, setLanguage } from "../language";
import { startTheme } from "../theme";
import "./page";
import { gate } from "./state";
import { readTicket } from "./ticket";

setLanguage(language());
startTheme(() => gate.tell());
gate.start();
void keep();

/** Have everything this page is made of kept, the scanner and the letters of three languages too. */
async function keep(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await Promise.all([navigator.serviceWorker.register("/gate-worker.js", { scope: "/gate" }), import("./camera"), document.fonts.load("1em 'Inter Variable'", "aяқ")]);
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  active?.postMessage({ keep: ["/gate", ...new Set(loaded.filter((path) => path.startsWith("/assets/")))] });
}

declare global {
  interface Window { aspanReadTicket: typeof readTicket }
}
window.aspanReadTicket = readTicket; // for whoever tries tickets from the console, as the tests do
