"""The page on which a payer says yes or no: one form, no script, nothing from elsewhere."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qs, urlsplit

from aspan.operations.ports import CHECKOUT, PaymentFound
from aspan.primitives.units import TIYN_PER_TENGE

LANGUAGES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #16202c; --soft: #4a5868; --paper: #fff; --line: #c9d2dc;
  --sky: #1f6fb2; --on-sky: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef5; --soft: #a9b6c4; --paper: #101823;
  --line: #3a4758; --sky: #7fbdf2; --on-sky: #0b1522; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 "Inter Variable", Inter, system-ui, sans-serif; }
main { max-width: 28rem; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 20px; margin: 0 0 16px; }
p { margin: 0 0 16px; } .soft { color: var(--soft); }
dl { margin: 0 0 24px; border-block: 1px solid var(--line); padding: 12px 0; }
dt { color: var(--soft); font-size: 14px; }
dd { margin: 0 0 8px; font-variant-numeric: tabular-nums; }
dd.sum { font-size: 28px; font-weight: 700; }
form { display: grid; gap: 12px; }
button, a.back { min-height: 48px; border-radius: 6px; padding: 10px 16px;
  border: 1px solid var(--sky);
  font: inherit; font-weight: 550; cursor: pointer; text-align: center; text-decoration: none; }
.yes { background: var(--sky); color: var(--on-sky); }
.no, a.back { background: transparent; color: var(--sky); display: block; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 32px; }
nav a { color: var(--sky); min-height: 44px; display: inline-flex; align-items: center; }
:focus-visible { outline: 3px solid var(--sky); outline-offset: 2px; }
"""


@cache
def read_words() -> dict[str, dict[str, str]]:
    """Return every text of the page: key, language, text."""
    text = files("aspan.faces.sandbox").joinpath("checkout.json").read_text("utf-8")
    return dict(json.loads(text))


def choose_language(query: str, accepted: str) -> str:
    """Return the language of a page: as asked for, else the first known that is accepted."""
    asked = parse_qs(query).get("lang", [""])[0]
    if asked in LANGUAGES:
        return asked
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return "en"


def format_tenge(amount_tiyn: int) -> str:
    """Return an amount as it is written here: `12 400 ₸`, tiyn only where there are some."""
    tenge, tiyn = divmod(amount_tiyn, TIYN_PER_TENGE)
    whole = f"{tenge:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{whole}{f',{tiyn:02d}' if tiyn else ''}\N{NO-BREAK SPACE}₸"


def find_return_url(method: str) -> str:
    """Return where a payer goes from the page; empty if nowhere."""
    return method.removeprefix(CHECKOUT) if method.startswith(CHECKOUT) else ""


def make_policy(return_url: str) -> str:
    """Return what the page may do: send its form here, and go on to where the payer came from."""
    url = urlsplit(return_url)
    origin = f" {url.scheme}://{url.netloc}" if url.netloc else ""
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{origin}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def draw_page(found: PaymentFound | None, return_url: str, lang: str) -> str:
    """Return the page about a payment; of no payment if None."""
    words = {key: texts[lang] for key, texts in read_words().items()}
    back = f'<a class="back" href="{escape(return_url)}">{words["back"]}</a>' if return_url else ""
    if found is None:
        body = f"<p>{words['unknown']}</p>"
    else:
        asked_tiyn = found.operations[0].amount_tiyn
        body = (
            f"<dl><dt>{words['amount']}</dt><dd class='sum'>{format_tenge(asked_tiyn)}</dd>"
            f"<dt>{words['reference']}</dt><dd>{escape(found.payment_id)}</dd></dl>"
        )
        if found.state == "awaiting":
            body += (
                f'<form method="post" action="?lang={lang}">'
                f'<button class="yes" name="choice" value="pay">{words["pay"]}</button>'
                f'<button class="no" name="choice" value="decline">{words["decline"]}</button>'
                "</form>"
            )
        else:
            state = "authorised" if found.state == "captured" else found.state
            body += f"<p role='status'>{words[state]}</p>{back}"
    links = "".join(
        f'<a href="?lang={code}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != lang
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{words['title']}</h1><p class='soft'>{words['note']}</p>{body}"
        f"<nav aria-label='{words['language']}'>{links}</nav></main></body></html>"
    )
