import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex } from "../../../firmware/core/bytes.js";
import type { Endpoint } from "../../../firmware/core/endpoint.js";
import { musterPort } from "../../../firmware/core/limits.js";
import { instant } from "../../../firmware/core/time.js";
import {
  bindingMethod,
  decodeStun,
  encodeStun,
  type StunContent,
  type StunMessage,
} from "../../../firmware/wire/stun.js";
import { StunServer } from "../../../host-sim/peer/stun-server.js";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";
import { fileJson } from "../../support/file.js";
import { FullStack } from "../../support/full-stack.js";
import { seed, seeded } from "../../support/seed.js";
import { Tower, towerAddress } from "./tower.js";

const transaction = new Uint8Array(12).fill(7);
const from: Endpoint = { address: "198.51.100.9", port: 40_000 };
const start = instant(1000);

function request(change: Partial<StunContent> = {}): Uint8Array {
  return encodeStun({ is: "request", method: bindingMethod, transaction, hasFingerprint: false, ...change });
}

function read(bytes: Uint8Array | undefined): StunMessage {
  assert.ok(bytes !== undefined, "no answer");
  const message = decodeStun(bytes);
  assert.ok(message.ok, JSON.stringify(message));
  return message.value;
}

function vector(name: string): Uint8Array {
  const { vectors } = fileJson("test/vectors/stun/rfc5769_rfc8489.json") as {
    readonly vectors: readonly { readonly name: string; readonly hex: string }[];
  };
  return fromHex(vectors.find((each) => each.name === name)?.hex ?? "") ?? new Uint8Array(0);
}

describe(`a STUN server (seed ${seed})`, () => {
  it("says where a request came from, with FINGERPRINT where that has one", () => {
    const server = new StunServer();
    for (const hasFingerprint of [false, true]) {
      const expected = { is: "success", method: bindingMethod, transaction, mapped: from, strange: [] };
      const answer = server.answer(start, from, request({ hasFingerprint }));
      assert.deepEqual(read(answer), { ...expected, hasFingerprint });
    }
    const wide: Endpoint = { address: "2001:db8::9", port: 40_000 };
    assert.deepEqual(read(server.answer(start, wide, request({ hasFingerprint: true }))).mapped, wide);
    assert.equal(server.counts.stunAnswered, 3);
  });

  it("refuses by name what it does not understand and must, as ICE's PRIORITY of RFC 5769 §2.1", () => {
    const server = new StunServer();
    const { is, errorCode, refused, hasFingerprint, mapped } = read(
      server.answer(start, from, vector("rfc5769-2.1-request")),
    );
    assert.deepEqual([is, errorCode, refused, hasFingerprint], ["error", 420, [0x24], true]);
    assert.equal(mapped, undefined);
    assert.equal(server.counts.stunRefused, 1);
  });

  it("answers credentials that it does not ask for as if they were not there (RFC 5769 §2.4)", () => {
    assert.deepEqual(
      read(new StunServer().answer(start, from, vector("rfc5769-2.4-long-term"))).mapped,
      from,
    );
  });

  it("is silent to all but requests of Binding, so that two servers never answer each other", () => {
    const server = new StunServer();
    for (const is of ["indication", "success", "error"] as const)
      assert.equal(server.answer(start, from, request({ is })), undefined);
    assert.equal(server.answer(start, from, request({ method: 3 })), undefined);
    assert.equal(server.answer(start, from, Uint8Array.of(0, 1, 2)), undefined);
    assert.equal(server.counts.stunIgnored, 5);
  });

  it("never sends more than twice what came, whatever the request holds", () => {
    const any = fc.record({
      types: fc.array(fc.integer({ min: 0, max: 0x7fff }), { maxLength: 12 }),
      hasFingerprint: fc.boolean(),
      isWide: fc.boolean(),
    });
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(any, ({ types, hasFingerprint, isWide }) => {
        // An empty attribute is the shortest there is.
        const attributes = types.flatMap((type) => [type >>> 8, type & 0xff, 0, 0]);
        const plain = request();
        const bytes = Uint8Array.from([...plain, ...attributes]);
        bytes[3] = attributes.length;
        const asked = hasFingerprint && types.length === 0 ? request({ hasFingerprint }) : bytes;
        const source = { address: isWide ? "2001:db8::9" : "192.0.2.9", port: 9 };
        const answer = new StunServer().answer(start, source, asked);
        if (answer !== undefined) assert.ok(answer.length <= 2 * asked.length, `${answer.length}`);
        outcomes.add(answer === undefined ? "none" : read(answer).is);
      }),
      seeded(2000),
    );
    assert.deepEqual([...outcomes].sort(), ["error", "none", "success"]);
  });

  it("to one address it sends 20 at once and 5 a second, to all 500 and 250", () => {
    const answers = (
      server: StunServer,
      atMs: number,
      count: number,
      source: (n: number) => Endpoint,
    ): number =>
      Array.from({ length: count }, (_, n) => server.answer(instant(atMs), source(n), request())).filter(
        (answer) => answer !== undefined,
      ).length;
    const one = new StunServer();
    const ports = (n: number): Endpoint => ({ ...from, port: 1 + n });
    assert.equal(answers(one, 1000, 100, ports), 20);
    assert.equal(answers(one, 2000, 100, ports), 5);
    assert.equal(
      answers(one, 2000, 1, () => ({ ...from, address: "198.51.100.10" })),
      1,
      "others are served",
    );
    assert.equal(answers(one, 60_000, 100, ports), 20);
    const all = new StunServer();
    const spread = (n: number): Endpoint => ({ address: `198.51.${n >> 8}.${n & 255}`, port: 9 });
    assert.equal(answers(all, 1000, 5000, spread), 500);
    assert.equal(answers(all, 2000, 5000, spread), 250);
    assert.equal(all.counts.stunLimited, 9250);
  });
});

describe(`STUN of a host peer, virtual time (seed ${seed})`, () => {
  it("phones find it in the overlay, and whoever asks there is told his address; a phone answers nobody", () => {
    const stack = new FullStack("stun");
    const tower = new Tower(stack, new VirtualStorage(), { services: [] });
    stack.joined(["alice", "bob"]);
    stack.run(30_000);
    stack.type("alice", "find-service stun");
    const [provider] = stack.next("alice", "services", 15_000)["providers"] as {
      address: string;
      name: string;
    }[];
    assert.deepEqual([provider?.name, provider?.address], ["tower", `${towerAddress}:${musterPort}`]);
    const local: Endpoint = { address: "192.0.2.77", port: 5555 };
    const port = stack.lab.network.openPlainPort(local, () => undefined);
    assert.ok(port !== undefined);
    const answerOf = (address: string): Uint8Array | undefined => {
      port.send({ address, port: musterPort }, request({ hasFingerprint: true }));
      stack.run(500);
      return port.read()?.bytes;
    };
    assert.deepEqual(read(answerOf(towerAddress)).mapped, local);
    const counted = tower.ask("memory", "memory");
    assert.deepEqual([counted["stunAnswered"], counted["stunIgnored"]], [1, 0]);
    const linked = tower.ask("peers", "peers")["peers"] as {
      readonly name: string;
      readonly address: string;
    }[];
    const alice = linked.find(({ name }) => name === "alice")?.address.split(":")[0];
    assert.ok(alice !== undefined);
    assert.equal(answerOf(alice), undefined);
  });
});
