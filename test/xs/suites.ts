import { filesBelow } from "../support/file.js";
import { absentFiles } from "./absent.js";

/** Folders whose test files run on XS too: the firmware, layer by layer, and what of the HAL ships. */
export const suiteFolders: readonly string[] = [
  ...["core", "wire", "identity", "link", "overlay", "usage", "media", "console", "storage", "phone"],
  ...["handset", "hal/moddable"],
].map((name) => `test/${name}/`);

/** All test files of those folders. */
export function allSuites(): string[] {
  return suiteFolders.flatMap((folder) => filesBelow(folder)).filter((file) => file.endsWith(".test.ts"));
}

/** Those that run on XS. */
export function suitesOnXs(): string[] {
  const absent = new Set(absentFiles.map(({ file }) => file));
  return allSuites().filter((file) => !absent.has(file));
}
