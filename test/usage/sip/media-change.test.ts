import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("hold, and changes that meet", () => {
  let board: Switchboard;
  let alice: Phone;
  let bob: Phone;
  beforeEach(() => {
    board = new Switchboard(3);
    alice = board.phone("alice");
    bob = board.phone("bob");
    board.dial(alice, "bob", bob);
    board.run(50);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(50);
  });
  afterEach(() => {
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
    board.settle();
  });

  function hold(phone: Phone, held: boolean): void {
    board.act(phone, (agent, now) => {
      agent.hold(now, held);
    });
  }

  it("holds and resumes: each sees the direction from its own side (RFC 3264 §8.4)", () => {
    hold(alice, true);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendonly");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "recvonly");
    hold(alice, false);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendrecv");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "sendrecv");
  });

  it("both hold at once: 491 for both, each tries again after its own time (RFC 3261 §14.1)", () => {
    hold(alice, true);
    hold(bob, true);
    board.run(100);
    assert.deepEqual(
      board.log.filter((line) => line.includes("491")),
      ["bob>alice 491 INVITE", "alice>bob 491 INVITE"],
    );
    board.run(10_000);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "inactive");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "inactive");
  });

  it("a change while one is under way is refused to the person at once", () => {
    hold(alice, true);
    hold(alice, false);
    assert.equal(board.last(alice, "changeRefused").status, 491);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendonly");
  });

  it("a change nobody answers ends the call (RFC 3261 §12.2.1.2)", () => {
    board.filter = (line): boolean => !line.startsWith("alice>bob INVITE");
    hold(alice, true);
    board.run(33_000);
    assert.equal(board.last(alice, "ended").outcome, "connectionLost");
    assert.equal(board.last(bob, "ended").outcome, "remoteHungUp");
  });

  it("one holds, then the other: nothing flows until both have taken up the call again (RFC 3264 §8.4)", () => {
    hold(alice, true);
    board.run(50);
    hold(bob, true);
    board.run(50);
    assert.match(lastOffer(), /\r\na=inactive\r\n/);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "inactive");
    hold(alice, false);
    board.run(50);
    assert.match(lastOffer(), /\r\na=recvonly\r\n/, "what bob holds stays held");
    assert.equal(board.last(alice, "mediaChanged").media.direction, "recvonly");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "sendonly");
    hold(bob, false);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendrecv");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "sendrecv");
  });

  it("goes on with another codec, which later offers keep", () => {
    board.act(bob, (agent, now) => {
      agent.recode(now, "PCMA");
    });
    board.run(50);
    assert.match(lastOffer(), /\r\nm=audio 6084 RTP\/AVP 8 101\r\n/);
    for (const phone of [alice, bob]) {
      const { codec, payloadType } = board.last(phone, "mediaChanged").media;
      assert.deepEqual([codec, payloadType], ["PCMA", 8]);
    }
    hold(bob, true);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.codec, "PCMA");
  });

  it("is told where the other side takes media now, and held as it was", () => {
    hold(alice, true);
    board.run(50);
    const elsewhere = { address: "198.51.100.7", port: 6084 };
    board.act(alice, (agent, now) => {
      agent.move(now, elsewhere);
    });
    board.run(50);
    const { media, peer } = board.last(bob, "mediaChanged");
    assert.deepEqual([media.remote, media.direction, peer], [elsewhere, "recvonly", alice.nodeKey]);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendonly");
  });

  it("moves while another change is under way: told after it, and only the last place", () => {
    hold(alice, true);
    board.act(alice, (agent, now) => {
      agent.move(now, { address: "198.51.100.7", port: 6084 });
      agent.move(now, { address: "198.51.100.8", port: 6084 });
    });
    assert.equal(board.log.filter((line) => line === "alice>bob INVITE").length, 2);
    board.run(100);
    assert.equal(board.log.filter((line) => line === "alice>bob INVITE").length, 3);
    const { media } = board.last(bob, "mediaChanged");
    assert.deepEqual([media.remote.address, media.direction], ["198.51.100.8", "recvonly"]);
    assert.ok(!alice.events.some((event) => event.kind === "changeRefused"));
  });

  it("both move at once: 491, and in the end each knows the other's place", () => {
    const places = ["198.51.100.1", "198.51.100.2"] as const;
    [alice, bob].forEach((phone, i) => {
      board.act(phone, (agent, now) => {
        agent.move(now, { address: places[i] ?? "", port: 6084 });
      });
    });
    board.run(10_000);
    assert.ok(board.log.includes("bob>alice 491 INVITE"));
    assert.equal(board.last(bob, "mediaChanged").media.remote.address, places[0]);
    assert.equal(board.last(alice, "mediaChanged").media.remote.address, places[1]);
  });

  function lastOffer(): string {
    const texts = board.sent.map((bytes) => new TextDecoder().decode(bytes));
    return texts.filter((text) => text.startsWith("INVITE ")).pop() ?? "";
  }
});

describe("a phone that moves before its call is answered", () => {
  it("says so once it is", () => {
    const board = new Switchboard(4);
    const alice = board.phone("alice");
    const bob = board.phone("bob");
    board.dial(alice, "bob", bob);
    board.run(50);
    const elsewhere = { address: "198.51.100.7", port: 6084 };
    board.act(alice, (agent, now) => {
      agent.move(now, elsewhere);
    });
    assert.deepEqual(
      board.log.filter((line) => line === "alice>bob INVITE"),
      ["alice>bob INVITE"],
    );
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(100);
    assert.deepEqual(board.last(bob, "established").media.remote, alice.media);
    assert.deepEqual(board.last(bob, "mediaChanged").media.remote, elsewhere);
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
    board.settle();
  });
});
