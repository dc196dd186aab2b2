// The Python of this house is held to what agents are held to.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { tidy } from "./sidecar.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["clients/python", "runtime/python/p38", "runtime/pythons", "src/Project38.Core/Factory/Generation/Blueprints", "src/Project38.Sandbox"];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".py"))
    .map((name) => join(folder, name)),
);

test("there is something to check", () => {
  assert.ok(files.length > 20);
});

for (const name of files) {
  test(`${name} is clean and formatted`, () => {
    const text = readFileSync(join(root, name), "utf8");
    const tidied = tidy({ name, text, ignore: name.includes("test_") ? ["S101", "S603"] : [] });

    assert.deepEqual(tidied.diagnostics, []);
    assert.equal(tidied.text, text);
  });
}
