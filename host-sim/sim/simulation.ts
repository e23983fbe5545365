import { instant } from "../../firmware/core/time.js";
import type { NodeEvent } from "../../firmware/node-event.js";
import type { Crypto } from "../../hal/crypto.js";
import { VirtualClock } from "../virtual/clock.js";
import { VirtualNetwork } from "../virtual/network.js";
import { networkKinds, type NetworkName, type PathOptions } from "../virtual/path.js";
import { Prng } from "../virtual/prng.js";
import { Actions } from "./actions.js";
import { Adversaries, type AdversaryReport } from "./adversaries.js";
import { checkBounds, structureOf } from "./checks.js";
import { ChurnClock } from "./churn.js";
import { Failures } from "./failures.js";
import type { HotKey } from "./hot-key.js";
import { LookupTraffic, type Purpose } from "./lookup-traffic.js";
import { MessageWatch } from "./message-watch.js";
import { Population } from "./population.js";
import { Reachability } from "./reachability.js";
import { RecordModel } from "./record-model.js";
import { toldOf } from "./scale.js";
import type { Scenario } from "./scenario.js";
import { Sides } from "./sides.js";
import { SimEnrollment } from "./sim-enrollment.js";
import type { SimNode, SimWorld } from "./sim-node.js";
import { TrafficBook } from "./traffic-book.js";

/** What a run is made with. */
export interface SimulationOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly crypto: Crypto;
}

/**
 * A run of a scenario: many nodes with the real firmware on one virtual network, what is done to them, and what is
 * looked at. All chance comes from the seed.
 */
export class Simulation {
  readonly scenario: Scenario;
  readonly clock: VirtualClock = new VirtualClock();
  readonly network: VirtualNetwork;
  readonly population: Population;
  readonly sides: Sides;
  readonly failures: Failures;
  readonly records: RecordModel;
  readonly lookups: LookupTraffic;
  readonly traffic: TrafficBook;
  readonly reachability: Reachability;
  /** The first nodes of each island: their addresses are everybody's. */
  readonly bootstraps: SimNode[] = [];
  readonly prng: Prng;
  /** The name that everybody looks up, where there is one. */
  hotKey: HotKey | undefined;
  readonly #watch: MessageWatch;
  readonly #actions: Actions;
  readonly #churn: ChurnClock | undefined;
  readonly #adversaries: Adversaries | undefined;
  #honest: readonly SimNode[] | undefined;
  #joined = 0;

