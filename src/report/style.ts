/** The page's looks: light and dark, on a phone and on paper, in one typeface. Figures take its colours. */
import { CLASS_COLOURS } from "../plot/class-styles.ts";
import type { Colour } from "../plot/pixels.ts";
import { GIVEN_COLOUR } from "../plot/profile-panels.ts";
import { FAINT_INK, INK } from "../plot/text.ts";

/** Colours of figures, which are made for white paper, and what stands for them on the page. */
const LINES = ["#9aa5b1", "#cbd2d9"];

/** Relative luminance (WCAG) that is seen well on the dark page. */
const BRIGHT = 0.22;

function paint(selector: string, colour: string, value: string): string {
  return `.drawn ${selector}[fill="${colour}"] { fill: ${value}; } .drawn ${selector}[stroke="${colour}"] { stroke: ${value}; }`;
}

/** Classes keep their hue on a dark ground; those that would not be seen there are lighter. */
function darkRules(): string {
  const rules = CLASS_COLOURS.filter((colour) => luminance(colour) < BRIGHT).map((colour) => {
    let [lighter, share] = [colour, 0];
    while (luminance(lighter) < BRIGHT) {
      share += 0.02;
      lighter = colour.map((level) => Math.round(level + share * (255 - level))) as unknown as Colour;
    }
    return paint("", `rgb(${colour.join(",")})`, `rgb(${lighter.join(",")})`);
  });
  return rules.join("\n");
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((level) => {
    const part = level / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1f2933; --faint: #5d6b79; --ground: #f6f6f3; --card: #ffffff; --line: #dfe3e8; --accent: #2563c9;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaef; --faint: #9fabb8; --ground: #14181d; --card: #1c2229; --line: #333d48; --accent: #7db0ff; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 62rem; margin: 0 auto; padding: clamp(1.2rem, 4vw, 3rem) clamp(1rem, 4vw, 2.5rem) 4rem; }
header { margin-bottom: 2rem; }
h1, h2, h3 { line-height: 1.2; font-weight: 650; letter-spacing: -0.011em; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.7rem, 5vw, 2.6rem); margin: 0.1rem 0 0.7rem; }
h2 { font-size: 1.45rem; margin: 0 0 0.4rem; }
h3 { font-size: 1rem; margin: 0 0 0.3rem; }
p { margin: 0 0 0.8rem; }
.kind { color: var(--accent); font-weight: 600; margin: 0; overflow-wrap: anywhere; }
.deck { font-size: 1.13rem; max-width: 44rem; margin: 0; }
section { margin-top: 3rem; }
.lead, figcaption, .note, .unused { color: var(--faint); }
figcaption p { margin: 0 0 0.3rem; }
.lead { max-width: 44rem; }
figure { margin: 0; }
figcaption { font-size: 0.925rem; margin-top: 0.7rem; max-width: 46rem; }
figcaption strong, figcaption h3 { color: var(--ink); }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); margin: 1.2rem 0 1rem; }
.tile, .chart, .picture, .card, pre, .settings {
  background: var(--card); border: 1px solid var(--line); border-radius: 0.7rem; padding: 1.1rem 1.2rem;
}
.tile h3 { color: var(--faint); font-weight: 600; font-size: 0.9rem; }
.tile p { font-size: 0.9rem; margin: 0; color: var(--faint); }
.tile .value {
  color: var(--ink); font-size: 2rem; font-weight: 650; line-height: 1.15; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums; margin: 0 0 0.45rem;
}
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17.5rem), 1fr)); margin-top: 1.2rem; }
.chart > .drawn > svg { max-width: 32rem; margin: 0 auto; }
.chart { padding: 0.5rem 0.6rem; }
.explorer iframe { width: 100%; height: min(85vh, 60rem); border: 0; border-radius: 0.6rem; }
.explorer button { font: inherit; font-weight: 600; font-size: 0.9rem; padding: 0.3rem 1rem; border-radius: 2rem; border: 0; background: var(--accent); color: var(--card); cursor: pointer; }
.pictures { display: grid; gap: 1rem; margin-top: 1.2rem; }
.picture { min-width: 0; }
.drawn:not(.key) > svg { display: block; max-height: 40rem; width: 100%; height: auto; overflow: visible; touch-action: pan-y; }
.drawn text { font-family: inherit; }
.drawn g[color="${INK}"] { color: var(--ink); }
${paint("", INK, "var(--ink)")}
${paint("", FAINT_INK, "var(--faint)")}
${paint("", `rgb(${GIVEN_COLOUR.join(",")})`, "var(--ink)")}
${LINES.map((colour) => paint("", colour, "var(--line)")).join("\n")}
.spot { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
.hair { stroke: var(--faint); stroke-width: 1; pointer-events: none; }
.tip {
  position: fixed; left: 0; top: 0; z-index: 9; opacity: 0; pointer-events: none; white-space: pre-line; max-width: 18rem;
  background: var(--ink); color: var(--ground); padding: 0.3rem 0.6rem; border-radius: 0.4rem; font-size: 0.85rem;
  line-height: 1.4; font-variant-numeric: tabular-nums;
}
.strip { display: block; width: 100%; height: auto; margin: 0; border-radius: 0.15rem; }
.small { image-rendering: pixelated; }
.bands { display: grid; gap: 1.1rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.band { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 0.8rem; align-items: center; }
.band span, .way span, .key { font-size: 0.875rem; color: var(--faint); }
.halves { display: grid; gap: 0.9rem 1.6rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); align-items: end; }
.ways { display: grid; gap: 0.3rem; }
.way { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.1rem 0.8rem; align-items: center; }
.ends { display: flex; justify-content: space-between; font-size: 0.875rem; color: var(--faint); }
.ends i { font-style: normal; }
.panels { display: grid; gap: 0.4rem 1rem; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.key { display: flex; flex-wrap: wrap; gap: 0.3rem 0.9rem; margin-bottom: 0.4rem; }
.key svg { display: inline-block; vertical-align: -0.1em; margin-right: 0.35rem; }
.plane { min-width: 0; }
.scroll { overflow-x: auto; }
.values { font-size: 0.9rem; white-space: nowrap; margin: 0; min-width: 100%; }
.values td, .values th + th { text-align: right; padding: 0.28rem 0 0.28rem 1.4rem; border: 0; }
.values th { border: 0; color: var(--faint); padding-right: 0; }
.values tbody { border-top: 1px solid var(--line); }
.picture.beside, .chart.beside { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 2rem; padding: 1.1rem 1.2rem; }
.picture.beside > .plane { flex: 1 1 19rem; max-width: 30rem; }
.picture.beside > .ways { flex: 4 1 32rem; }
.beside figcaption { flex: 1 1 14rem; }
.print { overflow-x: auto; width: fit-content; max-width: 100%; background: #ffffff; border-radius: 0.4rem; }
.print img { display: block; width: auto; height: auto; max-width: 100%; max-height: 46rem; margin: 0 auto; }
summary { list-style: none; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
.play { display: inline-block; margin: 0.7rem 0 0; padding: 0.3rem 1rem; border-radius: 2rem; background: var(--accent); color: var(--card); font-weight: 600; font-size: 0.9rem; }
.play::before { content: "▶"; font-size: 0.7em; margin-right: 0.6em; }
details[open] .play, details[open] summary .still, .picture:has(details[open]) > .poster { display: none; }
@media print { .play { display: none; } }
@media (prefers-color-scheme: dark) {
  .print { opacity: 0.88; }
${darkRules()}
}
.verdict { margin-top: 0; border-left: 0.3rem solid var(--line); padding: 0.2rem 0 0.2rem 1.2rem; margin-bottom: 2rem; }
.verdict.good { border-color: #2e9e6b; }
.verdict.bad { border-color: #c8473f; }
.verdict ul { margin: 0.6rem 0 0; padding-left: 1.1rem; }
.verdict li { margin-bottom: 0.5rem; }
.remedy { color: var(--faint); }
table { border-collapse: collapse; margin: 0.6rem 0; font-variant-numeric: tabular-nums; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.card table { margin: 0.3rem 0 0; }
.card table { width: 100%; }
.card td, .card thead th { white-space: nowrap; }
.card tr:last-child > * { border: 0; }
th, td { padding: 0.3rem 1.2rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; }
thead th { color: var(--faint); }
.hero { margin-top: 1rem; }
.bars { display: block; max-width: 100%; height: auto; font-size: 12px; }
.bars .bar { fill: var(--accent); }
.bars text { fill: var(--ink); text-anchor: middle; font-variant-numeric: tabular-nums; }
.bars .faint { fill: var(--faint); }
.bars .start { text-anchor: start; }
.bars line { stroke: var(--line); }
dl { margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.4rem 1.4rem; margin: 1rem 0 2rem; }
.facts dt { color: var(--faint); }
.settings { columns: 3 14rem; column-gap: 2rem; font-size: 0.875rem; margin-bottom: 0.8rem; }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.14rem 0; break-inside: avoid; color: var(--faint); }
.settings .changed { color: var(--ink); font-weight: 600; }
.settings .changed dt::before { content: "• "; color: var(--accent); }
.unused { font-size: 0.875rem; }
pre { margin: 0.4rem 0 0.7rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
code, pre { font-family: inherit; }
footer { margin-top: 3rem; color: var(--faint); font-size: 0.875rem; }
@media (max-width: 34rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 0.6rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tile:first-child:nth-last-child(odd) { grid-column: 1 / -1; }
  .tile, .chart, .picture, pre, .settings { padding: 0.8rem; }
  .tile .value { font-size: 1.6rem; }
  .way, .panels { grid-template-columns: minmax(0, 1fr); }
  .picture.beside, .chart.beside { padding: 0.8rem; }
  .chart { padding: 0.4rem; }
}
@media print {
  :root {
    color-scheme: light; font-size: 10pt;
    --ink: #000000; --faint: #444444; --ground: #ffffff; --card: #ffffff; --line: #bbbbbb; --accent: #2563c9;
  }
  main { max-width: none; padding: 0; }
  section { margin-top: 1.8rem; }
  h2, h3, .lead { break-after: avoid; }
  .tile, .chart, .picture, .settings, pre { break-inside: avoid; }
  footer { display: none; }
}
`;
