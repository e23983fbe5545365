import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { needsXsHost, DeviceRun, told } from "./device/device-run.js";

const imports = `import UDP from "embedded:io/socket/udp"; import WiFi from "embedded:network/interface/wifi";
  import Timer from "timer"; import { tell, thrown, hex } from "tell";\n`;

/** The network that is there from the start: sockets at once. */
const wired = { config: { wifi: "none" } };

/** A node socket on loopback that the device may talk with, and its port. */
async function peer(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port };
}

/** A port that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const { socket, port } = await peer();
  socket.close();
  return port;
}

describe("host-sim/xs/device: UDP", function () {
  let node: Socket;
  let nodePort: number;
  let port: number;

  before(function () {
    needsXsHost(this);
  });
  beforeEach(async () => {
    ({ socket: node, port: nodePort } = await peer());
    port = await freePort();
  });
  afterEach(() => {
    node.close();
  });

  /** A datagram from node to the device's port. */
  function send(bytes: Uint8Array | string): void {
    node.send(bytes, port, "127.0.0.1");
  }

  it("writes (buffer, address, port), and of a view just what it shows", async () => {
    const script = `${imports}
      const socket = new UDP({ port: ${String(port)} });
      const bytes = Uint8Array.of(1, 2, 3, 4, 5);
      socket.write(bytes.buffer, "127.0.0.1", ${String(nodePort)});
      socket.write(bytes.subarray(1, 3), "127.0.0.1", ${String(nodePort)});
      socket.write(new DataView(bytes.buffer, 3), "127.0.0.1", ${String(nodePort)});
      socket.write(new Uint8Array(new SharedArrayBuffer(2)), "127.0.0.1", ${String(nodePort)});
      tell(thrown(() => socket.write(new Uint16Array(2), "127.0.0.1", 9)));
      tell(thrown(() => socket.write("text", "127.0.0.1", 9)));
      tell("done");`;
    const heard: string[] = [];
    node.on("message", (bytes, from) => heard.push(`${bytes.toString("hex")} ${String(from.port === port)}`));
    const refused = "TypeError: this is no buffer";
    assert.deepEqual(await told(script, wired), [[refused], [refused]]);
    while (heard.length < 4) await once(node, "message");
    assert.deepEqual(heard, ["0102030405 true", "0203 true", "0405 true", "0000 true"]);
  });

  it("reads an ArrayBuffer with address and port, then undefined", async () => {
    const run = new DeviceRun(
      `${imports}
      new UDP({
        port: ${String(port)},
        target: "mine",
        onReadable(count) {
          const datagram = this.read();
          tell(count, hex(datagram), datagram instanceof ArrayBuffer, datagram.address, datagram.port, this.target);
          tell(this.read() === undefined, "port" in this, "address" in this);
        },
      });
      tell("ready");`,
      wired,
    );
    await run.next();
    send(Uint8Array.of(0xca, 0xfe));
    assert.deepEqual(await run.next(), [1, "cafe", true, "127.0.0.1", nodePort, "mine"]);
    assert.deepEqual(await run.next(), [true, false, false]);
    send("");
    assert.deepEqual((await run.next()).slice(0, 3), [1, "", true]);
    await run.end();
  });

  it("calls onReadable for what has come since, with the count of all that wait: drain it", async () => {
    const run = new DeviceRun(
      `${imports}
      new UDP({ port: ${String(port)}, onReadable(count) { tell(count, hex(this.read())); } });
      tell("ready");
      Timer.delay(400);
      Timer.repeat(() => tell("later"), 150);`,
      wired,
    );
    await run.next();
    for (const text of ["a", "b", "c"]) send(text);
    assert.deepEqual(await run.next(), [3, "61"]);
    assert.deepEqual(await run.next(), ["later"]); // b and c wait: nobody calls for them
    send("d");
    for (;;) {
      const values = await run.next();
      if (values[0] === "later") continue;
      assert.deepEqual(values, [3, "62"]);
      break;
    }
    await run.end();
  });

  it("keeps the callback it was made with", async () => {
    const run = new DeviceRun(
      `${imports}
      const socket = new UDP({ port: ${String(port)}, onReadable() { tell("first", this === socket); } });
      socket.onReadable = () => tell("second");
      tell("ready");`,
      wired,
    );
    await run.next();
    send("x");
    assert.deepEqual(await run.next(), ["first", true]);
    await run.end();
  });

  it("gives of a datagram that came in fragments the first buffer only", async () => {
    const run = new DeviceRun(
      `${imports}
      new UDP({ port: ${String(port)}, onReadable() { for (let d; (d = this.read()); ) tell(d.byteLength); } });
      tell("ready");`,
      wired,
    );
    await run.next();
    for (const size of [1472, 1473, 4000]) send(Buffer.alloc(size, 7));
    assert.deepEqual([await run.next(), await run.next(), await run.next()], [[1472], [1472], [1472]]);
    await run.end();
  });

  it("queues what comes while a script is busy", async () => {
    const run = new DeviceRun(
      `${imports}
      let total = 0;
      new UDP({ port: ${String(port)}, onReadable() { while (this.read()) total++; if (total === 100) tell(total); } });
      tell("ready");
      Timer.delay(300);`,
      wired,
    );
    await run.next();
    for (let i = 0; i < 100; i++) send(Buffer.alloc(200));
    assert.deepEqual(await run.next(), [100]);
    await run.end();
  });

  it("takes little memory for each datagram, and gives it back", async () => {
    const script = `${imports}
      const bytes = new Uint8Array(200);
      let heard = 0;
      new UDP({ port: ${String(port)}, onReadable() {
        for (let d; (d = this.read()); ) this.write(d, d.address, d.port);
      } });
      const socket = new UDP({ onReadable() {
        for (let d; (d = this.read()); ) if (++heard === 3000) { tell(d.byteLength); tell("done"); }
      } });
      Timer.repeat(() => { for (let i = 0; i < 20; i++) socket.write(bytes, "127.0.0.1", ${String(port)}); }, 1);`;
    assert.deepEqual(await told(script, { ...wired, options: { arena: "49152" } }), [[200]]);
  });

  it("hears a multicast group it has joined", async () => {
    const run = new DeviceRun(
      `${imports}
      const socket = new UDP({ port: ${String(port)}, onReadable() { tell(hex(this.read())); } });
      socket.add("239.1.2.3");
      tell(thrown(() => socket.add("255.255.255.255")), thrown(() => socket.add("somewhere")));
      socket.remove("239.9.9.9");`,
      wired,
    );
    assert.deepEqual(await run.next(), ["broadcast is not multicast", "RangeError: invalid IP address"]);
    node.setMulticastInterface("127.0.0.1");
    node.send("hi", port, "239.1.2.3");
    assert.deepEqual(await run.next(), ["6869"]);
    await run.end();
  });

  it("refuses what the device refuses, with its words", async () => {
    const script = `${imports}
      const made = (options) => thrown(() => new UDP(options));
      tell(made({ port: -1 }), made({ port: 65536 }), made({ timeToLive: 0 }), made({ format: "number" }));
      tell(made({ onReadable: 5 }));
      const socket = new UDP({ port: ${String(port)}, multicast: "ignored", address: "ignored", onError: 5 });
      tell(made({ port: ${String(port)} }), socket.format, thrown(() => { socket.format = "number"; }));
      const write = (address) => thrown(() => socket.write(new Uint8Array(1), address, 9));
      tell(...["1.2.3", "::1", "localhost", "1.2.3.256", "", "1.2.3.4.5"].map(write));
      const more = [];
      while (more.length < 7) more.push(new UDP({}));
      tell(made({}));
      tell("done");`;
    const address = "RangeError: invalid IP address";
    assert.deepEqual(await told(script, wired), [
      [
        "RangeError: invalid port",
        "RangeError: invalid port",
        "RangeError: invalid timeToLive",
        "RangeError: invalid format",
      ],
      ["not a function"],
      ["bind failed", "buffer", "RangeError: "],
      [address, address, address, address, address, address],
      ["RangeError: no socket"],
    ]);
  });

  it("throws `no network` before Wi-Fi, and sends nothing before the address", async () => {
    const script = `${imports}
      tell(thrown(() => new UDP({})));
      const wifi = new WiFi({ onChanged(property) { if (property === "address") { tell(write()); tell("done"); } } });
      const socket = new UDP({});
      const write = () => thrown(() => socket.write(new Uint8Array(1), "127.0.0.1", ${String(nodePort)}));
      tell(write());
      wifi.connect({ SSID: "any" });`;
    assert.deepEqual(await told(script), [["no network"], ["UDP send failed"], ["nothing"]]);
  });

  it("throws once closed, except for closing again; its port is free then", async () => {
    const script = `${imports}
      const socket = new UDP({ port: ${String(port)} });
      socket.close();
      socket.close();
      tell(thrown(() => socket.read()), thrown(() => socket.write(new Uint8Array(1), "127.0.0.1", 9)));
      new UDP({ port: ${String(port)} }).close();
      tell(thrown(() => UDP.prototype.read.call({})));
      tell("done");`;
    const closed = "SyntaxError: C: xsGetHostData: invalid";
    assert.deepEqual(await told(script, wired), [
      [closed, closed],
      ["SyntaxError: C: xsGetHostData: no host object"],
    ]);
  });

  it("may be closed in its own callback", async () => {
    const run = new DeviceRun(
      `${imports}
      new UDP({ port: ${String(port)}, onReadable() { this.read(); this.close(); tell("closed"); } });
      Timer.delay(100);
      Timer.set(() => tell("alive"), 50);`,
      wired,
    );
    const sending = setInterval(() => {
      send("x");
    }, 10);
    try {
      assert.deepEqual([await run.next(), await run.next()], [["closed"], ["alive"]]);
    } finally {
      clearInterval(sending);
    }
    await run.end();
  });
});
