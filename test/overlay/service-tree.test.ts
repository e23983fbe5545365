import assert from "node:assert/strict";
import fc from "fast-check";
import { serviceChildEntriesMax, serviceEntriesMax, serviceLevelsMax } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { isServiceName } from "../../firmware/core/service-name.js";
import { permits } from "../../firmware/overlay/access-policy.js";
import { kindDefinition, serviceKind, shippedKinds } from "../../firmware/overlay/kind-definition.js";
import {
  decodeServiceEntry,
  encodeServiceEntry,
  isNumberPrefix,
  servicePolicies,
  type ServiceEntry,
} from "../../firmware/overlay/service-entry.js";
import { hasPlace, isInScope, serviceResource, startLevel } from "../../firmware/overlay/service-tree.js";
import { openOverlay, sodium } from "../identity/fixtures.js";
import { mutated } from "../support/mutation.js";
import { MutationSource, rounds, seed, seeded } from "../support/seed.js";
import { keyRingOf } from "./swarm-node.js";

const path = fc.record(
  {
    prefix: fc.constantFrom("+49", "0", "110", "+4930123"),
    cost: fc.integer({ min: 0, max: 65_535 }),
  },
  { noNullPrototype: true },
);
const entries: fc.Arbitrary<ServiceEntry> = fc
  .record({
    service: fc.stringMatching(/^[a-z0-9-]{1,16}$/),
    level: fc.nat(serviceLevelsMax),
    capacity: fc.nat(0xffff),
    policy: fc.constantFrom(...servicePolicies),
    port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    load: fc.integer({ min: 0, max: 255 }),
    paths: fc.array(path, { maxLength: 3 }),
  })
  .map(({ port, load, paths, ...entry }) => ({
    ...entry,
    ...(load > 0 && { load }),
    ...(paths.length > 0 && { paths }),
    ...(port !== undefined && { endpoint: { address: "192.0.2.7", port } }),
  }));

/** A Node-ID that begins with these bytes. */
function beginningWith(...bytes: readonly number[]): Uint8Array {
  const id = new Uint8Array(16).fill(7);
  id.set(bytes);
  return id;
}

describe("overlay/service-entry", () => {
  it("is read as it was written, in at most the 84 bytes of its Kind", () => {
    const valueBytesMax = kindDefinition(shippedKinds, serviceKind)?.valueBytesMax ?? 0;
    fc.assert(
      fc.property(entries, (entry) => {
        const bytes = encodeServiceEntry(entry);
        assert.ok(bytes.length <= valueBytesMax);
        assert.deepEqual(decodeServiceEntry(bytes), { ok: true, value: entry });
      }),
      seeded(300),
    );
  });

  it("at its longest it has just these bytes, and numbers begin with digits", () => {
    const prefix = "+4930123";
    const longest = encodeServiceEntry({
      service: "sixteen-letters-",
      level: 8,
      capacity: 65_535,
      policy: "arranged",
      endpoint: { address: "2001:db8::7", port: 65_535 },
      load: 255,
      paths: [1, 2, 3].map((n) => ({ prefix, cost: 65_532 + n })),
    });
    assert.equal(longest.length, 81);
    for (const text of ["0", "+1", "12345678", prefix]) assert.ok(isNumberPrefix(text), text);
    for (const text of ["", "+", "1+", "a", "123456789", "+12345678"]) assert.ok(!isNumberPrefix(text), text);
  });

  it("of mutated bytes: a value that is written the same, or a named error", () => {
    const source = new MutationSource(seed);
    const counts = { read: 0, refused: 0 };
    for (const entry of fc.sample(entries, { seed, numRuns: rounds(3000) })) {
      const bytes = mutated(encodeServiceEntry(entry), source);
      const read = decodeServiceEntry(bytes);
      if (read.ok) assert.deepEqual(encodeServiceEntry(read.value), bytes);
      else assert.ok(read.error.in.startsWith("service"));
      counts[read.ok ? "read" : "refused"]++;
    }
    assert.ok(counts.read > 0 && counts.refused > 0);
  });

  it("a name has 1 to 16 of a-z, 0-9 and -", () => {
    for (const name of ["stun", "a", "0-9", "sixteen-letters-"]) assert.ok(isServiceName(name), name);
    for (const name of ["", "STUN", "a b", "ü", "seventeen-letters"]) assert.ok(!isServiceName(name), name);
  });
});

