import assert from "node:assert/strict";
import { readConfig } from "../../../hal/moddable/config.js";

describe("mc/config", () => {
  it("has a default for everything: a text console on UART 0 of an ESP32, sound at 8000 Hz", () => {
    assert.deepEqual(readConfig({}), {
      console: "text",
      port: 6084,
      serialPort: 0,
      serialReceive: 3,
      serialTransmit: 1,
      serialBaud: 115_200,
      inputRate: 8000,
      outputRate: 8000,
      joins: true,
      network: undefined,
    });
  });

  it("takes numbers as the manifests have them, and as text, as a command line has them", () => {
    const config = readConfig({ serialReceive: 44, inputRate: "16000", outputRate: "24000", port: "7000" });
    assert.deepEqual(
      [config.serialReceive, config.inputRate, config.outputRate, config.port],
      [44, 16_000, 24_000, 7000],
    );
  });

  it("takes the network of the build, if one is named", () => {
    assert.deepEqual(readConfig({ ssid: "home", password: "secret" }).network, {
      SSID: "home",
      password: "secret",
    });
    assert.deepEqual(readConfig({ ssid: "open" }).network, { SSID: "open", password: "" });
    assert.equal(readConfig({ ssid: "" }).network, undefined);
    assert.equal(readConfig({ wifi: "none" }).joins, false);
  });

  for (const [config, complaint] of [
    [{ console: "xml" }, 'config.console is xml: "text" or "json" belongs there'],
    [{ port: 0 }, "config.port is 0: a number from 1 to 65535 belongs there"],
    [{ port: "" }, "config.port is : a number from 1 to 65535 belongs there"],
    [{ port: "60.5" }, "config.port is 60.5: a number from 1 to 65535 belongs there"],
    [{ inputRate: 48_000 }, "config.inputRate is 48000: a number from 8000 to 32000 belongs there"],
    [{ outputRate: "fast" }, "config.outputRate is fast: a number from 8000 to 48000 belongs there"],
    [{ serialBaud: {} }, "config.serialBaud is object: a number from 300 to 5000000 belongs there"],
  ] as const) {
    it(`refuses ${JSON.stringify(config)}`, () => {
      assert.throws(() => readConfig(config), { message: complaint });
    });
  }
});
