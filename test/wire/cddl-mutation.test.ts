import assert from "node:assert/strict";
import { decodeMessage, encodeMessage } from "../../firmware/wire/message.js";
import { messages, messagesByType, toCbor } from "../support/arbitraries.js";
import { ruleOfType } from "../support/message-rules.js";
import { decodeStrictly } from "../support/cddl/strict-cbor.js";
import { goldens } from "../support/golden.js";
import { firmwareSchema } from "../support/message-tap.js";
import { BranchShare } from "../support/mutation.js";
import { rounds, samples } from "../support/seed.js";
import { treeMutations, type TreeMutation } from "../support/tree-mutation.js";

/** A change of type, size or count after which an item still is what its rule describes, and why that is meant so. */
interface Legal {
  readonly rules: RegExp;
  readonly path: RegExp;
  readonly change: RegExp;
  readonly why: string;
}

const ownLength = /^(grows by 1|shrinks by 1|is emptied)$/;
const oneOther = /^(grows by 1|shrinks by 1)$/;

const legal: readonly Legal[] = [
  {
    rules: /^(store|fetch|find|stat|watch)-|^notify$/,
    path: /^\/$/,
    change: /^loses item \d+$/,
    why: "an optional item behind the fixed ones",
  },
  {
    rules: /^(store|fetch)-|^store-answer$/,
    path: /^\/$/,
    change: /^gains (uint|bstr|bool) behind$/,
    why: "an optional item: remaining, generation; credential, key; want-credentials",
  },
  {
    rules: /^(store|fetch|stat)-/,
    path: /^\/[4-9]$/,
    change: /^becomes (uint|bstr|bool)$/,
    why: "one optional item in the place of another: they are told apart by type",
  },
  {
    rules: /^(store|fetch|find|stat|watch)-request$|^notify$/,
    path: /^\/4$/,
    change: /^is emptied$/,
    why: "via: any multiple of two bytes",
  },
  { rules: /^stat-request$/, path: /^\/$/, change: /^gains bstr behind$/, why: "key: an optional item" },
  { rules: /^stat-(request|answer)$/, path: /^\/(6|4\/\d+)$/, change: ownLength, why: "key: 0..20 bytes" },
  {
    rules: /^stat-answer$/,
    path: /^\/4\/\d+$/,
    change: /^becomes (nil|uint)$/,
    why: "bytes of the value, or nil: removed",
  },
  { rules: /-answer$/, path: /^\/2$/, change: /^is emptied$/, why: "via: any multiple of two bytes" },
  { rules: /^store-request$/, path: /^\/6\/0$/, change: ownLength, why: "record key: 0..20 bytes" },
  { rules: /^store-answer$/, path: /^\/[45]\/0$/, change: ownLength, why: "record key: 0..20 bytes" },
  { rules: /^fetch-answer$/, path: /^\/4\/\d\/0$/, change: ownLength, why: "record key: 0..20 bytes" },
  { rules: /^fetch-request$/, path: /^\/6$/, change: ownLength, why: "record key: 0..20 bytes" },
  {
    rules: /^store-request$/,
    path: /^\/6\/4$/,
    change: /^(grows by 1|shrinks by 1|becomes nil|becomes bstr)$/,
    why: "value: opaque, 1..512 bytes, or nil",
  },
  {
    rules: /^store-answer$/,
    path: /^\/[45]\/5$/,
    change: /^(grows by 1|shrinks by 1|becomes nil|becomes bstr)$/,
    why: "value: opaque, 1..512 bytes, or nil",
  },
  {
    rules: /^fetch-answer$/,
    path: /^\/4\/\d\/5$/,
    change: /^(grows by 1|shrinks by 1|becomes nil|becomes bstr)$/,
    why: "value: opaque, 1..512 bytes, or nil",
  },
  {
    rules: /^(store|fetch)-answer$/,
    path: /^\/[45](\/\d)?$/,
    change: /^(gains uint behind|loses item [78])$/,
    why: "held, place: the optional last items of a held record",
  },
  {
    rules: /^(store|fetch)-answer$/,
    path: /^\/[45](\/\d)?\/7$/,
    change: /^becomes uint$/,
    why: "held in the place of place: they are told apart by type",
  },
  { rules: /^store-request$/, path: /^\/[78]$/, change: oneOther, why: "credential: opaque, 1..320 bytes" },
  { rules: /^fetch-answer$/, path: /^\/5\/\d$/, change: oneOther, why: "credential: opaque, 1..320 bytes" },
  {
    rules: /^fetch-answer$/,
    path: /^\/[45]$/,
    change: /^(gains bstr (in front|behind)|loses item \d)$/,
    why: "1..8 records, 1..8 credentials",
  },
  {
    rules: /^(store|fetch|find|stat|watch)-request$|^notify$/,
    path: /^\/[6-9]$/,
    change: /^loses item \d$/,
    why: "avoid: 1..8 prefixes",
  },
  {
    rules: /^find-/,
    path: /^\/([4-7])$/,
    change: /^is emptied$/,
    why: "trace: any multiple of four bytes",
  },
  {
    rules: /^hop-ack$/,
    path: /^\/$/,
    change: /^(loses item [1-8]|gains uint behind)$/,
    why: "1..8 counters",
  },
  { rules: /^tunnel$/, path: /^\/3$/, change: /^is emptied$/, why: "via: any multiple of two bytes" },
  { rules: /^tunnel-back$/, path: /^\/1$/, change: /^is emptied$/, why: "via: any multiple of two bytes" },
  { rules: /^tunnel(-back)?$/, path: /^\/[24]$/, change: oneOther, why: "frame: 1..1103 bytes" },
  { rules: /^sip$/, path: /^\/1$/, change: oneOther, why: "text: 1..3400 bytes" },
  { rules: /^fragment$/, path: /^\/4$/, change: oneOther, why: "part: 1..1200 bytes" },
  { rules: /^record-to-be-signed$/, path: /^\/4$/, change: ownLength, why: "record key: 0..20 bytes" },
  { rules: /^record-to-be-signed$/, path: /^\/9$/, change: oneOther, why: "value: opaque, 1..512 bytes" },
  { rules: /^service$/, path: /^\/4$/, change: /^becomes uint$/, why: "load in the place of the endpoint" },
  {
    rules: /^service$/,
    path: /^\/$/,
    change: /^(loses item [45]|gains uint behind)$/,
    why: "endpoint, load, paths: optional",
  },
  { rules: /^registration$/, path: /^\/$/, change: /^loses item \d$/, why: "0..3 destination lists" },
  {
    rules: /^registration$/,
    path: /^\/$/,
    change: /^gains (tstr|bstr) (in front|behind)$/,
    why: "forward, full name: optional behind the lists",
  },
  {
    rules: /^registration$/,
    path: /^\/1$/,
    change: /^becomes (tstr|bstr)$/,
    why: "forward or full name in the place of a list: they are told apart by type",
  },
  { rules: /^registration$/, path: /^\/2$/, change: oneOther, why: "full name: 1..48 bytes" },
  { rules: /^adoption-grant$/, path: /^\/2$/, change: oneOther, why: "credential: opaque, 1..320 bytes" },
];

