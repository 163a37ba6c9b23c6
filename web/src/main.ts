/** Start: fonts, looks, language, then the desk; the map follows by itself. */
import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/views.css";
import "./styles/map.css";
import { language, setLanguage } from "./i18n";
import "./parts/desk";
import { picture } from "./store";
import { startTheme } from "./theme";

setLanguage(language());
startTheme(() => picture.tell("look"));
void picture.open();
