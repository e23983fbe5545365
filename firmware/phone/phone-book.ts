import { equalBytes } from "../core/bytes.js";
import { contactsMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";

/** Which phone a name belongs to, for us: learnt by the first call that was answered, or chosen by the person. */
export interface Pin {
  readonly nodeId: NodeId;
  /** Ed25519, 32 B: the key that owns the name; all phones of one person have it in common. */
  readonly publicKey: Uint8Array;
}

/** Somebody the phone knows. */
export interface Contact {
  readonly name: string;
  readonly pin?: Pin;
  /** What the owner of the phone it is pinned to called himself in the last call that was answered. */
  readonly fullName?: string;
  /**
   * Highest generation of a registration seen; 0: none. Kept, not judged by yet: to refuse older ones would make
   * a phone that lost its boot count unreachable for all who know it, where a replay costs one unanswered call.
   */
  readonly generation: number;
}

/**
 * The directory, at most `contactsMax` contacts. A full book refuses new ones: forgetting a pin silently
 * would undo what it is for. Pure data; what changes is stored by whoever asks for `entries`.
 */
export class PhoneBook {
  #contacts: readonly Contact[] = none;

  find(name: string): Contact | undefined {
    return this.#contacts.find((contact) => contact.name === name);
  }

  /** All contacts by name. */
  entries(): Contact[] {
    return [...this.#contacts].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Takes in what was stored; what is too much is left out. */
  load(contacts: readonly Contact[]): void {
    for (const contact of contacts.slice(0, contactsMax)) this.put(contact);
  }

  add(name: string): "added" | "present" | "full" {
    if (this.find(name) !== undefined) return "present";
    if (this.#contacts.length >= contactsMax) return "full";
    this.put({ name, generation: 0 });
    return "added";
  }

  /** False: there was none of that name. */
  remove(name: string): boolean {
    const former = this.#contacts.length;
    this.#contacts = this.#contacts.filter((contact) => contact.name !== name);
    return this.#contacts.length < former;
  }

  /** Ties a name to a phone, adding the contact if need be; an earlier pin is replaced, with its owner's full name. */
  pin(name: string, pin: Pin, fullName?: string): "pinned" | "full" {
    if (this.add(name) === "full") return "full";
    const copy = { nodeId: new Uint8Array(pin.nodeId) as NodeId, publicKey: new Uint8Array(pin.publicKey) };
    const generation = this.find(name)?.generation ?? 0;
    this.put({ name, generation, pin: copy, ...(fullName !== undefined && { fullName }) });
    return "pinned";
  }

  /**
   * Notes what the owner of a phone calls himself, where a contact is pinned to it; absent: nothing any more. True: it
   * is news, to be stored.
   */
  noteFullName(name: string, phone: Pin, fullName: string | undefined): boolean {
    const contact = this.find(name);
    if (contact === undefined || this.judge(name, phone) !== "same" || contact.fullName === fullName)
      return false;
    const { fullName: _, ...rest } = contact;
    this.put({ ...rest, ...(fullName !== undefined && { fullName }) });
    return true;
  }

  /** Forgets which phone a name belongs to, with the generation seen and the full name. False: it was not pinned. */
  unpin(name: string): boolean {
    if (this.find(name)?.pin === undefined) return false;
    this.put({ name, generation: 0 });
    return true;
  }

  /** What the book says of a phone that goes by a name: any of the known person's phones is "same". */
  judge(name: string, phone: Pin): "unknown" | "same" | "other" {
    const pin = this.find(name)?.pin;
    if (pin === undefined) return "unknown";
    return equalBytes(pin.publicKey, phone.publicKey) ? "same" : "other";
  }

  /** The Node-ID of a phone that goes by a name, as the book has it where it does: another copy takes 140 B. */
  sharedId(name: string, nodeId: NodeId): NodeId {
    const known = this.find(name)?.pin?.nodeId;
    return known !== undefined && sameId(known, nodeId) ? known : nodeId;
  }

  /** Notes a generation seen for a contact. True: it is news, to be stored. */
  noteGeneration(name: string, generation: number): boolean {
    const contact = this.find(name);
    if (contact === undefined || generation <= contact.generation) return false;
    this.put({ ...contact, generation });
    return true;
  }

  private put(contact: Contact): void {
    const others = this.#contacts.filter(({ name }) => name !== contact.name);
    this.#contacts = [...others, contact];
  }
}
