import { basename } from "node:path";
import type { FileSystem } from "../../hal/node/file-system.js";
import type { Contents } from "./stored-state.js";

/** The power of the disk is gone: what every call throws from then on. */
class DiskIsOff extends Error {}

interface DiskFile {
  /** What a program reads. */
  data: Uint8Array;
  /** What was forced to the disk last; absent: nothing. */
  synced: Uint8Array | undefined;
}

/** A call that a power failure may meet. */
type Call = "open" | "write" | "sync" | "close" | "rename" | "remove";

/**
 * One folder of a disk that promises no more than POSIX does: contents are there for good once their file was synced,
 * names once the folder was. Its power can be cut at any call; `survivors` are all the folders that may then be found.
 */
export class FragileDisk implements FileSystem {
  readonly #files: Map<string, DiskFile>;
  #syncedFiles: Map<string, DiskFile>;
  readonly #descriptors = new Map<number, DiskFile | "folder">();
  #calls = 0;
  #cutAt = Infinity;
  #isOff = false;

  constructor(contents: Contents) {
    this.#files = new Map([...contents].map(([name, data]) => [name, { data, synced: data }]));
    this.#syncedFiles = new Map(this.#files);
  }

  get calls(): number {
    return this.#calls;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** The power fails at this call, counted from 0: nothing of it is done, but half of a write. */
  cutAt(call: number): void {
    this.#cutAt = call;
  }

  /** Folders that may be found at the next start: names old or new, contents that were not synced old, whole, torn. */
  survivors(): Contents[] {
    const found: Contents[] = [];
    for (const names of [this.#syncedFiles, this.#files]) {
      for (const remains of [kept, whole, torn, zeros]) {
        found.push(new Map([...names].map(([name, file]) => [name, remains(file)])));
      }
    }
    return found;
  }

  makeFolder(): void {
    // There is but one, and it is there.
  }

  list(): readonly string[] {
    return [...this.#files.keys()];
  }

  read(path: string): Uint8Array {
    const file = this.#files.get(basename(path));
    if (file === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    return file.data.slice();
  }

  open(path: string, purpose: "read" | "write"): number {
    this.#call("open");
    const descriptor = this.#calls;
    if (purpose === "read") {
      this.#descriptors.set(descriptor, "folder");
      return descriptor;
    }
    const file: DiskFile = { data: new Uint8Array(0), synced: undefined };
    this.#files.set(basename(path), file);
    this.#descriptors.set(descriptor, file);
    return descriptor;
  }

  write(descriptor: number, bytes: Uint8Array, at: number): number {
    const file = this.#descriptors.get(descriptor);
    if (file === undefined || file === "folder") throw new Error("not open for writing");
    // Half of it at a time, so that there are writes that were begun and not ended.
    const end = at + Math.ceil((bytes.length - at) / 2);
    this.#call("write");
    file.data = bytes.slice(0, end);
    return end - at;
  }

  sync(descriptor: number): void {
    this.#call("sync");
    const file = this.#descriptors.get(descriptor);
    if (file === "folder") this.#syncedFiles = new Map(this.#files);
    else if (file !== undefined) file.synced = file.data;
  }

  close(descriptor: number): void {
    this.#call("close");
    this.#descriptors.delete(descriptor);
  }

  rename(from: string, to: string): void {
    this.#call("rename");
    const file = this.#files.get(basename(from));
    if (file === undefined) throw new Error(`no ${from}`);
    this.#files.delete(basename(from));
    this.#files.set(basename(to), file);
  }

  remove(path: string): void {
    this.#call("remove");
    this.#files.delete(basename(path));
  }

  #call(name: Call): void {
    if (!this.#isOff && this.#calls++ === this.#cutAt) this.#isOff = true;
    if (this.#isOff) throw new DiskIsOff(name);
  }
}

function kept({ synced }: DiskFile): Uint8Array {
  return synced ?? new Uint8Array(0);
}

function whole({ data }: DiskFile): Uint8Array {
  return data;
}

function torn(file: DiskFile): Uint8Array {
  return file.synced === file.data ? file.data : file.data.slice(0, file.data.length >> 1);
}

/** A length that reached the disk before its contents did. */
function zeros(file: DiskFile): Uint8Array {
  return file.synced === file.data ? file.data : new Uint8Array(file.data.length);
}
