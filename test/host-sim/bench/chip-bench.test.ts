import assert from "node:assert/strict";
import { isOver } from "../../../host-sim/bench/bench-row.js";
import { countFloodOnChip, countOnChip, type ChipCounts } from "../../../host-sim/bench/chip-counts.js";
import { measureImage } from "../../../host-sim/bench/chip-image.js";
import { chipToolsMissing, countedRows, phoneRows } from "../../../host-sim/bench/chip-rows.js";
import { smallest } from "../../../host-sim/bench/smallest.js";
import { needsDebian } from "../../support/debian.js";

const range = { least: 60, most: 100, step: 2 };

describe("the bench on the emulated chip", function () {
  describe("the search for the smallest", function () {
    it("finds every step, and tries few", async function () {
      for (let wanted = 62; wanted <= 100; wanted += 2) {
        const tried: number[] = [];
        const found = await smallest(range, async (value) => {
          tried.push(value);
          return value >= wanted;
        });
        assert.equal(found, wanted);
        assert.ok(tried.length <= 5, `${tried.length} tries`);
        assert.ok(tried.every((value) => value > range.least && value <= range.most));
      }
    });

    it("says NaN, which is over any budget, when nothing is enough", async function () {
      const found = await smallest(range, async () => false);
      assert.ok(Number.isNaN(found));
      const row = { name: "arena", value: found, unit: "B", budget: 98304, reload: null };
      assert.equal(isOver(row), true);
    });
  });

  describe("rows of counts", function () {
    const side = { initiator: 16e6, initiatorPublicKey: 11e6, responder: 17e6, responderPublicKey: 15.2e6 };
    const counts: ChipCounts = {
      cold: side,
      known: side,
      ping: 5e5,
      store: 5e6,
      record: 2.7e6,
      nodeIdWork: 6e8,
    };

    it("stand beside bounds given in time, with what the estimate supposes", function () {
      const record = countedRows(counts).find(({ name }) => name === "a record verified");
      assert.deepEqual(record, {
        name: "a record verified",
        value: 2.7,
        unit: "M instr.",
        budget: 3.36,
        reload: null,
        note: "24.1 ms on a C3, supposing 0.7 instructions a cycle at 160 MHz",
      });
    });

    it("take the side of a handshake that has more to do", function () {
      const publicKey = countedRows(counts).find(({ name }) => name.includes("public-key part, cold"));
      assert.ok(publicKey !== undefined);
      assert.equal(publicKey.value, 15.2);
      assert.equal(isOver(publicKey), true);
    });

    it("bound a second of call audio by a quarter of a C3", function () {
      const rows = phoneRows({ boot: 8e7, callSetUp: 5e7, callSecond: 28.1e6, idleMinute: 5e7 });
      const over = rows.filter(isOver).map(({ name }) => name);
      assert.deepEqual(over, ["a second of call audio, both ways"]);
    });
  });

  it("says what it needs and cannot run", function () {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      assert.match(chipToolsMissing() ?? "", /qemu-system-misc.*gcc-riscv64-unknown-elf/);
    } finally {
      process.env["PATH"] = path;
    }
  });

  describe("on the chip", function () {
    this.timeout(600_000);

    before(function () {
      needsDebian(this, "gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf", "qemu-system-misc");
      needsDebian(this, "dpkg-dev", "gcc", "make", "libsodium-dev");
    });

    it("counts the same in every run", async function () {
      const first = await countOnChip();
      const values = numbersIn(first);
      assert.equal(values.length, 12);
      for (const value of values) assert.ok(Number.isFinite(value) && value > 0, String(value));
      assert.deepEqual(await countOnChip(), first);
    });

    it("counts less where both know each other, and public-key operations as a part", async function () {
      const { cold, known, store, record } = await countOnChip();
      assert.ok(known.initiator < cold.initiator && known.responder < cold.responder);
      for (const each of [cold, known]) {
        assert.ok(each.initiatorPublicKey < each.initiator && each.responderPublicKey < each.responder);
      }
      assert.ok(record < store);
    });

    it("passes over a flood's datagrams for a hundredth of a handshake each", async function () {
      const counts = await countFloodOnChip();
      const { cold } = await countOnChip();
      assert.ok(Object.keys(counts).length > 10);
      for (const [kind, instructions] of Object.entries(counts)) {
        assert.ok(instructions > 0 && instructions < cold.responder / 100, `${kind}: ${instructions}`);
      }
    });

    it("measures the image", async function () {
      const sizes = await measureImage();
      for (const value of numbersIn(sizes)) assert.ok(Number.isInteger(value) && value > 0, String(value));
    });
  });
});

function numbersIn(value: object): number[] {
  return Object.values(value).flatMap((each: unknown) =>
    typeof each === "number" ? [each] : numbersIn(each as object),
  );
}