describe("overlay/service-tree", () => {
  it("begins at the level at which a node of the tree stands for four peers at most", () => {
    const levels = [1, 4, 5, 16, 17, 64, 100, 1000, 10_000, 1e9].map(startLevel);
    assert.deepEqual(levels, [0, 0, 1, 1, 2, 2, 3, 4, 6, serviceLevelsMax]);
  });

  it("gives each node of the tree a place of its own; whose Node-IDs begin alike share it", () => {
    const place = (service: string, level: number, id: Uint8Array): string =>
      Buffer.from(serviceResource(sodium, openOverlay, service, { level, id })).toString("hex");
    const id = beginningWith(0b10_11_01_00, 0b11_000000);
    assert.equal(place("stun", 0, id), place("stun", 0, beginningWith(0)));
    assert.equal(place("stun", 2, id), place("stun", 2, beginningWith(0b10_11_11_11)));
    assert.notEqual(place("stun", 3, id), place("stun", 3, beginningWith(0b10_11_11_11)));
    assert.equal(place("stun", 5, id), place("stun", 5, beginningWith(0b10_11_01_00, 0b11_111111)));
    const all = [0, 1, 2, 8].map((level) => place("stun", level, id));
    assert.equal(new Set([...all, place("turn", 1, id), place("stun1", 0, id)]).size, 6);
  });

  it("above the first level two of each quarter have a place; who has one keeps it", () => {
    const self = beginningWith(0b01_00_0000);
    const beside = [beginningWith(0b01_01_0000), beginningWith(0b01_11_0000)];
    const elsewhere = [beginningWith(0b11_00_0000), beginningWith(0b00_00_0000)];
    assert.equal(serviceChildEntriesMax, 2);
    assert.equal(serviceEntriesMax, 4 * serviceChildEntriesMax);
    const above = (keys: readonly Uint8Array[], level = 0): boolean =>
      hasPlace(keys, self, { level, isFirst: false });
    assert.ok(above([...elsewhere, beginningWith(0b01_01_0000)]));
    assert.ok(!above([...elsewhere, ...beside]));
    assert.ok(above([...elsewhere, ...beside, self]));
    assert.ok(above([...elsewhere, ...beside], 1), "its own quarter at level 1 is another");
  });

  it("at the first level whoever comes has a place while there is one", () => {
    const self = beginningWith(0b01_00_0000);
    const others = Array.from({ length: serviceEntriesMax }, (_, n) => beginningWith(0b01_01_0000, n));
    const at = (keys: readonly Uint8Array[], isFirst = true): boolean =>
      hasPlace(keys, self, { level: 0, isFirst });
    assert.ok(at(others.slice(1)));
    assert.ok(!at(others));
    assert.ok(at([...others, self]));
    const elsewhere = Array.from({ length: serviceEntriesMax }, (_, n) => beginningWith(0b11_01_0000, n));
    assert.ok(!at(elsewhere, false), "one that is full has no place for another quarter either");
  });

  const provider = keyRingOf("tower", "tower").credential;
  const other = keyRingOf("mast", "mast").credential;
  const definition = kindDefinition(shippedKinds, serviceKind);
  assert.ok(definition !== undefined);
  const entry: ServiceEntry = { service: "stun", level: 2, capacity: 9, policy: "anyone" };
  const resource = serviceResource(sodium, openOverlay, "stun", { level: 2, id: provider.nodeId });
  const mayStore = (value: Uint8Array | null, key = provider.nodeId, by = provider): boolean =>
    permits(
      sodium,
      openOverlay,
      { ...definition, placement: { resource, record: { key, generation: 2, value } } },
      by,
    );

  it("a provider may stand where its own Node-ID lies, and nowhere else", () => {
    assert.ok(mayStore(encodeServiceEntry(entry)));
    assert.ok(mayStore(null), "and may take that back");
    assert.ok(!mayStore(encodeServiceEntry({ ...entry, level: 1 })), "another level");
    assert.ok(!mayStore(encodeServiceEntry({ ...entry, service: "turn" })), "another service");
    assert.ok(!mayStore(Uint8Array.of(0x80)), "no entry at all");
    assert.ok(!mayStore(encodeServiceEntry(entry), other.nodeId), "another's key");
    assert.ok(!mayStore(encodeServiceEntry(entry), other.nodeId, other), "another's part of the tree");
    assert.ok(!mayStore(null, other.nodeId));
  });

  it("where providers are enrolled, the scope of their credential says what they may offer", () => {
    const enrolled = { ...provider, enrolled: { serial: 1, expiresAtS: 2, issuedAtS: 1 } };
    assert.ok(isInScope("anything", provider));
    assert.ok(!isInScope("stun", enrolled), "no scope, no service");
    assert.ok(isInScope("stun", { ...enrolled, services: 0b10 }));
    assert.ok(!isInScope("bootstrap", { ...enrolled, services: 0b10 }));
    assert.ok(!isInScope("not-in-the-table", { ...enrolled, services: 0xffffffff }));
  });

  it("tree nodes are spread evenly over the Node-IDs", () => {
    const source = new MutationSource(seed);
    const counts = new Map<string, number>();
    for (let n = 0; n < 400; n++) {
      const id = nodeId(Uint8Array.from({ length: 16 }, () => source.below(256)));
      const key = String(serviceResource(sodium, openOverlay, "stun", { level: 1, id }));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 4);
    for (const count of counts.values()) assert.ok(count > 60 && count < 140, `${count} of 400`);
  });
});
