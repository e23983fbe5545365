import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeMessage, encodeMessage, type MessageType } from "../../firmware/wire/message.js";
import type { WireFault } from "../../firmware/wire/wire-error.js";
import { messages, messagesByType } from "../support/arbitraries.js";
import { ruleOfType } from "../support/message-rules.js";
import { decodeByCborWeb } from "../support/cbor-web.js";
import { decodeStrictly } from "../support/cddl/strict-cbor.js";
import { firmwareSchema } from "../support/message-tap.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, rounds, samples, seeded } from "../support/seed.js";

const types = Object.keys(messagesByType) as MessageType[];

/** The faults a message of ours can have; the others of WireFault belong to texts, maps and frames. */
const reachable: readonly WireFault[] = [
  "truncated",
  "trailing-bytes",
  "not-shortest",
  "wrong-type",
  "out-of-range",
  "wrong-length",
  "unknown-kind",
];

describe("wire/message", function () {
  this.timeout(30_000);

  describe("round trip", () => {
    for (const type of types) {
      it(`${type}: what is decoded is what was encoded, and conforms to its rule`, () => {
        fc.assert(
          fc.property(messagesByType[type], (message) => {
            const bytes = encodeMessage(message);
            assert.deepEqual(decodeMessage(bytes), { ok: true, value: normal(message) });
            assert.equal(firmwareSchema().validate(ruleOfType[type], bytes), undefined);
            assert.equal(firmwareSchema().validate("message", bytes), undefined);
          }),
          seeded(150),
        );
      });
    }

    it("cbor-web and cbor2 read the same value from it", () => {
      for (const message of samples(messages, 300)) {
        const bytes = encodeMessage(message);
        assert.deepEqual(normal(decodeByCborWeb(bytes)), normal(decodeStrictly(bytes)));
      }
    });
  });

  describe("hostile bytes", () => {
    it("noise: never throws, and names a place inside the input", () => {
      const share = new BranchShare("noise");
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
          const decoded = decodeMessage(bytes);
          share.count(decoded.ok ? "ok" : decoded.error.kind);
          if (!decoded.ok) assert.ok(decoded.error.at <= bytes.length && decoded.error.in.length > 0);
        }),
        seeded(3000),
      );
      share.print();
    });

    it("mutants of valid messages: accepted exactly where the CDDL accepts, and then canonical", () => {
      const source = new MutationSource();
      const share = new BranchShare("mutants of messages");
      for (const message of samples(messages, rounds(500))) {
        const bytes = encodeMessage(message);
        for (let i = 0; i < 16; i++) share.count(judge(mutated(bytes, source)));
      }
      share.print();
      for (const branch of ["ok", ...reachable])
        assert.ok(share.of(branch) > 0, `${branch} was never reached`);
    });

    it("mutants in the heads of short messages reach the same verdict", () => {
      const source = new MutationSource();
      const share = new BranchShare("mutants of short messages");
      for (const type of ["ping", "pong", "hopAck", "find", "storeAnswer", "fragment", "leave"] as const) {
        for (const message of samples(messagesByType[type], 40)) {
          const bytes = encodeMessage(message).subarray(0, 40);
          for (let i = 0; i < 20; i++) share.count(judge(mutated(bytes, source)));
        }
      }
      share.print();
    });

    it("every proper prefix of a message is truncated", () => {
      for (const message of samples(messages, 100)) {
        const bytes = encodeMessage(message);
        for (let length = 0; length < Math.min(bytes.length, 300); length++) {
          const decoded = decodeMessage(bytes.subarray(0, length));
          assert.ok(!decoded.ok && decoded.error.kind === "truncated", `${message.type} cut at ${length}`);
        }
      }
    });

    it("refuses reserved and unknown types by name", () => {
      for (const type of [20, 21, 23]) {
        assert.deepEqual(decodeMessage(Uint8Array.of(0x81, type)), {
          ok: false,
          error: { kind: "unknown-kind", at: 1, in: "message/type" },
        });
      }
    });

    it("names the rule and the field", () => {
      const decoded = decodeMessage(Uint8Array.of(0x82, 0x00, 0x60));
      assert.deepEqual(decoded, { ok: false, error: { kind: "wrong-type", at: 2, in: "ping/token" } });
    });
  });
});

/** What the decoder made of a mutant. The one thing the CDDL cannot say is that port 0 is no port. */
function judge(mutant: Uint8Array): string {
  const decoded = decodeMessage(mutant);
  const violation = firmwareSchema().validate("message", mutant);
  if (!decoded.ok) {
    const portZero = decoded.error.in.endsWith("/endpoint") && decoded.error.kind === "out-of-range";
    assert.ok(
      violation !== undefined || portZero,
      `${hex(mutant)}: ${JSON.stringify(decoded.error)}, CDDL accepts`,
    );
    return decoded.error.kind;
  }
  assert.equal(violation, undefined, hex(mutant));
  assert.equal(hex(encodeMessage(decoded.value)), hex(mutant), "two encodings of one message");
  return "ok";
}

/** The same value with every byte string as a plain Uint8Array: decoders differ in the class, not in the bytes. */
function normal(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
