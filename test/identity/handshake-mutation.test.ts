import assert from "node:assert/strict";
import type { Advance, HandshakeFault, HandshakeSide } from "../../firmware/identity/handshake.js";
import { Initiator, type InitiatorOptions } from "../../firmware/identity/initiator.js";
import { Responder } from "../../firmware/identity/responder.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource } from "../support/seed.js";
import { flipped, openSide } from "./fixtures.js";

const says = { configSequence: 7, flags: 3, endpoint: { address: "192.168.1.23", port: 6084 } };

function drive(machine: { advance(): Advance }): HandshakeFault | undefined {
  for (let turns = 0; turns < 20; turns++) {
    const came = machine.advance();
    if (came === "done") return undefined;
    if (came !== "more") return came.failed;
  }
  throw new Error("the machine does not end");
}

function nameOf(fault: HandshakeFault): string {
  return typeof fault === "string" ? fault : `credential ${fault.credential.kind}`;
}

/** A handshake between the same two nodes, again and again, with one flight changed on its way. */
class Course {
  readonly #left: HandshakeSide;
  readonly #right: HandshakeSide;
  readonly #options: InitiatorOptions;

  constructor(known: boolean) {
    this.#left = openSide("alice", 0x1f);
    this.#right = openSide("bobby", 0x1f);
    const credential = this.#right.keyRing.credential;
    this.#options = known ? { index: 5, known: { credential, knowsUs: true } } : { index: 5 };
    if (known) this.#right.known.remember({ credential: this.#left.keyRing.credential, knowsUs: true });
  }

  /** hello1, hello2 and hello3 of a run with fresh ephemeral keys, in which `change` is made to flight `which`. */
  run(which: 1 | 2 | 3, change: (bytes: Uint8Array) => Uint8Array): string {
    const on = (flight: number, bytes: Uint8Array | undefined): Uint8Array => {
      assert.ok(bytes);
      return flight === which ? change(bytes) : bytes;
    };
    const initiator = new Initiator(this.#left, this.#options);
    assert.equal(drive(initiator), undefined);
    const responder = new Responder(this.#right, {
      index: 9,
      hello1: on(1, initiator.hello1),
      parameters: says,
    });
    const atHello1 = drive(responder);
    if (atHello1 !== undefined) return `responder: ${nameOf(atHello1)}`;
    initiator.handleHello2(on(2, responder.hello2), says);
    const atHello2 = drive(initiator);
    assert.equal(initiator.outcome === undefined, atHello2 !== undefined);
    if (atHello2 !== undefined) return `initiator: ${nameOf(atHello2)}`;
    responder.handleHello3(on(3, initiator.hello3));
    const atHello3 = drive(responder);
    assert.equal(responder.outcome === undefined, atHello3 !== undefined);
    return atHello3 === undefined ? "completed" : `responder: ${nameOf(atHello3)}`;
  }
}

describe("handshake under mutation", () => {
  const forms = [
    { name: "cold", known: false, bytes: [84, 216, 181] },
    { name: "both known", known: true, bytes: [44, 90, 55] },
  ] as const;
  for (const { name, known, bytes } of forms) {
    for (const which of [1, 2, 3] as const) {
      it(`${name}: every bit of hello${which}, flipped, leads to a named fault`, () => {
        const course = new Course(known);
        const shares = new BranchShare(`${name}, hello${which}`);
        assert.equal(
          course.run(which, (same) => same),
          "completed",
        );
        for (let bit = 0; bit < 8 * (bytes[which - 1] ?? 0); bit++) {
          const came = course.run(which, (valid) => flipped(valid, bit));
          shares.count(came);
          assert.notEqual(came, "completed", `bit ${bit}`);
        }
        shares.print();
        const otherLink = which === 3 ? "responder: other-link" : "initiator: other-link";
        assert.equal(shares.of(otherLink), 24, "each bit of the index that comes back");
        assert.ok(
          shares.of("initiator: credential-not-authentic") +
            shares.of("responder: credential-not-authentic") >
            0,
        );
      }).timeout(60_000);
    }
  }

  it("cuts, additions and other changes, too; a hello1 or hello3 in place of a hello2", () => {
    const source = new MutationSource();
    const shares = new BranchShare("changed at random");
    const course = new Course(false);
    for (let i = 0; i < 600; i++) {
      const which = ((i % 3) + 1) as 1 | 2 | 3;
      const pair: Uint8Array[] = [];
      const came = course.run(which, (valid) => {
        const mutant = mutated(valid, source);
        pair.push(valid, mutant);
        return mutant;
      });
      const unchanged = Buffer.compare(pair[0] ?? Buffer.of(0), pair[1] ?? Buffer.of(1)) === 0;
      shares.count(unchanged ? "unchanged" : came);
      assert.equal(came === "completed", unchanged, `${i}`);
    }
    shares.print();
    assert.equal(
      course.run(2, () => Uint8Array.of(0xc0, 0, 0, 1)),
      "initiator: malformed",
    );
    assert.equal(
      course.run(3, () => new Uint8Array(0)),
      "responder: malformed",
    );
  }).timeout(60_000);
});
