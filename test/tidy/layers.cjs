/**
 * Who may import whom (dependency-cruiser): the layers of firmware/ARCHITECTURE.md as a rule. Type-only imports count
 * too; the one exception is the crypto contract. `layers.test.ts` plants a bad import for each rule.
 */

/** Each layer with the layers below it. Layers that do not stand in each other's list are siblings. */
const below = {
  core: [],
  wire: ["core"],
  identity: ["core", "wire"],
  link: ["core", "wire", "identity"],
  overlay: ["core", "wire", "identity"],
  usage: ["core", "wire", "identity"],
  media: ["core", "wire"],
  console: ["core", "wire"],
  storage: ["core", "wire"],
  phone: ["core"],
};
const needsCrypto = ["identity", "link", "overlay", "usage"];

const code = "^(firmware|hal|host-sim|test|bin)/";
const external = ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"];

/** What runs on the Moddable SDK, and its tests; and the modules that the SDK or our manifests have there. */
const onDevice =
  "^(((test/)?(hal/moddable|manifests)|host-sim/xs/(bench|device)|test/xs/engine)/|" +
  "host-sim/power-cuts/nvs-partition.ts$)";
const deviceModules = "^(embedded:|mc/|muster/|pins/|lin/|(file|net|time|timer)$)";

const forbid = (name, from, to) => ({ name, severity: "error", from, to });

const onlyWhatLiesBelow = Object.entries(below).map(([layer, layers]) => {
  const allowed = [`firmware/(${[layer, ...layers].join("|")})/`];
  if (needsCrypto.includes(layer)) allowed.push("hal/crypto[.]ts$");
  if (layer === "media") allowed.push("hal/frame-codec[.]ts$");
  return forbid(
    `${layer} uses only what lies below it`,
    { path: `^firmware/${layer}/` },
    { path: code, pathNot: `^(${allowed.join("|")})` },
  );
});

module.exports = {
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^test/vectors/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
  forbidden: [
    ...onlyWhatLiesBelow,
    forbid(
      "layers take contracts as types only",
      { path: "^firmware/[^/]+/" },
      { path: "^hal/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "firmware names contracts, not what implements them",
      { path: "^firmware/" },
      { path: "^(host-sim|test|bin|hal/[^/]+)/" },
    ),
    forbid("firmware needs no package", { path: "^firmware/" }, { dependencyTypes: external }),
    forbid(
      "contracts use the vocabulary of core, as types",
      { path: "^hal/[^/]+[.]ts$" },
      { path: code, pathNot: "^(hal/[^/]+[.]ts$|firmware/core/)" },
    ),
    forbid(
      "contracts are interfaces only",
      { path: "^hal/[^/]+[.]ts$" },
      { dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "a platform uses contracts and core",
      { path: "^hal/[^/]+/" },
      { path: code, pathNot: "^(hal/|firmware/core/)" },
    ),
    forbid(
      "platforms do not name each other, portable code excepted",
      { path: "^hal/([^/]+)/" },
      { path: "^hal/[^/]+/", pathNot: "^hal/($1|portable)/" },
    ),
    forbid("portable code knows no Node", { path: "^hal/portable/" }, { dependencyTypes: ["core"] }),
    forbid(
      "the product never names test code",
      { path: "^(firmware|hal|host-sim|bin)/" },
      { path: "^test/" },
    ),
    forbid(
      "the product lives on dependencies, not on development packages",
      { path: "^(firmware|hal|host-sim|bin)/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm"] },
    ),
    // Types may name each other, as a table and its rows do: nothing of that is left when the code runs.
    forbid(
      "nothing imports itself by a detour",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    forbid("every import leads somewhere", { pathNot: onDevice }, { couldNotResolve: true }),
    forbid(
      "a device has its own modules, and no others",
      { path: onDevice },
      { couldNotResolve: true, pathNot: deviceModules },
    ),
  ],
};
