/** Markup that may stand in a page as it is: made by {@link html}, or vouched for by {@link trusted}. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be put into markup; nothing is written for what is missing or false. */
export type Content = Markup | string | number | false | undefined | readonly Content[];

/** Markup with values in it. Text is escaped, in element and attribute alike; attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, index) => (index === 0 ? part : textOf(values[index - 1]) + part)).join(""),
  );
}

/** Markup from elsewhere, such as a chart's SVG. */
export function trusted(markup: string): Markup {
  return new Markup(markup);
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(textOf).join("");
  return escapeText(String(content));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, which HTML does not allow, are shown as replaced. */
function escapeText(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, "\uFFFD").replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
