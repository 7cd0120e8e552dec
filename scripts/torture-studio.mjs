/**
 * Sends garbage to the studio's server: broken requests, wrong methods, headers, paths, bodies and queries, cut off
 * anywhere. It has to answer properly afterwards, with memory that does not grow. Linux; needs npm run build and a run.
 *
 * node scripts/torture-studio.mjs RUN [REQUESTS]     default 10,000, about 20 s
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [run, count = "10000"] = process.argv.slice(2);
const total = Number(count);
const AT_ONCE = 20;
/** Requests after which memory is first looked at: code is compiled and buffers are made by then. */
const SETTLED = Math.round(total * 0.3);
const MOST_GROWTH = 15e6;
const CLI = join(fileURLToPath(import.meta.url), "../../dist/cli/main.js");

const server = spawn(process.execPath, [CLI, "studio", run, "--no-open"], {
  stdio: ["ignore", "pipe", "pipe"],
});
const port = await new Promise((resolve, reject) => {
  let text = "";
  const look = (piece) => {
    text += piece;
    const found = /127\.0\.0\.1:(\d+)/.exec(text);
    if (found) resolve(Number(found[1]));
  };
  server.stdout.on("data", look);
  server.stderr.on("data", look);
  server.once("exit", () => reject(new Error(text)));
});

/** mulberry32, so that the same garbage is sent each time. */
let state = 1;
function random(below) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (values) => values[random(values.length)];
const noise = (length) => Buffer.from(Array.from({ length }, () => random(256)));

const METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "BREW", "get", ""];
const PATHS = [
  "/",
  "/api/runs",
  "/api/runs/x/pack",
  "/api/runs/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/api/open",
  "/api/runs/0123456789abcdef/events",
  "//",
  "/%ff%fe",
  "/%",
  "*",
  `/${"a/".repeat(2000)}`,
];
const HEADERS = [
  `Host: 127.0.0.1:${port}`,
  "Host: evil.example",
  "Origin: null",
  `Origin: http://127.0.0.1:${port}`,
  "Content-Length: 999999999",
  "Content-Length: -1",
  "Transfer-Encoding: chunked",
  "X-Vaekit-Token: wrong",
  "Accept-Encoding: gzip;q=x",
  `Cookie: ${"c".repeat(4000)}`,
  "Connection: upgrade",
  "Broken header",
];

function garbage() {
  if (random(5) === 0) return noise(1 + random(3000));
  const headers = Array.from({ length: random(6) }, () => pick(HEADERS));
  const query = random(3) === 0 ? `?points=${pick(["-1", "1e999", "%00", "60001"])}&${random(1e6)}` : "";
  const head = `${pick(METHODS)} ${pick(PATHS)}${query} HTTP/1.${random(3)}\r\n${headers.join("\r\n")}\r\n\r\n`;
  const whole = Buffer.concat([Buffer.from(head), noise(random(2) * random(40_000))]);
  return random(4) === 0 ? whole.subarray(0, random(whole.length)) : whole;
}

function send(bytes) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const timer = setTimeout(() => socket.destroy(), 250);
    socket.on("connect", () => socket.end(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
  });
}

const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) * 1024;

let sent = 0;
let settled = 0;
const worker = async () => {
  while (sent < total) {
    sent++;
    if (sent === SETTLED) settled = memory();
    if (sent % 1000 === 0) console.log(`${sent} requests, ${(memory() / 1e6).toFixed(0)} MB`);
    await send(garbage());
  }
};
try {
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const answer = await fetch(`http://127.0.0.1:${port}/api/runs`);
  if (answer.status !== 200) throw new Error(`the server answers ${answer.status} afterwards`);
  const growth = memory() - settled;
  console.log(`${total} requests; memory grew by ${(growth / 1e6).toFixed(1)} MB since the first ${SETTLED}`);
  if (growth > MOST_GROWTH) throw new Error(`memory grew by more than ${MOST_GROWTH / 1e6} MB`);
} finally {
  server.kill("SIGINT");
}
