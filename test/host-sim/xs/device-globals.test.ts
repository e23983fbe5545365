import assert from "node:assert/strict";
import { needsXsHost, DeviceRun, told } from "./device/device-run.js";

const imports = `import Timer from "timer"; import config from "mc/config"; import { tell, thrown } from "tell";\n`;

/** What scripts know from browsers and Node, and what the device does not have. */
const absent = [
  ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "queueMicrotask", "console", "performance"],
  ["TextEncoder", "TextDecoder", "URL", "URLSearchParams", "fetch", "crypto", "structuredClone", "Intl"],
  ["WebAssembly", "Temporal", "process", "Buffer", "require", "navigator", "window", "self"],
].flat();

describe("host-sim/xs/device: globals, configuration, exceptions", function () {
  before(function () {
    needsXsHost(this);
  });

  it("offers none of the globals that the device lacks", async () => {
    const script = `${imports} tell(...${JSON.stringify(absent)}.filter((name) => name in globalThis)); tell("done");`;
    assert.deepEqual(await told(script), [[]]);
  });

  it("offers trace, Math.random and the built-ins of the language", async () => {
    const names = ["trace", "Promise", "SharedArrayBuffer", "BigInt64Array", "WeakRef", "Atomics"];
    const script = `${imports}
      tell(${names.map((name) => `typeof ${name}`).join()}, Math.random() !== Math.random());
      tell("done");`;
    assert.deepEqual(await told(script), [
      ["function", "function", "function", "function", "function", "object", true],
    ]);
  });

  it("gives the configuration as frozen strings, without the host's own keys", async () => {
    const script = `${imports}
      tell({ ...config }, typeof config.port, Object.isFrozen(config), thrown(() => { config.console = "text"; }));
      tell("done");`;
    const config = { console: "json", port: "5555", "wifi.delay": "1", empty: "" };
    const [first] = await told(script, { config });
    assert.deepEqual(first?.slice(0, 3), [{ console: "json", port: "5555", empty: "" }, "string", true]);
    assert.match(String(first[3]), /^TypeError/);
  });

  it("refuses JSON of the configuration itself, which lies in flash", async () => {
    const script = `${imports}
      tell(thrown(() => JSON.stringify(config)), JSON.stringify({ ...config })); tell("done");`;
    const all = await told(script, { config: { console: "text" } });
    assert.deepEqual(all, [["TypeError: read only value", '{"console":"text"}']]);
  });

  it("ends the program when a callback throws", async () => {
    const run = new DeviceRun(`${imports}
      Timer.set(() => { tell("before"); throw new Error("nobody catches this"); }, 1);
      Timer.set(() => tell("after"), 50);`);
    assert.deepEqual(await run.next(), ["before"]);
    assert.equal(await run.status(), 15);
    assert.match(run.log, /unhandled exception/);
    assert.match(run.log, /nobody catches this/);
    await assert.rejects(run.next(), /has ended/);
  });

  it("runs promise jobs after a callback and before the next", async () => {
    const script = `${imports}
      Timer.set(() => { Promise.resolve().then(() => tell("job")); tell("callback"); }, 1);
      Timer.set(() => { tell("next callback"); tell("done"); }, 1);
      Timer.delay(5);`;
    assert.deepEqual(await told(script), [["callback"], ["job"], ["next callback"]]);
  });
});
