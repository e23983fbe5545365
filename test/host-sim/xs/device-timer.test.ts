import assert from "node:assert/strict";
import { needsXsHost, told } from "./device/device-run.js";

const imports = `import Timer from "timer"; import Time from "time"; import { tell, thrown } from "tell";\n`;

describe("host-sim/xs/device: timer and time", function () {
  before(function () {
    needsXsHost(this);
  });

  it("calls a one-shot once, with its id, and then the id is of no use", async () => {
    const script = `${imports}
      const id = Timer.set((given) => tell("fired", given === id), 1);
      Timer.set(() => { tell(thrown(() => Timer.schedule(id, 1))); Timer.clear(id); tell("done"); }, 30);`;
    assert.deepEqual(await told(script), [["fired", true], ["SyntaxError: C: xsGetHostData: invalid"]]);
  });

  it("takes no delay for 0, and a third argument for repeating", async () => {
    const script = `${imports}
      let count = 0;
      Timer.set(() => tell("at once"));
      Timer.set((id) => { tell(++count); if (count === 3) { Timer.clear(id); tell("done"); } }, 5, 2);`;
    assert.deepEqual(await told(script), [["at once"], [1], [2], [3]]);
  });

  it("fires timers that are due in the order they were made, not of their times", async () => {
    const script = `${imports}
      Timer.set(() => tell("first made"), 20);
      Timer.set(() => { tell("sooner due"); tell("done"); }, 10);
      Timer.delay(40);`;
    assert.deepEqual(await told(script), [["first made"], ["sooner due"]]);
  });

  it("lets a repeating timer catch up with what it missed", async () => {
    const script = `${imports}
      let count = 0;
      Timer.repeat(() => {
        if (++count > 1) return;
        Timer.delay(100);
        let turns = 0;
        const turn = () => { if (++turns < 20) return Timer.set(turn); tell(count > 9); tell("done"); };
        Timer.set(turn);
      }, 10);`;
    assert.deepEqual(await told(script), [[true]]);
  });

  it("schedules anew: later, repeating, or not at all until it is scheduled again", async () => {
    const script = `${imports}
      let waits = true;
      const id = Timer.repeat(() => {
        tell(waits ? "too early" : "called");
        Timer.clear(id);
        tell("done");
      }, 1);
      Timer.schedule(id);
      Timer.set(() => { waits = false; Timer.schedule(id, 1, 1); }, 20);`;
    assert.deepEqual(await told(script), [["called"]]);
  });

  it("frees a one-shot after its callback even when that scheduled it again; a repeating one not", async () => {
    const script = `${imports}
      let shots = 0, rounds = 0;
      Timer.set((id) => { shots++; Timer.schedule(id, 1); }, 1);
      Timer.repeat((id) => {
        if (++rounds === 5) { tell(shots); tell("done"); }
        Timer.schedule(id, 2, 2);
      }, 1);`;
    assert.deepEqual(await told(script), [[1]]);
  });

  it("clears what is no timer without complaint, but schedules only timers", async () => {
    const script = `${imports}
      Timer.clear(undefined); Timer.clear(5); Timer.clear({});
      tell(thrown(() => Timer.schedule({}, 5)), thrown(() => Timer.set(5, 1)));
      tell("done");`;
    assert.deepEqual(await told(script), [
      ["SyntaxError: C: xsGetHostData: no host object", "not a function"],
    ]);
  });

  it("keeps callbacks and ids alive through collections", async () => {
    const script = `${imports}
      let fired = 0;
      for (let i = 0; i < 50; i++) Timer.set(() => fired++, 20);
      const waste = [];
      for (let i = 0; i < 20000; i++) waste[i % 10] = { text: "x" + i };
      Timer.set(() => { tell(fired); tell("done"); }, 40);`;
    assert.deepEqual(await told(script), [[50]]);
  });

  it("counts whole milliseconds in 32 bits with a sign, and subtracts across the wrap", async () => {
    const script = `${imports}
      const start = Time.ticks;
      while (Time.ticks < 0) Timer.delay(10);
      const end = Time.ticks;
      tell(start < 0, Number.isInteger(start), end >= 0);
      tell(Time.delta(start, end) === end - start, Time.delta(start) >= 0);
      tell(Time.delta(0xffffffff, 1), Time.delta(-1, 1));
      tell("done");`;
    const first = 2 ** 32 - 500;
    assert.deepEqual(await told(script, { config: { "time.start": String(first) } }), [
      [true, true, true],
      [true, true],
      [2, 2],
    ]);
    const middle = 2 ** 31 - 500;
    const wrap = `${imports}
      const before = Time.ticks;
      while (Time.ticks > 0) Timer.delay(10);
      tell(before > 0, Time.ticks < 0, Time.delta(before) > 0);
      tell("done");`;
    assert.deepEqual(await told(wrap, { config: { "time.start": String(middle) } }), [[true, true, true]]);
  });

  it("fires timers across the wrap of the counter", async () => {
    const script = `${imports} Timer.set(() => { tell(Time.ticks >= 0); tell("done"); }, 400);`;
    assert.deepEqual(await told(script, { config: { "time.start": String(2 ** 32 - 200) } }), [[true]]);
  });
});
