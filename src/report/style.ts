/** The page's looks: light and dark, on a phone and on paper. Pictures have white ground and keep it. */
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
.lead, figcaption, .note { color: var(--faint); }
.lead { max-width: 44rem; }
figure { margin: 0; }
figcaption { font-size: 0.925rem; margin-top: 0.7rem; max-width: 46rem; }
figcaption strong, figcaption h3 { color: var(--ink); }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); margin: 1.2rem 0; }
.tile, .chart, .picture, pre, .settings {
  background: var(--card); border: 1px solid var(--line); border-radius: 0.7rem; padding: 1.1rem 1.2rem;
}
.tile h3 { color: var(--faint); font-weight: 600; font-size: 0.9rem; }
.tile p { font-size: 0.9rem; margin: 0; color: var(--faint); }
.tile .value {
  color: var(--ink); font-size: 2rem; font-weight: 650; line-height: 1.15; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums; margin: 0 0 0.45rem;
}
.charts, .pictures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.charts { align-items: start; }
.pictures { margin-top: 1.2rem; }
.paper { background: #ffffff; border-radius: 0.4rem; text-align: center; }
.paper > svg { overflow: visible; }
.paper > svg, .paper img { display: block; width: auto; height: auto; max-width: 100%; max-height: 46rem; margin: 0 auto; border-radius: 0.4rem; }
summary { list-style: none; cursor: pointer; position: relative; }
summary::-webkit-details-marker { display: none; }
.play { display: inline-block; margin: 0.6rem 0; padding: 0.3rem 1rem; border-radius: 2rem; background: var(--accent); color: var(--card); font-weight: 600; font-size: 0.9rem; }
details[open] summary .still { display: none; }
@media print { .play { display: none; } }
@media (prefers-color-scheme: dark) {
  .paper { background: none; }
  .drawn > svg { filter: invert(0.88) hue-rotate(180deg); }
  .paper img { filter: brightness(0.86); }
}
.verdict { margin-top: 0; border-left: 0.3rem solid var(--line); padding: 0.2rem 0 0.2rem 1.2rem; margin-bottom: 2rem; }
.verdict.good { border-color: #2e9e6b; }
.verdict.bad { border-color: #c8473f; }
.verdict ul { margin: 0.6rem 0 0; padding-left: 1.1rem; }
.verdict li { margin-bottom: 0.5rem; }
.remedy { color: var(--faint); }
table { border-collapse: collapse; margin: 0.6rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 1.2rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; }
thead th { color: var(--faint); }
.picture.wide { grid-column: 1 / -1; }
.hero { margin-top: 0; }
.chart.beside { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 2rem; }
.beside figcaption { flex: 1 1 18rem; }
.bars { display: block; max-width: 100%; height: auto; font-size: 11px; }
.bars .bar { fill: var(--accent); }
.bars text { fill: var(--ink); text-anchor: middle; font-variant-numeric: tabular-nums; }
.bars .faint { fill: var(--faint); }
.bars .start { text-anchor: start; }
.bars line { stroke: var(--line); }
dl { margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.4rem 1.4rem; margin: 1rem 0 2rem; }
.facts dt { color: var(--faint); }
.settings { columns: 3 14rem; column-gap: 2rem; font-size: 0.875rem; margin-bottom: 2rem; }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.14rem 0; break-inside: avoid; color: var(--faint); }
.settings .changed { color: var(--ink); font-weight: 650; }
pre { margin: 0.4rem 0 0.7rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
footer { margin-top: 3rem; color: var(--faint); font-size: 0.875rem; }
@media (max-width: 34rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 0.6rem; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
  .tile, .chart, .picture, pre, .settings { padding: 0.8rem; }
  .tile .value { font-size: 1.6rem; }
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
