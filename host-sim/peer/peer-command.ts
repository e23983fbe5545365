import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { Driver } from "../../firmware/driver.js";
import { Memory } from "../../firmware/memory.js";
import { fileFaultText } from "../../hal/node/folder.js";
import { CommandFault } from "../command-line.js";
import { interfaceAddress, localAddress } from "../local-address.js";
import { HostPeer, type HostPeerOptions } from "./host-peer.js";
import { hostPlatform } from "./host-platform.js";
import { readPeerConfig, type PeerConfig } from "./peer-config.js";
import { ServiceAnnouncement } from "./service-announcement.js";

interface Flags {
  readonly config: string;
  readonly json?: true;
}

/** `muster peer`: one host peer on a real network, until it is told to quit or gets a signal. */
export function registerPeer(program: Command): void {
  program
    .command("peer")
    .description("run one host peer, which routes and stores for many phones; type `help` on its console")
    .requiredOption("--config <file>", "its configuration: JSON, see host-sim/peer/README.md")
    .option("--json", "answers and events as JSON, one a line")
    .action((flags: Flags) => runPeer(flags));
}

function runPeer({ config: path, json }: Flags): void {
  const config = readConfig(path);
  const address =
    config.interface === undefined ? localAddress(config.address) : interfaceAddress(config.interface);
  const tell = (sentence: string): void =>
    void process.stdout.write(`${json === true ? JSON.stringify({ event: "fault", sentence }) : sentence}\n`);
  try {
    const platform = hostPlatform({
      address,
      storageFolder: config.state,
      format: json === true ? "json" : "text",
      onFault: tell,
    });
    const { crypto, random, storage } = platform;
    const memory = new Memory((key) => storage.get(key));
    const announce = announcer(tell);
    const peer = new HostPeer({ crypto, random, memory, config, announce });
    new Driver(platform, peer, { port: config.port }).start();
  } catch (fault) {
    throw new CommandFault("cannot-start", fault instanceof Error ? fault.message : String(fault));
  }
}

/** Announces the peer by DNS-SD; where that cannot be it says why, and the peer goes on without. */
function announcer(tell: (sentence: string) => void): NonNullable<HostPeerOptions["announce"]> {
  let announced: ServiceAnnouncement | undefined;
  return (instance) => {
    announced?.end();
    announced = undefined;
    try {
      if (instance !== undefined) announced = new ServiceAnnouncement(instance);
    } catch (fault) {
      const why = fault instanceof Error ? fault.message : String(fault);
      tell(`This peer is not announced by DNS-SD: ${why}`);
    }
  };
}

function readConfig(path: string): PeerConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (fault) {
    throw new CommandFault("cannot-read", `${path} cannot be read: ${fileFaultText(fault)}`);
  }
  const config = readPeerConfig(text, path);
  if (config.ok) return config.value;
  const { where, what, allowed } = config.error;
  throw new CommandFault("bad-config", `${path}: ${where} ${what}`, [allowed]);
}
