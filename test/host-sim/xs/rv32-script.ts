import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeByteCode, projectRoot } from "../../../host-sim/xs/build.js";
import { makeEmulatorImage } from "../../../host-sim/xs/emulator-image.js";
import type { EmulatorStart } from "../../../host-sim/xs/emulator.js";
import { needsDebian } from "../../support/debian.js";
import { needsEmulator } from "./needs-emulator.js";
import { EmulatedLine } from "./emulated-line.js";

const start = `import Serial from "embedded:io/serial";
  import UDP from "embedded:io/socket/udp";
  import kv from "embedded:storage/key-value";
  import AudioIn from "embedded:io/audio/in";
  import AudioOut from "pins/audioout";
  import Timer from "timer";
  import WiFi from "embedded:network/interface/wifi";
  import { use, instructions } from "muster/memory";
  const serial = new Serial({ port: 0, receive: 20, transmit: 21, baud: 115200, onReadable() {
    const lines = (waiting + String.fromArrayBuffer(this.read())).split("\\n");
    waiting = lines.pop();
    lines.forEach((line) => typed(line));
  } });
  const say = (...values) => serial.write(ArrayBuffer.fromString(values.join(" ") + "\\n"));
  let typed = () => {}, waiting = "";
`;

/** Scripts on the engine in the emulator, with the device's modules and our natives, all preloaded but "main". */
export class ScriptRun {
  readonly folder: string = mkdtempSync(join(tmpdir(), "muster-rv32-"));
  readonly #running: EmulatedLine[] = [];

  /** Skips the tests of a context where the emulator, or what its image is made with, is missing. */
  static needs(context: Mocha.Context): void {
    needsEmulator(context);
    needsDebian(context, "dpkg-dev", "gcc", "make");
  }

  /** Starts `script`, which finds imports, say(...) and typed = (line) => {} there already. */
  run(script: string, more: Partial<EmulatorStart> = {}): EmulatedLine {
    const map = join(this.folder, "modules");
    writeFileSync(join(this.folder, "main.js"), start + script);
    writeFileSync(map, [...modules(), `main ${this.folder}/main.js`].join("\n"));
    const image = makeEmulatorImage("muster-xs");
    const config = { wifi: "none", ...more.config };
    const line = new EmulatedLine({ image, byteCode: makeByteCode(map), ...more, config });
    this.#running.push(line);
    return line;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((each) => each.kill()));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

function modules(): string[] {
  const device = join(projectRoot(), "host-sim/xs/device");
  const list = JSON.parse(readFileSync(join(device, "modules.json"), "utf8")) as Record<string, string>;
  const natives = join(projectRoot(), "hal/moddable/native");
  return [
    ...Object.entries(list).map(([specifier, file]) => `${specifier} ${join(device, file)} preload`),
    `muster/memory ${natives}/memory.js preload`,
  ];
}
