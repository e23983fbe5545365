import assert from "node:assert/strict";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { dnsEntriesMax } from "../../firmware/core/limits.js";
import { decodeDnsMessage, encodeDnsMessage, type DnsMessage } from "../../firmware/wire/dns-message.js";
import { sameDnsName } from "../../firmware/wire/dns-reader.js";

const service = ["_muster", "_udp", "local"];
const question: DnsMessage = {
  id: 0x0d2a,
  isAnswer: false,
  questions: [{ name: service, type: "PTR", wantsUnicast: false }],
  answers: [],
  additional: [],
};
const common = { ttlS: 120, isWhole: true };
const answer: DnsMessage = {
  id: 0,
  isAnswer: true,
  questions: [],
  answers: [{ type: "PTR", name: service, ttlS: 4500, isWhole: false, target: ["a. b", ...service] }],
  additional: [
    { ...common, type: "SRV", name: ["a. b", ...service], port: 6084, target: ["tower", "local"] },
    { ...common, type: "TXT", name: ["a. b", ...service], texts: ["txtvers=1", "o=é"] },
    { ...common, type: "A", name: ["tower", "local"], address: "192.0.2.7" },
  ],
};

function decoded(hex: string): DnsMessage {
  const read = decodeDnsMessage(fromHex(hex.replace(/\s/g, "")) ?? new Uint8Array(0));
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

function fault(hex: string): string {
  const read = decodeDnsMessage(fromHex(hex.replace(/\s/g, "")) ?? new Uint8Array(0));
  return read.ok ? "none" : `${read.error.in} ${read.error.kind}`;
}

describe("wire/dns", () => {
  it("a question, byte by byte", () => {
    const bytes = "0d2a 0000 0001 0000 0000 0000 07 5f6d7573746572 04 5f756470 05 6c6f63616c 00 000c 0001";
    assert.equal(toHex(encodeDnsMessage(question)), bytes.replace(/ /g, ""));
    assert.deepEqual(decoded(bytes), question);
  });

  it("an answer is read as it was written, of every type", () => {
    assert.deepEqual(decoded(toHex(encodeDnsMessage(answer))), answer);
  });

  it("names that go on elsewhere, and no other way than backwards", () => {
    const header = "0000 8400 0000 0001 0000 0000";
    const name = "01 61 05 6c6f63616c 00";
    const pointed = decoded(`${header} ${name} 000c 0001 00000078 0004 01 62 c00e`);
    assert.deepEqual(pointed.answers[0], {
      type: "PTR",
      name: ["a", "local"],
      ttlS: 120,
      isWhole: false,
      target: ["b", "local"],
    });
    assert.equal(
      fault(`${header} c00c 000c 0001 00000078 0001 00`),
      "dns/record/name out-of-range",
      "itself",
    );
    assert.equal(fault(`${header} ${name} 000c 0001 00000078 0004 c021 c01f`), "dns/ptr/target out-of-range");
  });

  it("what it has no use for is left out: other types, other classes, the authority section", () => {
    const a = "01 61 00 0001 0001 00000000 0004 c0000207";
    const aaaa = `01 61 00 001c 0001 00000000 0010 ${"00".repeat(16)}`;
    const chaos = "01 61 00 0001 0003 00000000 0004 c0000207";
    const read = decoded(`0000 8400 0000 0003 0001 0000 ${aaaa} ${a} ${chaos} ${a}`);
    assert.deepEqual([read.answers.length, read.additional.length], [1, 0]);
  });

  it("what is wrong is named", () => {
    const header = "0000 8400 0000 0001 0000 0000";
    assert.equal(fault(""), "dns/id truncated");
    assert.equal(fault("0000 2800 0000 0000 0000 0000"), "dns/flags out-of-range", "an update");
    assert.equal(fault("0000 8403 0000 0000 0000 0000"), "dns/flags out-of-range", "no such name");
    const many = (dnsEntriesMax + 1).toString(16).padStart(4, "0");
    assert.equal(fault(`0000 8400 0000 ${many} 0000 0000`), "dns/entries too-long");
    assert.equal(fault(`${header} 41 61`), "dns/record/name too-long", "a label of 65");
    assert.equal(fault(`${header} ${`3f${"61".repeat(63)}`.repeat(4)} 00`), "dns/record/name too-long");
    assert.equal(fault(`${header} 01 ff 00`), "dns/record/name bad-text");
    assert.equal(fault(`${header} 00 0001 0001 00000000 0003 010203 04`), "dns/record/data wrong-length");
    assert.equal(fault(`${header} 00 0001 0001 00000000 0004 01020304 05`), "dns trailing-bytes");
  });

  it("a short message does not unpack into a long one", () => {
    const long = `${`3f${"61".repeat(63)}`.repeat(3)} 3b ${"62".repeat(59)} 00`;
    const first = `${long} 000c 0001 00000000 0002 c00c`;
    const more = "c00c 000c 0001 00000000 0002 c00c".repeat(7);
    assert.equal(fault(`0000 8400 0000 0008 0000 0000 ${first} ${more}`), "dns/record/name too-long");
  });

  it("names are the same whatever the case of their ASCII letters", () => {
    assert.ok(sameDnsName(["_Muster", "_UDP", "local"], service));
    assert.ok(!sameDnsName(["_muster", "local"], service));
    assert.ok(!sameDnsName(["_muster", "_tcp", "local"], service));
  });
});
