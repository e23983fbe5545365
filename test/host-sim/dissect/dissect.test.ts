import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame } from "../../../firmware/wire/frame.js";
import { encodeMessage } from "../../../firmware/wire/message.js";
import { dissect } from "../../../host-sim/dissect/dissect.js";
import { dissectionLines, type Dissection, type Field } from "../../../host-sim/dissect/field.js";
import { messages } from "../../support/arbitraries.js";
import { goldens } from "../../support/golden.js";
import { BranchShare, mutated } from "../../support/mutation.js";
import { MutationSource, samples, seeded } from "../../support/seed.js";

describe("host-sim/dissect", function () {
  this.timeout(30_000);

  for (const { title, rule, bytes, message } of goldens()) {
    if (message === undefined && rule !== "beacon") continue;
    it(`${title}: every byte belongs to a named field`, () => {
      const dissection = dissect(bytes);
      assert.equal(dissection.what, rule);
      assert.equal(dissection.fault, undefined);
      assertSizes(dissection);
      assert.ok(!names(dissection.fields).includes("unexpected"));
      assert.ok(dissectionLines(dissection).length > 1);
    });
  }

  it("random messages: sizes add up, and no item is unexpected", () => {
    for (const message of samples(messages, 300)) {
      const dissection = dissect(encodeMessage(message));
      assert.equal(dissection.fault, undefined);
      assertSizes(dissection);
      assert.ok(!names(dissection.fields).includes("unexpected"), JSON.stringify(dissection));
    }
  });

  it("noise and mutants: taken apart or shown as bytes with a reason, never thrown at", () => {
    const share = new BranchShare("dissected mutants");
    const source = new MutationSource();
    for (const { bytes } of goldens()) {
      for (let i = 0; i < 60; i++) {
        const dissection = dissect(mutated(bytes, source));
        assertSizes(dissection);
        assert.ok(dissectionLines(dissection).length > 0);
        share.count(
          dissection.what.startsWith("unreadable") ? "unreadable" : dissection.fault ? "faulty" : "well",
        );
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => assertSizes(dissect(bytes))),
      seeded(1000),
    );
    share.print();
    for (const branch of ["unreadable", "faulty", "well"]) assert.ok(share.of(branch) > 0, branch);
  });

  it("names who signed a record", () => {
    const signerOf = (title: string): string | undefined => {
      const golden = goldens().find((each) => each.title === title);
      return dissect(golden?.bytes ?? new Uint8Array()).fields.find(({ name }) => name === "record signer")
        ?.value;
    };
    const key = Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => 0x60 + i)).toString("hex");
    const node = Buffer.from(Uint8Array.from({ length: 16 }, (_, i) => 0x10 + i)).toString("hex");
    assert.equal(signerOf("Store, first, with credential"), `alice, key ${key}`);
    assert.equal(signerOf("Store, refresh"), `the node ${node}, whose entry it is`);
    assert.equal(signerOf("Fetch answer, contested, with credential"), `alice, key ${key}`);
  });

  it("prints a ping so", () => {
    assert.deepEqual(dissectionLines(dissect(Uint8Array.of(0x82, 0, 0x19, 0x9a, 0x3b))), [
      "ping, 5 B",
      "  head                         1 B  array of 2",
      "  type                         1 B  0",
      "  token                        3 B  39483",
    ]);
  });

  it("replaces what a terminal would act upon", () => {
    const text = new TextEncoder().encode("MESSAGE x\r\n\u001b[2Jgone\u0007");
    const lines = dissectionLines(dissect(encodeMessage({ type: "sip", text }))).join("\n");
    assert.ok(lines.includes("·[2Jgone·") && !lines.includes("\u001b"));
  });

  it("takes the frames of a handshake and of data apart", () => {
    const ephemeral = new Uint8Array(32).fill(5);
    const sealed = new Uint8Array(40);
    const frames = [
      encodeFrame({ type: "hello1", initiatorIndex: 1, ephemeral, hint: new Uint8Array(8), paddingBytes: 4 }),
      encodeFrame({ type: "cookie", initiatorIndex: 1, cookie: new Uint8Array(16) }),
      encodeFrame({ type: "data", receiverIndex: 0xabcdef, counter: 7, sealed }),
    ].map(dissect);
    frames.forEach(assertSizes);
    assert.deepEqual(
      frames.map(({ what, bytes }) => `${what} ${bytes}`),
      ["hello1 48", "cookie 20", "data 46"],
    );
    assert.equal(frames[2]?.fields[3]?.value, "24 B inside");
    assert.deepEqual(dissect(new Uint8Array(0)), { what: "keepalive", bytes: 0, fields: [] });
  });
});

/** Fields add up to what they are part of. */
function assertSizes(dissection: Dissection): void {
  assert.equal(total(dissection.fields), dissection.bytes, JSON.stringify(dissection));
  dissection.fields.forEach(assertFieldSizes);
}

function assertFieldSizes(field: Field): void {
  if (field.fields === undefined) return;
  assert.equal(total(field.fields), field.bytes, field.name);
  field.fields.forEach(assertFieldSizes);
}

function total(fields: readonly Field[]): number {
  return fields.reduce((sum, { bytes }) => sum + bytes, 0);
}

function names(fields: readonly Field[]): string[] {
  return fields.flatMap((field) => [field.name, ...names(field.fields ?? [])]);
}
