import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { contentName } from "./content-name.ts";

it.each([
  ["a PNG image", "\x89PNG\r\n\x1a\n\0\0"],
  ["a WAV sound", "RIFF\x24\0\0\0WAVEfmt "],
  ["a Parquet file", "PAR1\0\0"],
  ["an HTML page", "\n<!DOCTYPE html><html>"],
  ["JSON text", ' {"a": 1}'],
  ["text", "a,b\n1,2\n"],
  ["text", "Größe;Höhe"],
  ["binary data", "\x01\x02\x00"],
  ["empty", ""],
])("%s", (name, content) => {
  expect(contentName(Buffer.from(content, name === "text" ? "utf-8" : "latin1"))).toBe(name);
});

it("names gzip data", () => expect(contentName(gzipSync("x"))).toBe("a gzip archive"));
