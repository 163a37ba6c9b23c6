/** The icons of booking, from the same set and in the same stroke as the door's. */
import type { TemplateResult } from "lit";
import ban from "lucide-static/icons/ban.svg?raw";
import banknote from "lucide-static/icons/banknote.svg?raw";
import card from "lucide-static/icons/credit-card.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import offline from "lucide-static/icons/wifi-off.svg?raw";
import printer from "lucide-static/icons/printer.svg?raw";
import qr from "lucide-static/icons/qr-code.svg?raw";
import receipt from "lucide-static/icons/receipt-text.svg?raw";
import swap from "lucide-static/icons/calendar-clock.svg?raw";
import trash from "lucide-static/icons/trash-2.svg?raw";
import user from "lucide-static/icons/user.svg?raw";
import { drawn, icon, isIcon, type IconName } from "./icons";

const drawings = { ban, banknote, card, check, offline, printer, qr, receipt, swap, trash, user };
export type SalesIcon = keyof typeof drawings | IconName;

export function sign(name: SalesIcon): TemplateResult {
  return isIcon(name) ? icon(name) : drawn(drawings[name]);
}
