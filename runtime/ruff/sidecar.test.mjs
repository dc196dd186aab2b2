import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { answer, tidy } from "./sidecar.mjs";

const CLEAN = '"""One."""\n\nX = 1\n';
const codes = (file) => file.diagnostics.map((diagnostic) => diagnostic.code);

test("a clean file stays as it is", () => {
  assert.deepEqual(tidy({ name: "agent.py", text: CLEAN }), { name: "agent.py", text: CLEAN, diagnostics: [], given: [] });
});

test("safe fixes and the format are applied until nothing changes", () => {
  const text = '"""One."""\nimport sys, os\nimport json\n\nX = {  "a":os.sep, "b": f"c" }\nif not X in []: pass\n';
  const tidied = tidy({ name: "agent.py", text });

  assert.equal(
    tidied.text,
    '"""One."""\n\nimport os\n\nX = {"a": os.sep, "b": "c"}\nif X not in []:\n    pass\n',
  );
  assert.deepEqual(tidy(tidied).text, tidied.text);
  assert.deepEqual(tidied.diagnostics, []);
});

test("what was found in the text as given is said beside what is left", () => {
  const text = '"""One."""\nimport sys\n\n\n\n\nnothing()\n';
  const tidied = tidy({ name: "agent.py", text });

  assert.deepEqual(
    tidied.diagnostics.map(({ code, line }) => [code, line]),
    [["F821", 3]],
  );
  assert.deepEqual(
    tidied.given.filter(({ code }) => code === "F821").map(({ line }) => line),
    [7],
  );
});

test("positions after Hebrew and emoji are right", () => {
  const text = '"""One."""\n\nX = "שלום 🙂", f"a", "🙂", f"b"\n';

  assert.equal(tidy({ name: "a.py", text }).text, '"""One."""\n\nX = "שלום 🙂", "a", "🙂", "b"\n');
});

test("unsafe fixes are findings and are not applied", () => {
  const text = '"""One."""\n\n\ndef f(x):\n    """Say nothing"""\n    y = x == None\n';
  const tidied = tidy({ name: "agent.py", text });

  assert.equal(tidied.text, text);
  assert.deepEqual(codes(tidied).sort(), ["D415", "E711", "F841"]);
});

test("each family of rules is on, and one may be left out for a file", () => {
  const text = 'def Bad(l = []):\n    assert l\n    undefined\n    exec(l); x = l == None\n';
  const found = new Set(codes(tidy({ name: "agent.py", text })).map((code) => code.replace(/\d+/, "")));

  assert.deepEqual([...found].sort(), ["B", "D", "E", "F", "N", "S"]);
  assert.ok(!codes(tidy({ name: "t.py", text: '"""T."""\n\nassert True\n', ignore: ["S101"] })).includes("S101"));
  assert.ok(codes(tidy({ name: "t.py", text: '"""T."""\n\nassert True\n' })).includes("S101"));
});

test("what bugbear can fix safely is fixed, and what it cannot is said", () => {
  const text = `"""One."""\n\n\ndef f(x):\n    """Do."""\n    x.b = 1\n    setattr(x, "a", getattr(x, "b"))\n    return zip(x, x)\n`;
  const tidied = tidy({ name: "agent.py", text });

  assert.match(tidied.text, /\n    x\.a = x\.b\n/);
  assert.deepEqual(codes(tidied), ["B905"]);
});

test("what bandit says of innocent programs is not said", () => {
  const text = `"""One."""

import random
import xml.etree.ElementTree as ET

token = "name"
ROOT = ET.fromstring("<a/>")
print(random.choice([1]), open("/tmp/x"), dict(password="test"))
`;

  assert.deepEqual(codes(tidy({ name: "agent.py", text })), []);
});

test("a long line is a finding only where the formatter cannot help", () => {
  const call = `"""One."""\n\nX = [${Array(40).fill('"abc"').join(", ")}]\n`;
  const words = `"""One."""\n\nX = "${Array(40).fill("abc").join(" ")}"\n`;

  assert.deepEqual(codes(tidy({ name: "a.py", text: call })), []);
  assert.deepEqual(codes(tidy({ name: "a.py", text: words })), ["E501"]);
});

