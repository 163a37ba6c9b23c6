/** The scenario's page, Markdown as test crews write it: headings, paragraphs, lists, tables; everything else is text. */
import { html, type TemplateResult } from "lit";

/** Return the blocks of a text; nothing in it is taken for markup but what is named above. */
export function prose(text: string): TemplateResult[] {
  const blocks: TemplateResult[] = [];
  const lines = text.split("\n");
  let at = 0;
  const take = (is: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && is(lines[at]!)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const heading = /^(#{1,5}) +(.+)$/.exec(line);
    if (heading !== null) {
      at += 1;
      blocks.push(heading[1]!.length <= 2 ? html`<h3>${spans(heading[2]!)}</h3>` : html`<h4>${spans(heading[2]!)}</h4>`);
    } else if (line.startsWith("|")) {
      const rows = take((one) => one.startsWith("|")).filter((one) => !/^\|[\s:|-]+\|$/.test(one)).map((one) => one.slice(1, one.lastIndexOf("|")).split("|").map((cell) => cell.trim()));
      blocks.push(html`<div class="scroll" tabindex="0" role="group"><table class="table"><thead><tr>${rows[0]!.map((cell) => html`<th>${spans(cell)}</th>`)}</tr></thead>
        <tbody>${rows.slice(1).map((row) => html`<tr>${row.map((cell) => html`<td>${spans(cell)}</td>`)}</tr>`)}</tbody></table></div>`);
    } else if (/^(- |\d+\. )/.test(line)) {
      const items = take((one) => /^(- |\d+\. |  )/.test(one)).reduce<string[]>((all, one) => (/^(- |\d+\. )/.test(one) ? [...all, one.replace(/^(- |\d+\. )/, "")] : [...all.slice(0, -1), `${all.at(-1) ?? ""} ${one.trim()}`]), []);
      blocks.push(/^\d/.test(line) ? html`<ol>${items.map((one) => html`<li>${spans(one)}</li>`)}</ol>` : html`<ul>${items.map((one) => html`<li>${spans(one)}</li>`)}</ul>`);
    } else if (line.trim() === "") {
      at += 1;
    } else {
      blocks.push(html`<p>${spans(take((one) => one.trim() !== "" && !/^(#|\||- |\d+\. )/.test(one)).join(" "))}</p>`);
    }
  }
  return blocks;
}

function spans(text: string): (string | TemplateResult)[] {
  return text.split(/(`[^`]+`)/).map((part) => (part.startsWith("`") && part.length > 1 ? html`<code>${part.slice(1, -1)}</code>` : part));
}
