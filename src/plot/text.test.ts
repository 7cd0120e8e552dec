import { describe, expect, test } from "vitest";
import { rasterizeSvg } from "./rasterize.ts";
import { fitText, latentName, svgText, textWidth, wrapText } from "./text.ts";

/** First and last column with any opacity of text set at 100 from the left, in the bundled font. */
async function drawnExtent(line: string, size = 40): Promise<{ from: number; to: number }> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="80">${svgText(line, 100, 60, { size })}</svg>`;
  const { width, height, data } = await rasterizeSvg(svg, 1);
  const columns = Array.from({ length: width }, (_, x) => x).filter((x) =>
    Array.from({ length: height }, (_, y) => data[4 * (y * width + x) + 3]!).some((opacity) => opacity > 0),
  );
  return { from: columns[0] ?? Number.NaN, to: (columns.at(-1) ?? Number.NaN) + 1 };
}

describe("textWidth", () => {
  test.each([
    "iteration 1,024",
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789 (14 %) #@&*+=_|~",
    "iiiiiiiiiiiiiiiillllllllllllll",
  ])("is as wide as %s is drawn", async (line) => {
    const { from, to } = await drawnExtent(line);
    const width = textWidth(line, 40);
    expect(from).toBeGreaterThan(99);
    expect(to - 100).toBeLessThanOrEqual(width + 1);
    expect(to - 100).toBeGreaterThan(width * 0.95 - 4);
  });

  test("is no narrower than other scripts are drawn", async () => {
    const line = "Ünïcödé Σίγμα Футболка";
    expect((await drawnExtent(line)).to - 100).toBeLessThan(textWidth(line, 40));
  });
});

describe("fitText", () => {
  test("keeps what fits, and shortens what does not", () => {
    expect(fitText("trouser", 12, 100)).toBe("trouser");
    const short = fitText("a very long name of a class", 12, 80);
    expect(short).toMatch(/^a very l.*…$/);
    expect(textWidth(short, 12)).toBeLessThanOrEqual(80);
  });
});

describe("wrapText", () => {
  test("breaks between words, and keeps all of them", () => {
    const title = "posterior means of the test split after 16,384 iterations";
    const lines = wrapText(title, 16, 200);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(textWidth(line, 16)).toBeLessThanOrEqual(200);
    expect(lines.join(" ")).toBe(title);
  });
});

describe("svgText", () => {
  test("writes characters of XML so that they stand for themselves", () => {
    const text = svgText('a<b> & "c"\u0000\n', 0, 0, { size: 10 });
    expect(text).toContain(">a&lt;b&gt; &amp; &quot;c&quot;</text>");
  });

  test("is drawn with every sign that pictures use", async () => {
    for (const sign of ["σ", "−", "₁", "₉", "½", "%", "β", "Δ", "·", "×", "…", "é", "Ж"]) {
      const drawn = await drawnExtent(sign);
      expect(drawn.to - drawn.from, sign).toBeGreaterThan(3);
    }
  });
});

test("latentName counts dimensions from one", () => {
  expect([0, 8, 9, 122].map(latentName)).toEqual(["z₁", "z₉", "z₁₀", "z₁₂₃"]);
});
