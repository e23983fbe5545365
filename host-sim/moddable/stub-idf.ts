import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandFault } from "../command-line.js";
import type { Sdk } from "./sdk.js";

/**
 * Makes what stands for ESP-IDF as far as the ROM image goes: mcconfig asks for a git tag of the version it expects
 * (an annotated one), and for an `idf.py` that makes the header of the configuration. No chip's compiler is needed.
 */
export async function makeStubIdf(sdk: Sdk): Promise<void> {
  const program = join(sdk.idf, "bin/idf.py");
  mkdirSync(join(sdk.idf, "bin"), { recursive: true });
  writeFileSync(program, idfProgram);
  chmodSync(program, 0o755);
  if (existsSync(join(sdk.idf, ".git"))) return;
  const name = "stands for ESP-IDF";
  for (const step of [
    ["init", "--quiet"],
    ["commit", "--quiet", "--allow-empty", "--message", name],
    ["tag", "--annotate", "--message", name, sdk.idfVersion],
  ]) {
    const { status, output } = await sdk.run("git", ["-C", sdk.idf, ...identity, ...step]);
    if (status !== 0) throw new CommandFault("no-git", `git ${step.join(" ")}: ${output.trim()}`);
  }
}

const identity = [
  "user.name=muster",
  "user.email=muster@localhost",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
].flatMap((setting) => ["-c", setting]);

const idfProgram = `#!/bin/sh
# Stands for ESP-IDF's tool: makes the header that mcconfig waits for, and nothing else.
for word in "$@"; do
  case "$word" in
    *SDKCONFIG_HEADER=*)
      header=$(printf %s "\${word#*SDKCONFIG_HEADER=}" | tr -d '"')
      mkdir -p "$(dirname "$header")"
      : > "$header"
      ;;
  esac
done
`;
