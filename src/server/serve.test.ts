import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainTinyRun } from "../cli/testing/tiny-run.ts";
import { unpack } from "../explorer/pack.ts";
import { pageFiles } from "./pages.ts";
import { type Studio, startStudio } from "./serve.ts";

let folder = "";
let studio: Studio;
let id = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-studio-"));
  await trainTinyRun(folder);
  writeFileSync(join(folder, "secret.txt"), "secret");
  studio = await startStudio({ run: join(folder, "run"), port: 0 });
  id = JSON.parse((await ask("/api/runs")).body).first;
});
afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sends the path as it is, which `fetch` would tidy up. */
function ask(
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: studio.port, path, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          body: Buffer.concat(pieces).toString("latin1"),
          headers: response.headers,
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

it("lists runs, and hands out models, histories and pages", async () => {
  const { first, runs } = JSON.parse((await ask("/api/runs")).body);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ id: first, name: "run", state: "trained", iteration: 200 });
  const pack = await ask(`/api/runs/${id}/pack?points=7`);
  expect(unpack(Buffer.from(pack.body, "latin1"))).toMatchObject({ manifest: { points: 7, latent: 3 } });
  expect(JSON.parse((await ask(`/api/runs/${id}/history`)).body)).toHaveLength(6);
  expect((await ask(`/api/runs/${id}/page`)).body).toContain('id="run"');
  const { anomalies } = JSON.parse((await ask(`/api/runs/${id}/anomalies?count=5`)).body);
  const scores = anomalies.map(({ elbo }: { elbo: number }) => elbo);
  expect(scores).toEqual([...scores].sort((a, b) => a - b));
});

it("serves its page with a policy that forbids eval and foreign sources", async () => {
  const { status, headers, body } = await ask("/");
  expect(status).toBe(200);
  expect(body).toContain("vaekit studio");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/'unsafe-(eval|inline)'|\*/);
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
});

it("reports the history to whoever follows, and ends with the server", async () => {
  const controller = new AbortController();
  const response = await fetch(`http://127.0.0.1:${studio.port}/api/runs/${id}/events`, controller);
  const reader = response.body!.getReader();
  let text = "";
  while (!text.includes("event: model")) text += new TextDecoder().decode((await reader.read()).value);
  expect(text).toContain("event: history");
  controller.abort();
});

describe("strangers", () => {
  it.each([
    ["another host", { host: "evil.example" }],
    ["a rebound name", { host: "evil.example:80" }],
    ["another origin", { origin: "http://evil.example" }],
    ["another port of this computer", { origin: "http://127.0.0.1:1" }],
    ["no origin but null", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
  ])("of %s are refused", async (_, headers) => {
    for (const path of ["/", "/api/runs", `/api/runs/${id}/pack`])
      expect((await ask(path, { headers: headers as Record<string, string> })).status).toBe(403);
  });

  it("without the token open nothing", async () => {
    const body = JSON.stringify({ path: folder });
    for (const token of [{}, { "x-vaekit-token": "" }, { "x-vaekit-token": studio.token.slice(1) }])
      expect((await ask("/api/open", { method: "POST", body, headers: token as never })).status).toBe(403);
  });

  it("with the token open runs only, of bounded requests", async () => {
    const headers = { "x-vaekit-token": studio.token };
    const open = (path: unknown) =>
      ask("/api/open", { method: "POST", body: JSON.stringify({ path }), headers });
    expect((await open(join(folder, "run"))).body).toContain(id);
    symlinkSync(join(folder, "run"), join(folder, "link"));
    expect((await open(join(folder, "link"))).body).toContain(id);
    for (const path of [folder, "/etc", join(folder, "secret.txt"), "", 7, null, "a\0b", "x".repeat(5000)])
      expect((await open(path)).status).toBe(400);
    expect((await open("x".repeat(100_000))).status).toBe(413);
    expect((await ask("/api/open", { method: "POST", body: "{", headers })).status).toBe(400);
  });
});

const FORMS = [
  "/../secret.txt",
  "/../../etc/passwd",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/%2e%2e%2fsecret.txt",
  "/.%2e/secret.txt",
  "/..%5csecret.txt",
  "/..\\secret.txt",
  "/%252e%252e%252fsecret.txt",
  "/..%252fsecret.txt",
  "/..%c0%afsecret.txt",
  "/%c0%ae%c0%ae/secret.txt",
  "/..;/secret.txt",
  "/....//secret.txt",
  "/.//..//secret.txt",
  "/assets/../../secret.txt",
  "/assets/..%2f..%2fsecret.txt",
  "/assets/%2e%2e/%2e%2e/secret.txt",
  "//etc/passwd",
  "///etc/passwd",
  "/%2fetc%2fpasswd",
  "/file:///etc/passwd",
  "/etc/passwd%00.html",
  "/index.html%00",
  "/index.html/../../secret.txt",
  "/./../explorer.html",
  "/..%00/secret.txt",
  "/%u002e%u002e/secret.txt",
  "/api/runs/../../secret.txt",
  "/api/runs/..%2f..%2fsecret.txt/pack",
  "/api/runs/%2e%2e/history",
  "/api/runs/%2fetc/config",
  "/api/runs/.../pack",
  "/api/runs/C:%5cWindows/config",
  "/api/runs/%00/history",
];

it.each(FORMS)("%s leads nowhere", async (form) => {
  const { status, body } = await ask(form);
  expect([400, 404]).toContain(status);
  expect(body).not.toMatch(/secret|root:/);
});

it("survives garbage", async () => {
  const lines = [
    "\0\0\0",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET /${"a".repeat(70_000)} HTTP/1.1\r\n\r\n`,
  ];
  const send = (text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(studio.port, "127.0.0.1", () => socket.end(text));
      socket.on("close", () => resolve());
      socket.on("error", () => resolve());
      socket.resume();
    });
  for (let round = 0; round < 40; round++) await Promise.all(lines.map(send));
  for (const query of ["points=-1", "points=1e99", "points=abc", "iteration=0", "iteration=NaN"])
    expect((await ask(`/api/runs/${id}/pack?${query}`)).status).toBe(400);
  expect((await ask("/", { method: "DELETE" })).status).toBe(404);
  expect((await ask("/api/runs")).status).toBe(200);
});

it("sends the page compressed to who takes it so, in under 5 MB", async () => {
  const headers = { "Accept-Encoding": "gzip, deflate" };
  const index = await ask("/", { headers });
  expect(index.headers["content-encoding"]).toBe("gzip");
  const page = gunzipSync(Buffer.from(index.body, "latin1"));
  expect(page).toEqual(Buffer.from((await ask("/")).body, "latin1"));
  let bytes = index.body.length;
  for (const [address, { compressed }] of await pageFiles()) {
    // The engine for WebGPU is loaded where there is a GPU.
    if (!compressed || /^\/(index\.html)?$|jspi/.test(address)) continue;
    const answer = await ask(address, { headers });
    expect(answer.headers["content-encoding"], address).toBe("gzip");
    bytes += answer.body.length;
  }
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(5e6);
  const refused = await ask("/", { headers: { "Accept-Encoding": "gzip;q=0" } });
  expect(refused.headers["content-encoding"]).toBeUndefined();
});
