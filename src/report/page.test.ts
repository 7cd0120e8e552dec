import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { html, trusted } from "./html.ts";
import { reportPage } from "./page.ts";
import type { Picture } from "./pictures.ts";
import { exampleData, mnistConfig } from "./testing/report-data.ts";

const VOID = new Set(["meta", "img", "hr", "br", "link", "input"]);
const DOT = "data:image/png;base64,AA==";
const still = (width: number, height: number) => ({ uri: DOT, width, height });
const film = { uri: "data:image/webp;base64,BB==", width: 90, height: 50 };

function pageOf(more: Parameters<typeof exampleData>[0] = {}) {
  const text = reportPage(exampleData(more));
  return { text, document: parseHTML(text).document };
}

function textOf(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map((element) => element.textContent?.trim() ?? "");
}

/** Opening tags that are never closed, and closing tags of what is not open. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name, , selfClosing] of markup.matchAll(
    /<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^">])*?)(\/?)>/gi,
  )) {
    if (VOID.has(name!) || selfClosing) continue;
    if (!closing) open.push(name!);
    else if (open.pop() !== name) wrong.push(`</${name}>`);
  }
  return [...wrong, ...open];
}

const pictures: Picture[] = [
  { name: "zebra", still: still(10, 10) },
  { name: "samples", still: still(10, 10) },
  { name: "tableau", film, still: still(900, 500) },
  { name: "reconstructions", still: still(800, 200) },
];

describe("reportPage", () => {
  it("is a whole document that closes what it opens, and asks for nothing from elsewhere", () => {
    const curves = [trusted('<svg xmlns="http://www.w3.org/2000/svg"><text>ELBO</text></svg>')];
    const { text, document } = pageOf({ pictures, curves, leftOut: ["big.gif"] });
    expect(text.startsWith("<!doctype html>\n")).toBe(true);
    expect(unbalanced(text)).toEqual([]);
    expect(document.documentElement.getAttribute("lang")).toBe("en");
    expect(document.querySelectorAll("h1, main, head > title")).toHaveLength(3);
    expect(document.querySelectorAll("link, iframe, object, base, script[src]")).toHaveLength(0);
    expect(document.querySelectorAll("script")).toHaveLength(1);
    for (const image of document.querySelectorAll("img")) {
      expect(image.getAttribute("src")).toMatch(/^data:image\//);
      expect(image.getAttribute("alt")).toBeTruthy();
    }
    expect(text).not.toMatch(/@import|url\(|href=|srcset=/);
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:/);
  });

  it("shows names from outside as text", () => {
    const evil = `</title></style><script>alert(1)</script><img src=x onerror="alert('2')">`;
    const config = mnistConfig();
    const { text, document } = pageOf({
      name: evil,
      config: { ...config, data: { ...config.data, source: `/data/${evil}` } },
      evaluation: `There are no numbers: ${evil}`,
      pictures: [{ name: evil, still: still(10, 10) }],
      leftOut: [evil],
    });
    expect(unbalanced(text)).toEqual([]);
    expect(document.querySelectorAll("[onerror]")).toHaveLength(0);
    expect(textOf(document, "script").join()).not.toContain("alert");
    expect(textOf(document, ".kind")).toEqual([evil]);
    expect(textOf(document, "figcaption h3")).toEqual([evil]);
    expect(document.querySelector("title")!.textContent).toContain(evil);
    expect(textOf(document, "pre code")[0]).toContain("'/data/</title>");
  });

  it("gives the numbers of a variational autoencoder and what they mean", () => {
    const { document } = pageOf();
    expect(textOf(document, ".tile h3")).toEqual(["ELBO", "Reconstruction", "KL", "Active dimensions"]);
    expect(textOf(document, ".tile .value")).toEqual(["−152.71", "−146.60", "6.11", "1 of 2"]);
    // 6.108 nats are 6.108 / ln 2 = 8.81 bits, and e^6.108 = 449.
    expect(textOf(document, ".tile")[2]).toContain("8.8 bits, enough to tell 450 cases apart");
    expect(document.querySelectorAll(".bars rect")).toHaveLength(2);
    expect(textOf(document, "section .lead")[0]).toMatch(/^On 10,000 test examples/);
  });

  it("does not count the cases that hundreds of nats tell apart", () => {
    const { evaluation } = exampleData();
    const { document } = pageOf({ evaluation: { ...(evaluation as object), kl: 300 } as typeof evaluation });
    expect(textOf(document, ".tile")[2]).toContain("beyond the prior: 432.8 bits.");
  });

  it("gives a plain autoencoder no ELBO, and says so of a weighted KL", () => {
    const plain = pageOf({ config: mnistConfig({ deterministic: true }) }).document;
    expect(plain.querySelector("h1")!.textContent).toBe("A plain autoencoder of MNIST");
    expect(textOf(plain, ".tile h3")).toEqual(["Reconstruction", "Latent dimensions"]);
    expect(plain.querySelector(".bars")).toBeNull();
    const weighted = pageOf({ config: mnistConfig({ beta: 4 }) }).document;
    expect(textOf(weighted, "section .lead")[0]).toContain("weighted the KL by 4");
  });

  it("says why there are no numbers", () => {
    const { document } = pageOf({ evaluation: "There are no numbers: the disk is on holiday." });
    expect(textOf(document, ".note")).toEqual(["There are no numbers: the disk is on holiday."]);
    expect(document.querySelectorAll(".tile")).toHaveLength(0);
  });

  it("tells how the model was made, and which settings are not the defaults", () => {
    const { document } = pageOf({ config: mnistConfig({ keepProbability: 0.9 }) });
    const terms = textOf(document, ".facts dt");
    const facts = new Map(textOf(document, ".facts dd").map((value, index) => [terms[index], value]));
    expect(facts.get("examples")).toBe("55,000 to train, 5,000 to validate, 10,000 to test");
    expect(facts.get("an example")).toBe("28 × 28 × 1 values, divided by 255");
    expect(facts.get("networks")).toBe("encoder 784 → 500 → 500 → 2, decoder 2 → 500 → 500 → 784");
    expect(facts.get("parameters")).toBe("1,289,788");
    // 3,000 × 128 / 55,000
    expect(facts.get("length")).toBe("3,000 iterations of 128 examples, 6.98 times through the data");
    expect(facts.get("duration")).toBe("15 s");
    expect(facts.get("seed")).toBe("7");
    expect(facts.get("engine")).toBe("onnxruntime-node (native) 1.30.0, 2 threads");
    expect(textOf(document, ".settings .changed")).toEqual(["keep probability0.9"]);
    const settings = textOf(document, ".settings dt");
    expect(settings).toContain("learning rate");
    for (const idle of ["momentum", "weight decay", "learning rate step", "kl cycle rise", "l2"])
      expect(settings).not.toContain(idle);
    expect(textOf(document, ".unused").join()).toMatch(/Not used: .*l2/);
    expect(textOf(document, "pre code")[0]).toContain("--keep-probability 0.9");
  });

  it("tells of a training that ended early, and of weights from before its end", () => {
    const config = mnistConfig();
    const longer = { ...config, training: { ...config.training, maxIterations: 20_000 } };
    const { document } = pageOf({ config: longer, keptIteration: 2100 });
    const length = textOf(document, ".facts dd").find((value) => value.includes("iterations"));
    expect(length).toContain("3,000 iterations of at most 20,000");
    expect(length).toContain("6.98 times through the data");
    expect(length).toContain("kept are the weights of iteration 2,100");
  });

  const figures = [
    { name: "samples", body: html`<div class="drawn-samples"></div>` },
    { name: "tableau", body: html`<div class="drawn-plane"></div>`, note: "more" },
  ];

  it("shows the most telling figure first, then the others, each with how to read it and titled once", () => {
    const { document } = pageOf({ figures, pictures, leftOut: ["walk.gif"] });
    expect(textOf(document, ".hero h3")).toEqual(["The latent space, from both sides"]);
    // Reconstructions have their title in the picture.
    expect(textOf(document, ".pictures h3")).toEqual(["Samples", "zebra"]);
    expect(document.querySelectorAll(".pictures .picture")).toHaveLength(3);
    for (const caption of textOf(document, "figure:not(.chart) figcaption").slice(0, 3))
      expect(caption.length).toBeGreaterThan(60);
    expect(textOf(document, ".note")[0]).toContain("walk.gif");
    expect(textOf(document, "figcaption").join()).toContain("more");
  });

  it("plays a film of the training on demand, in the place of the figure that shows its end", () => {
    const { document } = pageOf({ figures, pictures });
    expect(document.querySelectorAll(".hero img")).toHaveLength(1);
    expect(document.querySelector(".hero details .film img")!.getAttribute("src")).toBe(film.uri);
    expect(document.querySelector(".hero details")!.hasAttribute("open")).toBe(false);
    expect(document.querySelector(".hero .poster .drawn-plane")).not.toBeNull();
  });

  it("shows a still of other films until they are opened", () => {
    const { document } = pageOf({ pictures: [{ name: "walk", film, poster: still(90, 50) }] });
    expect(document.querySelector("details summary .still img")!.getAttribute("src")).toBe(DOT);
    expect(document.querySelector("details > .film img")!.getAttribute("src")).toBe(film.uri);
  });

  it("admits that what was made in code has no command", () => {
    const config = mnistConfig();
    const { document } = pageOf({ config: { ...config, data: { ...config.data, source: "my rows" } } });
    expect(document.querySelector("pre")).toBeNull();
    expect(textOf(document, ".note")[0]).toContain("made in code");
  });
});

describe("the verdict", () => {
  const verdict = (more: Parameters<typeof exampleData>[0]) =>
    textOf(pageOf(more).document, ".verdict").join();

  it("does not praise a model that has collapsed", () => {
    const finding = { code: "posterior-collapse", evidence: "no dimension is active", remedy: "lower beta" };
    const text = verdict({ findings: [finding] });
    expect(text).toContain("This model has collapsed");
    expect(text).toContain("no dimension is active");
    expect(text).toContain("Lower beta.");
    expect(text).not.toContain("Trained soundly");
  });

  it("says how good a model is of which nothing wrong was found", () => {
    expect(verdict({ findings: [] })).toMatch(
      /an ELBO of −152.71 nats per test example, 1 of 2 latent dimensions/,
    );
  });

  it("does not call a training sound that has not seen all of its data once", () => {
    const config = mnistConfig();
    const training = { ...config.training, maxIterations: 50 };
    const history = exampleData().history.map((entry, at) => ({ ...entry, iteration: at + 1 }));
    const text = verdict({ findings: [], config: { ...config, training }, history, keptIteration: 50 });
    expect(text).toContain("Trained for less than one pass through the data: an ELBO of −152.71 nats");
    expect(text).not.toContain("soundly");
  });

  it("counts findings", () => {
    const finding = { code: "unscaled", evidence: "values up to 255", remedy: "scale them" };
    expect(verdict({ findings: [finding] })).toContain("One thing is wrong");
  });
});
