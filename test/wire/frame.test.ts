import assert from "node:assert/strict";
import fc from "fast-check";
import { toHex } from "../../firmware/core/bytes.js";
import { credentialBytesMax } from "../../firmware/core/limits.js";
import { decodeFrame, encodeFrame, type Frame } from "../../firmware/wire/frame.js";
import {
  decodeHelloParameters,
  encodeHelloParameters,
  type HelloParameters,
} from "../../firmware/wire/hello-parameters.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

const index = fc.integer({ min: 1, max: 0xffffff });
const bytesOf = (least: number, most = least): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: least, maxLength: most });
const plain = { noNullPrototype: true } as const;
const sealedParameters = fc.constantFrom(27, 39).chain((length) => bytesOf(length));

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record(
    {
      type: fc.constant("hello1" as const),
      initiatorIndex: index,
      ephemeral: bytesOf(32),
      hint: bytesOf(8),
      cookie: bytesOf(16),
      paddingBytes: fc.integer({ min: 0, max: 100 }),
    },
    { requiredKeys: ["type", "initiatorIndex", "ephemeral", "paddingBytes"], noNullPrototype: true },
  ),
  fc.constantFrom("full" as const, "short" as const).chain((form) =>
    fc.record(
      {
        type: fc.constant("hello2" as const),
        form: fc.constant(form),
        initiatorIndex: index,
        responderIndex: index,
        ephemeral: bytesOf(32),
        sealedCredential: form === "short" ? bytesOf(24) : bytesOf(17, 16 + credentialBytesMax),
        sealedParameters,
      },
      plain,
    ),
  ),
  fc.constantFrom("full" as const, "short" as const).chain((form) =>
    fc.record(
      {
        type: fc.constant("hello3" as const),
        form: fc.constant(form),
        responderIndex: index,
        sealedCredential: form === "short" ? bytesOf(24) : bytesOf(17, 16 + credentialBytesMax),
        sealedParameters,
      },
      plain,
    ),
  ),
  fc.record({ type: fc.constant("cookie" as const), initiatorIndex: index, cookie: bytesOf(16) }, plain),
  fc.record(
    {
      type: fc.constant("data" as const),
      receiverIndex: index,
      counter: fc.integer({ min: 0, max: 0xffff }),
      sealed: bytesOf(16, 1194),
    },
    plain,
  ),
);

/** What `decodeFrame` makes of bytes: the type, or the fault. */
function outcome(bytes: Uint8Array): string {
  const decoded = decodeFrame(bytes);
  return decoded.ok ? decoded.value.type : `${decoded.error.in}: ${decoded.error.kind}`;
}

