import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import { RoleHold } from "./role-hold.js";
import { roleDueAt, type RoleChoice, type RoleOrder, type RoleReason, type RoleState } from "./role-state.js";

/**
 * Whether a node is a client or a peer (protocol §4): the decision only. It is told what is there and says what is to
 * be done; it knows no links and no tables.
 *
 * A phone is a client where host peers are; phones alone are peers. A client that loses all who serve it takes over
 * within 2 s. A peer becomes a client when two hosts have been there for a while (`RoleHold`), if one of them lets it
 * go: so nothing swings to and fro, and not all go at once.
 */
export class Role {
  readonly #random: Random;
  readonly #isHost: boolean;
  readonly #hold: RoleHold;
  #choice: RoleChoice = "auto";
  #isHidden = false;
  #state: RoleState = { kind: "ended" };
  #reason: RoleReason = "listening";
  #inviting = 0;
  #attached = 0;
  #orders: readonly RoleOrder[] = none;

  /** `isHost`: a host peer serves clients and never becomes one. */
  constructor(random: Random, isHost: boolean) {
    this.#random = random;
    this.#isHost = isHost;
    this.#hold = new RoleHold(random);
  }

  get reason(): RoleReason {
    const state = this.#state;
    return state.kind === "asking" || (state.kind === "peer" && state.askAt !== undefined)
      ? "waiting"
      : this.#reason;
  }

  /** Whether joining is to wait before others count on this node. */
  get isDeciding(): boolean {
    return this.#state.kind === "deciding";
  }

