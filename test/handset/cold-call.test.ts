import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import { equalBytes, fromHex } from "../../firmware/core/bytes.js";
import { observe } from "../../host-sim/bench/observed-lab.js";
import type { Message } from "../../firmware/wire/message.js";
import type { TraceRecord } from "../../host-sim/virtual/trace.js";
import { seed } from "../support/seed.js";

const callees = ["phone2", "phone3", "phone4", "phone5"];
const names = ["phone1", ...callees, "phone6", "phone7", "phone8"];
/** Longer than an attempt at a link lasts. */
const attemptMs = 4_000;

describe(`a call to a phone that was never linked (seed ${seed})`, () => {
  it("asks for the name and for nothing else: who answers says where it is", () => {
    const { lab, messages, datagrams } = observe({ seed: `${seed} cold call` });
    const caller = lab.addressOf("phone1");
    for (const callee of callees) lab.network.setPathBetween(caller, lab.addressOf(callee), { lossRatio: 1 });
    for (const name of names) lab.switchOn(name);
    for (const name of names) lab.expect(name, "registered");
    lab.run(5_000);
    let lookups = 0;
    for (const callee of callees) {
      lab.type(callee, "show");
      const id = present(fromHex(String(lab.expect(callee, "identity")["nodeId"])), "its Node-ID");
      const isBetween = ({ from, to }: TraceRecord): boolean =>
        [from, to].every((end) => [caller, lab.addressOf(callee)].includes(end.split(":")[0] ?? ""));
      // An attempt at a link that is under way would be taken for the call's.
      do {
        datagrams.length = 0;
        lab.run(attemptMs);
      } while (datagrams.some(isBetween));
      lab.network.setPathBetween(caller, lab.addressOf(callee), undefined);
      messages.length = 0;
      lab.forget("phone1");
      lab.type("phone1", `call ${callee}`);
      lab.expect("phone1", "ringing");
      const asked = messages
        .filter(({ handset, direction }) => handset === "phone1" && direction === "out")
        .map(({ message }) => message);
      const isFind = (message: Message): boolean =>
        message.type === "find" && equalBytes(message.destination.first, id);
      // What it holds itself it need not look up; then it has to ask where the other is.
      const finds = asked.some(({ type }) => type === "fetch") ? 0 : 1;
      assert.equal(asked.filter(isFind).length, finds, callee);
      lookups += 1 - finds;
      lab.type("phone1", "hangup");
      lab.expect("phone1", "ended");
    }
    assert.ok(lookups > 0);
  });
});
