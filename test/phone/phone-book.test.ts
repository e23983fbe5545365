import assert from "node:assert/strict";
import { contactsMax } from "../../firmware/core/limits.js";
import { PhoneBook } from "../../firmware/phone/phone-book.js";
import { phoneOf } from "./desk.js";

const bob = phoneOf(0xb0);
const carol = phoneOf(0xca);

describe("PhoneBook", () => {
  it("adds, pins, judges, unpins, removes, and refuses what does not fit", () => {
    const book = new PhoneBook();
    assert.equal(book.add("bob"), "added");
    assert.equal(book.add("bob"), "present");
    assert.equal(book.judge("bob", bob), "unknown");
    assert.equal(book.noteGeneration("bob", 5), true);
    assert.equal(book.noteGeneration("bob", 5), false);
    assert.equal(book.noteGeneration("nobody", 5), false);
    assert.equal(book.pin("bob", bob), "pinned");
    assert.equal(book.judge("bob", bob), "same");
    assert.equal(book.judge("bob", carol), "other");
    assert.equal(book.find("bob")?.generation, 5);
    assert.equal(book.unpin("bob"), true);
    assert.equal(book.unpin("bob"), false);
    assert.equal(book.find("bob")?.generation, 0);
    for (let i = 1; i < contactsMax; i++) assert.equal(book.add(`c${String(i).padStart(2, "0")}`), "added");
    assert.equal(book.add("more"), "full");
    assert.equal(book.pin("more", carol), "full");
    const other = new PhoneBook();
    other.load(book.entries());
    assert.deepEqual(other.entries(), book.entries());
    assert.equal(book.remove("bob"), true);
    assert.equal(book.remove("bob"), false);
  });

  it("knows every phone of the person it has pinned, and no other phone of one Node-ID", () => {
    const book = new PhoneBook();
    book.pin("bob", bob);
    assert.equal(book.judge("bob", { ...bob, nodeId: carol.nodeId }), "same");
    assert.equal(book.judge("bob", { ...bob, publicKey: carol.publicKey }), "other");
  });

  it("notes what the owner of a pinned phone calls himself, and forgets it with the pin", () => {
    const book = new PhoneBook();
    assert.equal(book.noteFullName("bob", bob, "Bob Martin"), false, "he is no contact");
    book.add("bob");
    assert.equal(book.noteFullName("bob", bob, "Bob Martin"), false, "he is pinned to no phone");
    book.pin("bob", bob, "Bob Martin");
    assert.equal(book.noteFullName("bob", bob, "Bob Martin"), false, "that is known");
    assert.equal(book.noteFullName("bob", carol, "Bob Mallory"), false, "that is another's phone");
    assert.equal(book.find("bob")?.fullName, "Bob Martin");
    assert.equal(book.noteFullName("bob", { ...bob, nodeId: carol.nodeId }, "Robert Martin"), true);
    assert.equal(book.find("bob")?.fullName, "Robert Martin");
    assert.equal(book.noteFullName("bob", bob, undefined), true);
    assert.equal("fullName" in (book.find("bob") ?? {}), false);
    book.noteFullName("bob", bob, "Bob Martin");
    book.pin("bob", carol);
    assert.equal(book.find("bob")?.fullName, undefined, "it was the other's");
    book.noteFullName("bob", carol, "Carol");
    book.unpin("bob");
    assert.equal(book.find("bob")?.fullName, undefined);
  });

  it("keeps a pin of its own: bytes changed later change nothing", () => {
    const book = new PhoneBook();
    const changing = phoneOf(1);
    book.pin("bob", changing);
    changing.publicKey.fill(9);
    assert.equal(book.judge("bob", phoneOf(1)), "same");
  });
});
