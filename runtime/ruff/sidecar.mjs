// Lints and formats Python, one JSON line for another:
//
//   {"id": 1, "files": [{"name": "agent.py", "text": "…", "ignore": ["S101"]}]}
//   {"id": 1, "files": [{"name": "agent.py", "text": "…", "diagnostics": [{"code", "message", "line", "column"}],
//    "given": […]}], "error": null, "leave": false}
//
// `diagnostics` are what is left in the tidied `text`; `given` are those of the text as it was given. `leave` asks to be
// ended and started anew: it has grown.
//
// Start it with `node --liftoff-only sidecar.mjs`: without the flag the start costs seconds and 450 MB.
// It ends when its input does.

import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

const FILE_BYTES = 1024 * 1024;
const FIX_ROUNDS = 10;

/** What ruff may take for one file. Programs can be written on which it would take minutes, or say 100,000 things. */
const LIMIT_MS = 600;

/** Each ruff that was thrown away leaves its memory behind for a while; usual work takes a fifth of this. */
const GROWN_BYTES = 512 * 1024 * 1024;
const FINDINGS = 200;
const GIVEN_FINDINGS = 10 * FINDINGS;

/** E501 stays: findings are those of the formatted text, so what is left is what only a person can break. */
const RULES = ["B", "E", "F", "I", "N", "D", "S"];

/**
 * Rules that say of innocent programs what is not so: the check of secrets asks for entropy (S105 to S107), the run's
 * `/tmp` is its own (S108), agents make no keys (S311), and a parser of XML can hurt only the run it is in (S313 to S320).
 */
const LEFT_OUT = ["S105", "S106", "S107", "S108", "S311", "S313", "S314", "S315", "S316", "S317", "S318", "S319", "S320"];

/** Rules whose fixes ruff calls safe. Its WebAssembly build offers the unsafe ones too, and does not say which. */
const SAFE_FIXES = new Set([
  ...["B009", "B010", "B013", "B014", "B033"],
  ...["D202", "D204", "D207", "D208", "D209", "D210", "D211", "D212"],
  ...["D403", "D405", "D406", "D407", "D410", "D411", "D412", "D413"],
  ...["E401", "E713", "E714", "F401", "F541", "I001"],
]);

/** A program with something of most things. */
const USUAL = `"""One."""

import json

from p38 import handoff, tools


class Agent:
    """Two."""

    def __init__(self, config: dict) -> None:
        """Three."""
        self.words = [word for word in config.get("words", ()) if word]

    async def execute(self) -> dict:
        """Four."""
        seen = {}
        for at, word in enumerate(self.words):
            try:
                seen[word] = json.loads(await tools.http.get(f"https://example.com/{word}?{at:03d}"))
            except (ValueError, KeyError) as fault:
                handoff.observe(str(fault))
        while seen and not all(lambda one: one for one in seen):
            del seen
        return {"status": "success", "result": seen}
`;

const require = createRequire(import.meta.url);
const RUFF = require.resolve("@astral-sh/ruff-wasm-nodejs");
let workspaces = new Map();

/** The rules as one set of ignored ones leaves them; made once for each set. */
function workspaceFor(ignore) {
  const key = JSON.stringify([...ignore].sort());
  if (!workspaces.has(key)) {
    const settings = {
      "line-length": 100,
      "target-version": "py311",
      lint: { select: RULES, ignore: [...LEFT_OUT, ...ignore], pydocstyle: { convention: "google" } },
    };
    const { PositionEncoding, Workspace } = require(RUFF);
    const workspace = new Workspace(settings, PositionEncoding.Utf16);
    // Functions are compiled when they are first called: that is ruff's own time, and not the next file's.
    workspace.check(USUAL);
    workspace.format(USUAL);
    workspaces.set(key, workspace);
  }
  return workspaces.get(key);
}

/** Throws ruff away, to be loaded anew: after a trap or a stop its memory is not to be trusted. */
function forgetRuff() {
  delete require.cache[RUFF];
  workspaces = new Map();
}

const WORK = new Script("work()");

/** Does some work, and stops it when it takes too long, which nothing but a script's own limit can do from within. */
function inTime(work, limit) {
  globalThis.work = work;
  return WORK.runInThisContext({ timeout: limit });
}

const isStop = (error) => error?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || /call stack/.test(error?.message);

