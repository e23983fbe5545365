import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { storedBytesMax } from "../../firmware/core/limits.js";
import { root } from "../tidy/tree.js";
import { leafNames, resolveLeaf, type ResolvedLeaf } from "./manifest.js";

interface Partition {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly offset: number;
  readonly size: number;
}

const mebibyte = 1 << 20;
const sector = 0x1000;
/** Slots of programs begin at multiples of this. */
const programAlignment = 0x10000;
/** What the bootloader and the table of partitions take. */
const tableEnd = 0x9000;
/** What mcconfig takes of `factory` to remember which slot is used. */
const otadataBytes = 0x2000;

describe("flash of the boards", () => {
  for (const name of leafNames().filter((one) => one !== "lin")) {
    describe(name, () => {
      const leaf = resolveLeaf(name);
      const partitions = partitionsOf(leaf);
      const flashBytes = flashMebibytes(leaf) * mebibyte;

      it("has partitions that lie in the flash its sdkconfig names, one behind the other", () => {
        assert.ok(partitions.length >= 3);
        let end = tableEnd;
        for (const { name: partition, offset, size } of partitions) {
          assert.ok(offset >= end && size > 0, partition);
          assert.equal(offset % sector, 0);
          assert.equal(size % sector, 0);
          end = offset + size;
        }
        assert.ok(end <= flashBytes, `${end} of ${flashBytes}`);
      });

      it("leaves mcconfig one program to split: two slots of one size, both usable", () => {
        const programs = partitions.filter(({ type }) => type === "app");
        assert.deepEqual(
          programs.map(({ subtype }) => subtype),
          ["factory"],
        );
        assert.equal(leaf.defines["ota"]?.["autosplit"], 1);
        const [factory] = programs;
        assert.ok(factory !== undefined);
        assert.equal(factory.offset % programAlignment, 0);
        assert.equal((factory.size - otadataBytes) % (2 * programAlignment), 0);
      });

      it("keeps values of which two of the largest fit beside each other, with pages to spare", () => {
        const nvs = partitions.find(({ name: partition }) => partition === "nvs");
        assert.ok(nvs !== undefined);
        assert.equal(nvs.subtype, "nvs");
        assert.ok(nvs.size >= 4 * storedBytesMax, `${nvs.size}`);
      });

      it("says all that every board's sdkconfig says", () => {
        const own = settingsOf(sdkconfigOf(leaf));
        for (const line of settingsOf("manifests/esp32/sdkconfig/sdkconfig.defaults"))
          assert.ok(own.includes(line), line);
      });

      it("sets nothing twice in its sdkconfig", () => {
        const names = settingsOf(sdkconfigOf(leaf)).map((line) => line.split("=")[0]);
        assert.equal(new Set(names).size, names.length);
      });
    });
  }
});

function partitionsOf({ build }: ResolvedLeaf): Partition[] {
  const lines = textOf(posix.join("manifests", build["PARTITIONS_FILE"] ?? "")).split("\n");
  return lines
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name = "", type = "", subtype = "", offset, size] = line.split(",").map((cell) => cell.trim());
      return { name, type, subtype, offset: Number(offset), size: Number(size) };
    });
}

/** Of the boards' own configuration; the SDK's is for 4 MB. */
function flashMebibytes(leaf: ResolvedLeaf): number {
  const sizes = settingsOf(sdkconfigOf(leaf)).map((line) =>
    /^CONFIG_ESPTOOLPY_FLASHSIZE_(\d+)MB=y$/.exec(line),
  );
  return Number(sizes.find((size) => size !== null)?.[1] ?? 4);
}

function sdkconfigOf(leaf: ResolvedLeaf): string {
  const manifest = leaf.included.find((one) => one.endsWith("/sdkconfig.json")) ?? "";
  return posix.join(posix.dirname(manifest), leaf.build["SDKCONFIGPATH"] ?? "", "sdkconfig.defaults");
}

function settingsOf(path: string): string[] {
  return textOf(path)
    .split("\n")
    .filter((line) => line.startsWith("CONFIG_"));
}

function textOf(path: string): string {
  return readFileSync(`${root}${path}`, "utf8");
}
