import { promisesOfTopology } from "../topology-contract.js";
import { ChordTopology } from "./chord-topology.js";

describe("overlay: the ring keeps the promises of a topology", () => {
  promisesOfTopology((self, rows) => new ChordTopology(self, rows));
});
