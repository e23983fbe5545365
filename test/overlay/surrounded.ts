import { present } from "../../firmware/core/assert.js";
import { compareDistance, sameId } from "../../firmware/core/node-id.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import type { OverlayEffect } from "../../firmware/overlay/overlay.js";
import type { FetchRequest } from "../../firmware/wire/kinds/fetch.js";
import type { FindRequest } from "../../firmware/wire/kinds/find.js";
import type { StoreRequest } from "../../firmware/wire/kinds/store.js";
import { endpointOf, PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

export const resource = resourceOf("wanted");
export const wanted = keyRingOf("wanted", "wanted");
export const kind = 1;

/** So many puppets that are nearer the resource than the node under test, the farthest first. */
function puppetsFor(stage: PuppetStage, count: number): KeyRing[] {
  const puppets: KeyRing[] = [];
  for (let n = 0; puppets.length < count; n++) {
    const keyRing = keyRingOf(`puppet${n}`, `puppet${n}`);
    if (compareDistance(resource, keyRing.nodeId, stage.keyRing.nodeId) < 0) puppets.push(keyRing);
  }
  return puppets.sort((a, b) => compareDistance(resource, b.nodeId, a.nodeId));
}

/** The node linked to all of the puppets but the nearest, on the links 1, 2, ...; that one is named by others. */
export function surrounded(
  count: number,
  rows = 32,
): { stage: PuppetStage; puppets: KeyRing[]; hidden: KeyRing } {
  const stage = new PuppetStage(undefined, { neighbours: rows });
  stage.begin();
  const puppets = puppetsFor(stage, count + 1);
  const hidden = present(puppets.pop(), "a puppet");
  puppets.forEach((keyRing, at) => stage.link(at + 1, keyRing));
  return { stage, puppets, hidden };
}

export type Asked = (FetchRequest | FindRequest | StoreRequest) & { readonly link: number };

/** Requests that nobody has answered yet, each once however often it was sent. */
function asked(stage: PuppetStage, answered: Set<number>): Asked[] {
  const open: Asked[] = [];
  for (const { link, message } of stage.said.splice(0)) {
    if (message.type !== "fetch" && message.type !== "find" && message.type !== "store") continue;
    if (answered.has(message.transaction)) continue;
    answered.add(message.transaction);
    open.push({ ...message, link });
  }
  return open;
}

/** Answers everything for so long as `say` has it: with records, with contacts, or with nothing. */
export function play(
  stage: PuppetStage,
  durationMs: number,
  say: {
    readonly found?: (request: Asked) => boolean;
    readonly named?: (request: Asked) => readonly KeyRing[];
    /** Nothing comes back. */
    readonly swallowed?: (request: Asked) => boolean;
  },
): Asked[] {
  const answered = new Set<number>();
  const all: Asked[] = [];
  const end = stage.now + durationMs;
  while (stage.now < end) {
    for (const request of asked(stage, answered)) {
      all.push(request);
      const { transaction, via, link } = request;
      if (say.swallowed?.(request) === true) continue;
      if (request.type === "find") {
        const contacts = (say.named?.(request) ?? []).map(({ nodeId }, at) => {
          return { nodeId, endpoint: endpointOf(100 + at), flags: 1 };
        });
        const status = contacts.length > 0 ? "ok" : "not-found";
        stage.say(link, { type: "findAnswer", transaction, via, status, contacts });
      } else if (request.type === "store") {
        stage.say(link, {
          type: "storeAnswer",
          transaction,
          via,
          status: "ok",
          generation: request.record.generation,
        });
      } else {
        const isFound = say.found?.(request) ?? false;
        const records = isFound ? [{ ...registrationOf(wanted), remainingS: 900 }] : [];
        const credentials = isFound ? [wanted.credential.bytes] : [];
        const status = isFound ? "ok" : "not-found";
        stage.say(link, { type: "fetchAnswer", transaction, via, status, records, credentials });
      }
    }
    stage.run(20);
  }
  return all;
}

export function fetched(stage: PuppetStage): Extract<OverlayEffect, { kind: "fetchFinished" }> | undefined {
  const effect = stage.effects.findLast(({ kind }) => kind === "fetchFinished");
  return effect?.kind === "fetchFinished" ? effect : undefined;
}

export function connects(stage: PuppetStage): Extract<OverlayEffect, { kind: "connect" }>[] {
  return stage.effects.flatMap((effect) => (effect.kind === "connect" ? [effect] : []));
}

/** Links a hidden node as soon as the node under test wants to. */
export function linkWhenWanted(stage: PuppetStage, hidden: KeyRing, link: number): boolean {
  const isWanted = connects(stage).some(
    ({ nodeId }) => nodeId !== undefined && sameId(nodeId, hidden.nodeId),
  );
  if (isWanted) stage.link(link, hidden);
  return isWanted;
}
