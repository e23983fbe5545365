import type { Crypto } from "../hal/crypto.js";
import { notice } from "./console/notice.js";
import type { NoticeView } from "./console/view.js";
import { compareBytes, toHex } from "./core/bytes.js";
import { shownUser } from "./core/full-name.js";
import { requestsMax } from "./core/limits.js";
import { idBytes } from "./core/node-id.js";
import { none } from "./core/none.js";
import { resourceIdOf } from "./identity/resource-id.js";
import type { NodeEvent } from "./node-event.js";
import type { FetchOutcome, StatOutcome } from "./overlay/overlay.js";
import type { Instant } from "./core/time.js";
import type { RunningNode } from "./running-node.js";
import { decodeRegistration, registrationKind } from "./usage/registration.js";

interface Asked {
  readonly request: number;
  readonly name: string;
}

interface Watched extends Asked {
  /** Node-IDs of who was registered when last looked up, in hex; absent: not known yet. */
  devices: string | undefined;
}

/** What the overlay says of the records of a name: which there are, and whether that changes. */
export class NameRecords {
  readonly #crypto: Crypto;
  #asked: readonly Asked[] = none;
  #watched: readonly Watched[] = none;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Asks which registrations of a name there are, without fetching them. */
  stat(now: Instant, on: RunningNode, name: string): void {
    const request = on.node.ask(now, { kind: "stat", ...this.placeOf(on, name) });
    this.#asked = [...this.#asked, { request, name }].slice(-requestsMax);
  }

  /** Tells from now on when the phones of a name come and go. */
  watch(now: Instant, on: RunningNode, name: string): NoticeView | undefined {
    if (this.#watched.some((one) => one.name === name))
      return notice("refused", `${name} is watched already.`);
    const request = on.node.ask(now, { kind: "watch", ...this.placeOf(on, name) });
    this.#watched = [...this.#watched, { request, name, devices: undefined }];
    return undefined;
  }

  unwatch(now: Instant, on: RunningNode, name: string): NoticeView {
    const watched = this.#watched.find((one) => one.name === name);
    if (watched === undefined) return notice("refused", `${name} is not watched.`);
    this.#watched = this.#watched.filter((one) => one !== watched);
    on.node.ask(now, { kind: "unwatch", watch: watched.request });
    return notice("done", `${name} is not watched any more.`);
  }

  /** Whom this node watches. */
  list(): NoticeView {
    const names = this.#watched.map(({ name }) => name).join(", ");
    return notice("done", names === "" ? "Nobody is watched." : `Watched: ${names}.`, { names });
  }

  /** What a watched name has come to; nothing where the same phones are registered as before. */
  told({ request, outcome }: Extract<NodeEvent, { kind: "fetchFinished" }>): NoticeView | undefined {
    const watched = this.#watched.find((one) => one.request === request);
    if (watched === undefined) return undefined;
    const { name } = watched;
    if (outcome.status === "failed") return this.failed(watched, outcome.reason);
    const devices = devicesOf(outcome);
    if (watched.devices === devices.join(" ")) return undefined;
    watched.devices = devices.join(" ");
    const count = devices.length;
    const fullName = fullNameOf(outcome);
    const user = shownUser(name, fullName);
    const sentence =
      count === 0
        ? `${name} is not registered now.`
        : `${user} is registered now, with ${count === 1 ? "one phone" : `${count} phones`}.`;
    const facts = { name, ...(fullName !== undefined && { fullName }), devices: count };
    return notice("watched", sentence, facts);
  }

  /** The answer to a Stat. */
  stated({ request, outcome }: Extract<NodeEvent, { kind: "statFinished" }>): NoticeView | undefined {
    const asked = this.#asked.find((one) => one.request === request);
    if (asked === undefined) return undefined;
    this.#asked = this.#asked.filter((one) => one !== asked);
    const { name } = asked;
    if (outcome.status === "failed") return notice("refused", lookupFailed(name, outcome.reason), { name });
    const entries = outcome.status === "found" ? outcome.entries : [];
    const living = entries.filter(({ valueBytes }) => valueBytes !== null).length;
    const sentence =
      entries.length === 0
        ? `There is no record of ${name}.`
        : `Records of ${name}: ${entries.map(entryText).join("; ")}.`;
    return notice("stat", sentence, { name, records: living, removed: entries.length - living });
  }

  /** One that was never taken up is watched no more; the others are asked for again. */
  private failed(watched: Watched, reason: string): NoticeView {
    if (reason === "too-many") this.#watched = this.#watched.filter((one) => one !== watched);
    return notice("refused", lookupFailed(watched.name, reason), { name: watched.name });
  }

  private placeOf(
    on: RunningNode,
    name: string,
  ): { resource: ReturnType<typeof resourceIdOf>; recordKind: number } {
    const resource = resourceIdOf(this.#crypto, on.overlayId, "user", name);
    return { resource, recordKind: registrationKind };
  }
}

function lookupFailed(name: string, reason: string): string {
  return `${name} could not be looked up: ${reason}.`;
}

function devicesOf(outcome: FetchOutcome): string[] {
  const records = outcome.status === "found" ? [...outcome.records] : [];
  return records.sort((a, b) => compareBytes(a.key, b.key)).map(({ key }) => toHex(key));
}

/** What the user of a name calls himself; `undefined` where the phones of it do not all say the same: it may be two. */
function fullNameOf(outcome: FetchOutcome): string | undefined {
  if (outcome.status !== "found") return undefined;
  const fullNames = outcome.records.map(({ value }) => {
    const registration = decodeRegistration(value);
    return registration.ok ? registration.value.fullName : undefined;
  });
  const [first] = fullNames;
  return fullNames.every((fullName) => fullName === first) ? first : undefined;
}

/** "…a3f1, generation 196609, 1 B, for 1620 s" */
function entryText(entry: Extract<StatOutcome, { status: "found" }>["entries"][number]): string {
  const { key, generation, remainingS, valueBytes } = entry;
  const whose = key.length === idBytes ? `…${toHex(key.subarray(0, 2))}` : toHex(key);
  const what = valueBytes === null ? "removed" : `${valueBytes} B`;
  return `${whose}, generation ${generation}, ${what}, for ${remainingS} s`;
}
