import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A message of the virtual board (host-sim/xs/virtual/virtual.h): its kind and the rest. */
export interface BoardMessage {
  readonly kind: string;
  readonly rest: DataView<ArrayBuffer>;
}

const headBytes = 3;
const timeBytes = 8;
const readBytes = 65_536;

/**
 * The two pipes of a program on the virtual board, used in turns: what happens goes in, what the phone does comes out,
 * and nobody else runs meanwhile. So a phone in a process of its own is part of a simulation of one thread.
 */
export class BoardLine {
  readonly #child: ChildProcess;
  readonly #in: number;
  readonly #out: number;
  readonly #chunk: Buffer = Buffer.alloc(readBytes);
  #unread: Buffer = Buffer.alloc(0);

  /** Starts the program in `folder`, where its pipes lie; what it complains of goes to the file `complaints` there. */
  constructor(program: string, words: readonly string[], folder: string) {
    const [down, up, complaints] = ["down", "up", "complaints"].map((name) => join(folder, name));
    if (down === undefined || up === undefined || complaints === undefined) throw new Error("no pipes");
    for (const pipe of [down, up]) rmSync(pipe, { force: true });
    const made = spawnSync("mkfifo", [down, up], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`mkfifo: ${made.error?.message ?? made.stderr}`);
    // The shell opens the pipes; each waits there until this end is opened, too.
    const command = 'exec "$0" "$@" <down >up 2>>complaints';
    this.#child = spawn("/bin/sh", ["-c", command, program, ...words], { cwd: folder, stdio: "ignore" });
    this.#in = openSync(down, "w");
    this.#out = openSync(up, "r");
  }

  /** Tells what happened at a time in microseconds; `head` and `body` are the message behind it. */
  send(kind: string, time: number, ...parts: readonly Uint8Array[]): void {
    const restBytes = timeBytes + parts.reduce((sum, part) => sum + part.length, 0);
    const message = Buffer.alloc(headBytes + restBytes);
    message.write(kind, 0, "latin1");
    message.writeUInt16LE(restBytes, 1);
    message.writeBigUInt64LE(BigInt(time), headBytes);
    let at = headBytes + timeBytes;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
    for (let written = 0; written < message.length;) {
      written += writeSync(this.#in, message, written);
    }
  }

  /** The next message of the board; waits for it. `undefined`: the program has ended. */
  receive(): BoardMessage | undefined {
    for (;;) {
      const length = this.#unread.length < headBytes ? Infinity : headBytes + this.#unread.readUInt16LE(1);
      if (this.#unread.length >= length) return this.#take(length);
      const count = readSync(this.#out, this.#chunk, 0, readBytes, null);
      if (count === 0) return undefined;
      this.#unread = Buffer.concat([this.#unread, this.#chunk.subarray(0, count)]);
    }
  }

  /** Ends the program at once, as a power cut does. */
  kill(): void {
    this.#child.kill("SIGKILL");
    closeSync(this.#in);
    closeSync(this.#out);
  }

  #take(length: number): BoardMessage {
    const kind = String.fromCharCode(this.#unread[0] ?? 0);
    const rest = new Uint8Array(this.#unread.subarray(headBytes, length));
    this.#unread = this.#unread.subarray(length);
    return { kind, rest: new DataView(rest.buffer) };
  }
}
