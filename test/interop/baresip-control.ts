import { once } from "node:events";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { controlPort } from "./baresip-config.js";
import { spawnOn, type LanHost } from "./lan.js";
import { netstring, NetstringReader } from "./netstring.js";

/** What baresip's module ctrl_tcp says: an event, or the answer to a command. */
export interface BaresipEvent {
  /** "CALL_INCOMING", "CALL_CLOSED", ...; "response" for an answer. */
  readonly type: string;
  /** Of an event: a digit, why a call was closed, "offer" or "answer"; of an answer: what the command printed. */
  readonly param: string;
  /** Of an answer: whether the command is known and was done. */
  readonly ok: boolean;
}

/** A TCP connection from outside its namespace: bash opens it inside and joins it to its standard streams. */
const bridge = `
until exec 3<>/dev/tcp/127.0.0.1/${controlPort}; do sleep 0.05; done 2>/dev/null
cat <&3 &
exec cat >&3`;

/** The remote control of a baresip on a host: commands go out, events come in. */
export class BaresipControl {
  readonly #bridge: ChildProcessWithoutNullStreams;

  constructor(host: LanHost, onEvent: (event: BaresipEvent) => void) {
    const reader = new NetstringReader();
    this.#bridge = spawnOn(host, "bash", ["-c", bridge]);
    this.#bridge.stdin.on("error", () => undefined);
    this.#bridge.stdout.on("data", (bytes: Buffer) => {
      for (const content of reader.read(bytes)) onEvent(eventOf(content));
    });
  }

  send(command: string, params = ""): void {
    this.#bridge.stdin.write(netstring(JSON.stringify({ command, params })));
  }

  async close(): Promise<void> {
    const closed = once(this.#bridge, "close");
    this.#bridge.stdin.end();
    this.#bridge.kill("SIGKILL");
    await closed;
  }
}

function eventOf(content: string): BaresipEvent {
  const told = JSON.parse(content) as Record<string, unknown>;
  const { type = "response", param = told["data"] ?? "", ok = true } = told;
  return { type: String(type), param: String(param), ok: ok === true };
}
