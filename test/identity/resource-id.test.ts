import assert from "node:assert/strict";
import { resourceIdOf, type ResourceClass } from "../../firmware/identity/resource-id.js";
import { sha512 } from "../support/sha512.js";
import { openOverlay, seedOf, sodium } from "./fixtures.js";

describe("Resource-ID", () => {
  it("is 16 B of a hash of overlay, class and name; text is its UTF-8", () => {
    const hash = sha512("Muster/1 res", openOverlay, "user\0alice");
    const id = resourceIdOf(sodium, openOverlay, "user", "alice");
    assert.deepEqual(new Uint8Array(id), hash.slice(0, 16));
    assert.deepEqual(resourceIdOf(sodium, openOverlay, "user", Uint8Array.from(Buffer.from("alice"))), id);
  });

  it("differs with each of them", () => {
    const classes: ResourceClass[] = ["user", "node", "inbox", "service"];
    const ids = classes.map((resourceClass) => resourceIdOf(sodium, openOverlay, resourceClass, "alice"));
    ids.push(resourceIdOf(sodium, openOverlay, "user", "alicf"));
    ids.push(resourceIdOf(sodium, seedOf("other").slice(0, 8), "user", "alice"));
    assert.equal(new Set(ids.map((id) => Buffer.from(id).toString("hex"))).size, ids.length);
  });
});
