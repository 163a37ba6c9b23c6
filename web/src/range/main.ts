/** Start of the test site's page. */
import "@fontsource-variable/inter/wght.css";
import "../styles/tokens.css";
import "./range.css";
import { language, setLanguage } from "../language";
import { startTheme } from "../theme";
import "./page";
import { site } from "./state";

setLanguage(language());
startTheme(() => site.tell());
site.start();
