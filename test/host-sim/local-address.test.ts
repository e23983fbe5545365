import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { CommandFault } from "../../host-sim/command-line.js";
import { interfaceAddress, localAddress } from "../../host-sim/local-address.js";

function faultOf(action: () => unknown): CommandFault {
  try {
    action();
  } catch (fault) {
    assert.ok(fault instanceof CommandFault);
    return fault;
  }
  throw new Error("no fault");
}

describe("host-sim/local-address", () => {
  const loopback = Object.entries(networkInterfaces()).find(([, all]) =>
    all?.some(({ internal }) => internal),
  );

  it("takes an address of this machine, any of loopback, and finds one where none is asked for", () => {
    assert.equal(localAddress("127.88.1.2"), "127.88.1.2");
    assert.equal(localAddress(localAddress(undefined)), localAddress(undefined));
  });

  it("names what there is where the address is of another machine", () => {
    const fault = faultOf(() => localAddress("192.0.2.1"));
    assert.equal(fault.kind, "bad-address");
    assert.match(fault.message, /no address 192\.0\.2\.1/);
    assert.ok(fault.allowed?.includes("127.x.x.x"));
  });

  it("finds an interface by its name, or names those there are", () => {
    const [name = "lo"] = loopback ?? [];
    assert.match(interfaceAddress(name), /^127\./);
    const fault = faultOf(() => interfaceAddress("nonesuch0"));
    assert.match(fault.message, /no interface nonesuch0/);
    assert.ok(fault.allowed?.includes(name));
  });
});
