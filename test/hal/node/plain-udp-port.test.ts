import assert from "node:assert/strict";
import type { Datagram } from "../../../hal/datagram.js";
import { PlainUdpPort } from "../../../hal/node/plain-udp-port.js";
import { until } from "./until.js";

describe("PlainUdpPort", function () {
  this.timeout(20_000);
  const ports: PlainUdpPort[] = [];

  function open(address: string, port = 0): { readonly port: PlainUdpPort; readonly heard: Datagram[] } {
    const heard: Datagram[] = [];
    const opened: PlainUdpPort = new PlainUdpPort({ address, port }, () => {
      for (let next = opened.read(); next !== undefined; next = opened.read()) heard.push(next);
    });
    ports.push(opened);
    return { port: opened, heard };
  }

  afterEach(() => {
    for (const port of ports.splice(0)) port.close();
  });

  it("carries datagrams between two addresses, each as it was when it was sent", async () => {
    const [a, b] = [open("127.77.0.1"), open("127.77.0.2")];
    const bytes = Uint8Array.of(1, 2);
    a.port.send(b.port.local, bytes);
    bytes[0] = 9;
    await until("the datagram", () => b.heard.length === 1);
    assert.deepEqual(b.heard[0], { from: a.port.local, bytes: Uint8Array.of(1, 2), toGroup: false });
  });

  it("shares its number with other addresses, and with nobody on its own", () => {
    const { port } = open("127.77.0.1");
    open("127.77.0.2", port.local.port);
    assert.throws(() => open("127.77.0.1", port.local.port), /cannot open port \d+ of 127\.77\.0\.1/);
  });

  it("loses without a word what cannot be sent, and what is sent after the close", () => {
    const { port } = open("127.77.0.1");
    port.send({ address: "2001:db8::1", port: 5060 }, Uint8Array.of(1));
    assert.equal(port.unsent, 1);
    port.close();
    port.close();
    port.send({ address: "127.77.0.2", port: 5060 }, Uint8Array.of(1));
    assert.equal(port.unsent, 1);
  });
});