for (const text of ["def f(:\n", "x = (\n", "\0", "if x:\n  y\n z\n", "(".repeat(500), "\u200b x"]) {
  test(`a syntax error is a finding: ${JSON.stringify(text.slice(0, 12))}`, () => {
    const tidied = tidy({ name: "agent.py", text });

    assert.equal(tidied.text, text);
    assert.ok(codes(tidied).includes("syntax"));
    assert.ok(tidied.diagnostics[0].line >= 1);
  });
}

for (const [name, text] of Object.entries({
  minuses: `x = ${"-".repeat(10_000)}1\n`,
  brackets: `x = ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`,
  lambdas: `x = ${"lambda: ".repeat(10_000)}1\n`,
})) {
  test(`what is nested too deeply is a finding, and the next file is checked: ${name}`, () => {
    const tidied = tidy({ name: "agent.py", text });

    assert.equal(tidied.text, text);
    assert.deepEqual(codes(tidied), ["too-tangled"]);
    for (let time = 0; time < 3; time++) {
      assert.deepEqual(tidy({ name: "agent.py", text: CLEAN }).diagnostics, []);
    }
  });
}

test("an empty file and Windows line ends are no trouble", () => {
  assert.equal(tidy({ name: "a.py", text: "" }).text, "");
  const tidied = tidy({ name: "a.py", text: '"""One."""\r\n\r\nimport os\r\nX = f"a"\r\n' });
  assert.deepEqual(tidied.diagnostics, []);
  assert.match(tidied.text, /X = "a"\r?\n$/);
});

for (const line of ["no json", "[]", "null", '{"id": 7}', '{"id": 7, "files": [{}]}', '{"id": 7, "files": [null]}']) {
  test(`a request that makes no sense is an error: ${line}`, () => {
    const answered = answer(line);

    assert.equal(answered.id, line.includes("7") ? 7 : null);
    assert.ok(answered.error);
  });
}

for (const [name, text] of [
  ["more statements on a line than it can place", "x;".repeat(60_000)],
  ["more letters that are none", "\uFDFA".repeat(40_000) + " = 1\n"],
  ["names that stand for each other", "a = 1\n" + "a = b; b = a\n".repeat(9_000)],
]) {
  test(`ruff is stopped over ${name}, and reads the next file`, () => {
    const started = process.cpuUsage();
    const tidied = tidy({ name: "agent.py", text });

    assert.deepEqual(codes(tidied), ["too-tangled"]);
    assert.match(tidied.diagnostics[0].message, /too long/);
    // It would take minutes. A busy machine gives less for the same time of a processor, and a new ruff is compiled beside it.
    assert.ok(process.cpuUsage(started).user < 10_000_000);
    assert.deepEqual(codes(tidy({ name: "agent.py", text: CLEAN })), []);
  });
}

test("findings without end are counted", () => {
  const { diagnostics } = tidy({ name: "agent.py", text: '"""One."""\n\n' + "nothing()\n".repeat(1_000) });

  assert.equal(diagnostics.length, 201);
  assert.deepEqual(diagnostics[200], {
    code: "more",
    message: "There are 800 more findings by ruff from here on.",
    line: 203,
    column: 1,
  });
});

test("a file that is too large is an error", () => {
  assert.match(answer(JSON.stringify({ id: 1, files: [{ name: "a.py", text: "#".repeat(1048577) }] })).error, /larger/);
});

test("the process answers line for line and ends with its input", async () => {
  const path = fileURLToPath(new URL("./sidecar.mjs", import.meta.url));
  const child = spawn(process.execPath, ["--liftoff-only", path], { stdio: ["pipe", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (data) => (out += data));
  for (const id of [1, 2]) child.stdin.write(JSON.stringify({ id, files: [{ name: "a.py", text: CLEAN }] }) + "\n");
  child.stdin.end("nonsense\n");

  const code = await new Promise((resolve) => child.on("close", resolve));

  const answers = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(code, 0);
  assert.deepEqual(answers.map((one) => one.id), [1, 2, null]);
  assert.equal(answers[0].files[0].text, CLEAN);
});
