import assert from "node:assert/strict";
import { toHex } from "../../../firmware/core/bytes.js";
import { natKinds } from "../../../host-sim/virtual/nat.js";
import { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";
import { NattedStack, outside } from "./natted-stack.js";
import { PeerLog, runsFound, type LoggedMessage } from "./peer-log.js";

const ends = ["alice", "bob"];
const secret = "the key is under the third stone";
/** By chance no such run of a log is in SIP: there are 2^64 of them. */
const runLength = 8;

/** What all peers on the way have kept of a message and a call from alice to bob. */
interface Kept {
  readonly log: PeerLog;
  readonly stack: FullStack;
  readonly peers: readonly string[];
  readonly texts: readonly Buffer[];
  /** Each datagram at them, and each message of their links in the clear. */
  readonly items: readonly Buffer[];
}

/** Alice sends bob a message and calls him; the others keep everything. */
function converse(stack: FullStack, log: PeerLog, peers: readonly string[]): Kept {
  stack.type("alice", `message bob ${secret}`);
  assert.equal(stack.next("bob", "messageReceived", 10_000)["text"], secret);
  stack.type("alice", "call bob");
  stack.next("bob", "incoming", 10_000);
  stack.type("bob", "answer");
  stack.next("alice", "talking");
  stack.run(2000);
  stack.type("alice", "hangup");
  stack.next("bob", "ended");
  stack.run(1000);
  const addresses = peers.map((name) => stack.lab.addressOf(name));
  const messages = log.messagesOf(peers).map(({ plaintext }) => plaintext);
  const items = [...log.datagramsOf(addresses), ...messages];
  return { log, stack, peers, texts: log.sipSentBy(ends), items };
}

/** Both are clients of peers that are all hostile, and no datagram gets from one to the other. */
function clientsOfHostilePeers(): Kept {
  const log = new PeerLog();
  const stack = new NattedStack("hostile peers", log);
  stack.outside();
  for (const [at, name] of ends.entries()) {
    stack.behind(name, at + 1, natKinds.symmetric, { role: "client" });
    stack.next(name, "registered");
  }
  stack.run(10_000);
  return converse(stack, log, outside);
}

/** Peers of one LAN; `isWalled`: nothing gets through between alice and bob. */
function peersOfOneLan(isWalled: boolean): Kept {
  const log = new PeerLog();
  const stack = new FullStack(`hostile lan ${isWalled}`, log);
  const [alice, bob] = ends.map((name) => stack.lab.addressOf(name)) as [string, string];
  if (isWalled) stack.lab.network.setPathBetween(alice, bob, { lossRatio: 1 });
  const others = ["carol", "dave"];
  stack.on([...ends, ...others]);
  for (const name of [...ends, ...others]) stack.next(name, "registered");
  stack.run(30_000);
  return converse(stack, log, others);
}

/** The frames of others' links that peers passed on. */
function framesPassedOn({ log, peers }: Kept): Uint8Array[] {
  return log.messagesOf(peers).flatMap(({ direction, message }) => {
    const isTunnel = message?.type === "tunnel" || message?.type === "tunnelBack";
    return isTunnel && direction === "out" ? [message.frame] : [];
  });
}

/** Nothing of SIP is there to read, though the same search finds all of it at who sent it. */
function assertSealed({ log, texts, items }: Kept): void {
  for (const start of ["MESSAGE sip:bob@", "INVITE sip:bob@", "SIP/2.0 200", "ACK ", "BYE "])
    assert.ok(
      texts.some((text) => text.includes(start)),
      `no ${start}`,
    );
  const sent = ends.map((name) => log.messagesOf([name]).map(({ plaintext }) => plaintext));
  const everyRun = runsFound(texts, texts, runLength).length;
  assert.ok(everyRun > 1000);
  assert.equal(runsFound(texts, sent.flat(), runLength).length, everyRun);
  assert.deepEqual(runsFound(texts, items, runLength), []);
  assert.deepEqual(runsFound([Buffer.from(secret)], items, runLength), []);
}

describe(`what peers on the way keep of a call and a message (seed ${seed})`, () => {
  let kept: Kept;

  describe("between two clients behind NATs, through peers that are all hostile", () => {
    before(() => {
      kept = clientsOfHostilePeers();
    });

    it("no header and no body of SIP, in no datagram and no message", () => {
      assertSealed(kept);
      const kinds = new Set(kept.log.messagesOf(outside).map(({ message }) => message?.type));
      assert.ok(!kinds.has("sip") && !kinds.has("fragment"), [...kinds].join(" "));
    });

    it("not where their speech is to go: of addresses only those by which they are linked themselves", () => {
      for (const name of ends) {
        const address = kept.stack.lab.addressOf(name);
        assert.ok(
          kept.texts.some((text) => text.includes(`c=IN IP4 ${address}`)),
          "it is in the SDP",
        );
        for (const form of [Buffer.from(address), Buffer.from(address.split(".").map(Number))])
          assert.ok(!kept.items.some((item) => item.includes(form)), `${address} is readable`);
      }
      const nat = Buffer.from([203, 0, 113, 2]);
      assert.ok(
        kept.items.some((item) => item.includes(nat)),
        "that of bob's NAT is what they see",
      );
    });

    it("how many frames there were, how long each is, and whether it is of a handshake or of data", () => {
      const frames = framesPassedOn(kept);
      const firsts = new Set(frames.map(([first = 0]) => first.toString(16)));
      assert.deepEqual([...firsts].sort(), ["c1", "c9", "ca", "d8"]);
      const lengths = frames.map(({ length }) => length);
      for (const { length } of kept.texts)
        assert.ok(
          lengths.some((whole) => whole >= length + sealBytes && whole <= length + sealBytes + headBytesMax),
          `SIP of ${length} B is seen in no frame`,
        );
    });

    it("to whom frames go, by his Node-ID; the caller's is in none of them, nor in what looks the name up", () => {
      const [alice, bob] = nodeIdsOf(kept);
      const tunnels = kept.log.messagesOf(outside).filter(({ message }) => message?.type === "tunnel");
      const named = new Set(tunnels.flatMap(({ message }) => destinationsIn(message)));
      assert.ok(named.has(bob));
      assert.ok(!named.has(alice));
      // A Fetch with a key is of her own record: whether its copies are where they belong.
      const fetches = kept.log
        .messagesOf(outside)
        .filter(({ message }) => message?.type === "fetch" && message.key === undefined);
      assert.ok(fetches.length > 0);
      for (const { plaintext } of [...tunnels, ...fetches])
        assert.ok(!plaintext.includes(Buffer.from(alice, "hex")));
    });

    it("whom somebody looks up, in the answer to that alone", () => {
      const naming = kept.log.messagesOf(outside).filter(({ plaintext }) => plaintext.includes("bob"));
      const kinds = new Set(naming.map(({ message }) => message?.type));
      assert.deepEqual([...kinds], ["fetchAnswer"]);
    });
  });

  it("between two peers with a wall between them: no header and no body either", () => {
    kept = peersOfOneLan(true);
    assert.ok(framesPassedOn(kept).length > kept.texts.length);
    assertSealed(kept);
  });

  it("between two phones that reach each other: not even frames", () => {
    kept = peersOfOneLan(false);
    assertSealed(kept);
    assert.equal(framesPassedOn(kept).length, 0);
  });
});

/** The Node-IDs of both ends, by the links that they have with each other. */
function nodeIdsOf({ log }: Kept): [string, string] {
  const ofSip = ({ message }: LoggedMessage): boolean => message?.type === "sip";
  const [alice, bob] = ["bob", "alice"].map((name) => log.messagesOf([name]).find(ofSip)?.remote);
  assert.ok(alice !== undefined && bob !== undefined);
  return [alice, bob];
}

function destinationsIn(message: LoggedMessage["message"]): string[] {
  if (message?.type !== "tunnel") return [];
  const { first, client } = message.destination;
  return [first, ...(client === undefined ? [] : [client])].map(toHex);
}

/** What sealing adds to a message, and the head of the message that SIP is in, at most. */
const sealBytes = 22;
const headBytesMax = 6;
