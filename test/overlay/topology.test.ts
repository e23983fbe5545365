import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { promisesOfTopology } from "./topology-contract.js";

describe("overlay: XOR keeps the promises of a topology", () => {
  promisesOfTopology((self, rows) => new XorTopology(self, rows));
});
