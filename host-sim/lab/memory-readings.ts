import type { LabHandset } from "./call.js";
import type { MemoryReport, PhoneRole } from "./memory-table.js";
import { memoryUse } from "./scenario.js";

/** What the handsets' own engines say of their memory, in each role; a handset in Node has no bounded memory. */
export class MemoryReadings {
  readonly #reports = new Map<string, MemoryReport>();

  get reports(): readonly MemoryReport[] {
    return [...this.#reports.values()];
  }

  /** Asks each handset; `when` is what its live bytes are written down as: registered, or in a call. */
  async read(
    handsets: readonly LabHandset[],
    role: PhoneRole,
    when: "liveBytes" | "callBytes",
  ): Promise<void> {
    for (const { planned, process } of handsets) {
      if (planned.engine === "node") continue;
      const { liveBytes, peakBytes, arenaBytes } = await memoryUse(process);
      const { name } = planned;
      const before = this.#reports.get(`${role} ${name}`) ?? { liveBytes: 0, callBytes: 0 };
      const report = { ...before, name, role, peakBytes, arenaBytes, [when]: liveBytes };
      this.#reports.set(`${role} ${name}`, report);
    }
  }
}
