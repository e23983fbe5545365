import type { KeyValueDomain } from "embedded:storage/key-value";
import type keyValue from "embedded:storage/key-value";
import { assert } from "../../firmware/core/assert.js";
import type { Storage } from "../storage.js";
import type { FaultGuard } from "./fault-guard.js";

/** The NVS namespace of everything we keep; at most 15 characters. */
const domainName = "muster";

/**
 * NVS. A value is one blob: NVS writes it beside the old one, then the entry that names it, and erases the old one
 * last, so that a power cut leaves either; that needs room for both. Every write is committed. What NVS refuses (full,
 * worn, no partition) is reported and is, to the firmware, a write that failed or a value that is absent.
 */
export class KeyValueStorage implements Storage {
  readonly #keyValue: typeof keyValue;
  readonly #guard: FaultGuard;
  #domain: KeyValueDomain | undefined;

  constructor(store: typeof keyValue, guard: FaultGuard) {
    this.#keyValue = store;
    this.#guard = guard;
  }

  get(key: string): Uint8Array | undefined {
    return this.attempt("read", key, (domain) => {
      const value = domain.read(key);
      return value === undefined ? undefined : new Uint8Array(value);
    });
  }

  set(key: string, value: Uint8Array): boolean {
    return (
      this.attempt("write", key, (domain) => {
        domain.write(key, value);
        return true;
      }) ?? false
    );
  }

  delete(key: string): void {
    this.attempt("delete", key, (domain) => domain.delete(key));
  }

  /** The domain is opened when it is first needed and, where that failed, when it is needed again. */
  private attempt<T>(what: string, key: string, action: (domain: KeyValueDomain) => T): T | undefined {
    assert(/^[a-z0-9-]{1,15}$/.test(key), `"${key}" is no storage key`);
    try {
      this.#domain ??= this.#keyValue.open({ path: domainName, mode: "r+", format: "buffer" });
      return action(this.#domain);
    } catch (error) {
      this.#guard.report(`storage: ${what} ${key}`, error);
      return undefined;
    }
  }
}
