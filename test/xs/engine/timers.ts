/** The two timer functions that mocha needs, over the device's `timer`. */
import Timer from "timer";

type TimerId = ReturnType<typeof Timer.set>;

/** Calls `callback` once after so many milliseconds. */
export function setTimeout(callback: () => void, milliseconds = 0): TimerId {
  return Timer.set(() => {
    callback();
  }, milliseconds);
}

/** Ends a wait; one that has ended is left alone. */
export function clearTimeout(timer: TimerId | undefined): void {
  if (timer !== undefined) Timer.clear(timer);
}
