import assert from "node:assert/strict";
import { compareBytes, fromHex } from "../../firmware/core/bytes.js";
import type { PrintedEvent } from "../../host-sim/virtual/lab.js";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

/** Eight neighbours and two guests (firmware/capacity.ts): most pairs of sixteen phones have no link. */
const arenaBytes = 114 * 1024;

interface Phone {
  readonly name: string;
  readonly nodeId: string;
  readonly links: readonly string[];
  readonly keeps: readonly { readonly name: string; readonly resource: string }[];
}

function describePhone(stack: FullStack, name: string): Phone {
  const names = (stack.ask(name, "peers", "peers")["peers"] as { name: string }[]).map((peer) => peer.name);
  const keeps = stack.ask(name, "records", "records")["records"] as Phone["keeps"];
  return { name, nodeId: String(stack.ask(name, "show", "identity")["nodeId"]), links: names, keeps };
}

function bytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}

/** Who keeps the record of `name`, the nearest first. */
function holders(name: string, all: readonly Phone[]): Phone[] {
  const kept = all.flatMap(({ keeps }) => keeps).find((record) => record.name === name);
  const place = bytes(kept?.resource ?? "");
  const distance = ({ nodeId }: Phone): Uint8Array => bytes(nodeId).map((byte, i) => byte ^ (place[i] ?? 0));
  return all
    .filter(({ keeps }) => keeps.some((record) => record.name === name))
    .sort((a, b) => compareBytes(distance(a), distance(b)));
}

describe(`sixteen phones as small as real ones (seed ${seed})`, function () {
  this.timeout(60_000);

  it("the phone that keeps a name nearest dies, and whoever has no link to the callee reaches it all the same", () => {
    for (let round = 0; round < 3; round++) {
      const stack = new FullStack(`crowd ${round}`);
      const names = phones(16);
      stack.on(names, { arenaBytes });
      for (const name of names) stack.next(name, "registered");
      stack.run(30_000);
      const all = names.map((name) => describePhone(stack, name));
      const pairs = all.flatMap((callee) => {
        const [victim] = holders(callee.name, all).filter((holder) => holder !== callee);
        const isFit = (caller: Phone): boolean =>
          caller !== callee &&
          caller !== victim &&
          !caller.links.includes(callee.name) &&
          !caller.keeps.some(({ name }) => name === callee.name);
        return victim === undefined ? [] : all.filter(isFit).map((caller) => ({ caller, callee, victim }));
      });
      assert.ok(pairs.length > 30, `${pairs.length} pairs have no link`);
      const pair = pairs.find(({ caller, victim }) => caller.links.includes(victim.name)) ?? pairs[0];
      assert.ok(pair !== undefined);
      const { caller, callee, victim } = pair;
      stack.lab.switchOff(victim.name);
      stack.run(1);
      stack.type(caller.name, `call ${callee.name}`);
      stack.next(callee.name, "incoming", 3000);
      stack.type(callee.name, "answer");
      stack.next(caller.name, "talking", 3000);
      stack.run(20_000);
      stack.type(caller.name, "hangup");
      assert.equal(stack.next(callee.name, "ended", 3000)["outcome"], "talked");
    }
  });

  it("a phone whose rows for strangers have all just been taken is reached by one more a moment later", () => {
    const stack = new FullStack("crowded");
    const names = phones(16);
    stack.on(names, { arenaBytes });
    for (const name of names) stack.next(name, "registered");
    stack.run(30_000);
    const all = names.map((name) => describePhone(stack, name));
    for (const callee of all.slice(0, 8)) {
      const strangers = all.filter((phone) => !phone.links.includes(callee.name) && phone !== callee);
      const [caller, ...others] = strangers;
      if (caller === undefined) continue;
      for (const { name } of others) stack.type(name, `message ${callee.name} good morning`);
      stack.run(60);
      stack.type(caller.name, `call ${callee.name}`);
      stack.next(callee.name, "incoming", 20_000);
      stack.type(caller.name, "hangup");
      stack.next(callee.name, "ended", 3000);
      stack.run(30_000);
      const came = stack.lab.eventsOf(callee.name).filter(({ event }) => event === "messageReceived").length;
      const isToldOf = (printed: PrintedEvent): boolean =>
        printed.event === "messageFailed" && printed["name"] === callee.name;
      const told = others.filter(({ name }) => stack.lab.eventsOf(name).some(isToldOf)).length;
      assert.equal(
        came + told,
        others.length,
        "each message came, and once, or its sender knows that it did not",
      );
    }
  });
});
