import { makeByteCode, makeModuleMap, makeXsProgram, missingForXs } from "../xs/build.js";
import { Soak, type SoakHour } from "./soak.js";
import { toleranceOf, type SoakEngine, type SoakReport } from "./soak-report.js";
import type { XsPhoneOptions } from "./xs-phone.js";

/** What is asked for. */
export interface SoakRequest {
  readonly hours: number;
  readonly phones: number;
  readonly seed: number;
  readonly engine: "node" | "xs";
  /** Memory of the phone on XS as a chip counts it; doubled where pointers have 64 bits. */
  readonly arenaBytes: number;
  /** Where the state of the XS phone goes. */
  readonly folder: string;
}

/** Runs a soak; `tell` gets a line of progress for each hour. */
export function runSoak(request: SoakRequest, tell: (line: string) => void): SoakReport {
  const { hours, phones, seed, folder } = request;
  const startedAt = Date.now();
  const xs = request.engine === "xs" ? xsOf(request.arenaBytes) : undefined;
  const engine: SoakEngine = xs?.engine ?? { name: "node" };
  const soak = new Soak({ phones, seed, folder, ...(xs && { xs }) });
  const lived: SoakHour[] = [];
  const failures: string[] = [];
  try {
    soak.start();
    while (lived.length < hours) {
      const hour = soak.runHour();
      lived.push(hour);
      const wrong = hour.problems.length + hour.unexplained.length;
      tell(`hour ${hour.hour} of ${hours}: heap ${hour.heapBytes} B, ${hour.doings} doings, ${wrong} faults`);
    }
  } catch (fault) {
    // A phone that runs out of memory ends it; how far it came is told all the same.
    failures.push(
      `after ${lived.length} hours, seed ${seed}: ${fault instanceof Error ? fault.message : String(fault)}`,
    );
  } finally {
    soak.end();
  }
  const curve = lived.map(({ heapBytes }) => heapBytes);
  const [firstHour = NaN, end = NaN] = [curve[0], curve.at(-1)];
  const { bytes, why } = toleranceOf(engine, firstHour);
  for (const { hour, problems, unexplained } of lived)
    for (const fault of [...problems, ...unexplained]) failures.push(`hour ${hour}, seed ${seed}: ${fault}`);
  if (end > firstHour + bytes)
    failures.push(`seed ${seed}: the heap has grown from ${firstHour} B to ${end} B`);
  return {
    ok: failures.length === 0,
    seed,
    engine,
    phones,
    hours: lived,
    heap: { curve, firstHour, end, toleranceBytes: bytes, tolerance: why },
    counts: soak.counts,
    talkShare: soak.talkShare,
    done: Object.fromEntries(soak.stage.done),
    traceHash: soak.traceHash(),
    wallSeconds: Math.round((Date.now() - startedAt) / 1000),
    failures,
  };
}

/** The XS phone: as on a chip where 32-bit programs can be made, else with pointers and memory twice as large. */
function xsOf(arenaBytes: number): Pick<XsPhoneOptions, "program" | "words"> & { engine: SoakEngine } {
  const map = makeModuleMap("soak");
  if (missingForXs("virtual32").length > 0) {
    const wide = Math.round(wideFactor * arenaBytes);
    const engine: SoakEngine = { name: "xs", pointerBits: 64, arenaBytes: wide };
    return { engine, program: makeXsProgram("virtual"), words: ["--map", map, "--arena", String(wide)] };
  }
  const engine: SoakEngine = { name: "xs", pointerBits: 32, arenaBytes };
  const words = ["--image", makeByteCode(map), "--arena", String(arenaBytes)];
  return { engine, program: makeXsProgram("virtual32"), words };
}

/** Slots of 64-bit XS are twice as large, chunks nearly as large: what the lab gives its phones, too. */
const wideFactor = 7 / 3;
