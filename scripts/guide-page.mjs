/**
 * docs/guide.md as a page of the studio, so that panels can link to its sections without network. Knows what that file
 * is written with: headings, paragraphs, lists, tables, fenced code; in them code, bold, emphasis and links.
 * @param style of the page, a path relative to it
 */
export function guidePage(markdown, style) {
  const html = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; ) {
    const take = (belongs) => {
      const block = [];
      while (at < lines.length && belongs(lines[at])) block.push(lines[at++]);
      return block;
    };
    const line = lines[at];
    const heading = /^(#{1,4}) (.*)/.exec(line);
    if (line.startsWith("```")) {
      at++;
      html.push(`<pre><code>${escaped(take((each) => !each.startsWith("```")).join("\n"))}</code></pre>`);
      at++;
    } else if (heading) {
      const [, marks, text] = heading;
      html.push(`<h${marks.length} id="${slug(text)}">${inline(text)}</h${marks.length}>`);
      at++;
    } else if (line.startsWith("|")) {
      const [head, , ...rows] = take((each) => each.startsWith("|")).map(cells);
      const row = (values, tag) =>
        `<tr>${values.map((value) => `<${tag}>${inline(value)}</${tag}>`).join("")}</tr>`;
      const body = rows.map((values) => row(values, "td")).join("");
      html.push(`<div class="table"><table>${row(head, "th")}${body}</table></div>`);
    } else if (/^(-|\d+\.) /.test(line)) {
      const items = take((each) => each !== "" && !each.startsWith("#")).join("\n");
      const tag = line.startsWith("-") ? "ul" : "ol";
      const parts = items.split(/^(?:-|\d+\.) /m).slice(1);
      html.push(`<${tag}>${parts.map((part) => `<li>${inline(part)}</li>`).join("")}</${tag}>`);
    } else if (line.trim() === "") at++;
    else {
      const block = take((each) => each.trim() !== "" && !/^(#{1,4} |```|\||- )/.test(each));
      // A line that begins as something else but is not: a paragraph of its own.
      html.push(`<p>${inline((block.length > 0 ? block : [lines[at++]]).join("\n"))}</p>`);
    }
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>vaekit guide</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
</head>
<body><main><article class="prose guide">
<p><a href="./index.html">vaekit studio</a></p>
${html.join("\n")}
</article></main></body>
</html>
`;
}

/** As GitHub names the anchors of headings. */
export function slug(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function cells(row) {
  return row
    .replace(/^\||\|\s*$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function inline(text) {
  return escaped(text)
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith("`")
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            .replace(/!\[([^\]]*)\]\([^)]*\)/g, "")
            .replace(/\[([^\]]+)\]\((https?:[^)]+|#[^)]+)\)/g, '<a href="$2">$1</a>')
            .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
            .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
            .replace(/(?<!\w)\*([^*]+)\*(?!\w)/g, "<em>$1</em>"),
    )
    .join("");
}

function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
