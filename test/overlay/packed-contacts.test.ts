import assert from "node:assert/strict";
import { nodeId } from "../../firmware/core/node-id.js";
import { packContacts, unpackContacts } from "../../firmware/overlay/packed-contacts.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";

describe("overlay/packed-contacts", () => {
  const contacts: readonly Contact[] = [
    { nodeId: nodeId(new Uint8Array(16).fill(7)), endpoint: { address: "192.0.2.5", port: 6084 }, flags: 3 },
    {
      nodeId: nodeId(new Uint8Array(16).fill(9)),
      endpoint: { address: "2001:db8::1", port: 1 },
      flags: 0xff,
    },
    { nodeId: nodeId(new Uint8Array(16)), endpoint: { address: "203.0.113.255", port: 65535 }, flags: 0 },
  ];

  it("contacts come back as they were, of either family and in their order", () => {
    assert.deepEqual(unpackContacts(packContacts(contacts)), contacts);
    assert.deepEqual(unpackContacts(packContacts([])), []);
  });

  it("a contact takes 24 B with IPv4, and is none of the array it came from", () => {
    const first = contacts[0];
    assert.ok(first);
    const id = first.nodeId.slice();
    const packed = packContacts([{ ...first, nodeId: nodeId(id) }]);
    assert.equal(packed.length, 24);
    id.fill(0);
    assert.deepEqual(unpackContacts(packed), [first]);
  });
});
