import { spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnOn, type LanHost } from "../../interop/lan.js";

/** An end to waiting, no figure of a test. */
const waitMsMax = 20_000;

/**
 * Avahi, which is what speaks multicast DNS on a Linux computer, on a host of a LAN of its own: the daemon, a bus by
 * which its tools reach it, and the tools. Ends with the LAN.
 */
export class Avahi {
  readonly #host: LanHost;
  readonly #env: NodeJS.ProcessEnv;

  constructor(host: LanHost, env: NodeJS.ProcessEnv) {
    this.#host = host;
    this.#env = env;
  }

  /** `folder` is empty and for it alone. */
  static async start(host: LanHost, folder: string): Promise<Avahi> {
    const socket = join(folder, "bus");
    writeFileSync(join(folder, "bus.xml"), busConfiguration(socket));
    writeFileSync(join(folder, "avahi.conf"), daemonConfiguration);
    const avahi = new Avahi(host, { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` });
    await avahi.#running(
      "dbus-daemon",
      [`--config-file=${join(folder, "bus.xml")}`, "--nofork", "--print-address"],
      /unix:/,
    );
    const words = ["--file", join(folder, "avahi.conf"), "--no-drop-root", "--no-chroot", "--no-rlimits"];
    await avahi.#running("avahi-daemon", words, /Server startup complete/);
    return avahi;
  }

  /** Announces a service on this host. */
  async publish(name: string, type: string, port: number, text: string): Promise<void> {
    await this.#running("avahi-publish-service", [name, type, `${port}`, text], /Established/);
  }

  /** The instances of a service, once they are as wanted, in the words of `avahi-browse`: name, address, port, … */
  async browse(
    type: string,
    areWanted: (instances: readonly string[][]) => boolean,
  ): Promise<readonly string[][]> {
    let instances: string[][] = [];
    const words = ["--resolve", "--parsable", "--terminate", "--no-db-lookup", type];
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += 500) {
      const { stdout } = spawnSync("ip", ["netns", "exec", this.#host.namespace, "avahi-browse", ...words], {
        env: this.#env,
        encoding: "utf8",
        timeout: waitMsMax,
      });
      const resolved = stdout.split("\n").filter((line) => line.startsWith("="));
      instances = resolved.map((line) => line.split(";"));
      if (areWanted(instances)) break;
      await sleep(500);
    }
    return instances;
  }

  /** Starts a program and waits until it says that it runs. */
  #running(program: string, words: readonly string[], sign: RegExp): Promise<ChildProcessWithoutNullStreams> {
    const child = spawnOn(this.#host, program, words, { env: this.#env });
    let said = "";
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`${program} does not run: ${said}`)), waitMsMax);
      const hear = (text: Buffer): void => {
        said += text.toString();
        if (!sign.test(said)) return;
        clearTimeout(timer);
        done(child);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("exit", () => {
        clearTimeout(timer);
        fail(new Error(`${program} has ended: ${said}`));
      });
    });
  }
}

const daemonConfiguration = `[server]
host-name=avahi-host
use-ipv4=yes
use-ipv6=no
enable-dbus=yes
[publish]
publish-hinfo=no
publish-workstation=no
`;

function busConfiguration(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_requested_reply="true"/><allow receive_type="method_call"/><allow receive_type="signal"/>
    <allow receive_type="method_return"/><allow receive_type="error"/>
  </policy>
</busconfig>
`;
}
