import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { debianPackages, missingPackages } from "../support/debian.js";
import { repositoryFiles, root } from "./tree.js";

const listed = debianPackages(readFileSync(`${root}test/debian-packages.txt`, "utf8"));

describe("tidy/debian", () => {
  it("the list can be read, and holds what set-up needs to compile", () => {
    const names = listed.map(({ name }) => name);
    assert.deepEqual(
      ["g++", "make", "python3"].filter((name) => !names.includes(name)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
  });

  it("every package that a test asks for is listed", () => {
    const asked = repositoryFiles(/^test\/.*\.ts$/).flatMap(({ text }) =>
      [...text.matchAll(/needsDebian\(this, ([^)]*)\)/g)].flatMap(([, names]) =>
        [...(names ?? "").matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? ""),
      ),
    );
    assert.ok(asked.length > 0);
    // Throws for a name that is not in the list.
    missingPackages(asked, listed);
  });

  it("tells what is there from what is not", () => {
    const names = ["node", "nothing", "json", "no-json", "here", "away"];
    const list = debianPackages(
      ["# comment", "node command node runs", "nothing command no-such-program x"]
        .concat("json python json x", "no-json python nojson x", "here file / x", "away file /no/such x", "")
        .join("\n"),
    );
    assert.deepEqual(missingPackages(names, list), ["nothing", "no-json", "away"]);
  });

  it("refuses a line of another form and a package that is not listed", () => {
    assert.throws(() => debianPackages("tshark command tshark\n"), /tshark command tshark/);
    assert.throws(() => debianPackages("tshark module tshark why\n"), /is not: package/);
    assert.throws(() => missingPackages(["tshark"], []), /tshark is not in/);
  });
});