  /** Switched on. */
  start(now: Instant): void {
    if (this.#isHost || this.#choice === "peer") {
      this.bePeer(now, this.#isHost ? "host" : "set");
      return;
    }
    const until = after(now, jitter(this.#random, ...listenMs));
    this.#state = { kind: "deciding", until, latest: after(now, decidingMsMax) };
  }

  /** The node leaves: nothing is to be decided any more. */
  stop(): void {
    this.#state = { kind: "ended" };
    this.#orders = [];
  }

  /** What somebody wants it to be from now on. */
  setChoice(now: Instant, choice: RoleChoice): void {
    if (choice === this.#choice || this.#isHost) return;
    this.#choice = choice;
    if (!this.#isHidden) this.follow(now, choice);
  }

  /**
   * Whether nobody can open a link to this node at an address that another knows. Such a node cannot be a neighbour of
   * all that would need it, so it is a client, whatever is set, while there is anybody to serve it.
   */
  handleHidden(now: Instant, isHidden: boolean): void {
    if (isHidden === this.#isHidden || this.#isHost) return;
    this.#isHidden = isHidden;
    this.follow(now, isHidden ? "client" : this.#choice);
  }

  private follow(now: Instant, choice: RoleChoice): void {
    const { kind } = this.#state;
    if (choice !== "peer") this.reconsider(now);
    else if (kind === "attaching" || kind === "client") this.promote(now, "promote", "set");
    else if (kind !== "demoting" && kind !== "ended") this.bePeer(now, "set");
  }

  /** Somebody not linked is said to serve clients: for that a node that has just been switched on waits a little. */
  handleHint(now: Instant): void {
    const state = this.#state;
    if (state.kind !== "deciding") return;
    const until = after(now, hintMs);
    if (until > state.until) state.until = until < state.latest ? until : state.latest;
  }

  /** Linked peers that serve clients, and those that serve this node: said again whenever that may have changed. */
  handleNeighbours(now: Instant, inviting: number, attached: number): void {
    if (attached !== this.#attached) this.handleAttached(now, attached);
    this.handleInviting(now, inviting);
  }

  /** Others count on this node from now on: it holds records. */
  handleJoined(now: Instant): void {
    if (this.#state.kind === "joining") this.bePeer(now, "no-hosts");
  }

  private handleInviting(now: Instant, count: number): void {
    this.#inviting = count;
    const { kind } = this.#state;
    if (kind === "deciding" && count > 0) this.attach(now);
    else if (kind === "joining" && count >= invitingMin) this.attach(now);
    else this.consider(now);
  }

  private handleAttached(now: Instant, count: number): void {
    const before = this.#attached;
    this.#attached = count;
    const { kind } = this.#state;
    if (kind === "attaching" && count > 0) this.beClient();
    else if (kind === "client" && before > 0 && count === 0) {
      const [least, most] = this.mustBeClient ? unwillingTakeOverMs : takeOverMs;
      this.#state = { kind: "client", promoteAt: after(now, jitter(this.#random, least, most)) };
    } else if (kind === "client" && before === 0 && count > 0) this.beClient();
    this.consider(now);
  }

  /** The peer that was asked lets this node become a client. */
  handleGrant(): void {
    if (this.#state.kind !== "asking") return;
    this.#state = { kind: "demoting" };
    this.order("demote");
  }

  /** All records are with others, and the node is a client. */
  handleDemoted(now: Instant): void {
    if (this.#state.kind !== "demoting") return;
    this.#hold.handleDemotion(now);
    this.beClient();
    if (this.#choice === "peer" && !this.#isHidden) this.promote(now, "promote", "set");
    else if (this.#attached === 0) this.#state = { kind: "client", promoteAt: after(now, attachMs) };
  }

  /** Nobody has taken some of its records: it is a peer as before, and asks again after some minutes. */
  handleStayed(now: Instant): void {
    if (this.#state.kind !== "demoting") return;
    this.#hold.handleDemotion(now);
    if (this.#choice === "peer" && !this.#isHidden) this.#reason = "set";
    this.#state = { kind: "peer", askAt: this.wantsClient ? this.#hold.later(now) : undefined };
  }

  handleTimeout(now: Instant): void {
    const due = roleDueAt(this.#state);
    if (due === undefined || due > now) return;
    switch (this.#state.kind) {
      case "deciding":
        // Who must be a client looks for any peer that takes him.
        if (this.mustBeClient) this.attach(now);
        else this.join();
        return;
      case "attaching":
        this.promote(now, "promote", "no-hosts");
        return;
      case "client":
        this.promote(now, "takeOver", "hosts-lost");
        return;
      case "peer":
        this.#state = { kind: "asking", until: after(now, answerMs) };
        this.order("ask");
        return;
      case "asking":
        this.#state = { kind: "peer", askAt: after(now, jitter(this.#random, ...askAgainMs)) };
        this.consider(now);
        return;
      case "joining":
      case "demoting":
      case "ended":
        return;
    }
  }

  pollTimeout(): Deadline | undefined {
    const at = roleDueAt(this.#state);
    return at === undefined ? undefined : { at, reason: `role: ${this.#state.kind}` };
  }

  pollOrder(): RoleOrder | undefined {
    const [first] = this.#orders;
    if (first !== undefined) this.#orders = this.#orders.slice(1);
    return first;
  }

  /** Whether it is to be a client of whomever it may, hosts or not. */
  private get mustBeClient(): boolean {
    return this.#isHidden || this.#choice === "client";
  }

  private get clientReason(): RoleReason {
    if (this.#isHidden) return "hidden";
    return this.mustBeClient ? "set" : "served";
  }

  private attach(now: Instant): void {
    this.#reason = this.clientReason;
    this.#state = { kind: "attaching", until: after(now, attachMs) };
    this.order("attach");
  }

  private join(): void {
    this.#reason = "no-hosts";
    this.#state = { kind: "joining" };
  }

  private beClient(): void {
    this.#reason = this.clientReason;
    this.#state = { kind: "client", promoteAt: undefined };
  }

  private promote(now: Instant, order: "promote" | "takeOver", reason: RoleReason): void {
    if (reason !== "set") this.#hold.handleTakeOver(now);
    this.bePeer(now, reason);
    this.order(order);
  }

  private bePeer(now: Instant, reason: RoleReason): void {
    this.#reason = reason;
    this.#state = { kind: "peer", askAt: undefined };
    this.consider(now);
  }

  private order(order: RoleOrder): void {
    this.#orders = [...this.#orders, order];
  }

  /** What is wanted has changed: times drawn for what was wanted before do not count. */
  private reconsider(now: Instant): void {
    const { kind } = this.#state;
    if (kind === "peer") this.bePeer(now, "no-hosts");
    else if (kind === "joining" && this.mustBeClient) this.attach(now);
    else if (kind === "client" && this.#attached > 0) this.beClient();
    this.consider(now);
  }

  /** Whether this node wants to be something else in a while, and when. */
  private consider(now: Instant): void {
    const state = this.#state;
    if (state.kind === "peer") {
      if (!this.wantsClient) state.askAt = undefined;
      else
        state.askAt ??= this.mustBeClient
          ? after(now, jitter(this.#random, ...unwillingAskMs))
          : this.#hold.later(now);
    } else if (state.kind === "client" && this.#attached > 0) {
      if (this.#inviting > 0 || this.mustBeClient) state.promoteAt = undefined;
      else state.promoteAt ??= after(now, jitter(this.#random, ...phonesServeMs));
    }
  }

  private get wantsClient(): boolean {
    if (this.#isHost || (this.#choice === "peer" && !this.#isHidden)) return false;
    return this.mustBeClient || this.#inviting >= invitingMin;
  }
}

/** How long a node listens for host peers, and at most while it is told that there are some, ms. */
const listenMs: readonly [number, number] = [1_000, 4_000];
const hintMs = 2_500;
const decidingMsMax = 8_000;
/** How long it tries to be taken as a client, ms. */
const attachMs = 5_000;
/** All who served it are gone: when it takes over; who is to be a client leaves that to others if he can, ms. */
const takeOverMs: readonly [number, number] = [0, 2_000];
const unwillingTakeOverMs: readonly [number, number] = [4_000, 8_000];
/** No host serves it any more, only phones do, which have few places and hold little: when it becomes a peer, ms. */
const phonesServeMs: readonly [number, number] = [2_000, 8_000];
/**
 * So many hosts make a peer want to be a client, and one that joins be one at once; who is to be one asks soon; how
 * long it waits for a yes, ms.
 */
const invitingMin = 2;
const unwillingAskMs: readonly [number, number] = [5_000, 10_000];
const answerMs = 3_000;
const askAgainMs: readonly [number, number] = [30_000, 60_000];
