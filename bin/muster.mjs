#!/usr/bin/env node
/**
 * `muster`: makes the clone ready (installs the locked packages, compiles what is newer than its output), then runs
 * the command line under plain Node. Nothing here needs a package, so that it works as the first command in a clone.
 */
import { pathToFileURL } from "node:url";
import { commandLine, setUpOrExit } from "./set-up.mjs";

await setUpOrExit({ build: true });
await import(pathToFileURL(commandLine).href);