/** Fixes what can be fixed safely, formats, and says what is left. */
export function tidy({ name, text, ignore = [] }) {
  if (typeof name !== "string" || typeof text !== "string") {
    throw new TypeError("A file has a name and a text.");
  }
  if (Buffer.byteLength(text) > FILE_BYTES) {
    throw new RangeError(`${name} is larger than ${FILE_BYTES} bytes.`);
  }
  for (let limit = LIMIT_MS; ; limit *= 4) {
    const workspace = workspaceFor(ignore);
    const before = process.cpuUsage();
    try {
      return inTime(() => tidyWith(workspace, name, text), limit);
    } catch (error) {
      if (!isStop(error) && !isTrap(error)) throw error;
      forgetRuff();
      const { user, system } = process.cpuUsage(before);
      // Where the machine was busy with other things, the file is not to blame.
      if (isStop(error) && (user + system) / 1000 < 0.9 * LIMIT_MS) continue;
      const message = isStop(error)
        ? "ruff takes too long over this file; write it more directly."
        : "ruff cannot read this file; most likely it is nested too deeply.";
      const diagnostics = [{ code: "too-tangled", message, line: 1, column: 1 }];
      return { name, text, diagnostics, given: diagnostics };
    }
  }
}

function tidyWith(workspace, name, text) {
  const given = workspace.check(text);
  let diagnostics = given;
  for (let round = 0; round < FIX_ROUNDS; round++) {
    const fixed = applyFixes(text, diagnostics);
    if (fixed === text) break;
    text = fixed;
    diagnostics = workspace.check(text);
  }
  if (!diagnostics.some(isSyntaxError)) {
    const formatted = workspace.format(text);
    // A clean program, the usual one, is read once.
    if (formatted !== text) diagnostics = workspace.check(formatted);
    text = formatted;
  }
  return { name, text, diagnostics: describeFirst(FINDINGS, diagnostics), given: describeFirst(GIVEN_FINDINGS, given) };
}

function describeFirst(most, diagnostics) {
  const first = diagnostics.slice(0, most).map(describe);
  if (diagnostics.length === first.length) return first;
  const message = `There are ${(diagnostics.length - most).toLocaleString("en")} more findings by ruff from here on.`;
  return [...first, { ...describe(diagnostics[most]), code: "more", message }];
}

function isSyntaxError(diagnostic) {
  return diagnostic.code === null || diagnostic.code === "invalid-syntax";
}

function describe(diagnostic) {
  return {
    code: isSyntaxError(diagnostic) ? "syntax" : diagnostic.code,
    message: diagnostic.message,
    line: diagnostic.start_location.row,
    column: diagnostic.start_location.column,
  };
}

function applyFixes(text, diagnostics) {
  const starts = lineStarts(text);
  const offset = ({ row, column }) => Math.min((starts[row - 1] ?? text.length) + column - 1, text.length);
  const fixes = diagnostics
    .filter((diagnostic) => diagnostic.fix && SAFE_FIXES.has(diagnostic.code))
    .map((diagnostic) =>
      diagnostic.fix.edits
        .map((edit) => ({
          start: offset(edit.location),
          end: offset(edit.end_location),
          content: edit.content ?? "",
        }))
        .sort((one, other) => one.start - other.start),
    )
    .filter((edits) => edits.length > 0)
    .sort((one, other) => one[0].start - other[0].start);

  let result = "";
  let done = 0;
  for (const edits of fixes) {
    // Two rules may fix the same place; the second has its turn in the next round.
    if (edits[0].start < done || (done > 0 && edits[0].start === done)) continue;
    for (const edit of edits) {
      result += text.slice(done, edit.start) + edit.content;
      done = edit.end;
    }
  }
  return result + text.slice(done);
}

function lineStarts(text) {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

const hasGrown = () => process.memoryUsage.rss() > GROWN_BYTES;

/** Answers one line. Whatever is wrong with it is said in `error`. */
export function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id ?? null;
    if (!Array.isArray(request.files)) throw new TypeError("A request has files.");
    return { id, files: request.files.map(tidy), error: null, leave: hasGrown() };
  } catch (error) {
    return { id, files: [], error: String(error?.message ?? error), leave: hasGrown() };
  }
}

function serve() {
  createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
    if (line.trim()) process.stdout.write(JSON.stringify(answer(line)) + "\n");
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) serve();