describe("wire/frame", () => {
  it("reads what it wrote, every form", () => {
    const share = new BranchShare("frames");
    fc.assert(
      fc.property(frames, (frame) => {
        const bytes = encodeFrame(frame);
        const decoded = decodeFrame(bytes);
        assert.ok(decoded.ok, outcome(bytes));
        assert.deepEqual(decoded.value, frame);
        assert.equal(toHex(encodeFrame(decoded.value)), toHex(bytes));
        share.count(`${bytes[0]?.toString(16)}`);
      }),
      seeded(2000),
    );
    share.print();
    const firsts = ["c0", "c1", "c2", "c3", "c8", "c9", "ca", "cb", "cc", "cd", "ce", "cf", "d0", "d8"];
    for (const first of firsts) assert.ok(share.of(first) > 0, `no ${first}`);
  });

  it("puts each field where the table of its doc comment says", () => {
    const ephemeral = new Uint8Array(32).fill(0xee);
    const hint = new Uint8Array(8).fill(0x11);
    const cookie = new Uint8Array(16).fill(0x22);
    assert.equal(
      toHex(
        encodeFrame({ type: "hello1", initiatorIndex: 0x010203, ephemeral, hint, cookie, paddingBytes: 2 }),
      ),
      `c3010203${"ee".repeat(32)}${"11".repeat(8)}${"22".repeat(16)}0000`,
    );
    assert.equal(
      toHex(encodeFrame({ type: "cookie", initiatorIndex: 0xfffffe, cookie })),
      `d0fffffe${"22".repeat(16)}`,
    );
    assert.equal(
      toHex(encodeFrame({ type: "data", receiverIndex: 7, counter: 0xabcd, sealed: new Uint8Array(16) })),
      `d8000007abcd${"00".repeat(16)}`,
    );
  });

  it("names what is wrong", () => {
    const hello1 = encodeFrame({
      type: "hello1",
      initiatorIndex: 1,
      ephemeral: new Uint8Array(32),
      paddingBytes: 48,
    });
    const at = (position: number, value: number): Uint8Array => {
      const changed = hello1.slice();
      changed[position] = value;
      return changed;
    };
    for (const [bytes, expected] of [
      [new Uint8Array(0), "frame: truncated"],
      [Uint8Array.of(0xff), "frame: unknown-kind"],
      [new Uint8Array(1201).fill(0xd8), "frame: too-long"],
      [hello1.subarray(0, 35), "hello1: truncated"],
      [at(3, 0), "hello1/initiator-index: out-of-range"],
      [at(80, 1), "hello1/padding: trailing-bytes"],
      [new Uint8Array(60).fill(0xc8), "hello2: wrong-length"],
      [new Uint8Array(90).fill(0xc8), "hello2"],
      [new Uint8Array(91).fill(0xc9), "hello2: wrong-length"],
      [new Uint8Array(55).fill(0xcb), "hello3"],
      [new Uint8Array(67).fill(0xcf), "hello3"],
      [new Uint8Array(54).fill(0xcb), "hello3: wrong-length"],
      [new Uint8Array(21).fill(0xd0), "cookie: wrong-length"],
      [new Uint8Array(21).fill(0xd8), "data: truncated"],
    ] as const) {
      assert.equal(outcome(bytes), expected);
    }
  });

  it("takes any mutation of valid frames: a frame that encodes to the same bytes, or a named fault", () => {
    const share = new BranchShare("mutated frames");
    const source = new MutationSource();
    for (const frame of samples(frames, 1000)) {
      const bytes = encodeFrame(frame);
      for (let i = 0; i < 10; i++) {
        const mutant = mutated(bytes, source);
        const decoded = decodeFrame(mutant);
        share.count(outcome(mutant));
        if (decoded.ok) assert.equal(toHex(encodeFrame(decoded.value)), toHex(mutant));
      }
    }
    share.print();
    for (const branch of [
      "hello1",
      "hello2",
      "hello3",
      "data",
      "frame: unknown-kind",
      "cookie: wrong-length",
    ]) {
      assert.ok(share.of(branch) > 0, `no input came to ${branch}`);
    }
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 31 }), (bytes, low) => {
        bytes[0] = 192 | low;
        assert.ok(outcome(bytes).length > 0);
      }),
      seeded(5000),
    );
  });
});

describe("wire/hello-parameters", () => {
  const addresses = fc.constantFrom("192.0.2.7", "10.0.0.1", "2001:db8::7", "::1");
  const parameters: fc.Arbitrary<HelloParameters> = fc.record(
    {
      configSequence: fc.integer({ min: 0, max: 0xffffffff }),
      flags: fc.integer({ min: 0, max: 0xff }),
      endpoint: fc.record({ address: addresses, port: fc.integer({ min: 1, max: 65535 }) }, plain),
    },
    { requiredKeys: ["configSequence", "flags"], noNullPrototype: true },
  );

  it("are 11 or 23 bytes and read back", () => {
    fc.assert(
      fc.property(parameters, (value) => {
        const bytes = encodeHelloParameters(value);
        assert.equal(bytes.length, value.endpoint?.address.includes(":") === true ? 23 : 11);
        assert.deepEqual(decodeHelloParameters(bytes), { ok: true, value });
      }),
      seeded(500),
    );
  });

  it("have no other length", () => {
    for (let length = 0; length < 40; length++) {
      assert.equal(decodeHelloParameters(new Uint8Array(length)).ok, length === 11 || length === 23);
    }
  });
});
