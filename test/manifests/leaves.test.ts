import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { boardArenaBytes } from "../../host-sim/xs/board-arena.js";
import { repositoryPaths, root } from "../tidy/tree.js";
import { leafNames, readManifest, resolveLeaf } from "./manifest.js";

/**
 * What a script has on a device: slots, chunks and stack together, bytes. On the C3 what a phone was shown to live
 * with; elsewhere no more than the SDK's own default.
 */
const arenaBytes = (board: string): number => (board === "esp32c3" ? boardArenaBytes : 165_888);
const slotBytes = 16;
/** Samples of 20 ms are 1 / 50 of a second's. */
const blocksPerSecond = 50;

const boards = [
  "esp32c3",
  "m5atom_echo",
  "m5atom_echo_s3r",
  "m5stack_core2",
  "m5stack_cores3",
  "moddable_six",
  "xiao_esp32s3_sense",
];

describe("leaves", () => {
  it("are the boards we know, and Linux", () => {
    assert.deepEqual(leafNames(), [...boards, "lin"].sort());
  });

  it("are JSON, as all manifests are", () => {
    const files = repositoryPaths().filter((path) => /^manifests\/.*[.]json$/.test(path));
    assert.ok(files.length > boards.length);
    for (const file of files) assert.ok(typeof readManifest(file) === "object", file);
  });

  for (const name of leafNames()) {
    describe(name, () => {
      const leaf = resolveLeaf(name);

      it("includes the shared manifest", () => {
        assert.equal(leaf.included.filter((one) => one === "manifests/muster.json").length, 1);
        assert.equal(leaf.build["NAME"], "muster");
        assert.equal(leaf.config["console"], "text");
      });

      it("says where its console is", () => {
        const { serialPort, serialReceive, serialTransmit, serialBaud } = leaf.config;
        for (const given of [serialPort, serialReceive, serialTransmit, serialBaud]) {
          assert.match(given as string, /^\d+$/);
        }
        assert.notEqual(serialReceive, serialTransmit);
      });
    });
  }

  for (const name of boards) {
    describe(`${name} on the chip`, () => {
      const leaf = resolveLeaf(name);

      it("keeps the script's memory within the arena", () => {
        const { static: fixed, chunk, heap, stack } = leaf.creation;
        assert.ok(fixed !== undefined && chunk !== undefined && heap !== undefined && stack !== undefined);
        const bytes = chunk.initial + (heap.initial + stack) * slotBytes;
        assert.ok(bytes <= arenaBytes(name) && bytes > 0.95 * arenaBytes(name));
        // Pools of fixed size: what one takes in a heap that grows the other never gets back (host-sim/xs/engine).
        assert.deepEqual([fixed, chunk.incremental, heap.incremental], [0, 0, 0]);
        assert.ok(stack >= 608, "deep enough for the longest turn, an incoming call");
      });

      it("leaves the SDK's own network set-up out: the phone knows its network", () => {
        const family = readManifest("manifests/esp32.json").platforms?.["esp32/*"]?.modules?.["~"];
        assert.equal(family, "$(MODDABLE)/build/devices/esp32/setup/network");
        assert.ok(leaf.included.includes("manifests/esp32.json"));
      });

      it("has no start-up sound, no light show: they take timers, memory and the loudspeaker", () => {
        assert.ok(["", undefined].includes(leaf.config["startupSound"] as string | undefined));
        const { rainbow } = (leaf.config["led"] ?? { rainbow: false }) as { rainbow: boolean };
        assert.equal(rainbow, false);
      });

      it("plays blocks of 20 ms at the rate it tells the phone", () => {
        const { audioIn, audioOut } = leaf.defines;
        const { inputRate, outputRate } = leaf.config;
        if (name === "esp32c3") {
          assert.deepEqual(
            [audioIn, audioOut, inputRate, outputRate],
            [undefined, undefined, undefined, undefined],
          );
          return;
        }
        assert.ok(audioIn !== undefined && audioOut !== undefined);
        assert.equal(audioIn["sampleRate"], Number(inputRate));
        assert.equal(audioOut["sampleRate"], Number(outputRate));
        assert.equal(audioOut["mixerBytes"], (Number(outputRate) / blocksPerSecond) * 2);
        for (const defines of [audioIn, audioOut]) {
          assert.deepEqual([defines["numChannels"], defines["bitsPerSample"]], [1, 16]);
        }
      });

      it("gives its own sdkconfig after the board's, which would win otherwise", () => {
        const own = leaf.included.filter((one) => one.endsWith("/sdkconfig.json"));
        assert.equal(own.length, 1);
        assert.equal(readManifest(`manifests/${name}.json`).include?.at(-1), `./${own[0]?.slice(10)}`);
        const folder = own[0]?.replace("sdkconfig.json", leaf.build["SDKCONFIGPATH"]?.slice(2) ?? "");
        assert.ok(existsSync(`${root}${folder}/sdkconfig.defaults`));
      });
    });
  }
});
