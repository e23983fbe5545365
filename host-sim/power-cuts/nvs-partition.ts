import type { KeyValueDomain } from "embedded:storage/key-value";

/** Pages of 4096 bytes: a header, a bitmap of states, and so many entries of 32 bytes. */
export const entriesPerPage = 126;
const entryBytes = 32;

/** A chunk of a value, or the index that makes its chunks a value. */
interface NvsItem {
  readonly kind: "chunk" | "index";
  readonly key: string;
  /** Of two that alternate: which chunks belong to which index. */
  readonly version: number;
  /** Place of a chunk in its value; of an index, how many there are. */
  readonly chunk: number;
  readonly bytes: Uint8Array;
  state: "writing" | "written" | "erased";
}

interface NvsPage {
  items: NvsItem[];
  /** Order in which pages were taken into use; 0: erased. */
  sequence: number;
  isFreeing: boolean;
  erases: number;
}

/** The power of the flash is gone: what every call throws from then on. */
class FlashIsOff extends Error {}

/**
 * A partition as ESP-IDF documents its NVS library: a log of entries in pages. A value's chunks are written, then the
 * index that names them, then the old ones are marked erased. When all pages but one are full, what is still good in
 * the emptiest is copied and that page is erased. A model of ours, not the library: it counts writes and erasures of
 * flash, and its power can be cut between any two of them. Taking a page into use for copying is one step here.
 */
export class NvsPartition {
  readonly #pages: NvsPage[];
  #steps = 0;
  #cutAt = Infinity;
  #isOff = false;
  #bytesWritten = 0;

  constructor(pages: number) {
    this.#pages = new Array<NvsPage>(pages)
      .fill({ items: [], sequence: 0, isFreeing: false, erases: 0 })
      .map((page) => ({ ...page, items: [] }));
  }

  /** Writes of an entry, of a state, and erasures of a page so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Erasures of each page: flash has some 100 000 in it. */
  get erases(): readonly number[] {
    return this.#pages.map(({ erases }) => erases);
  }

  /** Bytes that were programmed. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** The power fails before this step, counted as `steps` counts. */
  cutAt(step: number): void {
    this.#cutAt = step;
  }

  /** The power is back: what was not ended is undone or done, as the library does when it starts. */
  restart(): void {
    this.#isOff = false;
    this.#cutAt = Infinity;
    for (const { items } of this.#pages)
      for (const item of items) if (item.state === "writing") item.state = "erased";
    const freeing = this.#pages.find(({ isFreeing }) => isFreeing);
    if (freeing !== undefined) {
      this.#erase(this.#active());
      this.#take();
      this.#empty(freeing);
    }
    this.#dropDuplicates();
  }

  open(): KeyValueDomain {
    return {
      read: (key) => this.#read(key)?.slice().buffer,
      write: (key, value) => this.#write(key, value),
      delete: (key) => this.#drop(this.#indexOf(key)),
      close: () => undefined,
    };
  }

  #read(key: string): Uint8Array | undefined {
    if (this.#isOff) throw new FlashIsOff("read");
    const index = this.#indexOf(key);
    if (index === undefined) return undefined;
    const chunks = this.#chunksOf(index).sort((a, b) => a.chunk - b.chunk);
    return Uint8Array.from(chunks.flatMap(({ bytes }) => [...bytes]));
  }

  #write(key: string, value: Uint8Array): void {
    const old = this.#indexOf(key);
    const version = old === undefined ? 0 : 1 - old.version;
    let chunk = 0;
    for (let at = 0; at < value.length || chunk === 0;) {
      if (this.#room() < 2) this.#nextPage();
      const bytes = value.slice(at, at + (this.#room() - 1) * entryBytes);
      this.#append({ kind: "chunk", key, version, chunk: chunk++, bytes, state: "writing" });
      at += Math.max(1, bytes.length);
    }
    if (this.#room() < 1) this.#nextPage();
    this.#append({ kind: "index", key, version, chunk, bytes: new Uint8Array(0), state: "writing" });
    this.#drop(old);
  }

  #append(item: NvsItem): void {
    this.#active().items.push(item);
    for (let entry = 0; entry < entriesOf(item); entry++) this.#step(entryBytes);
    this.#step(4);
    item.state = "written";
  }

  /** Marks an index and its chunks as erased, wherever they are now: without the index, the first, they are none. */
  #drop(index: NvsItem | undefined): void {
    if (index === undefined) return;
    const isOld = ({ key, version }: NvsItem): boolean => key === index.key && version === index.version;
    for (const item of this.#written().filter(isOld).sort(indexFirst)) {
      this.#step(4);
      item.state = "erased";
    }
  }

  #nextPage(): void {
    const free = this.#pages.filter(({ sequence }) => sequence === 0).length;
    if (free > 1) {
      this.#step(entryBytes);
      this.#take();
      return;
    }
    const [fullest] = this.#pages.filter(({ sequence }) => sequence > 0).sort((a, b) => waste(b) - waste(a));
    if (fullest === undefined || waste(fullest) === 0) throw new Error("ESP_ERR_NVS_NOT_ENOUGH_SPACE");
    this.#step(entryBytes);
    this.#take();
    fullest.isFreeing = true;
    this.#empty(fullest);
    if (this.#room() < 2) this.#nextPage();
  }

  /** Copies what is good in a page to the one in use, and erases it. */
  #empty(page: NvsPage): void {
    for (const item of page.items) if (item.state === "written") this.#append({ ...item, state: "writing" });
    this.#erase(page);
  }

  #erase(page: NvsPage): void {
    this.#step(0);
    page.items = [];
    page.sequence = 0;
    page.isFreeing = false;
    page.erases++;
  }