describe("wire/muster.cddl: changes of type, size and count", function () {
  this.timeout(30_000);

  const used = new Set<Legal>();
  const share = new BranchShare("changes of decoded items");

  for (const { title, rule, bytes, message } of goldens()) {
    if (rule === "beacon") continue;
    it(`${title}: every change is rejected but those listed as legal`, () => {
      judgeAll(rule, bytes, message !== undefined);
    });
  }

  it("and the same of random messages", () => {
    for (const message of samples(messages, rounds(60)))
      judgeAll(ruleOfType[message.type], encodeMessage(message), true);
  });

  it("every legal change was met, so that the list says nothing untrue", () => {
    share.print();
    assert.deepEqual(
      legal.filter((entry) => !used.has(entry)).map(({ rules, path, why }) => `${rules} ${path} ${why}`),
      [],
    );
  });

  it("every rule of a message has been changed", () => {
    const rules = new Set(goldens().map(({ rule }) => rule));
    for (const type of Object.keys(messagesByType))
      assert.ok(rules.has(ruleOfType[type as keyof typeof ruleOfType]));
  });

  function judgeAll(rule: string, bytes: Uint8Array, isMessage: boolean): void {
    for (const mutation of treeMutations(decodeStrictly(bytes))) judge(rule, mutation, isMessage);
  }

  function judge(rule: string, mutation: TreeMutation, isMessage: boolean): void {
    const mutant = toCbor(mutation.value);
    const violation = firmwareSchema().validate(rule, mutant);
    share.count(violation === undefined ? "legal" : "rejected");
    if (isMessage && firmwareSchema().validate("message", mutant) === undefined)
      assert.ok(decodeMessage(mutant).ok);
    if (violation !== undefined) return;
    const entries = legal.filter((entry) => {
      return entry.rules.test(rule) && entry.path.test(mutation.path) && entry.change.test(mutation.change);
    });
    assert.ok(entries.length > 0, `${rule} ${mutation.path} ${mutation.change} is accepted`);
    for (const entry of entries) used.add(entry);
  }
});