  constructor({ scenario, seed, crypto }: SimulationOptions) {
    this.scenario = scenario;
    this.prng = new Prng(`${seed}/${scenario.name}`);
    const { clock } = this;
    const between = networkKinds[scenario.network];
    this.network = new VirtualNetwork({
      clock,
      prng: this.prng.fork("network"),
      path: pathOf(scenario.network, scenario.lossPercent),
      lanPath: pathOf(scenario.lan, scenario.lossPercent),
      ...(between.bandwidthBitsPerSecond !== undefined && {
        bandwidthBitsPerSecond: between.bandwidthBitsPerSecond,
      }),
      ...(between.queueBytesMax !== undefined && { queueBytesMax: between.queueBytesMax }),
    });
    this.failures = new Failures(seed);
    this.#watch = new MessageWatch(this.failures);
    const enrollment = new SimEnrollment(crypto, scenario.enrolled);
    const world: SimWorld = {
      clock,
      network: this.network,
      crypto,
      prng: this.prng.fork("nodes"),
      overlayId: enrollment.admission().overlayId,
      enrollment,
      onOpened: (node, opened) => {
        if (node.malice === undefined) this.#watch.handleOpened(node, opened, clock.now());
        this.hotKey?.handleOpened(node, opened);
      },
      onEvent: (node, event) => this.#handleEvent(node, event),
    };
    this.population = new Population(world, scenario);
    this.sides = new Sides(this.network, this.prng.fork("sides"));
    this.records = new RecordModel(this.failures, {
      living: () => this.honest,
      connects: (a, b) => this.sides.connects(a, b),
    });
    this.lookups = new LookupTraffic(this.#watch, this.failures);
    this.traffic = new TrafficBook(this.network);
    this.reachability = new Reachability({
      living: () => this.honest,
      connects: (a, b) => this.sides.connects(a, b),
    });
    this.#actions = new Actions(this);
    this.#churn = scenario.churn === undefined ? undefined : new ChurnClock(this, scenario.churn);
    const { adversaries } = scenario;
    this.#adversaries = adversaries === undefined ? undefined : new Adversaries(this, adversaries);
  }

  /** Those that are on and honest: all figures and rules are theirs. */
  get honest(): readonly SimNode[] {
    return (this.#honest ??= this.population.living.filter(({ malice }) => malice === undefined));
  }

  /** What adversaries have come to, where there are any. */
  get adversaries(): AdversaryReport | undefined {
    return this.#adversaries?.report();
  }

  /** Nodes that became a peer, each counted once. */
  get joined(): number {
    return this.#joined;
  }

  /** Makes all nodes and puts everything that is to happen on the clock. */
  start(): void {
    const { scenario } = this;
    this.#populate();
    for (const step of scenario.steps) this.#actions.schedule(step);
    this.every(repairCheckMs, "check of repairs", () => this.records.checkRepairs(this.clock.now()));
    if (scenario.nodes <= largeFrom)
      this.every(reachabilityCheckMs, "check of who can be called", () =>
        this.reachability.check(this.clock.now()),
      );
    this.every(scenario.nodes > largeFrom ? largeCheckMs : smallCheckMs, "check", () => this.check());
    if (scenario.lookupsPerNodeMinute > 0) this.#scheduleLookup();
    this.clock.schedule(instant(1000 * (scenario.switchOnSeconds + settlingSeconds)), "traffic counts", () =>
      this.traffic.begin(
        this.population.nodes.filter(({ malice }) => malice === undefined),
        this.clock.now(),
      ),
    );
  }

  /** Runs some virtual time. */
  run(milliseconds: number): void {
    this.clock.runFor(milliseconds);
  }

  /** Everything that can be said of nodes at any time. */
  check(): void {
    const now = this.clock.now();
    const { adversaries, recordsMayBeLost } = this.scenario;
    this.records.checkHeld(now, adversaries ? "hidden" : recordsMayBeLost ? "counted" : "failures");
    this.lookups.checkEnds(now);
    for (const node of this.honest) checkBounds(node, now, this.failures);
  }

  /** Asks for I2 and I3 of all peers that can reach each other, and that all are peers. */
  checkWhole(): void {
    const now = this.clock.now();
    for (const node of this.honest)
      if (node.stage !== "peer" && node.stage !== "client")
        this.failures.add(now, "joined", `${node.name} is ${node.stage}`);
    for (const group of this.sides.groups(this.honest.filter(({ stage }) => stage === "peer"))) {
      const { siblings, buckets } = structureOf(group);
      for (const text of siblings) this.failures.add(now, "I3 siblings", text);
      for (const text of buckets) this.failures.add(now, "I2 buckets", text);
    }
  }

  /** Switches a node on where it is to be. */
  switchOn(node: SimNode, told?: readonly SimNode[]): void {
    if (node.isOn) return;
    this.sides.place(node);
    const known = told ?? toldOf(this.bootstraps, this.prng.fork(`told ${node.address}`));
    node.switchOn(known.map(({ endpoint }) => endpoint));
    this.#noteChange();
    if (node.malice !== undefined) return;
    this.traffic.handleOn(node, this.clock.now());
    this.#churn?.handleOn(node);
  }

  /** Ends a session without a word. */
  crash(node: SimNode): void {
    if (!node.isOn) return;
    this.records.handleDeath(node.describe()?.held ?? [], this.clock.now());
    this.#end(node);
  }

  /** Calls `call` every so often until the end of the run. */
  every(milliseconds: number, label: string, call: () => void): void {
    this.after(milliseconds, label, () => {
      call();
      this.every(milliseconds, label, call);
    });
  }

  after(milliseconds: number, label: string, call: () => void): void {
    this.clock.schedule(instant(this.clock.now() + milliseconds), label, call);
  }

  /** `asker` looks `sought` up, if they can reach each other and it must be found. */
  lookUp(asker: SimNode, sought: SimNode, purpose: Purpose = {}): void {
    const now = this.clock.now();
    const kept = this.records.of(sought);
    if (
      (asker.stage !== "peer" && asker.stage !== "client") ||
      asker === sought ||
      kept === undefined ||
      kept.dueUntil <= now
    )
      return;
    if (this.sides.connects(asker, sought)) this.lookups.begin(asker, sought, now, purpose);
  }

  #noteChange(): void {
    this.population.noteChange();
    this.#honest = undefined;
  }

  #end(node: SimNode): void {
    node.crash();
    this.lookups.handleOff(node);
    this.#noteChange();
    this.traffic.handleOff(node, this.clock.now());
    this.reachability.handleOff(node, this.clock.now());
    this.#churn?.handleOff(node);
  }

