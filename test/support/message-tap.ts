import assert from "node:assert/strict";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { Schema } from "./cddl/schema.js";

/**
 * Watches every CBOR item that the code under test encodes, in every test of the process: each is validated
 * against the CDDL rule its writer was made with. A violation stops the encoding where it happens and fails the
 * whole run at the end. Load it once for all tests, as a root hook plugin: `mocha --require
 * test/support/message-tap.ts`.
 */

const schema = Schema.below("firmware/");
const counts = new Map<string, number>();
const violations: string[] = [];

/** All rules of all .cddl files of the firmware. */
export function firmwareSchema(): Schema {
  return schema;
}

/** Validates one encoded item, as captured from a child process, and counts it; throws when it violates `rule`. */
export function validateItem(rule: string, bytes: Uint8Array): void {
  const violation = schema.validate(rule, bytes);
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
  if (violation === undefined) return;
  const text = `${violation} in ${Buffer.from(bytes).toString("hex")}`;
  violations.push(text);
  throw new Error(`CDDL violation: ${text}`);
}

/** How many items of each rule were validated so far. */
export function validatedItems(): ReadonlyMap<string, number> {
  return counts;
}

/**
 * Runs `body`, which breaks rules on purpose, and returns the violations it made instead of failing the run for
 * them.
 */
export function expectViolations(body: () => void): string[] {
  const before = violations.length;
  try {
    body();
  } catch (error) {
    if (violations.length === before) throw error;
  }
  return violations.splice(before);
}

const untapped = Symbol.for("muster.untapped-finish");
const writerPrototype = CborWriter.prototype as CborWriter & { [untapped]?: () => Uint8Array };

/** Puts the tap in; a second time is harmless. */
function tap(): void {
  if (writerPrototype[untapped] !== undefined) return;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const finish = writerPrototype.finish;
  writerPrototype[untapped] = finish;
  writerPrototype.finish = function (this: CborWriter): Uint8Array {
    const bytes = finish.call(this);
    validateItem(this.rule, bytes);
    return bytes;
  };
}

tap();

export const mochaHooks = {
  afterAll(): void {
    const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, count]) => `${rule} ${count}`);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total > 0) console.log(`  CDDL: ${total} items validated: ${rows.join(", ")}`);
    assert.deepEqual(violations, [], "items that violate their CDDL rule");
  },
};
