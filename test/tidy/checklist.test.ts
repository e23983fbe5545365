import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { checklistFaults, checklistRows, sourceIds } from "./checklist.js";
import { root } from "./tree.js";

const text = readFileSync(`${root}test/checklist.md`, "utf8");
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const exists = (path: string): boolean => existsSync(`${root}${posix.join("test", path)}`);

/** What the whole path of issue 2 has to show. */
const ofThisStep = [
  ...[
    "H1",
    "H4",
    "H5",
    "H11",
    "H13",
    "H14",
    "H17",
    "H18",
    "C2",
    "C14",
    "C15",
    "C19",
    "C20",
    "C21",
    "C24",
    "C28",
  ],
  ...["C38", "C39", "C40", "C42", "C43", "C44", "C63", "N1", "N2", "N3", "N6", "S2", "S8", "S9", "I2"],
];

describe("tidy/checklist", () => {
  it("has every ID of the source list once, a state for each, and evidence that is there", () => {
    assert.equal(sourceIds.length, 136);
    assert.deepEqual(checklistFaults(text, exists, Object.keys(scripts)), []);
  });

  it("what the step at hand has to show works, or works in part", () => {
    const later = checklistRows(text).filter(
      ({ id, state }) => ofThisStep.includes(id) && state.startsWith("later"),
    );
    assert.deepEqual(later, []);
  });

  it("its own count is right", () => {
    const states = checklistRows(text).map(({ state }) => state.split(" ")[0]);
    const count = (state: string): number => states.filter((each) => each === state).length;
    const counts = ["works", "part", "later"].map((state) => `${count(state)} \`${state}\``);
    const said = `${states.length} rows: ${counts.join(", ")}.`;
    assert.ok(text.includes(said), said);
  });

  describe("planted", () => {
    const rows = sourceIds.map((id) => `| ${id} | it | works | [a/b] |\n`).join("");
    const right = `${rows}\n[a/b]: a/b.test.ts\n`;
    const faults = (part: string, instead: string): string[] =>
      checklistFaults(right.replace(part, instead), (path) => path === "a/b.test.ts", ["start"]);

    it("a list that is right passes", () => {
      assert.deepEqual(faults("", ""), []);
      assert.deepEqual(faults("| H1 | it | works | [a/b] |", "| H1 | it | later (issue 4) | why |"), []);
      assert.deepEqual(faults("| H1 | it | works | [a/b] |", "| H1 | it | part | `npm start` |"), []);
    });

    it("an ID missing, twice, or unknown is found", () => {
      assert.deepEqual(faults("| C63 | it | works | [a/b] |\n", ""), ["C63 stands 0 times"]);
      assert.deepEqual(faults("| S2 |", "| S1 |"), ["S1 stands 2 times", "S2 stands 0 times"]);
      assert.deepEqual(faults("| S2 |", "| S2 | it | part | [a/b] |\n| S15 |"), [
        "S15 is no ID of the source list",
      ]);
    });

    it("a state that is none, a row without evidence, and evidence that is not there are found", () => {
      assert.deepEqual(faults("| H1 | it | works |", "| H1 | it | soon |"), ['H1: "soon" is no state']);
      assert.deepEqual(faults("| H1 | it | works | [a/b] |", "| H1 | it | works | surely |"), [
        "H1: nothing shows it",
      ]);
      assert.deepEqual(faults("| H1 | it | works | [a/b] |", "| H1 | it | works | [c] |"), [
        "H1: [c] is not defined",
      ]);
      assert.deepEqual(faults("| H1 | it | works | [a/b] |", "| H1 | it | works | `npm run fly` |"), [
        "H1: no command fly",
      ]);
      assert.deepEqual(faults("a/b.test.ts", "a/c.test.ts"), ["[a/b] leads nowhere"]);
    });
  });
});
