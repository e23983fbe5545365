import type { Storage } from "../../hal/storage.js";

/** What a memory does wrong, for tests. */
export interface StorageFaults {
  /** Every write fails and leaves the old value: a full or read-only memory. */
  readonly refusing?: boolean;
  /** The next write meets a power failure, of which either value may be left; `cut` should switch the handset off. */
  readonly cutNextWrite?: { readonly keep: "old" | "new"; readonly cut: () => void };
}

/** The memory of one handset. It is handed to the next `VirtualPlatform` of the same handset: that is a restart. */
export class VirtualStorage implements Storage {
  readonly #items = new Map<string, Uint8Array>();
  #faults: StorageFaults = {};
  #writes = 0;

  /** Writes that succeeded: what wears flash. */
  get writes(): number {
    return this.#writes;
  }

  get keys(): string[] {
    return [...this.#items.keys()];
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
    if (cut !== undefined) {
      const { cutNextWrite: _done, ...others } = this.#faults;
      this.#faults = others;
      if (cut.keep === "new") this.#items.set(key, new Uint8Array(value));
      cut.cut();
      return false;
    }
    if (this.#faults.refusing === true) return false;
    this.#items.set(key, new Uint8Array(value));
    this.#writes++;
    return true;
  }

  delete(key: string): void {
    checkKey(key);
    if (this.#faults.refusing !== true) this.#items.delete(key);
  }
}

function checkKey(key: string): void {
  if (!/^[a-z0-9-]{1,15}$/.test(key)) throw new Error(`"${key}" is no storage key`);
}
