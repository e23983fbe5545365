import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";

/**
 * What the other end of a dialog knows: tag, branch and Call-ID that an agent drew. The examples have placeholders for
 * them; with the true ones in their places an input gets past the doors that keep strangers out.
 */
export class SipEcho {
  /** To-tag of the last answer that was no 100. */
  #answerTag = "";
  /** From-tag, branch, Call-ID of the last INVITE. */
  #ownTag = "";
  #ownBranch = "";
  #ownCall = "";

  /** Notes what a message of the agent tells. */
  note(bytes: Uint8Array): void {
    const text = octetText(bytes);
    if (text.startsWith("SIP/2.0 "))
      this.#answerTag = found(text, /\r\nTo: [^\r]*;tag=([^;\r]+)/) || this.#answerTag;
    if (!text.startsWith("INVITE ")) return;
    this.#ownTag = found(text, /\r\nFrom: [^\r]*;tag=([^;\r]+)/);
    this.#ownBranch = found(text, /;branch=([^;\r]+)/);
    this.#ownCall = found(text, /\r\nCall-ID: ([^\r]+)/);
  }

  /** The input with what the agent drew in the places of `tag=here`, `z9hG4bKours` and `ours@192.0.2.7`. */
  inPlace(input: Uint8Array): Uint8Array {
    const text = octetText(input);
    const tag = text.startsWith("SIP/2.0 ") ? this.#ownTag : this.#answerTag;
    const told = text
      .replaceAll("tag=here", `tag=${tag || "here"}`)
      .replaceAll("z9hG4bKours", this.#ownBranch || "z9hG4bKours")
      .replaceAll("ours@192.0.2.7", this.#ownCall || "ours@192.0.2.7");
    return octetBytes(told);
  }
}

function found(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? "";
}
