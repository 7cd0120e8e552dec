import { expect, it } from "vitest";
import { html, trusted } from "./html.ts";

it("escapes text, in elements and attributes", () => {
  const evil = `<script>alert("1" & '2')</script>`;
  expect(html`<a title="${evil}">${evil}</a>`.text).toBe(
    '<a title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</a>',
  );
});

it("takes markup, numbers and lists of both as they are", () => {
  const items = ["a<b", 2].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}</ul>${trusted("<hr>")}`.text).toBe("<ul><li>a&lt;b</li><li>2</li></ul><hr>");
  expect(html`${[[["deep & "]], html`<b>down</b>`]}`.text).toBe("deep &amp; <b>down</b>");
});

it("writes nothing for what is missing or false, and 0 for 0", () => {
  expect(html`(${undefined}${false}${[]}${""}${0})`.text).toBe("(0)");
});

it("shows characters that HTML does not allow as replaced", () => {
  expect(html`${"a\u0000b\u001bc\td\ne\u0085"}`.text).toBe("a\uFFFDb\uFFFDc\td\ne\uFFFD");
});