  /** Bootstraps first; host peers are spread evenly among the others, so that each LAN has some. */
  #populate(): void {
    const { nodes, islands, bootstraps, hostPeersPercent, switchOnSeconds } = this.scenario;
    const draw = this.prng.fork("switching on");
    const honest = nodes - (this.#adversaries?.countOf(nodes) ?? 0);
    for (let i = 0; i < honest; i++) {
      const island = i % islands;
      const place = Math.floor(i / islands);
      const isHost =
        Math.floor(((place + 1) * hostPeersPercent) / 100) > Math.floor((place * hostPeersPercent) / 100);
      const isBootstrap = place < bootstraps;
      const isLarge = isHost || (isBootstrap && hostPeersPercent > 0);
      const node = this.population.add(isLarge ? "host" : "phone", island);
      if (islands > 1) this.sides.put(node, island, islands);
      if (isBootstrap) this.bootstraps.push(node);
      const at = isBootstrap ? 0 : draw.below(1 + Math.round(1000 * switchOnSeconds));
      this.after(at, "switching on", () => this.switchOn(node));
    }
    this.#adversaries?.make(this.population.nodes.slice());
  }

  /** As often as all nodes of the scenario together would, however many are on. */
  #scheduleLookup(): void {
    const draw = this.prng.fork("lookups");
    const { lookupsPerNodeMinute, nodes } = this.scenario;
    const meanMs = 60_000 / (lookupsPerNodeMinute * nodes);
    const next = (): void => {
      this.after((draw.below(2_000_000) / 1_000_000) * meanMs, "lookup", () => {
        this.#lookUp(draw);
        next();
      });
    };
    next();
  }

  /** Somebody who has joined looks somebody up who must be found. */
  #lookUp(draw: Prng): void {
    const { honest } = this;
    const { kept } = this.records;
    if (honest.length >= 2 && kept.length >= 2) this.lookUp(draw.pick(honest), draw.pick(kept).owner);
  }

  #handleEvent(node: SimNode, event: NodeEvent): void {
    if (node.malice !== undefined) return;
    const now = this.clock.now();
    if (event.kind === "fetchFinished") {
      this.lookups.handleFinished(node, event.request, event.outcome, now);
    } else if (event.kind === "overlay") {
      const { effect } = event;
      if (effect.kind === "joined") this.#joined++;
      if (effect.kind === "stageChanged") this.traffic.handleStage(node, effect.stage, now);
      if (effect.kind === "published") this.records.handleStored(node, now);
      if (effect.kind === "left") this.#end(node);
    }
  }
}

function pathOf(name: NetworkName, lossPercent: number | undefined): PathOptions {
  const { path } = networkKinds[name];
  return lossPercent === undefined ? path : { ...path, lossRatio: lossPercent / 100 };
}

const repairCheckMs = 1000;
const reachabilityCheckMs = 500;
const smallCheckMs = 5000;
const largeCheckMs = 30_000;
const largeFrom = 200;
/** After the last node was switched on, before bytes count. */
const settlingSeconds = 60;
