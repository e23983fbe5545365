import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { randomBytes } from "../../firmware/core/random.js";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { fileFaultText, makeFolder } from "../../hal/node/folder.js";
import { systemRandom } from "../../hal/node/random.js";
import { CommandFault } from "../command-line.js";
import { Authority, type Foundation } from "./authority.js";
import { decodeRegister, encodeRegister, type Register } from "./register.js";

/**
 * Where an authority is kept: its key, written once and readable by its owner only, and the register of what it has
 * issued, which is replaced as a whole, so that no serial is ever given twice. Faults are CommandFaults.
 */
export class AuthorityFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes a key and an empty register; an authority that is there is never overwritten. */
  found(foundation: Foundation): Authority {
    const seed = randomBytes(systemRandom, keyBytes);
    orFault("cannot-write", this.#path, () => makeFolder(this.#path));
    orFault("cannot-write", this.#keyFile, () => {
      writeFileSync(this.#keyFile, `${toHex(seed)}\n`, { mode: 0o600, flag: "wx" });
      writeFileSync(this.#registerFile, encodeRegister({ ...foundation, issued: [] }), { flag: "wx" });
    });
    return this.#authority(seed, { ...foundation, issued: [] });
  }

  /** The authority as it is. */
  read(): Authority {
    const key = orFault("cannot-read", this.#keyFile, () => this.#readKey());
    const text = orFault("cannot-read", this.#registerFile, () => readFileSync(this.#registerFile, "utf8"));
    const register = decodeRegister(text);
    if (!register.ok) throw new CommandFault("bad-register", `${this.#registerFile}: ${register.error}`);
    return this.#authority(key, register.value);
  }

  /** Has the authority do something, and keeps its register before anybody is told of it; one process at a time. */
  change<T>(what: (authority: Authority) => T): T {
    const file = `${this.#registerFile}.new`;
    const hint = `${file} (is another process at it? else remove it)`;
    const to = orFault("cannot-write", hint, () => openSync(file, "wx"));
    try {
      const authority = this.read();
      const result = what(authority);
      orFault("cannot-write", file, () => {
        writeFileSync(to, encodeRegister({ ...authority.foundation, issued: authority.register }));
        fsyncSync(to);
        renameSync(file, this.#registerFile);
      });
      return result;
    } catch (fault) {
      rmSync(file);
      throw fault;
    } finally {
      closeSync(to);
    }
  }

  get #keyFile(): string {
    return join(this.#path, "key");
  }

  get #registerFile(): string {
    return join(this.#path, "register.json");
  }

  #readKey(): Uint8Array {
    const others = statSync(this.#keyFile).mode & 0o077;
    if (others !== 0)
      throw new CommandFault(
        "key-not-private",
        `${this.#keyFile}: others may read it. Type: chmod 600 ${this.#keyFile}`,
      );
    const seed = fromHex(readFileSync(this.#keyFile, "utf8").trim());
    if (seed?.length !== keyBytes) throw new CommandFault("bad-key", `${this.#keyFile}: this is no key`);
    return seed;
  }

  #authority(seed: Uint8Array, register: Register): Authority {
    const { issued, ...foundation } = register;
    return new Authority({ crypto: new SodiumCrypto(), random: systemRandom, foundation, seed }, issued);
  }
}

const keyBytes = 32;

function orFault<T>(kind: string, path: string, what: () => T): T {
  try {
    return what();
  } catch (fault) {
    if (fault instanceof CommandFault) throw fault;
    throw new CommandFault(kind, `${path}: ${fileFaultText(fault)}`);
  }
}
