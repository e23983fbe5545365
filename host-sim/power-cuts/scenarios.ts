import { checksum } from "../../firmware/core/checksum.js";
import { openItem, storedItems } from "../../firmware/storage/stored-item.js";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { Stage, victim } from "./stage.js";
import { allItems, itemOf, storedState, type Contents } from "./stored-state.js";

/** Something a phone lives through, in which it writes. */
export interface Scenario {
  readonly name: string;
  /** What alice's memory holds at the beginning, of that of a phone in use. */
  readonly before: (used: Contents) => Contents;
  /** From alice being off to the end; each of her writes in it is cut. */
  readonly play: (stage: Stage) => void;
}

const minuteMs = 60_000;
/** Longer than it takes until peers are remembered, and than a call log is held back. */
const settledMs = 70_000;
const nothing: Contents = new Map();

/** What a phone in use has stored: a name, a key, contacts, a pin, calls, peers; each twice and of different age. */
export function usedPhone(seed: string, others: ReadonlyMap<string, Contents>): Contents {
  const stage = new Stage(seed, others);
  stage.on("bob");
  stage.onTold();
  stage.expect(victim, "registered");
  stage.expect("bob", "registered");
  for (const line of ["set volume 7", "set microphone 3", "contacts add carol"]) stage.type(victim, line);
  stage.run(settledMs);
  for (let calls = 0; calls < 2; calls++) {
    stage.talk(victim, "bob");
    stage.run(settledMs);
  }
  stage.lab.switchOff(victim);
  stage.on(victim);
  stage.expect(victim, "registered");
  stage.run(settledMs);
  return stage.memory.contents;
}

/** Each kind of thing that makes a phone write. */
export const scenarios: readonly Scenario[] = [
  {
    name: "first start, told its name",
    before: (): Contents => nothing,
    play: (stage: Stage): void => {
      stage.on("bob");
      stage.expect("bob", "registered");
      stage.onTold();
      stage.expect(victim, "registered");
      stage.run(settledMs);
    },
  },
  {
    name: "naming by hand, key made",
    before: (): Contents => nothing,
    play: (stage: Stage): void => {
      stage.on("bob", victim);
      stage.run(1000);
      stage.type(victim, "set name alice");
      stage.expect(victim, "registered");
      stage.run(settledMs);
    },
  },
  {
    name: "settings changed",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      const lines = [
        "volume 3",
        "microphone 9",
        "auto-answer on",
        "bootstrap 192.0.2.77:5000",
        "auto-answer off",
      ];
      for (const line of lines) typeAndRun(stage, `set ${line}`);
      typeAndRun(stage, "set wifi-network museum");
    },
  },
  {
    name: "contacts changed",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      for (const line of ["add dave", "add erin", "remove dave", "unpin bob", "add dave"])
        typeAndRun(stage, `contacts ${line}`);
    },
  },
  {
    name: "pinned by a first call",
    before: (used: Contents): Contents => without(used, "contacts"),
    play: (stage: Stage): void => {
      begin(stage);
      stage.talk(victim, "bob");
      stage.run(settledMs);
    },
  },
  {
    name: "calls logged",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      stage.talk("bob", victim);
      stage.type("bob", "call alice");
      stage.expect(victim, "incoming");
      stage.type("bob", "hangup");
      stage.run(settledMs);
      stage.type(victim, "call nobody");
      stage.expect(victim, "ended");
      stage.run(settledMs);
      typeAndRun(stage, "log clear");
    },
  },
  {
    name: "messages",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      for (const [from, to] of [
        ["bob", victim],
        [victim, "bob"],
      ] as const) {
        stage.type(from, `message ${to} at noon at the gate`);
        stage.expect(from, "messageDelivered");
      }
      stage.run(settledMs);
    },
  },
  {
    name: "peers come and go",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      stage.on("carol");
      stage.run(11 * minuteMs);
      stage.lab.switchOff("carol");
      stage.run(11 * minuteMs);
    },
  },
  {
    name: "restarts, quitting and not",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      for (let calls = 0; calls < 2; calls++) stage.talk(victim, "bob");
      stage.type(victim, "quit");
      stage.run(5000);
      stage.on(victim);
      stage.expect(victim, "registered");
      stage.lab.switchOff(victim);
      stage.on(victim);
      stage.expect(victim, "registered");
      stage.run(settledMs);
    },
  },
  {
    name: "renamed: a new credential",
    before: (used: Contents): Contents => used,
    play: (stage: Stage): void => {
      begin(stage);
      typeAndRun(stage, "set name alicia");
      stage.lab.switchOff(victim);
      stage.on(victim);
      stage.expect(victim, "registered");
      stage.run(settledMs);
    },
  },
  {
    name: "from earlier firmware",
    before: (used: Contents): Contents => asEarlierFirmware(used),
    play: (stage: Stage): void => {
      begin(stage);
      typeAndRun(stage, "set volume 5");
      stage.talk(victim, "bob");
      stage.run(settledMs);
    },
  },
  {
    name: "every first copy was damaged",
    before: (used: Contents): Contents =>
      new Map([...used].map(([key, value]) => [key, isFirst(key) ? value.slice(1) : value])),
    play: (stage: Stage): void => {
      begin(stage);
      stage.run(settledMs);
    },
  },
  {
    name: "the count of starts was lost",
    before: (used: Contents): Contents => without(used, "boot-count"),
    play: (stage: Stage): void => {
      begin(stage);
      stage.run(settledMs);
    },
  },
];

/** Bob has been there for a while, and holds what alice has published; then she is on again. */
function begin(stage: Stage): void {
  stage.on("bob");
  stage.expect("bob", "registered");
  stage.on(victim);
  stage.expect(victim, "registered");
}

function typeAndRun(stage: Stage, line: string): void {
  stage.type(victim, line);
  stage.run(100);
}

function without(contents: Contents, item: string): Contents {
  return new Map([...contents].filter(([key]) => itemOf(key) !== item));
}

function isFirst(key: string): boolean {
  return itemOf(key) === key;
}

/** The same state as a firmware stored it that had one place for each item, counted nothing, kept no own records. */
function asEarlierFirmware(contents: Contents): Contents {
  const { content } = storedState(contents);
  const earlier = new Map<string, Uint8Array>();
  for (const item of allItems) {
    const hex = content[item];
    if (hex === undefined || item === "records") continue;
    const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
    const isBare = item === "key-ring" || item === "boot-count";
    earlier.set(item, isBare ? bytes : sealedOnce(storedItems[item].number, bytes));
    if (!openItem(item, earlier.get(item) ?? bytes).ok)
      throw new Error(`${item} is not as earlier firmware wrote it`);
  }
  return earlier;
}

/** `[item, version, content, checksum]`. */
function sealedOnce(item: number, content: Uint8Array): Uint8Array {
  const writer = new CborWriter("stored-item").array(4).uint(item).uint(1).bytes(content);
  const covered = writer.uint(0).finish().slice(0, -1);
  return new CborWriter("stored-item").raw(covered).uint(checksum(covered)).finish();
}
