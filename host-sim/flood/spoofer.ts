import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressBytes, type Endpoint } from "../../firmware/core/endpoint.js";
import { groupAddress, musterPort } from "../../firmware/core/limits.js";
import { CommandFault } from "../command-line.js";
import { projectRoot } from "../xs/build.js";
import type { Shot } from "./shot.js";

/** What the spoofer says of one flood: what it really sent, and what came back to made-up sources. */
export interface Sent {
  readonly seconds: number;
  readonly datagrams: number;
  readonly bytes: number;
  /** Refused by the kernel. */
  readonly unsent: number;
  readonly back: number;
  readonly backBytes: number;
  readonly cookiesAnswered: number;
  /** Made-up sources that were used, and those that were answered. */
  readonly sources: number;
  readonly answered: number;
  /** The most bytes that went to one of them for each that seemed to come from it. */
  readonly worstFactor: number;
}

export interface Volley {
  readonly shots: readonly Shot[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly victim: string;
  /** "127.x.", what made-up sources begin with. */
  readonly strangers: string;
  readonly answersCookies: boolean;
}

/** Compiles the spoofer, where that is not done; its path. Throws a CommandFault without a compiler. */
export function makeSpoofer(): string {
  const source = join(projectRoot(), "host-sim/flood/spoofer.c");
  const folder = join(projectRoot(), ".cache/flood");
  const made = join(folder, "spoofer");
  if (existsSync(made) && statSync(made).mtimeMs > statSync(source).mtimeMs) return made;
  mkdirSync(folder, { recursive: true });
  const fresh = `${made}.${process.pid}`;
  const words = ["-O2", "-Wall", "-Wextra", "-std=gnu11", source, "-o", fresh];
  const { status, stderr, error } = spawnSync("gcc", words, { encoding: "utf8", timeout: compileMsMax });
  if (error !== undefined)
    throw new CommandFault("no-compiler", "gcc is needed; on Debian: sudo apt-get install gcc");
  if (status !== 0) throw new CommandFault("cannot-compile", stderr.trim());
  const moved = spawnSync("mv", [fresh, made]);
  if (moved.status !== 0) throw new CommandFault("cannot-write", `${made} cannot be written`);
  return made;
}

/** Sends a volley, and waits for what comes back. */
export function fire(spoofer: string, folder: string, volley: Volley): Promise<Sent> {
  const { shots, perSecond, seconds, victim, strangers, answersCookies } = volley;
  const plan = join(folder, "plan");
  writeFileSync(plan, planOf(shots));
  const words = [
    plan,
    String(perSecond),
    String(seconds),
    victim,
    strangers,
    ...(answersCookies ? ["cookies"] : []),
  ];
  return new Promise((resolve, reject) => {
    execFile(spoofer, words, { timeout: 1000 * seconds + lingerMsMax }, (fault, out, complaint) => {
      if (fault === null) resolve(JSON.parse(out) as Sent);
      else reject(new Error(`the spoofer failed: ${complaint || fault.message}`));
    });
  });
}

function planOf(shots: readonly Shot[]): Buffer {
  return Buffer.concat(
    shots.map(({ from, to, bytes }) => {
      const head = Buffer.alloc(headBytes);
      put(head, 0, from);
      put(head, 6, to === "group" ? { address: groupAddress, port: musterPort } : to);
      head.writeUInt16BE(bytes.length, 12);
      return Buffer.concat([head, bytes]);
    }),
  );
}

function put(head: Buffer, at: number, { address, port }: Endpoint): void {
  head.set(addressBytes(address) ?? [], at);
  head.writeUInt16BE(port, at + 4);
}

const headBytes = 14;
const compileMsMax = 60_000;
const lingerMsMax = 20_000;
