import assert from "node:assert/strict";
import { VirtualClock } from "../../../host-sim/virtual/clock.js";
import { VirtualNetwork } from "../../../host-sim/virtual/network.js";
import { networkKinds, quietLan, type PathOptions } from "../../../host-sim/virtual/path.js";
import { Prng } from "../../../host-sim/virtual/prng.js";

const slow: PathOptions = { ...quietLan, delayMeanMs: 50, delayMinMs: 50, jitterMs: 0 };
const fast: PathOptions = { ...quietLan, delayMeanMs: 2, delayMinMs: 2, jitterMs: 0 };

/** Three nodes: a and b in one LAN, c in another; what each heard and when. */
function lans(): {
  clock: VirtualClock;
  network: VirtualNetwork;
  heard: string[];
  send: (from: string, to: string) => void;
  shout: (from: string) => void;
} {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, prng: new Prng(1), path: slow, lanPath: fast, groupCopies: 1 });
  const heard: string[] = [];
  const open = (address: string) => {
    const port = network.openPort({ address, port: 6084 }, () => {
      for (let got = port.read(); got !== undefined; got = port.read())
        heard.push(`${address} ${clock.now()} ${got.toGroup ? "group" : got.from.address}`);
    });
    return port;
  };
  const ports = new Map(["a", "b", "c"].map((address) => [address, open(address)]));
  network.setSegment("a", "east");
  network.setSegment("b", "east");
  network.setSegment("c", "west");
  const payload = Uint8Array.of(1);
  return {
    clock,
    network,
    heard,
    send: (from, to) => ports.get(from)?.send({ address: to, port: 6084 }, payload),
    shout: (from) => ports.get(from)?.sendToGroup(payload),
  };
}

describe("VirtualNetwork of several LANs", () => {
  it("carries group datagrams in the sender's LAN only, and all else everywhere by the path between", () => {
    const { clock, heard, send, shout } = lans();
    shout("a");
    clock.runFor(100);
    assert.deepEqual(heard.splice(0), ["b 2 group"]);
    send("a", "b");
    send("a", "c");
    clock.runFor(100);
    assert.deepEqual(heard, ["b 102 a", "c 150 a"]);
  });

  it("lets a node into another LAN", () => {
    const { clock, network, heard, shout } = lans();
    network.setSegment("b", "west");
    shout("c");
    shout("a");
    clock.runFor(100);
    assert.deepEqual(heard, ["b 2 group"]);
  });

  it("clogs all there is to and from one node, and ends it", () => {
    const { clock, network, heard, send } = lans();
    network.setClog("b", { ...slow, delayMeanMs: 900, delayMinMs: 900 });
    send("a", "b");
    send("b", "c");
    clock.runFor(1000);
    assert.deepEqual(heard.splice(0), ["b 900 a", "c 900 b"]);
    network.setClog("b", undefined);
    send("a", "b");
    clock.runFor(100);
    assert.deepEqual(heard, ["b 1002 a"]);
  });

  it("has kinds of networks whose paths are possible", () => {
    for (const [name, { path, bandwidthBitsPerSecond = 0 }] of Object.entries(networkKinds)) {
      assert.ok(path.delayMinMs <= path.delayMeanMs && path.lossRatio < 0.1, name);
      assert.ok(bandwidthBitsPerSecond >= 1_000_000, name);
    }
  });
});
