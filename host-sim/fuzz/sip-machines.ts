import type { Endpoint } from "../../firmware/core/endpoint.js";
import { amplificationMax, sipSessionsMax, sipTransactionsMax } from "../../firmware/core/limits.js";
import { instant, type Deadline, type Instant } from "../../firmware/core/time.js";
import { OverlayLine } from "../../firmware/usage/sip/overlay-line.js";
import { StockAgent } from "../../firmware/usage/sip/stock-agent.js";
import { UserAgent } from "../../firmware/usage/sip/user-agent.js";
import { decodeRawMessage } from "../../firmware/wire/sip/raw-message.js";
import { Prng } from "../virtual/prng.js";
import { must, type Decoder, type Reader } from "./decoder.js";
import { SipEcho } from "./sip-echo.js";
import { sipMessages, sipWords, stockCall } from "./sip-examples.js";

/** SIP user agents, of links and of stock phones, to whom anything at all is said. */
export function sipMachines(): readonly Decoder[] {
  // The torture messages, and an ordinary call often enough for its messages to meet each other.
  const examples = (): readonly Uint8Array[] => [...sipMessages(), ...stockCall(), ...stockCall()];
  const common = {
    form: "text",
    words: sipWords,
    examples,
    inputsPerReader: 1000,
    costs: 10,
  } as const;
  const reader = (seed: string, socket: (prng: Prng) => Socket): Reader => {
    const prng = new Prng(seed);
    return new AgentReader(prng, socket(prng));
  };
  return [
    { ...common, name: "machine/user-agent", open: (seed) => reader(seed, (prng) => new LinkSocket(prng)) },
    { ...common, name: "machine/stock-agent", open: (seed) => reader(seed, (prng) => new StockSocket(prng)) },
  ];
}

const at: Endpoint = { address: "192.0.2.7", port: 5060 };
/** Whom the person calls. */
const friend: Endpoint = { address: "192.0.2.9", port: 5060 };

/** An agent and how messages come to it and leave it. */
interface Socket {
  readonly agent: UserAgent;
  readonly machine: { handleTimeout(now: Instant): void; pollTimeout(): Deadline | undefined };
  take(now: Instant, input: Uint8Array): void;
  /** The messages it sends, and how many bytes they are; checks where they go. */
  drain(): number;
}

/** A person who now and then does something, time that goes on, and an end of it all. */
class AgentReader implements Reader {
  readonly #prng: Prng;
  readonly #socket: Socket;
  #now: Instant = instant(1000);

  constructor(prng: Prng, socket: Socket) {
    this.#prng = prng;
    this.#socket = socket;
  }

