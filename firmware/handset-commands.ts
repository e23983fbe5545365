import { assert } from "./core/assert.js";
import type { ConsoleCommand } from "./console/command.js";
import { notice } from "./console/notice.js";
import type { SettingName } from "./console/setting.js";
import type { NoticeView, View } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import type { Instant } from "./core/time.js";
import { readAdoptionCode } from "./identity/adoption.js";
import { callLogView, contactsView, statusView } from "./handset-views.js";
import { runNodeCommand } from "./node-commands.js";
import { applySettings, type RunningHandset } from "./running-handset.js";
import type { Memory } from "./memory.js";
import { isStockName } from "./stock-carrier.js";

/** Commands that concern a phone that is on; the others are the handset's own (handset.ts). */
export type PhoneCommand = Exclude<
  ConsoleCommand,
  { readonly kind: "nothing" | "help" | "memory" | "settings" | "set" | "enroll" | "quit" }
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
    case "records":
    case "show":
    case "ping":
    case "probe":
    case "trace":
    case "stat":
    case "watch":
    case "unwatch":
    case "watched":
    case "findService":
      return runNodeCommand(now, command, handset);
    case "offer":
    case "offers":
      return notice("refused", "Services are offered by host peers: muster peer.");
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
    case "adopt":
    case "joinUser":
      return runAdoption(now, command, handset);
    case "call":
    case "message": {
      const refused = stockRefusal(command.name, handset);
      if (refused === undefined) runPhone(now, command, handset);
      return refused;
    }
    default:
      runPhone(now, command, handset);
      return undefined;
  }
}

/** Has this phone adopt another, or become one of a user's; what comes of it follows. */
function runAdoption(
  now: Instant,
  command: Extract<PhoneCommand, { kind: "adopt" | "joinUser" }>,
  { telephone, keyRing }: RunningHandset,
): NoticeView | undefined {
  if (keyRing.credential.enrolled !== undefined)
    return notice("refused", "In this overlay its authority says whose a phone is. See: enroll");
  if (command.kind === "adopt") {
    telephone.adopt(now);
    return undefined;
  }
  const code = readAdoptionCode(command.code);
  if (code === undefined) {
    const sentence = "A code is ten digits and letters, as adopt shows them on the first phone.";
    return notice("refused", sentence);
  }
  telephone.joinUser(now, command.name, code);
  return undefined;
}

/** Changes a setting and has it stored; `undefined` where it is so already. */
export function changeSetting(
  name: SettingName,
  value: string,
  memory: Memory,
  on: RunningHandset | undefined,
): View | undefined {
  const { settings } = memory;
  const changed = settings.set(name, value);
  if (!changed.ok) return { event: "fault", fault: changed.error };
  if (changed.value.before === changed.value.after) return undefined;
  memory.saveSettings();
  applySettings(on, settings);
  const row = settings.rows(name)[0];
  const isLater = on !== undefined && row !== undefined && row.takesEffect !== "now";
  const when = isLater ? ` It takes effect at the ${row.takesEffect}.` : "";
  return notice("done", `${name} is ${row?.value ?? ""}.${when}`);
}

/** Why a stock phone cannot be called or written to now. */
function stockRefusal(name: string, { telephone }: RunningHandset): NoticeView | undefined {
  if (!isStockName(name) || telephone.stockAddress !== undefined) return undefined;
  return notice("refused", "This phone does not speak to stock SIP phones now. See: set stock-sip");
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
      phone.talking.dial(command.digits);
      break;
    case "hold":
      phone.talking.hold();
      break;
    case "resume":
      phone.talking.resume();
      break;
    case "codec":
      phone.talking.recode(command.codec);
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
