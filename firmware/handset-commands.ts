import { assert } from "./core/assert.js";
import type { ConsoleCommand } from "./console/command.js";
import type { NoticeView, View } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import type { Instant } from "./core/time.js";
import { callLogView, contactsView, identityView, notice, peersView, statusView } from "./handset-views.js";
import type { RunningHandset } from "./running-handset.js";
import type { Memory } from "./memory.js";

/** Commands that concern a phone that is on; the others are the handset's own (handset.ts). */
export type PhoneCommand = Exclude<
  ConsoleCommand,
  { readonly kind: "nothing" | "help" | "memory" | "settings" | "set" | "quit" }
>;

/**
 * Does what a line asks of a phone that is on. What the answer shows is returned; calls and messages answer
 * by events, which follow.
 */
export function runCommand(
  now: Instant,
  command: PhoneCommand,
  handset: RunningHandset,
  memory: Memory,
): View | undefined {
  switch (command.kind) {
    case "status":
      return statusView(now, handset);
    case "peers":
      return peersView(now, handset);
    case "ping":
      return ping(now, command.name, handset);
    case "show":
      return identityView(handset);
    case "contacts":
      return contactsView(handset);
    case "log":
      return callLogView(now, handset);
    case "logClear":
      handset.telephone.phone.log.clear();
      memory.saveCalls(handset.telephone.phone.log);
      return notice("done", "The call log is empty.");
    case "contactAdd":
    case "contactRemove":
    case "contactUnpin":
    case "contactPin":
      return changeContacts(command, handset, memory);
    default:
      runPhone(now, command, handset);
      return undefined;
  }
}

/** Asks every linked phone of a name for a sign of life; what comes back is told as it comes. */
function ping(now: Instant, name: string, { node }: RunningHandset): NoticeView | undefined {
  const peers = node.linkedPeers().filter(({ credential }) => credential.userName === name);
  for (const peer of peers) node.ping(now, peer);
  return peers.length === 0 ? notice("refused", `No phone of ${name} is linked. See: peers`) : undefined;
}

/** What a person does with the phone itself. */
function runPhone(now: Instant, command: PhoneCommand, { telephone }: RunningHandset): void {
  const { phone } = telephone;
  switch (command.kind) {
    case "call":
      phone.call(now, command.name);
      break;
    case "answer":
      phone.answer(now);
      break;
    case "decline":
      phone.decline(now);
      break;
    case "hangup":
      phone.hangUp(now);
      break;
    case "dial":
      phone.dial(now, command.digits);
      break;
    case "choose":
      phone.choose(now, command.number);
      break;
    case "message":
      phone.message(now, command.name, command.text);
      break;
    default:
      assert(false, `${command.kind} is not for the phone`);
  }
}

function changeContacts(
  command: Extract<PhoneCommand, { kind: "contactAdd" | "contactRemove" | "contactUnpin" | "contactPin" }>,
  handset: RunningHandset,
  memory: Memory,
): NoticeView {
  const { book } = handset.telephone.phone;
  const { name } = command;
  const answer = ((): NoticeView => {
    switch (command.kind) {
      case "contactAdd": {
        const added = book.add(name);
        if (added === "full") return notice("refused", "The phone book is full: remove somebody first.");
        return notice(
          "done",
          added === "present" ? `${name} is a contact already.` : `${name} is a contact now.`,
        );
      }
      case "contactRemove":
        return book.remove(name)
          ? notice("done", `${name} is forgotten.`)
          : notice("refused", `${name} is no contact.`);
      case "contactUnpin":
        return book.unpin(name)
          ? notice("done", `${name} is tied to no phone any more.`)
          : notice("refused", `${name} is not tied to a phone.`);
      case "contactPin":
        return pinContact(name, command.nodeIdPrefix, handset);
    }
  })();
  if (answer.event === "done") memory.saveContacts(book.entries());
  return answer;
}

/** Ties a name to a phone of that name that is linked now: its key must be known to be pinned. */
function pinContact(name: string, prefix: string, { node, telephone }: RunningHandset): NoticeView {
  const peers = node.linkedPeers().filter(({ credential }) => {
    return credential.userName === name && toHex(credential.nodeId).startsWith(prefix);
  });
  const peer = peers[0];
  if (peer === undefined)
    return notice("refused", `No phone of ${name} whose Node-ID begins with ${prefix} is linked. See: peers`);
  if (peers.length > 1)
    return notice("refused", `Several phones of ${name} begin with ${prefix}: type more of the Node-ID.`);
  const pinned = telephone.phone.book.pin(name, {
    nodeId: peer.credential.nodeId,
    publicKey: peer.credential.ownerKey,
  });
  if (pinned === "full") return notice("refused", "The phone book is full: remove somebody first.");
  return notice("done", `${name} is tied to the phone …${toHex(peer.credential.nodeId).slice(0, 4)}.`);
}
