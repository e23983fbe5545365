import { FaultGuard } from "../../hal/moddable/fault-guard.js";
import { KeyValueStorage } from "../../hal/moddable/key-value-storage.js";
import { FileStorage } from "../../hal/node/file-storage.js";
import { instant } from "../../firmware/core/time.js";
import type { Storage } from "../../hal/storage.js";
import { FragileDisk } from "./fragile-disk.js";
import { NvsPartition } from "./nvs-partition.js";
import type { ScenarioWrite } from "./power-cuts.js";
import { itemOf, storedState, unlikeOldAndNew, type Contents } from "./stored-state.js";

/** Cuts of one write in one medium: how many, and what was neither old nor new. */
export interface MediumResult {
  readonly cutPoints: number;
  readonly failures: readonly string[];
}

/** Cuts of the writes of a scenario, by what is written: after each, all that may be left was read. */
export interface MediaResult {
  /** Of a medium that tears: at every byte. */
  readonly bytes: number;
  /** Of files: at every call of the disk, times what may be found then. */
  readonly disk: number;
  /** Of NVS: at every step of the flash. */
  readonly flash: number;
  readonly failures: readonly string[];
}

/** Of the partition of our manifests: 56 KB. */
export const nvsPages = 14;

/** Cuts these writes in each medium. */
export function cutInMedia(writes: readonly ScenarioWrite[]): MediaResult {
  const failures: string[] = [];
  const cuts = { bytes: 0, disk: 0, flash: 0 };
  for (const write of writes) {
    const [bytes, disk, flash] = [cutAtBytes(write), cutFiles(write), cutFlash(write, nvsPages)] as const;
    cuts.bytes += bytes.cutPoints;
    cuts.disk += disk.cutPoints;
    cuts.flash += flash.cutPoints;
    failures.push(...bytes.failures, ...disk.failures, ...flash.failures);
  }
  return { ...cuts, failures };
}

/** A medium that tears what is being written, at every byte of it. */
function cutAtBytes({ key, value, before }: ScenarioWrite): MediumResult {
  const failures: string[] = [];
  const old = storedState(before);
  for (let kept = 0; kept < value.length; kept++) {
    const left = storedState(new Map([...before, [key, value.slice(0, kept)]]));
    const wrong = unlikeOldAndNew(left, key, { old, written: old });
    if (wrong !== undefined) failures.push(`${key}, ${kept} bytes: ${wrong}`);
    else if (!left.faults.some(({ item }) => item === itemOf(key)))
      failures.push(`${key}, ${kept} bytes: not noticed`);
  }
  return { cutPoints: value.length, failures };
}

/** Cuts the power of a disk at every call that a `FileStorage` makes for one write, and reads all that may be left. */
export function cutFiles(
  { key, value, before }: ScenarioWrite,
  diskOf: (contents: Contents) => FragileDisk = (contents) => new FragileDisk(contents),
): MediumResult {
  const failures: string[] = [];
  const calls = callsOf(before, key, value);
  let cutPoints = 0;
  for (let call = 0; call <= calls; call++) {
    const disk = diskOf(before);
    disk.cutAt(call);
    setUntilOff(() => new FileStorage("state", ignore, disk).set(key, value));
    for (const folder of disk.survivors()) {
      cutPoints++;
      const left = contentsOf(new FileStorage("state", ignore, new FragileDisk(folder)), before, key);
      judge(failures, { key, value, before }, left, `call ${call}`);
    }
  }
  return { cutPoints, failures };
}

/** Cuts the power of a flash at every step that NVS makes for one write of a `KeyValueStorage`. */
export function cutFlash({ key, value, before }: ScenarioWrite, pages: number): MediumResult {
  const failures: string[] = [];
  const whole = flashWith(before, pages);
  const first = whole.steps;
  keyValues(whole).set(key, value);
  const steps = whole.steps - first;
  for (let step = 0; step <= steps; step++) {
    const flash = flashWith(before, pages);
    flash.cutAt(first + step);
    keyValues(flash).set(key, value);
    flash.restart();
    judge(failures, { key, value, before }, contentsOf(keyValues(flash), before, key), `step ${step}`);
  }
  return { cutPoints: steps + 1, failures };
}

function judge(
  failures: string[],
  { key, value, before }: ScenarioWrite,
  left: Contents,
  where: string,
): void {
  const state = storedState(left);
  const old = storedState(before);
  const wrong = unlikeOldAndNew(state, key, {
    old,
    written: storedState(new Map([...before, [key, value]])),
  });
  if (wrong !== undefined) failures.push(`${key}, ${where}: ${wrong}`);
  // These media tear nothing: what was whole is whole.
  else if (state.faults.length > old.faults.length) failures.push(`${key}, ${where}: damaged`);
}

function callsOf(before: Contents, key: string, value: Uint8Array): number {
  const disk = new FragileDisk(before);
  new FileStorage("state", ignore, disk).set(key, value);
  return disk.calls;
}

/** The storage may say that it failed, or throw: nobody is there to hear it. */
function setUntilOff(set: () => boolean): void {
  try {
    set();
  } catch {
    // The power is off.
  }
}

function flashWith(before: Contents, pages: number): NvsPartition {
  const flash = new NvsPartition(pages);
  const storage = keyValues(flash);
  for (const [key, value] of before) storage.set(key, value);
  return flash;
}

/** The phone's own storage on a partition. */
export function keyValues(flash: NvsPartition): Storage {
  const clock = { now: () => instant(0) };
  const guard = new FaultGuard({ clock, trace: ignore, onFault: ignore, restart: ignore });
  return new KeyValueStorage({ open: () => flash.open() }, guard);
}

function contentsOf(storage: Storage, before: Contents, key: string): Contents {
  const found = new Map<string, Uint8Array>();
  for (const one of new Set([...before.keys(), key])) {
    const value = storage.get(one);
    if (value !== undefined) found.set(one, value);
  }
  return found;
}

function ignore(): void {
  // What a storage tells is not what is tested here.
}
