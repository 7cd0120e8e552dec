import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { temporaryFolder } from "../data/testing/temporary-folder.ts";
import { vaekit } from "./testing/command-line.ts";

it("trains on a table with labels and categories, and reads it alike afterwards", async () => {
  const rows = Array.from(
    { length: 120 },
    (_, i) => `p${i},${i / 7},${["red", "blue", "white"][i % 3]},${["a", "b"][i % 5 ? 0 : 1]}`,
  );
  const folder = temporaryFolder({ "t.csv": ["id,height,colour,class", ...rows].join("\n") });
  const out = join(folder, "run");
  const size = ["--hidden", "8", "--latent", "2", "--max-iterations", "20"];
  const trained = await vaekit(
    ".",
    ...["train", join(folder, "t.csv"), "--label", "class", "--likelihood", "auto", ...size, "--out", out],
  );
  expect(trained.code, trained.stderr).toBe(0);
  const { data, hyperparameters } = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
  expect(data.decoding).toMatchObject({
    label: "class",
    labelNames: ["a", "b"],
    categories: { colour: ["blue", "red", "white"] },
  });
  expect(hyperparameters.batchSize).toBe(data.examples.train);
  const judged = await vaekit(".", ...["evaluate", out, "--skip-pca", "--json"]);
  expect(judged.code, judged.stderr).toBe(0);
  expect(judged.stderr).not.toContain("has changed");
  const others = ["id,height,colour,class", ...rows].join("\n").replace("blue", "green");
  const other = join(temporaryFolder({ "o.csv": others }), "o.csv");
  const refused = await vaekit(".", "score", out, other);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "has the category 'green' in column 'colour', which the other data do not have",
  );
});

it("takes a batch of all rows where there are fewer than 128, and none where one is asked for", async () => {
  const data = join(
    temporaryFolder({
      d: idxFile(
        "uint8",
        [100, 8],
        Uint8Array.from({ length: 800 }, (_, i) => i % 2),
      ),
    }),
    "d",
  );
  const size = ["--hidden", "8", "--latent", "2", "--max-iterations", "5"];
  const trained = await vaekit(".", ...["train", data, ...size, "--out", `${data}-run`]);
  expect(trained.code, trained.stderr).toBe(0);
  const refused = await vaekit(
    ".",
    ...["train", data, ...size, "--batch-size", "128", "--out", `${data}-run2`],
  );
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--batch-size is 128 but d has 80 examples to train on");
});

it("refuses kinds of columns that there are not", async () => {
  const folder = temporaryFolder({ "t.csv": "a,b\n1,2\n" });
  const { code, stderr } = await vaekit(".", ...["train", join(folder, "t.csv"), "--column", "a=counts"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--column says that 'a' is counts (did you mean count?): kinds are real, count,");
});
