import { canonicalName } from "../../firmware/console/argument-reader.js";
import { equalBytes, toHex } from "../../firmware/core/bytes.js";
import { idBytes, nodeId, type NodeId } from "../../firmware/core/node-id.js";
import { randomBytes, type Random } from "../../firmware/core/random.js";
import { err, ok, type Result } from "../../firmware/core/result.js";
import { issueEnrolledCredential } from "../../firmware/identity/credential.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import type { Crypto } from "../../hal/crypto.js";

/** What an authority has issued, once; its register is the list of them, in the order of their serials. */
export interface Issue {
  readonly serial: number;
  readonly userName: string;
  /** The device's Ed25519 key, 32 B. */
  readonly publicKey: Uint8Array;
  readonly nodeId: NodeId;
  /** Seconds since 1970. */
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

/** What is asked of an authority. */
export interface Application {
  readonly userName: string;
  /** The key that the device shows, 32 B; its secret never leaves the device. */
  readonly publicKey: Uint8Array;
  /** Seconds since 1970. */
  readonly nowS: number;
  readonly days: number;
  /** It is for a further device of a user who is enrolled already; else the name must be free. */
  readonly isFurther: boolean;
}

/** Why nothing is issued. */
export type IssueFault =
  | "bad-name"
  /** No key with which a node could speak to others. */
  | "bad-key"
  /** The device of that key is another user's. */
  | "key-of-another"
  /** Somebody has it. */
  | "name-taken"
  /** The user has as many devices as one may have. */
  | "too-many-devices"
  /** The credential would be good for no time, or beyond what it can say. */
  | "bad-time";

/** What an authority is for; nothing of it is secret. */
export interface Foundation {
  /** The overlay's name; with the key it makes the Overlay-ID. */
  readonly overlay: string;
  /** Peers to begin with that every device is told of, as the setting `bootstrap` has them; "none". */
  readonly bootstrap: string;
  /** Devices one user may have. */
  readonly devicesMax: number;
}

/** What an authority is made with. */
export interface AuthorityOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly foundation: Foundation;
  /** The origin of its key, 32 B, secret. */
  readonly seed: Uint8Array;
}

/**
 * The enrollment authority of an overlay: whoever has its key says who may be in the overlay, under which name and at
 * which place, for nobody chooses his Node-ID. It is asked once in a device's life and is no part of the network.
 */
export class Authority {
  /** Ed25519, 32 B: what devices are told of it. */
  readonly publicKey: Uint8Array;
  readonly overlayId: Uint8Array;
  readonly foundation: Foundation;
  readonly #crypto: Crypto;
  readonly #random: Random;
  readonly #secretKey: Uint8Array;
  readonly #byKey = new Map<string, Issue>();
  readonly #devicesOf = new Map<string, number>();
  readonly #register: Issue[] = [];

  /** `register`: what it has issued so far. */
  constructor({ crypto, random, foundation, seed }: AuthorityOptions, register: readonly Issue[] = []) {
    const { publicKey, secretKey } = crypto.signKeyPair(seed);
    this.publicKey = publicKey;
    this.foundation = foundation;
    this.overlayId = overlayIdOf(crypto, foundation.overlay, publicKey);
    this.#crypto = crypto;
    this.#random = random;
    this.#secretKey = secretKey;
    for (const issue of register) this.#note(issue);
  }

  /** All it has issued, renewals included. */
  get register(): readonly Issue[] {
    return this.#register;
  }

  /**
   * Issues a credential. A device that has one gets another for the same name and place; a clock that goes back is not
   * followed, for what was issued last has told everybody how late it is at least.
   */
  issue(application: Application): Result<Issue & { readonly credential: Uint8Array }, IssueFault> {
    const { publicKey, nowS, days } = application;
    const userName = canonicalName(application.userName);
    if (userName === undefined) return err("bad-name");
    const former = this.#byKey.get(toHex(publicKey));
    const fault = former === undefined ? this.#deviceFault(userName, application) : undefined;
    if (fault !== undefined) return err(fault);
    if (former !== undefined && former.userName !== userName) return err("key-of-another");
    const last = this.#register.at(-1);
    const issuedAtS = Math.max(nowS, last?.issuedAtS ?? 0);
    const expiresAtS = issuedAtS + Math.round(days * secondsPerDay);
    if (!(expiresAtS > issuedAtS && expiresAtS <= secondsMax)) return err("bad-time");
    const serial = (last?.serial ?? 0) + 1;
    const place = former?.nodeId ?? nodeId(randomBytes(this.#random, idBytes));
    const issue: Issue = { serial, userName, publicKey, nodeId: place, issuedAtS, expiresAtS };
    this.#note(issue);
    return ok({ ...issue, credential: this.#credentialOf(issue) });
  }

  /** The credential of an entry of the register, the same to the last byte as it was. */
  credentialOf(serial: number): Uint8Array | undefined {
    const issue = this.#register.find((each) => each.serial === serial);
    return issue && this.#credentialOf(issue);
  }

  /** Users whose names are easily taken for this one. */
  lookAlikes(userName: string): readonly string[] {
    const image = imageOf(userName);
    return [...this.#devicesOf.keys()].filter((name) => name !== userName && imageOf(name) === image);
  }

  /** Why a device that is new here gets none. */
  #deviceFault(userName: string, { publicKey, isFurther }: Application): IssueFault | undefined {
    const isUsable = this.#crypto.convertPublicKey(publicKey) !== undefined;
    if (!isUsable || equalBytes(publicKey, this.publicKey)) return "bad-key";
    const devices = this.#devicesOf.get(userName) ?? 0;
    if (devices > 0 && !isFurther) return "name-taken";
    return devices >= this.foundation.devicesMax ? "too-many-devices" : undefined;
  }

  #credentialOf(issue: Issue): Uint8Array {
    const claims = { kind: "enrolled", ...issue } as const;
    return issueEnrolledCredential(this.#crypto, this.overlayId, claims, this.#secretKey);
  }

  #note(issue: Issue): void {
    const key = toHex(issue.publicKey);
    if (!this.#byKey.has(key))
      this.#devicesOf.set(issue.userName, (this.#devicesOf.get(issue.userName) ?? 0) + 1);
    this.#byKey.set(key, issue);
    this.#register.push(issue);
  }
}

/** A name without what the eye slips over: "rn" is read as "m", 1 and i as l, 0 as o; dots and dashes are lost. */
function imageOf(userName: string): string {
  const letters = userName
    .replace(/0/g, "o")
    .replace(/[1i]/g, "l")
    .replace(/5/g, "s")
    .replace(/[._+-]/g, "");
  return letters.replace(/rn/g, "m").replace(/vv/g, "w");
}

const secondsPerDay = 86_400;
/** What a credential's times can be, seconds since 1970 (firmware/identity/credential-claims.ts). */
const secondsMax = 0xffff_ffff;
