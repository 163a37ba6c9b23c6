/** Start of the door, the passengers' page; the map's code is asked for only when the map is. */
import "@fontsource-variable/inter/wght.css";
import "../styles/tokens.css";
import "./door.css";
import { language, setLanguage } from "../language";
import { startTheme } from "../theme";
import "./page";
import { door } from "./state";

setLanguage(language());
startTheme(() => door.tell());
void door.start();
