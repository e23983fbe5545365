import assert from "node:assert/strict";
import { after, instant } from "../../../firmware/core/time.js";
import { octetText } from "../../../firmware/wire/sip/octets.js";
import type { SipRequest } from "../../../firmware/wire/sip/message.js";
import { defaultTimers } from "../../../firmware/usage/sip/timers.js";
import { type Indication, TransactionLayer } from "../../../firmware/usage/sip/transaction-layer.js";
import { requestOf, responseOf } from "../support/messages.js";

const start = instant(0);

describe("the transactions of a node", () => {
  let layer: TransactionLayer;
  beforeEach(() => {
    layer = new TransactionLayer(defaultTimers(), {
      scope: (peer) => peer,
      bounds: { transactions: 24, transactionsPerPeer: 8, keptBytes: 400 },
    });
  });

  function told(): Indication[] {
    const all: Indication[] = [];
    for (let next = layer.pollIndication(); next !== undefined; next = layer.pollIndication()) all.push(next);
    return all;
  }

  function sent(): string[] {
    const all: string[] = [];
    for (let next = layer.pollTransmit(); next !== undefined; next = layer.pollTransmit()) {
      all.push(
        `${next.to} ${octetText(next.bytes)
          .split(" ")
          .slice(0, 2)
          .join(" ")
          .replace(/ sip:.*/, "")}`,
      );
    }
    return all;
  }

  it("matches a response by branch, method and node (RFC 3261 §17.1.3)", () => {
    const invite = requestOf("INVITE");
    const id = layer.request(start, "n1", invite);
    layer.handleMessage(start, "n2", responseOf(invite, 200));
    layer.handleMessage(start, "n1", responseOf(requestOf("BYE"), 200));
    layer.handleMessage(start, "n1", responseOf(requestOf("INVITE", { branch: "z9hG4bKtwo" }), 200));
    assert.deepEqual(told(), []);
    layer.handleMessage(start, "n1", responseOf(invite, 180));
    assert.deepEqual(
      told().map((each) => "transaction" in each && each.transaction),
      [id],
    );
  });

  it("matches a request by branch, sent-by and method, the ACK to its INVITE (§17.2.3)", () => {
    const invite = requestOf("INVITE");
    layer.handleMessage(start, "n1", invite);
    const [arrived] = told();
    assert.ok(arrived?.kind === "requestArrived" && !arrived.merged);
    layer.handleMessage(start, "n1", invite);
    assert.deepEqual(told(), [], "the same again");
    layer.respond(start, arrived.transaction, responseOf(invite, 486));
    layer.handleMessage(start, "n1", requestOf("ACK"));
    layer.handleTimeout(after(start, 5000));
    assert.deepEqual(
      told().map((each) => each.kind),
      ["terminated"],
    );
    assert.deepEqual([sent(), layer.size], [["n1 SIP/2.0 486"], 0]);
  });

  it("matches a request of RFC 2543 by its other fields (§17.2.3)", () => {
    for (const branch of ["", "z9hG4bK", "7"]) {
      const invite = requestOf("INVITE", { branch: branch === "" ? "x" : branch });
      layer.handleMessage(start, "n1", invite);
      layer.handleMessage(start, "n1", invite);
      assert.equal(told().length, 1);
    }
  });

  it("tells a merged request from a repeated one and from one of the next number (§8.2.2.2)", () => {
    const merged = (request: SipRequest): boolean[] => {
      layer.handleMessage(start, "n1", request);
      return told().flatMap((each) => (each.kind === "requestArrived" ? [each.merged] : []));
    };
    assert.deepEqual(merged(requestOf("INVITE", { branch: "z9hG4bKa" })), [false]);
    assert.deepEqual(merged(requestOf("INVITE", { branch: "z9hG4bKb" })), [true]);
    assert.deepEqual(merged(requestOf("INVITE", { branch: "z9hG4bKc", sequence: 2 })), [false]);
    assert.deepEqual(
      merged(requestOf("INVITE", { branch: "z9hG4bKd", toTag: "x" })),
      [false],
      "inside a dialog",
    );
  });

  it("finds the INVITE that a CANCEL means (§9.2)", () => {
    layer.handleMessage(start, "n1", requestOf("INVITE"));
    const [arrived] = told();
    assert.ok(arrived?.kind === "requestArrived");
    assert.equal(layer.invitedBy("n1", requestOf("CANCEL")), arrived.transaction);
    assert.equal(layer.invitedBy("n2", requestOf("CANCEL")), undefined);
    assert.equal(layer.invitedBy("n1", requestOf("CANCEL", { branch: "z9hG4bKtwo" })), undefined);
  });

  it("is bounded: 8 for a node, 24 in all; an answered one makes room, an unanswered one does not", () => {
    const arrive = (peer: string, n: number): Indication[] => {
      layer.handleMessage(
        start,
        peer,
        requestOf("BYE", { branch: `z9hG4bK${peer}${n}`, toTag: "t", sequence: n }),
      );
      return told();
    };
    for (let n = 0; n < 8; n++) assert.equal(arrive("n1", n)[0]?.kind, "requestArrived");
    assert.equal(arrive("n1", 8)[0]?.kind, "overloaded");
    for (const peer of ["n2", "n3"]) for (let n = 0; n < 8; n++) arrive(peer, n);
    assert.equal(layer.size, 24);
    assert.equal(arrive("n4", 0)[0]?.kind, "overloaded");
    assert.equal(layer.request(start, "n4", requestOf("INVITE")), undefined);
    layer.respond(
      start,
      9,
      responseOf(requestOf("BYE", { branch: "z9hG4bKn20", toTag: "t", sequence: 0 }), 200),
    );
    assert.equal(arrive("n4", 0)[0]?.kind, "requestArrived");
    assert.equal(layer.size, 24);
  });

  it("has room for a call and its CANCEL after many calls in quick succession, taken, made and refused", () => {
    const calls = (n: number, taken: boolean): SipRequest =>
      requestOf("INVITE", {
        branch: `z9hG4bK${taken ? "in" : "out"}${n}`,
        sequence: 2 * n + (taken ? 1 : 2),
      });
    for (let n = 0; n < 10; n++) {
      const taken = calls(n, true);
      layer.handleMessage(start, "n1", taken);
      const arrived = told().find((each) => each.kind === "requestArrived");
      assert.ok(arrived?.kind === "requestArrived", `call ${n} is turned away`);
      layer.respond(start, arrived.transaction, responseOf(taken, 200));
      const made = calls(n, false);
      assert.notEqual(layer.request(start, "n1", made), undefined);
      layer.handleMessage(start, "n1", responseOf(made, n % 2 === 0 ? 200 : 486));
      told();
    }
    layer.handleMessage(start, "n1", requestOf("INVITE", { branch: "z9hG4bKlast", sequence: 90 }));
    layer.handleMessage(start, "n1", requestOf("CANCEL", { branch: "z9hG4bKlast", sequence: 90 }));
    const methods = told().map((each) => (each.kind === "requestArrived" ? each.request.method : each.kind));
    assert.deepEqual(
      methods.filter((method) => method !== "terminated"),
      ["INVITE", "CANCEL"],
    );
  });

  it("fails all that waits for a node at once", () => {
    layer.request(start, "n1", requestOf("INVITE"));
    layer.request(start, "n2", requestOf("INVITE"));
    layer.handlePeerUnreachable(start, "n1");
    assert.deepEqual(
      told().map((each) => each.kind),
      ["failed", "terminated"],
    );
    assert.equal(layer.size, 1);
    layer.forget(2);
    assert.equal(layer.size, 0);
    layer.respond(start, 2, responseOf(requestOf("INVITE"), 200));
    assert.deepEqual(sent(), ["n1 INVITE", "n2 INVITE"]);
    assert.equal(layer.pollTimeout(), undefined);
  });

  it("tells endless branches apart by more than their ends, without keeping them", () => {
    const long = (middle: string): SipRequest =>
      requestOf("INVITE", { branch: `z9hG4bK${"x".repeat(300)}${middle}${"y".repeat(300)}` });
    layer.handleMessage(start, "n1", long("1"));
    layer.handleMessage(start, "n1", long("1"));
    layer.handleMessage(start, "n1", long("2"));
    assert.deepEqual(
      told().map((each) => each.kind === "requestArrived" && each.merged),
      [false, true],
    );
  });

  it("gives an answer that is too long to be kept once, and anew when the request comes again", () => {
    const message = requestOf("MESSAGE");
    for (let time = 1; time <= 2; time++) {
      layer.handleMessage(start, "n1", message);
      const [arrived] = told();
      assert.ok(arrived?.kind === "requestArrived");
      const response = { ...responseOf(message, 200), reason: "x".repeat(400) };
      layer.respond(start, arrived.transaction, response);
      assert.equal(sent().length, 1);
      assert.equal(layer.size, 0);
    }
    layer.handleMessage(start, "n1", message);
    const [arrived] = told();
    assert.ok(arrived?.kind === "requestArrived");
    layer.respond(start, arrived.transaction, responseOf(message, 200));
    layer.handleMessage(start, "n1", message);
    assert.deepEqual(told(), []);
    assert.equal(sent().length, 2);
  });
});
