import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { deadLinks, deadNames, deadScripts } from "./documents.js";
import { repositoryFiles, root } from "./tree.js";

const documents = repositoryFiles(/\.md$/).filter(({ path }) => !path.startsWith("test/vectors/"));
const exists = (path: string): boolean => existsSync(`${root}${path}`);
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  scripts: Record<string, string>;
};

/** What a reader is promised. */
const promised = [
  "README.md",
  "LICENSE",
  "firmware/ARCHITECTURE.md",
  "firmware/PROTOCOL.md",
  "firmware/SECURITY.md",
  "firmware/wire/muster.cddl",
  "test/checklist.md",
  ".ci/run",
];

describe("tidy/documents", () => {
  for (const path of promised) {
    it(`${path} is there`, () => assert.ok(exists(path)));
  }

  it("the README tells of every document of the repository's parts", () => {
    const readme = documents.find(({ path }) => path === "README.md")?.text ?? "";
    const parts = documents.filter(({ path }) => /^firmware\/[A-Z]+\.md$/.test(path));
    assert.deepEqual(
      parts.map(({ path }) => path).filter((path) => !readme.includes(`](${path})`)),
      [],
    );
  });

  for (const document of documents) {
    it(`${document.path}: links, names of files and npm commands lead somewhere`, () => {
      assert.deepEqual(deadLinks(document, exists), []);
      assert.deepEqual(deadNames(document, exists), []);
      assert.deepEqual(deadScripts(document, Object.keys(scripts)), []);
    });
  }

  it("the licence is Apache 2.0, whole, and package.json says so", () => {
    const text = readFileSync(`${root}LICENSE`, "utf8");
    assert.match(text, /^\s*Apache License\n\s*Version 2\.0, January 2004\n/);
    assert.match(text, /END OF TERMS AND CONDITIONS/);
    const { license } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { license: string };
    assert.equal(license, "Apache-2.0");
  });

  describe("planted", () => {
    const only = (known: string) => (path: string) => path === known;

    it("a dead link is found, from where the document stands", () => {
      const text =
        "[a](core/README.md#top) [b](../gone.md) [c](https://example.org) [d](#here)\n```\n[e](no.md)\n```\n";
      const document = { path: "firmware/README.md", text };
      assert.deepEqual(deadLinks(document, only("firmware/core/README.md")), ["gone.md"]);
    });

    it("a file named that is not there is found", () => {
      const document = {
        path: "README.md",
        text: "`firmware/core/` and `firmware/gone.ts`, `npm ci`, `hal/a b`",
      };
      assert.deepEqual(deadNames(document, only("firmware/core")), ["firmware/gone.ts"]);
    });

    it("an npm command that package.json lacks is found", () => {
      const document = { path: "README.md", text: "npm start, then npm run check, then npm run fly" };
      assert.deepEqual(deadScripts(document, ["start", "check"]), ["fly"]);
    });
  });
});
