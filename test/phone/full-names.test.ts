import assert from "node:assert/strict";
import { bob, carol, Desk } from "./desk.js";

describe("what people call themselves, at the phone", () => {
  it("names who calls himself something besides by both names, and never by that alone", () => {
    const desk = new Desk();
    const zoe = { ...bob, fullName: "Zoë Martin" };
    desk.phone.handleIncoming(desk.now, "sip-1", zoe);
    assert.deepEqual(desk.events(), [
      {
        event: "incoming",
        sentence: "Zoë Martin (bob) …b0b0 is calling. Type: answer",
        facts: { from: "bob", name: "bob", fullName: "Zoë Martin", nodeId: "b0".repeat(16), call: "sip-1" },
      },
    ]);
    desk.phone.handleIncoming(desk.now, "sip-2", { ...carol, fullName: "Zoë Martin" });
    assert.deepEqual(desk.said(), ["missed: Zoë Martin (carol) called while you were busy."]);
    desk.phone.handleEnded(desk.now, "sip-1", "no-answer");
    assert.deepEqual(desk.said(), ["ended: You missed a call from Zoë Martin (bob)."]);
    desk.phone.handleMessageReceived(desk.now, zoe, "bob: hello");
    assert.deepEqual(desk.said(), ["messageReceived: Zoë Martin (bob): bob: hello"]);
    desk.phone.call(desk.now, "bob");
    desk.phone.handleRinging(desk.now, "out-1", "Zoë Martin");
    desk.phone.handleAnswered(desk.now, "out-1", zoe);
    assert.deepEqual(desk.said(), [
      "dialling: Calling bob.",
      "ringing: It rings at Zoë Martin (bob)'s.",
      "talking: You talk with Zoë Martin (bob) …b0b0.",
      "pinned: bob is now known to you as phone …b0b0.",
    ]);
    assert.equal(desk.phone.book.find("bob")?.fullName, "Zoë Martin");
  });

  it("keeps the full name of who is known by calls that are answered, of nobody else", () => {
    const desk = new Desk();
    const talk = (call: string, party: typeof bob & { readonly fullName?: string }): string[] => {
      desk.effects();
      desk.phone.handleIncoming(desk.now, call, party);
      desk.phone.handleAnswered(desk.now, call, party);
      desk.phone.hangUp(desk.now);
      return desk.effects().map(({ kind }) => kind);
    };
    assert.ok(!talk("sip-1", { ...bob, fullName: "Bob Martin" }).includes("saveContacts"));
    assert.equal(desk.phone.book.find("bob"), undefined, "being called makes no contact");
    desk.phone.book.pin("bob", bob.phone);
    assert.ok(talk("sip-2", { ...bob, fullName: "Bob Martin" }).includes("saveContacts"));
    assert.ok(!talk("sip-3", { ...bob, fullName: "Bob Martin" }).includes("saveContacts"), "nothing is new");
    talk("sip-4", { ...carol, name: "bob", fullName: "The real Bob" });
    assert.equal(desk.phone.book.find("bob")?.fullName, "Bob Martin");
    desk.phone.handleIncoming(desk.now, "sip-5", { ...bob, fullName: "Robert" });
    desk.phone.decline(desk.now);
    assert.equal(desk.phone.book.find("bob")?.fullName, "Bob Martin");
  });
});
