import type { Endpoint } from "../../firmware/core/endpoint.js";
import type { Instant } from "../../firmware/core/time.js";
import { TokenBucket } from "../../firmware/core/token-bucket.js";
import {
  decodeDnsMessage,
  encodeDnsMessage,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
} from "../../firmware/wire/dns-message.js";
import { sameDnsName, type DnsName } from "../../firmware/wire/dns-reader.js";
import {
  instanceRecords,
  multicastDns,
  serviceName,
  type InstanceRecords,
  type ServiceInstance,
} from "../../firmware/wire/service-instance.js";

/** A message to send, and to whom: the group, or one asker. */
export interface ServiceReply {
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/**
 * Answers who asks the LAN for host peers (RFC 6762 §6, RFC 6763 §4): one instance, in the terms of multicast DNS, with
 * no IO. It does not fight for its names: they are made of its Node-ID, which nobody else has.
 */
export class ServiceResponder {
  readonly #instance: ServiceInstance;
  readonly #records: InstanceRecords;
  readonly #toGroup = new TokenBucket({ perSecond: 1, burst: 2 });
  readonly #toOne = new TokenBucket({ perSecond: 20, burst: 50 });

  constructor(instance: ServiceInstance) {
    this.#instance = instance;
    this.#records = instanceRecords(instance, lifetimeS);
  }

  /** What is said unasked when the service begins; `isOver`: when it ends. */
  announcement(isOver: boolean): ServiceReply {
    const { pointer, details } = isOver ? instanceRecords(this.#instance, 0) : this.#records;
    return { to: multicastDns, bytes: encodeDnsMessage({ ...empty, answers: [pointer, ...details] }) };
  }

  /** The answer to a message from the LAN, if it asks for what is here and is not known to the asker already. */
  handleMessage(now: Instant, from: Endpoint, bytes: Uint8Array): ServiceReply | undefined {
    const read = decodeDnsMessage(bytes);
    if (!read.ok || read.value.isAnswer) return undefined;
    const { questions, answers: known } = read.value;
    const asked = questions.filter((question) => this.#answersTo(question).length > 0);
    const answers = distinct(asked.flatMap((question) => this.#answersTo(question)));
    const wanted = answers.filter((answer) => !known.some((one) => isKnown(one, answer)));
    if (wanted.length === 0) return undefined;
    const { pointer, details } = this.#records;
    const additional = wanted.includes(pointer) ? details.filter((one) => !wanted.includes(one)) : [];
    const isOneShot = from.port !== multicastDns.port;
    const toOne = isOneShot || asked.every(({ wantsUnicast }) => wantsUnicast);
    const bucket = toOne ? this.#toOne : this.#toGroup;
    if (!bucket.take(now)) return undefined;
    const message = { ...empty, answers: wanted, additional };
    const reply = isOneShot ? oneShot(message, read.value.id, asked) : message;
    return { to: toOne ? from : multicastDns, bytes: encodeDnsMessage(reply) };
  }

  #answersTo({ name, type }: DnsQuestion): DnsRecord[] {
    const { pointer, details } = this.#records;
    const all: readonly DnsRecord[] = [pointer, ...details, serviceType];
    return all.filter((one) => sameDnsName(one.name, name) && (type === undefined || type === one.type));
  }
}

/** How long others may believe it, seconds (RFC 6762 §10). */
const lifetimeS = 120;
/** An asker that is not on the group keeps nothing (RFC 6762 §6.7). */
const oneShotLifetimeS = 10;

const empty: DnsMessage = { id: 0, isAnswer: true, questions: [], answers: [], additional: [] };

/** For those who ask which services there are (RFC 6763 §9). */
const serviceType: DnsRecord = {
  type: "PTR",
  name: ["_services", "_dns-sd", "_udp", "local"],
  ttlS: lifetimeS,
  isWhole: false,
  target: serviceName,
};

/** In the form of an ordinary DNS server's answer: that is all that one-shot askers know. */
function oneShot(message: DnsMessage, id: number, asked: readonly DnsQuestion[]): DnsMessage {
  const shortly = (record: DnsRecord): DnsRecord => ({ ...record, ttlS: oneShotLifetimeS, isWhole: false });
  const questions = asked.map((question) => ({ ...question, wantsUnicast: false }));
  const { answers, additional } = message;
  return { ...message, id, questions, answers: answers.map(shortly), additional: additional.map(shortly) };
}

/** Whether the asker has said that it knows this, and will for a while yet (RFC 6762 §7.1). */
function isKnown(known: DnsRecord, answer: DnsRecord): boolean {
  if (known.type !== answer.type || !sameDnsName(known.name, answer.name)) return false;
  return 2 * known.ttlS >= answer.ttlS && sameTarget(targetOf(known), targetOf(answer));
}

/** Of all but pointers there is one only: what is known of it may be old, so it is said again. */
function targetOf(record: DnsRecord): DnsName | undefined {
  return record.type === "PTR" ? record.target : undefined;
}

function sameTarget(a: DnsName | undefined, b: DnsName | undefined): boolean {
  return a !== undefined && b !== undefined && sameDnsName(a, b);
}

function distinct(records: readonly DnsRecord[]): DnsRecord[] {
  return [...new Set(records)];
}