  /** Takes the erased page that was erased least into use. */
  #take(): void {
    const [page] = this.#pages.filter(({ sequence }) => sequence === 0).sort((a, b) => a.erases - b.erases);
    if (page === undefined) throw new Error("ESP_ERR_NVS_NO_FREE_PAGES");
    page.sequence = 1 + Math.max(...this.#pages.map(({ sequence }) => sequence));
  }

  #active(): NvsPage {
    const inUse = this.#pages.filter(({ sequence }) => sequence > 0).sort((a, b) => b.sequence - a.sequence);
    if (inUse[0] !== undefined) return inUse[0];
    this.#take();
    return this.#active();
  }

  #room(): number {
    return entriesPerPage - this.#active().items.reduce((sum, item) => sum + entriesOf(item), 0);
  }

  #written(): NvsItem[] {
    const inUse = this.#pages.filter(({ sequence }) => sequence > 0).sort((a, b) => a.sequence - b.sequence);
    return inUse.flatMap(({ items }) => items).filter(({ state }) => state === "written");
  }

  /** The newest index of a key. */
  #indexOf(key: string): NvsItem | undefined {
    return this.#written().findLast((item) => item.kind === "index" && item.key === key);
  }

  #chunksOf(index: NvsItem): NvsItem[] {
    return this.#written().filter(({ kind, key, version }) => {
      return kind === "chunk" && key === index.key && version === index.version;
    });
  }

  /** Of two indices of a key the older goes, and chunks that no index names go. */
  #dropDuplicates(): void {
    for (const item of this.#written()) {
      const index = this.#indexOf(item.key);
      const isNamed = index === item || (item.kind === "chunk" && index?.version === item.version);
      if (!isNamed) item.state = "erased";
    }
  }

  #step(bytes: number): void {
    if (this.#steps++ >= this.#cutAt) this.#isOff = true;
    if (this.#isOff) throw new FlashIsOff("step");
    this.#bytesWritten += bytes;
  }
}

function entriesOf({ bytes }: NvsItem): number {
  return 1 + Math.ceil(bytes.length / entryBytes);
}

/** Entries of a page that hold nothing any more. */
function waste({ items }: NvsPage): number {
  return items.reduce((sum, item) => sum + (item.state === "erased" ? entriesOf(item) : 0), 0);
}

function indexFirst(a: NvsItem, b: NvsItem): number {
  return Number(a.kind === "chunk") - Number(b.kind === "chunk");
}
