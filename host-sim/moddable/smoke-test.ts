import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PtyConsole } from "../../hal/node/pty-console.js";
import type { Leaf } from "./leaf.js";
import { buildLeaf } from "./leaf-build.js";
import type { LeafReport } from "./leaf-report.js";
import { LoadedPhone } from "./loaded-phone.js";
import type { Sdk } from "./sdk.js";

/** Longest time for any one step, ms: an end to waiting, no figure of its own. */
const stepMsMax = 60_000;
const phoneName = "lin";

/**
 * Builds the leaf for Linux, switches the phone on and plays its person on the serial console, a pseudo-terminal: a
 * name is set, the phone registers alone, tells its status, and is switched off.
 */
export async function smokeTest(sdk: Sdk, leaf: Leaf): Promise<LeafReport> {
  const state = join(sdk.output, "phone");
  const serialDevice = join(sdk.output, "console");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  const port = String(await freePort());
  const build = await buildLeaf(sdk, leaf, { console: "json", serialDevice, state, port });
  if (build.fault !== undefined || build.image === undefined) return build;
  const ran: string[] = [];
  try {
    const loader = await compileLoader(sdk);
    await useOnce(sdk, [loader, join(sdk.output, "bin/lin/mc/release/muster/mc.so")], serialDevice, ran);
    return { ...build, ran };
  } catch (fault) {
    return { ...build, ran, fault: fault instanceof Error ? fault.message : String(fault) };
  }
}

/** Our stand-in for the SDK's simulator (manifests/lin/loader.c). */
async function compileLoader(sdk: Sdk): Promise<string> {
  const loader = join(sdk.output, "loader");
  const flags = await sdk.run("pkg-config", ["--cflags", "--libs", "gio-2.0"]);
  if (flags.status !== 0)
    throw new Error(`the loader needs libglib2.0-dev and pkg-config: ${flags.output.trim()}`);
  const screen = join(sdk.folder, "build/simulators/modules");
  const source = join(sdk.root, "manifests/lin/loader.c");
  const { status, output } = await sdk.run("gcc", [
    ...["-std=c11", "-O1", "-Wall", "-Wextra", "-DmxLinux=1", `-I${screen}`, source, "-o", loader],
    ...flags.output.trim().split(/\s+/),
    "-ldl",
  ]);
  if (status !== 0) throw new Error(`the loader did not compile: ${output.trim()}`);
  return loader;
}

async function useOnce(sdk: Sdk, command: readonly string[], device: string, ran: string[]): Promise<void> {
  const terminal = new PtyConsole({ format: "json", onReadable: () => phone?.handleLines() });
  let phone: LoadedPhone | undefined;
  try {
    rmSync(device, { force: true });
    symlinkSync(terminal.path, device);
    phone = new LoadedPhone(command, sdk.output, terminal);
    phone.type(`set name ${phoneName}`);
    const registered = await phone.expect("registered", stepMsMax);
    ran.push(`registered as ${phoneName} ${String(registered["sinceStartMs"])} ms after it was switched on`);
    phone.type("status");
    const status = await phone.expect("status", stepMsMax);
    ran.push(`status: ${JSON.stringify(status)}`);
    phone.type("quit");
    ran.push(`quit: ended with status ${await phone.ended(stepMsMax)}`);
  } finally {
    phone?.stop();
    terminal.close();
    rmSync(device, { force: true });
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
