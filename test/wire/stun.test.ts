import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { stunAttributesMax, stunStrangeMax } from "../../firmware/core/limits.js";
import {
  bindingMethod,
  decodeStun,
  encodeStun,
  type StunClass,
  type StunContent,
  type StunMessage,
} from "../../firmware/wire/stun.js";
import { fileJson } from "../support/file.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

const { vectors } = fileJson("test/vectors/stun/rfc5769_rfc8489.json") as {
  readonly vectors: readonly { readonly name: string; readonly hex: string }[];
};

const transaction = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const endpoint = { address: "192.0.2.1", port: 32_853 };
const request: StunContent = { is: "request", method: bindingMethod, transaction, hasFingerprint: false };

function hexBytes(hex: string): Uint8Array {
  const bytes = fromHex(hex.replace(/\s/g, ""));
  assert.ok(bytes !== undefined);
  return bytes;
}

function stunVector(name: string): string {
  const hex = vectors.find((vector) => vector.name === name)?.hex;
  assert.ok(hex !== undefined, name);
  return hex;
}

function decoded(hex: string): StunMessage {
  const read = decodeStun(hexBytes(hex));
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

function fault(hex: string): string {
  const read = decodeStun(hexBytes(hex));
  return read.ok ? "none" : `${read.error.in} ${read.error.kind} ${read.error.at}`;
}

/** A request with these attributes. */
function withAttributes(attributes: string): string {
  const length = hexBytes(attributes).length.toString(16).padStart(4, "0");
  return `0001 ${length} 2112a442 ${toHex(transaction)} ${attributes}`;
}

describe("wire/stun", () => {
  it("the request of RFC 5769 §2.1: PRIORITY is ICE's and must be understood, the rest is known or optional", () => {
    const message = decoded(stunVector("rfc5769-2.1-request"));
    assert.deepEqual([message.is, message.method, message.hasFingerprint], ["request", bindingMethod, true]);
    assert.equal(toHex(message.transaction), "b7e7a701bc34d686fa87dfae");
    assert.deepEqual(message.strange, [0x24]);
  });

  it("the answers of RFC 5769 §2.2 and §2.3: an address of either family behind the mask", () => {
    const { is, mapped, hasFingerprint } = decoded(stunVector("rfc5769-2.2-ipv4-response"));
    assert.deepEqual([is, mapped, hasFingerprint], ["success", endpoint, true]);
    const wide = decoded(stunVector("rfc5769-2.3-ipv6-response"));
    assert.deepEqual(wide.mapped, { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 });
  });

  it("requests with the credentials of RFC 5769 §2.4 and RFC 8489 B.1 are read past them", () => {
    for (const name of ["rfc5769-2.4-long-term", "rfc8489-B.1-long-term-sha256"]) {
      const { is, strange, hasFingerprint } = decoded(stunVector(name));
      assert.deepEqual([is, strange, hasFingerprint], ["request", [], false]);
    }
  });

  it("a request, answers of both families and a refusal, byte by byte", () => {
    const id = toHex(transaction);
    const written = (content: Partial<StunContent>): string => toHex(encodeStun({ ...request, ...content }));
    assert.equal(written({}), `000100002112a442${id}`);
    const answer = { is: "success", mapped: endpoint } as const;
    assert.equal(written(answer), `0101000c2112a442${id}002000080001a147e112a643`);
    const mapped = { address: "2001:db8::7", port: 6084 };
    const wide = `010100182112a442${id}00200014000236d60113a9fa010203040506070809 0a0b0b`;
    assert.equal(written({ is: "success", mapped }), wide.replace(/\s/g, ""));
    const refusal = { is: "error", errorCode: 420, refused: [3] } as const;
    assert.equal(written(refusal), `011100102112a442${id}0009000400000414000a000200030000`);
  });

  it("FINGERPRINT is the last attribute, and wrong where any bit before it is another", () => {
    const bytes = encodeStun({ ...request, hasFingerprint: true });
    assert.equal(bytes.length, 28);
    assert.ok(decodeStun(bytes).ok);
    for (let bit = 8 * 8; bit < 8 * bytes.length; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = decodeStun(changed);
      const isUnseen = read.ok && !read.value.hasFingerprint && bit >> 3 >= 20 && bit >> 3 < 22;
      assert.ok(!read.ok || isUnseen, `bit ${bit}: only a change of its type makes it another attribute`);
    }
    const behind = withAttributes("8028 0004 00000000");
    assert.equal(fault(behind), "stun/fingerprint out-of-range 24");
    const { length } = bytes;
    const longer = new Uint8Array(length + 4);
    longer.set(encodeStun({ ...request, hasFingerprint: true }));
    longer[3] = length - 16;
    assert.equal(decodeStun(longer).ok, false);
  });

  it("what is broken is refused by name, with its place", () => {
    const rest = `2112a442 ${toHex(transaction)}`;
    assert.equal(fault("0001 0000"), "stun/header truncated 4");
    assert.equal(fault(`4001 0000 ${rest}`), "stun/type out-of-range 0");
    assert.equal(fault(`0001 0002 ${rest} 0000`), "stun/length wrong-length 2");
    assert.equal(fault(`0001 0004 ${rest}`), "stun/length wrong-length 2");
    assert.equal(fault(`0001 0000 2112a443 ${toHex(transaction)}`), "stun/cookie out-of-range 4");
    assert.equal(fault(withAttributes("8022 0005 61626364")), "stun/attribute-length truncated 22");
    assert.equal(fault(withAttributes("0020 0008 0003a147e112a643")), "stun/mapped-family out-of-range 25");
    assert.equal(fault(withAttributes("0020 0004 0001a147")), "stun/mapped wrong-length 22");
    assert.equal(fault(withAttributes("0020 0000")), "stun/mapped-family out-of-range 25");
    assert.equal(fault(withAttributes("0020 0008 00012112e112a643")), "stun/mapped-port out-of-range 26");
    assert.equal(fault(withAttributes("0009 0004 00000700")), "stun/error-code out-of-range 26");
    assert.equal(fault(withAttributes("0009 0003 00000400")), "stun/error-code wrong-length 22");
    assert.equal(fault(withAttributes("000a 0001 00000000")), "stun/unknown-attributes wrong-length 22");
    assert.equal(fault(withAttributes("8028 0002 00000000")), "stun/fingerprint wrong-length 22");
    const many = "8099 0000 ".repeat(stunAttributesMax + 1);
    assert.equal(fault(withAttributes(many)), `stun/attributes too-long ${20 + 4 * stunAttributesMax}`);
  });

  it("attributes that come again, stand behind an integrity or are too many to name are stepped over", () => {
    const first = "0020 0008 0001a147e112a643";
    const second = "0020 0008 0001a148e112a643";
    assert.deepEqual(decoded(withAttributes(`${first} ${second}`)).mapped, endpoint);
    const sealed = `0008 0014 ${"00".repeat(20)}`;
    const { mapped, strange } = decoded(withAttributes(`${sealed} ${first} 0003 0000`));
    assert.deepEqual([mapped, strange], [undefined, []]);
    const many = Array.from({ length: 12 }, (_, n) => `00${(0x40 + n).toString(16)} 0000`).join(" ");
    assert.equal(decoded(withAttributes(`0003 0000 ${many}`)).strange.length, stunStrangeMax);
    assert.deepEqual(decoded(withAttributes("0003 0000 0003 0000")).strange, [3]);
  });

  it("every message is read as it was written", () => {
    fc.assert(
      fc.property(content, (message) => {
        const read = decodeStun(encodeStun(message));
        assert.ok(read.ok, JSON.stringify(read));
        assert.deepEqual(read.value, { ...message, strange: [] });
      }),
      seeded(1000),
    );
  });

  it("names what is wrong with changed messages, and never throws", () => {
    const source = new MutationSource();
    const share = new BranchShare("wire/stun");
    for (const message of samples(content, 4000)) {
      const bytes = mutated(encodeStun(message), source);
      const read = decodeStun(bytes);
      share.count(read.ok ? "accepted" : `${read.error.in} ${read.error.kind}`);
      if (!read.ok) assert.ok(read.error.at >= 0 && read.error.at <= bytes.length);
    }
    share.print();
    for (const branch of [
      "accepted",
      "stun/header truncated",
      "stun/length wrong-length",
      "stun/cookie out-of-range",
    ])
      assert.ok(share.of(branch) > 0, branch);
    assert.ok(share.of("stun/fingerprint out-of-range") > 0);
  });
});

const classes: readonly StunClass[] = ["request", "indication", "success", "error"];
const octet = fc.integer({ min: 0, max: 255 });
const address = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((parts) => parts.join(".")),
  fc.constantFrom("2001:db8::7", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
);
const content: fc.Arbitrary<StunContent> = fc.record(
  {
    is: fc.constantFrom(...classes),
    method: fc.integer({ min: 0, max: 0xfff }),
    transaction: fc.uint8Array({ minLength: 12, maxLength: 12 }),
    mapped: fc.record({ address, port: fc.integer({ min: 1, max: 65_535 }) }, { noNullPrototype: true }),
    errorCode: fc.integer({ min: 300, max: 699 }),
    refused: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: stunStrangeMax }),
    hasFingerprint: fc.boolean(),
  },
  { requiredKeys: ["is", "method", "transaction", "hasFingerprint"], noNullPrototype: true },
);
