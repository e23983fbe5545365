import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";

/** A host of a LAN: a network namespace with one interface, `lan`, and a default route. */
export interface LanHost {
  readonly namespace: string;
  /** IPv4, of 192.0.2.0/24. */
  readonly address: string;
}

const prefix = "muster-test";
const stepMsMax = 20_000;
const existing = new Set<Lan>();
let lansMade = 0;
let cleansUp = false;

/**
 * Hosts on a bridge, each in a network namespace of its own; nothing of the machine's own network is in reach, and
 * every LAN has the same addresses. Needs root. What is left of a LAN when the process ends, however it ends, goes:
 * its namespaces at exit or, after SIGKILL, before the next LAN is made; its programs with their parent.
 */
export class Lan {
  readonly #namespaces: string[] = [];
  readonly #name: string;

  /** Makes the bridge; throws an Error with what `ip` complained of. */
  constructor() {
    if (!cleansUp) process.on("exit", removeAll);
    if (!cleansUp) removeLeftOver();
    cleansUp = true;
    this.#name = `${prefix}-${process.pid}-${++lansMade}`;
    existing.add(this);
    this.#makeNamespace(this.#bridge);
    ip("-n", this.#bridge, "link", "add", "bridge", "type", "bridge");
    ip("-n", this.#bridge, "link", "set", "bridge", "up");
  }

  /** Makes a host; `number` 1 .. 254 is the last part of its address. */
  addHost(number: number): LanHost {
    const namespace = `${this.#name}-${number}`;
    const address = `192.0.2.${number}`;
    const port = `port${number}`;
    this.#makeNamespace(namespace);
    ip("-n", namespace, "link", "add", "lan", "type", "veth", "peer", "name", port, "netns", this.#bridge);
    ip("-n", this.#bridge, "link", "set", port, "master", "bridge", "up");
    ip("-n", namespace, "addr", "add", `${address}/24`, "broadcast", "192.0.2.255", "dev", "lan");
    ip("-n", namespace, "link", "set", "lan", "up");
    // Some phones take the address they have towards the world for their own. There is no such router.
    ip("-n", namespace, "route", "add", "default", "via", "192.0.2.254");
    return { namespace, address };
  }

  /** Ends every program on it and removes it. */
  remove(): void {
    for (const namespace of this.#namespaces.splice(0)) removeNamespace(namespace);
    existing.delete(this);
  }

  get #bridge(): string {
    return `${this.#name}-bridge`;
  }

  #makeNamespace(namespace: string): void {
    this.#namespaces.push(namespace);
    ip("netns", "add", namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
  }
}

/** Starts a program on a host; it is killed when this process ends. */
export function spawnOn(
  host: LanHost,
  program: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ChildProcessWithoutNullStreams {
  const entering = ["--pdeathsig", "KILL", "ip", "netns", "exec", host.namespace];
  return spawn("setpriv", [...entering, program, ...words], { stdio: "pipe", ...options });
}

/** Why no LAN can be made here, a sentence; `undefined`: it can. */
export function lanFault(): string | undefined {
  if (process.getuid?.() !== 0) return "network namespaces can be made by root only";
  const name = `${prefix}-${process.pid}-trial`;
  const { status, stderr } = spawnSync("ip", ["netns", "add", name], {
    encoding: "utf8",
    timeout: stepMsMax,
  });
  if (status !== 0) return `no network namespace can be made here: ${stderr.trim()}`;
  removeNamespace(name);
  return undefined;
}

/** Names of the namespaces that LANs of a process have, and of which it should be rid in the end. */
export function namespacesOf(pid: number): string[] {
  return namespaceNames().filter((name) => name.startsWith(`${prefix}-${pid}-`));
}

function removeAll(): void {
  for (const lan of [...existing]) lan.remove();
}

/** Of processes that had no time to clean up. */
function removeLeftOver(): void {
  for (const name of namespaceNames()) {
    const [, pid] = new RegExp(`^${prefix}-(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeNamespace(name);
  }
}

function namespaceNames(): string[] {
  return ip("netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "");
}

function removeNamespace(namespace: string): void {
  const run = (...words: string[]): string =>
    spawnSync("ip", ["netns", ...words], { encoding: "utf8", timeout: stepMsMax }).stdout;
  for (const pid of run("pids", namespace).split("\n").filter(Boolean)) kill(Number(pid));
  run("del", namespace);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function ip(...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync("ip", words, { encoding: "utf8", timeout: stepMsMax });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
