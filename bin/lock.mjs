/** One set-up at a time in a clone: a file that holds its owner's process id, and ends with its owner. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 100;

/** Runs `work` while holding the clone's set-up lock; waits for another process that holds it, and says so once. */
export async function holdLock(root, say, work) {
  const lock = join(root, ".cache/set-up.lock");
  const own = `${lock}.${process.pid}`;
  mkdirSync(join(root, ".cache"), { recursive: true });
  writeFileSync(own, String(process.pid));
  try {
    await take(lock, own, say);
    try {
      await work();
    } finally {
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link is made or refused in one step, and the file has its content from the first moment. */
async function take(lock, own, say) {
  for (let told = false; ;) {
    try {
      linkSync(own, lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = ownerOf(lock);
    if (owner !== undefined && !isAlive(owner)) discard(lock, `${own}.left-behind`);
    else if (!told) say(`waiting for the set-up that process ${owner} runs (${lock})`);
    told = true;
    await sleep(pollMs);
  }
}

/** Takes away a lock whose owner is gone; puts it back if another process got hold of it in the meantime. */
function discard(lock, aside) {
  try {
    renameSync(lock, aside);
    const owner = ownerOf(aside);
    if (owner !== undefined && isAlive(owner)) linkSync(aside, lock);
    rmSync(aside, { force: true });
  } catch {
    // Another process was quicker: the next turn of the loop sees what it did.
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
