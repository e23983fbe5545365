import assert from "node:assert/strict";
import { repositoryFiles, repositoryPaths } from "./tree.js";

/** Names of files that a text does not mention between backticks. */
function unnamed(text: string, names: readonly string[]): string[] {
  return names.filter((name) => !text.includes(`\`${name}\``));
}

const [architecture] = repositoryFiles(/^firmware\/ARCHITECTURE\.md$/);
const joining = repositoryPaths("firmware/")
  .map((path) => path.slice("firmware/".length))
  .filter((name) => /^[^/]+\.ts$/.test(name));

describe("tidy/architecture", () => {
  it("every file that joins layers is told of", () => {
    assert.ok(joining.length > 10);
    assert.deepEqual(unnamed(architecture?.text ?? "", joining), []);
  });

  it("it tells of terms, uses and decisions", () => {
    for (const heading of ["Terms", "What it is for", "How values flow", "Layers", "Decisions"]) {
      assert.ok(architecture?.text.includes(`\n## ${heading}\n`), heading);
    }
  });

  it("a planted file that is not told of is found", () => {
    assert.deepEqual(unnamed("| `node.ts` |", ["node.ts", "mode.ts"]), ["mode.ts"]);
  });
});