  feed(input: Uint8Array): string {
    const { agent } = this.#socket;
    this.#now = instant(this.#now + this.#prng.below(60));
    if (this.#prng.chance(0.05)) this.#act(agent);
    this.#drain();
    this.#socket.take(this.#now, input);
    const sent = this.#drain();
    this.#runTimers(this.#now);
    const { transactions, sessions, outgoing, requests } = agent.describe();
    const bounded =
      transactions <= sipTransactionsMax && sessions <= sipSessionsMax && outgoing + requests <= 64;
    must(bounded, `tables grow: ${JSON.stringify(agent.describe())}`);
    return sent > 0 ? "accepted" : "silence";
  }

  /** The person hangs up, three minutes pass, and nothing is left. */
  close(): void {
    const { agent } = this.#socket;
    agent.hangUp(this.#now);
    this.#runTimers(instant(this.#now + 180_000));
    const { transactions, outgoing, incoming, sessions, requests } = agent.describe();
    const left = transactions + outgoing + incoming + sessions + requests;
    must(left === 0, `left behind: ${JSON.stringify(agent.describe())}`);
    must(agent.pollTimeout() === undefined, "an idle agent waits for something");
  }

  #runTimers(until: Instant): void {
    const { machine } = this.#socket;
    for (let turns = 0; ; turns++) {
      must(turns < 10_000, "time stands still");
      const next = machine.pollTimeout();
      if (next === undefined || next.at > until) break;
      this.#now = instant(Math.max(this.#now, next.at));
      machine.handleTimeout(this.#now);
      this.#drain();
    }
    this.#now = instant(Math.max(this.#now, until));
  }

  #drain(): number {
    while (this.#socket.agent.pollEvent() !== undefined);
    return this.#socket.drain();
  }

  #act(agent: UserAgent): void {
    const target = {
      nodeKey: `${friend.address}:${friend.port}`,
      media: { address: at.address, port: 5004 },
    };
    switch (this.#prng.below(6)) {
      case 0:
        return agent.answer(this.#now, target.media);
      case 1:
        return agent.hangUp(this.#now);
      case 2:
        return void agent.invite(this.#now, "sip:bob@192.0.2.9", [target]);
      case 3:
        return agent.hold(this.#now, this.#prng.chance(0.5));
      case 4:
        return agent.move(this.#now, { address: "192.0.2.70", port: 5006 });
      default:
        return agent.decline(this.#now, "decline");
    }
  }
}

/** The overlay: whoever speaks is known. */
class LinkSocket implements Socket {
  readonly agent: UserAgent;
  readonly #prng: Prng;
  readonly #echo = new SipEcho();

  constructor(prng: Prng) {
    const identity = { userName: "alice", overlayName: at.address, nodeKey: "aa".repeat(16) };
    this.#prng = prng;
    this.agent = new UserAgent({ line: new OverlayLine(identity, prng), random: prng });
  }

  get machine(): UserAgent {
    return this.agent;
  }

  take(now: Instant, input: Uint8Array): void {
    const nodeKey = this.#prng.pick([`${friend.address}:${friend.port}`, "cc".repeat(16)]);
    const told = this.#echo.inPlace(input);
    this.agent.handleMessage(now, { nodeKey, userName: "bob" }, told, this.#prng.chance(0.1));
  }

  drain(): number {
    let bytes = 0;
    for (let out = this.agent.pollTransmit(); out !== undefined; out = this.agent.pollTransmit()) {
      must(decodeRawMessage(out.bytes).ok, "what is sent is no SIP");
      this.#echo.note(out.bytes);
      bytes += out.bytes.length;
    }
    return bytes;
  }
}

/** Stock phones: whoever speaks may be somebody else, and gets three times his bytes at most. */
class StockSocket implements Socket {
  readonly machine: StockAgent;
  readonly #prng: Prng;
  readonly #echo = new SipEcho();
  readonly #came = new Map<string, number>();
  readonly #sent = new Map<string, number>();

  constructor(prng: Prng) {
    this.#prng = prng;
    this.machine = new StockAgent({ userName: "alice", random: prng });
    this.machine.setLocal(at);
  }

  get agent(): UserAgent {
    return this.machine.agent;
  }

  take(now: Instant, input: Uint8Array): void {
    const stranger = { address: `198.51.100.${this.#prng.below(20)}`, port: this.#prng.pick([5060, 5062]) };
    const isFriend = this.#prng.chance(0.6);
    const from = isFriend ? friend : stranger;
    this.#came.set(from.address, (this.#came.get(from.address) ?? 0) + input.length);
    // Only the friend gets what the agent says, and can say it again.
    const told = isFriend ? this.#echo.inPlace(input) : input;
    this.machine.handleDatagram(now, from, told, this.#prng.chance(0.1));
  }

  drain(): number {
    let bytes = 0;
    for (let out = this.machine.pollTransmit(); out !== undefined; out = this.machine.pollTransmit()) {
      bytes += out.bytes.length;
      must(decodeRawMessage(out.bytes).ok, "what is sent is no SIP");
      // The person may call whom he wants, and who is in a call say where its requests are to go.
      const isAnswer = out.bytes[3] === 0x2f;
      if (out.to.address === friend.address) this.#echo.note(out.bytes);
      else if (isAnswer) this.#count(out.to.address, out.bytes.length);
    }
    return bytes;
  }

  #count(address: string, bytes: number): void {
    const sent = (this.#sent.get(address) ?? 0) + bytes;
    this.#sent.set(address, sent);
    const came = this.#came.get(address) ?? 0;
    must(sent <= amplificationMax * came, `${address} sent ${came} bytes and got ${sent}`);
  }
}
