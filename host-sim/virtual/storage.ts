import type { Storage } from "../../hal/storage.js";

/** A write that meets a power failure. */
export interface CutWrite {
  /** Writes that are still done before it; none when absent. */
  readonly after?: number;
  /** What is left in its place: the old value, the new one, or what is made of the new one (torn, erased, garbage). */
  readonly keep: "old" | "new" | ((value: Uint8Array) => Uint8Array);
  /** Called at that moment: to switch the handset off. */
  readonly cut: () => void;
}

/** What a memory does wrong, for tests. */
export interface StorageFaults {
  /** Every write fails and leaves the old value: a full or read-only memory. */
  readonly refusing?: boolean;
  readonly cutNextWrite?: CutWrite;
}

/** One write that succeeded. */
export interface StorageWrite {
  readonly key: string;
  readonly value: Uint8Array;
}

/** The memory of one handset. It is handed to the next `VirtualPlatform` of the same handset: that is a restart. */
export class VirtualStorage implements Storage {
  readonly #items: Map<string, Uint8Array>;
  #faults: StorageFaults = {};
  #writes = 0;
  /** Told of each write that succeeds. */
  onWrite: (write: StorageWrite) => void = () => undefined;

  /** With what is stored already. */
  constructor(items: Iterable<readonly [string, Uint8Array]> = []) {
    this.#items = new Map(items);
  }

  /** Writes that succeeded: what wears flash. */
  get writes(): number {
    return this.#writes;
  }

  get keys(): string[] {
    return [...this.#items.keys()];
  }

  /** Everything stored now; later changes do not show in it. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.#items);
  }

  /** What goes wrong from now on; `{}` ends it. */
  setFaults(faults: StorageFaults): void {
    this.#faults = faults;
  }

  /** Puts a changed value in place, as worn flash or another firmware would; not counted. */
  corrupt(key: string, change: (value: Uint8Array) => Uint8Array): void {
    const value = this.#items.get(key);
    if (value !== undefined) this.#items.set(key, change(new Uint8Array(value)));
  }

  get(key: string): Uint8Array | undefined {
    checkKey(key);
    const value = this.#items.get(key);
    return value === undefined ? undefined : new Uint8Array(value);
  }

  set(key: string, value: Uint8Array): boolean {
    checkKey(key);
    const cut = this.#faults.cutNextWrite;
    if (cut !== undefined && this.#isCut(cut)) {
      const { cutNextWrite: _done, ...others } = this.#faults;
      this.#faults = others;
      if (cut.keep !== "old")
        this.#items.set(key, cut.keep === "new" ? value.slice() : cut.keep(value.slice()));
      cut.cut();
      return false;
    }
    if (this.#faults.refusing === true) return false;
    this.#items.set(key, new Uint8Array(value));
    this.#writes++;
    this.onWrite({ key, value: new Uint8Array(value) });
    return true;
  }

  delete(key: string): void {
    checkKey(key);
    if (this.#faults.refusing !== true) this.#items.delete(key);
  }

  #isCut(cut: CutWrite): boolean {
    const { after = 0 } = cut;
    if (after > 0) this.#faults = { ...this.#faults, cutNextWrite: { ...cut, after: after - 1 } };
    return after === 0;
  }
}

function checkKey(key: string): void {
  if (!/^[a-z0-9-]{1,15}$/.test(key)) throw new Error(`"${key}" is no storage key`);
}
