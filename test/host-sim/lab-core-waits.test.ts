import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { CoreWaits } from "../../host-sim/lab/core-waits.js";

describe("host-sim/lab/core-waits", () => {
  it("sees that one of two busy processes on one core waits for the other, and that an idle one does not", async () => {
    const start = (script: string): ReturnType<typeof spawn> =>
      spawn("taskset", ["-c", "0", process.execPath, "-e", script], { stdio: "ignore" });
    const busy = [start("for (;;);"), start("for (;;);")];
    const idle = start("setInterval(() => undefined, 60_000)");
    const pids = [...busy, idle].map(({ pid = 0 }) => pid);
    try {
      await pause(500);
      const waits = new CoreWaits(pids);
      await pause(500);
      waits.end();
      const [first = 0, second = 0, third = 0] = pids;
      assert.ok(waits.longestMs([first, second]) > 20);
      assert.ok(waits.longestMs([third]) < waits.longestMs([first, second]));
    } finally {
      for (const each of [...busy, idle]) each.kill("SIGKILL");
    }
  });

  it("knows nothing of a process that is not there", () => {
    const waits = new CoreWaits([2 ** 30]);
    waits.end();
    assert.equal(waits.longestMs([2 ** 30, 2 ** 30 + 1]), 0);
  });
});
