import assert from "node:assert/strict";
import { isIpv4, Lan } from "../../../hal/moddable/lan.js";

describe("Lan", () => {
  for (const [address, netmask, broadcast, inside, outside] of [
    ["192.168.1.20", "255.255.255.0", "192.168.1.255", "192.168.1.255", "192.168.2.20"],
    ["10.1.4.5", "255.255.252.0", "10.1.7.255", "10.1.6.7", "10.1.8.1"],
    ["127.0.0.61", "255.0.0.0", "127.255.255.255", "127.77.1.2", "128.0.0.61"],
    ["200.1.2.3", "255.255.255.252", "200.1.2.3", "200.1.2.1", "200.1.2.4"],
    ["172.16.9.9", undefined, "172.16.9.255", "172.16.9.1", "172.16.8.9"],
    ["172.16.9.9", "nonsense", "172.16.9.255", "172.16.9.1", "172.16.8.9"],
  ] as const) {
    it(`${address} in ${String(netmask)}: broadcast ${broadcast}`, () => {
      const lan = new Lan(address, netmask);
      assert.deepEqual([lan.address, lan.broadcast], [address, broadcast]);
      assert.ok(lan.has(inside) && lan.has(address) && lan.has(broadcast));
      assert.ok(!lan.has(outside) && !lan.has("fe80::1") && !lan.has("nonsense") && !lan.has(""));
    });
  }

  it("tells IPv4 from what the radio shows before DHCP has answered", () => {
    assert.ok(isIpv4("192.0.2.1"));
    assert.ok(!isIpv4("FE80::1234:5678") && !isIpv4(""));
  });
});
