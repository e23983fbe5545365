import assert from "node:assert/strict";
import { needsXsHost, told } from "./device/device-run.js";

const imports = `import WiFi from "embedded:network/interface/wifi"; import UDP from "embedded:io/socket/udp";
  import Timer from "timer"; import { tell, thrown } from "tell";\n`;
const quick = { "wifi.delay": "5" };
const watch = `const wifi = new WiFi({ onChanged(property) {
  tell(property, wifi.connection, this === wifi, wifi.address ?? "none");
  onState(property, wifi.connection);
} });`;

describe("host-sim/xs/device: Wi-Fi", function () {
  before(function () {
    needsXsHost(this);
  });

  it("tells of association, then of the address: 200, 300, 400, 500", async () => {
    const script = `${imports}
      const onState = (property) => property === "address" && tell("done");
      ${watch}
      tell(wifi.connection); wifi.connect({ SSID: "any", password: "thing" }); tell(wifi.connection);`;
    assert.deepEqual(await told(script, { config: quick }), [
      [200],
      [300],
      ["connection", 400, true, "none"],
      ["connection", 500, true, "127.0.0.1"],
      ["address", 500, true, "127.0.0.1"],
    ]);
  });

  it("tells of a refused password, and can then try another", async () => {
    const script = `${imports}
      const onState = (property, state) => {
        if (state === 200) wifi.connect({ SSID: "home", password: "right" });
        if (property === "address") tell("done");
      };
      ${watch}
      wifi.connect({ SSID: "home", password: "wrong" });`;
    const config = { ...quick, "wifi.ssid": "home", "wifi.password": "right" };
    const states = (await told(script, { config })).map((values) => values.slice(0, 2));
    const expected = [
      ["connection", 200],
      ["connection", 400],
      ["connection", 500],
      ["address", 500],
    ];
    assert.deepEqual(states, expected);
  });

  it("loses the link when so configured, and nothing is sent without one", async () => {
    const script = `${imports}
      let ups = 0;
      const send = () => thrown(() => socket.write(new Uint8Array(1), "127.0.0.1", 9));
      const onState = (property, state) => {
        tell("send", send());
        if (state === 200) wifi.connect({ SSID: "home" });
        if (property === "address" && ++ups === 2) tell("done");
      };
      ${watch}
      const socket = new UDP({ port: 0 });
      wifi.connect({ SSID: "home" });`;
    const values = await told(script, { config: { ...quick, "wifi.drop": "10" } });
    const sent = values.filter(([kind]) => kind === "send").map(([, message]) => message);
    const states = values.filter(([kind]) => kind !== "send").map(([, state]) => state);
    assert.deepEqual(states, [400, 500, 500, 200, 400, 500, 500]);
    const failed = "UDP send failed";
    assert.deepEqual(sent, [failed, "nothing", "nothing", failed, failed, "nothing", "nothing"]);
  });

  it("disconnects silently and at once", async () => {
    const script = `${imports}
      const onState = (property) => {
        if (property !== "address") return;
        wifi.disconnect();
        tell(wifi.connection, wifi.address === undefined, wifi.SSID === undefined);
        Timer.set(() => tell("done"), 30);
      };
      ${watch}
      wifi.connect({ SSID: "home" });`;
    const last = (await told(script, { config: quick })).at(-1);
    assert.deepEqual(last, [200, true, true]);
  });

  it("refuses options the device refuses", async () => {
    const script = `${imports}
      const wifi = new WiFi({});
      tell(thrown(() => new WiFi({ onChanged: 5 })), thrown(() => wifi.connect({})));
      tell(thrown(() => wifi.connect({ SSID: "x", channel: 14 })));
      tell(thrown(() => wifi.connect({ SSID: "x".repeat(33) })).startsWith("RangeError"));
      wifi.connect({ SSID: "x" });
      tell(thrown(() => wifi.connect({ SSID: "x" })));
      tell(thrown(() => wifi.configure({ static: { address: "10.1.1", mask: "255.0.0.0", gateway: "10.0.0.1" } })));
      wifi.close(); wifi.close();
      tell(thrown(() => wifi.connection));
      tell("done");`;
    assert.deepEqual(await told(script), [
      ["not a function", "SSID required"],
      ["RangeError: invalid channel"],
      [true],
      ["already connecting"],
      ["RangeError: invalid address"],
      ["SyntaxError: C: xsGetHostData: invalid"],
    ]);
  });

  it("knows its own address in the network's terms once connected", async () => {
    const script = `${imports}
      const onState = (property) => {
        if (property !== "address") return;
        tell(wifi.SSID, wifi.RSSI < 0, wifi.channel > 0, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(wifi.MAC));
        tell("done");
      };
      ${watch}
      wifi.connect({ SSID: "home" });`;
    assert.deepEqual((await told(script, { config: quick })).at(-1), ["home", true, true, true]);
  });

  it("is there from the start where the network comes by itself", async () => {
    const script = `${imports}
      const socket = new UDP({ port: 0 });
      socket.write(new Uint8Array(1), "127.0.0.1", 9);
      const wifi = new WiFi({ onChanged: tell });
      tell(wifi.connection, wifi.address);
      Timer.set(() => tell("done"), 20);`;
    assert.deepEqual(await told(script, { config: { wifi: "none" } }), [[500, "127.0.0.1"]]);
  });

  it("finds the one network there is", async () => {
    const script = `${imports}
      const wifi = new WiFi({});
      wifi.scan({
        onFound: (found) => tell(found.SSID, found.security, found.RSSI < 0),
        onComplete: () => tell("done"),
      });
      tell(thrown(() => wifi.scan({ onFound() {} })), thrown(() => new WiFi({}).scan({})));`;
    assert.deepEqual(await told(script, { config: { "wifi.ssid": "home", "wifi.password": "x" } }), [
      ["already scanning", "already scanning"],
      ["home", "wpa2_psk", true],
    ]);
  });
});
